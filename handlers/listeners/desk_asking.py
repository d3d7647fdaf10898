"""A question from the desk to whoever submitted, about the payments that are selected there."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain import text as wording
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.transition import Actor
from handlers.inbound.payloads import (
    Place,
    card_click,
    form_of,
    place_of_action,
    trigger_of,
    view_id_of,
    within,
)
from handlers.listeners.asking import DONE, typed
from handlers.listeners.desk import DeskListeners
from handlers.views.blocks import sentence_blocks
from handlers.views.button_value import ButtonValue, MalformedPayload, whole_number
from handlers.views.desk import MOST_ASKED, ask_form
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.sentences import private_sentence

TOO_MANY = f"One question can be about {MOST_ASKED} payments at most. Please select fewer."
ASKED = "Your question is on its way. The answer will stand at the payments and in the thread."


@dataclass(frozen=True, slots=True)
class DeskAskingListeners:
    """Opens the form for the question, and puts it; nothing of it decides."""

    use_cases: UseCases
    desk: DeskListeners

    async def open_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form, or say on the desk why nothing can be asked."""
        click = card_click(body)
        place, review = Place(click.team, click.user), click.button.review
        desk = await self.use_cases.desk.shown(place.team, review, place.user)
        refs = () if isinstance(desk, Outcome) else tuple(payment.ref for payment in desk.selected)
        refused: RequestResult | str | None = TOO_MANY if len(refs) > MOST_ASKED else None
        if refused is None:
            actor = self._actor(place, wording.ask_words(refs, "…"))
            refused = await self.use_cases.remarks.would_refuse(place.team, review, refs, actor, asks=True)
        payments = await self.use_cases.look.transactions(place.team, review, refs)
        if refused is None and payments and not isinstance(desk, Outcome):
            view = ask_form(review, payments, await self.use_cases.access.owner(desk.state))
            await client.views_push(trigger_id=trigger_of(body), view=view)
            await ack()
            return
        await ack()
        result = refused or RequestResult(Outcome.NOTHING_TO_DECIDE)
        said = sentence_blocks(result) if isinstance(result, str) else private_sentence(result)[1]
        await self.desk.show_stored(client, place, review, str(within(body, "view").get("id")), said)

    async def ask(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The question was written; the same form never asks twice."""
        place, button = place_of_action(body), ButtonValue.decode(form_of(body))
        refs = tuple(whole_number(ref) for ref in button.item.split(","))
        if len(refs) > MOST_ASKED:
            raise MalformedPayload("more payments than one question is about")
        question = typed(body, "question")
        actor = self._actor(place, wording.ask_words(refs, question))
        key = f"form {view_id_of(body)}"
        result = await self.use_cases.remarks.ask(
            place.team, button.review, refs, question, actor, idempotency_key=key
        )
        text, blocks = private_sentence(result)
        if result.outcome is Outcome.NOT_ESTABLISHED:  # the form stays, for another try
            await ack(response_action="errors", errors={"question": text[:ERROR_CHARACTERS]})
            return
        if result.outcome in DONE:
            blocks = sentence_blocks(ASKED)
            await ack()
        else:
            await ack(response_action="update", view=message_form("Ask about payments", text))
        if below := within(body, "view").get("previous_view_id"):
            await self.desk.show_stored(client, place, button.review, str(below), blocks)

    def _actor(self, place: Place, text: str) -> Actor:
        return Actor(user=place.user, how=Medium.BUTTON, text=text, now=self.use_cases.now())
