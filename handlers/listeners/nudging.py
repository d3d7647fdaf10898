"""The button *Nudge*."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.conversation import Medium
from bot.domain.review.transition import Actor
from handlers.inbound.payloads import card_click
from handlers.outbound.private import answer_click, send_if_possible
from handlers.views.receipts import naming


@dataclass(frozen=True, slots=True)
class NudgeListeners:
    """Takes in a nudge from a message or from Home, and says who is reminded when."""

    use_cases: UseCases

    async def press(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Have those reminded for whom the review waits."""
        click = card_click(body)
        actor = Actor(click.user, Medium.BUTTON, "nudge", self.use_cases.now())
        said = await self.use_cases.nudge.nudge(click.team, click.button.review, actor)
        await ack()
        if said.sentence and body.get("view"):  # Home has no address for answers
            await send_if_possible(client, click.user, naming(said.sentence))
        elif said.sentence:
            await answer_click(client, body, naming(said.sentence))
