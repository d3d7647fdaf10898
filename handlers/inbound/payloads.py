"""From Slack's dictionaries to typed requests. The actor is always the one the signed payload names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from handlers.inbound import markup
from handlers.views.button_value import ButtonValue, MalformedPayload


@dataclass(frozen=True, slots=True)
class Place:
    """Who did something, in which workspace and channel, by Slack's ids."""

    team: str
    user: str
    channel: str = ""


def _at(value: Any, *path: str | int) -> str:
    """The text at a place that every payload of this kind has."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise MalformedPayload(f"nothing at {'.'.join(map(str, path))}") from None
    if not isinstance(value, str) or not value:
        raise MalformedPayload(f"no text at {'.'.join(map(str, path))}")
    return value


def within(value: Any, *path: str) -> dict[str, Any]:
    """The object at a place that may be missing or empty."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def team_of(body: dict[str, Any]) -> str:
    """The installation that a request belongs to, by which everything is stored: the id of its workspace.

    An app that is installed in a whole organisation has one installation, so all of it goes by the id of the
    organisation: a click may name no workspace then, and its person may be at home in any of them. All of
    this is said by the signed request, and none of it by what a button carries.
    """
    granted = body.get("authorizations")
    # An event says of the installation what other requests say of themselves; its team may be the channel's.
    installed = within({"by": granted[0]}, "by") if isinstance(granted, list) and granted else {}
    named = (
        _organisation_of(body, installed),
        installed.get("team_id"),
        body.get("team_id"),
        within(body, "team").get("id"),
        within(body, "user").get("team_id"),
    )
    team = next((name for name in named if name), None)
    if not isinstance(team, str):
        raise MalformedPayload("no workspace named")
    return team


def _organisation_of(body: dict[str, Any], installed: dict[str, Any]) -> Any:
    """The organisation in all of which the app is installed; ``None`` for an app of one workspace."""
    said = installed or body
    if said.get("is_enterprise_install") not in (True, "true"):  # a command is all text
        return None
    organisation = said.get("enterprise_id") or within(body, "enterprise").get("id")
    if not organisation:
        raise MalformedPayload("no organisation named")
    return organisation


def place_of_action(body: dict[str, Any]) -> Place:
    """Who pressed a button, submitted a form or used a shortcut, and where; a form has no channel."""
    channel = within(body, "channel").get("id") or within(body, "container").get("channel_id") or ""
    return Place(team=team_of(body), user=_at(body, "user", "id"), channel=str(channel))


def place_of_command(body: dict[str, Any]) -> Place:
    """Who typed a slash command, and where."""
    return Place(team=team_of(body), user=_at(body, "user_id"), channel=_at(body, "channel_id"))


def place_of_event(body: dict[str, Any]) -> Place:
    """Who wrote a message, and where."""
    return Place(team=team_of(body), user=_at(body, "event", "user"), channel=_at(body, "event", "channel"))


@dataclass(frozen=True, slots=True)
class CardClick:
    """A pressed button of a card, or of a form about one review: who pressed which, and what it carries."""

    team: str
    user: str
    action_id: str
    button: ButtonValue


def card_click(body: dict[str, Any]) -> CardClick:
    """The click in a payload; raises ``MalformedPayload`` where the button is none of a review's.

    An entry of a payment's menu counts as a button, whose action is what was chosen.
    """
    team, user = team_of(body), _at(body, "user", "id")
    if choice := _chosen(body):
        action_id, _, value = choice.partition(":")
        return CardClick(team, user, action_id, ButtonValue.decode(value))
    action_id = _at(body, "actions", 0, "action_id")
    return CardClick(team, user, action_id, ButtonValue.decode(pressed_value(body)))


def _chosen(body: dict[str, Any]) -> str:
    """The entry of a menu that was chosen; empty where a button was pressed."""
    pressed = body.get("actions") or [{}]
    return str(within(pressed[0], "selected_option").get("value") or "")


def pressed_value(body: dict[str, Any]) -> str:
    """The value of the pressed button, as it stands."""
    return _at(body, "actions", 0, "value")


def chosen_value(body: dict[str, Any]) -> str:
    """The value of the option that was chosen in a menu."""
    return _at(body, "actions", 0, "selected_option", "value")


def block_of_action(body: dict[str, Any]) -> str:
    """The block id of what was pressed or chosen."""
    return _at(body, "actions", 0, "block_id")


def view_id_of(body: dict[str, Any]) -> str:
    """The id of the form that was submitted."""
    return _at(body, "view", "id")


def typed_value(body: dict[str, Any]) -> str:
    """What somebody typed into a field that acts when Enter is pressed, on one line."""
    _at(body, "actions", 0, "action_id")
    return " ".join(str(body["actions"][0].get("value") or "").split())[:200]


def trigger_of(body: dict[str, Any]) -> str:
    """What lets a form be opened, for 3 s."""
    return _at(body, "trigger_id")


