"""What nobody sees who looks at a workbook is refused by name; merged cells are filled down and said."""

import io
import struct
import time
import zipfile
from decimal import Decimal

import pytest

from bot.intake import Intake, IntakeError, read_file
from tests.intake.workbooks import Value, cell_xml, record, rows_xml, xls, xlsx, zipped

HEADER: list[Value] = ["Date", "Vendor", "Amount", "Memo"]
ROWS: list[list[Value]] = [
    HEADER,
    ["2026-11-02", "Harbor Print Co", 4200, "report"],
    ["2026-11-03", "Larkfield Foods", 310.4, "canteen"],
    ["2026-11-04", "Moss Legal LLP", 8800, "do not pay"],
    ["2026-11-05", "Quill Office", 77, "paper"],
]
FILTER = '<autoFilter ref="A1:D5"/>'
# Formats: 1 is struck through, 2 white on nothing, 3 white on blue, 4 shows nothing, 5 red on red, 6 tiny,
# 7 the paper's colour of the theme, 8 black and not struck through.
STYLES = (
    '<numFmts count="1"><numFmt numFmtId="164" formatCode=";;;"/></numFmts>'
    '<fonts><font><sz val="11"/><color theme="1"/></font><font><strike/></font>'
    '<font><color rgb="FFFFFFFF"/></font><font><color rgb="FFFF0000"/></font><font><sz val="1"/></font>'
    '<font><color theme="0"/></font><font><strike val="0"/><color rgb="FF000000"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF0000AA"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill></fills>'
    '<cellStyleXfs><xf fontId="1"/></cellStyleXfs>'
    '<cellXfs><xf/><xf fontId="1"/><xf fontId="2"/><xf fontId="2" fillId="1"/><xf numFmtId="164"/>'
    '<xf fontId="3" fillId="2"/><xf fontId="4"/><xf fontId="5"/><xf fontId="6"/></cellXfs>'
    "<dxfs><dxf><font><strike/></font></dxf></dxfs>"
)


def read(content: bytes, name: str = "payments.xlsx") -> Intake:
    return read_file(name, content, currency="USD")


def refusals(intake: Intake) -> list[str]:
    return [str(error) for error in intake.errors]


def with_row_4(attributes: str, below: str = "") -> bytes:
    return xlsx({"A": rows_xml(ROWS).replace('<row r="4"', f'<row r="4" {attributes}')}, below=below)


def with_format(place: str, number: int) -> bytes:
    return xlsx({"A": rows_xml(ROWS).replace(f'r="{place}"', f'r="{place}" s="{number}"')}, styles=STYLES)


@pytest.mark.parametrize(
    ("attributes", "below", "why"),
    [
        ('hidden="1"', FILTER, " (filtered out?)"),
        ('hidden="true"', "", ""),
        ('ht="0" customHeight="1"', "", ""),
        ('spans="1:4" hidden="1" outlineLevel="1"', "", ""),
    ],
)
def test_a_hidden_row_is_refused_and_the_others_are_read(attributes: str, below: str, why: str) -> None:
    intake = read(with_row_4(attributes, below))
    assert refusals(intake) == [f"Row 4: This row is hidden in the workbook{why}; unhide it or remove it."]
    assert [payment.row for payment in intake.transactions] == [2, 3, 5]
    assert intake.totals == {"USD": Decimal("4587.4")}


def test_rows_and_columns_may_be_hidden_by_the_sheets_own_default() -> None:
    tall = rows_xml(ROWS).replace("<row ", '<row ht="15" ').replace('<row ht="15" r="4"', '<row r="4"')
    low = xlsx({"A": tall}, above='<sheetFormatPr defaultRowHeight="0" customHeight="1"/>')
    assert [error.row for error in read(low).errors] == [4]
    cols = '<cols><col min="1" max="2" width="9"/></cols>'
    narrow = xlsx({"A": ROWS}, above=f'<sheetFormatPr defaultColWidth="0" defaultRowHeight="15"/>{cols}')
    with pytest.raises(IntakeError, match="“Amount” and “Memo” are hidden"):
        read(narrow)


def test_a_sheet_that_hides_the_rows_below_its_table_is_read() -> None:
    below = xlsx({"A": ROWS}, above='<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>')
    assert read(below).errors == ()


def test_rows_that_are_merely_low_or_grouped_are_read() -> None:
    assert read(with_row_4('ht="5" hidden="0" outlineLevel="1"', FILTER)).errors == ()


