"""Closing a review and opening it again, by button."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.transition import Actor
from handlers.inbound.payloads import card_click, form_of, place_of_action, trigger_of
from handlers.listeners.actions import ack_result
from handlers.views.button_value import ButtonValue
from handlers.views.closing_form import TITLE, closing_form
from handlers.views.forms import message_form
from handlers.views.sentences import private_sentence


@dataclass(frozen=True, slots=True)
class ClosingListeners:
    """Takes in *Close review*, the form that it opens where something is open, and *Reopen*."""

    use_cases: UseCases

    async def exit_review(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Close the review, or ask first where something in it is undecided or on hold."""
        click = card_click(body)
        actor = self._actor(click.user, "exit")
        result = await self.use_cases.decide.exit_at_once(click.team, click.button.review, actor)
        if isinstance(result, RequestResult):
            await ack_result(ack, body, client, result)
            return
        await client.views_open(trigger_id=trigger_of(body), view=closing_form(result.state, result.digest))
        await ack()

    async def close(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The form was confirmed, so the review is closed; with something else open it is asked anew."""
        place, button = place_of_action(body), ButtonValue.decode(form_of(body))
        result = await self.use_cases.decide.exit(
            place.team,
            button.review,
            self._actor(place.user, "exit"),
            seen=button.item,
            idempotency_key=f"form {body['view']['id']}",
        )
        if result.outcome in {Outcome.RECORDED, Outcome.REPEATED}:
            await ack()
            return
        text, _ = private_sentence(result)
        await ack(response_action="update", view=message_form(TITLE, text))

    async def reopen(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open a closed review again."""
        click = card_click(body)
        result = await self.use_cases.decide.reopen(
            click.team, click.button.review, self._actor(click.user, "reopen"), seen=click.button.item
        )
        await ack_result(ack, body, client, result)

    def _actor(self, user: str, text: str) -> Actor:
        return Actor(user=user, how=Medium.BUTTON, text=text, now=self.use_cases.now())
