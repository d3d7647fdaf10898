"""A nudge: by whoever brought the payments, once in four hours, and only while something waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import Medium
from bot.domain.review.nudging import NUDGE_EVERY, nudge_refused, nudged
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor
from bot.domain.text.reminders import Told, nudge_answer
from tests.words.sample import NOW, state

ANA = Actor("U_ANA", Medium.BUTTON, "nudge", NOW)


def after(**by: float) -> Actor:
    return replace(ANA, now=NOW + timedelta(**by))


@pytest.mark.parametrize(
    ("given", "user", "outcome"),
    [
        (state(), "U_ANA", None),
        (state(brought_by=("U_EVA",)), "U_EVA", None),
        (state(), "U_BEN", Outcome.NOT_BROUGHT),
        (state(undecided=0), "U_ANA", Outcome.NOTHING_TO_DECIDE),
        (state(status=ReviewStatus.ASSESSING), "U_ANA", Outcome.NOT_READY),
        (state(status=ReviewStatus.CLOSED), "U_ANA", Outcome.CLOSED),
    ],
)
def test_who_nudges_about_what(given: ReviewState, user: str, outcome: Outcome | None) -> None:
    assert nudge_refused(given, replace(ANA, user=user)) is outcome


def test_once_in_four_hours_and_a_request_that_comes_twice_is_one() -> None:
    step = nudged(state(), ("U_BEN", "U_CHI"), ANA)
    (entry,) = step.audit
    assert (entry.event, entry.actor) == ("nudged", "U_ANA")
    assert entry.detail == {"people": ["U_BEN", "U_CHI"], "how": "button"}
    assert (step.turns, step.jobs) == ((), ())
    assert nudge_refused(step.state, after(seconds=2)) is Outcome.REPEATED
    assert nudge_refused(step.state, after(hours=3, minutes=59)) is Outcome.NUDGED_LATELY
    assert nudge_refused(step.state, after(hours=4)) is None


def test_the_answer_says_who_is_reminded_when_or_why_nobody_is() -> None:
    def said(outcome: Outcome, *told: Told, **changes: object) -> str:
        return nudge_answer(RequestResult(outcome), state().but(**changes), told, lambda user: f"@{user}")

    later = NOW + timedelta(hours=21)
    assert said(
        Outcome.RECORDED,
        Told("ben", NOW),
        Told("chi", later, later=True),
        Told("eva", later, later=True, often=True),
    ) == (
        "I remind @ben now. @chi does not work now, so I remind them at Mon 23 Nov 09:04 UTC. "
        "@eva was reminded 2 times today already, so I remind them again at Mon 23 Nov 09:04 UTC."
    )
    assert "I said in the thread" in said(Outcome.RECORDED)
    again = said(Outcome.NUDGED_LATELY, nudged_at=NOW)
    assert again == "You can nudge once in 4 hours: again from Sun 22 Nov 16:04 UTC on."
    assert said(Outcome.NOT_BROUGHT).startswith("Only whoever brought these payments")
    assert said(Outcome.NOTHING_TO_DECIDE).startswith("No payment here needs a decision")
    assert said(Outcome.CLOSED).startswith("This review is closed")
    assert timedelta(hours=4) == NUDGE_EVERY
