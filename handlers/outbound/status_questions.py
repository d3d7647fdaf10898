"""What Slack says of somebody's status (``users.profile.get``, ``dnd.info``), and asking about it."""

import asyncio
import datetime as dt
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import Clock
from bot.domain.routing.said_status import SaidStatus
from handlers.outbound import private
from handlers.outbound.calls import CALL_SECONDS, SLACK_FAULTS, Calls, error_code, private_messages
from handlers.outbound.refusals import refusal_of
from handlers.views.status_question import status_question

log = structlog.get_logger()


class StatusQuestionsInSlack:
    """Asks Slack, then the person."""

    def __init__(self, client: AsyncWebClient, calls: Calls, now: Clock) -> None:
        self._client = client
        self._calls = calls
        self._now = now

    async def status(self, team: str, user: str) -> SaidStatus | None:
        """The status that somebody has now; ``None`` where Slack does not say, as without the scope."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                told = await self._client.users_profile_get(user=user)
                quiet = await self._client.dnd_info(user=user)
        except SLACK_FAULTS as error:
            code = error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("status not told", error=code)
            return None
        profile = told.get("profile")
        profile = profile if isinstance(profile, dict) else {}
        return SaidStatus(
            text=str(profile.get("status_text") or "")[:100],
            emoji=str(profile.get("status_emoji") or ""),
            until=_moment(profile.get("status_expiration")),
            quiet_until=self._quiet_until(quiet.data if isinstance(quiet.data, dict) else {}),
        )

    async def ask(
        self, team: str, user: str, status: SaidStatus, last: dt.date | None, stand_in: str
    ) -> None:
        """Send the question; raises ``TryLater``, and ``SlackApiError`` where trying again may help."""
        told = status_question(status.text or status.emoji, last, stand_in)
        try:
            async with self._calls.heeding(private_messages(team)):
                await private.send(self._client, user, told)
        except SlackApiError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            log.warning("person not asked", error=refusal.code)

    def _quiet_until(self, told: dict[str, Any]) -> dt.datetime | None:
        """When notifications that are off now come back."""
        begins, ends = _moment(told.get("next_dnd_start_ts")), _moment(told.get("next_dnd_end_ts"))
        is_on = bool(told.get("dnd_enabled")) and begins is not None and begins <= self._now()
        return ends if is_on else None


def _moment(seconds: object) -> dt.datetime | None:
    is_one = isinstance(seconds, int) and not isinstance(seconds, bool) and seconds > 1
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if is_one and isinstance(seconds, int) else None
