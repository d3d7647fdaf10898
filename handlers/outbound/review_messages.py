"""The messages of a review in Slack: posted with metadata, found again by it, updated."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.application.ports import OurBot, TryLater
from bot.domain.review.state import ReviewState
from bot.store import MessageStore, PostedMessages
from handlers.outbound.calls import CALL_SECONDS, SLACK_FAULTS, Calls, error_code, posts, reads, updates
from handlers.outbound.refusals import GONE, LOCKED, refusal_of
from handlers.views.blocks import Block, context, mrkdwn, sentence_blocks

EVENT = "countersign_review"  # type of the metadata by which a message of ours is found
PAGE_OF_HISTORY = 200
NO_THREAD = {"thread_not_found", "message_not_found", "cannot_reply_to_message"}
UNSHOWABLE = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
# An intent as old as this is that of a process that died: its call to Slack has ended one way or the other.
UNDER_WAY = timedelta(seconds=CALL_SECONDS + 2)
OUTRUN_SECONDS = 0.2  # another publisher is at the same message, and has stored it by then

Part = dict[str, str | int]
"""The metadata of a message: which part of which review it shows."""

log = structlog.get_logger()


class UpdateEnd(Enum):
    """What came of an update."""

    SHOWN = "the message shows what it was given"
    GONE = "the message is there no more"
    LOCKED = "Slack no longer lets us change the message"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it is sent: ``text`` is for notifications and screen readers, ``blocks`` for the eye."""

    text: str
    blocks: list[Block]

    @property
    def content(self) -> str:
        """A name for the blocks: equal ones have the same."""
        return hashlib.sha256(json.dumps(self.blocks).encode()).hexdigest()[:16]


class ReviewMessages:
    """Posts, finds and updates messages; those of our own bot are known by its id."""

    def __init__(self, client: AsyncWebClient, calls: Calls, our_bot: OurBot) -> None:
        self._client = client
        self._calls = calls
        self._our_bot = our_bot

    async def post(
        self,
        state: ReviewState,
        message: Rendered,
        part: Part,
        thread_ts: str | None = None,
        channel: str = "",
    ) -> str:
        """Post a message with its metadata, in the review's channel unless another is named; answers its ts.

        Raises ``SlackApiError`` and ``TryLater``.
        """
        return await self.post_in(state.team, channel or state.channel, message, part, thread_ts)

    async def post_in(
        self, team: str, channel: str, message: Rendered, part: Part, thread_ts: str | None = None
    ) -> str:
        """Post a message with its metadata in a channel; answers its ts.

        Blocks that Slack refuses would hold up everything behind them, so the text stands in for them.
        Raises ``SlackApiError`` and ``TryLater``.
        """
        post = partial(
            self._calls.make,
            posts(team, channel),
            self._client.chat_postMessage,
            channel=channel,
            text=message.text,
            thread_ts=thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT, "event_payload": part},
        )
        try:
            answer = await post(blocks=message.blocks)
        except SlackApiError as error:
            _unless_unshowable(error, part)
            answer = await post(blocks=sentence_blocks(message.text))
        return str(answer["ts"])

    async def update(self, state: ReviewState, ts: str, message: Rendered, channel: str = "") -> UpdateEnd:
        """Update a message, where it can be, in the review's channel unless another is named.

        Raises ``SlackApiError`` and ``TryLater``.
        """
        try:
            await self._update(state, ts, message, channel or state.channel)
        except SlackApiError as error:
            if error_code(error) in GONE:
                return UpdateEnd.GONE
            if error_code(error) in LOCKED:
                log.warning("message not updated", review=state.id, error=error_code(error))
                return UpdateEnd.LOCKED
            raise
        return UpdateEnd.SHOWN

    async def _update(self, state: ReviewState, ts: str, message: Rendered, channel: str) -> None:
        update = partial(
            self._calls.make,
            updates(state.team),
            self._client.chat_update,
            channel=channel,
            ts=ts,
            text=message.text,
        )
        try:
            await update(blocks=message.blocks)
        except SlackApiError as error:
            _unless_unshowable(error, {"review": state.id})
            await update(blocks=sentence_blocks(message.text))

    async def point_to(self, state: ReviewState, card_ts: str, successor_ts: str) -> None:
        """Say under a card that can no longer be changed where its review goes on, if possible."""
        part: Part = {"review": state.id, "part": "moved"}
        try:
            answer = await self._client.chat_getPermalink(channel=state.channel, message_ts=successor_ts)
            where = context(mrkdwn(f"Review {state.id} goes on under <{answer['permalink']}|its new card>."))
            text = f"Review {state.id} goes on under its new card"
            await self.post(state, Rendered(text, [where]), part, card_ts)
        except (*SLACK_FAULTS, TryLater) as error:
            log.warning("successor of a card not named", review=state.id, error=type(error).__name__)

    async def find(
        self, state: ReviewState, part: Part, *, since: str, thread_ts: str | None = None, channel: str = ""
    ) -> str | None:
        """The ts of a message in the review's channel unless another is named; see ``find_in``."""
        return await self.find_in(
            state.team, channel or state.channel, part, since=since, thread_ts=thread_ts
        )

    async def find_in(
        self, team: str, channel: str, part: Part, *, since: str, thread_ts: str | None = None
    ) -> str | None:
        """The ts of the message that a crash left without a note of it, by the metadata it carries.

        Looked for in the channel, or in the thread ``thread_ts``, after the ts ``since``; ``None`` also where
        that thread is gone. Any app can post metadata that is equal to ours, so only what our own bot wrote
        counts.
        """
        lane = reads(team)
        await self._calls.turn(lane)
        if thread_ts is None:
            read = self._client.conversations_history
        else:
            read = partial(self._client.conversations_replies, ts=thread_ts)
        # The client asks for further pages by itself, so all of them are called in here.
        try:
            async with self._calls.heeding(lane):
                first_page = await read(
                    channel=channel,
                    oldest=since,
                    include_all_metadata=True,
                    limit=PAGE_OF_HISTORY,
                )
                return await self._ts_of(first_page, part)
        except SlackApiError as error:
            if thread_ts is None or error_code(error) not in NO_THREAD:
                raise
            return None

    async def _ts_of(self, first_page: AsyncSlackResponse, part: Part) -> str | None:
        async for page in first_page:
            messages: list[dict[str, Any]] = page.get("messages", [])
            for message in messages:
                if carried_by(message, self._our_bot().bot_id) == part:
                    return str(message["ts"])
        return None


