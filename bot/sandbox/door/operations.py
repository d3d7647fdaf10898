"""What can be done with a POST of JSON at the door, by address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from ..delivery.faults import Fault
from ..slack_json import Json
from . import element_actions, modals, suggestions, user_actions, workspace_changes
from .answers import DoorError
from .clock import take_clock
from .door_request import DoorRequest

# docs.slack.dev/apis/events-api/using-socket-mode
DISCONNECT_REASONS: Final = frozenset({"refresh_requested", "link_disabled"})
DONE: Final[Json] = {"ok": True, "status": 200, "ms": 0, "response": {}}

Operation = Callable[[DoorRequest], Awaitable[Json]]


async def take_command(request: DoorRequest) -> Json:
    """`{"user", "channel", "command", "text"?, "force"?}`: a slash command."""
    name = request.text("command")
    if not name.startswith("/"):
        raise DoorError(400, "invalid_command")
    user, channel = request.user(), request.channel()
    text = request.optional_text("text") or ""
    force = request.flag("force")
    return await user_actions.use_slash_command(request.installation, user, channel, name, text, force=force)


async def take_message(request: DoorRequest) -> Json:
    """`{"user", "channel", "text", "thread_ts"?}`: a message; with `ts` an edit, with `delete` a deletion.

    With `files` (ids) it shares files that are there already, whoever uploaded them; with `forward`
    (`{"channel", "ts"}`) it passes a message on. Both may come without a text.
    """
    if request.flag("delete"):
        user, channel, ts = request.user(), request.channel(), request.text("ts")
        return await user_actions.delete_message_of_user(request.installation, user, channel, ts)
    files, forwarded = request.files(), request.forwarded()
    text = request.optional_text("text") or "" if files or forwarded else request.text("text")
    if not text.strip() and not files and not forwarded:
        raise DoorError(400, "no_text")
    edited_ts = request.optional_text("ts")
    user, channel = request.user(), request.channel()
    if edited_ts is not None:
        return await user_actions.edit_message(request.installation, user, channel, edited_ts, text)
    thread_ts = request.optional_text("thread_ts")
    return await user_actions.write_message(
        request.installation, user, channel, text, thread_ts, files, forwarded
    )


async def take_action(request: DoorRequest) -> Json:
    """`{"user", "channel", "message_ts", "action_id", ...}`, or `view_id` in place of a message: a click.

    With a view comes the `hash` that it had when it was seen.
    """
    request.optional_text("hash")
    user, place = request.user(), _element_place(request)
    return await element_actions.use_element(request.installation, user, place, request.fields)


async def take_suggestion(request: DoorRequest) -> Json:
    """As a click, with what was typed in a menu as `value`: the options that the app has for it."""
    user, place = request.user(), _element_place(request)
    return await suggestions.suggest_options(request.installation, user, place, request.fields)


def _element_place(request: DoorRequest) -> element_actions.ElementPlace:
    """The message or view that the fields name."""
    user = request.user()
    request.text("action_id")
    request.optional_text("block_id")
    if (view_id := request.optional_text("view_id")) is not None:
        return element_actions.place_in_view(request.installation, user, view_id)
    channel, ts = request.channel(), request.text("message_ts")
    return element_actions.place_in_message(request.installation, user, channel, ts)


async def take_shortcut(request: DoorRequest) -> Json:
    """`{"user", "channel", "message_ts", "callback_id", "force"?}`: a message shortcut."""
    user, channel = request.user(), request.channel()
    ts, callback_id = request.text("message_ts"), request.text("callback_id")
    return await user_actions.use_message_shortcut(
        request.installation, user, channel, ts, callback_id, force=request.flag("force")
    )


async def take_submission(request: DoorRequest) -> Json:
    """`{"user", "values", "hash"?}`: submit a modal."""
    user, values = request.user(), request.structure("values")
    seen, force = request.optional_text("hash"), request.flag("force")
    return await modals.submit_modal(
        request.installation, user, request.view_id, values, seen=seen, force=force
    )


async def take_close(request: DoorRequest) -> Json:
    """`{"user", "clear"?}`: close a modal, or the whole stack."""
    clear = request.flag("clear")
    return await modals.close_modal(request.installation, request.user(), request.view_id, clear=clear)


async def take_membership(request: DoorRequest) -> Json:
    """`{"user", "channel", "member"?, "leave"?}`: bring a member into a channel, or take one out."""
    member = request.optional_text("member") or request.user()
    if member not in request.installation.workspace.people:
        raise DoorError(404, "user_not_found")
    channel = request.installation.workspace.channel(request.text("channel"))
    if channel is None:
        raise DoorError(404, "channel_not_found")
    return await user_actions.change_membership(
        request.installation, request.user(), channel["id"], member, leave=request.flag("leave")
    )


async def take_person(request: DoorRequest) -> Json:
    """`{"member", "name"?, "kind"?, "team_id"?, "time_zone"?, "deleted"?}`: add or change somebody."""
    return await workspace_changes.change_person(request.installation, request.text("member"), request.fields)


async def take_usergroup(request: DoorRequest) -> Json:
    """`{"usergroup", "users"?, "disabled"?, "handle"?}`: make a user group, or say who is in it."""
    return await workspace_changes.change_usergroup(
        request.installation,
        request.text("usergroup"),
        request.fields.get("users"),
        disabled=request.flag("disabled"),
        handle=request.optional_text("handle"),
    )


async def take_organisation(request: DoorRequest) -> Json:
    """`{"enterprise"?, "org_wide"?}`: the organisation of the workspace; none without it, as at first.

    With `org_wide` the app is installed in all of the organisation.
    """
    org_wide = request.flag("org_wide")
    if org_wide and not request.is_only_team:
        raise DoorError(400, "several_workspaces")  # each has a token of its own, an organisation one for all
    enterprise = request.optional_text("enterprise")
    changed = workspace_changes.change_organisation(request.installation, enterprise, org_wide=org_wide)
    return {**DONE, "response": changed}


async def take_reaction(request: DoorRequest) -> Json:
    """`{"user", "channel", "ts", "name", "remove"?}`: react to a message, or take a reaction back."""
    ts, name = request.text("ts"), request.text("name")
    return await user_actions.change_reaction(
        request.installation, request.user(), request.channel(), ts, name, remove=request.flag("remove")
    )


async def take_pin(request: DoorRequest) -> Json:
    """`{"user", "channel", "ts", "remove"?}`: pin a message, or take a pin out."""
    user, channel, ts = request.user(), request.channel(), request.text("ts")
    remove = request.flag("remove")
    return await user_actions.change_pin(request.installation, user, channel, ts, remove=remove)


async def take_uninstallation(request: DoorRequest) -> Json:
    """`{}`: take the app out of the workspace."""
    return await user_actions.uninstall_app_as_user(request.installation)


async def take_home_opening(request: DoorRequest) -> Json:
    """`{"user"}`: open the app's Home tab."""
    return await user_actions.open_home_tab(request.installation, request.user())


