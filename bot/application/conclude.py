"""Concluding: with nothing left to decide the bot sums up, in the very step that decided the last payment."""

from datetime import datetime

from bot.domain import text
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import TurnKind
from bot.domain.policy import HumanInputMode
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.outcome import RequestResult
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Transition, bot_turn


def concluded(step: Transition, now: datetime) -> Transition:
    """The step with the closing summary, where nothing is left to decide after it and none was given.

    The review ends by itself unless the mode is ``ALWAYS``, in which it ends when a human says exit.
    """
    state = step.state
    if state.status is not ReviewStatus.WAITING or state.undecided or state.concluded:
        return step
    ends = state.mode is not HumanInputMode.ALWAYS
    after = state.but(
        concluded=True, status=ReviewStatus.CLOSED if ends else ReviewStatus.WAITING, proposal=None
    )
    return step.followed_by(
        state=after,
        turns=(bot_turn(text.summary(after), now, TurnKind.SUMMARY),),
        audit=(AuditEntry(event="closed" if ends else "concluded", actor=FINANCE_BOT, at=now),),
        jobs=("publish", "learn"),
    )


def concluding(result: RequestResult, now: datetime) -> RequestResult:
    """A result whose step sums up where that is due."""
    return result.by(concluded(result.transition, now)) if result.transition else result
