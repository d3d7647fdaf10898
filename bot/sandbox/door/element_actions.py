"""A person's use of an element of a message, a modal or a Home tab: a click, a choice, a date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..blocks.elements import elements_of, with_children
from ..blocks.input_values import STATELESS, VALUE_KEYS, ValueNotOffered, find_element, state_values, value_of
from ..delivery import payloads
from ..delivery.installation import Installation
from ..delivery.sender import DeliveryResult
from ..slack_json import Json
from ..workspace.state import Workspace
from ..workspace.views import view_with_state
from .answers import DoorError, door_answer

EnteredValues = dict[str, dict[str, Any]]  # {block_id: {action_id: value}}


@dataclass(frozen=True)
class ElementPlace:
    """Where an element stands: in a message or a view.

    `context` and `response` are the payload's fields that name the place; `record` is an open modal's (see
    `Views`), None for a message or a Home tab; `home_of` is whose Home tab it is, None elsewhere.
    """

    blocks: list[Json]
    context: Json
    response: Json = field(default_factory=dict)
    record: Json | None = None
    channel: str | None = None
    home_of: str | None = None
    hash: str | None = None

    def view_as_seen(self, workspace: Workspace) -> Json:
        """The payload's `view`, with its state as it is by now; empty for a message."""
        if self.record is not None:
            return {"view": view_with_state(self.record)}
        return {} if self.home_of is None else {"view": workspace.views.home(self.home_of)}


def place_in_message(installation: Installation, user: str, channel: str, ts: str) -> ElementPlace:
    """A message that the person can see. Raises DoorError where there is none."""
    message = installation.workspace.message(channel, ts)
    if message is None or message["ephemeral_to"] not in (None, user):
        raise DoorError(404, "message_not_found")
    context: Json = {
        "container": payloads.message_container(message),
        "channel": payloads.channel_ref(installation.workspace, channel),
    }
    if not message["ephemeral_to"]:
        context["message"] = payloads.message_payload(installation.workspace, message)
    response = {"response_url": installation.response_url(user, channel, ts)}
    return ElementPlace(message["blocks"] or [], context, response, channel=channel)


def place_in_view(installation: Installation, user: str, view_id: str) -> ElementPlace:
    """A modal that the person has open, or the person's Home tab. Raises DoorError where there is none."""
    views = installation.workspace.views
    container = {"container": {"type": "view", "view_id": view_id}}
    record = views.find(view_id)
    if record is not None and record["user"] == user:
        return ElementPlace(record["view"]["blocks"], container, {}, record, hash=record["view"]["hash"])
    home = views.homes.get(user)
    if home is None or home["id"] != view_id:
        raise DoorError(404, "view_not_found")
    return ElementPlace(home["blocks"], container, home_of=user, hash=home["hash"])


async def use_element(installation: Installation, user: str, place: ElementPlace, fields: Json) -> Json:
    """Use one element; the door's answer.

    `fields` are `action_id`, `block_id`, `value` or `selected`, and `values` entered elsewhere in the same
    place, of which those that an update took away are left out where `hash` is that of a view before it.
    With `force` an element is used that is not there (any more), as an outdated client does.
    Raises DoorError for an element that is not there, ValueNotOffered for a value it does not have.
    """
    workspace = installation.workspace
    block, element = _element(place, fields)
    value = _chosen_value(installation, element, fields)
    given, before = fields.get("values") or {}, _entered_before(installation, place)
    outdated = fields.get("hash") not in (None, place.hash)
    entered = merge_values(installation, place.blocks, before, given, outdated=outdated)
    if element["type"] not in STATELESS:
        entered.setdefault(block["block_id"], {})[element["action_id"]] = value
    if place.record is not None:
        workspace.views.enter(place.record, entered)
    elif place.home_of is not None:
        workspace.views.enter_at_home(place.home_of, entered)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return door_answer(DeliveryResult(200))
    key = VALUE_KEYS.get(element["type"], ("value", ""))[0]
    action = payloads.action_payload(element, block["block_id"], value, key, workspace.timestamps.next())
    trigger_id = installation.trigger_ids.issue(user, place.channel)
    payload = payloads.interaction_payload(workspace, "block_actions", user, trigger_id)
    payload |= {**place.context, **place.response, "actions": [action]}
    payload |= place.view_as_seen(workspace)
    if "view" not in payload:
        payload["state"] = {"values": state_values(place.blocks, entered)}
    return door_answer(await installation.send_interaction("interactive", payload))


def _element(place: ElementPlace, fields: Json) -> tuple[Json, Json]:
    """The block and element that the fields name; made up from the fields where they `force` it."""
    block_and_element = find_element(place.blocks, fields["action_id"], fields.get("block_id"))
    if block_and_element is not None:
        return block_and_element
    if not fields.get("force"):
        raise DoorError(404, "no_such_element")
    block = {"type": "actions", "block_id": fields.get("block_id") or "gone"}
    element = {"type": fields.get("type") or "button", "action_id": fields["action_id"]}
    return block, element | ({"value": fields["value"]} if "value" in fields else {})


def _chosen_value(installation: Installation, element: Json, fields: Json) -> Any:
    given = fields.get("selected", fields.get("value"))
    if element["type"] in STATELESS - {"overflow"}:
        return given if given is not None else element.get("value")
    return value_of(element, given, installation.workspace.files.get)


def _entered_before(installation: Installation, place: ElementPlace) -> Json:
    """What was entered in a modal or on a Home tab before; a message remembers nothing."""
    if place.record is not None:
        entered: Json = place.record["entered"]
        return entered
    return {} if place.home_of is None else installation.workspace.views.entered_at_home(place.home_of)


def merge_values(
    installation: Installation, blocks: list[Json], before: Json, given: Json, *, outdated: bool = False
) -> EnteredValues:
    """What was entered in a view `before`, with what is given now as `{name: value}`.

    A name is that of a block, with a value for each of its actions or for its only one, or of an action.
    Raises DoorError for a name that is not there, ValueNotOffered for a value that an element does not have;
    from an `outdated` view, which whoever is quicker than an update still sees, both are left out instead.
    """
    entered: EnteredValues = {block_id: dict(values) for block_id, values in before.items()}
    for name, values in given.items():
        try:
            for block, element, value in _named_elements(blocks, name, values):
                block_values = entered.setdefault(block["block_id"], {})
                block_values[element["action_id"]] = value_of(
                    element, value, installation.workspace.files.get
                )
        except (DoorError, ValueNotOffered):
            if not outdated:
                raise
    return entered


def _named_elements(blocks: list[Json], name: str, values: Any) -> list[tuple[Json, Json, Any]]:
    """Block, element and value of each element that a name and what is given for it mean."""
    block = next((block for block in with_children(blocks) if block["block_id"] == name), None)
    if block is not None:
        elements = {element["action_id"]: element for element in elements_of(block)}
        if isinstance(values, dict) and values and set(values) <= set(elements):
            return [(block, elements[action_id], value) for action_id, value in values.items()]
        if len(elements) == 1:
            return [(block, next(iter(elements.values())), values)]
    block_and_element = find_element(blocks, name, None)
    if block_and_element is None:
        raise DoorError(404, "no_such_element")
    return [(*block_and_element, values)]
