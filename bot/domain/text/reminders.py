"""Sentences about payments that wait: reminders, escalation, expiry."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.lists import joined_with_and
from bot.domain.review.nudging import NUDGE_EVERY
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.state import ReviewState
from bot.domain.review.timers import TOLD_A_DAY
from bot.domain.text.refusals import refusal
from bot.domain.text.sums import plural, refs_in_words, totals_in_words

TITLE = "Payments wait for you"
NUDGE_HOURS = NUDGE_EVERY // timedelta(hours=1)
NOTHING_TO_NUDGE = "No payment here needs a decision, so nobody was reminded."
NOT_YOURS_TO_NUDGE = "Only whoever brought these payments can have others reminded of them."
NOBODY_NAMED = "Nobody is named whom I could remind in a direct message, so I said in the thread what waits."


class Told(NamedTuple):
    """Who is reminded (Slack user id) and when (aware UTC).

    ``later`` says that this is not now, ``often`` that it is not today since they were reminded as often as
    anybody is in one day.
    """

    person: str
    at: datetime
    later: bool = False
    often: bool = False


def nudge_answer(
    result: RequestResult, state: ReviewState | None, told: Sequence[Told], named: Callable[[str], str]
) -> str:
    """What whoever nudged reads: who is reminded when, or why nobody is; ``named`` mentions a person."""
    match result.outcome:
        case Outcome.RECORDED:
            return _reminded(told, named) or NOBODY_NAMED
        case Outcome.NUDGED_LATELY if state and state.nudged_at:
            again = state.nudged_at + NUDGE_EVERY
            return f"You can nudge once in {NUDGE_HOURS} hours: again from {moment(again)} on."
        case Outcome.NOTHING_TO_DECIDE:
            return NOTHING_TO_NUDGE
        case Outcome.NOT_BROUGHT:
            return NOT_YOURS_TO_NUDGE
        case _:
            return refusal(result)


def _reminded(told: Sequence[Told], named: Callable[[str], str]) -> str:
    """Who is reminded now, and who when and why then; empty where nobody is."""
    now = [named(one.person) for one in told if not one.later]
    said = [f"I remind {joined_with_and(now)} now."] if now else []
    for one in told:
        who = named(one.person)
        if one.often:
            often = f"{who} was reminded {TOLD_A_DAY} times today already"
            said.append(f"{often}, so I remind them again at {moment(one.at)}.")
        elif one.later:
            said.append(f"{who} does not work now, so I remind them at {moment(one.at)}.")
    return " ".join(said)


def moment(at: datetime) -> str:
    """``Mon 23 Nov 09:00 UTC``."""
    return f"{at:%a} {at.day} {at:%b %H:%M} UTC"


def was_added(review_id: str, refs: Sequence[int]) -> str:
    """What somebody reads who was added to payments of a review as an approver."""
    return f"You were added as an approver of {refs_in_words(refs)} of {review_id}; its details say why."


def escalation(state: ReviewState, days: int, stages: Sequence[tuple[str, int]] = ()) -> str:
    """What the thread says when payments have waited too long; ``days`` are working days.

    ``stages`` are the names of those that they wait at, each with how many do.
    """
    waits = "waits" if state.undecided == 1 else "wait"
    at = joined_with_and(
        name if count == state.undecided else f"{name} ({plural(count, 'payment')})" for name, count in stages
    )
    return (
        f"{plural(state.undecided, 'payment')} in this review {waits} for a decision for "
        f"{plural(days, 'working day')} now{_sums(state)}. "
        + (f"Waiting for {at}. " if at else "")
        + "Please decide, or close the review."
    )


def still_waits(state: ReviewState) -> str:
    """What the thread says where nobody is named whom a direct message could remind."""
    waits = "waits" if state.undecided == 1 else "wait"
    return f"{plural(state.undecided, 'payment')} in this review still {waits} for a decision{_sums(state)}."


def expiry(state: ReviewState, days: int) -> str:
    """What the thread says when a review is closed because nobody decided; ``days`` are working days."""
    is_ = "is" if state.undecided == 1 else "are"
    return (
        f"Nobody decided for {plural(days, 'working day')}, so this review is closed: "
        f"{plural(state.undecided, 'payment')}{_sums(state)} {is_} not approved. "
        "Whoever may decide can reopen it for 30 days."
    )


def _sums(state: ReviewState) -> str:
    return f", {totals_in_words(state.waiting_sums)}" if state.waiting_sums else ""
