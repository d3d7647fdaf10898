"""Delivering questions to whoever submitted: a direct message each, which shows the answer in the end."""

from bot.application.access import Access
from bot.application.ask import RemarkOnPayments
from bot.application.ports import Clock, QuestionPublisher, Undeliverable
from bot.application.steps import ReviewSteps
from bot.domain import text
from bot.domain.people import Standing
from bot.domain.review.remarking import AskedQuestion, undelivered
from bot.domain.review.remarks import RemarkKind
from bot.domain.review.review import Review
from bot.store import PostedQuestion, QuestionRecords, ReviewStore

SHOWN = 8  # payments that a direct message names; more are counted


class DeliverQuestions:
    """Brings the direct messages of questions to what is stored."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        questions: QuestionRecords,
        remarks: RemarkOnPayments,
        access: Access,
        publisher: QuestionPublisher,
        now: Clock,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._questions = questions
        self._remarks = remarks
        self._access = access
        self._publisher = publisher
        self._now = now

    async def deliver(self, team: str, review_id: str) -> None:
        """Send each open question that does not stand in Slack, and show what was answered; may run twice.

        Whoever asked is told where nobody can be reached. Raises ``TryLater`` where Slack wants to be left
        alone or another worker is at it.
        """
        state = await self._reviews.state(team, review_id)
        if state is None:
            return
        records = await self._questions.of_review(team, review_id)
        places = {place for place in state.open_questions}
        unsettled = {
            place
            for place, record in records.items()
            if place not in places and not (isinstance(record, PostedQuestion) and record.settled)
        }
        for place in sorted(places | unsettled):
            question = await self._remarks.question(team, review_id, place)
            review = await self._reviews.load(team, review_id, question.refs[:SHOWN]) if question else None
            if question is None or review is None:
                continue
            if place in unsettled:
                await self._publisher.show_answer(review, question, _answers_to(question, review))
            elif not isinstance(records.get(place), PostedQuestion):
                await self._ask(review, question)

    async def _ask(self, review: Review, question: AskedQuestion) -> None:
        team, review_id = review.state.team, review.state.id
        why = await self._absent(team, question)
        if not why:
            try:
                await self._publisher.ask(review, question)
            except Undeliverable as error:
                why = str(error)
        if why:
            words = text.not_delivered(question.refs, why)
            await self._steps.take(
                team, review_id, lambda review: undelivered(review, question, words, self._now())
            )

    async def _absent(self, team: str, question: AskedQuestion) -> str:
        """Why whoever was asked would not answer; empty where they may."""
        person = await self._access.person(team, question.remark.to)
        gone = not self._access.admits(person) and person.standing is not Standing.UNKNOWN
        return text.NOT_HERE[person.standing] if gone else ""


def _answers_to(question: AskedQuestion, review: Review) -> list[str]:
    """What was answered to a question so far, in order, each as the conversation shows it."""
    entry = review.entries.get(question.refs[0])
    return [
        text.answer_words(remark.text, remark.files)
        for remark in (entry.remarks if entry else ())
        if remark.kind is RemarkKind.ANSWER and remark.question == question.remark.place
    ]
