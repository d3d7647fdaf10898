"""Which columns hold what has to be paid; where two could, the submitter is asked.

Due, gross and total come before net, base and paid. Two of one standing are asked about unless they are equal
in every row: a wrong amount in silence is the worst that reading can do.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain

from bot.domain.column_mapping import MONEY_ROLES, ColumnRole, Unit
from bot.domain.money import AmountError, decimal_from_number, read_amount
from bot.intake.cells import Cell, cell_text, is_blank, is_nothing
from bot.intake.header_row import is_date
from bot.intake.headers import Header, Standing
from bot.intake.question import ColumnQuestion
from bot.intake.row_labels import month_words
from bot.intake.vocabulary.words import BEFORE_TAX, DEDUCTIONS, NO_AMOUNTS, NOT_DUE, TAXES

Rows = Sequence[Sequence[Cell]]  # those below the header

MOST_NAMED = 3  # columns of months, in a question
_PERIOD = re.compile(
    rf"(?:q[1-4]|(?:{'|'.join(sorted(month_words(), key=len, reverse=True))})\W?|(?:19|20)[0-9]{{2}})"
    r"(?:\W?(?:19|20)?[0-9]{2})?",
    re.IGNORECASE,
)


Chosen = Mapping[ColumnRole, tuple[Header, ...]]
"""The columns that the submitter named, by role; none for a role that has no column."""


def choose_amounts(
    names: Sequence[Header], rows: Rows, chosen: Chosen, unit: Unit | None
) -> tuple[Header | None, Header | None, Header | None]:
    """The columns of the amount, of debit and of credit; either the first or one of the others is there.

    All are ``None`` where no column is an amount. ``chosen`` and ``unit`` are what the submitter said. Raises
    ``ColumnQuestion`` where two columns could be what has to be paid, or where one is in thousands.
    """
    if any(chosen.get(role) for role in MONEY_ROLES):
        amount, debit, credit = _as_chosen(names, rows, chosen)
    else:
        amount, debit, credit = _by_their_names(names, rows)
    for header in (amount, debit, credit):
        if header and header.is_in_thousands and unit is None:
            raise ColumnQuestion(
                "unit",
                f"Are the amounts in “{header.name}” in thousands or in millions?",
                "Write them in full, name the column Amount and submit again.",
                values=(1_000, 1_000_000, 1),
            )
    return amount, debit, credit


def _as_chosen(
    names: Sequence[Header], rows: Rows, chosen: Chosen
) -> tuple[Header | None, Header | None, Header | None]:
    if chosen.get("amount"):
        return chosen["amount"][0], None, None
    rest = [header for header in names if not any(header in found for found in chosen.values())]
    debit, credit = (
        next(iter(chosen[role]), None) if role in chosen else _side(rest, role, rows)
        for role in ("debit", "credit")
    )
    return None, debit, credit


def _by_their_names(
    names: Sequence[Header], rows: Rows
) -> tuple[Header | None, Header | None, Header | None]:
    debit, credit = (_side(names, role, rows) for role in ("debit", "credit"))
    sides = tuple(header for header in (debit, credit) if header)
    amount = _amount(names, rows, sides)
    if amount and sides and amount.standing == Standing.LESSER:
        amount = None  # what was paid before, or a part, beside what is paid out
    if amount and sides:
        if not all(_beside_sides(cells, amount, sides) for cells in rows):
            raise _which(amount, *sides)
        amount = None  # debit and credit say as much, and the sign too
    return amount, debit, credit


def value_of(cell: Cell) -> Decimal | str:
    """What a cell of amounts says, to compare it with another: its value, else its text."""
    if is_nothing(cell):
        return Decimal(0)
    try:
        if isinstance(cell, str):
            return read_amount(cell).value
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return decimal_from_number(cell)
    except AmountError:
        pass
    return cell_text(cell)


def cell_of(cells: Sequence[Cell], header: Header) -> Cell:
    """The cell of a row in this column; empty where the row is shorter."""
    return cells[header.place] if header.place < len(cells) else ""


def _which(first: Header, *others: Header) -> ColumnQuestion:
    names = " or ".join(f"“{header.name}”" for header in (first, *others))
    return ColumnQuestion(
        "amount",
        f"Which column is the amount to pay: {names}?",
        "Remove or rename the other and submit again.",
        (first, *others),
    )


def _side(names: Sequence[Header], role: ColumnRole, rows: Rows) -> Header | None:
    """The debit or credit column: the billed one of two, or the question which."""
    found = [header for header in names if header.score(role)]
    billed = [header for header in found if header.kind == "billed"]
    best = billed if billed else found
    if len(best) > 1 and not _are_equal(best[0], best[1], rows):
        raise _which(best[0], best[1])
    return best[0] if best else None


def _amount(names: Sequence[Header], rows: Rows, sides: Sequence[Header]) -> Header | None:
    found = [header for header in names if header.score("amount") and header not in sides]
    if any(header.kind == "billed" for header in found):
        found = [header for header in found if header.kind != "original"]
    found = [header for header in found if not _holds_no_amount(header, rows)] or ([] if sides else found)
    if not found:
        return None
    found.sort(key=lambda header: (-header.standing, -header.score("amount"), header.place))
    likely = [header for header in found if header.standing > Standing.LESSER] or found
    best = likely[0]
    for other in likely[1:]:
        if not _are_equal(best, other, rows) and not _is_before_tax(other, best, names, rows):
            raise _which(best, other)
    for other in found:
        if "paid" in other.words and any(_is_partly_paid(cells, other, best) for cells in rows):
            raise _which(best, other)
    _ask_about_deductions(best, found, names, rows)
    _ask_about_periods(best, names, rows)
    if best.standing == Standing.LESSER:
        _ask_about_lesser(best, names, rows)
    return best


def _holds_no_amount(header: Header, rows: Rows) -> bool:
    """Whether every cell is blank, a date, or a text without digits, as a flag or a type is."""
    return not any(
        not isinstance(cell, str) or (any(map(str.isdigit, cell)) and not is_date(cell))
        for cell in (cell_of(cells, header) for cells in rows)
        if not isinstance(cell, dt.date)
    )


def _are_equal(first: Header, second: Header, rows: Rows) -> bool:
    return all(value_of(cell_of(cells, first)) == value_of(cell_of(cells, second)) for cells in rows)


def _is_partly_paid(cells: Sequence[Cell], paid: Header, due: Header) -> bool:
    """Whether something, but not all of it, was paid; nothing paid yet is what an unpaid invoice says."""
    value = value_of(cell_of(cells, paid))
    return value != 0 and value != value_of(cell_of(cells, due))


def _is_before_tax(plain: Header, due: Header, names: Sequence[Header], rows: Rows) -> bool:
    """Whether a tax column explains, in every row, what one amount has more than the other."""
    if (plain.standing, due.standing) != (Standing.PLAIN, Standing.DUE):
        return False
    taxes = [header for header in names if _is_tax(header)]
    return any(
        all(
            isinstance(net := value_of(cell_of(cells, plain)), Decimal)
            and isinstance(tax := value_of(cell_of(cells, header)), Decimal)
            and net + tax == value_of(cell_of(cells, due))
            for cells in rows
        )
        for header in taxes
    )


def _ask_about_deductions(best: Header, found: Sequence[Header], names: Sequence[Header], rows: Rows) -> None:
    """What a discount or a withheld tax leaves of the gross amount may be what has to be paid."""
    if any(header.words & DEDUCTIONS and _has_value(header, rows) for header in names):
        for other in found:
            if other is not best and other.words & BEFORE_TAX and not _are_equal(best, other, rows):
                raise _which(best, other)


def _ask_about_periods(best: Header, names: Sequence[Header], rows: Rows) -> None:
    """A total beside columns of months, quarters or years is what was paid in all of them."""
    periods = [
        header
        for header in names
        if header != best and _PERIOD.fullmatch(header.name.strip()) and _has_value(header, rows)
    ]
    if "total" in best.words and len(periods) > 1:
        raise _which(best, *periods[:MOST_NAMED])


def _ask_about_lesser(best: Header, names: Sequence[Header], rows: Rows) -> None:
    """A net amount alone beside its tax is not all, and a column of unknown name may be the total."""
    if best.words & NOT_DUE:
        raise ColumnQuestion(
            "amount",
            f"Is “{best.name}” what has to be paid now?",
            "Name the column of the amount to pay Amount and submit again.",
            (best,),
        )
    if best.words & BEFORE_TAX:
        for header in names:
            if _is_tax(header) and _has_value(header, rows):
                raise ColumnQuestion(
                    "amount",
                    f"Is “{best.name}” what has to be paid, without “{header.name}”?",
                    "Name the column of the amount to pay Amount and submit again.",
                    (best,),
                )
    for header in names:
        if header.is_unknown and _holds_amounts(header, rows) and not _are_equal(best, header, rows):
            raise _which(header, best)


def _is_tax(header: Header) -> bool:
    return bool(header.words & TAXES) and not header.words & NO_AMOUNTS


def _has_value(header: Header, rows: Rows) -> bool:
    return any(
        not is_nothing(cell) and isinstance(value_of(cell), Decimal)
        for cell in (cell_of(cells, header) for cells in rows)
    )


def _holds_amounts(header: Header, rows: Rows) -> bool:
    """Whether the column holds amounts alone, of which one has decimals; codes and dates have none."""
    filled = [cell for cells in rows if not is_blank(cell := cell_of(cells, header))]
    values = [value_of(cell) for cell in filled if not is_nothing(cell)]
    numbers = [value for value in values if isinstance(value, Decimal)]
    return bool(numbers) and len(numbers) == len(values) and any(value % 1 for value in numbers)


def _beside_sides(cells: Sequence[Cell], amount: Header, sides: Sequence[Header]) -> bool:
    """Whether the amount of a row is, but for its sign, what its debit or credit says."""
    values = chain((value_of(cell_of(cells, amount)),), (value_of(cell_of(cells, side)) for side in sides))
    whole, *parts = [abs(value) if isinstance(value, Decimal) else value for value in values]
    return whole in parts
