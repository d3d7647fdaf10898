"""Changes to the app's and people's messages, each with the events that the app hears of it."""

from __future__ import annotations

from typing import Final

from ..delivery import events
from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.initial_content import SLACKBOT

# What stands in place of a deleted message that has replies.
TOMBSTONE: Final[Json] = {
    "subtype": "tombstone",
    "hidden": True,
    "user": SLACKBOT,
    "text": "This message was deleted.",
    **dict.fromkeys(
        ("blocks", "metadata", "files", "reactions", "pinned_to", "pinned_info", "edited", "bot_id", "app_id")
    ),
}


def announce_posted(installation: Installation, message: Json) -> None:
    """Announce a new message, unless only one person can see it."""
    if not message["ephemeral_to"]:
        installation.announce(*events.message_events(installation.workspace, message))


def change_message(installation: Installation, message: Json, **fields: object) -> None:
    """Replace fields of a message and announce it as `message_changed`."""
    workspace = installation.workspace
    before = workspace.change(message, **fields)
    if not message["ephemeral_to"]:
        event_ts = workspace.timestamps.next()
        installation.announce(events.message_changed(workspace, message, before, event_ts))


def delete_message(installation: Installation, message: Json) -> None:
    """Delete a message and announce it."""
    if message["ephemeral_to"]:
        installation.workspace.remove(message)
    else:
        installation.announce(remove_message(installation, message))


def remove_message(installation: Installation, message: Json) -> Json:
    """Delete a message without announcing it; the event of it. A thread keeps a tombstone where it began."""
    workspace = installation.workspace
    event_ts = workspace.timestamps.next()
    if len(workspace.thread(message["channel"], message["ts"])) > 1 and not message["thread_ts"]:
        before = workspace.change(message, **TOMBSTONE)
        return events.message_changed(workspace, message, before, event_ts)
    workspace.remove(message)
    return events.message_deleted(workspace, message, event_ts)
