"""Opening a closed review again: who may, how long, and what a click from before is worth."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.reopening import REOPEN_DAYS, closing_seen, may_be_reopened, reopen
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Actor
from tests.domain.review.test_review import APPROVERS, NOW, answered, hold, review, stored


def closed() -> Review:
    return stored(hold(review(), "U_BEN", 2), answered(hold(review(), "U_BEN", 2), "U_CHI", "exit"))


def actor(user: str = "U_BEN", days: float = 1) -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text="reopen", now=NOW + timedelta(days=days))


def test_what_was_left_open_is_open_again_and_nothing_else_has_changed() -> None:
    before = closed()
    answer = reopen(before, actor(), APPROVERS, closing_seen(before.state))
    assert answer.transition is not None
    state = answer.transition.state
    assert (state.status, state.closed_at, state.concluded) == (ReviewStatus.WAITING, None, False)
    assert (state.undecided, state.held, state.reopenings) == (3, 1, 1)
    assert [entry.event for entry in answer.transition.audit] == ["reopened"]


@pytest.mark.parametrize(
    ("user", "days", "outcome"),
    [
        ("U_BEN", REOPEN_DAYS, Outcome.RECORDED),
        ("U_BEN", REOPEN_DAYS + 0.01, Outcome.CLOSED_TOO_LONG),
        ("U_ANA", 1, Outcome.OWN_BATCH),
        ("U_DOV", 1, Outcome.NOT_AN_APPROVER),
    ],
)
def test_whoever_may_decide_reopens_within_its_time(user: str, days: float, outcome: Outcome) -> None:
    answer = reopen(closed(), actor(user, days), APPROVERS)
    assert answer.outcome is outcome
    assert may_be_reopened(closed().state, actor(user, days).now) is (days <= REOPEN_DAYS)


def test_an_open_review_and_an_earlier_closing_are_not_reopened() -> None:
    assert reopen(review(), actor(), APPROVERS).outcome is Outcome.NOT_CLOSED
    now = closed()
    assert reopen(now, actor(), APPROVERS, "1.000000").outcome is Outcome.STALE_CARD


def test_a_review_closed_before_that_was_noted_counts_from_its_submission() -> None:
    now = closed()
    old = replace(now, state=now.state.but(closed_at=None, created_at=NOW - timedelta(days=REOPEN_DAYS)))
    assert reopen(old, actor(days=-0.01), APPROVERS).outcome is Outcome.RECORDED
    assert reopen(old, actor(days=0.01), APPROVERS).outcome is Outcome.CLOSED_TOO_LONG


def test_a_click_from_before_the_closing_decides_nothing_after_the_reopening() -> None:
    before = closed()
    answer = reopen(before, actor(), APPROVERS)
    assert answer.transition is not None
    now = replace(before, state=answer.transition.state)
    request = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(1,)),)
    late = now.decide(request, actor(), APPROVERS, before.state.content_token)
    assert late.outcome is Outcome.STALE_CARD
    assert now.decide(request, actor(), APPROVERS, now.state.content_token).outcome is Outcome.RECORDED
