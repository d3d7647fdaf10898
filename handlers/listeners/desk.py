"""The desk: each person looks at a review's payments as they like, and selects some of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.desk import DeskView
from bot.application.use_cases import UseCases
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.selection import PaymentFilter
from bot.store import StoreUnavailable
from handlers.inbound.desk_input import DeskAction, desk_action, typed_fields
from handlers.inbound.payloads import Place, card_click, form_of, place_of_action, trigger_of, within
from handlers.outbound.calls import SLACK_FAULTS
from handlers.outbound.open_views import OpenViews, Render, RenderedView, Revision
from handlers.outbound.private import ANSWER_SECONDS
from handlers.views.blocks import Block
from handlers.views.button_value import ButtonValue, MalformedPayload, whole_number
from handlers.views.desk import chosen, desk_view, filter_form, filter_typed
from handlers.views.forms import message_form
from handlers.views.sentences import private_sentence

log = structlog.get_logger()
LOADING = "Reading the payments of this review …"


@dataclass(frozen=True, slots=True)
class DeskListeners:
    """Opens desks, and changes what is shown in them; nothing is decided here."""

    use_cases: UseCases
    views: OpenViews = field(default_factory=OpenViews)
    late: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the desk of whoever pressed a button of a review, as they left it."""
        click = card_click(body)
        place, review = Place(click.team, click.user), click.button.review
        above = bool(within(body, "view").get("type") == "modal")
        render = self.rendering(place, review)
        if await self.use_cases.desk.is_quick(click.team, review):
            await self.views.open(client, trigger_of(body), render, above=above)
            await ack()
            return
        show = client.views_push if above else client.views_open
        opened = await show(trigger_id=trigger_of(body), view=message_form("My desk", LOADING))
        await ack()
        await self.show_stored(client, place, review, opened["view"]["id"])

    async def choose(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Filter or order the payments by what was chosen in a menu."""
        action = desk_action(body)
        view = await self._view(action)
        try:
            await self._look_at(action, chosen(view, action.action_id, action.value))
        except ValueError:
            raise MalformedPayload("no choice of ours") from None
        await self._answer(ack, client, action)

    async def turn(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Turn to another page."""
        action = desk_action(body)
        page = whole_number(ButtonValue.decode(action.value).item)
        view = await self._view(action)
        await self._look_at(action, view.model_copy(update={"page": page}))
        await self._answer(ack, client, action)

    async def reset(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Show everything that can be decided again, the riskiest first."""
        action = desk_action(body)
        view = await self._view(action)
        await self._look_at(action, DeskView(resets=view.resets).reset())
        await self._answer(ack, client, action)

    async def tick(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Select a payment, or take it out of the selection."""
        action = desk_action(body)
        place = action.place
        await self.use_cases.desk.tick(
            place.team, _review(action), place.user, action.ticked, action.offered - action.ticked
        )
        await self._answer(ack, client, action, always=False)

    async def select_found(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Select all that is found."""
        action = desk_action(body)
        await self.use_cases.desk.select(action.place.team, _review(action), action.place.user, "found")
        await self._answer(ack, client, action)

    async def select_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Select what is on this page."""
        action = desk_action(body)
        await self.use_cases.desk.select(action.place.team, _review(action), action.place.user, "page")
        await self._answer(ack, client, action)

    async def select_none(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Select nothing."""
        action = desk_action(body)
        await self.use_cases.desk.select(action.place.team, _review(action), action.place.user, "none")
        await self._answer(ack, client, action)

    async def open_filter(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form that filters by amount and words."""
        action = desk_action(body)
        view = await self._view(action)
        await client.views_push(trigger_id=trigger_of(body), view=filter_form(_review(action), view.filter))
        await ack()

    async def take_filter(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Filter by what was typed, or say under the fields what is wrong with it."""
        place, review = place_of_action(body), form_of(body)
        desk = self.use_cases.desk
        view = await desk.view(place.team, review, place.user)
        wanted = filter_typed(view.filter, typed_fields(body))
        if not isinstance(wanted, PaymentFilter):
            await ack(response_action="errors", errors=wanted)
            return
        await desk.look_at(
            place.team, review, place.user, view.model_copy(update={"filter": wanted, "page": 0})
        )
        await ack()
        if below := within(body, "view").get("previous_view_id"):
            await self.show_stored(client, place, review, str(below))

    def rendering(self, place: Place, review: str, notice: Sequence[Block] = ()) -> Render:
        """Makes the desk of a person, with ``notice`` on top."""

        async def render() -> RenderedView:
            desk = await self.use_cases.desk.shown(place.team, review, place.user)
            if isinstance(desk, Outcome):
                told, _ = private_sentence(RequestResult(desk))
                return RenderedView(message_form("My desk", told), 0)
            return RenderedView(desk_view(desk, notice), desk.revision)

        return render

    async def show_stored(
        self,
        client: AsyncWebClient,
        place: Place,
        review: str,
        view_id: str,
        notice: Sequence[Block] = (),
        *,
        always: bool = True,
    ) -> None:
        """Have a desk show what is stored, with ``notice`` on top."""
        desk = self.use_cases.desk
        await self.update(
            client,
            view_id,
            self.rendering(place, review, notice),
            lambda: desk.revision(place.team, review, place.user),
            always=always,
        )

    async def update(
        self, client: AsyncWebClient, view_id: str, render: Render, revision: Revision, *, always: bool = True
    ) -> None:
        """Bring a modal up to date; a failure is logged, for what was asked is stored already."""
        update = asyncio.create_task(self._updated(client, view_id, render, revision, always))
        self.late.add(update)
        update.add_done_callback(self.late.discard)
        # What takes longer goes on by itself: Slack waits for its answer, which leaves after this.
        await asyncio.wait({update}, timeout=ANSWER_SECONDS)

    async def _updated(
        self, client: AsyncWebClient, view_id: str, render: Render, revision: Revision, always: bool
    ) -> None:
        try:
            await self.views.update(client, view_id, render, revision, always=always)
        except (*SLACK_FAULTS, *StoreUnavailable) as error:
            log.warning("modal not brought up to date", error=type(error).__name__)

    async def _view(self, action: DeskAction) -> DeskView:
        return await self.use_cases.desk.view(action.place.team, _review(action), action.place.user)

    async def _look_at(self, action: DeskAction, view: DeskView) -> None:
        await self.use_cases.desk.look_at(action.place.team, _review(action), action.place.user, view)

    async def _answer(
        self, ack: AsyncAck, client: AsyncWebClient, action: DeskAction, *, always: bool = True
    ) -> None:
        await ack()
        await self.show_stored(client, action.place, _review(action), action.view_id, always=always)


def _review(action: DeskAction) -> str:
    """The review that a desk is of; raises ``MalformedPayload`` for a modal that is none."""
    return ButtonValue.decode(f"{action.of}::").review
