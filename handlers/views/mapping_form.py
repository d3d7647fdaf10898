"""The form "How I read this file": a menu a role, how values are written, and what would come of it. Pure."""

import json
from collections.abc import Mapping, Sequence

from bot.application.mapping_preview import Preview
from bot.domain import text as wording
from bot.domain.column_mapping import COLUMN_ROLES, ColumnMapping, ColumnRole
from bot.domain.currencies import MINOR_DIGITS
from bot.domain.money import format_amount
from bot.domain.names import visible
from bot.domain.submission import AskedColumns
from bot.domain.transaction import Transaction
from bot.intake import ROLE_WORDS
from handlers.views.blocks import (
    SECTION_TEXT,
    Block,
    clip,
    context,
    mrkdwn,
    plain_lines,
    plain_text,
    section,
)

MAPPING = "mapping"
TITLE = "How I read this file"
NONE = "none"  # the value of "no column", and of "as the file shows it"
CHOICE = "mapping_choice"  # the action of every menu, by which the preview follows
OPTION_TEXT = 75
MOST_OPTIONS = 100  # of a menu, by Slack
MOST_CHARACTERS = 240_000  # of a form as it is sent; Slack takes 250,000
MOST_LISTED = 30  # columns whose first values are shown
LISTED_ABOVE = (
    10  # columns whose values stand above what is asked; those of more stand below what comes of it
)
FIRST_YEAR = 2015

Choices = Mapping[str, str]
"""The choices of a menu: what it carries, and what people read."""

DATES: Choices = {
    "dmy": "Day before month",
    "mdy": "Month before day",
    "serial": "Serial numbers of a spreadsheet",
    "month": "Months: the first day of each",
}
DECIMAL_MARKS: Choices = {",": "Comma before decimals: 1.234,56", ".": "Point before decimals: 1,234.56"}
MONEY_OUT: Choices = {
    "plus": "Without a minus, or under debit",
    "minus": "With a minus, or under credit",
    "minus_in_credit": "Under debit, or with a minus under credit",
}
UNITS: Choices = {"1": "As they stand", "1000": "In thousands", "1000000": "In millions"}
CURRENCIES = (
    "USD", "EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "TRY", "CAD", "AUD", "NZD",
    "JPY", "CNY", "HKD", "SGD", "INR", "KRW", "BRL", "MXN", "ZAR", "ILS", "AED", "SAR", "THB", "IDR", "MYR",
    "PHP", "VND", "ARS", "CLP", "COP", "PEN", "EGP", "NGN", "KES", "UAH", "BGN", "ISK", "KWD", "QAR",
)  # fmt: skip


def mapping_form(
    submission_id: str,
    asked: AskedColumns,
    preview: Preview | None,
    *,
    default_currency: str,
    this_year: int,
) -> Block:
    """The form with the mapping of the preview chosen, what is asked about first.

    Where a table is so wide that Slack would not take the form, the texts of its menus are shorter.

    ``default_currency`` (ISO 4217) is taken where nothing is chosen. Without a ``preview`` the guess is
    chosen, and what would come of it is being read. It stands right below the menu that is asked about, since
    a form may be longer than a screen.
    """
    for length in (OPTION_TEXT, 40, 20, 8, 3):
        view = _form(
            submission_id, asked, preview, length, default_currency=default_currency, this_year=this_year
        )
        if len(json.dumps(view)) <= MOST_CHARACTERS:
            break
    return view


