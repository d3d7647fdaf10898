"""Whoever edits a reply that did something is told what stands, and the command that changes it."""

import datetime as dt

import pytest

from bot.domain.conversation import (
    Change,
    Correct,
    Decide,
    DecisionKind,
    DecisionRequest,
    Medium,
    Reading,
    Skip,
    Talk,
)
from bot.domain.edited_reply import standing, told_of_edit
from bot.domain.review.decision import Decision
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from tests.domain.test_answers import NOW, OVER, entry

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
LATER = NOW + dt.timedelta(minutes=1)


def made(*refs: int, kind: DecisionKind = A) -> list[Decision]:
    return [
        Decision(ref=ref, kind=kind, by="U_BEN", at=NOW, how=Medium.THREAD_REPLY, content_hash="")
        for ref in refs
    ]


def decide(kind: DecisionKind, *refs: int, reason: str = "") -> Decide:
    return Decide(asks=(DecisionRequest(kind=kind, refs=refs or None, reason=reason),))


@pytest.mark.parametrize(
    ("decisions", "after", "sentence"),
    [
        (
            made(1),
            decide(R, 1, reason="wrong vendor"),
            "Editing a reply changes nothing: #1 stays approved. "
            "To change it, say: change 1 to reject: wrong vendor.",
        ),
        (
            made(1, 2),
            decide(R, 1),
            "Editing a reply changes nothing: #1 and #2 stay approved. "
            "To change it, say: change 1 to reject, and then: undo 2.",
        ),
        (
            made(1),
            decide(A, 2),
            "Editing a reply changes nothing: #1 stays approved. To take it back, say: undo 1.",
        ),
        (
            made(1),
            Talk(),
            "Editing a reply changes nothing: #1 stays approved. To take it back, say: undo 1.",
        ),
        (
            [*made(1), *made(2, kind=R)],
            Skip(),
            "Editing a reply changes nothing: #1 stays approved and #2 stays rejected. "
            "To change it, say: change 1 and 2 to hold: skipped.",
        ),
        (
            made(1),
            Correct(changes=(Change(refs=(1,)),)),
            "Editing a reply changes nothing: #1 stays approved. To change it, say: undo 1.",
        ),
        (
            made(1),
            None,
            "Deleting a reply changes nothing: #1 stays approved. To take it back, say: undo 1.",
        ),
        (made(1, 2), decide(A, 1, 2), ""),
        (made(1, 2), decide(A), ""),
        ([], decide(R, 1), ""),
    ],
)
def test_the_sentence_says_what_stands_and_what_to_say(
    decisions: list[Decision], after: Reading | None, sentence: str
) -> None:
    assert told_of_edit(decisions, after) == sentence


def entries(*payments: ReviewedTransaction) -> dict[int, ReviewedTransaction]:
    return {payment.transaction.ref: payment for payment in payments}


def test_a_command_made_the_decisions_of_its_moment() -> None:
    stored = entries(entry(1, "5", "Acme", OVER, decided=A), entry(2, "5", "Acme", OVER, decided=A, at=LATER))
    assert [one.ref for one in standing(decide(A, 1), stored, "U_BEN", {NOW})] == [1]


def test_what_was_only_proposed_stands_once_it_was_confirmed() -> None:
    stored = entries(entry(1, "5", "Acme", OVER, decided=A, at=LATER), entry(2, "5", "Acme", OVER))
    assert [one.ref for one in standing(decide(A, 1, 2), stored, "U_BEN", {NOW})] == [1]


def test_words_alone_made_no_decision() -> None:
    stored = entries(
        entry(1, "5", "Acme", OVER, decided=A, by="U_CHI"),
        entry(2, "5", "Acme", OVER, decided=R, at=LATER),
        entry(3, "5", "Acme", OVER, decided=A, at=NOW - dt.timedelta(minutes=5)),
    )
    assert standing(decide(A, 1, 2, 3), stored, "U_BEN", {NOW}) == ()
    assert standing(decide(A, 1, 2, 3), stored, "U_CHI", set()) == ()
