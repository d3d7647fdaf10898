"""What is said in channels: replies in a review's thread, files and payments that mention the bot."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.conversation import Medium
from bot.domain.review.transition import Actor
from handlers.inbound.payloads import Place, is_a_person, place_of_event, said, submitted_text
from handlers.listeners.commands import HELP
from handlers.listeners.submitting import from_message, hand_in
from handlers.outbound.private import tell_if_possible
from handlers.views import receipts
from handlers.views.blocks import ours, section
from handlers.views.sentences import refused_reply

Event = dict[str, Any]


def register(app: AsyncApp, use_cases: UseCases, channel: str | None) -> None:
    """Listen for messages; every event that is none of ours is acknowledged and left alone."""

    @app.event("message")
    async def message(body: Event, event: Event, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        if not is_a_person(event):
            return
        place, bot = place_of_event(body), str(context.bot_user_id or "")
        if "thread_ts" in event and (review := await _review_of(use_cases, client, place, event, bot)):
            told = await _reply(use_cases, review, place, event, bot)
            if told:
                await tell_if_possible(client, place.channel, place.user, told, event["thread_ts"])
        elif event.get("channel_type") == "im" or (event.get("files") and _names(event, bot)):
            # A file with a mention comes as a message, and as a mention only sometimes (bolt-python#925);
            # both carry the same ts, so they meet in the same review.
            await _take(use_cases, client, place, event, channel)

    @app.event("app_mention")
    async def mention(body: Event, event: Event, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        if not is_a_person(event):
            return
        place = place_of_event(body)
        bot = str(context.bot_user_id or "")
        if "thread_ts" in event and await _review_of(use_cases, client, place, event, bot):
            return  # a reply; it comes as a message too
        if not event.get("files") and not _digits(event):
            event = await _as_it_stands(client, event)
        await _take(use_cases, client, place, event, channel)

    @app.event(re.compile(".*"))
    async def other() -> None:
        """In Socket Mode an event that nobody takes is never acknowledged, and comes again and again."""


async def _reply(
    use_cases: UseCases, review: str, place: Place, event: Event, bot: str
) -> receipts.Told | None:
    """Store a reply in a review's thread; what only its author is to be told."""
    text = said(str(event.get("text") or ""), bot)
    who = Actor(user=place.user, how=Medium.THREAD_REPLY, text=text, now=use_cases.now())
    heard = await use_cases.converse.reply(
        place.team, review, who, idempotency_key=f"message {place.channel} {event['ts']}"
    )
    if event.get("files") and not heard.private:
        return receipts.sentence(
            "I do not read files in a review's thread. Submit them on their own, with a mention of me."
        )
    return refused_reply(heard) if heard.private else None


def _names(event: Event, bot: str) -> bool:
    """Whether a message mentions the bot."""
    return bool(bot) and f"<@{bot}" in str(event.get("text") or "")


def _digits(event: Event) -> bool:
    """Whether a message can hold a payment at all."""
    return any(char.isdigit() for char in submitted_text(str(event.get("text") or "")))


async def _as_it_stands(client: AsyncWebClient, event: Event) -> Event:
    """The message with its files, which the event of a mention may leave out."""
    answer = await client.conversations_history(
        channel=event["channel"], latest=event["ts"], inclusive=True, limit=1
    )
    found: list[Event] = answer.get("messages", [])
    files = found[0].get("files") if found and found[0].get("ts") == event["ts"] else None
    return event | ({"files": files} if files else {})


async def _review_of(
    use_cases: UseCases, client: AsyncWebClient, place: Place, event: Event, bot: str
) -> str | None:
    """The review that a thread belongs to.

    A card stands in Slack a moment before its thread is noted, and longer after a crash: a reply to an
    unknown message of ours is told apart by what that message carries.
    """
    thread = event["thread_ts"]
    known = await use_cases.look.review_of_thread(place.team, place.channel, thread)
    if known is not None or event.get("parent_user_id") != bot:
        return known
    answer = await client.conversations_replies(
        channel=place.channel, ts=thread, limit=1, include_all_metadata=True
    )
    parents: list[Event] = answer.get("messages", [])
    carried = (parents[0].get("metadata") or {}).get("event_payload") or {} if parents else {}
    if carried.get("part") != "card":
        return None
    review_id = str(carried["review"])
    adopted = await use_cases.look.adopt_thread(place.team, place.channel, thread, review_id)
    return review_id if adopted else None


async def _take(
    use_cases: UseCases, client: AsyncWebClient, place: Place, event: Event, channel: str | None
) -> None:
    """Files and payments that somebody handed to the bot."""
    origin, files = from_message(place, event, channel)
    text = str(event.get("text") or "")
    if not files and not _digits(event):
        told: receipts.Told | None = (HELP, [section(ours(HELP))])
    else:
        note = submitted_text(text)[:500] if files else ""
        told = await hand_in(use_cases, origin.model_copy(update={"note": note}), files, text)
    if told:
        await tell_if_possible(client, place.channel, place.user, told, event.get("thread_ts"))
