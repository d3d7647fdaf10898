"""A list of sanctioned names in the form of OFAC's SDN.CSV, and the entry that a name is most like.

The form: no header; entry number, name, type, program and further columns; ``-0-`` stands for nothing.
Source: OFAC, "Specially Designated Nationals list data formats". Any list whose second column is a name can
be read in this way.
"""

import csv
import datetime as dt
import io
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from rapidfuzz import fuzz, process

from bot.domain.names import core_words, plain_words, without_legal_forms

SHORTEST_ENTRY = 4  # characters; shorter names are like everything


class SanctionsMatch(NamedTuple):
    """An entry of the list, by its name as listed, and how like it the searched name is (0 to 100)."""

    name: str
    score: int


class SanctionsList:
    """Sanctioned names, compared by what they look like and in any order of their words.

    ``as_of`` is the date that evidence gives for the list; the publisher's, or that of its file.
    """

    def __init__(self, names: list[str], as_of: dt.date) -> None:
        self.as_of = as_of
        self._name_by_form: dict[str, str] = {}
        for name in names:
            for form in _comparable_forms(name):
                self._name_by_form.setdefault(form, name)
        # By length, since names of very different lengths are never alike enough.
        self._forms = sorted(self._name_by_form, key=len)
        self._lengths = [len(form) for form in self._forms]
        self._closest: dict[tuple[str, int], SanctionsMatch | None] = {}

    def __len__(self) -> int:
        return len(set(self._name_by_form.values()))

    def closest(self, name: str, least_score: int) -> SanctionsMatch | None:
        """The entry most like ``name``; ``None`` where none reaches ``least_score`` (50 to 100).

        Scores are those of rapidfuzz's ``ratio`` between the words in alphabetical order, or as written.
        """
        key = (name, least_score)
        if key not in self._closest:
            matches = [self._search(form, least_score) for form in _comparable_forms(name)]
            self._closest[key] = max(filter(None, matches), key=lambda match: match.score, default=None)
        return self._closest[key]

    def _search(self, form: str, least_score: int) -> SanctionsMatch | None:
        # ratio = 200 * matching characters / sum of both lengths, and no more characters can match than the
        # shorter name has: so only these lengths can reach the score.
        low = bisect_left(self._lengths, len(form) * least_score / (200 - least_score))
        high = bisect_right(self._lengths, len(form) * (200 - least_score) / least_score)
        best = process.extractOne(form, self._forms[low:high], scorer=fuzz.ratio, score_cutoff=least_score)
        return None if best is None else SanctionsMatch(self._name_by_form[best[0]], int(best[1]))


def read_sanctions(text: str, as_of: dt.date) -> SanctionsList:
    """Read a list from the text of its file; rows without a name in the second column are left out.

    Raises ``ValueError``, with the end of a sentence that begins with the file, where no row holds a name;
    ``csv.Error`` where the text is no CSV.
    """
    names = [
        row[1].strip() for row in csv.reader(io.StringIO(text)) if len(row) > 1 and row[1].strip(" -0\x1a")
    ]
    if not names:
        raise ValueError("no row of it holds a name in its second column, as OFAC's SDN.CSV has it")
    return SanctionsList(names, as_of)


def _comparable_forms(name: str) -> list[str]:
    """The words of a name in alphabetical order and as written, without legal forms such as "Ltd".

    Both, because a slip in the first letter of a word changes its place in the alphabet, and only there. All
    words, and those that tell the name from others, which is without what feeds and disguises put around it.
    """
    readings = (without_legal_forms(plain_words(name)), core_words(name))
    forms = dict.fromkeys(form for words in readings for form in (" ".join(sorted(words)), " ".join(words)))
    return [form for form in forms if len(form) >= SHORTEST_ENTRY]
