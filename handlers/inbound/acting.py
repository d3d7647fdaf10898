"""Who a request of Slack makes act, as its signed payload says. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from handlers.inbound.payloads import is_a_person, mentions, team_of, within
from handlers.views.button_value import MalformedPayload

# Events in which somebody does something; of all others no listener takes anybody's word.
BY_PEOPLE = {"message", "app_mention", "app_home_opened"}
CHANGED = {"message_changed", "message_deleted"}


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, by Slack user id, through which workspace; ``homes`` are the workspaces named as theirs."""

    team: str
    user: str
    homes: frozenset[str]


def acting_in(body: dict[str, Any], bot: str) -> Acting | None:
    """Who acts in a request, or ``None`` where nobody asks the bot, whose user id is ``bot``, for anything.

    Raises ``MalformedPayload`` where somebody does and is not named.
    """
    event = body.get("event")
    if isinstance(event, dict):
        return _in_event(body, event, bot)
    user = within(body, "user")
    who = body.get("user_id") if body.get("command") else user.get("id")
    if not isinstance(who, str) or not who:
        if not body.get("type") and not body.get("command"):
            return None  # nothing that Slack sends, and nothing that any listener takes
        raise MalformedPayload("nobody named who acts")
    return Acting(team_of(body), who, _named([user.get("team_id")]))


def _in_event(body: dict[str, Any], event: dict[str, Any], bot: str) -> Acting | None:
    if event.get("type") not in BY_PEOPLE or not _may_ask(event, bot):
        return None
    # Of an edit or a deletion, the message itself names whose it is.
    written = event
    if event.get("subtype") in CHANGED:
        written = within(event, "message" if event["subtype"] == "message_changed" else "previous_message")
    who = written.get("user")
    if not isinstance(who, str) or not who:
        return None  # no person wrote it, and no listener takes it
    if event.get("type") == "message" and _is_below_another(written, bot) and not mentions(written, bot):
        return None  # what people say below messages that are not the bot's concerns nobody else
    homes = [told.get(name) for told in (event, written) for name in ("user_team", "source_team")]
    return Acting(team_of(body), who, _named(homes))


def _may_ask(event: dict[str, Any], bot: str) -> bool:
    """Whether an event can ask the bot for anything: most of what is said in channels does not."""
    if event.get("type") != "message" or event.get("subtype") in CHANGED:
        return True
    to_bot = "thread_ts" in event or event.get("channel_type") == "im" or mentions(event, bot)
    return to_bot and is_a_person(event)


def _is_below_another(message: dict[str, Any], bot: str) -> bool:
    """Whether a message stands in a thread that somebody else began; a review's is below the bot's card."""
    return message.get("parent_user_id") not in (None, "", bot)


def _named(homes: Iterable[Any]) -> frozenset[str]:
    return frozenset(home for home in homes if isinstance(home, str) and home)
