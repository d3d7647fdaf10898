"""Forms that were submitted: a batch, the reason of a rejection."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.transition import Actor
from bot.domain.submission import Draft, FileSubmission, Origin
from bot.intake import IntakeError, read_text
from handlers.inbound.payloads import (
    Place,
    SubmittedForm,
    draft_of,
    place_of_action,
    rejected_form,
    submitted_form,
)
from handlers.listeners.actions import GONE
from handlers.listeners.submitting import file_refs, names, taken
from handlers.outbound.private import tell_if_possible
from handlers.views.forms import DRAFT, REASON, SUBMIT, draft_form, message_form
from handlers.views.receipts import receipt
from handlers.views.sentences import private_sentence
from handlers.views.thread import decision_words

UNKNOWN = "This form is not one of mine any more. Nothing was changed."


def register(app: AsyncApp, use_cases: UseCases) -> None:
    """Listen for our forms, and answer for those that are not."""
    _register_submitting(app, use_cases)
    _register_rejecting(app, use_cases)

    @app.view(re.compile(".*"))
    async def unknown(ack: AsyncAck) -> None:
        await ack(response_action="update", view=message_form("Countersign", UNKNOWN))


def _register_submitting(app: AsyncApp, use_cases: UseCases) -> None:
    @app.view(SUBMIT)
    async def submit(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        place, form = place_of_action(body), submitted_form(body)
        files = file_refs(list(form.files))
        origin = _origin(place, form)
        if files:
            request = origin.model_copy(update={"source": names(files)})
            await use_cases.submit.receive_files(
                FileSubmission(id=form.id, origin=request, files=files, text=form.text)
            )
            await ack()
            return
        if not form.text:
            await ack(response_action="errors", errors={"text": "Type at least one payment, or add a file."})
            return
        try:
            intake = read_text(form.text, currency=use_cases.policy().currency)
        except IntakeError as error:
            await ack(response_action="errors", errors={"text": str(error)[:200]})
            return
        batch = await use_cases.submit.offer(origin, intake)
        if isinstance(batch, Draft):
            # On top of the form, which stays as it was filled in.
            await ack(response_action="push", view=draft_form(batch))
            return
        await ack()
        await tell_if_possible(client, origin.told_in, origin.submitter, taken(batch, intake))

    @app.view(DRAFT)
    async def submit_good(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        place = place_of_action(body)
        state = await use_cases.submit.submit_draft(place.team, draft_of(body), place.user)
        if state is None:
            await ack(response_action="update", view=message_form("Submit payments", GONE))
            return
        await ack(response_action="clear")
        await tell_if_possible(client, state.channel, place.user, receipt(state))


def _register_rejecting(app: AsyncApp, use_cases: UseCases) -> None:
    @app.view(REASON)
    async def reject(ack: AsyncAck, body: dict[str, Any]) -> None:
        place, form = place_of_action(body), rejected_form(body)
        words = decision_words(DecisionKind.REJECTED, form.about.ref, form.reason)
        who = Actor(user=place.user, how=Medium.BUTTON, text=words, now=use_cases.now())
        asks = (DecisionRequest(kind=DecisionKind.REJECTED, refs=(form.about.ref,), reason=form.reason),)
        about, once = form.about, f"form {form.id}"
        answer = await use_cases.decide.decide(
            place.team, about.review, asks, who, content_token=about.content_token, idempotency_key=once
        )
        if answer.outcome in {Outcome.RECORDED, Outcome.REPEATED}:
            await ack()
        else:
            text, _ = private_sentence(answer)
            await ack(response_action="update", view=message_form("Reject payment", text))


def _origin(place: Place, form: SubmittedForm) -> Origin:
    return Origin(
        team=place.team,
        submitter=place.user,
        request=f"form {form.id}",
        channel=form.channel,
        told_in=form.channel,
        source="the form",
        note=form.note,
    )
