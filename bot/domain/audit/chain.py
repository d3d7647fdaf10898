"""The hash chain over an audit trail, which shows any later change.

A trail is a list of lines, ``LINK TEXT``. TEXT is one entry as compact JSON, exactly as it was written;
LINK chains it to all entries before it::

    LINK = hex(SHA-256("PREVIOUS|SEQ|TEXT"))       in UTF-8, SEQ counting from 1

where PREVIOUS is the link before, and for the first entry the words ``countersign-audit-1 TEAM REVIEW``.
Who has the lines needs nothing of ours to check them: ``printf '%s|%s|%s' "$previous" "$seq" "$text" |
sha256sum``. The number in those words goes up when anything of this changes.
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


def first_broken(end: TrailEnd, lines: Iterable[TrailLine]) -> BrokenEntry | None:
    """The first line that does not follow from those before it; ``end`` is where the trail stood before."""
    previous = end.link
    for line in lines:
        if line.link != link_of(previous, line.seq, line.text):
            return BrokenEntry(
                line.seq, "does not follow from the one before: changed, moved, put in or taken out"
            )
        try:
            _ = line.entry
        except ValidationError:
            return BrokenEntry(line.seq, "is chained, and cannot be read")
        previous = line.link
    return None


def text_of(entry: AuditEntry) -> str:
    """An entry as its line holds it: compact JSON."""
    return entry.model_dump_json(exclude_defaults=True)