def _form(
    submission_id: str,
    asked: AskedColumns,
    preview: Preview | None,
    length: int,
    *,
    default_currency: str,
    this_year: int,
) -> Block:
    """The form; what people wrote has at most ``length`` characters in each option of a menu."""
    mapping, examples = preview.mapping if preview else asked.guess, asked.examples
    question = preview.question if preview and preview.question else asked.question
    fields = [_role_field(role, asked, examples, mapping, length) for role in COLUMN_ROLES]
    fields += _written_fields(asked, mapping, default_currency, this_year)
    fields.sort(key=lambda field: field["block_id"] != asked.about)
    values = section(plain_lines(_first_values(asked, examples), SECTION_TEXT))
    above = len(asked.columns) <= LISTED_ABOVE
    return {
        "type": "modal",
        "callback_id": MAPPING,
        "title": {"type": "plain_text", "text": TITLE},
        "submit": {"type": "plain_text", "text": "Read it like this"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": f"{submission_id} {asked.token}",
        "blocks": [
            section(plain_text(question, 1000)),
            *([values] if above else []),
            fields[0],
            *_outcome(preview),
            *([] if above else [values]),
            {"type": "divider"},
            *fields[1:],
        ],
    }


def _first_values(asked: AskedColumns, examples: Mapping[int, Sequence[str]]) -> list[str]:
    """A line a column: its name and its first values."""
    lines = [
        f"{name or 'No name'}: {' · '.join(examples.get(place, ())) or '(empty)'}"[:95]
        for place, name in asked.columns[:MOST_LISTED]
    ]
    more = len(asked.columns) - MOST_LISTED
    return [*lines, f"… and {more} more columns."] if more > 0 else lines


def _role_field(
    role: ColumnRole,
    asked: AskedColumns,
    examples: Mapping[int, Sequence[str]],
    mapping: ColumnMapping,
    length: int,
) -> Block:
    chosen = mapping.columns.get(role, ())
    # A menu has room for a hundred columns: what is chosen first, and the empty ones last.
    columns = sorted(
        asked.columns, key=lambda column: (column[0] not in chosen, not examples.get(column[0]), column[0])
    )
    options = {
        str(place): clip(visible(f"{name}{_example(examples.get(place, ()))}"), length)
        for place, name in sorted(columns[: MOST_OPTIONS - 1])
    }
    label = ROLE_WORDS[role]
    label = f"{label[:1].upper()}{label[1:]}"
    if role == "memo":
        return _menu(role, label, options, [str(place) for place in chosen], several=True)
    return _menu(role, label, {NONE: "No column"} | options, [str(chosen[0])] if chosen else [NONE])


def _example(values: Sequence[str]) -> str:
    return f" ({values[0]})" if values else ""


def _written_fields(
    asked: AskedColumns, mapping: ColumnMapping, default_currency: str, this_year: int
) -> list[Block]:
    """How the values of the columns are written; what is asked about has nothing chosen beforehand."""
    currencies = dict.fromkeys((default_currency, *CURRENCIES))
    years = range(this_year + 1, FIRST_YEAR - 1, -1)
    parts: list[tuple[str, str, Choices, str | None]] = [
        ("dates", "How dates are written", DATES, mapping.dates),
        ("decimal_mark", "How amounts are written", DECIMAL_MARKS, mapping.decimal_mark),
        ("money_out", "What is money out", MONEY_OUT, mapping.money_out),
        ("unit", "What the amounts are in", UNITS, str(mapping.unit) if mapping.unit else None),
        ("year", "Year of months without one", {str(year): str(year) for year in years},
         str(mapping.year) if mapping.year else None),
        ("currency_of_file", "Currency of amounts that name none",
         {code: code for code in currencies if code in MINOR_DIGITS}, mapping.currency),
    ]  # fmt: skip
    fields = []
    for field, label, choices, chosen in parts:
        shown = (
            f"{default_currency}, unless the file says"
            if field == "currency_of_file"
            else "As the file shows"
        )
        open_ = field == asked.about and chosen is None
        options = choices if open_ else {NONE: shown} | dict(choices)
        fields.append(_menu(field, label, options, [] if open_ else [chosen or NONE]))
    return fields


def _menu(
    block_id: str, label: str, options: Choices, chosen: Sequence[str], *, several: bool = False
) -> Block:
    shown = {value: _option(value, text) for value, text in options.items()}
    initial = [shown[value] for value in chosen if value in shown]
    menu: Block = {
        "type": "multi_static_select" if several else "static_select",
        "action_id": CHOICE,
        "options": list(shown.values()),
    }
    if several and initial:
        menu["initial_options"] = initial
    elif initial:
        menu["initial_option"] = initial[0]
    return {
        "type": "input",
        "block_id": block_id,
        "dispatch_action": True,
        "optional": several,
        "label": {"type": "plain_text", "text": label},
        "element": menu,
    }


def _option(value: str, text: str) -> Block:
    return {"text": plain_text(text, OPTION_TEXT), "value": value}


def _outcome(preview: Preview | None) -> list[Block]:
    """What would come of the mapping, in figures and examples."""
    if preview is None:
        return [context(mrkdwn("Reading…"))]
    if preview.question or preview.error:
        says = preview.question or preview.error
        return [section(plain_text(f"It cannot be read like this yet. {says}", 1500))]
    lines = [_figures(preview)]
    if preview.refused:
        lines.append(f"{wording.plural(preview.refused, 'row')} cannot be read like this:")
        lines += [problem[:200] for problem in preview.problems]
    return [
        section(mrkdwn("*What would be read*")),
        section(plain_lines([*lines, *map(_payment, preview.examples)], 2500)),
    ]


def _figures(preview: Preview) -> str:
    parts = [wording.plural(preview.rows, "payment"), wording.totals_in_words(preview.totals or {})]
    if preview.dates:
        first, last = preview.dates
        parts.append(f"{first.isoformat()} to {last.isoformat()}")
    return ", ".join(part for part in parts if part)


def _payment(payment: Transaction) -> str:
    day = f"{payment.date.isoformat()} · " if payment.date else ""
    memo = f" · {payment.memo}" if payment.memo else ""
    return f"{day}{format_amount(payment.amount, payment.currency)} · {payment.vendor}{memo}"[:250]
