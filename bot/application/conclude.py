"""Concluding: with nothing left to decide the bot sums up, in the very step that decided the last payment.

A payment on hold is left to decide.
"""

from datetime import datetime

from bot.domain import text
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import TurnKind
from bot.domain.policy import HumanInputMode
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.outcome import RequestResult
from bot.domain.review.review import closing
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Transition, bot_turn


def concluded(step: Transition, now: datetime) -> Transition:
    """The step with the closing summary, where nothing is left to decide after it and none was given.

    In mode ``ALWAYS`` the review ends when a human closes it, in ``TERMINATE`` by itself. In ``NEVER`` nobody
    is asked, so that it ends with what was flagged not approved.
    """
    state = step.state
    asks = state.mode is not HumanInputMode.NEVER
    if state.status is not ReviewStatus.WAITING or (state.waiting and asks) or state.concluded:
        return step
    ends = state.mode is not HumanInputMode.ALWAYS
    done = step.followed_by(state=state.but(concluded=True, proposal=None), jobs=("publish", "learn"))
    if ends:
        done = closing(done, FINANCE_BOT, now)
    else:
        done = done.followed_by(audit=(AuditEntry(event="concluded", actor=FINANCE_BOT, at=now),))
    return done.followed_by(turns=(bot_turn(text.summary(done.state), now, TurnKind.SUMMARY),))


def closed_at_once(step: Transition, now: datetime) -> Transition:
    """The step that closes a review of which everything was approved automatically, with one short turn."""
    words = bot_turn(text.all_automatic(step.state), now, TurnKind.OPENING)
    concluded_state = step.state.but(status=ReviewStatus.WAITING, concluded=True)
    return closing(step.followed_by(state=concluded_state, turns=(words,)), FINANCE_BOT, now)


def concluding(result: RequestResult, now: datetime) -> RequestResult:
    """A result whose step sums up where that is due."""
    return result.by(concluded(result.transition, now)) if result.transition else result
