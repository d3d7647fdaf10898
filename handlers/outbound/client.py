"""The client of Slack's Web API: how it is made, and whether Slack takes its token."""

from typing import Any

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.installation import Installation, InstalledBot
from handlers.outbound.calls import CALL_SECONDS, UPLOAD_SECONDS


class SlackRefused(Exception):
    """Slack does not take a token, or cannot be reached; the message is one sentence for an operator."""


def slack_session(traces: aiohttp.TraceConfig) -> aiohttp.ClientSession:
    """The session that all calls share.

    Slack's client leaves it to a session that it is given how long an answer is waited for, and aiohttp would
    wait for five minutes.
    """
    timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS, sock_connect=CALL_SECONDS, sock_read=CALL_SECONDS)
    return aiohttp.ClientSession(timeout=timeout, trust_env=True, trace_configs=[traces])


def slack_client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """One client on one shared session, which never tries a call again by itself.

    After a lost answer or a 5xx the message may have been posted already, so the job that posts looks for it
    first; after "too many requests" the job makes room for others.
    """
    return AsyncWebClient(token=token, **client_options(api_url, session))


def client_options(api_url: str, session: aiohttp.ClientSession) -> dict[str, Any]:
    """How every client of ours is made, but for its token."""
    base_url = api_url if api_url.endswith("/") else f"{api_url}/"
    return {"base_url": base_url, "session": session, "timeout": CALL_SECONDS, "retry_handlers": []}


async def identify_bot(client: AsyncWebClient) -> InstalledBot:
    """The bot that a client's token is of; raises ``SlackRefused`` where Slack does not say.

    Asked once before anything is listened to: Bolt would ask at the first request, and answer that request
    with 200 if Slack failed to say, which is a decision acknowledged and never stored.
    """
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise SlackRefused(f"Slack refuses SLACK_BOT_TOKEN ({error.response.get('error')}).") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        fault = type(error).__name__
        raise SlackRefused(f"Slack cannot be reached at {client.base_url} ({fault}).") from None
    if not answer.get("bot_id"):
        raise SlackRefused("SLACK_BOT_TOKEN is not the token of a bot, which begins with xoxb-.")
    enterprise, org_wide = str(answer.get("enterprise_id") or ""), bool(answer.get("is_enterprise_install"))
    return InstalledBot(
        Installation(str(answer.get("team_id") or ""), enterprise, org_wide and bool(enterprise)),
        name=str(answer.get("team") or ""),
        user=str(answer.get("user_id") or ""),
        bot_id=str(answer["bot_id"]),
        token=str(client.token),
    )


def authorized(bot: InstalledBot) -> AuthorizeResult:
    """The bot as Bolt knows one, for a request of its workspace."""
    return AuthorizeResult(
        enterprise_id=bot.installation.enterprise or None,
        team_id=bot.installation.team or None,
        bot_user_id=bot.user,
        bot_id=bot.bot_id,
        bot_token=bot.token,
    )
