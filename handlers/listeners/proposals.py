"""What was understood of a reply: its author confirms it, edits it, or cancels it."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.transition import Actor
from handlers.inbound.edited_proposal import edited_proposal, requests_of
from handlers.inbound.payloads import card_click, place_of_action, trigger_of
from handlers.listeners.actions import ack_result
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.proposal_form import TITLE, TOO_LARGE, proposal_form
from handlers.views.sentences import private_sentence


@dataclass(frozen=True, slots=True)
class ProposalListeners:
    """Takes in the buttons of a proposal and the form that edits it; only its author may use them."""

    use_cases: UseCases

    async def confirm(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Do what the bot understood of a reply."""
        click = card_click(body)
        result = await self.use_cases.decide.confirm(
            click.team, click.button.review, click.button.item, self._actor(click.user, "confirm")
        )
        await ack_result(ack, body, client, result)

    async def cancel(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Do nothing of what the bot understood of a reply."""
        click = card_click(body)
        result = await self.use_cases.decide.withdraw(
            click.team, click.button.review, click.button.item, self._actor(click.user, "cancel")
        )
        await ack_result(ack, body, client, result)

    async def open_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form that edits a proposal, unless the edit would be refused."""
        click = card_click(body)
        proposal = await self.use_cases.look.open_proposal(
            click.team, click.button.review, click.button.item, click.user
        )
        if isinstance(proposal, Outcome):
            await ack_result(ack, body, client, RequestResult(proposal))
            return
        view = proposal_form(click.button, proposal) or message_form(TITLE, TOO_LARGE)
        await client.views_open(trigger_id=trigger_of(body), view=view)
        await ack()

    async def propose_again(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Propose what the form says in place of what was understood; nothing is decided by it."""
        place, form = place_of_action(body), edited_proposal(body)
        review, proposal_id = form.button.review, form.button.item
        proposal = await self.use_cases.look.open_proposal(place.team, review, proposal_id, place.user)
        if isinstance(proposal, Outcome):
            await _ack_form(ack, RequestResult(proposal))
            return
        asked = requests_of(form.parts, [entry.transaction.ref for entry in proposal.undecided])
        if not isinstance(asked, tuple):
            errors = {field: sentence[:ERROR_CHARACTERS] for field, sentence in asked.items()}
            await ack(response_action="errors", errors=errors)
            return
        result = await self.use_cases.converse.replace_proposal(
            place.team, review, proposal_id, asked, self._actor(place.user, "edit")
        )
        await _ack_form(ack, result)

    def _actor(self, user: str, text: str) -> Actor:
        return Actor(user=user, how=Medium.BUTTON, text=text, now=self.use_cases.now())


async def _ack_form(ack: AsyncAck, result: RequestResult) -> None:
    """Close the form, or say in it why nothing was changed."""
    if result.outcome in {Outcome.RECORDED, Outcome.REPEATED}:
        await ack()
        return
    text, _ = private_sentence(result)
    await ack(response_action="update", view=message_form(TITLE, text))
