"""The pages of flagged payments beyond the card: each person turns their own and decides in it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.review.outcome import Outcome, RequestResult
from bot.store import StoreUnavailable
from handlers.inbound.payloads import Place, card_click, place_of_action, trigger_of, within
from handlers.outbound.calls import SLACK_FAULTS
from handlers.outbound.open_pages import OpenPages, Render, RenderedPage
from handlers.outbound.private import ANSWER_SECONDS, send_if_possible
from handlers.views.blocks import Block
from handlers.views.button_value import ButtonValue, whole_number
from handlers.views.card import PAGE
from handlers.views.flagged_page import FLAGGED_PAGE, flagged_page_view
from handlers.views.forms import message_form
from handlers.views.sentences import private_sentence, sentence_on_page

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PageListeners:
    """Shows pages of payments, and in them what came of the clicks on their buttons."""

    use_cases: UseCases
    open_pages: OpenPages = field(default_factory=OpenPages)

    async def show_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the page that the button leads to, for whoever pressed it, or turn the modal that it is in."""
        click = card_click(body)
        place = Place(click.team, click.user)
        render = self._render(place, click.button.review, whole_number(click.button.item))
        if view := body.get("view"):
            await self.open_pages.turn(client, view, render)
        else:
            await self.open_pages.open(client, trigger_of(body), render)
        await ack()

    async def show_result(self, client: AsyncWebClient, body: dict[str, Any], result: RequestResult) -> None:
        """Show the new state in the page whose button was pressed; on top of it, why nothing was changed.

        A modal has no address for answers, so who has closed it is told directly.
        """
        click, view = card_click(body), within(body, "view")
        changed = result.outcome in {Outcome.RECORDED, Outcome.REPEATED}
        told = None if changed else sentence_on_page(result)
        is_shown = view.get("callback_id") == FLAGGED_PAGE and await self._shown_anew(
            client, place_of_action(body), click.button, (view["id"], view["hash"]), told[1] if told else ()
        )
        if told and not is_shown:
            await send_if_possible(client, click.user, told)

    async def show_below(
        self, client: AsyncWebClient, place: Place, button: ButtonValue, view_id: str
    ) -> None:
        """Show the new state in the page under a form, whose button opened it."""
        await self._shown_anew(client, place, button, (view_id, None))

    async def _shown_anew(
        self,
        client: AsyncWebClient,
        place: Place,
        button: ButtonValue,
        view: tuple[str, str | None],
        notice: Sequence[Block] = (),
    ) -> bool:
        """Bring the page of a payment up to date; a failure is logged, for what was asked is done already."""
        look = self.use_cases.look
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                page = await look.page_of_payment(place.team, button.review, button.ref, PAGE)
                render = self._render(place, button.review, page, notice)
                return await self.open_pages.refresh(client, *view, page, render)
        except (*SLACK_FAULTS, *StoreUnavailable) as error:
            log.warning("page not brought up to date", error=type(error).__name__)
            return False

    def _render(self, place: Place, review: str, number: int, notice: Sequence[Block] = ()) -> Render:
        async def render() -> RenderedPage:
            page = await self.use_cases.look.flagged_page(place.user, place.team, review, number, PAGE)
            if isinstance(page, Outcome):
                told, _ = private_sentence(RequestResult(page))
                return RenderedPage(message_form("Review", told), None)
            return RenderedPage(flagged_page_view(page, notice), page.number)

        return render
