"""The direct messages to whoever submitted a review: one kept up to date, and one when all is decided.

Each is sent once (law 6 in ARCHITECTURE.md) and then updated. Whatever Slack says of them, the card goes on.
"""

import hashlib
import json
from dataclasses import replace
from typing import Literal

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.access import Access
from bot.application.overview import LookOver
from bot.application.ports import Clock, TryLater
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text.submitter import is_over
from bot.store import MessageStore, PostedCard, PostedMessages, PublishingView
from bot.store.posted import Direct, DirectIntent, PostedDirect
from handlers.outbound.calls import Calls, posts, private_messages, submitter_updates, updates
from handlers.outbound.card_message import CLOCKS_APART
from handlers.outbound.permalinks import Permalinks
from handlers.outbound.refusals import CHANNEL, UNREACHABLE, refusal_of
from handlers.outbound.review_messages import (
    OUTRUN_SECONDS,
    Part,
    Rendered,
    ReviewMessages,
    UpdateEnd,
    intended,
    wait_for_others,
)
from handlers.views.submitter import end_message, standing_message

NAMED_OF = 500  # flagged payments up to which a message names some; of more it tells the numbers alone
FOR_GOOD = UNREACHABLE | CHANNEL.keys()  # what Slack says where this person gets no direct message any more

Which = Literal["standing", "end"]
"""Which of the two messages, as ``SubmitterMessages`` has them."""

log = structlog.get_logger()


