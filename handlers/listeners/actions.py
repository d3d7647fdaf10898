"""Buttons: each click is the human's turn."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor
from handlers.inbound.payloads import CardClick, card_click, place_of_action, pressed_value, trigger_of
from handlers.listeners.submitting import submit_good_rows
from handlers.outbound.private import answer_click, send_if_possible, tell_if_possible
from handlers.views import receipts
from handlers.views.button_value import ButtonValue, MalformedPayload, whole_number
from handlers.views.forms import (
    EVERYTHING_PAGE,
    approval_form,
    bad_rows_view,
    everything_view,
    message_form,
    reason_form,
    taken_form,
    turn_view,
)
from handlers.views.receipts import BATCH_GONE
from handlers.views.sentences import private_sentence
from handlers.views.thread import decision_words

KIND_OF_BUTTON = {
    "approve": DecisionKind.APPROVED,
    "reject": DecisionKind.REJECTED,
    "hold": DecisionKind.HELD,
}
REVIEW_GONE = "This review does not exist any more."
UNKNOWN_BUTTON = "This button is not one of mine any more. Nothing was changed."


@dataclass(frozen=True, slots=True)
class DecisionListeners:
    """Takes in the buttons that decide about payments: stored first, then acknowledged."""

    use_cases: UseCases

    async def decide(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Approve or hold the payment that the button stands at, on the card or in a modal."""
        click = card_click(body)
        result = await self._decided(click)
        if result.outcome is Outcome.NEEDS_REASON:
            await self._open(ack, body, client, click, approval_form)
            return
        await self._answer(ack, body, client, result)

    async def release(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Take the payment off hold that the menu stands at."""
        click = card_click(body)
        button = click.button
        actor = self._actor(click, f"release {button.ref}")
        result = await self.use_cases.decide.release(
            click.team, button.review, button.ref, actor, button.content_token
        )
        await self._answer(ack, body, client, result)

    async def ask_reason(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form that rejects or holds, unless that would be refused."""
        click = card_click(body)
        button, kind = click.button, KIND_OF_BUTTON[click.action_id]
        actor = self._actor(click, decision_words(kind, button.ref))
        refused = await self.use_cases.decide.would_refuse(
            click.team,
            button.review,
            button.ref,
            actor,
            button.content_token,
            button.version,
            button.held_refs,
        )
        if refused is not None:
            await self._answer(ack, body, client, refused)
            return
        await self._open(ack, body, client, click, partial(reason_form, kind=kind))

    async def _open(
        self,
        ack: AsyncAck,
        body: dict[str, Any],
        client: AsyncWebClient,
        click: CardClick,
        form: Callable[[ButtonValue, ReviewedTransaction | None], dict[str, Any]],
    ) -> None:
        """Open the form that asks for a reason about the payment that the button stands at."""
        button = click.button
        payments = await self.use_cases.look.transactions(click.team, button.review, (button.ref,))
        # Above the modal that the button stands in, which is there again when the form is gone.
        show = client.views_push if body.get("view") else client.views_open
        await show(trigger_id=trigger_of(body), view=form(button, payments[0] if payments else None))
        await ack()

    async def _decided(self, click: CardClick) -> RequestResult:
        kind, ref = KIND_OF_BUTTON[click.action_id], click.button.ref
        actor = self._actor(click, decision_words(kind, ref))
        return await self.use_cases.decide.decide(
            click.team,
            click.button.review,
            (DecisionRequest(kind=kind, refs=(ref,)),),
            actor,
            content_token=click.button.content_token,
            versions={ref: click.button.version},
            held=click.button.held_refs,
            called=click.button.calls_by_ref,
            asks_reasons=True,
        )

    async def _answer(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, result: RequestResult
    ) -> None:
        """Say what came of a click; a modal has no address for answers, so its person is told directly."""
        if not body.get("view"):
            await ack_result(ack, body, client, result)
            return
        await ack()
        if result.outcome not in {Outcome.RECORDED, Outcome.REPEATED}:
            await send_if_possible(client, place_of_action(body).user, private_sentence(result))

    def _actor(self, click: CardClick, text: str, *, told: bool = False) -> Actor:
        return Actor(user=click.user, how=Medium.BUTTON, text=text, now=self.use_cases.now(), told=told)


@dataclass(frozen=True, slots=True)
class LookListeners:
    """Takes in the buttons that show more, and those that submit rows of a batch."""

    use_cases: UseCases

    async def show_everything(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open a form with every payment of the review, or turn to another page of it."""
        await _show_form(client, body, await self._everything(card_click(body)))
        await ack()

    async def show_all(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open a form with all payments that a turn is about, or turn to another page of it."""
        await _show_form(client, body, await self._all_of_turn(card_click(body)))
        await ack()

    async def show_bad_rows(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open a form with the bad rows of a batch, or turn to another page of it."""
        draft_id, _, page = pressed_value(body).partition(":")
        place = place_of_action(body)
        draft = await self.use_cases.look.draft(place.team, draft_id, place.user)
        view = bad_rows_view(draft, whole_number(page)) if draft else message_form("Bad rows", BATCH_GONE)
        await _show_form(client, body, view)
        await ack()

    async def show_again(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Try to show a review again that stood in no channel, as its submitter asks."""
        click = card_click(body)
        outcome = await self.use_cases.look.show_again(click.team, click.button.review, click.user)
        await ack_result(ack, body, client, RequestResult(outcome=outcome))
        if outcome is Outcome.RECORDED:
            await answer_click(client, body, receipts.sentence(receipts.TRYING_AGAIN))

    async def submit_good_rows(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Take the good rows of a batch, of those submitted before none, as its submitter asks."""
        place = place_of_action(body)
        taken = await submit_good_rows(self.use_cases, place, pressed_value(body))
        await ack()
        answer = receipts.sentence(taken) if isinstance(taken, str) else receipts.receipt(taken)
        await answer_click(client, body, answer, replace=not isinstance(taken, str))

    async def submit_all_again(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Take all good rows of a batch that was submitted before, from a message or the form above it."""
        place = place_of_action(body)
        taken = await submit_good_rows(self.use_cases, place, pressed_value(body), again=True)
        await ack()
        if isinstance(taken, str):
            await (
                _show_form(client, body, message_form("Submit payments", taken))
                if body.get("view")
                else answer_click(client, body, receipts.sentence(taken))
            )
        elif body.get("view"):
            await _show_form(client, body, taken_form(taken))
            await tell_if_possible(client, taken.channel, place.user, receipts.receipt(taken))
        else:
            await answer_click(client, body, receipts.receipt(taken), replace=True)

    async def _everything(self, click: CardClick) -> dict[str, Any]:
        page = whole_number(click.button.item) if click.button.item else 0
        state = await self.use_cases.look.seen_by(click.user, click.team, click.button.review)
        if isinstance(state, Outcome):
            return message_form("Review", private_sentence(RequestResult(state))[0])
        first = page * EVERYTHING_PAGE + 1
        last = min(state.total, first + EVERYTHING_PAGE - 1)
        if first > state.total:
            raise MalformedPayload("no such page")
        refs = tuple(range(first, last + 1))
        payments = await self.use_cases.look.transactions(click.team, click.button.review, refs)
        return everything_view(state, payments, page)

    async def _all_of_turn(self, click: CardClick) -> dict[str, Any]:
        (seq, page), look = click.button.turn_and_page, self.use_cases.look
        state = await look.seen_by(click.user, click.team, click.button.review)
        if isinstance(state, Outcome):
            return message_form("Review", private_sentence(RequestResult(state))[0])
        turn = await look.turn(click.team, click.button.review, seq)
        if turn is None:
            return message_form("Review", REVIEW_GONE)
        refs = turn.refs[page * EVERYTHING_PAGE : (page + 1) * EVERYTHING_PAGE]
        if not refs:
            raise MalformedPayload("no such page")
        found = await look.transactions(click.team, click.button.review, refs)
        payments = {payment.transaction.ref: payment for payment in found}
        # In the order of the answer, which may be by amount or vendor.
        return turn_view(state, turn, [payments[ref] for ref in refs if ref in payments], page)


async def answer_unknown_button(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
    """A button of an older version, say."""
    await ack()
    if body.get("view"):
        view = message_form("Countersign", UNKNOWN_BUTTON)
        await client.views_update(view_id=body["view"]["id"], view=view)
        return
    await answer_click(client, body, receipts.sentence(UNKNOWN_BUTTON))


async def ack_result(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, result: RequestResult
) -> None:
    """Acknowledge; a click that changed nothing gets a private sentence, never silence."""
    await ack()
    if result.outcome not in {Outcome.RECORDED, Outcome.REPEATED}:
        await answer_click(client, body, private_sentence(result))


async def _show_form(client: AsyncWebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Open a modal from a message, or replace the one whose button was pressed."""
    if pressed_in := body.get("view"):
        await client.views_update(view_id=pressed_in["id"], hash=pressed_in.get("hash"), view=view)
    else:
        await client.views_open(trigger_id=trigger_of(body), view=view)
