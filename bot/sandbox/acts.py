"""What a person does in the workspace, delivered to the app, and what the app's answer brings about."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any, Final

from . import payloads
from .api_files import share
from .api_views import checked
from .blocks import elements_of
from .cast import BOT_USER
from .delivery import Answer
from .errors import ApiError
from .inputs import STATELESS, VALUE_KEYS, find_element, mistakes, state_values, value_of
from .responses import acknowledged
from .shapes import Json
from .site import Site
from .views import shown

MARKUP: Final = re.compile(r"(<[@#!][^<>]+>|<https?://[^<>]+>)")
LINK: Final = re.compile(r"https?://[^\s<>]+")
Entered = dict[str, dict[str, Any]]


class Refused(Exception):
    """An act that is not possible here: an HTTP status and a code for whoever tried it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Surface:
    """Where an action happens: a message, or a view (an open modal or a Home tab)."""

    blocks: list[Json]
    context: Json
    response: Json = field(default_factory=dict)
    record: Json | None = None
    channel: str | None = None


def outcome(answer: Answer, response: Any = None, error: ApiError | None = None) -> Json:
    """The door's answer to one act."""
    said = error.body() if error is not None else answer.body if response is None else response
    return {
        "ok": answer.ok and error is None,
        "status": answer.status,
        "ms": answer.ms,
        "response": said or {},
    }


# --- talking ---------------------------------------------------------------------------------------


def as_typed(site: Site, text: str, *, links: bool = True) -> str:
    """A person's text as Slack hands it on: names linked, `&<>` escaped, markup left alone."""
    people = {name: user for user, name in site.workspace.users.items()}
    pieces = MARKUP.split(text)
    for index in range(0, len(pieces), 2):
        plain = pieces[index].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        plain = LINK.sub(lambda found: f"<{found[0]}>", plain) if links else plain
        named = re.compile(r"(?<![\w@])@(" + "|".join(map(re.escape, people)) + r")\b")
        pieces[index] = named.sub(lambda found: f"<@{people[found[1]]}>", plain)
    return "".join(pieces)


async def say(
    site: Site,
    user: str,
    channel: str,
    text: str,
    thread_ts: str | None = None,
    files: list[Json] | None = None,
) -> Json:
    """A message; answered when the app has acknowledged every event that comes of it."""
    if thread_ts is not None:
        parent = site.workspace.message(channel, thread_ts)
        if parent is None or parent["ephemeral_to"]:
            raise Refused(404, "thread_not_found")
        thread_ts = parent["thread_ts"] or thread_ts
    attached = share(site, files or [], channel)
    message = site.workspace.post(channel, user, as_typed(site, text), thread_ts=thread_ts, files=attached)
    events = payloads.message_events(site.workspace, message)
    return outcome(await sent(site, events), {"channel": channel, "ts": message["ts"]})


async def edit(site: Site, user: str, channel: str, ts: str, text: str) -> Json:
    """A person's edit of their own message."""
    message = site.workspace.message(channel, ts)
    if message is None or message["user"] != user:
        raise Refused(404, "message_not_found")
    event_ts = site.workspace.timestamps.next()
    edited = {"user": user, "ts": event_ts}
    before = site.workspace.change(message, text=as_typed(site, text), edited=edited)
    event = payloads.message_changed(site.workspace, message, before, event_ts)
    return outcome(await sent(site, [event]), {"channel": channel, "ts": ts})


async def sent(site: Site, events: list[Json]) -> Answer:
    """The worst answer among several events, with the longest wait."""
    answers = await asyncio.gather(*(site.send_event(event) for event in events))
    worst = max(answers, key=lambda answer: answer.status)
    return Answer(worst.status, max(answer.ms for answer in answers), worst.body)


async def command(site: Site, user: str, channel: str, name: str, text: str) -> Json:
    """A slash command; what the app acknowledges with is shown to the person."""
    payload = payloads.slash_command(
        site.workspace,
        user,
        channel,
        name,
        as_typed(site, text, links=False),
        site.triggers.issue(user, channel),
        site.response_url(user, channel),
    )
    answer = await site.delivery.send("commands", payload)
    try:
        if answer.ok:
            acknowledged(site, user, channel, answer.body)
    except ApiError as refused:
        return outcome(answer, error=refused)
    return outcome(answer)


async def shortcut(site: Site, user: str, channel: str, ts: str, callback_id: str) -> Json:
    """A message shortcut."""
    stored = site.workspace.message(channel, ts)
    if stored is None or stored["ephemeral_to"]:
        raise Refused(404, "message_not_found")
    payload = payloads.interaction(site.workspace, "message_action", user, site.triggers.issue(user, channel))
    payload |= {
        "callback_id": callback_id,
        "message_ts": ts,
        "action_ts": site.workspace.timestamps.next(),
        "channel": payloads.channel_ref(site.workspace, channel),
        "message": payloads.message(site.workspace, stored),
        "response_url": site.response_url(user, channel, ts if stored["user"] == BOT_USER else None),
    }
    return outcome(await site.delivery.send("interactive", payload))


