"""The hash chain over an audit trail, which shows any later change.

A trail is a list of lines, ``LINK TEXT``. TEXT is one entry as compact JSON, exactly as it was written;
LINK chains it to all entries before it::

    LINK = hex(SHA-256("PREVIOUS|SEQ|TEXT"))       in UTF-8, SEQ counting from 1

where PREVIOUS is the link before, and for the first entry the words ``countersign-audit-1 TEAM REVIEW``.
Who has the lines needs nothing of ours to check them: ``printf '%s|%s|%s' "$previous" "$seq" "$text" |
sha256sum``. The number in those words goes up when anything of this changes.

Words that have to be forgotten are taken out of an entry where it stands, and its LINK stays, so that all
after it still follow. Such a line counts only where an entry behind it, ``forgotten``, names it: its place,
its LINK, and the SHA-256 of the text that is left. The last of these counts for all that came before it.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from pydantic import ValidationError

from bot.domain.audit.entry import AuditEntry, TrailEnd

FORMAT = "countersign-audit-1"
LINK = 64  # characters of a link


class TrailLine(NamedTuple):
    """One entry as it is kept: its place from 1, its link, and its text."""

    seq: int
    link: str
    text: str

    @property
    def entry(self) -> AuditEntry:
        """The entry that the text holds; raises pydantic's ``ValidationError`` where it holds none."""
        return AuditEntry.model_validate_json(self.text)

    def __str__(self) -> str:
        return f"{self.link} {self.text}"


class BrokenEntry(NamedTuple):
    """An entry, by its place from 1, that is not as it was written, and what is wrong with it."""

    seq: int
    problem: str

    def __str__(self) -> str:
        return f"entry {self.seq} {self.problem}"


def beginning(team: str, review: str) -> str:
    """What stands for the link before the first entry, so that no trail passes for another review's."""
    return f"{FORMAT} {team} {review}"


def link_of(previous: str, seq: int, text: str) -> str:
    """The link of an entry (64 hex digits)."""
    return hashlib.sha256(f"{previous}|{seq}|{text}".encode()).hexdigest()


def chained(end: TrailEnd, texts: Iterable[str]) -> list[TrailLine]:
    """These entries, as ``text_of`` writes them, as the next lines of a trail that ends at ``end``."""
    lines: list[TrailLine] = []
    seq, link = end
    for text in texts:
        seq, link = seq + 1, link_of(link, seq + 1, text)
        lines.append(TrailLine(seq, link, text))
    return lines


def read_line(seq: int, stored: str) -> TrailLine:
    """A line as it is kept; one without a link has an empty one."""
    link, text = stored[:LINK], stored[LINK + 1 :]
    return TrailLine(seq, link, text) if stored[LINK : LINK + 1] == " " else TrailLine(seq, "", stored)


FORGOTTEN = "forgotten"  # the event of an entry that says which lines before it have lost words


def digest_of(text: str) -> str:
    """SHA-256 (hex) of what is left of an entry, by which a later one vouches for it."""
    return hashlib.sha256(text.encode()).hexdigest()


class ChainCheck:
    """Follows a chain, some lines at a time. ``follow`` and then ``end`` say the first that is wrong."""

    def __init__(self, end: TrailEnd) -> None:
        self.at = end
        self.forgettings: list[AuditEntry] = []
        self._changed: dict[int, tuple[str, str]] = {}
        self._vouched: dict[int, tuple[str, str]] = {}

    def follow(self, lines: Iterable[TrailLine]) -> BrokenEntry | None:
        """The first of these lines that cannot be right; lines that lost words are judged at the end."""
        for line in lines:
            follows = line.link == link_of(self.at.link, line.seq, line.text)
            try:
                entry = line.entry
            except ValidationError:
                wrong = "is chained, and cannot be read" if follows else UNCHAINED
                return self._earliest(BrokenEntry(line.seq, wrong))
            if not follows:
                self._changed[line.seq] = line.link, digest_of(line.text)
            elif entry.event == FORGOTTEN:
                self.forgettings.append(entry)
                told = entry.detail["lines"]
                self._vouched = {seq: (link, digest) for seq, link, digest in told if seq < line.seq}
            self.at = TrailEnd(line.seq, line.link)
        return None

    def end(self) -> BrokenEntry | None:
        """The first line that is not as it was written, and for which no later one vouches."""
        return self._earliest(None)

    @property
    def changed(self) -> dict[int, tuple[str, str]]:
        """The lines that lost words, by place: link, and digest of what is left."""
        return self._changed

    def _earliest(self, other: BrokenEntry | None) -> BrokenEntry | None:
        unvouched = (seq for seq, told in self._changed.items() if self._vouched.get(seq) != told)
        first = next(unvouched, None)
        return other if first is None else BrokenEntry(first, UNCHAINED)


UNCHAINED = "does not follow from the one before: changed, moved, put in or taken out"


def first_broken(end: TrailEnd, lines: Iterable[TrailLine]) -> BrokenEntry | None:
    """The first line that is not as it was written, of a whole trail, or of all of one behind ``end``."""
    check = ChainCheck(end)
    return check.follow(lines) or check.end()


def text_of(entry: AuditEntry) -> str:
    """An entry as its line holds it: compact JSON."""
    return entry.model_dump_json(exclude_defaults=True)
