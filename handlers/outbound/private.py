"""Telling one person something: where they are, else in a direct message."""

from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.outbound.calls import SLACK_FAULTS, error_code
from handlers.outbound.refusals import refusal_of
from handlers.views.receipts import PrivateMessage

log = structlog.get_logger()

# What Slack says where the bot, or the person, is not in the channel or the channel is no more.
NOT_REACHED = {"not_in_channel", "user_not_in_channel", "channel_not_found", "is_archived"}
OK = 200
ANSWER_SECONDS = 2  # the answer to a click leaves after this one, and Slack waits 3 s for it


async def tell(
    client: AsyncWebClient, channel: str, user: str, told: PrivateMessage, thread: str | None = None
) -> None:
    """Show a message to one person in a channel, or send it directly where they cannot be reached there.

    Raises ``SlackApiError`` where Slack takes neither.
    """
    text, blocks = told
    try:
        await client.chat_postEphemeral(
            channel=channel, user=user, text=text, blocks=blocks, thread_ts=thread
        )
    except SlackApiError as error:
        if error_code(error) not in NOT_REACHED and refusal_of(error) is None:
            raise
        await send(client, user, told)


async def send(client: AsyncWebClient, user: str, told: PrivateMessage) -> None:
    """Send a direct message; raises ``SlackApiError`` where Slack refuses it."""
    text, blocks = told
    opened = await client.conversations_open(users=[user])
    await client.chat_postMessage(channel=opened["channel"]["id"], text=text, blocks=blocks)


async def send_file(client: AsyncWebClient, user: str, name: str, content: bytes, text: str) -> None:
    """Send a file in a direct message under a text; raises ``SlackApiError`` where Slack refuses it."""
    opened = await client.conversations_open(users=[user])
    await client.files_upload_v2(
        channel=opened["channel"]["id"], filename=name, title=name, content=content, initial_comment=text
    )


async def tell_if_possible(
    client: AsyncWebClient, channel: str, user: str, told: PrivateMessage, thread: str | None = None
) -> None:
    """Tell somebody what was stored already; a failure is logged, lest it look as if nothing was stored."""
    try:
        await tell(client, channel, user, told, thread)
    except SLACK_FAULTS as error:
        log.warning("person not told", error=type(error).__name__)


async def send_if_possible(client: AsyncWebClient, user: str, told: PrivateMessage) -> None:
    """Send a direct message about what is stored already; a failure is logged."""
    try:
        await send(client, user, told)
    except SLACK_FAULTS as error:
        log.warning("person not told", error=type(error).__name__)


async def answer_click(
    client: AsyncWebClient, body: dict[str, Any], told: PrivateMessage, *, replace: bool = False
) -> None:
    """Answer a click or shortcut to its person alone, by the address that came with it.

    Where that address is used up, too old, or does not answer, they are told where they are, if possible.
    ``body`` is Slack's payload; ``replace`` puts the answer in the place of the message that was clicked.
    """
    if failed := await answer_at_address(body, told, replace=replace):
        log.warning("click not answered at its address", error=failed)
        channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id")
        await tell_if_possible(client, str(channel or ""), body["user"]["id"], told)


async def answer_at_address(body: dict[str, Any], told: PrivateMessage, *, replace: bool = False) -> str:
    """Answer a click or shortcut by the address that came with it, which needs no token.

    Says in a word what failed, else nothing; ``replace`` as for ``answer_click``.
    """
    text, blocks = told
    try:
        webhook = AsyncWebhookClient(str(body.get("response_url") or ""), timeout=ANSWER_SECONDS)
        answer = await webhook.send(
            text=text, blocks=blocks, response_type="ephemeral", replace_original=replace
        )
    except (*SLACK_FAULTS, ValueError) as error:
        return type(error).__name__
    return "" if answer.status_code == OK else f"status {answer.status_code}"
