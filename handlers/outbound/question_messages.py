"""Questions as direct messages: each sent once, found again after a crash, and updated with its answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import Clock, TryLater, Undeliverable
from bot.domain.review.remarking import AskedQuestion
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.store import PostedQuestion, QuestionIntent, QuestionRecord, QuestionRecords
from handlers.outbound.calls import Calls, posts, private_messages, updates
from handlers.outbound.refusals import refusal_of
from handlers.outbound.review_messages import (
    OUTRUN_SECONDS,
    Part,
    Rendered,
    ReviewMessages,
    wait_for_others,
)
from handlers.views.questions import answered_message, question_message

CLOCKS_APART = timedelta(minutes=5)  # of Slack's clock and ours, when a message is looked for
QUESTION_PART = "question"

log = structlog.get_logger()


class QuestionMessages:
    """Sends and updates the direct messages of questions."""

    def __init__(
        self,
        client: AsyncWebClient,
        messages: ReviewMessages,
        *,
        records: QuestionRecords,
        calls: Calls,
        now: Clock,
    ) -> None:
        self._client = client
        self._messages = messages
        self._records = records
        self._calls = calls
        self._now = now

    async def ask(self, review: Review, question: AskedQuestion) -> None:
        """Send a question, once: intent first, then message, then note; ``review`` has what is shown of it.

        Raises ``Undeliverable`` with a sentence, ``TryLater``, and ``SlackApiError`` where waiting helps.
        """
        state, place = review.state, question.remark.place
        record = (await self._records.of_review(state.team, state.id)).get(place)
        if isinstance(record, PostedQuestion):
            return
        try:
            await self._send(review, question, record)
        except SlackApiError as error:
            if (refusal := refusal_of(error)) is None:
                raise
            log.warning("question not delivered", review=state.id, error=refusal.code)
            raise Undeliverable(f"{_upper(refusal.wrong)}. {refusal.mend}".strip()) from error

    async def _send(self, review: Review, question: AskedQuestion, record: QuestionIntent | None) -> None:
        state, place = review.state, question.remark.place
        ts = None
        if record is None:
            channel = await self._channel_of(state, question.remark.to)
        else:
            channel = record.channel
            ts = await self._found(state, question, record)
        if ts is None:
            await self._calls.turn(posts(state.team, channel))
        intent = QuestionIntent(channel, self._now())
        await self._noted(state, place, record, intent)
        if ts is None:
            rendered = Rendered(*question_message(review, question))
            try:
                ts = await self._messages.post(state, rendered, _part(state, place), channel=channel)
            except Exception as error:  # whatever it is, nobody need wait for this call any more
                nothing = isinstance(error, TryLater) or (
                    isinstance(error, SlackApiError) and refusal_of(error) is not None
                )
                left = None if nothing else replace(intent, since=None)
                await self._records.replace(state.team, state.id, place, intent, left)
                raise
        # The thread first: who answers at once must be heard.
        await self._records.link_thread(state.team, channel, ts, state.id, place)
        await self._noted(state, place, intent, PostedQuestion(channel, ts))

    async def _found(self, state: ReviewState, question: AskedQuestion, record: QuestionIntent) -> str | None:
        """The message that stands there though it was not noted; ``None`` where there is none.

        A crash came between intent and note, or another worker is at it, which raises ``TryLater``.
        """
        wait_for_others(record.since, self._now())
        since = str((question.remark.at - CLOCKS_APART).timestamp())
        part = _part(state, question.remark.place)
        return await self._messages.find(state, part, since=since, channel=record.channel)

    async def _channel_of(self, state: ReviewState, user: str) -> str:
        async with self._calls.heeding(private_messages(state.team)):
            answer = await self._client.conversations_open(users=[user])
        return str(answer["channel"]["id"])

    async def show_answer(self, review: Review, question: AskedQuestion, answers: Sequence[str]) -> None:
        """Show in the message of a question what was answered, or that it is asked no more.

        A message that Slack no longer lets us change, or that is gone, stays as it is. Raises ``TryLater``.
        """
        state, place = review.state, question.remark.place
        record = (await self._records.of_review(state.team, state.id)).get(place)
        if isinstance(record, QuestionIntent):
            # Who answered before a crash was made up for has a message that nobody has noted.
            intent, ts = record, await self._found(state, question, record)
            record = PostedQuestion(intent.channel, ts) if ts else None
            await self._noted(state, place, intent, record)
        if record is None:
            return
        rendered = Rendered(*answered_message(review, question, answers))
        await self._calls.turn(updates(state.team))
        await self._messages.update(state, record.ts, rendered, record.channel)
        await self._noted(state, place, record, replace(record, settled=True))

    async def _noted(
        self, state: ReviewState, place: int, before: QuestionRecord | None, after: QuestionRecord | None
    ) -> None:
        """Raises ``TryLater`` where another worker was faster."""
        if not await self._records.replace(state.team, state.id, place, before, after):
            raise TryLater(OUTRUN_SECONDS)


def question_of_message(carried: Part | None) -> tuple[str, int] | None:
    """The review, and the place of the question, that a message of ours shows; ``None`` for another."""
    if carried is None or carried.get("part") != QUESTION_PART:
        return None
    review, place = carried.get("review"), carried.get("place")
    return (review, place) if isinstance(review, str) and isinstance(place, int) else None


def _part(state: ReviewState, place: int) -> Part:
    return {"review": state.id, "part": QUESTION_PART, "place": place}


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
