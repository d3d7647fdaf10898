"""The end of an installation: news of it come in either order, twice, late, and to any process."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.application.use_cases import UseCases
from handlers.inbound.payloads import team_of, within
from handlers.views.button_value import MalformedPayload

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class InstallationListeners:
    """Takes in such news; where the bot serves one workspace by its token, there is nothing to forget."""

    use_cases: UseCases

    async def uninstalled(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Forget an installation that somebody took out of its workspace or organisation."""
        await self._ended(body, event)

    async def revoked(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Forget an installation whose bot's token was revoked; those of people are none of ours."""
        if within(event, "tokens").get("bot"):
            await self._ended(body, event)

    async def _ended(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        installations, home = self.use_cases.installations, team_of(body)
        if installations is None:
            log.warning("installation ended", installation=home)
            return
        removed = await installations.remove(home, moment_of(body, event))
        log.warning("installation ended", installation=home, removed=removed)


def moment_of(body: dict[str, Any], event: dict[str, Any]) -> datetime:
    """When an event happened by Slack's clock (aware UTC); raises ``MalformedPayload`` without a time."""
    for said in (event.get("event_ts"), body.get("event_time")):
        try:
            return datetime.fromtimestamp(float(str(said)), UTC)
        except (ValueError, OverflowError, OSError):
            continue
    raise MalformedPayload("an event without its time")
