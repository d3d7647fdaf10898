"""Submitting and closing modals, as a person."""

from __future__ import annotations

from ..api.views import check_view
from ..blocks.input_values import input_errors
from ..delivery.installation import Installation
from ..delivery.payloads import interaction_payload
from ..delivery.sender import DeliveryResult
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.views import view_with_state
from .answers import DoorError, door_answer
from .element_actions import merge_values


async def submit_modal(
    installation: Installation,
    user: str,
    view_id: str,
    values: Json,
    *,
    seen: str | None = None,
    force: bool = False,
) -> Json:
    """Submit a modal with the values entered; the door's answer.

    What Slack's own client would refuse does not reach the app, unless forced. `seen` is the hash of the
    view in which the values were entered: those that an update since then took away are left out. Raises
    DoorError where the person has no such modal open.
    """
    workspace = installation.workspace
    record = _open_modal(installation, user, view_id)
    blocks, outdated = record["view"]["blocks"], seen not in (None, record["view"]["hash"])
    entered = merge_values(installation, blocks, record["entered"], values, outdated=outdated)
    workspace.views.enter(record, entered)
    view = view_with_state(record)
    errors = dict(input_errors(view["blocks"], view["state"]["values"]))
    if errors and not force:
        return door_answer(DeliveryResult(422), {"response_action": "errors", "errors": errors})
    payload = interaction_payload(workspace, "view_submission", user, installation.trigger_ids.issue(user))
    payload |= {"view": view, "response_urls": []}
    result = await installation.send_interaction("interactive", payload)
    if not result.ok:
        return door_answer(result)
    try:
        _apply_acknowledgement(installation, record, result.body if isinstance(result.body, dict) else {})
    except ApiError as error:
        return door_answer(result, error=error)
    return door_answer(result)


async def close_modal(installation: Installation, user: str, view_id: str, *, clear: bool = False) -> Json:
    """Close a modal, or with `clear` the whole stack; the app hears of it only where the view asks for that.

    Raises DoorError where the person has no such modal open.
    """
    record = _open_modal(installation, user, view_id)
    view = view_with_state(record)
    clear = clear or bool(view["clear_on_close"])
    if clear:
        installation.workspace.views.clear(user)
    else:
        installation.workspace.views.close(record)
    if not view["notify_on_close"]:
        return door_answer(DeliveryResult(200))
    payload = interaction_payload(installation.workspace, "view_closed", user, None)
    payload |= {"view": view, "is_cleared": clear}
    return door_answer(await installation.send_interaction("interactive", payload))


def _open_modal(installation: Installation, user: str, view_id: str) -> Json:
    """The record of a modal that the person has open."""
    record = installation.workspace.views.find(view_id)
    if record is None or record["user"] != user:
        raise DoorError(404, "view_not_found")
    return record


def _apply_acknowledgement(installation: Installation, record: Json, body: Json) -> None:
    """Close, clear, update or push as the acknowledgement of a submission says, or show its errors.

    Raises ApiError where Slack would refuse the acknowledgement.
    """
    views, user = installation.workspace.views, record["user"]
    match body.get("response_action"):
        case None:
            views.close(record)
        case "clear":
            views.clear(user)
        case "update":
            views.update(record, check_view(body.get("view"), "modal"))
        case "push":
            views.push(user, check_view(body.get("view"), "modal"))
        case "errors":
            inputs = {block["block_id"] for block in record["view"]["blocks"] if block["type"] == "input"}
            errors = body.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                raise ApiError("invalid_response_errors")
        case _:
            raise ApiError("invalid_response_action")