async def open_home(site: Site, user: str) -> Json:
    site.workspace.open_direct(user)
    return outcome(await site.send_event(payloads.home_opened(site.workspace, user)))


# --- acting on elements ----------------------------------------------------------------------------


def surface_of_message(site: Site, user: str, channel: str, ts: str) -> Surface:
    stored = site.workspace.message(channel, ts)
    if stored is None or stored["ephemeral_to"] not in (None, user):
        raise Refused(404, "message_not_found")
    context: Json = {
        "container": payloads.message_container(stored),
        "channel": payloads.channel_ref(site.workspace, channel),
    }
    if not stored["ephemeral_to"]:
        context["message"] = payloads.message(site.workspace, stored)
    response = {"response_url": site.response_url(user, channel, ts)}
    return Surface(stored["blocks"] or [], context, response, channel=channel)


def surface_of_view(site: Site, user: str, view_id: str) -> Surface:
    record = site.workspace.views.find(view_id)
    if record is not None and record["user"] == user:
        return Surface(
            record["view"]["blocks"], {"container": {"type": "view", "view_id": view_id}}, {}, record
        )
    home = site.workspace.views.homes.get(user)
    if home is None or home["id"] != view_id:
        raise Refused(404, "view_not_found")
    return Surface(home["blocks"], {"container": {"type": "view", "view_id": view_id}, "view": home})


async def act(site: Site, user: str, surface: Surface, asked: Json) -> Json:
    """Use one element: a click, a choice, a date."""
    found = find_element(surface.blocks, asked["action_id"], asked.get("block_id"))
    if found is None:
        if not asked.get("force"):
            raise Refused(404, "no_such_element")
        found = {"type": "actions", "block_id": asked.get("block_id") or "gone"}, forced_element(asked)
    block, element = found
    value = chosen(site, element, asked)
    entered: Entered = merged(site, surface.blocks, surface.record, asked.get("values") or {})
    if element["type"] not in STATELESS:
        entered.setdefault(block["block_id"], {})[element["action_id"]] = value
    if surface.record is not None:
        site.workspace.views.enter(surface.record, entered)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return outcome(Answer(200))
    key = VALUE_KEYS.get(element["type"], ("value", ""))[0]
    done = payloads.action(element, block["block_id"], value, key, site.workspace.timestamps.next())
    payload = payloads.interaction(
        site.workspace, "block_actions", user, site.triggers.issue(user, surface.channel)
    )
    payload |= {**surface.context, **surface.response, "actions": [done]}
    if surface.record is not None:
        payload["view"] = shown(surface.record)
    else:
        payload["state"] = {"values": state_values(surface.blocks, entered)}
    return outcome(await site.delivery.send("interactive", payload))


def forced_element(asked: Json) -> Json:
    element = {"type": asked.get("type") or "button", "action_id": asked["action_id"]}
    return element | ({"value": asked["value"]} if "value" in asked else {})


def chosen(site: Site, element: Json, asked: Json) -> Any:
    given = asked.get("selected", asked.get("value"))
    if element["type"] in STATELESS - {"overflow"}:
        return given if given is not None else element.get("value")
    return value_of(element, given, site.workspace.files.get)


def merged(site: Site, blocks: list[Json], record: Json | None, given: Json) -> Entered:
    """What was entered before with what is given now, as `{block_id: {action_id: value}}`."""
    before = record["entered"] if record is not None else {}
    entered: Entered = {block_id: dict(values) for block_id, values in before.items()}
    for name, value in given.items():
        for block, element, one in addressed(blocks, name, value):
            slot = entered.setdefault(block["block_id"], {})
            slot[element["action_id"]] = value_of(element, one, site.workspace.files.get)
    return entered


def addressed(blocks: list[Json], name: str, value: Any) -> list[tuple[Json, Json, Any]]:
    """What `name: value` speaks of: a block with its actions, a block of one element, or an action."""
    block = next((each for each in blocks if each["block_id"] == name), None)
    elements = {each["action_id"]: each for each in elements_of(block)} if block is not None else {}
    if block is not None and isinstance(value, dict) and value and set(value) <= set(elements):
        return [(block, elements[action_id], one) for action_id, one in value.items()]
    if block is not None and len(elements) == 1:
        return [(block, next(iter(elements.values())), value)]
    found = find_element(blocks, name, None)
    if found is None:
        raise Refused(404, "no_such_element")
    return [(*found, value)]


# --- modals ----------------------------------------------------------------------------------------


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
    answer = await site.delivery.send("interactive", {**payload, "view": view, "response_urls": []})
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
    return outcome(await site.delivery.send("interactive", {**payload, "view": view, "is_cleared": clear}))
