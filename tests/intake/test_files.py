"""Files: spreadsheets with their quirks, and everything that is no table of payments."""

import contextlib
import datetime as dt
import io
import struct
import zipfile
from collections.abc import Callable
from decimal import Decimal

import pytest

from bot.intake import MAX_FILE_BYTES, Intake, IntakeError, join_intakes, read_file
from bot.intake.workbook import _refuse_bomb
from tests.intake.workbooks import Value, rows_xml, xls, xlsx, zipped

TABLE: list[list[Value]] = [["Vendor", "Amount"], ["Acme", 12.5]]


def read(content: bytes, name: str = "payments.xlsx") -> Intake:
    return read_file(name, content, currency="USD")


def refused(content: bytes, name: str = "payments.xlsx") -> str:
    with pytest.raises(IntakeError) as caught:
        read(content, name)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_a_workbook_is_read_cell_by_cell() -> None:
    intake = read(
        xlsx(
            {
                "April": [
                    ["Payments of April"],
                    [],
                    ["Supplier", "Value", "Date", "Memo"],
                    ["Acme", 97.41, '<c r="C4" s="1"><v>45000</v></c>', "Paper"],
                    [None, None],
                    [" Tea   Co ", "1,200.00", "2026-04-01", 7],
                ]
            }
        )
    )
    assert intake.errors == ()
    first, second = intake.transactions
    assert (first.row, first.amount, first.date) == (4, Decimal("97.41"), dt.date(2023, 3, 15))
    assert (second.row, second.vendor, second.amount, second.memo) == (6, "Tea Co", Decimal("1200.00"), "7")


def test_bad_cells_are_named_and_never_zero() -> None:
    intake = read(
        xlsx(
            {
                "A": [
                    ["Vendor", "Amount", "Date"],
                    ["never calculated", '<c r="B2"><f>1+1</f></c>'],
                    ["error", '<c r="B3" t="e"><v>#REF!</v></c>'],
                    ["fraction", 0.1 + 0.2],
                    ["date", '<c r="B5" s="1"><v>45000</v></c>'],
                    ["yes", '<c r="B6" t="b"><v>1</v></c>'],
                    ["huge", 1e300],
                    ["number as date", 5, 3.5],
                    ['<c r="A9" t="e"><v>#N/A</v></c>', 5],
                    ["date beyond the calendar", 5, '<c r="C10" s="1"><v>99999999</v></c>'],
                    ["good", 5, "2026-04-01"],
                ]
            }
        )
    )
    assert [payment.vendor for payment in intake.transactions] == ["good"]
    problems = {error.row: str(error) for error in intake.errors}
    assert sorted(row for row in problems if row) == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert "a formula that was never calculated" in problems[2]
    assert "more decimal places than USD has" in problems[4]
    assert problems[5] == "Row 5, Amount: “2023-03-15” is not an amount."


def test_a_legacy_workbook_is_read_too() -> None:
    intake = read(xls([["Payee", "Value"], ["Zoë", 12.5], ["Acme", -3]]), "old.xls")
    assert [(transaction.vendor, str(transaction.amount)) for transaction in intake.transactions] == [
        ("Zoë", "12.5"),
        ("Acme", "-3"),
    ]


def test_the_content_counts_and_not_the_name() -> None:
    assert len(read(xlsx({"A": TABLE}), "payments.csv").transactions) == 1
    assert len(read(b"Vendor,Amount\nA,1\n", "payments.xlsx").transactions) == 1


def test_one_sheet_with_a_table_is_found_and_named() -> None:
    intake = read(xlsx({"Notes": [["read me"]], "Pay": TABLE}, hidden=["Notes"]))
    assert len(intake.transactions) == 1
    assert intake.notes[0] == "Read from the sheet “Pay”."


def test_payments_on_two_sheets_are_not_half_taken() -> None:
    assert "Sheets “A” and “B” all hold payments" in refused(xlsx({"A": TABLE, "B": TABLE}))


