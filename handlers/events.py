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

REPLY_MOST = 3000


def register(app: AsyncApp, service: Service, channel: str | None) -> None:
    """Listen for messages; every event that is none of ours is acknowledged and left alone."""

    @app.event("message")
    async def message(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext,
                      client: AsyncWebClient) -> None:
        if not is_a_person(event):
            return
        place = Place(team=team_of(body), user=event["user"], channel=event["channel"])
        if thread := event.get("thread_ts"):
            await reply(place, thread, body, event, str(context.bot_user_id or ""), client)
        elif event.get("channel_type") == "im":
            await take(place, event, client)

    async def reply(
        place: Place, thread: str, body: dict[str, Any], event: dict[str, Any], bot: str, client: AsyncWebClient
    ) -> None:
        review = await service.shelf.review_of_thread(place.team, place.channel, thread)
        if review is None:
            return
        text = said(str(event.get("text") or ""), bot)[:REPLY_MOST]
        who = Actor(user=place.user, how=How.THREAD_REPLY, text=text, now=service.now())
        heard = await service.reply(place.team, review, who, once=f"message {event['channel']} {event['ts']}")
        if heard.private:
            told, blocks = receipts.sentence(heard.private)
            await client.chat_postEphemeral(
                channel=place.channel, user=place.user, text=told, blocks=blocks, thread_ts=thread
            )

    @app.event("app_mention")
    async def mention(body: dict[str, Any], event: dict[str, Any], client: AsyncWebClient) -> None:
        place = Place(team=team_of(body), user=str(event.get("user") or ""), channel=event["channel"])
        if not is_a_person(event):
            return
        thread = event.get("thread_ts")
        if thread and await service.shelf.review_of_thread(place.team, place.channel, thread):
            return  # a reply; it comes as a message too
        await take(place, event, client)

    async def take(place: Place, event: dict[str, Any], client: AsyncWebClient) -> None:
        """Files and payments that somebody handed to the bot."""
        origin, files = from_message(place, event, channel)
        text = str(event.get("text") or "")
        if not files and not any(char.isdigit() for char in text):
            told: receipts.Told | None = (HELP, [section(ours(HELP))])
        else:
            note = submitted_text(text)[:500] if files else ""
            told = await hand_in(service, origin.model_copy(update={"note": note}), files, text)
        if told:
            shown, blocks = told
            await client.chat_postEphemeral(channel=place.channel, user=place.user, text=shown, blocks=blocks)

    @app.event(re.compile(".*"))
    async def other() -> None:
        """In Socket Mode an event that nobody takes is never acknowledged, and comes again and again."""

