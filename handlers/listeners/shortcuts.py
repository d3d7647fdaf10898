"""The message shortcut "Review these transactions"."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.application.use_cases import UseCases
from handlers.inbound.payloads import message_of, place_of_action, trigger_of
from handlers.listeners.submitting import from_message, hand_in
from handlers.outbound.private import answer_click

REVIEW_MESSAGE = "review_message"


def register(app: AsyncApp, use_cases: UseCases, channel: str | None) -> None:
    """Listen for the shortcut; who uses it submits, and neither they nor the message's author decide."""

    @app.shortcut(REVIEW_MESSAGE)
    async def review_message(ack: AsyncAck, body: dict[str, Any]) -> None:
        place, message = place_of_action(body), message_of(body)
        origin, files = from_message(place, message, channel)
        origin = origin.model_copy(update={"author": str(message.get("user") or "")})
        told = await hand_in(use_cases, origin, files, str(message.get("text") or ""), trigger_of(body))
        await ack()
        if told:
            await answer_click(body, told)
