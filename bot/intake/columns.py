"""Which column is which: header names are scored by the words in them.

The best column is chosen only where it is clearly best; where two are equally good, the person who submitted
the table is asked to rename one.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.column_mapping import COLUMN_ROLES, ColumnMapping, ColumnRole
from bot.domain.currencies import MINOR_DIGITS
from bot.domain.names import visible
from bot.intake.amount_columns import Chosen, Rows, cell_of, choose_amounts, value_of
from bot.intake.cells import Cell, cell_text, is_blank
from bot.intake.header_row import is_date
from bot.intake.headers import Header
from bot.intake.payee_column import choose_payee, ranked
from bot.intake.question import ROLE_WORDS, ColumnQuestion
from bot.intake.vocabulary import vocabulary
from bot.intake.vocabulary.words import HeaderRole

NOTHING_SAID = ColumnMapping()
NAME_THEM = (
    "No header row with an amount and a vendor was found; name the columns in one row, such as Date, Vendor, "
    "Amount, Memo."
)


@dataclass(frozen=True)
class Columns:
    """The columns that were chosen, by role; ``None`` where the table has none for it."""

    amount: Header | None
    vendor: Header
    memos: tuple[Header, ...] = ()
    date: Header | None = None
    currency: Header | None = None
    category: Header | None = None
    card: Header | None = None
    invoice: Header | None = None
    account: Header | None = None
    debit: Header | None = None
    credit: Header | None = None
    direction: Header | None = None

    @property
    def money(self) -> str:
        """The name of the column, or pair of columns, that amounts are read from."""
        return " / ".join(header.name for header in (self.amount, self.debit, self.credit) if header)

    @property
    def used(self) -> tuple[Header, ...]:
        """Every column of which something is read, from left to right."""
        chosen = (
            self.amount, self.vendor, *self.memos, self.date, self.currency, self.category, self.card,
            self.invoice, self.account, self.debit, self.credit, self.direction,
        )  # fmt: skip
        return tuple(sorted({header for header in chosen if header}, key=lambda header: header.place))


def choose_columns(names: Sequence[Header], rows: Rows, mapping: ColumnMapping = NOTHING_SAID) -> Columns:
    """Give every role its column; ``rows`` are those below the header, ``mapping`` what the submitter said.

    Raises ``ColumnQuestion`` where two columns have one name or fit equally well.
    """
    chosen = _chosen(names, mapping)
    named = {header.place for headers in chosen.values() for header in headers}
    _ask_about_doubles(names, chosen)
    amount, debit, credit = choose_amounts(names, rows, chosen, mapping.unit)
    money = (amount, debit, credit)
    free = [header for header in names if header.place not in named and header not in money]
    vendor = _of(chosen, "vendor", lambda: choose_payee(free, rows))
    if vendor is None or not any(money):
        raise columns_missing(names, "vendor" if any(money) else "amount")
    rest = [header for header in free if header != vendor]
    direction = _of(chosen, "direction", lambda: _first(rest, "direction", rows))
    if amount and not direction and "direction" not in chosen:
        _ask_about_directions(amount, rest, rows)
    memos = chosen.get("memo", tuple(header for header in rest if header.score("memo")))
    rest = [header for header in rest if header not in memos]
    date = _of(chosen, "date", lambda: _first(rest, "date", rows))
    if date is None and not chosen:  # who says columns sees what is read as what
        _ask_about_days(rest, rows)
    without_digits = [header for header in rest if not _has_digits(header, rows)]
    return Columns(
        amount=amount,
        vendor=vendor,
        memos=memos,
        date=date,
        currency=_of(chosen, "currency", lambda: _currency_of(amount, without_digits, names, rows)),
        category=_of(chosen, "category", lambda: _first(rest, "category", rows)),
        card=_of(chosen, "card", lambda: _first(rest, "card", rows)),
        invoice=_of(chosen, "invoice", lambda: _first(rest, "invoice", rows)),
        account=_of(chosen, "account", lambda: _first(rest, "account", rows)),
        debit=debit,
        credit=credit,
        direction=direction,
    )


def columns_missing(names: Sequence[Header], role: ColumnRole = "amount") -> ColumnQuestion:
    """The question which columns are the amount and the payee; ``role`` is the first that is missing."""
    payee = [header for header in names if header.score("memo")]
    return ColumnQuestion(
        role,
        f"Which columns are the amount and the payee? I do not know these names: {_seen(names)}.",
        NAME_THEM + ("" if any(header.score("vendor") for header in names) else _payee_hint(payee)),
        payee[:1] if role == "vendor" else (),
    )


def no_columns(names: Sequence[Header]) -> str:
    """A sentence about a text or sheet that holds no table of payments; it says which names were seen."""
    return f"{NAME_THEM[:-1]} (seen: {_seen(names)})."


def _seen(names: Sequence[Header]) -> str:
    return ", ".join(f"“{visible(header.name)}”" for header in names[:12]) or "none"


def _payee_hint(payee: Sequence[Header]) -> str:
    return f" If “{visible(payee[0].name)}” holds the payees, name it Vendor." if payee else ""


def _chosen(names: Sequence[Header], mapping: ColumnMapping) -> Chosen:
    places = {header.place: header for header in names}
    # A column without a name that was said of another file may not be there, as no row has a value in it.
    return {
        role: tuple(places[place] for place in found if place in places)
        for role, found in mapping.columns.items()
    }


def _of(chosen: Chosen, role: ColumnRole, choose: Callable[[], Header | None]) -> Header | None:
    """The column that the submitter named, else the one that is chosen."""
    return next(iter(chosen[role]), None) if role in chosen else choose()


def _ask_about_directions(amount: Header, names: Sequence[Header], rows: Rows) -> None:
    """A column that says only debit and credit may turn signs, whatever it is called."""
    debits, credits = vocabulary().debit, vocabulary().credit
    for header in names:
        said = {text for row in rows if (text := cell_text(cell_of(row, header)).casefold())}
        positive = any(
            cell_text(cell_of(row, header)).casefold() in credits
            and isinstance(value := value_of(cell_of(row, amount)), Decimal)
            and value > 0
            for row in rows
        )
        if positive and said <= debits | credits and any(len(text) > 1 for text in said):
            raise ColumnQuestion(
                "direction",
                f"Does credit in “{header.name}” mean that money comes back?",
                "Name the column Debit/credit if so, remove it if not, and submit again.",
                (header,),
            )


def _has_digits(header: Header, rows: Rows) -> bool:
    """Whether a cell has digits, as no currency has: *Valuta* is a currency in Dutch and a date in German."""
    return any(re.search("[0-9]", cell_text(cell_of(row, header))) for row in rows)


def _first(names: Sequence[Header], role: HeaderRole, rows: Rows) -> Header | None:
    """The best by its name of those with any value, else of all."""
    best = [header for _, header in ranked(names, role)]
    filled = (header for header in best if any(not is_blank(cell_of(row, header)) for row in rows))
    return next(filled, best[0] if best else None)


def _currency_of(
    amount: Header | None, rest: Sequence[Header], names: Sequence[Header], rows: Rows
) -> Header | None:
    """The currency column that belongs to the amount: billed with billed, original with original."""
    candidates = [header for header in rest if header.score("currency")]
    kind = amount.kind if amount else ""
    matching = [header for header in candidates if header.kind == kind]
    if (
        not matching
        and kind == "billed"
        and not any(header.score("amount") and header.kind == "original" for header in names)
    ):
        matching = [header for header in candidates if not header.kind]
    if not matching and not kind:
        matching = [header for header in candidates if header.kind == "billed"]
    if not matching and any(not header.kind for header in candidates):
        name = next(header.name for header in candidates if not header.kind)
        raise ColumnQuestion(
            "currency",
            f"Which column is the currency? It is not clear which amount “{name}” belongs to.",
            "Rename it and submit again.",
            candidates,
        )
    if not candidates and amount and amount.currency is None:
        _ask_about_codes(rest, rows)
    if len(matching) > 1:
        both = " and ".join(f"“{header.name}”" for header in matching[:2])
        raise ColumnQuestion(
            "currency",
            f"Which column is the currency: both {both} may be.",
            "Rename or remove one of them and submit again.",
            matching,
        )
    return matching[0] if matching else None


def _ask_about_days(names: Sequence[Header], rows: Rows) -> None:
    """A column of unknown name that holds dates alone would be missed in silence, where no other has them."""
    for header in names:
        if header.is_unknown and _all_are(
            header, rows, lambda cell: isinstance(cell, dt.date) or is_date(cell)
        ):
            raise ColumnQuestion(
                "date",
                f"Is “{header.name}” the date of the payments?",
                "Name the column Date if so, remove it if not, and submit again.",
                (header,),
            )


def _ask_about_codes(names: Sequence[Header], rows: Rows) -> None:
    """A column of unknown name that holds codes of currencies alone would be missed in silence."""
    for header in names:
        if header.is_unknown and _all_are(header, rows, lambda cell: cell_text(cell) in MINOR_DIGITS):
            raise ColumnQuestion(
                "currency",
                f"Are the currencies in “{header.name}”?",
                "Name the column Currency if so, remove it if not, and submit again.",
                (header,),
            )


def _all_are(header: Header, rows: Rows, looks_so: Callable[[Cell], bool]) -> bool:
    """Whether every cell with a value looks so, and there is one."""
    filled = False
    for row in rows:
        cell = cell_of(row, header)
        if not is_blank(cell):
            if not looks_so(cell):
                return False
            filled = True
    return filled


def _ask_about_doubles(names: Sequence[Header], chosen: Chosen) -> None:
    """Two columns of one name are asked about, unless the submitter said which column has that role."""
    seen: set[str] = set()
    for header in names:
        name = header.name.casefold()
        role = next((role for role in COLUMN_ROLES if header.score(role)), None)
        if role is None and header.score("payee_text"):
            role = "vendor"
        if name in seen and role and role not in chosen:
            raise ColumnQuestion(
                role,
                f"Which column is the {ROLE_WORDS[role]}? Two are named “{header.name}”.",
                "Rename or remove one and submit again.",
                [other for other in names if other.name.casefold() == name],
            )
        seen.add(name)
