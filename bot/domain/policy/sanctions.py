"""A list of sanctioned names in the form of OFAC's SDN.CSV, and what is like a name on it.

The form: no header; entry number, name, type, program and further columns; ``-0-`` stands for nothing.
Source: OFAC, "Specially Designated Nationals list data formats". The same serves any list whose second
column is a name.
"""

import csv
import datetime as dt
import io
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from rapidfuzz import fuzz, process

from bot.domain.names import plain_words, without_legal_forms

SHORTEST = 4  # characters; shorter names are like everything


class Listed(NamedTuple):
    """An entry, and how like it a name is (0 to 100)."""

    name: str
    score: int


class SanctionsList:
    """Names as they are compared: by what they look like, in any order of their words."""

    def __init__(self, names: list[str], as_of: dt.date) -> None:
        self.as_of = as_of
        shapes: dict[str, str] = {}
        for name in names:
            for shape in _shapes(name):
                shapes.setdefault(shape, name)
        # By length, since names of very different lengths are never alike enough.
        self._shapes = sorted(shapes, key=len)
        self._lengths = [len(shape) for shape in self._shapes]
        self._names = shapes
        self._answers: dict[tuple[str, int], Listed | None] = {}

    def __len__(self) -> int:
        return len(set(self._names.values()))

    def closest(self, name: str, score: int) -> Listed | None:
        """The entry most like ``name``, by token_sort_ratio of at least ``score``."""
        key = (name, score)
        if key not in self._answers:
            found = [self._search(shape, score) for shape in _shapes(name)]
            self._answers[key] = max(filter(None, found), key=lambda one: one.score, default=None)
        return self._answers[key]

    def _search(self, shape: str, score: int) -> Listed | None:
        # ratio = 200 * matching / (both lengths), and no more than the shorter length can match.
        low = bisect_left(self._lengths, len(shape) * score / (200 - score))
        high = bisect_right(self._lengths, len(shape) * (200 - score) / score)
        found = process.extractOne(shape, self._shapes[low:high], scorer=fuzz.ratio, score_cutoff=score)
        return None if found is None else Listed(self._names[found[0]], int(found[1]))


def read_sanctions(text: str, as_of: dt.date) -> SanctionsList:
    """A list from its text; raises ``ValueError`` with a sentence where no row holds a name."""
    names = [
        row[1].strip() for row in csv.reader(io.StringIO(text)) if len(row) > 1 and row[1].strip(" -0\x1a")
    ]
    if not names:
        raise ValueError("no row of it holds a name in its second column, as OFAC's SDN.CSV has it")
    return SanctionsList(names, as_of)


def _shapes(name: str) -> list[str]:
    """The words in alphabetical order (token_sort), and as written.

    A slip in a first letter puts a word elsewhere in the alphabet, and nowhere else in the name.
    """
    words = without_legal_forms(plain_words(name))
    shapes = dict.fromkeys((" ".join(sorted(words)), " ".join(words)))
    return [shape for shape in shapes if len(shape) >= SHORTEST]