async def take_note(request: DoorRequest) -> Json:
    """`{"what", "detail"}`: what an app in another process did by itself."""
    request.installation.note(request.text("what"), request.text("detail"))
    return DONE


async def take_fault(request: DoorRequest) -> Json:
    """Order a fault, with the fields of `Fault`.

    `{"clear": true}` forgets all faults instead; `{"disconnect": reason}` ends all Socket Mode connections,
    and with the reason `warning` only announces that, as Slack does some seconds before.
    """
    installation = request.installation
    if request.flag("clear"):
        installation.faults.clear()
        installation.sender.release_held()
    elif request.fields.get("disconnect") == "warning":
        await installation.sockets.warn()
    elif (reason := request.optional_text("disconnect")) is not None:
        if reason not in DISCONNECT_REASONS:
            raise DoorError(400, "invalid_disconnect")
        await installation.sockets.disconnect(reason)
    else:
        try:
            installation.faults.add(Fault.from_json(request.fields))
        except ValueError as error:
            raise DoorError(400, str(error)) from None
    return DONE


OPERATIONS: Final[dict[str, Operation]] = {
    "/sandbox/commands": take_command,
    "/sandbox/messages": take_message,
    "/sandbox/actions": take_action,
    "/sandbox/suggestions": take_suggestion,
    "/sandbox/shortcuts": take_shortcut,
    "/sandbox/views/{view_id}/submit": take_submission,
    "/sandbox/views/{view_id}/close": take_close,
    "/sandbox/home": take_home_opening,
    "/sandbox/members": take_membership,
    "/sandbox/people": take_person,
    "/sandbox/usergroups": take_usergroup,
    "/sandbox/teams": take_organisation,
    "/sandbox/reactions": take_reaction,
    "/sandbox/pins": take_pin,
    "/sandbox/uninstall": take_uninstallation,
    "/sandbox/faults": take_fault,
    "/sandbox/notes": take_note,
    "/sandbox/clock": take_clock,
}
