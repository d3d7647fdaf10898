"""A table of cells becomes transactions: find the header, choose the columns, read row by row."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import ParamSpec, TypeVar

from bot.domain.transaction import Transaction
from bot.intake.cells import (
    Cell,
    CellError,
    cell_text,
    is_blank,
    is_nothing,
    read_account,
    read_card,
    read_currency,
    read_memo,
    read_money,
    read_plain,
    read_vendor,
)
from bot.intake.columns import Columns, choose_columns, columns_missing
from bot.intake.damage import rows_with_nul, without_damaged_invoices
from bot.intake.dates import Order, day_month_order, read_date
from bot.intake.days import refuse_column_without_days
from bot.intake.decimals import decimal_mark, in_plain_thousands
from bot.intake.headers import Header, looks_like_header, read_headers
from bot.intake.hidden import SheetLook, fill_merged, refuse_hidden_columns, unseen_rows
from bot.intake.no_payment import rows_of_no_payment
from bot.intake.result import MAX_ROWS, Intake, IntakeError, RowError, refuse_too_much_text
from bot.intake.signs import ask_about_signs
from bot.intake.vocabulary import vocabulary

HEADER_WITHIN = 10  # rows that are not blank; above the header there may be titles
MAX_COLUMNS = 200

Row = tuple[int, Sequence[Cell]]  # the number a person sees beside it, and its cells


def find_header(rows: Sequence[Row]) -> int | None:
    """The place, among these rows, of the row that names the columns; ``None`` where no row does."""
    filled_rows = 0
    for place, (_, cells) in enumerate(rows):
        if all(map(is_blank, cells)):
            continue
        if looks_like_header(cells):
            return place
        filled_rows += 1
        if filled_rows == HEADER_WITHIN:
            return None
    return None


def read_table(
    rows: Sequence[Row], *, currency: str, first_ref: int = 1, look: SheetLook | None = None
) -> Intake:
    """Read the rows below the header; ``currency`` (ISO 4217) is for amounts that name none.

    ``look`` is how the sheet looks, where the table is one of a workbook: what is hidden is refused.
    References count up from ``first_ref``. Raises ``IntakeError`` where the table as a whole makes no
    sense.
    """
    place = find_header(rows)
    if place is None:
        first = next((cells for _, cells in rows if not all(map(is_blank, cells))), ())
        raise IntakeError(columns_missing(read_headers(first)))
    names = read_headers(rows[place][1])
    body = [row for row in rows[place + 1 :] if not all(map(is_blank, row[1]))]
    if not body:
        raise IntakeError("There is a header but no row below it.")
    if len(body) > MAX_ROWS:
        raise IntakeError(f"There are {len(body):,} rows, and a batch takes {MAX_ROWS:,}; split it in parts.")
    width = _width(rows[place][1])
    if width > MAX_COLUMNS:
        raise IntakeError(
            f"There are {width:,} columns, and a table may have {MAX_COLUMNS}; remove some of them."
        )
    columns, look = choose_columns(names, [cells for _, cells in body]), look or SheetLook()
    refuse_hidden_columns(look, columns)
    if columns.date:
        refuse_column_without_days(columns.date, body)
    body, merged = fill_merged(look, columns, body)
    reader = _Reader(columns, body, width, currency)
    refused = rows_of_no_payment(columns, names, body, reader.amount) | unseen_rows(look, columns, body)
    intake = reader.read(first_ref, refused | rows_with_nul(names, body))
    intake = without_damaged_invoices(intake, columns.invoice, body)
    intake = intake.model_copy(update={"notes": (*intake.notes, *merged)})
    refuse_too_much_text(intake.transactions)
    if above := sum(not all(map(is_blank, cells)) for _, cells in rows[:place]):
        intake = intake.model_copy(
            update={"notes": (*intake.notes, f"Rows above the header, not read: {above}.")}
        )
    return intake


class _RowProblem(Exception):
    """Why a row cannot be read, and the name of its column where it is one cell's fault."""

    def __init__(self, column: str | None, problem: str) -> None:
        super().__init__(problem)
        self.column, self.problem = column, problem