class SubmitterMessagesInSlack:
    """Brings the direct messages of a review to what is stored."""

    def __init__(
        self,
        client: AsyncWebClient,
        messages: ReviewMessages,
        *,
        store: MessageStore,
        calls: Calls,
        overview: LookOver,
        access: Access,
        permalinks: Permalinks,
        now: Clock,
    ) -> None:
        self._client = client
        self._messages = messages
        self._store = store
        self._calls = calls
        self._overview = overview
        self._access = access
        self._permalinks = permalinks
        self._now = now

    async def show(self, view: PublishingView, posted: PostedMessages) -> PostedMessages:
        """Send or update what is not as it should be; answers the record after that.

        The receipt has told of what is still being assessed. Raises ``TryLater``, and ``SlackApiError`` where
        trying again may help.
        """
        if view.state.status is ReviewStatus.ASSESSING or posted.submitter.is_over:
            return posted
        review = await self._overview.flagged_if_few(view.state, NAMED_OF)
        if review is None:
            return posted
        if not posted.submitter.channel:
            posted = await self._opened(review.state, posted)
        if not posted.submitter.channel:
            return posted
        is_first = posted.submitter.standing is None
        posted = await self._bring(review.state, posted, "standing", await self._standing(review, posted))
        # Where all was decided by the first message, that has said so.
        if posted.submitter.end is not None or (is_over(review.state) and not is_first):
            entries = tuple(review.entries.values())
            posted = await self._bring(
                review.state, posted, "end", Rendered(*end_message(review.state, entries))
            )
        return posted

    async def _standing(self, review: Review, posted: PostedMessages) -> Rendered:
        state, card = review.state, posted.card
        reader, link = await self._access.owner(state), ""
        if isinstance(card, PostedCard) and await self._access.is_in_channel(
            state.team, reader, state.channel
        ):
            link = await self._permalinks.link(self._client, state.team, state.channel, card.ts)
        return Rendered(*standing_message(state, tuple(review.entries.values()), link))

    async def _opened(self, state: ReviewState, posted: PostedMessages) -> PostedMessages:
        """The record with the conversation in which the messages stand."""
        user = await self._access.owner(state)
        try:
            async with self._calls.heeding(private_messages(state.team)):
                answer = await self._client.conversations_open(users=[user])
        except SlackApiError as error:
            return await self._given_up(state, posted, error)
        channel = str(answer["channel"]["id"])
        return await self._noted(
            state, posted, replace(posted, submitter=replace(posted.submitter, channel=channel))
        )

    async def _bring(
        self, state: ReviewState, posted: PostedMessages, which: Which, message: Rendered
    ) -> PostedMessages:
        """One of the messages as it should be: updated, or sent where it does not stand there yet."""
        sent: Direct = getattr(posted.submitter, which)
        content = hashlib.sha256(json.dumps(message.blocks).encode()).hexdigest()[:16]
        if isinstance(sent, PostedDirect) and sent.content == content:
            return posted
        try:
            if isinstance(sent, PostedDirect):
                await self._calls.turn(submitter_updates(state.team, posted.submitter.channel))
            ts = await self._updated(state, posted, which, message)
            if ts is None:
                return await self._send(state, posted, which, message, content)
        except SlackApiError as error:
            return await self._given_up(state, posted, error)
        return await self._noted(state, posted, _with(posted, which, PostedDirect(ts, content)))

    async def _updated(
        self, state: ReviewState, posted: PostedMessages, which: Which, message: Rendered
    ) -> str | None:
        """The ts of the message that stands there, brought up to date; ``None`` where none stands there."""
        sent: Direct = getattr(posted.submitter, which)
        channel = posted.submitter.channel
        if sent is None:
            return None
        ts: str | None
        if isinstance(sent, DirectIntent):
            # A crash came between intent and note.
            wait_for_others(sent.since, self._now())
            since = str((state.created_at - CLOCKS_APART).timestamp())
            ts = await self._messages.find(state, _part(state, which), since=since, channel=channel)
        else:
            ts = sent.ts
        if ts is None:
            return None
        await self._calls.turn(updates(state.team))
        ended = await self._messages.update(state, ts, message, channel)
        # One that can no longer be changed stays as it is: another would be sent at each change.
        return None if ended is UpdateEnd.GONE else ts

    async def _send(
        self, state: ReviewState, posted: PostedMessages, which: Which, message: Rendered, content: str
    ) -> PostedMessages:
        """Send a message: intent first, then message, then note."""
        channel = posted.submitter.channel
        await self._calls.turn(posts(state.team, channel))
        claimed = await self._noted(state, posted, _with(posted, which, DirectIntent(self._now())))
        refused, unanswered = _with(claimed, which, None), _with(claimed, which, DirectIntent())
        try:
            async with intended(self._store, state, claimed, refused=refused, unanswered=unanswered):
                ts = await self._messages.post(state, message, _part(state, which), channel=channel)
        except SlackApiError as error:
            return await self._given_up(state, refused, error)
        return await self._noted(state, claimed, _with(claimed, which, PostedDirect(ts, content)))

    async def _given_up(
        self, state: ReviewState, posted: PostedMessages, error: SlackApiError
    ) -> PostedMessages:
        """The record where Slack refuses; whether it does so for good is noted, and the card goes on.

        Raises the error again where trying again may help.
        """
        if (refusal := refusal_of(error)) is None:
            raise error
        log.warning("submitter not told", review=state.id, error=refusal.code)
        if refusal.code not in FOR_GOOD:
            return posted
        return await self._noted(
            state, posted, replace(posted, submitter=replace(posted.submitter, is_over=True))
        )

    async def _noted(
        self, state: ReviewState, before: PostedMessages, after: PostedMessages
    ) -> PostedMessages:
        """The record after it was stored; raises ``TryLater`` where another publisher was faster."""
        if not await self._store.replace(state.team, state.id, before, after):
            raise TryLater(OUTRUN_SECONDS)
        return after


def review_told_of(carried: Part | None) -> str | None:
    """The review that a direct message to its submitter is about; ``None`` for any other message."""
    if carried is None or carried.get("part") not in ("submitter", "submitter end"):
        return None
    return str(carried.get("review") or "") or None


def _part(state: ReviewState, which: Which) -> Part:
    return {"review": state.id, "part": "submitter" if which == "standing" else "submitter end"}


def _with(posted: PostedMessages, which: Which, sent: Direct) -> PostedMessages:
    if which == "standing":
        return replace(posted, submitter=replace(posted.submitter, standing=sent))
    return replace(posted, submitter=replace(posted.submitter, end=sent))
