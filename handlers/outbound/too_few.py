"""Telling operators of payments for which too few people are left: each group once, until there are some."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.application.ports import TryLater
from bot.domain.people import Deciders
from bot.domain.review.state import ReviewState
from bot.store import MessageStore, PostedMessages
from handlers.outbound.calls import SLACK_FAULTS
from handlers.outbound.review_messages import OUTRUN_SECONDS
from handlers.views.sentences import too_few_decide

Alarm = Callable[[str], Awaitable[None]]
"""Tells the operators one sentence."""


async def tell_too_few(
    store: MessageStore, alarm: Alarm, state: ReviewState, posted: PostedMessages, deciders: Deciders
) -> PostedMessages:
    """Tell the operators of stages that nobody can fill; answers the record after that.

    ``posted`` is the record as this round left it. Raises ``TryLater`` and ``SLACK_FAULTS`` where they can be
    told later.
    """
    told = replace(posted, told_short=" ".join(sorted(deciders.too_few)))
    if told == posted:
        return posted
    if not await store.replace(state.team, state.id, posted, told):
        raise TryLater(OUTRUN_SECONDS)
    if deciders.too_few.keys() - set(posted.told_short.split()):
        try:
            await alarm(too_few_decide(state, deciders))
        except (*SLACK_FAULTS, TryLater):
            await store.replace(state.team, state.id, told, posted)
            raise
    return told
