"""Decisions about many payments: what will be done is shown first, and done once its author submits it."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.prepared import About, BulkDone
from bot.application.use_cases import UseCases
from bot.domain.conversation import VERB_OF, DecisionKind, Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.transition import Actor
from handlers.inbound.desk_input import DeskAction, bulk_form, desk_action, ten_refs
from handlers.inbound.payloads import Place, card_click, trigger_of
from handlers.listeners.actions import LookListeners, ack_result
from handlers.listeners.desk import DeskListeners
from handlers.outbound.open_views import Render, RenderedView
from handlers.views.button_value import MalformedPayload, whole_number
from handlers.views.desk import bulk_view
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.sentences import bulk_sentence, private_sentence

KIND_OF_BUTTON = {
    "approve_all": DecisionKind.APPROVED,
    "reject_all": DecisionKind.REJECTED,
    "desk_approve": DecisionKind.APPROVED,
    "desk_reject": DecisionKind.REJECTED,
    "desk_hold": DecisionKind.HELD,
}
DONE = {Outcome.RECORDED, Outcome.REPEATED}
TITLE = "Decide together"
GONE = "This page is too old, or was made for somebody else. Nothing was changed."


@dataclass(frozen=True, slots=True)
class BulkListeners:
    """Opens the page of a decision about many, and does it; which payments it takes is kept by the server."""

    use_cases: UseCases
    desk: DeskListeners
    looks: LookListeners

    async def all(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Show what *Approve all* or *Reject all* would do, unless it would be refused."""
        click = card_click(body)
        kind = KIND_OF_BUTTON[click.action_id]
        actor = self._actor(click.user, f"{VERB_OF[kind]} all")
        prepared = await self.use_cases.bulk.prepare(click.team, click.button.review, kind, actor)
        await self._open(ack, body, client, prepared, above=False)

    async def recommended(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Show what *Approve recommended* would do, unless it would be refused."""
        click = card_click(body)
        actor = self._actor(click.user, "approve recommended")
        prepared = await self.use_cases.bulk.prepare(
            click.team, click.button.review, DecisionKind.APPROVED, actor, About.RECOMMENDED
        )
        await self._open(ack, body, client, prepared, above=False)

    async def selected(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Show what a decision about the selection, or all that is found, would do, unless it is refused."""
        click = card_click(body)
        if click.button.item not in (About.SELECTED, About.FOUND):
            raise MalformedPayload("neither selected nor found")
        kind = KIND_OF_BUTTON[click.action_id]
        actor = self._actor(click.user, f"{VERB_OF[kind]} what is {click.button.item}")
        review = click.button.review
        prepared = await self.use_cases.bulk.prepare(
            click.team, review, kind, actor, About(click.button.item)
        )
        await self._open(ack, body, client, prepared, above=True)

    async def show_all(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Show all payments of a turn; to the author of a standing proposal what it would do, to be done."""
        click = card_click(body)
        seq, _ = click.button.turn_and_page
        turn = await self.use_cases.look.turn(click.team, click.button.review, seq)
        if turn is not None and turn.proposal and not body.get("view"):
            prepared = await self.use_cases.bulk.prepare_proposal(
                click.team, click.button.review, turn.proposal, click.user
            )
            if isinstance(prepared, str):
                await self._open(ack, body, client, prepared, above=False)
                return
        await self.looks.show_all(ack, body, client)

    async def _open(
        self,
        ack: AsyncAck,
        body: dict[str, Any],
        client: AsyncWebClient,
        prepared: str | RequestResult,
        *,
        above: bool,
    ) -> None:
        click = card_click(body)
        place = Place(click.team, click.user)
        if isinstance(prepared, str):
            render = self._rendering(place, prepared)
            await self.desk.views.open(client, trigger_of(body), render, above=above)
            await ack()
        elif view := body.get("view"):
            await ack()
            _, said = private_sentence(prepared)
            await self.desk.show_stored(client, place, click.button.review, view["id"], said)
        else:
            await ack_result(ack, body, client, prepared)

    async def tick(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Tick a payment of high risk by name, or take its check mark away."""
        action = desk_action(body)
        place = action.place
        await self.use_cases.bulk.tick(
            place.team, action.of, place.user, action.ticked, action.offered - action.ticked
        )
        await self._answer(ack, client, action, always=False)

    async def tick_ten(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Tick, or untick, up to ten payments that stand by name above the button."""
        action = desk_action(body)
        refs, place = ten_refs(action.value), action.place
        on, off = (refs, ()) if action.action_id == "bulk_tick_ten" else ((), refs)
        await self.use_cases.bulk.tick(place.team, action.of, place.user, on, off)
        await self.use_cases.bulk.turn(place.team, action.of, place.user)
        await self._answer(ack, client, action)

    async def turn(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Turn to another page of the payments of high risk."""
        action = desk_action(body)
        page = whole_number(action.value)
        await self.use_cases.bulk.turn(action.place.team, action.of, action.place.user, page)
        await self._answer(ack, client, action)

    async def do(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Do what the page shows, or say in it why not; then the desk below shows what is left."""
        form = bulk_form(body)
        place, bulk = form.place, self.use_cases.bulk
        # Check marks may have been on their way when the page was submitted.
        await bulk.tick(place.team, form.bulk_id, place.user, form.ticked, form.offered - form.ticked)
        done = await bulk.do(place.team, form.bulk_id, self._actor(place.user, "decide"), form.reason)
        await _ack_form(ack, done, below=bool(form.below))
        if form.below and done.bulk is not None and not done.missing:
            _, said = bulk_sentence(done.result)
            await self.desk.show_stored(client, place, done.bulk.review, form.below, said)

    def _rendering(self, place: Place, bulk_id: str) -> Render:
        async def render() -> RenderedView:
            shown = await self.use_cases.bulk.shown(place.team, bulk_id, place.user)
            if isinstance(shown, Outcome):
                told = GONE if shown is Outcome.NO_PROPOSAL else private_sentence(RequestResult(shown))[0]
                return RenderedView(message_form(TITLE, told), 0)
            reasons = self.use_cases.policy().reasons.of(shown.bulk.kind)
            return RenderedView(bulk_view(shown, reasons), shown.revision)

        return render

    async def _answer(
        self, ack: AsyncAck, client: AsyncWebClient, action: DeskAction, *, always: bool = True
    ) -> None:
        await ack()
        bulk, place = self.use_cases.bulk, action.place
        await self.desk.update(
            client,
            action.view_id,
            self._rendering(place, action.of),
            lambda: bulk.revision(place.team, action.of),
            always=always,
        )

    def _actor(self, user: str, text: str) -> Actor:
        return Actor(user=user, how=Medium.BUTTON, text=text, now=self.use_cases.now())


async def _ack_form(ack: AsyncAck, done: BulkDone, *, below: bool) -> None:
    """Close the page, or say in it why nothing was changed, or what was left as it is."""
    result = done.result
    if done.missing:
        await ack(response_action="errors", errors={"reason": done.missing})
    elif result.outcome is Outcome.NOT_ESTABLISHED:  # the page stays, for another try
        text, _ = private_sentence(result)
        await ack(response_action="errors", errors={"reason": text[:ERROR_CHARACTERS]})
    elif result.outcome in {Outcome.RECORDED, Outcome.REPEATED} and (
        below or not (result.already or result.refs)
    ):
        await ack()
    else:
        text = GONE if result.outcome is Outcome.NO_PROPOSAL else bulk_sentence(result)[0]
        await ack(response_action="update", view=message_form(TITLE, text))
