"""The form that edits what was understood, held against Slack's limits by the sandbox's own checks."""

import json
from typing import Any

import pytest

from bot.application.look import OpenProposal
from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.sandbox.blocks.validation import problems_of_view
from handlers.inbound.edited_proposal import edited_proposal, requests_of
from handlers.views.button_value import ButtonValue
from handlers.views.proposal_form import field_name, proposal_form, references
from tests.handlers.views.test_card import entry

BUTTON = ButtonValue("R-7K3F2", "P-7", "abc")
LONGEST_VIEW = 250_000


def request(kind: DecisionKind, *refs: int, reason: str = "") -> DecisionRequest:
    return DecisionRequest(kind=kind, refs=refs, reason=reason)


def opened(count: int, *requests: DecisionRequest, vendor: str = "Acme Corp") -> OpenProposal:
    return OpenProposal(requests, tuple(entry(ref, vendor=vendor) for ref in range(1, count + 1)))


def fields(view: dict[str, Any]) -> dict[str, Any]:
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def test_a_part_for_each_decision_has_its_payments_chosen_and_its_reason() -> None:
    view = proposal_form(
        BUTTON,
        opened(
            4,
            request(DecisionKind.APPROVED, 1, 3, reason="as agreed"),
            request(DecisionKind.REJECTED, 2, reason="no PO"),
            request(DecisionKind.REJECTED, 4),
        ),
    )
    assert view is not None
    assert problems_of_view(view, "modal") == []
    found = fields(view)
    assert list(found) == [
        *("approved 1", "approved 1 reason", "rejected 2", "rejected 2 reason"),
        *("rejected 3", "rejected 3 reason"),
    ]
    menu = found["approved 1"]
    assert [option["text"]["text"] for option in menu["options"]][:2] == [
        "#1 USD 12,000.00 to Acme Corp",
        "#2 USD 12,000.00 to Acme Corp",
    ]
    assert [option["value"] for option in menu["initial_options"]] == ["1", "3"]
    assert found["approved 1 reason"]["initial_value"] == "as agreed"
    assert "initial_value" not in found["rejected 3 reason"]
    assert ButtonValue.decode(view["private_metadata"]) == BUTTON


def test_a_part_whose_payments_were_all_decided_since_has_none_chosen() -> None:
    view = proposal_form(BUTTON, opened(2, request(DecisionKind.HELD)))
    assert view is not None
    assert problems_of_view(view, "modal") == []
    assert "initial_options" not in fields(view)["held 1"]


def test_over_a_hundred_payments_are_edited_as_text() -> None:
    view = proposal_form(BUTTON, opened(101, request(DecisionKind.APPROVED, 2, 5, *range(7, 13), 101)))
    assert view is not None
    assert problems_of_view(view, "modal") == []
    assert fields(view)["approved 1"]["initial_value"] == "2, 5, 7-12, 101"
    assert "2, 5, 7-12" in view["blocks"][1]["hint"]["text"]


def test_a_range_stands_for_the_undecided_payments_in_it() -> None:
    waiting = tuple(entry(ref) for ref in (2, 4, 8, 16, 32))
    assert references((2, 4, 8, 32), waiting) == "2-8, 32"
    assert references((2, 4), waiting) == "2, 4"
    assert references((), waiting) == ""


def test_what_the_form_shows_is_read_back_as_what_was_proposed() -> None:
    refs = tuple(ref for ref in range(1, 401) if ref % 7)
    view = proposal_form(BUTTON, opened(400, request(DecisionKind.REJECTED, *refs, reason="no PO")))
    assert view is not None
    values = {
        block: {element["action_id"]: {"value": element.get("initial_value")}}
        for block, element in fields(view).items()
    }
    body = {"view": {"private_metadata": view["private_metadata"], "state": {"values": values}}}
    assert requests_of(edited_proposal(body).parts, range(1, 401)) == (
        request(DecisionKind.REJECTED, *refs, reason="no PO"),
    )


@pytest.mark.parametrize("char", ["x", "😀", '"', "\u202e", "<!here>"])
@pytest.mark.parametrize(("count", "parts"), [(100, 3), (6, 45), (101, 45)])
def test_the_largest_forms_are_within_slacks_limits(char: str, count: int, parts: int) -> None:
    requests = [
        request(DecisionKind.REJECTED, *range(1, count + 1), reason=f"{place} {char * 800}")
        for place in range(parts)
    ]
    view = proposal_form(BUTTON, opened(count, *requests, vendor=(char * 200)[:200]))
    assert view is not None
    assert problems_of_view(view, "modal") == []
    assert len(json.dumps(view, ensure_ascii=False)) < LONGEST_VIEW


def test_what_no_form_can_hold_has_none() -> None:
    many = [request(DecisionKind.REJECTED, ref, reason=f"no {ref}") for ref in range(1, 47)]
    assert proposal_form(BUTTON, opened(46, *many)) is None
    scattered = request(DecisionKind.APPROVED, *range(1, 4000, 2))
    assert proposal_form(BUTTON, opened(4000, scattered)) is None


def test_a_field_is_named_by_its_decision_and_place() -> None:
    assert field_name(DecisionKind.REJECTED, 2) == "rejected 2"
