"""Submitting and closing modals, as a person."""

from __future__ import annotations

from ..api.views import checked
from ..blocks.input_values import mistakes
from ..delivery import payloads
from ..delivery.installation import Site
from ..delivery.sender import Answer
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.views import shown
from .elements import merged
from .user_actions import Refused, outcome


def open_modal(site: Site, user: str, view_id: str) -> Json:
    record = site.workspace.views.find(view_id)
    if record is None or record["user"] != user:
        raise Refused(404, "view_not_found")
    return record


async def submit(site: Site, user: str, view_id: str, values: Json, *, force: bool = False) -> Json:
    """Submit a modal. What Slack's own client would refuse does not reach the app, unless forced."""
    record = open_modal(site, user, view_id)
    site.workspace.views.enter(record, merged(site, record["view"]["blocks"], record, values))
    view = shown(record)
    wrong = dict(mistakes(view["blocks"], view["state"]["values"]))
    if wrong and not force:
        return outcome(Answer(422), {"response_action": "errors", "errors": wrong})
    payload = payloads.interaction(site.workspace, "view_submission", user, site.triggers.issue(user))
    answer = await site.hand("interactive", {**payload, "view": view, "response_urls": []})
    if not answer.ok:
        return outcome(answer)
    try:
        submitted(site, record, answer.body if isinstance(answer.body, dict) else {})
    except ApiError as refused:
        return outcome(answer, error=refused)
    return outcome(answer)


def submitted(site: Site, record: Json, said: Json) -> None:
    """What becomes of a modal that the app has taken."""
    views, user = site.workspace.views, record["user"]
    match said.get("response_action"):
        case None:
            views.close(record)
        case "clear":
            views.clear(user)
        case "update":
            views.update(record, checked(said.get("view"), "modal"))
        case "push":
            views.push(user, checked(said.get("view"), "modal"))
        case "errors":
            inputs = {block["block_id"] for block in record["view"]["blocks"] if block["type"] == "input"}
            errors = said.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                raise ApiError("invalid_response_errors")
        case _:
            raise ApiError("invalid_response_action")


async def close(site: Site, user: str, view_id: str, *, clear: bool = False) -> Json:
    """Close a modal; the app hears of it only where the view asked for that."""
    record = open_modal(site, user, view_id)
    view = shown(record)
    clear = clear or bool(view["clear_on_close"])
    if clear:
        site.workspace.views.clear(user)
    else:
        site.workspace.views.close(record)
    if not view["notify_on_close"]:
        return outcome(Answer(200))
    payload = payloads.interaction(site.workspace, "view_closed", user, None)
    return outcome(await site.hand("interactive", {**payload, "view": view, "is_cleared": clear}))
