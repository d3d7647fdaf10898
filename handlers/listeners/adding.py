"""Adding an approver to one payment: the button in its details, and the form."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.bounds import TEXT_LIMIT
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.transition import Actor
from bot.domain.text.refusals import refusal
from handlers.inbound.payloads import (
    Place,
    card_click,
    form_of,
    place_of_action,
    trigger_of,
    values_of,
    view_id_of,
    within,
)
from handlers.views.adding_form import adding_form
from handlers.views.button_value import ButtonValue
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.sentences import private_sentence

ABOUT_THE_PERSON = {
    Outcome.NOT_A_MEMBER,
    Outcome.BROUGHT_IT,
    Outcome.HAS_A_PART,
    Outcome.OVER_THEIR_LIMIT,
    Outcome.LEAVES_TOO_FEW,
}
WHOM = "Choose somebody."
WHY = "Say why, in a few words."


@dataclass(frozen=True, slots=True)
class AddingListeners:
    """Takes in who is to approve a payment too: stored first, then acknowledged."""

    use_cases: UseCases

    async def open_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form on top of the details, or say why nobody can be added."""
        place, button = place_of_action(body), card_click(body).button
        adding = self.use_cases.adding
        actor = self._actor(place, f"add an approver to {button.ref}")
        refused = await adding.would_refuse(place.team, button.review, button.ref, actor)
        review = await adding.payment(place.team, button.review, button.ref)
        if refused is not None or review is None or button.ref not in review.entries:
            said = private_sentence(refused or RequestResult(Outcome.NO_REVIEW))[0]
            view = message_form("Add an approver", said)
        else:
            view = adding_form(button, review.entries[button.ref])
        show = client.views_push if body.get("view") else client.views_open
        await show(trigger_id=trigger_of(body), view=view)
        await ack()

    async def add(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Somebody was chosen; the same form never adds twice."""
        place, button = place_of_action(body), ButtonValue.decode(form_of(body))
        values = values_of(body)
        person = str(within(values, "person", "person").get("selected_user") or "")
        reason = str(within(values, "reason", "reason").get("value") or "").strip()[:TEXT_LIMIT]
        if not person or not reason:
            await ack(response_action="errors", errors={"reason": WHY} if person else {"person": WHOM})
            return
        result = await self.use_cases.adding.add(
            place.team,
            button.review,
            button.ref,
            person,
            reason,
            self._actor(place, f"add an approver to {button.ref}: {reason}"),
            idempotency_key=f"form {view_id_of(body)}",
        )
        if result.outcome in (Outcome.RECORDED, Outcome.REPEATED):
            await ack(response_action="clear")  # the details below it are no longer so
        elif result.outcome in ABOUT_THE_PERSON:
            await ack(response_action="errors", errors={"person": refusal(result)[:ERROR_CHARACTERS]})
        else:
            view = message_form("Add an approver", private_sentence(result)[0])
            await ack(response_action="update", view=view)

    def _actor(self, place: Place, text: str) -> Actor:
        return Actor(user=place.user, how=Medium.BUTTON, text=text, now=self.use_cases.now())
