"""Whether columns agree with the roles they were given, by name or by somebody; where not, one question."""

from collections.abc import Callable, Sequence

from bot.domain.column_mapping import MONEY_ROLES, ColumnMapping, ColumnRole
from bot.domain.names import visible
from bot.intake.amount_columns import cell_of
from bot.intake.cells import Cell, CellError, Row, cell_text, is_blank, is_nothing, read_currency
from bot.intake.columns import Columns
from bot.intake.dates import day_month_order
from bot.intake.decimals import decimal_marks
from bot.intake.headers import Header
from bot.intake.question import ROLE_WORDS, ColumnQuestion
from bot.intake.row_reader import RowReader

QUOTED = 40  # characters of a cell in a question
LEAST_CELLS = 3  # with a value, below which each row is refused by name


def ask_about_values(columns: Columns, body: Sequence[Row], reader: RowReader, said: ColumnMapping) -> None:
    """Raise ``ColumnQuestion`` where no cell of a column is a date, an amount or a currency, as it should be.

    A column that was named for this very table is not asked about again: its rows are refused by name.
    """
    checks: list[tuple[ColumnRole, Header | None, Callable[[Sequence[Cell]], bool]]] = [
        ("date", columns.date, reader.has_date),
        ("amount", columns.amount, lambda cells: reader.amount(cells) is not None),
        ("currency", columns.currency, lambda cells: _is_currency(cells, columns.currency)),
    ]
    for role, header, agrees in checks:
        if header and not (said.confirmed and role in said.columns):
            _ask_about(role, header, body, agrees)


def ask_about_remembered(
    columns: Columns, names: Sequence[Header], body: Sequence[Row], said: ColumnMapping
) -> None:
    """Raise ``ColumnQuestion`` where what was said of another file goes against this one.

    Its dates or amounts prove to be written otherwise, or, where somebody else said it, a column is passed
    over whose name says that it has a role: an answer of one submitter takes no fact from another's file.
    """
    if said.confirmed:
        return
    if columns.date and said.dates in ("dmy", "mdy"):
        proven = day_month_order(cell_of(cells, columns.date) for _, cells in body)
        if proven not in ("unknown", said.dates):
            raise ColumnQuestion(
                "dates",
                f"Are the dates in “{columns.date.name}” written day before month, or month before day? They "
                "differ from those of the file about which I asked before.",
                values=("dmy", "mdy"),
            )
    money = [header for header in (columns.amount, columns.debit, columns.credit) if header]
    proofs = decimal_marks(cell_of(cells, header) for _, cells in body for header in money)
    if said.decimal_mark and proofs - {said.decimal_mark}:
        raise ColumnQuestion(
            "decimal_mark",
            f"Are the amounts in “{money[0].name}” written with a comma or a point before decimals? They "
            "differ from those of the file about which I asked before.",
            values=(",", "."),
        )
    if said.by_another:
        _ask_about_passed_over(names, body, said)


def _ask_about_passed_over(names: Sequence[Header], body: Sequence[Row], said: ColumnMapping) -> None:
    read_as = {
        role: [header for header in names if header.place in said.columns[role]] for role in said.columns
    }
    fitting = {role: [header for header in found if header.score(role)] for role, found in read_as.items()}
    rightly = {header.place for found in fitting.values() for header in found}
    # A description is the payee where no column is named so.
    rightly |= {header.place for header in read_as.get("vendor", ()) if header.score("payee_text")}
    for role in read_as:
        alike = MONEY_ROLES if role in MONEY_ROLES else (role,)
        fits = [header for other in alike for header in fitting.get(other, ())]
        better = [
            header
            for header in names
            if header.score(role)
            and header.place not in rightly
            and (not fits or (role == "amount" and header.standing > max(found.standing for found in fits)))
            and any(not is_blank(cell_of(cells, header)) for _, cells in body)
        ]
        if better:
            raise ColumnQuestion(
                role,
                f"Is “{better[0].name}” the {ROLE_WORDS[role]}? Somebody else, asked of such a file, chose "
                + (f"“{read_as[role][0].name}”." if read_as[role] else "no column."),
                candidates=better,
            )


def ask_about_currency(assumed: bool, said: ColumnMapping) -> None:
    """Raise ``ColumnQuestion`` where payments would be in a currency that somebody else said of a file."""
    if assumed and said.by_another and said.currency:
        raise ColumnQuestion(
            "currency_of_file",
            f"Which currency are amounts in that name none? Somebody else, asked about such a file, chose "
            f"{said.currency}.",
        )


def _ask_about(
    role: ColumnRole, header: Header, body: Sequence[Row], agrees: Callable[[Sequence[Cell]], bool]
) -> None:
    first: tuple[int, str] | None = None
    filled = 0
    for number, cells in body:
        cell = cells[header.place] if header.place < len(cells) else ""
        if is_blank(cell) or is_nothing(cell):
            continue
        if agrees(cells):
            return
        filled += 1
        first = first or (number, _shown(cell))
    if first and filled >= LEAST_CELLS:
        row, shown = first
        raise ColumnQuestion(
            role,
            f"Which column is the {ROLE_WORDS[role]}? “{header.name}” holds none that I can read: “{shown}” "
            f"(row {row}).",
            "Mend or rename the column and submit again.",
            [header],
        )


def _is_currency(cells: Sequence[Cell], header: Header | None) -> bool:
    try:
        read_currency(cells[header.place] if header and header.place < len(cells) else "")
    except CellError:
        return False
    return True


def _shown(cell: Cell) -> str:
    try:
        return visible(cell_text(cell))[:QUOTED]
    except CellError:
        return "?"
