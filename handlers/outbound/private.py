"""Telling one person something: where they are, else in a direct message."""

from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.views.receipts import PrivateMessage

log = structlog.get_logger()

NOT_REACHED = {"not_in_channel", "user_not_in_channel", "channel_not_found", "is_archived"}
# What Slack's client raises when Slack, or the way to it, fails.
SLACK_FAULTS = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
ANSWER_SECONDS = 2  # the answer to a click leaves after this one, and Slack waits 3 s for it


def error_code(error: SlackApiError) -> str:
    """Slack's own name of the error; empty where its answer was not Slack's form."""
    body = getattr(error.response, "data", error.response)
    return str(body.get("error", "")) if isinstance(body, dict) else ""


async def tell(
    client: AsyncWebClient, channel: str, user: str, told: PrivateMessage, thread: str | None = None
) -> None:
    """An ephemeral message in the channel; a direct message where they cannot be reached there."""
    text, blocks = told
    try:
        await client.chat_postEphemeral(
            channel=channel, user=user, text=text, blocks=blocks, thread_ts=thread
        )
    except SlackApiError as error:
        if error_code(error) not in NOT_REACHED:
            raise
        await send(client, user, told)


async def send(client: AsyncWebClient, user: str, told: PrivateMessage) -> None:
    """A direct message."""
    text, blocks = told
    opened = await client.conversations_open(users=[user])
    await client.chat_postMessage(channel=opened["channel"]["id"], text=text, blocks=blocks)


async def tell_if_possible(
    client: AsyncWebClient, channel: str, user: str, told: PrivateMessage, thread: str | None = None
) -> None:
    """The same after something was stored: that it cannot be told must not look as if it had failed."""
    try:
        await tell(client, channel, user, told, thread)
    except SLACK_FAULTS as error:
        log.warning("person not told", error=type(error).__name__)


async def answer_click(body: dict[str, Any], told: PrivateMessage, *, replace: bool = False) -> None:
    """Answer a click or shortcut to its person alone, by the address that came with it, if possible."""
    text, blocks = told
    try:
        webhook = AsyncWebhookClient(str(body.get("response_url") or ""), timeout=ANSWER_SECONDS)
        await webhook.send(text=text, blocks=blocks, response_type="ephemeral", replace_original=replace)
    except (*SLACK_FAULTS, ValueError) as error:
        log.warning("person not told", error=type(error).__name__)
