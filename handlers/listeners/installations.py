"""The end of an installation: news of it come in either order, twice, late, and to any process."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.installations import Installations
from bot.application.use_cases import UseCases
from handlers.inbound.payloads import team_of, within
from handlers.outbound.calls import SLACK_FAULTS, error_code
from handlers.views.button_value import MalformedPayload

log = structlog.get_logger()

WORTHLESS = {"account_inactive", "invalid_auth", "token_revoked"}


@dataclass(frozen=True, slots=True)
class InstallationListeners:
    """Takes in such news; where the bot serves one workspace by its token, there is nothing to forget."""

    use_cases: UseCases

    async def uninstalled(self, body: dict[str, Any], event: dict[str, Any], client: AsyncWebClient) -> None:
        """Forget an installation that somebody took out of its workspace or organisation."""
        await self._ended(body, event, client)

    async def revoked(self, body: dict[str, Any], event: dict[str, Any], client: AsyncWebClient) -> None:
        """Forget an installation whose bot's token was revoked; those of people are none of ours."""
        if within(event, "tokens").get("bot"):
            await self._ended(body, event, client)

    async def _ended(self, body: dict[str, Any], event: dict[str, Any], client: AsyncWebClient) -> None:
        installations, home = self.use_cases.installations, team_of(body)
        if installations is None:
            log.warning("installation ended", installation=home)
            return
        removed = await installations.remove(home, moment_of(body, event))
        organisation = body.get("enterprise_id")
        if not removed and isinstance(organisation, str) and organisation != home:
            # Such news may name a workspace of an organisation that had the bot in all of it, and not say so.
            removed = await _is_worthless(installations, organisation, client)
            home = organisation
            removed = removed and await installations.remove(organisation, moment_of(body, event))
        log.warning("installation ended", installation=home, removed=removed)


async def _is_worthless(installations: Installations, home: str, client: AsyncWebClient) -> bool:
    """Whether Slack says that the token of an installation is worth nothing any more."""
    workspace = await installations.workspace(home)
    if workspace is None:
        return False
    try:
        await client.auth_test(token=workspace.bot.token)
    except SlackApiError as error:
        return error_code(error) in WORTHLESS
    except SLACK_FAULTS:
        return False
    return False


def moment_of(body: dict[str, Any], event: dict[str, Any]) -> datetime:
    """When an event happened by Slack's clock (aware UTC); raises ``MalformedPayload`` without a time."""
    for said in (event.get("event_ts"), body.get("event_time")):
        try:
            return datetime.fromtimestamp(float(str(said)), UTC)
        except (ValueError, OverflowError, OSError):
            continue
    raise MalformedPayload("an event without its time")
