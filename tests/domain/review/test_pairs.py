"""Which payments stand together on a card, and what is noted of a vendor's past when it is judged."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.policy import VendorPast, judge_by_policy, vendor_pasts
from bot.domain.policy.config import Policy
from bot.domain.review.audit_entries import judged, judgement_in
from bot.domain.review.ranking import Rank, pair_of, pairs_together, ranked
from bot.store.codec import rank_of, rank_text
from tests.domain.payments import TODAY, batch, before, day, findings, pay
from tests.domain.review.test_review import NOW


def test_a_duplicate_names_the_payment_that_it_repeats_here_and_elsewhere() -> None:
    twice = batch(pay(400, invoice="INV-7", on=3), pay(400, invoice="INV-7", on=4))
    assert findings(twice, "duplicate_payment")[2].about == ("#1",)
    past = before(pay(400, invoice="INV-7", on=1))
    found = findings([pay(400, invoice="INV-7", on=4)], "duplicate_payment", past)
    assert found[1].about == ("#1 of R-AAAAA",), "without what became of it"
    assert found[1].refs == ()


def test_the_trail_keeps_what_a_finding_is_about_and_one_without_reads_as_it_did() -> None:
    about = Finding(source=Source.RULE, code="duplicate_payment", evidence="as #1", about=("#1", "#4 of R-B"))
    without = Finding(source=Source.RULE, code="vague_memo", evidence="nothing")
    (entry,) = judged([Judgement(ref=2, findings=(without, about))], NOW)
    assert judgement_in(2, entry).findings == (without, about)
    (plain,) = judged([Judgement(ref=2, findings=(without,))], NOW)
    assert "about" not in plain.detail
    assert "about" not in without.model_dump_json(), "by whose hash decisions name what they are about"


def test_a_pair_is_one_of_this_review_and_of_a_finding_that_repeats() -> None:
    def judgement(code: str, *names: str) -> Judgement:
        return Judgement(ref=3, findings=(Finding(source=Source.RULE, code=code, evidence="x", about=names),))

    assert pair_of(judgement("duplicate_payment", "#9 of R-AAAAA", "#2")) == 2
    assert pair_of(judgement("duplicate_payment", "#9 of R-AAAAA")) == 0
    assert pair_of(judgement("split_payment", "#1", "#2")) == 0


def test_a_vendors_past_is_what_was_approved_under_its_own_name() -> None:
    history = before(*(pay(amount, on=on) for amount, on in ((380, 1), (400, 12), (420, 9))))
    pasts = vendor_pasts(["ACME corp", "Acme Corporation", "Globex"], history)
    assert pasts["ACME corp"] == VendorPast(3, Decimal(400), "GBP", day(12))
    assert pasts["Globex"] == VendorPast()


def test_a_rank_is_stored_with_pair_and_past_and_old_ones_are_read() -> None:
    past = VendorPast(14, Decimal("400.00"), "GBP", date(2026, 10, 12))
    for rank in (
        Rank(2, 6.1, Severity.HIGH, 1.2, 3, 1, 1, past),
        Rank(2, 6.1, Severity.HIGH, None, 3, 1, 0, VendorPast()),
        Rank(2, 6.1, Severity.HIGH, None, 3, 1, 7),
        Rank(2, 6.1, Severity.HIGH, None, 3, 1),
    ):
        assert rank_of(rank_text(rank)) == rank
    assert rank_of("2 6.1 high - 3 1") == Rank(2, 6.1, Severity.HIGH, None, 3, 1)


def test_a_card_order_carries_both() -> None:
    rows = batch(pay(40_000, invoice="INV-7", on=3), pay(40_000, invoice="INV-7", on=4))
    judgements = judge_by_policy(Policy.from_toml(""), rows, None, TODAY)
    pasts = vendor_pasts(["Acme Corp"], before(pay(400)))
    ranks = {rank.ref: rank for rank in ranked(zip(rows, judgements, strict=True), lambda _: None, pasts)}
    assert (ranks[2].pair, ranks[1].pair) == (1, 0)
    assert ranks[1].past == VendorPast(1, Decimal(400), "GBP", day(15))


def together(pairs: dict[int, int]) -> list[int]:
    """References in the order of ``pairs``, each with the one that it repeats, as they stand together."""
    return pairs_together(list(pairs), lambda ref: ref, lambda ref: pairs[ref])


def test_what_is_repeated_stands_in_front_of_all_its_repeats_and_all_else_keeps_its_place() -> None:
    assert together({5: 0, 2: 9, 7: 8, 9: 0, 1: 0}) == [5, 9, 2, 7, 1]
    assert together({4: 0, 1: 0, 6: 1, 2: 4, 3: 4}) == [4, 2, 3, 1, 6]
    assert together({2: 4, 1: 0, 4: 0, 3: 4}) == [4, 2, 3, 1], "wherever the first of them would stand"
    assert together({}) == []


@given(st.permutations(range(1, 12)), st.lists(st.integers(0, 11), min_size=11, max_size=11))
def test_each_payment_stands_there_once_whatever_repeats_what(order: list[int], repeats: list[int]) -> None:
    pairs = {ref: repeat if repeat != ref else 0 for ref, repeat in zip(order, repeats, strict=True)}
    assert sorted(together(pairs)) == sorted(order)
