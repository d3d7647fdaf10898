"""What people can do at the door, each as one POST of JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from ..delivery.faults import Fault
from ..slack_json import Json
from . import elements, modals, user_actions
from .door_request import Asked
from .user_actions import Refused

# docs.slack.dev/apis/events-api/using-socket-mode
DISCONNECT_REASONS: Final = frozenset({"refresh_requested", "link_disabled"})
DONE: Final[Json] = {"ok": True, "status": 200, "ms": 0, "response": {}}

Act = Callable[[Asked], Awaitable[Json]]


async def send_command(asked: Asked) -> Json:
    name = asked.text("command")
    if not name.startswith("/"):
        raise Refused(400, "invalid_command")
    return await user_actions.command(
        asked.site, asked.user(), asked.channel(), name, asked.maybe("text") or ""
    )


async def send_message(asked: Asked) -> Json:
    if asked.fields.get("delete"):
        return await user_actions.delete(asked.site, asked.user(), asked.channel(), asked.text("ts"))
    text = asked.text("text")
    if not text.strip():
        raise Refused(400, "no_text")
    if (ts := asked.maybe("ts")) is not None:
        return await user_actions.edit(asked.site, asked.user(), asked.channel(), ts, text)
    return await user_actions.say(asked.site, asked.user(), asked.channel(), text, asked.maybe("thread_ts"))


async def send_action(asked: Asked) -> Json:
    user = asked.user()
    asked.text("action_id")
    asked.maybe("block_id")
    if (view_id := asked.maybe("view_id")) is not None:
        surface = elements.surface_of_view(asked.site, user, view_id)
    else:
        surface = elements.surface_of_message(asked.site, user, asked.channel(), asked.text("message_ts"))
    return await elements.act(asked.site, user, surface, asked.fields)


async def send_shortcut(asked: Asked) -> Json:
    return await user_actions.shortcut(
        asked.site, asked.user(), asked.channel(), asked.text("message_ts"), asked.text("callback_id")
    )


async def submit_view(asked: Asked) -> Json:
    force = bool(asked.fields.get("force"))
    return await modals.submit(
        asked.site, asked.user(), asked.view_id, asked.structure("values"), force=force
    )


async def close_view(asked: Asked) -> Json:
    return await modals.close(asked.site, asked.user(), asked.view_id, clear=bool(asked.fields.get("clear")))


async def move_member(asked: Asked) -> Json:
    member = asked.maybe("member") or asked.user()
    if member not in asked.site.workspace.users:
        raise Refused(404, "user_not_found")
    channel = asked.site.workspace.channel(asked.text("channel"))
    if channel is None:
        raise Refused(404, "channel_not_found")
    leave = bool(asked.fields.get("leave"))
    return await user_actions.move(asked.site, asked.user(), channel["id"], member, leave=leave)


async def send_reaction(asked: Asked) -> Json:
    remove = bool(asked.fields.get("remove"))
    ts, name = asked.text("ts"), asked.text("name")
    return await user_actions.react(asked.site, asked.user(), asked.channel(), ts, name, remove=remove)


async def send_pin(asked: Asked) -> Json:
    remove = bool(asked.fields.get("remove"))
    return await user_actions.pin(asked.site, asked.user(), asked.channel(), asked.text("ts"), remove=remove)


async def uninstall(asked: Asked) -> Json:
    return await user_actions.uninstall(asked.site)


async def open_home(asked: Asked) -> Json:
    return await user_actions.open_home(asked.site, asked.user())


async def take_note(asked: Asked) -> Json:
    """What an app in another process did by itself."""
    asked.site.note(asked.text("what"), asked.text("detail"))
    return DONE


async def order_fault(asked: Asked) -> Json:
    """`{"clear": true}` empties the queue instead; `{"disconnect": reason}` ends all Socket Mode.

    A `warning` only says that the end is near, as Slack does some seconds before it.
    """
    if asked.fields.get("clear"):
        asked.site.faults.clear()
        asked.site.delivery.release()
    elif asked.fields.get("disconnect") == "warning":
        await asked.site.sockets.warn()
    elif (reason := asked.maybe("disconnect")) is not None:
        if reason not in DISCONNECT_REASONS:
            raise Refused(400, "invalid_disconnect")
        await asked.site.sockets.disconnect(reason)
    else:
        try:
            asked.site.faults.add(Fault.read(asked.fields))
        except ValueError as wrong:
            raise Refused(400, str(wrong)) from None
    return DONE


ACTS: Final[dict[str, Act]] = {
    "/sandbox/commands": send_command,
    "/sandbox/messages": send_message,
    "/sandbox/actions": send_action,
    "/sandbox/shortcuts": send_shortcut,
    "/sandbox/views/{view_id}/submit": submit_view,
    "/sandbox/views/{view_id}/close": close_view,
    "/sandbox/home": open_home,
    "/sandbox/members": move_member,
    "/sandbox/reactions": send_reaction,
    "/sandbox/pins": send_pin,
    "/sandbox/uninstall": uninstall,
    "/sandbox/faults": order_fault,
    "/sandbox/notes": take_note,
}