def test_a_hidden_row_is_named_where_rows_and_cells_say_no_place() -> None:
    rows = "<row><c><v>1</v></c></row>" + "".join(
        f"<row{' hidden=' + chr(34) + '1' + chr(34) if number == 2 else ''}>"
        + "".join(cell_xml("A1", value).replace(' r="A1"', "") for value in cells)
        + "</row>"
        for number, cells in enumerate(ROWS)
    )
    assert [error.row for error in read(xlsx({"A": rows})).errors] == [4]


def test_rows_count_from_the_first_of_the_sheet() -> None:
    rows = rows_xml([[], [], *[[None, *cells] for cells in ROWS]]).replace(
        '<row r="6"', '<row r="6" hidden="1"'
    )
    assert [error.row for error in read(xlsx({"A": rows})).errors] == [6]


@pytest.mark.parametrize("place", ["A4", "B4", "C4", "D4"])
def test_a_row_that_is_struck_through_is_refused(place: str) -> None:
    intake = read(with_format(place, 1))
    problem = "This row is struck through in the workbook; remove the row, or the line through it."
    assert refusals(intake) == [f"Row 4: {problem}"]
    assert len(intake.transactions) == 3


@pytest.mark.parametrize("run", ["<r><rPr><strike/></rPr><t>Moss</t></r><r><t> Legal</t></r>"])
def test_a_name_that_is_struck_through_in_part_is_refused(run: str) -> None:
    shared = rows_xml(ROWS).replace(cell_xml("B4", "Moss Legal LLP"), '<c r="B4" t="s"><v>1</v></c>')
    strings = f"<si><t>Quill</t></si><si>{run}</si>"
    assert [error.row for error in read(xlsx({"A": shared}, strings=strings)).errors] == [4]
    inline = rows_xml(ROWS).replace(
        cell_xml("B4", "Moss Legal LLP"), f'<c r="B4" t="inlineStr"><is>{run}</is></c>'
    )
    assert [error.row for error in read(xlsx({"A": inline})).errors] == [4]
    harmless = shared.replace("<v>1</v>", "<v>0</v>").replace(cell_xml("C4", 8800), '<c r="C4"><v>1</v></c>')
    assert read(xlsx({"A": harmless}, strings=strings)).errors == ()


@pytest.mark.parametrize("number", [2, 4, 5, 6, 7])
def test_a_value_that_nobody_can_see_is_refused(number: int) -> None:
    intake = read(with_format("C4", number))
    problem = "A value of this row cannot be seen in the workbook (white on white?); show it or remove it."
    assert refusals(intake) == [f"Row 4: {problem}"]


@pytest.mark.parametrize("number", [0, 3, 8])
def test_white_on_blue_and_other_formats_are_read(number: int) -> None:
    assert read(with_format("C4", number)).errors == ()


