"""What people say and show about a payment besides deciding: questions, answers, notes and evidence.

Nothing of it decides, and nothing of it is a fact to the policy (law 2 in ARCHITECTURE.md): it is text and
files, shown to whoever decides. Each remark is an entry of the audit trail, which is the truth; the store
keeps only where it stands.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.domain.audit.entry import AuditEntry
from bot.domain.bounds import TEXT_LIMIT, shortened

OF_REVIEW = 0  # in the place of a payment's reference: the review as a whole
MOST_REMARKS = 50  # of one payment, and of the review as a whole; all of them are read with it
MOST_WAITING = 50  # files of one review that were shared and not yet read
FILE_NAME = 150  # characters
FILE_LINK = 500
FILE_PROBLEM = 200
MOST_FILES = 10  # of one answer or message, which is what Slack takes at once


class RemarkKind(StrEnum):
    """What a remark is."""

    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"
    EVIDENCE = "evidence"


EVENT_OF = {
    RemarkKind.QUESTION: "asked",
    RemarkKind.ANSWER: "answered",
    RemarkKind.NOTE: "noted",
    RemarkKind.EVIDENCE: "evidence",
}
"""The event of the audit entry that holds a remark of each kind."""

KIND_OF_EVENT = {event: kind for kind, event in EVENT_OF.items()}
"""The kind of remark that an entry of each of these events holds."""


class EvidenceFile(BaseModel):
    """A file as the trail keeps it: never its content.

    ``size`` is in bytes, ``sha256`` (hex) is over them, ``link`` Slack's address of the file,
    ``uploaded_by`` the Slack user id that the file itself carries. ``problem`` says in a sentence why it
    could not be read, and ``sha256`` is empty then. Of a file that came in a direct message ``link`` is the
    address of its copy in the review's thread; with ``is_direct`` there is no copy, and nobody but who sent
    it can open it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    size: int = 0
    sha256: str = ""
    link: str = ""
    uploaded_by: str = ""
    problem: str = ""
    is_direct: bool = False


class WaitingFile(BaseModel):
    """A file that somebody shared as evidence and that no job has read yet.

    ``by`` is who shared it, ``refs`` the payments it is for (none: the review as a whole), ``question`` the
    place in the trail, from 1, of the question that it answers; 0 where it answers none. What answers a
    question came in a direct message; ``copy_id`` is Slack's id of its copy in the review's thread, empty
    where there is none yet.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    size: int = 0
    by: str
    refs: tuple[int, ...] = ()
    question: int = 0
    copy_id: str = ""


class Remark(BaseModel):
    """One remark about a payment, or about the review as a whole where ``ref`` is ``OF_REVIEW``.

    ``by`` is a Slack user id, ``at`` aware UTC, ``text`` what was asked, answered or noted (at most
    ``TEXT_LIMIT`` characters), ``place`` where it stands in the audit trail, from 1. A question has ``to``,
    who is asked. An answer has ``question``, the place of what it answers, and ``files``, the names of what
    came with it; each file is a remark of its own, evidence with ``file``, once it was read.
    """

    model_config = ConfigDict(frozen=True)

    kind: RemarkKind
    ref: int
    by: str
    at: datetime
    text: str = ""
    file: EvidenceFile | None = None
    to: str = ""
    question: int = 0
    files: tuple[str, ...] = ()
    place: int = 0


def is_answered(question: Remark, remarks: Sequence[Remark]) -> bool:
    """Whether one of these remarks answers the question."""
    return any(other.kind is RemarkKind.ANSWER and other.question == question.place for other in remarks)


def asked(refs: Sequence[int], text: str, to: str, by: str, at: datetime) -> AuditEntry:
    """Somebody asked ``to`` about payments."""
    return _entry(RemarkKind.QUESTION, refs, by, at, text=shortened(text, TEXT_LIMIT), to=to)


def answered(
    refs: Sequence[int], question: int, text: str, files: Sequence[str], by: str, at: datetime
) -> AuditEntry:
    """Somebody answered the question at place ``question`` of the trail, with words and files by name."""
    names = [shortened(name, FILE_NAME) for name in files[:MOST_FILES]]
    words = shortened(text, TEXT_LIMIT)
    return _entry(RemarkKind.ANSWER, refs, by, at, question=question, text=words, files=names)


def noted(refs: Sequence[int], text: str, by: str, at: datetime) -> AuditEntry:
    """Somebody made a note about payments."""
    return _entry(RemarkKind.NOTE, refs, by, at, text=shortened(text, TEXT_LIMIT))


def evidence(
    refs: Sequence[int],
    file: EvidenceFile,
    by: str,
    at: datetime,
    question: int = 0,
    placed: Sequence[int] = (),
) -> AuditEntry:
    """Somebody brought a file for payments, or for the review as a whole where ``refs`` is empty.

    ``placed`` are the places of earlier entries that kept this file for the whole review.
    """
    kept = file.model_copy(
        update={
            "name": shortened(file.name, FILE_NAME),
            "link": file.link if len(file.link) <= FILE_LINK else "",
            "problem": shortened(file.problem, FILE_PROBLEM),
        }
    )
    dumped = kept.model_dump(exclude_defaults=True)
    return _entry(RemarkKind.EVIDENCE, refs, by, at, file=dumped, question=question, placed=list(placed))


def _entry(kind: RemarkKind, refs: Sequence[int], by: str, at: datetime, **detail: Any) -> AuditEntry:
    given = {name: value for name, value in detail.items() if value not in ("", 0, [])}
    return AuditEntry(event=EVENT_OF[kind], actor=by, at=at, detail={"refs": list(refs), **given})


def remarked_in(entry: AuditEntry) -> tuple[int, ...]:
    """References of the payments that an entry remarks on, ``OF_REVIEW`` for the whole; none for another."""
    if entry.event not in KIND_OF_EVENT:
        return ()
    return tuple(entry.detail["refs"]) or (OF_REVIEW,)


def placed_in(entry: AuditEntry) -> tuple[int, ...]:
    """Places, from 1, of remarks on the whole review that this entry puts at payments instead."""
    return tuple(entry.detail.get("placed", ())) if entry.event == EVENT_OF[RemarkKind.EVIDENCE] else ()


def remark_in(ref: int, place: int, entry: AuditEntry) -> Remark:
    """The remark on a payment in the entry at ``place``; raises ``ValueError`` where there is none."""
    if ref not in remarked_in(entry):
        raise ValueError(f"the entry says nothing about #{ref}")
    about = {name: value for name, value in entry.detail.items() if name not in ("refs", "placed")}
    kind = KIND_OF_EVENT[entry.event]
    return Remark.model_validate(
        {"kind": kind, "ref": ref, "by": entry.actor, "at": entry.at, "place": place, **about}
    )
