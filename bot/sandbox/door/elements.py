"""Using an element of a message, a modal or a Home tab, as a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..blocks.input_values import STATELESS, VALUE_KEYS, find_element, state_values, value_of
from ..blocks.validation import elements_of
from ..delivery import payloads
from ..delivery.installation import Site
from ..delivery.sender import Answer
from ..slack_json import Json
from ..workspace.views import shown
from .user_actions import Refused, outcome

Entered = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Surface:
    """Where an action happens: a message, or a view (an open modal or a Home tab)."""

    blocks: list[Json]
    context: Json
    response: Json = field(default_factory=dict)
    record: Json | None = None
    channel: str | None = None


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
    return outcome(await site.hand("interactive", payload))


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
