"""What a person does in the workspace: it is stored, delivered to the app, and the app's answer applied.

Every function returns the door's answer once the app has acknowledged or failed to, and raises DoorError
where what the person tried is not possible.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from ..api import pins, reactions
from ..api.file_objects import share_files
from ..api.membership import add_member, check_may_join, remove_member
from ..api.messages import remove_message
from ..api.responses import show_acknowledgement
from ..blocks.mrkdwn import to_mrkdwn
from ..delivery import payloads
from ..delivery.events import home_opened, message_changed, message_events
from ..delivery.installation import Installation
from ..delivery.sender import DeliveryResult
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER, SLACKBOT
from .answers import DoorError, door_answer

# As Slack says it.
UNKNOWN_COMMAND: Final = (
    "`{name}` is not a valid command. In Slack, all messages that start with the “/” character are"
    " interpreted as slash commands.\nIf you are trying to send a message and not run a slash command, try"
    " preceding the “/” with an empty space."
)


async def write_message(
    installation: Installation,
    user: str,
    channel: str,
    text: str,
    thread_ts: str | None = None,
    files: list[Json] | None = None,
    forwarded: Json | None = None,
) -> Json:
    """A person's message, with files and with another message that it passes on, if given."""
    workspace = installation.workspace
    if thread_ts is not None:
        parent = workspace.message(channel, thread_ts)
        if parent is None or parent["ephemeral_to"]:
            raise DoorError(404, "thread_not_found")
        thread_ts = parent["thread_ts"] or thread_ts
    attached = share_files(installation, files or [], channel)
    mrkdwn = _mrkdwn(installation, text)
    passed_on = [payloads.forwarded_message(workspace, installation.url, forwarded)] if forwarded else []
    message = workspace.post(
        channel, user, mrkdwn, thread_ts=thread_ts, files=attached, attachments=passed_on
    )
    result = await send_events(installation, message_events(workspace, message))
    return door_answer(result, {"channel": channel, "ts": message["ts"]})


async def edit_message(installation: Installation, user: str, channel: str, ts: str, text: str) -> Json:
    """A person's edit of their own message."""
    workspace = installation.workspace
    message = _message_of(installation, user, channel, ts)
    event_ts = workspace.timestamps.next()
    edited = {"user": user, "ts": event_ts}
    before = workspace.change(message, text=_mrkdwn(installation, text), edited=edited)
    event = message_changed(workspace, message, before, event_ts)
    return door_answer(await send_events(installation, [event]), {"channel": channel, "ts": ts})


async def delete_message_of_user(installation: Installation, user: str, channel: str, ts: str) -> Json:
    """A person's deletion of their own message."""
    message = _message_of(installation, user, channel, ts)
    event = remove_message(installation, message)
    return door_answer(await send_events(installation, [event]), {"channel": channel, "ts": ts})


async def change_membership(
    installation: Installation, user: str, channel: str, member: str, *, leave: bool
) -> Json:
    """A person brings a member into a channel, or takes one out."""
    workspace = installation.workspace
    if workspace.channels[channel]["is_im"] or leave != (member in workspace.members(channel)):
        raise DoorError(400, "not_in_channel" if leave else "already_in_channel")
    if leave:
        events = remove_member(installation, member, channel)
    else:
        try:
            check_may_join(workspace, member, channel)
        except ApiError as error:
            raise DoorError(400, error.code) from None
        events = add_member(installation, member, channel, user)
    return door_answer(await send_events(installation, events), {"channel": channel, "member": member})


async def change_reaction(
    installation: Installation, user: str, channel: str, ts: str, name: str, *, remove: bool
) -> Json:
    """A person's reaction to a message, or taking it back."""
    change = reactions.unreact if remove else reactions.react
    return await _change_visible_message(
        installation,
        channel,
        ts,
        lambda message: change(installation, user, message, reactions.emoji_name(name)),
    )


async def change_pin(installation: Installation, user: str, channel: str, ts: str, *, remove: bool) -> Json:
    """A person's pin on a message, or taking it out."""
    change = pins.unpin if remove else pins.pin
    return await _change_visible_message(
        installation, channel, ts, lambda message: change(installation, user, message)
    )


