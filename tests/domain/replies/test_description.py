"""Descriptions against hostile vendors' names and unsure amounts: they ask, and never widen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Decide, Unclear
from bot.domain.replies.description import describe, may_describe
from bot.domain.replies.payment import FlaggedPayment


def payments(*rows: tuple[int, str, str, str]) -> list[FlaggedPayment]:
    return [FlaggedPayment(ref, vendor, Decimal(amount), currency) for ref, vendor, amount, currency in rows]


ORDINARY = payments((1, "Acme Corp", "12000", "USD"), (2, "Initech", "500", "USD"))


def meant(text: str, among: list[FlaggedPayment]) -> tuple[int, ...] | str | None:
    found = describe(text, among)
    if isinstance(found, Decide):
        return found.asks[0].refs
    return found.question if isinstance(found, Unclear) else None


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        ("approve the all one", "all"),
        ("approve the everything one", "everything"),
        ("approve everything except me", "all"),
        ("approve the 2 one", "2"),
        ("approve the payment one", "payment one"),
        ("approve please", "please"),
        ("approve it", "approve it please"),
        ("approve under", "under 5k"),
    ],
)
def test_a_vendor_named_like_a_command_cannot_be_named_by_it(text: str, vendor: str) -> None:
    assert meant(text, [*ORDINARY, *payments((9, vendor, "70000", "USD"))]) is None


@pytest.mark.parametrize("vendor", ["everything except me", "all", "Everything under 5k", "2", "and", "9-12"])
def test_such_a_vendor_changes_nothing_of_what_others_are_called(vendor: str) -> None:
    among = [*ORDINARY, *payments((9, vendor, "70000", "USD"))]
    assert meant("approve the Initech one", among) == (2,)
    assert meant("approve everything under 5k", among) == (2,)


@pytest.mark.parametrize(
    "vendor", ["Аcme Corp", "Acme Corp Holdings", "4cme Corp", "acme\u200bcorp acme corp"]
)
def test_a_name_like_the_one_meant_makes_it_a_question(vendor: str) -> None:
    asked = meant("approve the Acme Corp one", [*ORDINARY, *payments((9, vendor, "70000", "USD"))])
    assert isinstance(asked, str)
    assert "#1 USD 12,000.00 to Acme Corp" in asked
    assert "#9" in asked


def test_only_a_look_alike_is_asked_about_too() -> None:
    among = payments((9, "Іnitech", "70000", "USD"), (1, "Globex", "1", "USD"))
    assert "Please look again: #9" in str(meant("approve the Initech one", among))


def test_several_payments_of_one_vendor_are_taken_together_only_where_all_are_asked_for() -> None:
    among = [*ORDINARY, *payments((3, "Initech", "900", "USD"))]
    assert "Several payments may be meant: #2 USD 500.00 to Initech, #3" in str(
        meant("approve Initech", among)
    )
    assert meant("approve all Initech payments", among) == (2, 3)
    assert meant("approve both", ORDINARY) == (1, 2)
    assert "3 payments are undecided" in str(meant("approve both", among))


def test_with_several_currencies_no_amount_is_compared() -> None:
    among = [*ORDINARY, *payments((3, "Globex", "100", "EUR"))]
    for text in ("approve everything under 5k", "approve everything under USD 5k", "approve the 12k one"):
        assert "in EUR and USD, so please name them" in str(meant(text, among))


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("approve everything under 500", (3,)),
        ("approve everything up to 500", (2, 3)),
        ("approve everything over 500", (1, 4)),
        ("approve everything of at least 500", (1, 2, 4)),
    ],
)
def test_a_limit_counts_where_its_word_says_so_and_a_refund_by_its_size(
    text: str, refs: tuple[int, ...]
) -> None:
    among = [*ORDINARY, *payments((3, "Globex", "-499.99", "USD"), (4, "Globex", "-9000", "USD"))]
    assert meant(text, among) == refs


def test_nothing_is_described_where_nothing_is_undecided() -> None:
    for text in ("approve all but 4", "approve the Acme one", "approve everything under 5k", "approve both"):
        assert may_describe(text)
        assert not isinstance(describe(text, []), Decide)


names = st.text(min_size=1, max_size=30) | st.sampled_from(
    ["all", "everything", "under 5k", "Initech", "except", "2", "and Initech", "Initech under 5k", "payments"]
)


@given(st.lists(names, max_size=6))
def test_no_name_of_any_vendor_widens_what_is_meant(vendors: list[str]) -> None:
    others = [FlaggedPayment(ref, name, Decimal(9000), "USD") for ref, name in enumerate(vendors, start=10)]
    among = [*ORDINARY, *others]
    assert meant("approve the Acme Corp one", among) == (1,) or isinstance(
        meant("approve the Acme Corp one", among), str
    )
    assert meant("approve everything under 5k", among) == (2,)
    assert meant("approve all but 1", among) == (2, *range(10, 10 + len(vendors)))
    named = meant("approve Initech and Acme Corp", among)
    assert named is None or isinstance(named, str) or named == (1, 2)


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        ("approve the first one", "First Bank"),
        ("approve the smallest one", "Smallest Ltd"),
        ("approve the last payment", "Last Minute Tours"),
        ("genehmige die letzte", "Letzte Meile GmbH"),
        ("approve this one", "This & That"),
        ("approve the other one", "The Other Shop"),
    ],
)
def test_words_that_point_name_no_vendor(text: str, vendor: str) -> None:
    there = [
        FlaggedPayment(1, "Acme Corp", Decimal(500), "USD"),
        FlaggedPayment(2, vendor, Decimal(900), "USD"),
    ]
    assert not isinstance(describe(text, there), Decide)


def test_an_inverted_range_leaves_nothing_out_and_so_nothing_is_proposed() -> None:
    there = [FlaggedPayment(ref, "Acme Corp", Decimal(500), "USD") for ref in (1, 2, 3, 5)]
    assert isinstance(describe("approve all except 5-1", there), Unclear)
