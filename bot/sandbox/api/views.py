"""views.*: the app's modals and Home tabs."""

from __future__ import annotations

import json
from typing import Any, Final, Literal

from ..blocks.layout_blocks import LONGEST_VIEW
from ..blocks.validation import problems_of_view
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.views import view_with_state
from .call import Call, Method


def open_view(call: Call) -> Json:
    """views.open."""
    view = check_view(call.structure("view"), "modal")
    user, channel = call.installation.trigger_ids.redeem(_trigger_id(call))
    return {"view": view_with_state(call.workspace.views.open(user, view, channel))}


def push_view(call: Call) -> Json:
    """views.push."""
    view = check_view(call.structure("view"), "modal")
    user, channel = call.installation.trigger_ids.redeem(_trigger_id(call))
    return {"view": view_with_state(call.workspace.views.push(user, view, channel))}


def update_view(call: Call) -> Json:
    """views.update."""
    view = check_view(call.structure("view"), "modal")
    views = call.workspace.views
    record = views.find(call.text("view_id"), call.text("external_id"))
    if record is None:
        raise ApiError("not_found")
    return {"view": view_with_state(views.update(record, view, call.text("hash")))}


def publish_view(call: Call) -> Json:
    """views.publish."""
    view = check_view(call.structure("view"), "home")
    user = call.user("user_id")
    return {"view": call.workspace.views.publish(user, view, call.text("hash"))}


def _trigger_id(call: Call) -> str:
    """The trigger id, which newer apps send as an interactivity pointer."""
    return call.text("trigger_id") or call.required("interactivity_pointer")


def check_view(view: Any, surface: Literal["modal", "home"]) -> Json:
    """The view as given. Raises ApiError for one that Slack would refuse."""
    if problems := problems_of_view(view, surface):
        raise ApiError.of_problems("invalid_arguments", problems)
    if len(json.dumps(view, separators=(",", ":"), ensure_ascii=False)) > LONGEST_VIEW:
        raise ApiError("view_too_large")
    return dict(view)


VIEW_METHODS: Final = {
    "views.open": Method(open_view, (), 4),
    "views.push": Method(push_view, (), 4),
    "views.update": Method(update_view, (), 4),
    "views.publish": Method(publish_view, (), 4),
}
