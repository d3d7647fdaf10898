"""Text that is safe in a spreadsheet: nothing that somebody wrote can act as a formula.

A program that opens a CSV file runs what begins with ``=``, ``+``, ``-`` or ``@`` (OWASP, "CSV Injection"),
some also after spaces, some also in the full-width forms that East Asian keyboards give. A program that
expects another separator than a comma cuts a field in two, and the second half may begin so.
"""

import re
import unicodedata

TEXT_MARK = "'"  # what spreadsheets themselves put before text that is to stay text
_FORMULA_STARTS = frozenset("=+-@|%")
_DASHES = frozenset("−‐‑‒–—―⁃")  # some programs correct them to a minus
_AFTER_SEPARATOR = re.compile(r"(?<=[;|\t\r\n])(?=.)", re.DOTALL)
_QUOTES = "\"'`´‘’“”"


def escape_formulas(text: str) -> str:
    """The text with ``'`` before each place from which a spreadsheet may begin to read a formula.

    Control characters, which no program shows, become ``�``; tabs and line ends stay.
    """
    printable = "".join(_printable(char) for char in text)
    parts = _AFTER_SEPARATOR.split(printable)
    return "".join(TEXT_MARK + part if _may_be_formula(part) else part for part in parts)


def _printable(char: str) -> str:
    return "\ufffd" if unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\r\n" else char


def _may_be_formula(part: str) -> bool:
    if part[:1] in ("\t", "\r", "\n"):
        return True
    for char in part:
        if unicodedata.category(char)[0] in "ZC" or char in _QUOTES or unicodedata.combining(char):
            continue  # not seen, or a quote that a program may take off
        plain = unicodedata.normalize("NFKC", char)[:1]
        return bool(_FORMULA_STARTS.intersection(plain)) or char in _DASHES
    return False
