"""A file of payments, in the format that somebody wants."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import xlsxwriter

from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.spreadsheet import escape_formulas
from bot.export.payments import COLUMNS, Cell, ExportedState, cells

# A spreadsheet's numbers are binary with 15 digits; what has more would be rounded, so it is written as text.
EXACT_DIGITS = 15
WIDTHS = {"Vendor": 32, "Memo": 40, "Reason": 40, "Decided by": 28, "Account": 28, "Decided at (UTC)": 19}
WIDTHS |= {"Call to the vendor": 40}
WIDTH = 12  # characters, of a column that is not named above


class FileFormat(StrEnum):
    """What a file is written as."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of payments: its name and content, how many are in it, and their sums by currency, exact.

    ``sums`` are in major units of each ISO 4217 currency. They stand beside the file and not in it, so that a
    column can be added up as it is.
    """

    name: str
    content: bytes
    count: int
    sums: Mapping[str, Decimal]


def export_file(
    state: ReviewState,
    entries: Iterable[ReviewedTransaction],
    which: ExportedState,
    file_format: FileFormat,
    names: Mapping[str, str],
) -> ExportedFile:
    """The payments of a review that are ``which``, in the order given; ``names`` are people's, by user id.

    A CSV file is UTF-8 with a byte order mark, since spreadsheets take it for another encoding without one.
    """
    chosen = [entry for entry in entries if which.covers(entry)]
    table = [cells(state, entry, names) for entry in chosen]
    sums: dict[str, Decimal] = {}
    for entry in chosen:
        payment = entry.transaction
        sums[payment.currency] = sums.get(payment.currency, Decimal(0)) + payment.amount
    content = _csv(table) if file_format is FileFormat.CSV else _xlsx(table)
    name = f"{state.id}-{which.value}.{file_format.value}"
    return ExportedFile(name, content, len(chosen), dict(sorted(sums.items())))


def _csv(table: Iterable[tuple[Cell, ...]]) -> bytes:
    written = io.StringIO(newline="")
    sheet = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    sheet.writerows([_text(cell) for cell in row] for row in table)
    return written.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}"  # a number with its minus, which is no formula
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
        case date():
            return cell.isoformat()
    return escape_formulas(str(cell))


def _xlsx(table: Iterable[tuple[Cell, ...]]) -> bytes:
    written = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, {**options, "in_memory": True}) as book:
        sheet = book.add_worksheet("Payments")
        bold = book.add_format({"bold": True})
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00####"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for place, title in enumerate(COLUMNS):
            sheet.set_column(place, place, WIDTHS.get(title, WIDTH))
        sheet.write_row(0, 0, COLUMNS, bold)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, row in enumerate(table, start=1):
            for place, cell in enumerate(row):
                if cell is not None:
                    _write(sheet, last, place, cell, formats)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    return written.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, formats: Mapping[type, Any]
) -> None:
    match cell:
        case Decimal() if len(cell.as_tuple().digits) <= EXACT_DIGITS:
            sheet.write_number(row, column, float(cell), formats[Decimal])
        case Decimal():
            sheet.write_string(row, column, f"{cell:f}")
        case int():
            sheet.write_number(row, column, cell)
        case datetime():
            sheet.write_datetime(row, column, cell.replace(tzinfo=None), formats[datetime])
        case date():
            sheet.write_datetime(row, column, cell, formats[date])
        case str():
            # The type of the cell is text, which no program takes for a formula; marked all the same, since
            # people save workbooks as CSV.
            sheet.write_string(row, column, escape_formulas(cell))
