"""A program that tells what nobody sees who looks at an .xlsx workbook; it imports nothing of this project.

``workbook.py`` starts it beside ``workbook_process.py`` and under the same limits, since the library that
reads the cells tells neither what is hidden nor how a cell looks. It reads the markup as a stream, and
refuses a document type, in which entities would be declared.

In: the workbook on stdin. Out: one JSON object on stdout, ``{"sheets": {name: {"rows": [row], "columns":
[[first, last]], "struck": {row: [column]}, "unseen": {row: [column]}, "merged": [[row, column, row,
column]], "filtered": bool}}}`` or ``{"problem": "damaged"}``. Rows count from 1, columns from 0; only cells
with a value are named. Struck is what is struck through, unseen what has the colour of its ground or a format
that shows nothing.
"""

import contextlib
import io
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

MAX_MEMORY = 1024**3  # bytes of address space
MAX_SECONDS = 20  # of processor time
MAX_MERGED = 20_000  # ranges of one sheet
LAST_COLUMN = 16_383
LOWEST_ROW, NARROWEST_COLUMN = 1.0, 0.2  # points, characters; less is hidden

Attributes = dict[str, str]
Start = Callable[[str, Attributes, list[str]], None]  # element, attributes, elements around it


def tell_hidden() -> None:
    """Read the workbook on stdin, and write what is hidden in it to stdout."""
    with contextlib.suppress(ImportError):  # Windows has no such limits; the parent still waits 60 s at most
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _read(content: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            styles = _Styles()
            if "xl/styles.xml" in archive.namelist():
                _parse(archive, "xl/styles.xml", styles.start)
            strings = _Strings()
            if "xl/sharedStrings.xml" in archive.namelist():
                _parse(archive, "xl/sharedStrings.xml", strings.start)
            sheets = {}
            for name, part in _parts(archive).items():
                sheet = _Sheet(styles.struck(), styles.unseen(), strings.struck)
                _parse(archive, part, sheet.start, sheet.text if strings.struck else None)
                sheets[name] = sheet.found
            return {"sheets": sheets}
    except (expat.ExpatError, KeyError, ValueError):
        return {"problem": "damaged"}


def _parse(
    archive: zipfile.ZipFile, part: str, start: Start, text: Callable[[str], None] | None = None
) -> None:
    """Call ``start`` for each element of a part; raises ``ValueError`` for a document type."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.CharacterDataHandler = text
    around: list[str] = []

    def begin(name: str, attributes: Attributes) -> None:
        name = name.rpartition(" ")[2]
        start(name, attributes, around)
        around.append(name)

    def refuse(*_: object) -> None:
        raise ValueError("a workbook has no document type")

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: around.pop()
    parser.StartDoctypeDeclHandler = refuse
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each worksheet by the sheet's name."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(element: str, attributes: Attributes, _: list[str]) -> None:
        if element == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    def sheet(element: str, attributes: Attributes, _: list[str]) -> None:
        if element == "sheet":
            ids = [value for name, value in attributes.items() if name.endswith(" id")]
            sheets[attributes["name"]] = ids[0] if ids else ""

    _parse(archive, "xl/_rels/workbook.xml.rels", relation)
    _parse(archive, "xl/workbook.xml", sheet)
    return {name: targets[place] for name, place in sheets.items() if place in targets}


class _Styles:
    """The formats of cells, by number, with what they do to the text."""

    def __init__(self) -> None:
        self._fonts: list[dict[str, Any]] = []
        self._fills: list[str] = []
        self._formats: list[tuple[int, int, str]] = []
        self._showing_nothing: set[str] = set()

    def start(self, element: str, attributes: Attributes, around: list[str]) -> None:
        """Take in one element of the styles."""
        parent = around[-1] if around else ""
        if element == "font" and parent == "fonts":
            self._fonts.append({})
        elif parent == "font" and "fonts" in around:
            self._in_font(element, attributes)
        elif element == "fill" and parent == "fills":
            self._fills.append("white")
        elif element == "patternFill" and "fills" in around and attributes.get("patternType") == "solid":
            self._fills[-1] = "unknown"
        elif element == "fgColor" and "fills" in around and self._fills[-1] == "unknown":
            self._fills[-1] = _colour(attributes)
        elif element == "numFmt" and parent == "numFmts":
            if not attributes.get("formatCode", "0").replace(";", "").strip():
                self._showing_nothing.add(attributes["numFmtId"])
        elif element == "xf" and parent == "cellXfs":
            font, fill = int(attributes.get("fontId", 0)), int(attributes.get("fillId", 0))
            self._formats.append((font, fill, attributes.get("numFmtId", "0")))

    def struck(self) -> frozenset[str]:
        """The formats that strike the text through."""
        return frozenset(
            str(number) for number, (font, _, _) in enumerate(self._formats) if self._font(font).get("struck")
        )

    def unseen(self) -> frozenset[str]:
        """The formats in which nothing is to be seen."""
        return frozenset(
            str(number)
            for number, (font, fill, code) in enumerate(self._formats)
            if code in self._showing_nothing
            or self._font(font).get("tiny")
            or self._font(font).get("colour") == (self._fills[fill] if fill < len(self._fills) else "white")
        )

    def _font(self, number: int) -> dict[str, Any]:
        return self._fonts[number] if number < len(self._fonts) else {}

    def _in_font(self, element: str, attributes: Attributes) -> None:
        font = self._fonts[-1]
        if element == "strike":
            font["struck"] = attributes.get("val", "1") not in ("0", "false")
        elif element == "color":
            font["colour"] = _colour(attributes)
        elif element == "sz":
            font["tiny"] = float(attributes.get("val", 11)) < 2


class _Strings:
    """The texts that cells share, by number: those of which a part is struck through."""

    def __init__(self) -> None:
        self.struck: set[str] = set()
        self._number = -1

    def start(self, element: str, attributes: Attributes, around: list[str]) -> None:
        """Take in one element of the shared texts."""
        if element == "si":
            self._number += 1
        elif _strikes(element, attributes, around):
            self.struck.add(str(self._number))


def _strikes(element: str, attributes: Attributes, around: list[str]) -> bool:
    """Whether an element strikes a run of a text through."""
    return element == "strike" and around[-1] == "rPr" and attributes.get("val", "1") not in ("0", "false")


def _colour(attributes: Attributes) -> str:
    """One name for each colour; ``white`` for all that nobody tells from paper."""
    tint = float(attributes.get("tint", 0))
    if rgb := attributes.get("rgb"):
        shade = rgb[-6:].upper()
        if re.fullmatch("[0-9A-F]{6}", shade) and min(bytes.fromhex(shade)) >= 0xF0:
            return "white"
        return f"{shade} {tint}"
    # The first colour of a theme is that of paper; 1 and 9 of the old palette are white.
    if (attributes.get("theme") == "0" and abs(tint) < 0.1) or attributes.get("indexed") in ("1", "9"):
        return "white"
    return " ".join(f"{name}={value}" for name, value in sorted(attributes.items()))


class _Sheet:
    """What is hidden, struck through or merged on one sheet."""

    def __init__(self, struck: frozenset[str], unseen: frozenset[str], struck_strings: set[str]) -> None:
        self._struck_strings = struck_strings
        self._marks = {"struck": struck, "unseen": unseen}
        self.found: dict[str, Any] = {
            "rows": [], "columns": [], "struck": {}, "unseen": {}, "merged": [], "filtered": False,
        }  # fmt: skip
        self._row, self._column, self._hidden, self._style, self._kind = 0, -1, False, "", ""
        self._height, self._width, self._listed = "99", 99.0, [-1]

    def start(self, element: str, attributes: Attributes, around: list[str]) -> None:
        """Take in one element of the sheet."""
        if element == "c":
            self._column = _column(attributes["r"]) if "r" in attributes else self._column + 1
            self._style, self._kind = attributes.get("s", "0"), attributes.get("t", "")
        elif element in ("v", "is") and around[-1] == "c":
            self._value()
        elif element == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = -1
            height = float(attributes.get("ht", self._height))
            self._hidden = _is_true(attributes, "hidden") or height < LOWEST_ROW
        elif element == "col":
            width = float(attributes.get("width", self._width))
            self._listed.append(int(attributes["max"]) - 1)
            if _is_true(attributes, "hidden") or width < NARROWEST_COLUMN:
                self.found["columns"].append([int(attributes["min"]) - 1, int(attributes["max"]) - 1])
        elif element == "sheetFormatPr":
            # Not zeroHeight: a row with cells has an element, which says whether it is hidden.
            self._height = attributes.get("defaultRowHeight", "99")
            self._width = float(attributes.get("defaultColWidth", 99))
        elif element == "sheetData" and self._width < NARROWEST_COLUMN:
            self.found["columns"].append([max(self._listed) + 1, LAST_COLUMN])
        elif _strikes(element, attributes, around):
            self._mark("struck")
        elif element == "mergeCell":
            self._merge(attributes["ref"])
        elif element == "autoFilter":
            self.found["filtered"] = True

    def _value(self) -> None:
        rows = self.found["rows"]
        if self._hidden and (not rows or rows[-1] != self._row):
            rows.append(self._row)
        for mark, styles in self._marks.items():
            if self._style in styles:
                self._mark(mark)

    def text(self, text: str) -> None:
        """Take in the text of an element, which may be the number of a shared text."""
        if self._kind == "s" and text in self._struck_strings:
            self._mark("struck")

    def _mark(self, mark: str) -> None:
        self.found[mark].setdefault(self._row, []).append(self._column)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if len(self.found["merged"]) == MAX_MERGED:
            raise ValueError("too many merged cells")
        self.found["merged"].append(
            [_row(first), _column(first), _row(last or first), _column(last or first)]
        )


def _is_true(attributes: Attributes, name: str) -> bool:
    return attributes.get(name) in ("1", "true")


def _row(place: str) -> int:
    return int(place.lstrip("$ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _column(place: str) -> int:
    """The number, from 0, of the column of a place such as ``AB12``."""
    number = 0
    for letter in place.rstrip("0123456789").replace("$", ""):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


if __name__ == "__main__":
    tell_hidden()