@pytest.mark.parametrize(
    ("column", "name"), [('min="3" max="3" hidden="1"', "Amount"), ('min="2" max="2" width="0"', "Vendor")]
)
def test_a_hidden_column_that_would_be_read_is_asked_about(column: str, name: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read(xlsx({"A": ROWS}, above=f"<cols><col {column}/></cols>"))
    assert str(caught.value) == (
        f"“{name}” is hidden in the workbook, and would be read; unhide or remove it and submit again."
    )


def test_a_hidden_column_that_is_not_read_does_not_matter() -> None:
    rows = [[*cells, "x"] for cells in ROWS]
    cols = '<cols><col min="1" max="4" width="9"/><col min="5" max="9" hidden="1"/></cols>'
    assert read(xlsx({"A": rows}, above=cols)).errors == ()


def test_a_hidden_sheet_is_asked_about() -> None:
    with pytest.raises(IntakeError, match="are on “Pay”, a hidden sheet; unhide it"):
        read(xlsx({"Notes": [["read me"]], "Pay": ROWS}, hidden=["Pay"]))
    with pytest.raises(IntakeError, match=r"Sheets “Pay” and “Old” \(hidden\) all hold payments"):
        read(xlsx({"Pay": ROWS, "Old": ROWS}, hidden=["Old"]))


def test_merged_cells_are_filled_down_and_said() -> None:
    rows: list[list[Value]] = [
        HEADER,
        *ROWS[1:2],
        [None, None, 5, "x"],
        ["2026-11-03", None, 6, "y"],
        ROWS[4],
    ]
    below = '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="B2:B4"/></mergeCells>'
    intake = read(xlsx({"A": rows}, below=below))
    assert intake.errors == ()
    assert [payment.vendor for payment in intake.transactions] == ["Harbor Print Co"] * 3 + ["Quill Office"]
    assert [str(payment.date) for payment in intake.transactions] == [
        "2026-11-02", "2026-11-02", "2026-11-03", "2026-11-05",
    ]  # fmt: skip
    assert intake.notes[-2:] == (
        "Merged cells of “Date” were filled down: rows 2 to 3.",
        "Merged cells of “Vendor” were filled down: rows 2 to 4.",
    )


def test_many_overlapping_ranges_take_no_time() -> None:
    row: list[Value] = ["2026-11-03", None, 5, "x"]
    rows = [*ROWS[:2], *[row] * 4_900]
    below = "<mergeCells>" + '<mergeCell ref="B2:B1048576"/>' * 15_000 + "</mergeCells>"
    started = time.process_time()
    assert len(read(xlsx({"A": rows}, below=below)).transactions) == 4_901
    assert time.process_time() - started < 5  # seconds; in this process, without the two that read


def test_a_merged_amount_is_one_amount() -> None:
    rows: list[list[Value]] = [*ROWS[:2], ["2026-11-02", "Harbor Print Co", None, "again"]]
    intake = read(xlsx({"A": rows}, below='<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'))
    assert [error.row for error in intake.errors] == [3]
    assert intake.totals == {"USD": Decimal(4200)}


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        ([["Payments", None, None, None], *ROWS], "A1:D1"),
        ([[*HEADER, None, None], *ROWS[1:]], "D1:F1"),
        ([["", *HEADER], *[["x", *cells] for cells in ROWS[1:]]], "A2:A5"),
    ],
)
def test_merged_titles_and_headers_without_a_name_do_no_harm(rows: list[list[Value]], merged: str) -> None:
    intake = read(xlsx({"A": rows}, below=f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>'))
    assert intake.errors == ()
    assert intake.totals == {"USD": Decimal("13387.4")}
    assert [payment.memo for payment in intake.transactions] == ["report", "canteen", "do not pay", "paper"]


def test_a_document_type_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx({"A": ROWS}))) as archive:
        parts: dict[str, bytes] = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(
        b"?><", b'?><!DOCTYPE styleSheet [<!ENTITY a "aaaa">]><'
    )
    assert b"DOCTYPE" in parts["xl/styles.xml"]
    with pytest.raises(IntakeError, match="damaged"):
        read(zipped(parts))


ROW, COLINFO, FONT, XF, MERGED = 0x0208, 0x007D, 0x0031, 0x00E0, 0x00E5


def _font(*, struck: bool = False, colour: int = 0x7FFF) -> bytes:
    return record(FONT, struct.pack("<HHHHHBBBBBB", 220, 8 * struck, colour, 400, 0, 0, 0, 0, 0, 1, 0) + b"A")


def _xf(font: int) -> bytes:
    return record(XF, struct.pack("<HHH", font, 0, 0) + bytes(14))


FORMATS = b"".join([*[_font()] * 4, _font(struck=True), _font(colour=9), *map(_xf, (0, 5, 6))])


@pytest.mark.parametrize(
    ("in_sheet", "formats", "problem"),
    [
        (record(ROW, struct.pack("<HHHHHHI", 3, 0, 4, 255, 0, 0, 0x20)), {}, "is hidden"),
        (b"", {(3, 1): 1}, "struck through"),
        (b"", {(3, 2): 2}, "cannot be seen"),
    ],
)
def test_rows_of_a_legacy_workbook_are_refused_too(
    in_sheet: bytes, formats: dict[tuple[int, int], int], problem: str
) -> None:
    intake = read(xls(ROWS, extra=FORMATS, in_sheet=in_sheet, formats=formats), "old.xls")
    assert [error.row for error in intake.errors] == [4]
    assert problem in refusals(intake)[0]


def test_columns_and_merged_cells_of_a_legacy_workbook() -> None:
    hidden = record(COLINFO, struct.pack("<HHHHH", 2, 2, 2560, 0, 1) + bytes(2))
    with pytest.raises(IntakeError, match="“Amount” is hidden"):
        read(xls(ROWS, in_sheet=hidden), "old.xls")
    rows: list[list[Value]] = [*ROWS[:2], ["2026-11-03", None, 5, "x"]]
    merged = record(MERGED, struct.pack("<HHHHH", 1, 1, 2, 1, 1))
    intake = read(xls(rows, in_sheet=merged), "old.xls")
    assert [payment.vendor for payment in intake.transactions] == ["Harbor Print Co"] * 2
    assert "Merged cells of “Vendor” were filled down: rows 2 to 3." in intake.notes
