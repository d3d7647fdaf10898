"""Home, lists and direct messages, at their longest, held against Slack's published limits."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.application.overview import Found, FoundPayment, ListedReview, Overview
from bot.domain.conversation import DecisionKind
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.search import Query
from bot.domain.text import submitter as words
from bot.domain.text.overview import age, outcomes, waiting
from bot.sandbox.blocks.validation import problems_of, problems_of_view, too_long
from handlers.views.home import home_view
from handlers.views.overview import found_blocks, message_of, mine_blocks
from handlers.views.submitter import end_message, standing_message
from tests.handlers.views.test_card import LONGEST, NOW, WORST_MEMOS, entry, review_state

LINK = "https://example.slack.com/archives/C_FINANCE/p1764000000000100"
MANY = {code: Decimal("1234567890.12") for code in ("AUD", "CAD", "CHF", "EUR", "GBP", "JPY", "SEK", "USD")}


def listed(number: int = 0, **changes: object) -> ListedReview:
    state = review_state(id=f"R-{number:05}", totals=MANY, sums={"undecided": MANY, "held": MANY}, **changes)
    return ListedReview(state, "1764000000.000100")


def overview(size: int) -> Overview:
    reviews = tuple(listed(number) for number in range(size))
    return Overview(NOW + timedelta(days=2), True, reviews, size, reviews, reviews[: size // 2])


def found(size: int, vendor: str = LONGEST) -> Found:
    payments = tuple(FoundPayment(listed(), entry(ref, vendor=vendor)) for ref in range(1, size + 1))
    return Found(Query(text=vendor), payments, more=True)


@pytest.mark.parametrize("size", [0, 1, 20])
def test_home_at_its_longest_is_within_slacks_limits(size: int) -> None:
    links = {f"R-{number:05}": LINK for number in range(size)}
    assert problems_of_view(home_view(overview(size), links), "home") == []
    assert problems_of_view(home_view(overview(size), links, found(size // 2)), "home") == []


def test_lists_and_what_was_found_fit_in_a_message() -> None:
    for blocks in (
        message_of("Yours", mine_blocks(overview(20).mine, {}), "none")[1],
        found_blocks(found(10), {}),
    ):
        assert problems_of(blocks, "message") == []
        assert not too_long(blocks)


@pytest.mark.parametrize("vendor", [memo[:200] or "-" for memo in WORST_MEMOS])
def test_what_people_wrote_is_plain_text_in_what_was_found(vendor: str) -> None:
    payment, review = found_blocks(found(1, vendor), {})[:2]
    assert payment["text"]["type"] == "plain_text"
    assert review == found_blocks(found(1, "Acme Corp"), {})[1], "no word of theirs stands in markup"


@pytest.mark.parametrize("memo", WORST_MEMOS)
def test_a_direct_message_of_500_flagged_is_within_slacks_limits(memo: str) -> None:
    held = entry(1, memo, LONGEST, decided=True)
    assert held.decision
    on_hold = held.decision.model_copy(update={"kind": DecisionKind.HELD})
    kinds = [
        held,
        held.model_copy(update={"decision": on_hold}),
        entry(1, memo, LONGEST),
        held.model_copy(update={"withdrawn": True}),
        held.model_copy(update={"decision": None, "closed": True}),
    ]
    flagged = [kind for kind in kinds for _ in range(100)]
    state = review_state(source=memo[:150] or "x", totals=MANY, left_out=5)
    for _, blocks in (standing_message(state, flagged, LINK), end_message(state, flagged)):
        assert problems_of(blocks, "message") == []
        assert not too_long(blocks)


def state(**changes: object) -> ReviewState:
    values = {"total": 14, "judged": 14, "flagged": 4, "undecided": 0, "totals": {"USD": Decimal(100)}}
    return review_state(**values | changes)


def test_the_end_says_how_many_and_how_much() -> None:
    sums = {"approved": {"USD": Decimal(20)}, "rejected": {"USD": Decimal(10)}}
    decided = state(approved=3, rejected=1, sums=sums, concluded=True)
    assert words.end(decided) == "R-7K3F2 is decided: 13 approved (USD 90.00), 1 rejected (USD 10.00)."
    closed = state(approved=1, undecided=2, held=1, status=ReviewStatus.CLOSED)
    assert words.end(closed) == "R-7K3F2 is closed: 11 approved, 3 not approved."
    again = state(approved=3, undecided=1)
    assert not words.is_over(again)
    assert words.end(again).startswith(
        "R-7K3F2 was opened again: 10 approved automatically, 3 approved, 1 needs"
    )


def test_what_waits_is_told_with_its_sums_and_its_age() -> None:
    one = state(undecided=1, approved=3, sums={"undecided": {"USD": Decimal("12.50")}}, high_risk=1)
    line = waiting(one, NOW + timedelta(hours=3))
    assert line == "1 of 14 payments waits · USD 12.50 · 1 high risk · submitted 3 hours ago"
    old = state(undecided=3, held=1)
    assert waiting(old, NOW) == "4 of 14 payments wait · 1 on hold · submitted just now"


def test_what_became_of_payments_is_told_without_zeros() -> None:
    assert outcomes(state(undecided=2, held=1, rejected=1)) == (
        "10 approved automatically, 1 rejected, 1 on hold, 2 need a decision"
    )
    assert outcomes(state(held=4, status=ReviewStatus.CLOSED)) == "10 approved automatically, 4 not approved"
    assert outcomes(state(status=ReviewStatus.ASSESSING)) == "14 assessed so far"


@pytest.mark.parametrize(
    ("passed", "in_words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(days=40), "40 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(passed: timedelta, in_words: str) -> None:
    assert age(NOW, NOW + passed) == in_words


def test_only_what_is_known_is_named() -> None:
    nothing: list[ReviewedTransaction] = []
    _, blocks = standing_message(state(undecided=4), nothing, "")
    assert "open_card" not in str(blocks)
