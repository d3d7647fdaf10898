"""From Slack's dictionaries to typed requests. The actor is always the one the signed payload names."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict

MENTION = re.compile(r"<@[A-Z0-9_]+(\|[^>]*)?>")
# Slack turns ``acme.com`` into ``<http://acme.com|acme.com>``, and mail addresses likewise.
LINK = re.compile(r"<(?:https?://|mailto:)[^|>]*\|([^>]*)>|<((?:https?://|mailto:)[^>]*)>")


class MalformedPayload(ValueError):
    """A payload that none of our buttons and forms makes."""


class Place(BaseModel):
    """Who did something, in which workspace and channel."""

    model_config = ConfigDict(frozen=True)

    team: str
    user: str
    channel: str = ""


class ButtonValue(BaseModel):
    """What a button carries: identity and the content seen, never amounts or authority."""

    model_config = ConfigDict(frozen=True)

    review: str
    item: str = ""
    seen: str = ""

    def encode(self) -> str:
        return ":".join((self.review, self.item, self.seen))

    @classmethod
    def decode(cls, text: str) -> "ButtonValue":
        parts = text.split(":")
        if len(parts) != 3 or not re.fullmatch(r"R-[0-9A-Z]{5,12}", parts[0]):
            raise MalformedPayload("not a button of ours")
        return cls(review=parts[0], item=parts[1], seen=parts[2])

    @property
    def ref(self) -> int:
        """The transaction the button stands at."""
        return whole_number(self.item)


def whole_number(text: str) -> int:
    """A small number out of a button."""
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise MalformedPayload("not a number of ours")
    return int(text)


def team_of(body: dict[str, Any]) -> str:
    """The workspace that a request belongs to."""
    team = (
        body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
    )
    if not isinstance(team, str) or not team:
        raise MalformedPayload("no workspace named")
    return team


def place_of_action(body: dict[str, Any]) -> Place:
    """Of a button, form or shortcut."""
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or ""
    return Place(team=team_of(body), user=body["user"]["id"], channel=channel)


def place_of_command(body: dict[str, Any]) -> Place:
    """Of a slash command."""
    return Place(team=team_of(body), user=body["user_id"], channel=body["channel_id"])


def button_of(body: dict[str, Any]) -> ButtonValue:
    """What the pressed button carries."""
    return ButtonValue.decode(str(body["actions"][0].get("value", "")))


def is_a_person(event: dict[str, Any]) -> bool:
    """Whether a message was newly written by a person: no bot, no edit, no join notice, no deletion."""
    said = event.get("subtype") in {None, "file_share", "thread_broadcast"}
    return said and not event.get("bot_id") and not event.get("app_id") and bool(event.get("user"))


def said(text: str, bot: str) -> str:
    """A person's reply as they typed it; only our own name in front of it is taken away.

    "@ben approve 2" asks ben for something and asks nothing of the bot, so other names stay.
    """
    return _entities(re.sub(rf"^\s*<@{re.escape(bot)}(\|[^>]*)?>[\s:,]*", "", text)).strip()


def submitted_text(text: str) -> str:
    """A batch out of a message: links, mentions and entities undone."""
    return _entities(MENTION.sub(" ", LINK.sub(r"\1\2", text))).strip()


def _entities(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text