def test_a_header_over_two_rows_names_what_it_could_not_read() -> None:
    assert "No header row" in refused(xlsx({"A": [["Payee", None], [None, "Amount"], ["Acme", 5]]}))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \r\n ", "is empty"),
        (b"x" * (MAX_FILE_BYTES + 1), "20 MB are the most"),
        (b"%PDF-1.7\n%...", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n....", "is an image"),
        (b"\xff\xd8\xff\xe0....", "is an image"),
        (b"\x1f\x8b\x08....", "is a compressed archive"),
        (b"<!doctype html><table>", "is a web page"),
        (b"Vendor,Amount\nA\x00\x00\x00,1\n", "not a text table"),
        (b"Vendor\x00,Amount\nA,1\nB,2\n", "header row holds a NUL"),
        ("Vendor,Amount\nA,1\n".encode("utf-16-le"), "not a text table"),
        (b"Vendor,Amount\nA\x81,1\n", "text cannot be read"),
        (b"\xff\xfe\x00", "text cannot be read"),
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(content: bytes, words: str) -> None:
    assert words in refused(content, "payments.csv")


@pytest.mark.story  # workbooks are read in a process of their own
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: xlsx({"A": []}), "workbook is empty"),
        (lambda: xlsx({"A": [["Vendor", "Amount"]]}), "no row below it"),
        (lambda: xlsx({"A": TABLE + TABLE[1:] * 50_000}), "50,001 rows"),
        (lambda: xlsx({"A": TABLE + TABLE[1:] * 50_100}), "too many rows"),
        (lambda: zipped({"a.csv": "Vendor,Amount\nA,1\n"}), "a zip archive"),
        (lambda: xlsx({"A": TABLE})[:-30], "damaged"),
        (lambda: xlsx({"A": TABLE})[:200] + b"\xff" * 40 + xlsx({"A": TABLE})[240:], "damaged"),
        (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "damaged"),
        (lambda: xls([], extra=struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1)), "protected by a password"),
        (
            lambda: xls([]).replace("Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")),
            "password",
        ),
        (lambda: zipped({"xl/workbook.xml": bytes(60 * 1024 * 1024)}), "unpacks to far more"),
        (lambda: zipped({"xl/workbook.xml": bytes(20 * 1024 * 1024)}), "unpacks to far more"),
        (
            lambda: zipped({"xl/workbook.xml": "", **{f"x{n}": "" for n in range(1_000)}}),
            "unpacks to far more",
        ),
    ],
)
def test_workbooks_that_cannot_be_read_are_told_in_one_sentence(
    content: Callable[[], bytes], words: str
) -> None:
    assert words in refused(content())


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_workbook_with_any_damaged_byte_is_read_or_refused_in_words(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>" * 20)
    whole = packed.getvalue()
    for place in range(len(whole)):
        for value in (0, 1, 0x7F, 0xFF):
            damaged = whole[:place] + bytes([value]) + whole[place + 1 :]
            with contextlib.suppress(IntakeError):
                _refuse_bomb(damaged)


def test_a_zip_that_lies_about_its_size_is_not_believed() -> None:
    honest = zipped({"xl/workbook.xml": bytes(20 * 1024 * 1024)})
    lying = honest.replace(struct.pack("<I", 20 * 1024 * 1024), struct.pack("<I", 100))
    assert lying != honest
    assert "damaged" in refused(lying) or "unpacks" in refused(lying)


@pytest.mark.parametrize("place", ["XFD1048576", "CV1048576"])  # 400 GB and 2.5 GB of empty cells
def test_a_sheet_with_a_cell_at_the_far_corner_takes_one_sentence_and_not_the_memory(place: str) -> None:
    corner = f'<row r="1048576"><c r="{place}"><v>1</v></c></row>'
    assert "far too large" in refused(xlsx({"A": rows_xml(TABLE) + corner}))


def test_a_file_is_named_without_its_tricks() -> None:
    assert refused(b"", "pay\u202evsc.exe\n") == "“pay?vsc.exe?” is empty."


def test_several_files_become_one_batch() -> None:
    first = read_file("a.csv", b"Vendor,Amount\nA,1\nB,x\n", currency="USD")
    second = read_file("b.csv", "Vendor,Amount\nZoë,€2\n".encode("cp1252"), currency="USD")
    assert join_intakes([first]) is first
    both = join_intakes([first, second])
    assert [(transaction.ref, transaction.vendor) for transaction in both.transactions] == [
        (1, "A"),
        (2, "Zoë"),
    ]
    assert [str(error) for error in both.errors] == ["A.csv, row 3, Amount: “x” is not an amount."]
    assert "b.csv: Read as windows-1252." in both.notes
    assert both.totals == {"EUR": Decimal(2), "USD": Decimal(1)}


def test_several_files_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    big = read_file("a.csv", b"Vendor,Amount\n" + b"A,1\n" * 300 + b"B,x\n", currency="USD")
    assert len(join_intakes([big, big]).transactions) == 600
    monkeypatch.setattr("bot.intake.result.MAX_ROWS", 600)
    with pytest.raises(IntakeError, match="The files hold 602 rows, and at most 600 are read"):
        join_intakes([big, big])


def test_several_files_share_the_bytes_of_one() -> None:
    file = read_file("a.csv", b"Vendor,Amount\nA,1\n", currency="USD")
    (raw,) = file.inputs
    half = file.model_copy(update={"inputs": (raw.model_copy(update={"size": MAX_FILE_BYTES // 2}),)})
    assert len(join_intakes([half, half]).transactions) == 2
    with pytest.raises(IntakeError, match=r"The files have 20\.0 MB together, and at most 20 MB are read"):
        join_intakes([half, half, file])


SNIPPET = (
    "Transaction: $101.50 to Vendor 1 GmbH. Memo: item 1.\nTransaction: $102.50 to Vendor 2 GmbH. Memo: b"
)


@pytest.mark.parametrize(
    ("content", "vendors"),
    [
        (SNIPPET, ["Vendor 1 GmbH", "Vendor 2 GmbH"]),
        ("Please pay:\n500 EUR an Müller GmbH, Papier\nPay Acme $5 for lunch\n", ["Müller GmbH", "Acme"]),
        ("$5 to O'Neil's \"Inn\n$6 to B. Memo: it's", ["O'Neil's \"Inn", "B"]),
        ("5 USD | Acme | lunch\n6 USD | Globex | dinner", ["Acme", "Globex"]),
        ("$5 to Acme\n$many to Globex", ["Acme"]),
    ],
)
def test_a_text_file_without_a_table_is_read_as_typed_payments(content: str, vendors: list[str]) -> None:
    intake = read_file("notes.txt", content.encode(), currency="USD", first_ref=4)
    assert [payment.vendor for payment in intake.transactions] == vendors
    assert [payment.ref for payment in intake.transactions] == list(range(4, 4 + len(vendors)))
    assert len(intake.errors) == content.count("many")
    assert intake.notes[0] == "There is no table in the file, so each line was read as a typed payment."
    assert intake.inputs[0].name == "notes.txt"


@pytest.mark.parametrize(
    "content",
    [
        "Empfänger;Betrag;Was\nAcme;500,00;Papier\nGlobex;700,00;Toner",
        "Kreditor,Summe,Was\nAcme,500,Papier\nGlobex,700,Toner",
        "Kreditor\tSumme\nAcme\t500\nGlobex\t700",
        "Dear all\nthis is a letter\nwith 3 lines",
        "$5 to Acme\nand so on\nfor ever 2",
    ],
)
def test_a_table_whose_header_nobody_knows_and_a_letter_are_no_typed_payments(content: str) -> None:
    try:
        intake = read_file("table.csv", content.encode(), currency="USD")
    except IntakeError:
        return
    assert not any("typed payment" in note for note in intake.notes)
