"""Text for a spreadsheet, in which nothing that somebody wrote can act as a formula.

A program that opens a CSV file runs what begins with ``=``, ``+``, ``-`` or ``@`` (OWASP, "CSV
Injection"), some also behind spaces, some also in the full-width forms that East Asian keyboards give. A
program that expects another separator than a comma cuts a field in two, and the second half may begin so.
"""

import re
import unicodedata

MARK = "'"  # what spreadsheets themselves put before text that is to stay text
_ACTS = frozenset("=+-@|%")
_DASHES = frozenset("−‐‑‒–—―⁃")  # some programs mend them into a minus
_CUTS = re.compile(r"(?<=[;|\t\r\n])(?=.)", re.DOTALL)
_WRAPS = "\"'`´‘’“”"


def as_text(written: str) -> str:
    """The text with a mark before each place from which a program may begin to read a formula.

    Control characters, which no program shows, become ``�``; tabs and line ends stay.
    """
    plain = "".join(_shown(char) for char in written)
    return "".join(MARK + part if _acts(part) else part for part in _CUTS.split(plain))


def _shown(char: str) -> str:
    return "\ufffd" if unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\r\n" else char


def _acts(part: str) -> bool:
    if part[:1] in ("\t", "\r", "\n"):
        return True
    for char in part:
        if unicodedata.category(char)[0] in "ZC" or char in _WRAPS or unicodedata.combining(char):
            continue  # not seen, or quotes that a program may take off
        return bool(_ACTS.intersection(unicodedata.normalize("NFKC", char)[:1])) or char in _DASHES
    return False
