"""The form that edits a proposal, as it comes back from Slack."""

from typing import Any

import pytest

from bot.domain.conversation import DecisionKind, DecisionRequest
from handlers.inbound.edited_proposal import NOTHING_NAMED, EditedPart, edited_proposal, requests_of
from handlers.views.button_value import MalformedPayload

OPEN = [2, 3, 5, 7, 8, 11]


def part(references: str, kind: str = "approved", place: int = 1, reason: str = "") -> EditedPart:
    return EditedPart(f"{kind} {place}", DecisionKind(kind), references, reason)


def submitted(values: object) -> dict[str, Any]:
    return {"view": {"private_metadata": "R-7K3F2:P-7:abc", "state": {"values": values}}}


def chosen(*refs: int) -> dict[str, Any]:
    return {"references": {"selected_options": [{"value": str(ref)} for ref in refs]}}


def test_menus_and_text_are_read_alike_and_in_the_order_of_the_form() -> None:
    form = edited_proposal(
        submitted(
            {
                "rejected 10": {"references": {"value": " 5, 7-8 "}},
                "rejected 10 reason": {"reason": {"value": "no PO "}},
                "approved 2": chosen(2, 3),
                "approved 2 reason": {"reason": {"value": None}},
                "something else": {"references": {"value": "1"}},
            }
        )
    )
    assert (form.button.review, form.button.item) == ("R-7K3F2", "P-7")
    assert form.parts == (part("2, 3", place=2), part("5, 7-8", "rejected", 10, "no PO"))


@pytest.mark.parametrize("fields", [None, "x", {}, {"references": "x"}, {"references": {"value": None}}])
def test_a_part_that_was_emptied_names_nothing(fields: object) -> None:
    assert edited_proposal(submitted({"approved 1": fields})).parts == (part(""),)


@pytest.mark.parametrize("values", [None, {}, [], {"approved": {}}, {"paid 1": {}}, {"approved 100": {}}])
def test_a_form_without_a_part_is_malformed(values: object) -> None:
    with pytest.raises(MalformedPayload):
        edited_proposal(submitted(values))


def test_a_form_without_a_proposal_is_malformed() -> None:
    with pytest.raises(MalformedPayload):
        edited_proposal({"view": {"private_metadata": "C1", "state": {"values": {"approved 1": {}}}}})


@pytest.mark.parametrize(
    ("typed", "refs"),
    [
        ("2, 5", (2, 5)),
        ("#2 #5;7", (2, 5, 7)),
        ("5-8", (5, 7, 8)),
        ("#5 – #8, 2", (2, 5, 7, 8)),
        ("1-99999", (2, 3, 5, 7, 8, 11)),
        (" 3 ,", (3,)),
    ],
)
def test_references_and_ranges_are_what_waits_in_them(typed: str, refs: tuple[int, ...]) -> None:
    asked = requests_of([part(typed, reason="ok")], OPEN)
    assert asked == (DecisionRequest(kind=DecisionKind.APPROVED, refs=refs, reason="ok"),)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("4", "No payment waits for a decision under 4."),
        ("2, 12-99", "No payment waits for a decision under 12-99."),
        ("8-5", "No payment waits for a decision under 8-5."),
        ("2, 2", "#2 is named twice."),
        ("2-5, 3-7", "#3 and #5 are named twice."),
        ("two", "“two” is no reference. Please write them as 2, 5, 7-12."),
        ("123456", "“123456” is no reference. Please write them as 2, 5, 7-12."),
        ("2-3-5", "“2-3-5” is no reference. Please write them as 2, 5, 7-12."),
        ("٢", "“٢” is no reference. Please write them as 2, 5, 7-12."),
        ("", NOTHING_NAMED),
        (" , ", NOTHING_NAMED),
    ],
)
def test_what_is_wrong_is_said_at_its_field(typed: str, says: str) -> None:
    assert requests_of([part(typed)], OPEN) == {"approved 1": says}


def test_a_part_that_names_nothing_is_taken_away_but_not_all_of_them() -> None:
    parts = [part("", "approved", 1), part("3", "held", 2, "PO")]
    assert requests_of(parts, OPEN) == (DecisionRequest(kind=DecisionKind.HELD, refs=(3,), reason="PO"),)
    assert requests_of([part(""), part("", "held", 2)], OPEN) == {"approved 1": NOTHING_NAMED}


def test_one_payment_stands_in_one_part_alone() -> None:
    parts = [part("2-5"), part("3, 7", "rejected", 2), part("99", "held", 3)]
    assert requests_of(parts, OPEN) == {
        "rejected 2": "#3 is named further up already.",
        "held 3": "No payment waits for a decision under 99.",
    }
