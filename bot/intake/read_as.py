"""How a table was read, in a form that the command line takes back: role or field, and what it is."""

from bot.domain.column_mapping import ColumnMapping
from bot.intake.columns import Columns
from bot.intake.dates import Order

DATES = {"dmy": "day-month", "mdy": "month-day", "serial": "serial", "month": "month"}
DECIMAL_MARKS = {",": "comma", ".": "point"}
MONEY_OUT = {"plus": "plus", "minus": "minus", "minus_in_credit": "minus-in-credit"}
UNITS = {1: "1", 1_000: "1000", 1_000_000: "1000000"}


def read_as(columns: Columns, said: ColumnMapping, order: Order) -> dict[str, str]:
    """The names of the columns by role, and of the submitter's other answers those that were given."""
    by_role = {
        "amount": columns.amount,
        "debit": columns.debit,
        "credit": columns.credit,
        "direction": columns.direction,
        "vendor": columns.vendor,
        "date": columns.date,
        "currency": columns.currency,
        "invoice": columns.invoice,
        "account": columns.account,
        "card": columns.card,
        "category": columns.category,
    }
    found = {role: header.name for role, header in by_role.items() if header}
    if columns.memos:
        found["memo"] = " + ".join(header.name for header in columns.memos)
    if columns.date and (dates := said.dates or (order if order in ("dmy", "mdy") else None)):
        found["dates"] = DATES[dates]
    if said.decimal_mark:
        found["decimal"] = DECIMAL_MARKS[said.decimal_mark]
    if said.money_out:
        found["money-out"] = MONEY_OUT[said.money_out]
    if said.unit:
        found["unit"] = UNITS[said.unit]
    if said.year:
        found["year"] = str(said.year)
    if said.currency:
        found["currency-of-file"] = said.currency
    return found
