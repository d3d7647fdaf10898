"""Questions to whoever submitted, answers, notes and evidence: buttons, forms, and files in threads."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain import text as wording
from bot.domain.bounds import TEXT_LIMIT
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarking import AskedQuestion
from bot.domain.review.review import Review
from bot.domain.review.transition import Actor
from handlers.inbound.payloads import (
    Place,
    block_of_action,
    card_click,
    chosen_value,
    form_of,
    place_of_action,
    pressed_value,
    trigger_of,
    values_of,
    view_id_of,
    within,
)
from handlers.listeners.submitting import file_refs
from handlers.outbound.private import answer_click
from handlers.views import receipts
from handlers.views.button_value import ButtonValue
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.questions import (
    answer_form,
    ask_form,
    files_of_block,
    note_form,
    question_place,
    which_payment,
)
from handlers.views.receipts import PrivateMessage
from handlers.views.sentences import private_sentence

DONE = {Outcome.RECORDED, Outcome.REPEATED}
NO_QUESTION = "This question does not exist any more. Nothing was kept."
SAY_SOMETHING = "Write something, or add a file."
PLACED = "Thank you. It is kept with that payment."

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskingListeners:
    """Takes in what people ask, answer, note and show: stored first, then acknowledged."""

    use_cases: UseCases

    # -- from the menu of a payment

    async def open_ask_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form that asks about the payment that the menu stands at, or say why it cannot be."""
        await self._open_form(ack, body, client, asks=True)

    async def open_note_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form for a note on the payment that the menu stands at, or say why it cannot be."""
        await self._open_form(ack, body, client, asks=False)

    async def _open_form(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, asks: bool
    ) -> None:
        place, button = place_of_action(body), card_click(body).button
        ref = button.ref
        actor = self._actor(place, f"{'ask' if asks else 'note'} {ref}")
        refused = await self.use_cases.remarks.would_refuse(
            place.team, button.review, (ref,), actor, asks=asks
        )
        review = await self.use_cases.remarks.payments(place.team, button.review, (ref,))
        if refused is not None or review is None or ref not in review.entries:
            result = refused if refused is not None else RequestResult(Outcome.NO_REVIEW)
            await ack()
            told = receipts.sentence(result) if isinstance(result, str) else private_sentence(result)
            await self._answer(body, client, told)
            return
        entry = review.entries[ref]
        to = await self.use_cases.access.owner(review.state)
        view = ask_form(button, entry, to) if asks else note_form(button, entry)
        show = client.views_push if body.get("view") else client.views_open
        await show(trigger_id=trigger_of(body), view=view)
        await ack()

    async def ask(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The question was written; the same form never asks twice."""
        place, button = place_of_action(body), ButtonValue.decode(form_of(body))
        question = typed(body, "question")
        result = await self.use_cases.remarks.ask(
            place.team,
            button.review,
            (button.ref,),
            question,
            self._actor(place, wording.ask_words((button.ref,), question)),
            idempotency_key=f"form {view_id_of(body)}",
        )
        await _ack_form(ack, result, "question", "Ask about a payment")

    async def note(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The note was written; the same form never notes twice."""
        place, button = place_of_action(body), ButtonValue.decode(form_of(body))
        note = typed(body, "note")
        result = await self.use_cases.remarks.note(
            place.team,
            button.review,
            (button.ref,),
            note,
            self._actor(place, wording.note_words((button.ref,), note)),
            idempotency_key=f"form {view_id_of(body)}",
        )
        await _ack_form(ack, result, "note", "Note on a payment")

    # -- from the direct message of a question

    async def open_answer_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form for the answer, or say why it cannot be given any more."""
        place, button = place_of_action(body), ButtonValue.decode(pressed_value(body))
        found = await self._question(place, button)
        view = answer_form(*found) if found else message_form("Answer", NO_QUESTION)
        await client.views_open(trigger_id=trigger_of(body), view=view)
        await ack()

    async def _question(self, place: Place, button: ButtonValue) -> tuple[Review, AskedQuestion] | None:
        """The question that a button stands at, for whoever was asked; ``None`` for anybody else."""
        question = await self.use_cases.remarks.question(place.team, button.review, question_place(button))
        if question is None or question.remark.to != place.user:
            return None
        review = await self.use_cases.remarks.payments(place.team, button.review, question.refs[:8])
        return (review, question) if review else None

    async def answer(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The answer was given in the form; the same form never answers twice."""
        place, button = place_of_action(body), ButtonValue.decode(form_of(body))
        words = typed(body, "answer")
        files = file_refs(within(values_of(body), "files", "files").get("files"))
        if not words and not files:
            await ack(response_action="errors", errors={"answer": SAY_SOMETHING})
            return
        result = await self.use_cases.remarks.answer(
            place.team,
            button.review,
            question_place(button),
            words,
            files,
            self._actor(place, words, Medium.DIRECT_MESSAGE),
            idempotency_key=f"form {view_id_of(body)}",
        )
        await _ack_form(ack, result, "answer", "Answer")

    async def answer_in_thread(
        self, place: Place, event: Event, words: str, review_id: str, question: int
    ) -> PrivateMessage | None:
        """Keep what was written in the thread of a question; what only its author is to be told."""
        files = file_refs(event.get("files"))
        if not words and not files:
            return None
        result = await self.use_cases.remarks.answer(
            place.team,
            review_id,
            question,
            words,
            files,
            self._actor(place, words, Medium.DIRECT_MESSAGE),
            idempotency_key=f"message {place.channel} {event['ts']}",
        )
        return None if result.outcome in DONE else private_sentence(result)

    # -- files in the thread of a review

    async def bring(self, review_id: str, place: Place, event: Event, words: str) -> PrivateMessage | None:
        """Take files as evidence that were shared in a review's thread; what only their sender is told."""
        brought = await self.use_cases.remarks.bring(
            place.team,
            review_id,
            file_refs(event.get("files")),
            self._actor(place, words, Medium.THREAD_REPLY),
            idempotency_key=f"files {place.channel} {event['ts']}",
        )
        if brought.choices:
            return which_payment(review_id, brought.files, brought.choices)
        return None if brought.result.outcome in DONE else private_sentence(brought.result)

    async def place_files(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Put files at the payment that whoever shared them has chosen."""
        place, chosen = place_of_action(body), ButtonValue.decode(chosen_value(body))
        files = files_of_block(block_of_action(body))
        result = await self.use_cases.remarks.place(
            place.team, chosen.review, files, chosen.ref, self._actor(place, "")
        )
        await ack()
        told = receipts.sentence(PLACED) if result.outcome in DONE else private_sentence(result)
        await answer_click(client, body, told, replace=result.outcome in DONE)

    async def _answer(self, body: dict[str, Any], client: AsyncWebClient, told: PrivateMessage) -> None:
        if body.get("view"):
            await client.views_push(trigger_id=trigger_of(body), view=message_form("Payment", told[0]))
        else:
            await answer_click(client, body, told)

    def _actor(self, place: Place, words: str, how: Medium = Medium.BUTTON) -> Actor:
        return Actor(user=place.user, how=how, text=words, now=self.use_cases.now())


def typed(body: dict[str, Any], name: str) -> str:
    """What was typed in the field of this name, as far as it is kept."""
    return str(within(values_of(body), name, name).get("value") or "").strip()[:TEXT_LIMIT]


async def _ack_form(ack: AsyncAck, result: RequestResult, field: str, title: str) -> None:
    """Close the form, or say what hinders; where Slack did not say who may, it stays for another try."""
    text, _ = private_sentence(result)
    if result.outcome in DONE:
        await ack()
    elif result.outcome is Outcome.NOT_ESTABLISHED:
        await ack(response_action="errors", errors={field: text[:ERROR_CHARACTERS]})
    else:
        await ack(response_action="update", view=message_form(title, text))
