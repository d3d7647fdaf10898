"""Slack's token for a refresh token, by ``oauth.v2.access``."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import Clock
from bot.application.token_renewal import RenewToken, TokenNotRenewed
from bot.domain.installation import InstalledBot
from handlers.outbound.calls import CALL_SECONDS, SLACK_FAULTS, error_code

# docs.slack.dev/reference/methods/oauth.v2.access: what another try would not change.
FOR_GOOD = frozenset({"invalid_refresh_token", "token_revoked", "account_inactive", "org_login_required"})


def exchange_by(client: AsyncWebClient, client_id: str, client_secret: str, now: Clock) -> RenewToken:
    """Exchanges refresh tokens of this app; ``client`` has no token of its own."""

    async def exchange(bot: InstalledBot) -> InstalledBot:
        try:
            # No longer than others leave it to this process to be at it.
            async with asyncio.timeout(CALL_SECONDS):
                answer = await client.oauth_v2_access(
                    client_id=client_id,
                    client_secret=client_secret,
                    grant_type="refresh_token",
                    refresh_token=bot.refresh_token,
                )
        except SlackApiError as error:
            raise TokenNotRenewed(for_good=error_code(error) in FOR_GOOD) from None
        except SLACK_FAULTS:
            raise TokenNotRenewed(for_good=False) from None
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise TokenNotRenewed(for_good=False)
        return replace(
            bot,
            token=token,
            refresh_token=str(answer.get("refresh_token") or ""),
            lapses=now() + timedelta(seconds=seconds),
        )

    return exchange
