"""The card of a review: posted once, then updated where what it shows is not what is stored."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.application.ports import Clock, TryLater
from bot.domain.people import Deciders
from bot.store import CardIntent, MessageStore, PostedCard, PostedMessages, PublishingView
from handlers.outbound.calls import Lane, posts, updates
from handlers.outbound.review_messages import (
    OUTRUN_SECONDS,
    Part,
    Rendered,
    ReviewMessages,
    intended,
    wait_for_others,
)
from handlers.views.card import card, notification

CLOCKS_APART = timedelta(minutes=1)  # by which Slack's clock may be behind ours


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """A card as it should be, and ``content``, a name for its blocks."""

    message: Rendered
    content: str

    def is_shown(self, posted: PostedMessages) -> bool:
        """Whether the card that stands in Slack is this one."""
        return isinstance(posted.card, PostedCard) and posted.card.content == self.content


def rendered_card(view: PublishingView, deciders: Deciders) -> RenderedCard:
    """The card of what is stored, which asks ``deciders``. Pure."""
    blocks = card(view.state, view.page, deciders)
    content = hashlib.sha256(json.dumps(blocks).encode()).hexdigest()[:16]
    return RenderedCard(Rendered(notification(view.state), blocks), content)


def lane_of_card(view: PublishingView) -> Lane:
    """Which of Slack's limits bringing the card up to date counts against."""
    if isinstance(view.posted.card, PostedCard):
        return updates(view.state.team)
    return posts(view.state.team, view.state.channel)


class CardMessage:
    """Brings the card in Slack to what it should be."""

    def __init__(self, messages: ReviewMessages, store: MessageStore, now: Clock) -> None:
        self._messages = messages
        self._store = store
        self._now = now

    async def show(self, view: PublishingView, wanted: RenderedCard) -> PostedMessages | None:
        """Post or update the card where it is not what it should be; answers the record after that.

        ``None`` where another publisher showed the card meanwhile, so that nobody knows which of the two came
        last: the record says so, and the next round shows it anew. Raises ``TryLater`` and ``SlackApiError``.
        """
        state, posted = view.state, view.posted
        if wanted.is_shown(posted):
            return posted
        standing = posted.card.ts if isinstance(posted.card, PostedCard) else None
        if standing and await self._messages.update(state, standing, wanted.message):
            ts = standing
        else:
            # A card that somebody deleted gets a successor.
            ts, posted = await self._post_or_adopt(view, wanted.message)
            await self._store.link_thread(state.team, state.channel, ts, state.id)
        shown = replace(posted, card=PostedCard(ts=ts, content=wanted.content))
        if await self._store.replace(state.team, state.id, posted, shown):
            return shown
        await self._store.forget_content(state.team, state.id)
        return None

    async def _post_or_adopt(self, view: PublishingView, message: Rendered) -> tuple[str, PostedMessages]:
        """The ts of a new card, or of the one that a crash left unnoted; and the record as it is by then."""
        state, posted = view.state, view.posted
        part: Part = {"review": state.id, "part": "card"}
        if isinstance(posted.card, CardIntent):
            wait_for_others(posted.card.since, self._now())
            since = str((state.created_at - CLOCKS_APART).timestamp())
            ts = await self._messages.find(state, part, since=since)
            if ts and await self._messages.update(state, ts, message):
                return ts, posted
        claimed = replace(posted, card=CardIntent(since=self._now()))
        if not await self._store.replace(state.team, state.id, posted, claimed):
            raise TryLater(OUTRUN_SECONDS)
        refused, unanswered = replace(claimed, card=None), replace(claimed, card=CardIntent())
        async with intended(self._store, state, claimed, refused=refused, unanswered=unanswered):
            return await self._messages.post(state, message, part), claimed
