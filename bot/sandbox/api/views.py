"""views.*: modals and Home tabs."""

from __future__ import annotations

import json
from typing import Any, Final, Literal

from ..blocks import validation as block_kit
from ..blocks.layout_blocks import VIEW_CEILING
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.views import shown
from .call import Call, Method


def open_view(call: Call) -> Json:
    view = checked(call.structure("view"), "modal")
    user, channel = call.site.triggers.redeem(trigger(call))
    return {"view": shown(call.site.workspace.views.open(user, view, channel))}


def push_view(call: Call) -> Json:
    view = checked(call.structure("view"), "modal")
    user, channel = call.site.triggers.redeem(trigger(call))
    return {"view": shown(call.site.workspace.views.push(user, view, channel))}


def update_view(call: Call) -> Json:
    view = checked(call.structure("view"), "modal")
    views = call.site.workspace.views
    record = views.find(call.text("view_id"), call.text("external_id"))
    if record is None:
        raise ApiError("not_found")
    return {"view": shown(views.update(record, view, call.text("hash")))}


def publish_view(call: Call) -> Json:
    view = checked(call.structure("view"), "home")
    user = call.user("user_id")
    return {"view": call.site.workspace.views.publish(user, view, call.text("hash"))}


def trigger(call: Call) -> str:
    """Newer callers may send an interactivity pointer, which is the same thing here."""
    return call.text("trigger_id") or call.required("interactivity_pointer")


def checked(view: Any, surface: Literal["modal", "home"]) -> Json:
    """The view as given, or the refusal Slack would send."""
    if problems := block_kit.problems_of_view(view, surface):
        raise ApiError.of_problems("invalid_arguments", problems)
    if len(json.dumps(view, separators=(",", ":"), ensure_ascii=False)) > VIEW_CEILING:
        raise ApiError("view_too_large")
    return dict(view)


VIEWS: Final = {
    "views.open": Method(open_view, (), 4),
    "views.push": Method(push_view, (), 4),
    "views.update": Method(update_view, (), 4),
    "views.publish": Method(publish_view, (), 4),
}
