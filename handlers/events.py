"""What is said in channels: replies in a review's thread, files and payments that mention the bot."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import How
from bot.domain.review import Actor
from bot.service import Service
from handlers import receipts
from handlers.batches import from_message, hand_in
from handlers.blocks import ours, section
from handlers.commands import HELP
from handlers.payloads import Place, is_a_person, said, submitted_text, team_of

Event = dict[str, Any]


def register(app: AsyncApp, service: Service, channel: str | None) -> None:
    """Listen for messages; every event that is none of ours is acknowledged and left alone."""

    @app.event("message")
    async def message(body: Event, event: Event, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        if not is_a_person(event):
            return
        place = Place(team=team_of(body), user=event["user"], channel=event["channel"])
        if "thread_ts" in event:
            private = await _reply(service, place, event, str(context.bot_user_id or ""))
            if private:
                await _tell(client, place, receipts.sentence(private), event["thread_ts"])
        elif event.get("channel_type") == "im":
            await _take(service, client, place, event, channel)

    @app.event("app_mention")
    async def mention(body: Event, event: Event, client: AsyncWebClient) -> None:
        if not is_a_person(event):
            return
        place = Place(team=team_of(body), user=event["user"], channel=event["channel"])
        thread = event.get("thread_ts")
        if thread and await service.shelf.review_of_thread(place.team, place.channel, thread):
            return  # a reply; it comes as a message too
        await _take(service, client, place, event, channel)

    @app.event(re.compile(".*"))
    async def other() -> None:
        """In Socket Mode an event that nobody takes is never acknowledged, and comes again and again."""


async def _reply(service: Service, place: Place, event: Event, bot: str) -> str:
    """Store a reply in a review's thread; what only its author is to be told."""
    review = await service.shelf.review_of_thread(place.team, place.channel, event["thread_ts"])
    if review is None:
        return ""
    text = said(str(event.get("text") or ""), bot)
    who = Actor(user=place.user, how=How.THREAD_REPLY, text=text, now=service.now())
    heard = await service.reply(place.team, review, who, once=f"message {place.channel} {event['ts']}")
    return heard.private


async def _take(
    service: Service, client: AsyncWebClient, place: Place, event: Event, channel: str | None
) -> None:
    """Files and payments that somebody handed to the bot."""
    origin, files = from_message(place, event, channel)
    text = str(event.get("text") or "")
    if not files and not any(char.isdigit() for char in submitted_text(text)):
        told: receipts.Told | None = (HELP, [section(ours(HELP))])
    else:
        note = submitted_text(text)[:500] if files else ""
        told = await hand_in(service, origin.model_copy(update={"note": note}), files, text)
    if told:
        await _tell(client, place, told, event.get("thread_ts"))


async def _tell(client: AsyncWebClient, place: Place, told: receipts.Told, thread: str | None) -> None:
    text, blocks = told
    await client.chat_postEphemeral(
        channel=place.channel, user=place.user, text=text, blocks=blocks, thread_ts=thread
    )
