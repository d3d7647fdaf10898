"""Noting a call to a vendor: the form, and what was filled in."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain import text as wording
from bot.domain.conversation import Medium
from bot.domain.review.call_backs import CallBackReport, NumberSource
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.transition import Actor
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
from handlers.listeners.asking import typed
from handlers.outbound.private import answer_click
from handlers.views.button_value import ButtonValue, MalformedPayload
from handlers.views.call_back_form import (
    CONFIRMED,
    also_shown,
    call_back_form,
    call_back_offer,
    source_of,
)
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.receipts import PrivateMessage
from handlers.views.sentences import private_sentence

TITLE = "Note a call-back"
MISSING = "Please choose one."


@dataclass(frozen=True, slots=True)
class CallBackListeners:
    """Takes in the button and the form: stored first, then acknowledged."""

    use_cases: UseCases

    async def offer(self, place: Place, review_id: str, ref: int) -> PrivateMessage | None:
        """The button that opens the form, for who tells of a call and may note it; ``None`` for others."""
        now = self.use_cases.now()
        actor = Actor(user=place.user, how=Medium.THREAD_REPLY, text=f"called {ref}", now=now)
        asked = await self.use_cases.call_backs.ask(place.team, review_id, ref, None, actor)
        return None if isinstance(asked, RequestResult) else call_back_offer(ButtonValue(review_id, str(ref)))

    async def open_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form for a call about the payment that the button stands at, or say why none is noted.

        A button below a reply carries no version: the form shows the newest.
        """
        click = card_click(body)
        button, now = click.button, self.use_cases.now()
        actor = Actor(user=click.user, how=Medium.BUTTON, text=f"call-back {button.ref}", now=now)
        version = button.version if button.content_token else None
        asked = await self.use_cases.call_backs.ask(click.team, button.review, button.ref, version, actor)
        if isinstance(asked, RequestResult):
            await ack()
            said = private_sentence(asked)
            if body.get("view"):
                await client.views_push(trigger_id=trigger_of(body), view=message_form(TITLE, said[0]))
            else:
                await answer_click(client, body, said)
            return
        shown = replace(button, version=asked.entry.version)
        show = client.views_push if body.get("view") else client.views_open
        await show(trigger_id=trigger_of(body), view=call_back_form(shown, asked.entry, asked.alike, now))
        await ack()

    async def note(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The form was filled in; the same form never notes twice."""
        place, button = place_of_action(body), ButtonValue.decode(form_of(body))
        report, missing = _report(body)
        if report is None:
            await ack(response_action="errors", errors=missing)
            return
        shown = {button.ref: button.version, **_also(body)}
        words = wording.call_back_words(tuple(sorted(shown)), report)
        noted = await self.use_cases.call_backs.note(
            place.team,
            button.review,
            shown,
            report,
            Actor(user=place.user, how=Medium.BUTTON, text=words, now=self.use_cases.now()),
            idempotency_key=f"form {view_id_of(body)}",
        )
        said, _ = private_sentence(noted.result)
        if noted.faults:
            errors = {field: fault[:ERROR_CHARACTERS] for field, fault in noted.faults.items()}
            await ack(response_action="errors", errors=errors)
        elif noted.result.outcome in {Outcome.RECORDED, Outcome.REPEATED}:
            await ack()
        elif noted.result.outcome is Outcome.NOT_ESTABLISHED:  # the form stays, for another try
            await ack(response_action="errors", errors={"spoke_to": said[:ERROR_CHARACTERS]})
        else:
            await ack(response_action="update", view=message_form(TITLE, said))


def _report(body: dict[str, Any]) -> tuple[CallBackReport | None, dict[str, str]]:
    """What was filled in, or a sentence for each field that was left out."""
    source, result, at = _chosen(body, "source"), _chosen(body, "result"), _time(body)
    left_out = {"source": source, "result": result, "called_at": at}
    if missing := {field: MISSING for field, value in left_out.items() if not value}:
        return None, missing
    report = CallBackReport(
        spoke_to=typed(body, "spoke_to"),
        called_at=datetime.fromtimestamp(at, UTC),
        number=typed(body, "number"),
        source=source_of(source),
        source_words=typed(body, "source_words") if source == NumberSource.OTHER.value else "",
        confirmed=result == CONFIRMED,
    )
    return report, {}


def _chosen(body: dict[str, Any], name: str) -> str:
    return str(within(values_of(body), name, name, "selected_option").get("value") or "")


def _time(body: dict[str, Any]) -> int:
    """When the call was made, in epoch seconds; 0 where that was left out."""
    at = within(values_of(body), "called_at", "called_at").get("selected_date_time") or 0
    if not isinstance(at, int) or not 0 <= at <= 9_999_999_999:
        raise MalformedPayload("no time of ours")
    return at


def _also(body: dict[str, Any]) -> dict[int, int]:
    """The other payments that the call was about, by reference, with the version that the form showed."""
    ticked = within(values_of(body), "also", "also").get("selected_options") or []
    return dict(also_shown(str(within({"option": option}, "option").get("value") or "")) for option in ticked)