class _Reader:
    """Reads the rows of one table by the columns that were chosen for it."""

    def __init__(self, columns: Columns, body: Sequence[Row], width: int, currency: str) -> None:
        self._columns, self._body, self._width, self._default = columns, body, width, currency
        self._order: Order = "unknown"
        if columns.date:
            self._order = day_month_order(_cell(cells, columns.date) for _, cells in body)
        self._without_currency = 0
        self._minus_in_credit: list[int] = []
        money = [header for header in (columns.amount, columns.debit, columns.credit) if header]
        self._decimal_mark = decimal_mark(_cell(cells, header) for _, cells in body for header in money)

    def read(self, first_ref: int, refused: Mapping[int, RowError]) -> Intake:
        """All rows, each as a transaction or as an error; ``refused`` are errors known before, by row."""
        good: list[Transaction] = []
        errors: list[RowError] = []
        for number, cells in self._body:
            if number in refused:
                errors.append(refused[number])
                continue
            try:
                good.append(self._transaction(first_ref + len(good), number, cells))
            except _RowProblem as error:
                errors.append(RowError(row=number, column=error.column, problem=error.problem))
        ask_about_signs(self._columns, good, self._minus_in_credit)
        return Intake(transactions=tuple(good), errors=tuple(errors), notes=self._notes())

    def amount(self, cells: Sequence[Cell]) -> Decimal | None:
        """The amount of a row in major units; ``None`` where it has none that can be read."""
        counted, minus = self._without_currency, list(self._minus_in_credit)
        try:
            return self._money(0, cells)[0]
        except _RowProblem:
            return None
        finally:
            # Each row is counted where it becomes a transaction.
            self._without_currency, self._minus_in_credit = counted, minus

    def _transaction(self, ref: int, row: int, cells: Sequence[Cell]) -> Transaction:
        columns = self._columns
        if (extra := _width(cells)) > self._width:
            raise _RowProblem(None, f"The row has {extra} cells, but the header has {self._width}.")
        vendor = _at(columns.vendor, read_vendor, _cell(cells, columns.vendor))
        amount, currency = self._money(row, cells)
        memo = None
        if columns.memos:
            memo = _at(columns.memos[0], read_memo, [_cell(cells, header) for header in columns.memos])
        category = _optional(cells, columns.category)
        if category and not memo:
            memo = None  # what the payment was for is said by its category, so no memo is missed
        return Transaction(
            ref=ref,
            row=row,
            date=self._date(cells),
            amount=amount,
            currency=currency,
            vendor=vendor,
            memo=memo,
            card=_at(columns.card, read_card, _cell(cells, columns.card)) if columns.card else None,
            invoice=_optional(cells, columns.invoice),
            category=category,
            account=_at(columns.account, read_account, _cell(cells, columns.account))
            if columns.account
            else None,
        )

    def _date(self, cells: Sequence[Cell]) -> dt.date | None:
        header = self._columns.date
        if header is None or is_blank(cell := _cell(cells, header)):
            return None
        return _at(header, read_date, cell, self._order)

    def _money(self, row: int, cells: Sequence[Cell]) -> tuple[Decimal, str]:
        columns = self._columns
        header, negative = self._amount_cell(cells)
        stated = header.currency
        if columns.currency:
            cell = _cell(cells, columns.currency)
            if not is_blank(cell):
                stated = self._currency(header, columns.currency, cell)
        self._without_currency += stated is None
        cell = in_plain_thousands(_cell(cells, header), self._decimal_mark)
        amount, currency = _at(header, read_money, cell, stated, self._default)
        if header is self._columns.debit:
            amount = abs(amount)  # money out, whichever sign an export gives it
        elif header is self._columns.credit and amount < 0:
            self._minus_in_credit.append(row)
        return (amount.copy_negate() if negative and amount else amount), currency

    def _currency(self, amount: Header, column: Header, cell: Cell) -> str:
        currency = _at(column, read_currency, cell)
        if amount.currency not in (None, currency):
            problem = f"This says {currency}, but “{amount.name}” is in {amount.currency}."
            raise _RowProblem(column.name, problem)
        return currency

    def _amount_cell(self, cells: Sequence[Cell]) -> tuple[Header, bool]:
        """The column with the amount of this row, and whether an amount there is money that comes back."""
        columns = self._columns
        if columns.amount:
            return columns.amount, bool(columns.direction) and self._is_credit(cells)
        sides = [(side, side is columns.credit) for side in (columns.debit, columns.credit) if side]
        filled = [(side, back) for side, back in sides if not is_blank(_cell(cells, side))]
        if len(filled) > 1:
            filled = [(side, back) for side, back in filled if not is_nothing(_cell(cells, side))] or filled[
                :1
            ]
        if len(filled) > 1:
            raise _RowProblem(columns.money, "Both debit and credit have a value.")
        return (filled or sides)[0]

    def _is_credit(self, cells: Sequence[Cell]) -> bool:
        header = self._columns.direction
        assert header is not None
        word = cell_text(_cell(cells, header)).casefold()
        debits, credits = vocabulary().debit, vocabulary().credit
        if word not in debits | credits:
            raise _RowProblem(header.name, f"“{word[:40]}” is neither debit nor credit.")
        return word in credits

    def _notes(self) -> tuple[str, ...]:
        columns = self._columns
        notes = [f"Amounts read from “{columns.money}”, vendors from “{columns.vendor.name}”."]
        if columns.memos:
            notes.append(
                "Memos read from " + " and ".join(f"“{header.name}”" for header in columns.memos) + "."
            )
        if columns.date:
            order = {"dmy": ", day before month", "mdy": ", month before day"}.get(self._order, "")
            notes.append(f"Dates read from “{columns.date.name}”{order}.")
        if columns.currency:
            notes.append(f"Currencies read from “{columns.currency.name}”.")
        if columns.account:
            notes.append(f"Bank accounts read from “{columns.account.name}”.")
        if self._without_currency:
            column = f"Rows where “{columns.currency.name}” is empty" if columns.currency else ""
            notes.append(
                f"{column or 'Rows without a currency column'}: {self._without_currency:,}, read in the "
                f"amount's own currency, else in {self._default}."
            )
        return tuple(notes)


P = ParamSpec("P")
T = TypeVar("T")


def _at(header: Header, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Read a cell; raises ``_RowProblem``, which names the column, where ``read`` raises ``CellError``."""
    try:
        return read(*args, **kwargs)
    except CellError as error:
        raise _RowProblem(header.name, str(error)) from None


def _optional(cells: Sequence[Cell], header: Header | None) -> str | None:
    return _at(header, read_plain, _cell(cells, header)) if header else None


def _cell(cells: Sequence[Cell], header: Header) -> Cell:
    return cells[header.place] if header.place < len(cells) else ""


def _width(cells: Sequence[Cell]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if not is_blank(cell)), default=0)
