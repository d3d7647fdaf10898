"""Proposals and long answers in the thread: what is read before anybody confirms it."""

import json
from typing import Any

import pytest

from bot.domain.conversation import (
    Change,
    Correct,
    DecisionKind,
    DecisionRequest,
    Exit,
    Medium,
    Party,
    Skip,
    Turn,
    TurnKind,
)
from bot.domain.review.decision import Proposal
from bot.sandbox.blocks.validation import problems_of, problems_of_view, too_long
from handlers.views.button_value import ButtonValue, MalformedPayload
from handlers.views.forms import EVERYTHING_PAGE, turn_view
from handlers.views.thread import message
from tests.handlers.views.test_card import LONGEST, NOW, entry, review_state

APPROVAL = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(2, 5)),)


def bot_turn(text: str, form: TurnKind = TurnKind.PROPOSAL, refs: tuple[int, ...] = ()) -> Turn:
    return Turn(
        who=Party.FINANCE_BOT, how=Medium.API, text=text, at=NOW, form=form, proposal="P-7", seq=8, refs=refs
    )


def proposal(reading: Any = APPROVAL) -> Proposal:
    return Proposal(id="P-7", by="U_REVIEWER", words="approve 2 and 5", reading=reading)


def buttons(blocks: list[dict[str, Any]]) -> dict[str, str]:
    """The buttons of a message: action and what each carries."""
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return {button["action_id"]: button["value"] for row in rows for button in row}


def words(blocks: list[dict[str, Any]]) -> str:
    return "\n".join(block["text"]["text"] for block in blocks if block["type"] == "section")


def test_a_proposal_shows_each_payment_on_a_line_and_how_it_is_answered() -> None:
    text = (
        "I understood: approve 2 payments, USD 24,000.00.\n#2 USD 12,000.00 to Acme\n#5 USD 12,000.00 to *Bo*"
    )
    state = review_state(proposal=proposal())
    _, blocks = message(state, [bot_turn(text)], [])
    assert words(blocks) == text
    value = f"R-7K3F2:P-7:{state.content_token}"
    assert buttons(blocks) == {"confirm": value, "edit": value, "cancel": value}
    assert problems_of(blocks, "message") == []


@pytest.mark.parametrize(
    "reading", [Skip(), Exit(), Correct(changes=(Change(refs=(2,), kind=DecisionKind.HELD),))]
)
def test_what_has_no_payments_to_choose_is_not_edited(reading: object) -> None:
    _, blocks = message(review_state(proposal=proposal(reading)), [bot_turn("I understood: exit.")], [])
    assert list(buttons(blocks)) == ["confirm", "cancel"]


def test_where_only_some_are_named_all_can_be_looked_at_whether_or_not_it_still_stands() -> None:
    turn = bot_turn("I understood: approve 270 payments.", refs=tuple(range(1, 271)))
    _, standing = message(review_state(proposal=proposal()), [turn], [])
    _, replaced = message(review_state(), [turn], [])
    assert list(buttons(standing)) == ["confirm", "edit", "cancel", "show_all"]
    assert buttons(standing)["show_all"] == "R-7K3F2:8:"
    assert list(buttons(replaced)) == ["show_all"]


@pytest.mark.parametrize("form", [TurnKind.PLAIN, TurnKind.MODEL])
def test_a_long_answer_shows_all_and_a_short_one_has_no_button(form: TurnKind) -> None:
    _, long = message(review_state(), [bot_turn("270 payments.", form, refs=(4, 2))], [])
    _, short = message(review_state(), [bot_turn("2 payments.", form)], [])
    assert buttons(long) == {"show_all": "R-7K3F2:8:"}
    assert buttons(short) == {}
    assert problems_of(long, "message") == []


@pytest.mark.parametrize("char", ["x", "株", "😀", '"', "\u202e", "&"])
def test_no_payment_of_a_long_proposal_is_left_out_of_it(char: str) -> None:
    lines = [f"#{ref} USD 500.00 to {char * 200}: {char * 80}" for ref in range(1, 22)]
    turn = bot_turn("\n".join(["I understood: approve 21 payments.", *lines]), refs=(1, 2))
    _, blocks = message(review_state(proposal=proposal()), [turn], [])
    assert all(f"#{ref} USD 500.00 to " in words(blocks) for ref in range(1, 22))
    assert problems_of(blocks, "message") == []
    assert not too_long(blocks)
    assert len(json.dumps(blocks)) < 13_200
    assert "confirm" in buttons(blocks)


def test_all_payments_of_a_turn_are_shown_in_its_order_a_page_at_a_time() -> None:
    turn = bot_turn("270 payments.", refs=tuple(range(270, 0, -1)))
    shown = [entry(ref, "😀" * 500, LONGEST, decided=True) for ref in turn.refs[:EVERYTHING_PAGE]]
    first = turn_view(review_state(), turn, shown, 0)
    last = turn_view(review_state(), turn, shown[:30], 6)
    for view in (first, last, turn_view(review_state(), turn, shown, 3)):
        assert problems_of_view(view, "modal") == []
    assert buttons(first["blocks"]) == {"show_all_next": "R-7K3F2:8-1:"}
    assert buttons(last["blocks"]) == {"show_all_previous": "R-7K3F2:8-5:"}
    assert first["blocks"][0]["elements"][0]["text"] == "270 payments"
    assert words(first["blocks"]).startswith("#270 USD 12,000.00 to W")
    assert "Page 7 of 7" in json.dumps(last)


def test_a_button_leads_to_a_turn_and_a_page_of_it() -> None:
    assert ButtonValue("R-7K3F2", "8").turn_and_page == (8, 0)
    assert ButtonValue("R-7K3F2", "8-2").turn_and_page == (8, 2)
    for item in ("", "x", "8-x", "-2", "8-1-2", "123456"):
        with pytest.raises(MalformedPayload):
            _ = ButtonValue("R-7K3F2", item).turn_and_page
