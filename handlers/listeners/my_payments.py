"""The list of what its submitter can still change, the form that corrects a payment, and the withdrawal."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.amend import AmendPayments, OwnPayments
from bot.application.submission_rate import TooManySubmissions
from bot.application.use_cases import UseCases
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.transition import Actor
from bot.domain.text.amending import SAY_WHICH, withdrawn_for_you
from bot.intake.corrected import CorrectionErrors
from bot.store import StoreUnavailable
from handlers.inbound.own_words import OwnChange
from handlers.inbound.payloads import Place, card_click, correction, place_of_action, trigger_of, within
from handlers.outbound.calls import SLACK_FAULTS
from handlers.outbound.followed_views import FollowedViews
from handlers.outbound.open_views import RenderedView
from handlers.outbound.private import ANSWER_SECONDS
from handlers.views.blocks import Block, plain_text, section
from handlers.views.button_value import whole_number
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.my_payments import (
    MY_PAYMENTS,
    OWN_PAGE,
    correction_form,
    correction_offer,
    my_payments_view,
)
from handlers.views.receipts import PrivateMessage, naming, sentence
from handlers.views.sentences import private_sentence

log = structlog.get_logger()

TITLE = "My payments"
DONE = {Outcome.RECORDED, Outcome.REPEATED}


@dataclass(frozen=True, slots=True)
class MyPaymentsListeners:
    """Takes in what whoever brought payments changes of them: stored first, then acknowledged."""

    use_cases: UseCases
    followed: FollowedViews = field(default_factory=FollowedViews)

    async def show(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the list of a review, or turn it to another page."""
        click = card_click(body)
        page = whole_number(click.button.item) if click.button.item else 0
        shown = self._list(click.user, click.team, click.button.review, page)
        view_id = await _show(client, body, (await shown.render()).view)
        await ack()
        await self._follow(client, view_id, shown)

    async def open_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form that corrects a payment, with what it says now, above the list."""
        click = card_click(body)
        button = click.button
        result = await self.use_cases.amend.would_refuse(
            click.team, button.review, button.ref, button.version, self._actor(click.user, "correct")
        )
        payments = await self.use_cases.look.transactions(click.team, button.review, (button.ref,))
        if result is not None or not payments:
            view = message_form(TITLE, private_sentence(result or RequestResult(Outcome.NO_REVIEW))[0])
        else:
            view = correction_form(button, payments[0])
        show = client.views_push if body.get("view") else client.views_open
        await show(trigger_id=trigger_of(body), view=view)
        await ack()

    async def correct(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Store the corrected payment as its next version; a field that cannot be read says why."""
        place, form = place_of_action(body), correction(body)
        button = form.button
        try:
            result = await self.use_cases.amend.correct(
                place.team,
                button.review,
                button.ref,
                button.version,
                form.typed,
                self._actor(place.user, f"correct {button.ref}"),
                idempotency_key=f"form {form.id}",
            )
        except CorrectionErrors as error:
            errors = {field: sentence[:ERROR_CHARACTERS] for field, sentence in error.sentences.items()}
            await ack(response_action="errors", errors=errors)
            return
        except TooManySubmissions as error:
            await ack(response_action="errors", errors={"amount": str(error)[:ERROR_CHARACTERS]})
            return
        if result.outcome is Outcome.UNCHANGED:
            unchanged = private_sentence(result)[0]
            await ack(response_action="errors", errors={"amount": unchanged[:ERROR_CHARACTERS]})
        elif result.outcome in DONE:
            await ack()
        else:
            await ack(response_action="update", view=message_form(TITLE, private_sentence(result)[0]))
        if form.below:
            await self._show_below(client, place.user, place.team, button.review, form.below)

    async def withdraw(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Withdraw the payment that the button stands at; the list shows what is left."""
        click = card_click(body)
        button = click.button
        actor = self._actor(click.user, f"withdraw {button.ref}")
        result = await self.use_cases.amend.withdraw(click.team, button.review, (button.ref,), actor)
        await ack()
        says = f"#{button.ref} was withdrawn."
        if result.outcome not in DONE:
            says = private_sentence(result)[0]
        notice = [section(plain_text(says, 1000))]
        below = within(body, "view")
        if below.get("callback_id") == MY_PAYMENTS:
            await self._show_below(client, click.user, click.team, button.review, below["id"], notice)

    async def said(
        self, place: Place, event: dict[str, Any], wish: OwnChange, review: str
    ) -> PrivateMessage | None:
        """Do what was written below the direct message about a review; what its writer is told.

        A correction needs its form, which only a press can open, so they get a button.
        """
        if wish.nudges:
            return await self._nudged(place, event, review)
        if not wish.refs:
            return sentence(SAY_WHICH)
        verb = "withdraw" if wish.withdraws else "correct"
        words = f"{verb} {', '.join(map(str, wish.refs))}"
        actor = replace(self._actor(place.user, words), how=Medium.DIRECT_MESSAGE)
        if not wish.withdraws:
            return await self._offered(place, review, wish.refs[0], actor)
        result = await self.use_cases.amend.withdraw(
            place.team, review, wish.refs, actor, idempotency_key=f"message {place.channel} {event['ts']}"
        )
        if result.outcome is Outcome.REPEATED:
            return None
        return sentence(withdrawn_for_you(result)) if result.outcome in DONE else private_sentence(result)

    async def _nudged(self, place: Place, event: dict[str, Any], review: str) -> PrivateMessage | None:
        actor = replace(self._actor(place.user, "nudge"), how=Medium.DIRECT_MESSAGE)
        key = f"message {place.channel} {event['ts']}"
        said = await self.use_cases.nudge.nudge(place.team, review, actor, idempotency_key=key)
        return naming(said.sentence) if said.sentence else None

    async def _offered(self, place: Place, review: str, ref: int, actor: Actor) -> PrivateMessage:
        payments = await self.use_cases.look.transactions(place.team, review, (ref,))
        version = payments[0].version if payments else 1
        refused = await self.use_cases.amend.would_refuse(place.team, review, ref, version, actor)
        if refused is not None or not payments:
            return private_sentence(refused or RequestResult(Outcome.NO_REVIEW))
        return correction_offer(review, payments[0])

    def _list(self, user: str, team: str, review: str, page: int, notice: Sequence[Block] = ()) -> "OwnList":
        return OwnList(self.use_cases.amend, user, team, review, page, notice)

    async def _follow(self, client: AsyncWebClient, view_id: str, shown: "OwnList") -> None:
        """Have the list say by itself how what was corrected was judged."""
        if await shown.unfinished():
            self.followed.begin(client, view_id, shown.render, shown.revision, shown.unfinished)

    async def _show_below(
        self,
        client: AsyncWebClient,
        user: str,
        team: str,
        review: str,
        view_id: str,
        notice: Sequence[Block] = (),
    ) -> None:
        """Bring the list up to date; a failure is logged, for what was asked is done already."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                shown = self._list(user, team, review, 0, notice)
                await self.followed.views.update(client, view_id, shown.render, shown.revision)
                await self._follow(client, view_id, shown)
        except (*SLACK_FAULTS, *StoreUnavailable) as error:
            log.warning("list not brought up to date", error=type(error).__name__)

    def _actor(self, user: str, text: str) -> Actor:
        return Actor(user=user, how=Medium.BUTTON, text=text, now=self.use_cases.now())


@dataclass(frozen=True, slots=True)
class OwnList:
    """One page of what somebody can still change in a review, with what stands above it, as it is shown."""

    amend: AmendPayments
    user: str
    team: str
    review: str
    page: int
    notice: Sequence[Block] = ()

    async def render(self) -> RenderedView:
        """The list as it is stored now, or why this person sees none."""
        own = await self._own()
        if isinstance(own, Outcome):
            return RenderedView(message_form(TITLE, private_sentence(RequestResult(own))[0]), 0)
        return RenderedView(my_payments_view(own, self.notice), own.review.state.version)

    async def revision(self) -> int:
        """The version of the review that it is of."""
        own = await self._own()
        return 0 if isinstance(own, Outcome) else own.review.state.version

    async def unfinished(self) -> bool:
        """Whether a payment on it is being judged again."""
        own = await self._own()
        return not isinstance(own, Outcome) and any(one.rejudging for one in own.review.entries.values())

    async def _own(self) -> OwnPayments | Outcome:
        return await self.amend.own(self.user, self.team, self.review, self.page, OWN_PAGE)


async def _show(client: AsyncWebClient, body: dict[str, Any], view: Block) -> str:
    """Open a modal from a message, or replace the one whose button was pressed; its id."""
    if pressed_in := body.get("view"):
        await client.views_update(view_id=pressed_in["id"], hash=pressed_in.get("hash"), view=view)
        return str(pressed_in["id"])
    opened = await client.views_open(trigger_id=trigger_of(body), view=view)
    return str(opened["view"]["id"])