def message_of(body: dict[str, Any]) -> dict[str, Any]:
    """The message that a shortcut was used on; it has a ts at least."""
    _at(body, "message", "ts")
    return within(body, "message")


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """The form that submits payments, filled in; ``files`` are Slack's file objects."""

    id: str
    text: str
    files: tuple[dict[str, Any], ...]
    note: str
    channel: str


def submitted_form(body: dict[str, Any], settled: str | None = None) -> SubmittedForm:
    """What was typed and chosen in the form that submits payments; an older form may lack some of it.

    ``settled`` is the channel of all cards, whatever the form says; ``None`` where people choose one.
    """
    values = values_of(body)
    chosen = within(values, "channel", "channel").get("selected_conversation")
    return SubmittedForm(
        id=_at(body, "view", "id"),
        text=str(within(values, "text", "text").get("value") or "").strip(),
        files=tuple(within(values, "files", "files").get("files") or ()),
        note=str(within(values, "note", "note").get("value") or "")[:500],
        channel=settled or str(chosen or form_of(body)),
    )


def form_of(body: dict[str, Any]) -> str:
    """What a form of ours carries: the channel, draft or button that it was opened for."""
    return _at(body, "view", "private_metadata")


def values_of(body: dict[str, Any]) -> dict[str, Any]:
    """The entries of a submitted form, as Slack sends them: block id to action id to element state."""
    return within(body, "view", "state", "values")


@dataclass(frozen=True, slots=True)
class RejectedForm:
    """The form that asks for the reason, filled in; ``button`` is the one that opened it."""

    id: str
    button: ButtonValue
    reason: str


def rejected_form(body: dict[str, Any]) -> RejectedForm:
    """What was typed in the form that asks for the reason of a rejection."""
    reason = within(values_of(body), "reason", "reason").get("value")
    return RejectedForm(
        id=_at(body, "view", "id"),
        button=ButtonValue.decode(form_of(body)),
        reason=str(reason or "").strip()[:300],
    )


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """The form that corrects a payment, filled in; ``button`` is the one that opened it.

    ``typed`` is what stands in each field by its name, and ``below`` the modal that the button stood in.
    """

    id: str
    button: ButtonValue
    typed: Mapping[str, str]
    below: str = ""


def correction(body: dict[str, Any]) -> CorrectionForm:
    """What was typed in the form that corrects a payment."""
    values = values_of(body)
    return CorrectionForm(
        id=_at(body, "view", "id"),
        button=ButtonValue.decode(form_of(body)),
        typed={name: str(within(values, name, name).get("value") or "") for name in values},
        below=str(within(body, "view").get("previous_view_id") or ""),
    )


def is_a_person(event: Any) -> bool:
    """Whether a message was newly written by a person: no bot, no edit, no join notice, no deletion."""
    if not isinstance(event, dict):
        return False
    is_new = event.get("subtype") in {None, "file_share", "thread_broadcast"}
    return is_new and not event.get("bot_id") and not event.get("app_id") and bool(event.get("user"))


def mentions(event: dict[str, Any], bot: str) -> bool:
    """Whether a message names the bot, whose user id is ``bot``."""
    return markup.names(str(event.get("text") or ""), bot)


def reply_text(text: str, bot: str) -> str:
    """A person's reply as they typed it, without the name of the bot, wherever it stands.

    "@ben approve 2" asks ben for something and asks nothing of the bot, so other names stay.
    """
    return markup.without_name(text, bot).strip()


def submitted_text(text: str) -> str:
    """A batch out of a message as it was typed; who is called to look at it is no part of it."""
    return markup.as_typed(text, with_names=False).strip()


@dataclass(frozen=True, slots=True)
class ChangedReply:
    """A person's own message in a thread that was edited or deleted, with the texts as they were typed.

    ``after`` is empty for one that was deleted; ``thread`` is the ts of the message that began the thread,
    and ``sent`` is when it was first written, aware UTC.
    """

    place: Place
    thread: str
    sent: datetime
    before: str
    after: str


def changed_reply(body: dict[str, Any], bot: str) -> ChangedReply | None:
    """The edit or deletion in an event; ``None`` where no person changed the words of their own reply.

    Slack sends the same event where it adds the preview of a link, and where a bot updates its message.
    """
    event = within(body, "event")
    before, after = within(event, "previous_message"), within(event, "message")
    is_deletion = event.get("subtype") == "message_deleted"
    thread, author = before.get("thread_ts"), before.get("user")
    if not is_a_person(before) or not isinstance(thread, str) or not isinstance(author, str):
        return None
    by_author = is_a_person(after) and author == after.get("user") == within(after, "edited").get("user")
    if not is_deletion and not by_author:
        return None
    was = reply_text(str(before.get("text") or ""), bot)
    now = "" if is_deletion else reply_text(str(after.get("text") or ""), bot)
    place = Place(team=team_of(body), user=author, channel=_at(event, "channel"))
    sent = datetime.fromtimestamp(float(_at(before, "ts")), UTC)
    return None if was == now else ChangedReply(place, thread, sent, was, now)
