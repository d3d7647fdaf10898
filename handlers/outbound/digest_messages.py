"""The message of a week: posted once, and found again after a crash, with a picture under it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import Clock, FileNotShared, TryLater
from bot.domain.review.week import Week, WeekMedian
from bot.domain.text import digest as text
from bot.export.bar_chart import bar_chart
from bot.store import DigestRecord, DigestStore
from handlers.outbound.calls import Calls
from handlers.outbound.card_message import CLOCKS_APART
from handlers.outbound.files import share
from handlers.outbound.refusals import refusal_of
from handlers.outbound.review_messages import (
    OUTRUN_SECONDS,
    Part,
    Rendered,
    ReviewMessages,
    wait_for_others,
)
from handlers.views.digest import digest_message

HOUR = timedelta(hours=1)

log = structlog.get_logger()


class DigestMessages:
    """Posts how weeks went; ``alarm`` tells the operators where a channel takes nothing."""

    def __init__(
        self,
        client: AsyncWebClient,
        messages: ReviewMessages,
        *,
        digests: DigestStore,
        calls: Calls,
        alarm: Callable[[str], Awaitable[None]],
        now: Clock,
    ) -> None:
        self._client = client
        self._messages = messages
        self._digests = digests
        self._calls = calls
        self._alarm = alarm
        self._now = now

    async def post(
        self,
        team: str,
        channel: str,
        week: Week,
        medians: Sequence[WeekMedian],
        names: Mapping[str, str],
        zone: ZoneInfo,
        record: DigestRecord,
    ) -> None:
        """Post the message once: intent first, then message; the picture follows in its thread.

        Raises ``TryLater``, and ``SlackApiError`` where trying again may help.
        """
        part: Part = {"part": "digest", "until": week.end.isoformat()}
        try:
            if record.intent is not None:
                # A crash came between intent and note, or another worker is at it.
                wait_for_others(record.since, self._now())
                since = str((record.intent - CLOCKS_APART).timestamp())
                if await self._messages.find_in(team, channel, part, since=since):
                    return
                await self._digests.renew(team, self._now())
            elif not await self._digests.claim(team, self._now()):
                raise TryLater(OUTRUN_SECONDS)
            message = Rendered(*digest_message(week, names, zone))
            ts = await self._send(team, channel, message, part)
        except SlackApiError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            log.warning("digest not posted", error=refusal.code)
            await self._alarm(
                f"I cannot post how the week went in <#{channel}>: {refusal.wrong}. {refusal.mend}"
            )
            return
        await self._show_medians(team, (channel, ts), medians, zone)

    async def _send(self, team: str, channel: str, message: Rendered, part: Part) -> str:
        try:
            return await self._messages.post_in(team, channel, message, part)
        except TryLater:
            await self._digests.give_up(team)
            raise
        except Exception:  # whatever it is, nobody need wait for this call any more
            await self._digests.renew(team, None)
            raise

    async def _show_medians(
        self, team: str, place: tuple[str, str], medians: Sequence[WeekMedian], zone: ZoneInfo
    ) -> None:
        """Put the picture under the message; what the message says stands without it."""
        if len(medians) < 2:
            return
        hours = [(week, week.median / HOUR) for week in medians]
        bars = [
            (text.week_of(week.until, zone), took, f"{took:,.1f}" if took < 10 else f"{took:,.0f}")
            for week, took in hours
        ]
        try:
            picture = bar_chart(text.PICTURE, bars)
            await share(self._client, self._calls, team, place, "weeks.png", picture, text.PICTURE)
        except (FileNotShared, SlackApiError, TryLater, OSError) as error:
            log.warning("picture of a digest not shown", error=type(error).__name__)
