"""The one place that speaks to people of what went wrong: one sentence, and a reference for the log."""

import contextlib
import secrets
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.application.current_policy import PolicyUnreadable
from bot.store import InstallationUnreadable, StoreTimeout, StoreUnavailable, StoreUncertain, said_by_redis
from handlers.inbound.payloads import is_a_person, place_of_event
from handlers.outbound.calls import SLACK_FAULTS, error_code
from handlers.outbound.private import answer_click, send, tell
from handlers.views.button_value import MalformedPayload
from handlers.views.receipts import sentence

log = structlog.get_logger()

AWAY = "My records cannot be reached just now, so nothing was changed. Please try again in a minute."
LATE = "My records did not answer in time. Please look at the card before you try again."
NO_POLICY = (
    "The policy in force cannot be read just now, so nothing was changed. "
    "Whoever runs Countersign has to mend it."
)
NO_INSTALLATION = (
    "What I know of this workspace cannot be read just now, so nothing was changed. "
    "Whoever runs Countersign has to mend it."
)
EXPIRED = "That took too long, or the form is gone. Nothing was changed; please try again."
MALFORMED = "I do not understand this button or form any more. Nothing was changed."
GONE_VIEW = {"expired_trigger_id", "exchanged_trigger_id", "not_found", "invalid_trigger_id"}


async def answer_failure(error: Exception, body: dict[str, Any], request: AsyncBoltRequest) -> BoltResponse:
    """Answer what a listener did not catch; the status 500 lets Slack deliver an event again."""
    if isinstance(error, SlackApiError) and error_code(error) == "hash_conflict":
        return BoltResponse(status=200, body="")  # a second press while the page was turning
    text, status = _sentence_and_status(error)
    again = "x-slack-retry-num" in request.headers
    try:
        await _tell(request.context.client, body, text, again)
    except SLACK_FAULTS as fault:
        log.warning("person not told", error=type(fault).__name__)
    return BoltResponse(status=status, body="")


def _sentence_and_status(error: Exception) -> tuple[str, int]:
    """What the person is told, and the HTTP status: 200 where trying again would change nothing."""
    if isinstance(error, StoreTimeout | StoreUncertain):
        metrics.fault_told("store")
        log.error("store late", error=said_by_redis(error))
        return LATE, 503
    if isinstance(error, StoreUnavailable):
        metrics.fault_told("store")
        log.error("store away", error=said_by_redis(error))
        return AWAY, 503
    if isinstance(error, PolicyUnreadable):
        metrics.fault_told("store")
        log.error("policy not read", error=str(error))
        return NO_POLICY, 503
    if isinstance(error, InstallationUnreadable):
        metrics.fault_told("store")
        log.error("installation not read", error=str(error))
        return NO_INSTALLATION, 503
    if isinstance(error, MalformedPayload):
        metrics.fault_told("payload")
        log.warning("malformed payload", error=str(error))
        return MALFORMED, 200
    if isinstance(error, SlackApiError) and error_code(error) in GONE_VIEW:
        return EXPIRED, 200
    metrics.fault_told("listener")
    reference = secrets.token_hex(4)
    # The trace may quote what people typed, so it goes to the log's own frames only, without locals.
    log.error("listener failed", reference=reference, exc_info=error)
    return f"Something went wrong on my side (reference {reference}).", 500


async def _tell(client: AsyncWebClient, body: dict[str, Any], text: str, again: bool) -> None:
    """Answer where the request says how; a form by direct message; an event once, in its channel."""
    message = sentence(text)
    if body.get("response_url"):
        await answer_click(client, body, message)
    elif body.get("view") and body.get("user"):
        await send(client, body["user"]["id"], message)
    elif not again and _is_for_the_bot(body.get("event"), body):
        with contextlib.suppress(MalformedPayload):  # nobody named who could be told
            place = place_of_event(body)
            await tell(client, place.channel, place.user, message, body["event"].get("thread_ts"))


def _is_for_the_bot(event: Any, body: dict[str, Any]) -> bool:
    """Whether a message was for the bot; whoever else writes hears nothing of its faults."""
    if not is_a_person(event):
        return False
    bots = {granted.get("user_id") for granted in body.get("authorizations") or []}
    direct = event.get("type") == "app_mention" or event.get("channel_type") == "im"
    return direct or event.get("parent_user_id") in bots
