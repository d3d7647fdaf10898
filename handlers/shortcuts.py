"""The message shortcut "Review these transactions"."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.service import Service
from handlers.batches import from_message, hand_in
from handlers.payloads import message_of, place_of_action

REVIEW_MESSAGE = "review_message"


def register(app: AsyncApp, service: Service, channel: str | None) -> None:
    """Listen for the shortcut; who uses it submits, and neither they nor the message's author decide."""

    @app.shortcut(REVIEW_MESSAGE)
    async def review_message(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        place, message = place_of_action(body), message_of(body)
        origin, files = from_message(place, message, channel)
        origin = origin.model_copy(update={"author": str(message.get("user") or "")})
        told = await hand_in(service, origin, files, str(message.get("text") or ""))
        await ack()
        if told:
            text, blocks = told
            await respond(text=text, blocks=blocks, response_type="ephemeral", replace_original=False)
