"""What is said in channels: replies in a review's thread, files and payments handed to the bot."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import ChosenChannel
from bot.application.use_cases import UseCases
from bot.domain.conversation import Medium
from bot.domain.replies.called import called_about
from bot.domain.review.transition import Actor
from bot.domain.text.amending import SAY_WHERE
from handlers.inbound.command_words import Asked, Word, read_question, read_words
from handlers.inbound.own_words import OwnChange, read_own_change
from handlers.inbound.payloads import Place, is_a_person, mentions, place_of_event, reply_text, submitted_text
from handlers.listeners.asking import AskingListeners
from handlers.listeners.call_backs import CallBackListeners
from handlers.listeners.my_payments import MyPaymentsListeners
from handlers.listeners.overview import OverviewListeners
from handlers.listeners.submitting import from_message, hand_in, may_be_payments, private_answer
from handlers.outbound.calls import SLACK_FAULTS, error_code
from handlers.outbound.private import tell_if_possible
from handlers.outbound.question_messages import question_of_message
from handlers.outbound.review_messages import NO_THREAD, card_of, carried_by
from handlers.outbound.submitter_messages import review_told_of
from handlers.views.help import help_message
from handlers.views.receipts import PrivateMessage, sentence
from handlers.views.sentences import refused_reply

log = structlog.get_logger()

Event = dict[str, Any]

LOOK_UP_SECONDS = 1.5  # for which a message is looked up while Slack waits, 3 s at most, for our answer


@dataclass(frozen=True, slots=True)
class MessageListeners:
    """Takes in what people write; ``default_channel`` is where cards go."""

    use_cases: UseCases
    default_channel: ChosenChannel
    asking: AskingListeners

    overviews: OverviewListeners
    own: MyPaymentsListeners
    calls: CallBackListeners

    async def message(
        self, body: Event, event: Event, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A reply in a review's thread, a direct message, or files with a mention; nothing else."""
        if not is_a_person(event):
            return
        place, bot = place_of_event(body), str(context.bot_user_id or "")
        if question := await self._question_of(client, place, event, context):
            words = reply_text(str(event.get("text") or ""), bot)
            if answer := await self.asking.answer_in_thread(place, event, words, *question):
                await tell_if_possible(client, place.channel, place.user, answer, event["thread_ts"])
        elif wish := await self._wish(place, event, bot):
            review_id = await self._told_of(client, place, event, context)
            said = await self.own.said(place, event, wish, review_id) if review_id else sentence(SAY_WHERE)
            if said:
                await tell_if_possible(client, place.channel, place.user, said, event.get("thread_ts"))
        elif "thread_ts" in event and (review_id := await self._review_of(client, place, event, context)):
            for answer in await self._reply(review_id, place, event, bot):
                await tell_if_possible(client, place.channel, place.user, answer, event["thread_ts"])
        elif event.get("channel_type") == "im" or (event.get("files") and mentions(event, bot)):
            # A file with a mention comes as a message, and as a mention only sometimes (bolt-python#925);
            # both carry the same ts, so they meet in the same review.
            await self._take(client, place, event)

    async def mention(
        self, body: Event, event: Event, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Payments or files with a mention; a reply in a review's thread comes as a message too."""
        if not is_a_person(event):
            return
        place = place_of_event(body)
        if "thread_ts" in event and await self._review_of(client, place, event, context):
            return
        await self._take(client, place, await _with_files(client, event))

    async def _reply(self, review_id: str, place: Place, event: Event, bot: str) -> list[PrivateMessage]:
        """Store a reply in a review's thread, with its files as evidence; what only its author is told."""
        text, files = reply_text(str(event.get("text") or ""), bot), event.get("files")
        told = [await self._words(review_id, place, event, bot, text)] if text or not files else []
        if files:
            told.append(await self.asking.bring(review_id, place, event, text))
        return [answer for answer in told if answer]

    async def _words(
        self, review_id: str, place: Place, event: Event, bot: str, text: str
    ) -> PrivateMessage | None:
        """Store what was said in a review's thread; what only its author is to be told.

        Who tells of a call to a vendor is offered the form for it, and nothing is read out of the words.
        """
        ref = called_about(text)
        offer = await self.calls.offer(place, review_id, ref) if ref else None
        actor = Actor(user=place.user, how=Medium.THREAD_REPLY, text=text, now=self.use_cases.now())
        result = await self.use_cases.converse.reply(
            place.team,
            review_id,
            actor,
            named=mentions(event, bot),
            beside_files=bool(event.get("files")) or offer is not None,
            idempotency_key=f"message {place.channel} {event['ts']}",
        )
        return refused_reply(result) if result.private else offer

    async def _take(self, client: AsyncWebClient, place: Place, event: Event) -> None:
        """Answer what a message asks, or hand in its files and payments; help where it holds neither."""
        origin, text, files = from_message(place, event, self.default_channel())
        asked = None if files else await self._asked(place, text)
        if asked:
            answer: PrivateMessage | None = await self.overviews.answer(client, place, asked)
        elif files or _may_hold_payment(event):
            answer = private_answer(await hand_in(self.use_cases, origin, text, files))
        else:
            answer = help_message()
        if answer:
            await tell_if_possible(client, place.channel, place.user, answer, event.get("thread_ts"))

    async def _question_of(
        self, client: AsyncWebClient, place: Place, event: Event, context: AsyncBoltContext
    ) -> tuple[str, int] | None:
        """The review, and the place of the question, that a thread of a direct message answers, or ``None``.

        As with a card, the message stands in Slack a moment before its thread is noted.
        """
        if "thread_ts" not in event or event.get("channel_type") != "im":
            return None
        remarks, thread = self.use_cases.remarks, event["thread_ts"]
        known = await remarks.question_of_thread(place.team, place.channel, thread)
        if known is not None or event.get("parent_user_id") != context.bot_user_id:
            return known
        parent = await _parent(client, place.channel, thread)
        found = question_of_message(carried_by(parent, context.bot_id)) if parent else None
        if found and await remarks.adopt_thread(place.team, place.channel, thread, *found):
            return found
        return None

    async def _wish(self, place: Place, event: Event, bot: str) -> OwnChange | None:
        """What its writer wants to change of their payments, by a direct message, or ``None``."""
        if event.get("channel_type") != "im" or event.get("files"):
            return None
        words = reply_text(str(event.get("text") or ""), bot)
        wish = read_own_change(words)
        # "Correct Ltd 500 USD" is a payment to somebody of that name.
        if wish and not wish.refs and await may_be_payments(self.use_cases, place, words):
            return None
        return wish

    async def _told_of(
        self, client: AsyncWebClient, place: Place, event: Event, context: AsyncBoltContext
    ) -> str | None:
        """The review that the direct message is about which a thread is under; ``None`` for any other."""
        if "thread_ts" not in event or event.get("parent_user_id") != context.bot_user_id:
            return None
        parent = await _parent(client, place.channel, event["thread_ts"])
        return review_told_of(carried_by(parent, context.bot_id)) if parent else None

    async def _asked(self, place: Place, text: str) -> Asked | None:
        """What a message asks by a word of ours or, where it holds no payment, in its writer's own words."""
        if asked := read_words(text):
            return asked if asked.word is not Word.SAMPLE else None
        asked = read_question(text)
        return None if asked and await may_be_payments(self.use_cases, place, text) else asked

    async def _review_of(
        self, client: AsyncWebClient, place: Place, event: Event, context: AsyncBoltContext
    ) -> str | None:
        """The review that a thread belongs to, or ``None``.

        A card stands in Slack a moment before its thread is noted, and longer after a crash: a reply to an
        unknown message is told apart by what that message carries, if our own bot wrote it.
        """
        look, thread = self.use_cases.look, event["thread_ts"]
        known = await look.review_of_thread(place.team, place.channel, thread)
        if known is not None or event.get("parent_user_id") != context.bot_user_id:
            return known
        parent = await _parent(client, place.channel, thread)
        review_id = card_of(parent, thread, context.bot_id) if parent else None
        if review_id is None or not await look.adopt_thread(place.team, place.channel, thread, review_id):
            return None
        return review_id


async def _parent(client: AsyncWebClient, channel: str, thread: str) -> Event | None:
    """The message that a thread is under; ``None`` where there is none any more."""
    try:
        answer = await client.conversations_replies(
            channel=channel, ts=thread, limit=1, include_all_metadata=True
        )
    except SlackApiError as error:
        if error_code(error) not in NO_THREAD:
            raise
        return None
    parents: list[Event] = answer.get("messages", [])
    return parents[0] if parents and parents[0].get("ts") == thread else None


async def leave_event() -> None:
    """Take an event that is none of ours: in Socket Mode it would never be acknowledged, and come again."""


def _may_hold_payment(event: Event) -> bool:
    """Whether a message can hold a payment at all: none is written without a digit."""
    return any(char.isdigit() for char in submitted_text(str(event.get("text") or "")))


async def _with_files(client: AsyncWebClient, event: Event) -> Event:
    """The message with its files and what it forwards, which the event of a mention may leave out.

    Without them its text alone would become the review of this message, and the rows of the files be lost.
    """
    if event.get("files"):
        return event
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            answer = await client.conversations_history(
                channel=event["channel"], latest=event["ts"], inclusive=True, limit=1
            )
    except SLACK_FAULTS as error:
        # The history may be limited to a call a minute; payments that were typed need not wait for it.
        if not _may_hold_payment(event):
            raise
        log.warning("message not looked up", error=type(error).__name__)
        return event
    messages: list[Event] = answer.get("messages", [])
    written = messages[0] if messages and messages[0].get("ts") == event["ts"] else {}
    return event | {name: written[name] for name in ("files", "attachments") if written.get(name)}
