"""Reminders as direct messages: each sent once, and found again after a crash."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.access import Access
from bot.application.overview import ListedReview
from bot.application.ports import Clock, TryLater
from bot.store import NoticeIntent, NoticeRecord, NoticeStore
from handlers.outbound.calls import Calls, posts, private_messages
from handlers.outbound.card_message import CLOCKS_APART
from handlers.outbound.permalinks import Permalinks, links_to_cards
from handlers.outbound.refusals import refusal_of
from handlers.outbound.review_messages import (
    OUTRUN_SECONDS,
    Part,
    Rendered,
    ReviewMessages,
    wait_for_others,
)
from handlers.views.reminders import reminder

log = structlog.get_logger()


class ReminderMessages:
    """Sends the direct messages that remind people."""

    def __init__(
        self,
        client: AsyncWebClient,
        messages: ReviewMessages,
        *,
        notices: NoticeStore,
        calls: Calls,
        access: Access,
        permalinks: Permalinks,
        now: Clock,
    ) -> None:
        self._client = client
        self._messages = messages
        self._notices = notices
        self._calls = calls
        self._access = access
        self._permalinks = permalinks
        self._now = now

    async def remind(
        self, team: str, user: str, reviews: Sequence[ListedReview], record: NoticeRecord
    ) -> datetime | None:
        """Send the message once: intent first, then message; ``None`` where Slack takes none of this person.

        Raises ``TryLater``, and ``SlackApiError`` where trying again may help.
        """
        state = reviews[0].state  # for its workspace: the message is about all of them
        intent = record.intent
        try:
            if intent is not None:
                # A crash came between intent and note, or another worker is at it.
                wait_for_others(intent.since, self._now())
                since = str((intent.first - CLOCKS_APART).timestamp())
                part = _part(user, intent)
                if await self._messages.find(state, part, since=since, channel=intent.channel):
                    return intent.first
                intent = replace(intent, since=self._now())
                await self._notices.renew(team, user, intent)
            else:
                channel = await self._channel_of(team, user)
                now = self._now()
                intent = NoticeIntent(channel, now, now)
                if not await self._notices.claim(team, user, intent):
                    raise TryLater(OUTRUN_SECONDS)
            await self._send(team, user, reviews, intent)
        except SlackApiError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            log.warning("person not reminded", error=refusal.code)
            return None
        return intent.first

    async def _send(
        self, team: str, user: str, reviews: Sequence[ListedReview], intent: NoticeIntent
    ) -> None:
        links = await links_to_cards(
            self._access,
            self._permalinks,
            self._client,
            user,
            [(listed.state, listed.card_ts) for listed in reviews],
        )
        message = Rendered(*reminder(reviews, links, self._now(), user))
        try:
            await self._calls.turn(posts(team, intent.channel))
            await self._messages.post(reviews[0].state, message, _part(user, intent), channel=intent.channel)
        except Exception as error:  # whatever it is, nobody need wait for this call any more
            nothing = isinstance(error, TryLater) or (
                isinstance(error, SlackApiError) and refusal_of(error) is not None
            )
            await self._notices.renew(team, user, None if nothing else replace(intent, since=None))
            raise

    async def _channel_of(self, team: str, user: str) -> str:
        async with self._calls.heeding(private_messages(team)):
            answer = await self._client.conversations_open(users=[user])
        return str(answer["channel"]["id"])


def _part(user: str, intent: NoticeIntent) -> Part:
    """By what the message is found: for whom it is, and when it was set out to be sent."""
    return {"part": "reminder", "user": user, "at": f"{intent.first.timestamp():.6f}"}