async def uninstall_app_as_user(installation: Installation) -> Json:
    """Somebody takes the app out of the workspace."""
    if installation.tokens.ended == "account_inactive":
        raise DoorError(400, "app_not_installed")
    return door_answer(await send_events(installation, installation.uninstall()))


async def use_slash_command(
    installation: Installation, user: str, channel: str, name: str, text: str, *, force: bool = False
) -> Json:
    """A person's slash command; a message that the app acknowledges it with is shown to the person.

    One that the app does not have, where its commands are known, never reaches it: Slackbot says so.
    Slack offers an app's commands only where it is installed: to people from elsewhere only by `force`.
    """
    if not force:
        _check_has_app(installation, user)
        if name not in installation.commands(name):
            return _answer_unknown_command(installation, user, channel, name)
    payload = payloads.slash_command_payload(
        installation.workspace,
        user,
        channel,
        name,
        _mrkdwn(installation, text, links=False),
        installation.trigger_ids.issue(user, channel),
        installation.response_url(user, channel),
    )
    result = await installation.send_interaction("commands", payload)
    try:
        if result.ok:
            show_acknowledgement(installation, user, channel, result.body)
    except ApiError as error:
        return door_answer(result, error=error)
    return door_answer(result)


def _answer_unknown_command(installation: Installation, user: str, channel: str, name: str) -> Json:
    installation.workspace.post(channel, SLACKBOT, UNKNOWN_COMMAND.format(name=name), ephemeral_to=user)
    return door_answer(DeliveryResult(200))


async def use_message_shortcut(
    installation: Installation, user: str, channel: str, ts: str, callback_id: str, *, force: bool = False
) -> Json:
    """A person's use of one of the app's shortcuts on a message; who may, as with a command."""
    workspace = installation.workspace
    if not force:
        _check_has_app(installation, user)
    message = workspace.message(channel, ts)
    if message is None or message["ephemeral_to"]:
        raise DoorError(404, "message_not_found")
    trigger_id = installation.trigger_ids.issue(user, channel)
    own_ts = ts if message["user"] == BOT_USER else None
    payload = payloads.interaction_payload(workspace, "message_action", user, trigger_id) | {
        "callback_id": callback_id,
        "message_ts": ts,
        "action_ts": workspace.timestamps.next(),
        "channel": payloads.channel_ref(workspace, channel),
        "message": payloads.message_payload(workspace, message),
        "response_url": installation.response_url(user, channel, own_ts),
    }
    return door_answer(await installation.send_interaction("interactive", payload))


async def open_home_tab(installation: Installation, user: str) -> Json:
    """A person opens the app's Home tab."""
    installation.workspace.open_direct(user)
    return door_answer(await installation.send_event(home_opened(installation.workspace, user)))


def _mrkdwn(installation: Installation, text: str, *, links: bool = True) -> str:
    people = {name: user for user, name in installation.workspace.users.items()}
    return to_mrkdwn(text, people, links=links)


def _check_has_app(installation: Installation, user: str) -> None:
    """Refuse somebody in whose own workspace the app is not installed."""
    if installation.workspace.people[user].kind == "stranger":
        raise DoorError(403, "app_not_installed")


def _message_of(installation: Installation, user: str, channel: str, ts: str) -> Json:
    message = installation.workspace.message(channel, ts)
    if message is None or message["user"] != user:
        raise DoorError(404, "message_not_found")
    return message


async def _change_visible_message(
    installation: Installation, channel: str, ts: str, change: Callable[[Json], Json]
) -> Json:
    """Change a message that everyone in its channel sees, and deliver the event that the change returns."""
    message = installation.workspace.message(channel, ts)
    if message is None or message["ephemeral_to"] or message.get("subtype") == "tombstone":
        raise DoorError(404, "message_not_found")
    try:
        event = change(message)
    except ApiError as error:
        raise DoorError(400, error.code) from None
    return door_answer(await send_events(installation, [event]), {"channel": channel, "ts": ts})


async def send_events(installation: Installation, events: list[Json]) -> DeliveryResult:
    """Deliver events at once; the worst result among them, with the longest duration."""
    if not events:
        return DeliveryResult(200)
    results = await asyncio.gather(*(installation.send_event(event) for event in events))
    worst = max(results, key=lambda result: result.status)
    return DeliveryResult(worst.status, max(result.ms for result in results), worst.body)
