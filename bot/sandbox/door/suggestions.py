"""The options of a select menu that asks the app for them (`external_select`), as a person types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..blocks.checks import Problem, array
from ..blocks.composition_objects import OPTION, OPTION_GROUP
from ..blocks.input_values import find_element
from ..delivery import payloads
from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.errors import ApiError
from .answers import DoorError, door_answer
from .element_actions import ElementPlace

EXTERNAL: Final = frozenset({"external_select", "multi_external_select"})
SHORTEST_QUERY: Final = 3  # docs.slack.dev: the default of `min_query_length`


async def suggest_options(installation: Installation, user: str, place: ElementPlace, fields: Json) -> Json:
    """Ask the app for the options of a menu; the door's answer has its `options` or `option_groups`.

    `fields` are `action_id`, `block_id` and what was typed as `value`. The app hears nothing of a text that
    is shorter than the menu asks for. Raises DoorError where there is no such menu.
    """
    found = find_element(place.blocks, fields["action_id"], fields.get("block_id"))
    if found is None or found[1]["type"] not in EXTERNAL:
        raise DoorError(404, "no_such_element")
    block, element = found
    typed = str(fields.get("value") or "")
    if len(typed) < element.get("min_query_length", SHORTEST_QUERY):
        return {"ok": True, "status": 200, "ms": 0, "response": {"options": []}}
    payload = payloads.interaction_payload(installation.workspace, "block_suggestion", user, None)
    payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
    payload |= {**place.context, **place.view_as_seen(installation.workspace)}
    result = await installation.send_interaction("interactive", payload)
    if not result.ok:
        return door_answer(result)
    try:
        return door_answer(result, _checked(result.body))
    except ApiError as error:
        return door_answer(result, error=error)


def _checked(body: Any) -> Json:
    """The options of an answer. Raises ApiError for an answer that Slack would not show."""
    given = body if isinstance(body, dict) else {}
    if problems := list(_problems(given)):
        raise ApiError.of_problems("invalid_options", problems)
    return {key: given[key] for key in ("options", "option_groups") if key in given}


def _problems(given: Json) -> Iterator[Problem]:
    if "options" not in given and "option_groups" not in given:
        yield Problem("/options", "missing required field: options")
    if "options" in given:
        yield from array(OPTION, 0, 100)(given["options"], "/options")
    if "option_groups" in given:
        yield from array(OPTION_GROUP, 0, 100)(given["option_groups"], "/option_groups")
