"""What people chose, ticked and typed in the desk and its forms."""

from dataclasses import dataclass
from typing import Any

from handlers.inbound.payloads import Place, place_of_action, values_of, within
from handlers.views.button_value import MalformedPayload, whole_number


@dataclass(frozen=True, slots=True)
class DeskAction:
    """A used element of a modal that was opened for a review or for a decision about many.

    ``of`` is what the modal carries, ``view_id`` the modal, ``value`` what a button has or a menu was set to.
    ``ticked`` and ``offered`` are references: of the check marks of the element that was used.
    """

    place: Place
    action_id: str
    view_id: str
    of: str
    value: str
    ticked: frozenset[int]
    offered: frozenset[int]


def desk_action(body: dict[str, Any]) -> DeskAction:
    """The use of an element; raises ``MalformedPayload`` where it is none of a modal of ours."""
    view = within(body, "view")
    action = within({"action": (body.get("actions") or [None])[0]}, "action")
    ticked = _refs(action.get("selected_options"))
    return DeskAction(
        place=place_of_action(body),
        action_id=str(action.get("action_id") or ""),
        view_id=str(view.get("id") or ""),
        of=str(view.get("private_metadata") or ""),
        value=str(action.get("value") or within(action, "selected_option").get("value") or ""),
        ticked=ticked,
        offered=ticked | _offered(view, str(action.get("block_id") or "")),
    )


@dataclass(frozen=True, slots=True)
class BulkForm:
    """The page of a decision about many, submitted: which of the ``offered`` are ``ticked``, and a reason."""

    place: Place
    bulk_id: str
    below: str
    ticked: frozenset[int]
    offered: frozenset[int]
    reason: str


def bulk_form(body: dict[str, Any]) -> BulkForm:
    """What was ticked and typed when the page was submitted."""
    view, values = within(body, "view"), values_of(body)
    ticked: set[int] = set()
    for block in values:
        ticked |= _refs(within(values, block, "bulk_tick").get("selected_options"))
    offered = {ref for block in view.get("blocks") or () for ref in _offered(view, block.get("block_id"))}
    suggested = within(values, "suggested", "suggested", "selected_option", "text").get("text")
    typed = within(values, "reason", "reason").get("value")
    reason = "; ".join(filter(None, (str(suggested or "").strip(), str(typed or "").strip())))
    return BulkForm(
        place=place_of_action(body),
        bulk_id=str(view.get("private_metadata") or ""),
        below=str(view.get("previous_view_id") or ""),
        ticked=frozenset(ticked),
        offered=frozenset(offered),
        reason=reason[:300],
    )


def ten_refs(value: str) -> tuple[int, ...]:
    """The up to ten references that a button ticks; raises ``MalformedPayload`` for anything else."""
    refs = tuple(whole_number(ref) for ref in value.split(","))
    if len(refs) > 10:
        raise MalformedPayload("more than ten at once")
    return refs


def typed_fields(body: dict[str, Any]) -> dict[str, Any]:
    """What was typed in a form whose fields have one element of their own name each."""
    values = values_of(body)
    return {name: within(values, name, name).get("value") for name in values}


def _offered(view: dict[str, Any], block_id: str | None) -> frozenset[int]:
    """References of the check marks in a block."""
    found: set[int] = set()
    for block in view.get("blocks") or ():
        if block.get("block_id") == block_id:
            for element in (*(block.get("elements") or ()), block.get("accessory")):
                if isinstance(element, dict) and element.get("type") == "checkboxes":
                    found |= _refs(element.get("options"))
    return frozenset(found)


def _refs(options: Any) -> frozenset[int]:
    values = (option.get("value") for option in options or () if isinstance(option, dict))
    return frozenset(whole_number(str(value)) for value in values)
