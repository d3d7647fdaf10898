"""Forms that were submitted: a batch, the good rows of one, the reason of a rejection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import ChosenChannel
from bot.application.submit import AcceptedBatch
from bot.application.use_cases import UseCases
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.transition import Actor
from bot.domain.submission import FORM, AskedColumns, Draft, FileRef, FileSubmission, Origin
from handlers.inbound.payloads import (
    Place,
    SubmittedForm,
    form_of,
    place_of_action,
    rejected_form,
    submitted_form,
)
from handlers.listeners.mapping import MappingListeners
from handlers.listeners.submitting import NotTaken, file_refs, hand_in, names, submit_good_rows
from handlers.outbound.private import tell_if_possible
from handlers.views.forms import ERROR_CHARACTERS, draft_form, message_form
from handlers.views.receipts import receipt
from handlers.views.sentences import private_sentence
from handlers.views.thread import decision_words

NOT_IN_CHANNEL = (
    "You are not in that channel, or I cannot see who is in it. Choose another, or invite me there first."
)
REASON_MISSING = {
    DecisionKind.APPROVED: "Please say why it is right to pay this.",
    DecisionKind.REJECTED: "Please say why you reject this.",
    DecisionKind.HELD: "Please say what this waits for.",
}
UNKNOWN_FORM = "This form is not one of mine any more. Nothing was changed."


@dataclass(frozen=True, slots=True)
class FormListeners:
    """Takes in our modals; ``default_channel`` says where all cards go, or ``None`` where people choose."""

    use_cases: UseCases
    default_channel: ChosenChannel
    mappings: MappingListeners

    async def submit_batch(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The form behind the command: close it, say what is wrong under its fields, or show the bad rows."""
        place, form = place_of_action(body), submitted_form(body, self.default_channel())
        files = file_refs(form.files)
        if not files and not form.text:
            await ack(response_action="errors", errors={"text": "Type at least one payment, or add a file."})
            return
        if self.default_channel() is None and not await self._is_in(place, form.channel):
            await ack(response_action="errors", errors={"channel": NOT_IN_CHANNEL})
            return
        result = await hand_in(self.use_cases, _origin(place, form, files), form.text, files)
        match result:
            case NotTaken(sentence, field):
                await ack(response_action="errors", errors={field: sentence[:ERROR_CHARACTERS]})
            case Draft():
                # On top of the form, which stays as it was filled in.
                await ack(response_action="push", view=draft_form(result))
            case FileSubmission(asked=AskedColumns() as asked):
                view = await self.mappings.with_preview(place, result.id, asked)
                await ack(response_action="push", view=view)
            case FileSubmission():
                await ack()
            case AcceptedBatch(state, notes, mapped):
                await ack()
                await tell_if_possible(client, form.channel, place.user, receipt(state, notes, mapped))

    async def _is_in(self, place: Place, channel: str) -> bool:
        """Whether the submitter is in the channel that they chose: payments are shown to nobody else's."""
        if channel.startswith("D"):
            return True  # refused with a sentence of its own
        return await self.use_cases.access.is_in_channel(place.team, place.user, channel)

    async def submit_good_rows(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The bad rows were shown, and their submitter takes the others."""
        place = place_of_action(body)
        taken = await submit_good_rows(self.use_cases, place, form_of(body))
        if isinstance(taken, str):
            await ack(response_action="update", view=message_form("Submit payments", taken))
            return
        await ack(response_action="clear")
        await tell_if_possible(client, taken.channel, place.user, receipt(taken))

    async def reject(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The reason was given, so the payment is rejected; the same form never rejects twice."""
        await self._decide(ack, body, DecisionKind.REJECTED, "Reject payment")

    async def hold(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The reason was given, so the payment is put on hold; the same form never does it twice."""
        await self._decide(ack, body, DecisionKind.HELD, "Put on hold")

    async def approve(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The reason was given, so the payment of high risk is approved, once."""
        await self._decide(ack, body, DecisionKind.APPROVED, "Approve payment")

    async def _decide(self, ack: AsyncAck, body: dict[str, Any], kind: DecisionKind, title: str) -> None:
        """Decide about the payment of a form that gives the reason, or say in it why nothing was changed."""
        place, form = place_of_action(body), rejected_form(body)
        if not form.reason:  # Slack asks for some text itself, which spaces are too
            await ack(response_action="errors", errors={"reason": REASON_MISSING[kind]})
            return
        button = form.button
        words = decision_words(kind, button.ref, form.reason)
        result = await self.use_cases.decide.decide(
            place.team,
            button.review,
            (DecisionRequest(kind=kind, refs=(button.ref,), reason=form.reason),),
            Actor(user=place.user, how=Medium.BUTTON, text=words, now=self.use_cases.now()),
            content_token=button.content_token,
            versions={button.ref: button.version},
            held=button.held_refs,
            called=button.calls_by_ref,
            idempotency_key=f"form {form.id}",
        )
        text, _ = private_sentence(result)
        if result.outcome in {Outcome.RECORDED, Outcome.REPEATED}:
            await ack()
        elif result.outcome is Outcome.NOT_ESTABLISHED:  # the form stays, with its reason, for another try
            await ack(response_action="errors", errors={"reason": text[:ERROR_CHARACTERS]})
        else:
            await ack(response_action="update", view=message_form(title, text))


async def answer_unknown_form(ack: AsyncAck) -> None:
    """A form of an older version, say."""
    await ack(response_action="update", view=message_form("Countersign", UNKNOWN_FORM))


def _origin(place: Place, form: SubmittedForm, files: Sequence[FileRef]) -> Origin:
    return Origin(
        team=place.team,
        submitter=place.user,
        request=f"form {form.id}",
        channel=form.channel,
        told_in=form.channel,
        source=names(files) or FORM,
        note=form.note,
    )