def card_of(message: dict[str, Any], ts: str, bot_id: str | None) -> str | None:
    """The review whose card a message is, as Slack shows it with its metadata, by the review's id.

    ``None`` where it is not the message of this ``ts``, no card, or not of our bot, whose id is ``bot_id``.
    """
    carried = carried_by(message, bot_id) or {}
    is_card = message.get("ts") == ts and carried.get("part") == "card"
    return str(carried.get("review") or "") or None if is_card else None


def carried_by(message: dict[str, Any], bot_id: str | None) -> Part | None:
    """What a message of our bot says that it shows; ``None`` for the message of any other app."""
    metadata = message.get("metadata") or {}
    if not bot_id or message.get("bot_id") != bot_id or metadata.get("event_type") != EVENT:
        return None
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, dict) else None


def wait_for_others(since: datetime | None, now: datetime) -> None:
    """Raises ``TryLater`` while somebody may still be posting what they set out to post at ``since``."""
    if since is not None and (left := since + UNDER_WAY - now) > timedelta(0):
        raise TryLater(left.total_seconds())


@asynccontextmanager
async def intended(
    store: MessageStore,
    state: ReviewState,
    claimed: PostedMessages,
    *,
    refused: PostedMessages,
    unanswered: PostedMessages,
) -> AsyncIterator[None]:
    """Post in here what ``claimed`` says is intended; where that fails, the record says what is known.

    It becomes ``refused`` where Slack has had too many calls or refuses the message for good, so that there
    is nothing to look for, and ``unanswered`` after any other error: the message may stand there, and nobody
    is posting it.
    """
    try:
        yield
    except Exception as error:  # whatever it is, nobody need wait for this call any more
        known = refused if isinstance(error, TryLater) or _took_nothing(error) else unanswered
        await store.replace(state.team, state.id, claimed, known)
        raise


def _took_nothing(error: Exception) -> bool:
    """Whether Slack said that the message stands nowhere."""
    return isinstance(error, SlackApiError) and (
        refusal_of(error) is not None or error_code(error) in NO_THREAD
    )


def _unless_unshowable(error: SlackApiError, part: Part) -> None:
    """Raises the error again, unless it is the blocks that Slack refuses."""
    if error_code(error) not in UNSHOWABLE:
        raise error
    log.error("message refused by Slack", review=part.get("review"), error=error_code(error))
