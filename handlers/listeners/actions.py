"""Buttons: each click is the human's turn."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.transition import Actor
from handlers.inbound.payloads import (
    button_of,
    place_of_action,
    pressed,
    trigger_of,
)
from handlers.outbound.private import answer_click
from handlers.views import receipts
from handlers.views.button_value import ButtonValue, MalformedPayload, whole_number
from handlers.views.forms import EVERYTHING_PAGE, bad_rows_view, everything_view, message_form, reason_form
from handlers.views.sentences import private_sentence
from handlers.views.thread import decision_words

ONE = {"approve": DecisionKind.APPROVED, "hold": DecisionKind.HELD}
ALL = {"approve_all": DecisionKind.APPROVED, "reject_all": DecisionKind.REJECTED}
GONE = "This batch is gone or is not yours. Nothing was submitted; please send it again."
UNKNOWN = "This button is not one of mine any more. Nothing was changed."


def register(app: AsyncApp, use_cases: UseCases) -> None:
    """Listen for every other button of ours, and answer for those that are not."""
    _register_endings(app, use_cases)
    _register_views(app, use_cases)

    @app.action(re.compile(".*"))
    async def unknown(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        if body.get("view"):
            await client.views_update(view_id=body["view"]["id"], view=message_form("Countersign", UNKNOWN))
            return
        await answer_click(body, receipts.sentence(UNKNOWN))


def _actor(use_cases: UseCases, body: dict[str, Any], text: str) -> Actor:
    return Actor(user=place_of_action(body).user, how=Medium.BUTTON, text=text, now=use_cases.now())


async def _answered(answer: RequestResult, body: dict[str, Any]) -> None:
    """A click that changed nothing gets a private sentence, never silence."""
    if answer.outcome not in {Outcome.RECORDED, Outcome.REPEATED}:
        await answer_click(body, private_sentence(answer))


def register_decisions(app: AsyncApp, use_cases: UseCases) -> None:
    """Listen for the buttons that decide."""

    @app.action(re.compile("^(approve|hold)$"))
    async def decide(ack: AsyncAck, body: dict[str, Any]) -> None:
        on, kind = button_of(body), ONE[pressed(body, "action_id")]
        who = _actor(use_cases, body, decision_words(kind, on.ref))
        asks = (DecisionRequest(kind=kind, refs=(on.ref,)),)
        answer = await use_cases.decide.decide(
            place_of_action(body).team, on.review, asks, who, content_token=on.content_token
        )
        await ack()
        await _answered(answer, body)

    @app.action(re.compile("^(approve|reject)_all$"))
    async def decide_all(ack: AsyncAck, body: dict[str, Any]) -> None:
        on, kind = button_of(body), ALL[pressed(body, "action_id")]
        who = _actor(use_cases, body, decision_words(kind, None))
        asks = (DecisionRequest(kind=kind),)
        answer = await use_cases.decide.decide(
            place_of_action(body).team, on.review, asks, who, content_token=on.content_token
        )
        await ack()
        await _answered(answer, body)

    @app.action("approve_recommended")
    async def follow(ack: AsyncAck, body: dict[str, Any]) -> None:
        on, who = button_of(body), _actor(use_cases, body, "approve recommended")
        team = place_of_action(body).team
        answer = await use_cases.decide.approve_recommended(
            team, on.review, who, content_token=on.content_token
        )
        await ack()
        await _answered(answer, body)

    @app.action("reject")
    async def ask_reason(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        on, place = button_of(body), place_of_action(body)
        who = _actor(use_cases, body, decision_words(DecisionKind.REJECTED, on.ref))
        refused = await use_cases.decide.would_refuse(place.team, on.review, on.ref, who, on.content_token)
        if refused is not None:
            await ack()
            await _answered(refused, body)
            return
        found = await use_cases.look.transactions(place.team, on.review, (on.ref,))
        view = reason_form(on, found[0] if found else None)
        await client.views_open(trigger_id=trigger_of(body), view=view)
        await ack()


def _register_endings(app: AsyncApp, use_cases: UseCases) -> None:
    @app.action("exit")
    async def leave(ack: AsyncAck, body: dict[str, Any]) -> None:
        on = button_of(body)
        answer = await use_cases.decide.exit(
            place_of_action(body).team, on.review, _actor(use_cases, body, "exit")
        )
        await ack()
        await _answered(answer, body)

    @app.action(re.compile("^(confirm|change)$"))
    async def proposal(ack: AsyncAck, body: dict[str, Any]) -> None:
        on, team = button_of(body), place_of_action(body).team
        if pressed(body, "action_id") == "confirm":
            answer = await use_cases.decide.confirm(
                team, on.review, on.item, _actor(use_cases, body, "confirm")
            )
        else:
            answer = await use_cases.decide.withdraw(
                team, on.review, on.item, _actor(use_cases, body, "change")
            )
        await ack()
        await _answered(answer, body)


def _register_views(app: AsyncApp, use_cases: UseCases) -> None:
    @app.action(re.compile("^bad_rows"))
    async def bad_rows(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        draft_id, _, page = pressed(body, "value").partition(":")
        draft = await use_cases.look.draft(place_of_action(body).team, draft_id)
        view = bad_rows_view(draft, whole_number(page)) if draft else message_form("Bad rows", GONE)
        await _shown(client, body, view)
        await ack()

    @app.action(re.compile("^page_(previous|next)$"))
    async def turn_page(ack: AsyncAck, body: dict[str, Any]) -> None:
        on, team = button_of(body), place_of_action(body).team
        outcome = await use_cases.look.turn_page(team, on.review, whole_number(on.item))
        await ack()
        await _answered(RequestResult(outcome=outcome), body)

    @app.action(re.compile("^everything"))
    async def everything(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        on, team = button_of(body), place_of_action(body).team
        await _shown(client, body, await _everything(use_cases, team, on))
        await ack()

    @app.action("submit_good")
    async def submit_good(ack: AsyncAck, body: dict[str, Any]) -> None:
        place = place_of_action(body)
        state = await use_cases.submit.submit_draft(place.team, pressed(body, "value"), place.user)
        await ack()
        told = receipts.receipt(state) if state else receipts.sentence(GONE)
        await answer_click(body, told, replace=state is not None)


async def _shown(client: AsyncWebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
    """A modal: opened from a message, turned to another page from itself."""
    if shown := body.get("view"):
        await client.views_update(view_id=shown["id"], hash=shown.get("hash"), view=view)
    else:
        await client.views_open(trigger_id=trigger_of(body), view=view)


async def _everything(use_cases: UseCases, team: str, on: ButtonValue) -> dict[str, Any]:
    page = whole_number(on.item) if on.item else 0
    state = await use_cases.look.state(team, on.review)
    if state is None:
        return message_form("Review", "This review does not exist any more.")
    first = page * EVERYTHING_PAGE + 1
    last = min(state.total, first + EVERYTHING_PAGE - 1)
    if first > state.total:
        raise MalformedPayload("no such page")
    shown = await use_cases.look.transactions(team, on.review, tuple(range(first, last + 1)))
    return everything_view(state, shown, page)
