"""Saying by button that one is on it, taking that over, and giving it back."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.conversation import Medium
from bot.domain.review.remarks import OF_REVIEW
from bot.domain.review.transition import Actor
from handlers.inbound.payloads import card_click
from handlers.listeners.actions import ack_result
from handlers.views.button_value import MalformedPayload
from handlers.views.claims import shown_claimer


@dataclass(frozen=True, slots=True)
class ClaimListeners:
    """Takes in the button of the card and the entries of menus; what names no payment is about the review."""

    use_cases: UseCases

    async def press(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Claim, give back what is one's own, or take over what the button showed as another's."""
        click = card_click(body)
        seen = shown_claimer(click.action_id)
        if seen is None:
            raise MalformedPayload("not about a claim")
        ref = click.button.ref if click.button.item else OF_REVIEW
        actor = Actor(click.user, Medium.BUTTON, "on it", self.use_cases.now())
        result = await self.use_cases.claims.press(click.team, click.button.review, ref, actor, seen)
        await ack_result(ack, body, client, result)
