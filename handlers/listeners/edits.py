"""Replies edited or deleted after they were read: what they did stands, and their author is told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from handlers.inbound.payloads import changed_reply
from handlers.outbound.private import tell_if_possible
from handlers.views import receipts

# Slack sends these as messages of these kinds.
CHANGES: dict[str, str | Sequence[str | re.Pattern[str] | None] | None] = {
    "type": "message",
    "subtype": ("message_changed", "message_deleted"),
}


@dataclass(frozen=True, slots=True)
class EditListeners:
    """Takes in edits and deletions of replies in a review's thread; no decision changes by them."""

    use_cases: UseCases

    async def changed(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """Tell the author privately how to change what their reply did, where it did anything."""
        reply = changed_reply(body, str(context.bot_user_id or ""))
        if reply is None:
            return
        place = reply.place
        review_id = await self.use_cases.look.review_of_thread(place.team, place.channel, reply.thread)
        if review_id is None:
            return
        sentence = await self.use_cases.converse.edited(
            place.team, review_id, place.user, reply.sent, reply.before, reply.after
        )
        if sentence:
            told = receipts.sentence(sentence)
            await tell_if_possible(client, place.channel, place.user, told, reply.thread)
