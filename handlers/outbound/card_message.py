"""The card of a review: posted once, then updated where what it shows is not what is stored."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.application.ports import Clock, TryLater
from bot.domain.people import Deciders
from bot.store import CardIntent, MessageStore, PostedCard, PostedMessages, PublishingView
from handlers.outbound.calls import Lane, posts, updates
from handlers.outbound.review_messages import (
    OUTRUN_SECONDS,
    Part,
    Rendered,
    ReviewMessages,
    UpdateEnd,
    intended,
    wait_for_others,
)
from handlers.views.card import NO_GROUPS, Groups, card, notification

CLOCKS_APART = timedelta(minutes=1)  # by which Slack's clock may be behind ours


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """A card as it should be, and ``content``, a name for its blocks.

    ``deciders`` are those whom it asks, ``groups`` what waits where that is much, and ``replaces`` is the ts
    of the earlier card that it stands in for, empty where there is none; ``asked`` is the name of whom the
    menus ask.
    """

    message: Rendered
    content: str
    deciders: Deciders
    groups: Groups
    replaces: str
    asked: str = ""

    def is_shown(self, posted: PostedMessages) -> bool:
        """Whether the card that stands in Slack is this one."""
        return isinstance(posted.card, PostedCard) and posted.card.content == self.content


def rendered_card(
    view: PublishingView,
    deciders: Deciders,
    groups: Groups = NO_GROUPS,
    replaces: str | None = None,
    asked: str = "",
) -> RenderedCard:
    """The card of what is stored, which asks ``deciders``. Pure.

    ``replaces`` is the ts of the card that it is to stand in for, where that is not noted yet, and ``asked``
    the name of whom the menus ask, where it is known.
    """
    if replaces is None:
        replaces = view.posted.card.replaces if view.posted.card else ""
    earlier = datetime.fromtimestamp(float(replaces), UTC) if replaces else None
    blocks = card(view.state, view.shown, deciders, earlier, groups, asked)
    message = Rendered(notification(view.state), blocks)
    return RenderedCard(message, message.content, deciders, groups, replaces, asked)


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

        A card that was deleted, or that Slack no longer lets us change, gets a successor, under which the
        conversation goes on. ``None`` where another publisher showed the card meanwhile, so that nobody knows
        which of the two came last: the record says so, and the next round shows it anew. Raises ``TryLater``
        and ``SlackApiError``.
        """
        state, posted = view.state, view.posted
        if wanted.is_shown(posted):
            return posted
        standing = posted.card if isinstance(posted.card, PostedCard) else None
        ended = await self._messages.update(state, standing.ts, wanted.message) if standing else None
        if standing and ended is UpdateEnd.SHOWN:
            new = replace(standing, content=wanted.content)
        else:
            new, posted = await self._post_or_adopt(view, wanted)
            await self._store.link_thread(state.team, state.channel, new.ts, state.id)
        shown = replace(posted, card=new)
        if not await self._store.replace(state.team, state.id, posted, shown):
            await self._store.forget_content(state.team, state.id)
            return None
        if standing and ended is UpdateEnd.LOCKED:
            await self._messages.point_to(state, standing.ts, new.ts)
        return shown

    async def _post_or_adopt(
        self, view: PublishingView, wanted: RenderedCard
    ) -> tuple[PostedCard, PostedMessages]:
        """A new card, or the one that a crash left unnoted; and the record as it is by then."""
        state, posted = view.state, view.posted
        part: Part = {"review": state.id, "part": "card"}
        replaces = posted.card.ts if isinstance(posted.card, PostedCard) else wanted.replaces
        if isinstance(posted.card, CardIntent):
            wait_for_others(posted.card.since, self._now())
            since = replaces or str((state.created_at - CLOCKS_APART).timestamp())
            if ts := await self._messages.find(state, part, since=since):
                if await self._messages.update(state, ts, wanted.message) is UpdateEnd.SHOWN:
                    return PostedCard(ts, wanted.content, replaces), posted
                await self._store.link_thread(state.team, state.channel, ts, state.id)
                replaces = ts
        successor = rendered_card(view, wanted.deciders, wanted.groups, replaces, wanted.asked)
        claimed = replace(posted, card=CardIntent(since=self._now(), replaces=replaces))
        if not await self._store.replace(state.team, state.id, posted, claimed):
            raise TryLater(OUTRUN_SECONDS)
        # What Slack refuses for good it may take once the cause is mended: then the earlier card, too.
        refused = replace(claimed, card=PostedCard(ts=replaces) if replaces else None)
        unanswered = replace(claimed, card=CardIntent(replaces=replaces))
        async with intended(self._store, state, claimed, refused=refused, unanswered=unanswered):
            ts = await self._messages.post(state, successor.message, part)
        return PostedCard(ts, successor.content, replaces), claimed
