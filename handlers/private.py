"""Telling one person something: where they are, else in a direct message."""

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.receipts import Told

log = structlog.get_logger()

NOT_REACHED = {"not_in_channel", "user_not_in_channel", "channel_not_found", "is_archived"}


async def tell(
    client: AsyncWebClient, channel: str, user: str, told: Told, thread: str | None = None
) -> None:
    """An ephemeral message in the channel; a direct message where they cannot be reached there."""
    text, blocks = told
    try:
        await client.chat_postEphemeral(
            channel=channel, user=user, text=text, blocks=blocks, thread_ts=thread
        )
    except SlackApiError as error:
        if error.response.get("error") not in NOT_REACHED:
            raise
        await send(client, user, told)


async def send(client: AsyncWebClient, user: str, told: Told) -> None:
    """A direct message."""
    text, blocks = told
    opened = await client.conversations_open(users=[user])
    await client.chat_postMessage(channel=opened["channel"]["id"], text=text, blocks=blocks)


async def tell_if_possible(
    client: AsyncWebClient, channel: str, user: str, told: Told, thread: str | None = None
) -> None:
    """The same after something was stored: that it cannot be told must not look as if it had failed."""
    try:
        await tell(client, channel, user, told, thread)
    except (SlackClientError, OSError, TimeoutError) as error:
        log.warning("person not told", error=type(error).__name__)
