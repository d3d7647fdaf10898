"""The message shortcut "Review these transactions"."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import ChosenChannel
from bot.application.use_cases import UseCases
from handlers.inbound.payloads import message_of, place_of_action, trigger_of
from handlers.listeners.submitting import from_message, hand_in, private_answer
from handlers.outbound.private import answer_click


@dataclass(frozen=True, slots=True)
class ShortcutListeners:
    """Takes in a message that somebody points at."""

    use_cases: UseCases
    default_channel: ChosenChannel

    async def review_message(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Submit the message for whoever uses the shortcut; neither they nor its author may decide."""
        place, message = place_of_action(body), message_of(body)
        origin, text, files = from_message(place, message, self.default_channel())
        origin = origin.model_copy(update={"author": str(message.get("user") or "")})
        result = await hand_in(self.use_cases, origin, text, files, trigger_of(body))
        await ack()
        if answer := private_answer(result):
            await answer_click(client, body, answer)
