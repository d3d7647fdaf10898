"""What a person chose or typed in block elements, as Slack hands it to an app."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..slack_json import Json
from .elements import elements_of, with_children

FileLookup = Callable[[str], Json | None]

# element type -> (key of the value in an action or a state, key of the initial value)
VALUE_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
}
# Elements that never stand in `state.values`.
STATELESS: Final = frozenset({"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"})
UNANSWERED: Final = "Please complete this required field."


class ValueNotOffered(ValueError):
    """A value that the element does not offer."""


def options_of(element: Json) -> list[Json]:
    """The options of a select menu, whether in groups or not."""
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options") or []]


def value_of(element: Json, given: Any, files: FileLookup) -> Any:
    """A value as given at the door, in Slack's form: options are found by their value, files by their id.

    Raises ValueNotOffered for an option or file that there is not.
    """
    key = VALUE_KEYS.get(element["type"], ("value", ""))[0]
    if isinstance(given, dict) and key in given:
        given = given[key]
    if key == "selected_option":
        return None if given in (None, "") else _option(element, given)
    if key == "selected_options":
        return [_option(element, value) for value in _as_list(given)]
    if key == "files":
        return [_file(value, files) for value in _as_list(given)]
    if key.startswith("selected_") and key.endswith("s"):
        return _as_list(given)
    if key == "value":
        return str(given) if given not in (None, "") else None
    return given if given != "" else None


def _as_list(given: Any) -> list[Any]:
    if given in (None, ""):
        return []
    return given if isinstance(given, list) else [given]


def _option(element: Json, given: Any) -> Json:
    wanted = given.get("value") if isinstance(given, dict) else given
    for option in options_of(element):
        if option["value"] == wanted:
            return option
    if element["type"].endswith("external_select") and isinstance(given, dict):
        return given
    raise ValueNotOffered(f"no such option: {wanted}")


def _file(given: Any, files: FileLookup) -> Json:
    file = files(given["id"] if isinstance(given, dict) else str(given))
    if file is None:
        raise ValueNotOffered(f"no such file: {given}")
    return file


def state_entry(element: Json, value: Any) -> Json:
    """One value as it stands in `state.values`."""
    key = VALUE_KEYS.get(element["type"], ("value", ""))[0]
    return {"type": element["type"], key: value}


def state_values(blocks: list[Json], entered: Mapping[str, Mapping[str, Any]]) -> Json:
    """The `state.values` of a message or view: what was entered, else the initial values of the elements."""
    values: dict[str, Json] = {}
    for block in with_children(blocks):
        for element in elements_of(block):
            if element["type"] in STATELESS:
                continue
            block_id, action_id = block["block_id"], element["action_id"]
            first = initial_value(element)
            value = entered.get(block_id, {}).get(action_id, first)
            values.setdefault(block_id, {})[action_id] = state_entry(element, value)
    return values


def current_conversations(blocks: list[Json], channel: str) -> dict[str, dict[str, Any]]:
    """What Slack's client fills in for `default_to_current_conversation`: the channel the person is in."""
    filled: dict[str, dict[str, Any]] = {}
    for block in with_children(blocks):
        for element in elements_of(block):
            if element.get("default_to_current_conversation"):
                value = [channel] if element["type"].startswith("multi_") else channel
                filled.setdefault(block["block_id"], {})[element["action_id"]] = value
    return filled


def initial_value(element: Json) -> Any:
    """What an element holds before anybody touches it; an empty list where it holds several values."""
    key, first = VALUE_KEYS.get(element["type"], ("value", "initial_value"))
    empty: Any = [] if key.endswith("s") else None
    return element.get(first, empty)


def find_element(blocks: list[Json] | None, action_id: str, block_id: str | None) -> tuple[Json, Json] | None:
    """The block and element with these ids; the first with the action id where no block is named."""
    for block in with_children(blocks or []):
        if block_id is not None and block["block_id"] != block_id:
            continue
        for element in elements_of(block):
            if element["action_id"] == action_id:
                return block, element
    return None


def input_errors(blocks: list[Json], values: Json) -> Iterator[tuple[str, str]]:
    """What Slack's own client refuses before it submits a modal: pairs of block id and reason."""
    for block in with_children(blocks):
        if block["type"] != "input":
            continue
        element = block["element"]
        entry = values[block["block_id"]][element["action_id"]]
        value = next(value for key, value in entry.items() if key != "type")
        if value in (None, "", []):
            if not block.get("optional"):
                yield block["block_id"], UNANSWERED
        elif reason := _value_error(element, value):
            yield block["block_id"], reason


def _value_error(element: Json, value: Any) -> str | None:
    if isinstance(value, str):
        return _length_error(element, value)
    return _files_error(element, value) if element["type"] == "file_input" else None


def _files_error(element: Json, files: list[Json]) -> str | None:
    if len(files) > element.get("max_files", 10):
        return f"Please add at most {element.get('max_files', 10)} files."
    endings = [ending.lower().removeprefix(".") for ending in element.get("filetypes") or []]
    if endings and any(file["name"].rpartition(".")[2].lower() not in endings for file in files):
        return f"Please add files of these types only: {', '.join(endings)}."
    return None


def _length_error(element: Json, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Please enter at most {element.get('max_length', 3000)} characters."
    return None
