"""The gate that every request of a person passes before a listener sees it: who may not act ends here."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.application.use_cases import UseCases
from bot.domain.conversation import Talk
from bot.domain.people import Person, Standing
from bot.domain.replies.reader import Scene, read_in_review, read_reply
from handlers.inbound.acting import Acting, acting_in
from handlers.inbound.payloads import mentions, reply_text, within
from handlers.outbound.private import answer_click, tell_if_possible
from handlers.views import receipts
from handlers.views.forms import ERROR_CHARACTERS, message_form
from handlers.views.home import closed_home
from handlers.views.sentences import not_admitted

log = structlog.get_logger()

NEW = {None, "file_share", "thread_broadcast"}  # subtypes of what somebody newly wrote
DONE = BoltResponse(status=200, body="")


class Admission(AsyncMiddleware):
    """Asks of each request who acts, and lets on only those whom the policy in force lets act.

    A person who is not let on hears one sentence, where they asked the bot for something; a bot and a
    deactivated account hear nothing.
    """

    def __init__(self, use_cases: UseCases) -> None:
        self._refresh_policy = use_cases.refresh_policy
        self._access = use_cases.access
        self._look = use_cases.look

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse | None:
        """Go on, or answer who may not; raises ``StoreUnavailable`` where nobody can be looked up."""
        acting = acting_in(req.body, _own_user(req))
        if acting is None:
            return await next()
        await self._refresh_policy(acting.team)
        person = await self._access.person(acting.team, acting.user, acting.homes)
        if self._access.admits(person):
            return await next()
        metrics.person_refused(person.standing)
        log.warning("person not admitted", user=person.id, standing=person.standing.value)
        return await self._refused(req, acting, person)

    async def _refused(self, req: AsyncBoltRequest, acting: Acting, person: Person) -> BoltResponse:
        body, client = req.body, req.context.client
        sentence = not_admitted(person.standing)
        if person.standing in {Standing.BOT, Standing.DEACTIVATED}:
            return DONE
        event = body.get("event")
        if isinstance(event, dict):
            await self._refused_event(client, acting, event, person, _own_user(req))
        elif body.get("command"):
            return _json({"response_type": "ephemeral", "text": sentence})
        elif body.get("type") == "view_submission":
            return _json(_answer_to_form(body, person, sentence))
        elif body.get("response_url"):
            await answer_click(client, body, receipts.sentence(sentence))
        elif (view := within(body, "view")).get("type") == "modal":
            # In place of what they may not look at any more.
            await client.views_update(view_id=view["id"], view=message_form("Countersign", sentence))
        return DONE

    async def _refused_event(
        self, client: AsyncWebClient, acting: Acting, event: dict[str, Any], person: Person, bot: str
    ) -> None:
        """Answer where the event asks the bot for something; what people say to each other gets no answer."""
        sentence = not_admitted(person.standing)
        if event["type"] == "app_home_opened":
            await client.views_publish(user_id=acting.user, view=closed_home(sentence))
        elif event.get("subtype") in NEW and await self._asks(acting, event, person, bot):
            told = receipts.sentence(sentence)
            await tell_if_possible(client, event["channel"], acting.user, told, event.get("thread_ts"))

    async def _asks(self, acting: Acting, event: dict[str, Any], person: Person, bot: str) -> bool:
        if event["type"] == "app_mention":
            # In a thread of a review it comes as a message too, which is answered.
            return not await self._is_of_review(acting, event)
        if event.get("channel_type") == "im":
            return True
        if not await self._is_of_review(acting, event):
            return False
        if person.standing is Standing.UNKNOWN or mentions(event, bot):
            return True  # of an unknown person it cannot be told later either what they asked for
        return _says_something_to_the_bot(reply_text(str(event.get("text") or ""), bot))

    async def _is_of_review(self, acting: Acting, event: dict[str, Any]) -> bool:
        thread = event.get("thread_ts")
        if not isinstance(thread, str):
            return False
        return await self._look.review_of_thread(acting.team, event["channel"], thread) is not None


def _own_user(request: AsyncBoltRequest) -> str:
    """The user id of the bot itself, in the workspace of a request."""
    return str(request.context.bot_user_id or "")


def _says_something_to_the_bot(text: str) -> bool:
    """Whether a reply is more than talk among people, as far as it can be told without the payments."""
    return not isinstance(read_in_review(read_reply(text), Scene((), 0)).reading, Talk)


def _answer_to_form(body: dict[str, Any], person: Person, sentence: str) -> dict[str, Any]:
    """The form's answer; of whom Slack does not tell just now, it keeps what was typed for another try."""
    inputs = [block for block in within(body, "view").get("blocks") or () if block.get("type") == "input"]
    if person.standing is Standing.UNKNOWN and inputs:
        return {"response_action": "errors", "errors": {inputs[0]["block_id"]: sentence[:ERROR_CHARACTERS]}}
    return {"response_action": "update", "view": message_form("Countersign", sentence)}


def _json(body: dict[str, Any]) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {"content-type": "application/json;charset=utf-8"}
    return BoltResponse(status=200, body=json.dumps(body), headers=headers)
