"""The modal with a page of flagged payments, held against Slack's limits by the sandbox's own checks."""

import json

import pytest

from bot.application.look import FlaggedPage
from bot.domain.conversation import DecisionKind
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewStatus
from bot.sandbox.blocks.validation import problems_of_view
from handlers.views.card import PAGE
from handlers.views.flagged_page import flagged_page_view
from handlers.views.sentences import sentence_on_page
from tests.handlers.views.test_card import LONGEST, WORST_MEMOS, entry, review_state


def page(number: int, *, next_open: int | None = None, **changes: object) -> FlaggedPage:
    first = number * PAGE + 1
    entries = {ref: entry(ref) for ref in range(first, first + PAGE)}
    return FlaggedPage(Review(review_state(**changes), entries), number, 10, next_open)


def buttons(shown: FlaggedPage) -> dict[str, str]:
    """Text and value of the buttons below the payments, whose value leads to a page."""
    block = flagged_page_view(shown)["blocks"][-1]
    return {element["text"]["text"]: element["value"].split(":")[1] for element in block["elements"]}


@pytest.mark.parametrize("memo", WORST_MEMOS)
@pytest.mark.parametrize("decided", [False, True])
def test_a_page_and_a_refusal_on_top_are_within_slacks_limits(memo: str, decided: bool) -> None:
    shown = {ref: entry(ref, memo, LONGEST, decided) for ref in range(1, PAGE + 1)}
    standing = tuple(found.decision for found in shown.values() if isinstance(found.decision, Decision))
    _, notice = sentence_on_page(RequestResult(Outcome.ALREADY_DECIDED, already=standing))
    view = flagged_page_view(FlaggedPage(Review(review_state(), shown), 3, 10, 8), notice)
    assert problems_of_view(view, "modal") == []
    assert "<!channel>" not in [part.get("text") for part in view["blocks"] if part["type"] == "mrkdwn"]


def test_pages_lead_to_those_beside_them_and_to_the_next_with_something_undecided() -> None:
    assert buttons(page(0)) == {"Next page": "1"}
    assert buttons(page(9)) == {"Previous page": "8"}
    assert buttons(page(4, next_open=5)) == {"Previous page": "3", "Next page": "5"}
    assert buttons(page(4, next_open=3)) == {"Previous page": "3", "Next page": "5"}
    assert buttons(page(4, next_open=0)) == {
        "Previous page": "3",
        "Next page": "5",
        "Next undecided: page 1": "0",
    }


@pytest.mark.parametrize("status", [ReviewStatus.ASSESSING, ReviewStatus.CLOSED])
def test_nothing_can_be_decided_on_a_page_of_a_review_that_does_not_wait(status: ReviewStatus) -> None:
    shown = json.dumps(flagged_page_view(page(1, status=status)))
    assert '"approve"' not in shown
    assert '"approve"' in json.dumps(flagged_page_view(page(1)))


def test_decisions_show_as_on_the_card() -> None:
    shown = {ref: entry(ref, decided=ref == 9) for ref in range(9, 17)}
    assert shown[9].decision is not None
    assert shown[9].decision.kind is DecisionKind.REJECTED
    blocks = flagged_page_view(FlaggedPage(Review(review_state(undecided=60), shown), 1, 10, 2))["blocks"]
    assert [block["block_id"] for block in blocks if block["type"] == "actions"] == [
        *(f"transaction {ref}" for ref in range(10, 17)),
        "pages",
    ]
    assert "*Rejected* by <@U_REVIEWER>" in json.dumps(blocks)
    assert "53 undecided on other pages" in json.dumps(blocks, ensure_ascii=False)
