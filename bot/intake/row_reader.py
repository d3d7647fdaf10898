"""Rows of a table become transactions, each or a named error, by the columns that were chosen."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import ParamSpec, TypeVar

from bot.domain.column_mapping import ColumnMapping
from bot.domain.transaction import Transaction
from bot.intake.cells import (
    Cell,
    CellError,
    Money,
    Row,
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
from bot.intake.columns import Columns
from bot.intake.dates import Order, date_of_serial, day_month_order, read_date
from bot.intake.days import ask_about_dates, ask_about_year, first_of_month
from bot.intake.deadline_columns import DeadlineReader
from bot.intake.decimals import decimal_marks, has_two_sizes, in_plain_thousands, with_decimal_mark
from bot.intake.headers import Header
from bot.intake.question import ColumnQuestion
from bot.intake.result import Intake, RowError
from bot.intake.signs import ask_about_signs
from bot.intake.vocabulary import vocabulary


class _RowProblem(Exception):
    """Why a row cannot be read, and the name of its column where it is one cell's fault."""

    def __init__(self, column: str | None, problem: str) -> None:
        super().__init__(problem)
        self.column, self.problem = column, problem


class RowReader:
    """Reads the rows of one table by the columns that were chosen for it.

    ``mapping`` is what the submitter said of how values are written, ``currency`` (ISO 4217) that of amounts
    without one, ``width`` how many columns the header has, ``names`` all of them.
    """

    def __init__(
        self,
        columns: Columns,
        body: Sequence[Row],
        width: int,
        currency: str,
        mapping: ColumnMapping,
        witnesses: Sequence[Row] = (),
        names: Sequence[Header] = (),
    ) -> None:
        self._columns, self._body, self._width, self._default = columns, body, width, currency
        self._said = mapping
        self._order: Order = "unknown"
        if mapping.dates in ("dmy", "mdy"):
            self._order = mapping.dates
        elif columns.date:
            self._order = day_month_order(_cell(cells, columns.date) for _, cells in (*body, *witnesses))
        serial = mapping.dates == "serial"
        self._deadlines = DeadlineReader(names, body, self._order, serial=serial)
        self._without_currency = 0
        self._assumed = 0
        self._minus_in_credit: list[int] = []
        money = [header for header in (columns.amount, columns.debit, columns.credit) if header]
        told = (_cell(cells, header) for _, cells in (*body, *witnesses) for header in money)
        self._proven = decimal_marks(told)
        self._decimal_mark = next(iter(self._proven)) if len(self._proven) == 1 else None

    def ask(self) -> None:
        """Raise ``ColumnQuestion`` where dates or amounts have two readings."""
        date = self._columns.date
        if date and self._said.dates is None:
            ask_about_dates(date, self._body, self._order)
        if date and self._said.dates == "month" and self._said.year is None:
            ask_about_year(date, self._body)
        if self._said.decimal_mark is None and not self._proven:
            for number, cells in self._body:
                header, _ = self._amount_cell(cells, strict=False)
                cell = in_plain_thousands(_cell(cells, header), self._decimal_mark)
                if has_two_sizes(cell) and self.amount(cells) is None:
                    raise ColumnQuestion(
                        "decimal_mark",
                        f"Is {cell_text(cell)[:40]} in “{header.name}” (row {number}) written with decimals, "
                        "or with thousands?",
                        "Write amounts with two decimals, as 1234.00, and submit again.",
                        values=(",", "."),
                    )

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
        if self._said.money_out is None or not self._said.confirmed:
            ask_about_signs(self._columns, good, self._minus_in_credit)
        return Intake(
            transactions=tuple(good),
            errors=tuple(errors),
            notes=self._notes(),
            assumed_currency=self._default if self._assumed else "",
            assumed_rows=self._assumed,
        )

    @property
    def order(self) -> Order:
        """Which of day and month comes first, as was said, or as the column of dates proves."""
        return self._order

    def has_date(self, cells: Sequence[Cell]) -> bool:
        """Whether the row has a date that can be read."""
        try:
            return self._date(cells) is not None
        except _RowProblem:
            return False

    def amount(self, cells: Sequence[Cell]) -> Decimal | None:
        """The amount of a row in major units; ``None`` where it has none that can be read."""
        try:
            return self._money(cells).amount
        except _RowProblem:
            return None

    def _transaction(self, ref: int, row: int, cells: Sequence[Cell]) -> Transaction:
        columns = self._columns
        if (extra := _width(cells)) > self._width:
            raise _RowProblem(None, f"The row has {extra} cells, but the header has {self._width}.")
        vendor = _at(columns.vendor, read_vendor, _cell(cells, columns.vendor))
        money = self._money(cells)
        memo = None
        if columns.memos:
            memo = _at(columns.memos[0], read_memo, [_cell(cells, header) for header in columns.memos])
        category = _optional(cells, columns.category)
        if category and not memo:
            memo = None  # what the payment was for is said by its category, so no memo is missed
        transaction = Transaction(
            ref=ref,
            row=row,
            date=self._date(cells),
            amount=money.amount,
            currency=money.currency,
            vendor=vendor,
            memo=memo,
            card=_at(columns.card, read_card, _cell(cells, columns.card)) if columns.card else None,
            invoice=_optional(cells, columns.invoice),
            category=category,
            account=_at(columns.account, read_account, _cell(cells, columns.account))
            if columns.account
            else None,
            **self._deadlines.read(cells)._asdict(),
        )
        self._count(row, cells, money)
        return transaction

    def _date(self, cells: Sequence[Cell]) -> dt.date | None:
        header = self._columns.date
        if header is None or is_blank(cell := _cell(cells, header)):
            return None
        if self._said.dates == "serial" and not isinstance(cell, dt.date):
            return _at(header, date_of_serial, cell)
        if self._said.dates == "month" and (first := first_of_month(cell, self._said.year)):
            return first
        return _at(header, read_date, cell, self._order)

    def _count(self, row: int, cells: Sequence[Cell], money: Money) -> None:
        """Note what has to be said or asked of a row that becomes a transaction."""
        header, _ = self._amount_cell(cells)
        stated = self._columns.currency and not is_blank(_cell(cells, self._columns.currency))
        self._without_currency += header.currency is None and not stated
        self._assumed += money.assumed
        if header is self._columns.credit and money.amount > 0 and self._said.money_out is None:
            self._minus_in_credit.append(row)

    def _money(self, cells: Sequence[Cell]) -> Money:
        """The amount of a row with a minus for what comes back."""
        columns = self._columns
        header, back = self._amount_cell(cells)
        stated = header.currency
        if columns.currency:
            cell = _cell(cells, columns.currency)
            if not is_blank(cell):
                stated = self._currency(header, columns.currency, cell)
        money = self._value(cells, header, stated)
        amount = money.amount
        if header is columns.debit:
            amount = abs(amount)  # money out, whichever sign an export gives it
        elif header is columns.credit and self._said.money_out:
            # A minus may be how the export marks all credits, or turn one round.
            turned = amount < 0 and self._said.money_out == "minus_in_credit"
            amount = -abs(amount) if turned else abs(amount)
        if back != (self._said.money_out == "minus") and amount:
            amount = amount.copy_negate()
        return money._replace(amount=amount)

    def _value(self, cells: Sequence[Cell], header: Header, stated: str | None) -> Money:
        """The amount of a cell with its own sign."""
        cell = _cell(cells, header)
        if self._said.decimal_mark:
            cell = _at(header, with_decimal_mark, cell, self._said.decimal_mark)
        else:
            cell = in_plain_thousands(cell, self._decimal_mark)
        return _at(header, read_money, cell, stated, self._default, self._said.unit or 1)

    def _currency(self, amount: Header, column: Header, cell: Cell) -> str:
        currency = _at(column, read_currency, cell)
        if amount.currency not in (None, currency):
            problem = f"This says {currency}, but “{amount.name}” is in {amount.currency}."
            raise _RowProblem(column.name, problem)
        return currency

    def _amount_cell(self, cells: Sequence[Cell], *, strict: bool = True) -> tuple[Header, bool]:
        """The column with the amount of this row, and whether an amount there is money that comes back.

        Raises ``_RowProblem`` where a row does not say so clearly, unless it is not to be ``strict``.
        """
        columns = self._columns
        if columns.amount:
            return columns.amount, strict and bool(columns.direction) and self._is_credit(cells)
        sides = [(side, side is columns.credit) for side in (columns.debit, columns.credit) if side]
        filled = [(side, back) for side, back in sides if not is_blank(_cell(cells, side))]
        if len(filled) > 1:
            filled = [(side, back) for side, back in filled if not is_nothing(_cell(cells, side))] or filled[
                :1
            ]
        if len(filled) > 1 and strict:
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
        notes += self._deadlines.notes()
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
