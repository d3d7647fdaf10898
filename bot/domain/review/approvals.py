"""Approvals on a payment's way through its route, as the audit trail keeps them.

An approval is one person's yes at one stage; the payment is approved when its last stage has enough of them.
Each stands in the trail alone, and the store keeps only where.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.domain.audit.entry import AuditEntry
from bot.domain.bounds import TEXT_LIMIT, shortened
from bot.domain.conversation import Medium
from bot.domain.review.added_approvers import ADDED
from bot.domain.review.amendment import CORRECTED
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.routing import Route, Vote

GIVEN, VOID = "approval", "approvals_void"


def given(refs: Sequence[int], vote: Vote, how: Medium) -> AuditEntry:
    """One person's yes or no at one stage, about payments that stand at the same one."""
    detail = {"refs": list(refs), "stage": vote.stage, "how": how.value}
    if vote.whose not in ("", vote.by):
        detail["whose"] = vote.whose
    if not vote.approves:
        detail["rejects"] = True
    if vote.note:
        detail["note"] = shortened(vote.note, TEXT_LIMIT)
    return AuditEntry(event=GIVEN, actor=vote.by, at=vote.at, detail=detail)


def voided(refs: Sequence[int], by: str, at: datetime) -> AuditEntry:
    """What was approved of these payments counts no more: each starts its route again."""
    return AuditEntry(event=VOID, actor=by, at=at, detail={"refs": list(refs)})


def routes(new: Sequence[Route], at: datetime) -> Iterator[AuditEntry]:
    """Ways that payments go which no entry has told yet, in the order in which judgements number them."""
    if new:
        detail = {"routes": [route.model_dump(exclude_defaults=True) for route in new]}
        yield AuditEntry(event="routes", actor=FINANCE_BOT, at=at, detail=detail)


def refs_in(entry: AuditEntry) -> tuple[int, ...]:
    """References of the payments whose way through their route an entry is about; none for another."""
    if entry.event == ADDED:
        return (int(entry.detail["ref"]),)
    return tuple(entry.detail["refs"]) if entry.event in (GIVEN, VOID) else ()


def votes_in(entries: Iterable[AuditEntry]) -> tuple[Vote, ...]:
    """What counts of the entries about one payment, in their order: those since the last void.

    A new version of the payment starts its route again, whatever was given to the one before.
    """
    votes: list[Vote] = []
    for entry in entries:
        if entry.event in (VOID, CORRECTED):
            votes.clear()
        elif entry.event == GIVEN:
            detail = entry.detail
            votes.append(
                Vote(
                    by=entry.actor,
                    at=entry.at,
                    stage=detail["stage"],
                    whose=detail.get("whose", ""),
                    approves=not detail.get("rejects", False),
                    note=detail.get("note", ""),
                )
            )
    return tuple(votes)
