"""Spreadsheets made by hand, byte by byte, so that every quirk in them is on purpose."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

Value = str | int | float | None


def cell_xml(place: str, value: Value) -> str:
    """One cell; a text that starts with ``<`` stands for itself."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("<c "):
        return value
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def rows_xml(rows: Sequence[Sequence[Value]]) -> str:
    """``<row>`` elements from row 1 and column A on."""
    return "".join(
        f'<row r="{number}">'
        + "".join(cell_xml(f"{chr(65 + column)}{number}", value) for column, value in enumerate(cells))
        + "</row>"
        for number, cells in enumerate(rows, start=1)
    )


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[Value]] | str],
    *,
    hidden: Sequence[str] = (),
    above: str = "",
    below: str = "",
    styles: str = "",
    strings: str = "",
) -> bytes:
    """A workbook; a sheet is its rows, or its raw ``<row>`` elements.

    ``above`` and ``below`` are raw elements around the rows of each sheet, ``styles`` those of the style
    sheet, ``strings`` the raw ``<si>`` elements of shared texts.
    """
    listed, related, parts = "", "", {}
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="rId{number}"/>'
        related += (
            f'<Relationship Id="rId{number}" Type="{_RELS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        )
        body = rows if isinstance(rows, str) else rows_xml(rows)
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'{_HEAD}<worksheet xmlns="{_MAIN}">{above}<sheetData>{body}</sheetData>{below}</worksheet>'
        )
    parts["xl/workbook.xml"] = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets>{listed}</sheets></workbook>'
    )
    # style 1 is a date (format 14), as Excel writes it
    styles = (
        styles or '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    )
    parts["xl/styles.xml"] = f'{_HEAD}<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>'
    if strings:
        parts["xl/sharedStrings.xml"] = f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>'
        related += f'<Relationship Id="rIdS" Type="{_RELS}/sharedStrings" Target="sharedStrings.xml"/>'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{related}</Relationships>'
    )
    parts["_rels/.rels"] = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_RELS}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    )
    parts["[Content_Types].xml"] = (
        f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="{_XLSX}"/></Types>'
    )
    return zipped(parts)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these members, compressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def xls(
    rows: Sequence[Sequence[Value]],
    *,
    extra: bytes = b"",
    in_sheet: bytes = b"",
    formats: Mapping[tuple[int, int], int] | None = None,
) -> bytes:
    """A BIFF8 workbook with one sheet; ``extra`` records follow the first one of the workbook.

    ``in_sheet`` records follow the first one of the sheet; ``formats`` are the numbers of formats by row and
    column, from 0.
    """
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + in_sheet
    for number, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HHH", number, column, (formats or {}).get((number, column), 0))
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                sheet += record(0x0204, place + text)
            elif value is not None:
                sheet += record(0x0203, place + struct.pack("<d", value))
    sheet += record(0x000A, b"")
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + extra
    end = record(0x000A, b"")
    about_length = 4 + 8 + len("Pay")
    offset = len(start) + about_length + len(end)
    about = record(0x0085, struct.pack("<IBBBB", offset, 0, 0, 3, 0) + b"Pay")
    return _compound(start + about + end + sheet)


def record(kind: int, content: bytes) -> bytes:
    """One record of a BIFF8 stream."""
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    """An OLE compound file with the one stream ``Workbook``: header, allocation table, directory, stream."""
    stream = stream.ljust(4096, b"\0")  # shorter ones would need the mini stream
    sectors = -(-len(stream) // 512)
    stream = stream.ljust(sectors * 512, b"\0")
    assert sectors <= 126
    free, end_of_chain, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    chain = [table, end_of_chain, *(number + 3 for number in range(sectors - 1)), end_of_chain]
    allocation = struct.pack("<128I", *(chain + [free] * (128 - len(chain))))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end_of_chain, 0,
                          end_of_chain, 0, 0)  # fmt: skip
    header += struct.pack("<108I", *([free] * 108))
    directory = _entry("Root Entry", 5, 1, end_of_chain, 0) + _entry("Workbook", 2, free, 2, len(stream))
    return header + allocation + directory.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le").ljust(64, b"\0")
    none = 0xFFFFFFFF
    return (
        text
        + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, none, none, child)
        + bytes(16 + 4 + 16)
        + struct.pack("<IQ", start, size)
    )
