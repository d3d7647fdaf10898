"""What somebody finds, orders, pages through and selects; and what a decision about many would do."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import DecisionKind, Medium
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.review.bulk_effect import BulkEffect, ticked_at_first
from bot.domain.review.decision import Decision
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.selection import (
    DeskOrder,
    DeskPayment,
    PaymentFilter,
    ShownRisk,
    ShownState,
    by_finding,
    by_vendor,
    desk_payment,
    found,
    page_of,
    sums,
)
from bot.domain.transaction import Transaction

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH
APPROVED, REJECTED, HELD = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
AT = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def entry(
    ref: int,
    amount: str,
    vendor: str,
    *found_: tuple[str, Severity],
    decided: DecisionKind | None = None,
    **fields: object,
) -> ReviewedTransaction:
    payment = {"ref": ref, "amount": Decimal(amount), "currency": "USD", "vendor": vendor, **fields}
    findings = tuple(
        Finding(source=Source.RULE, code=code, evidence="", severity=severity) for code, severity in found_
    )
    decision = (
        Decision(ref=ref, kind=decided, by="U_BEN", at=AT, how=Medium.BUTTON, content_hash="")
        if decided
        else None
    )
    return ReviewedTransaction(
        transaction=Transaction.model_validate(payment),
        judgement=Judgement(ref=ref, findings=findings),
        decision=decision,
    )


# In the card's order, the riskiest first.
ENTRIES = (
    entry(3, "48000", "Initech", ("amount_over_limit", HIGH), row=9, date=dt.date(2026, 11, 3)),
    entry(1, "12000", "Acme Corp", ("amount_over_limit", HIGH), ("round_amount", LOW), row=2),
    entry(5, "300", "ACME CORP", ("duplicate_payment", HIGH), decided=HELD, memo="Chairs, second floor"),
    entry(2, "-2000", "Globex", ("refund_without_original", MEDIUM), row=3, date=dt.date(2026, 11, 1)),
    entry(4, "5000", "Hooli", ("round_amount", LOW), row=5, currency="EUR"),
    entry(6, "70", "Globex", ("vague_memo", MEDIUM), decided=APPROVED, invoice="INV-77"),
    entry(7, "71", "Globex", ("vague_memo", MEDIUM), decided=REJECTED),
)
PAYMENTS = tuple(desk_payment(one, place) for place, one in enumerate(ENTRIES))


def refs(payments: Sequence[DeskPayment]) -> list[int]:
    return [payment.ref for payment in payments]


def taken(order: DeskOrder = DeskOrder.RANK, **wanted: object) -> list[int]:
    return refs(found(PAYMENTS, PaymentFilter().but(**wanted), order))


def test_at_first_everything_that_can_be_decided_is_shown_the_riskiest_first() -> None:
    assert taken() == [3, 1, 5, 2, 4], "a held payment can be decided too"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ShownState.UNDECIDED, [3, 1, 2, 4]),
        (ShownState.HELD, [5]),
        (ShownState.APPROVED, [6]),
        (ShownState.REJECTED, [7]),
        (ShownState.ANY, [3, 1, 5, 2, 4, 6, 7]),
    ],
)
def test_payments_are_found_by_how_they_stand(state: ShownState, expected: list[int]) -> None:
    assert taken(state=state) == expected


def test_payments_are_found_by_the_risk_of_their_worst_finding() -> None:
    assert taken(risk=ShownRisk.HIGH) == [3, 1, 5]
    assert taken(risk=ShownRisk.NOT_HIGH) == [2, 4]
    assert taken(risk=ShownRisk.MEDIUM) == [2]
    assert taken(risk=ShownRisk.LOW) == [4]


def test_payments_are_found_by_finding_vendor_and_amount_together() -> None:
    assert taken(finding="round_amount") == [1, 4]
    assert taken(vendor="acme corp") == [1, 5], "however the name is written"
    assert taken(least=Decimal(2000), most=Decimal(12000)) == [1, 2, 4], "a refund by its size"
    assert taken(finding="round_amount", most=Decimal(5000)) == [4]


def test_payments_are_found_by_words_of_what_they_say() -> None:
    assert taken(words="second CHAIRS") == [5]
    assert taken(words="#4") == [4]
    assert taken(words="inv-77", state=ShownState.ANY) == [6]
    assert taken(words="12000") == [1]
    assert taken(words="nobody") == []


def test_payments_stand_in_the_order_that_is_asked_for() -> None:
    assert taken(DeskOrder.AMOUNT) == [3, 1, 2, 5, 4], "inside a currency, the one of most payments first"
    assert taken(DeskOrder.VENDOR) == [1, 5, 2, 4, 3]
    assert taken(DeskOrder.ROW) == [1, 2, 4, 3, 5], "what has no row stands last"
    assert taken(DeskOrder.DATE) == [2, 3, 1, 5, 4]


def test_by_rank_a_duplicate_stands_with_the_one_that_it_repeats() -> None:
    twice = Finding(source=Source.RULE, code="duplicate_payment", evidence="", severity=HIGH, about=("#3",))
    shown = [entry(1, "900", "Acme", ("amount_over_limit", HIGH)), entry(2, "5", "Globex", ("x", LOW))]
    shown += [entry(3, "5", "Hooli", ("x", LOW)), entry(4, "5", "Hooli", ("x", HIGH))]
    repeat = shown[3].model_copy(update={"judgement": Judgement(ref=4, findings=(twice,))})
    by_rank = [desk_payment(one, place) for place, one in enumerate((shown[0], repeat, *shown[1:3]))]
    assert [one.ref for one in found(by_rank, PaymentFilter())] == [1, 3, 4, 2]
    assert [one.ref for one in found(by_rank, PaymentFilter(risk=ShownRisk.HIGH))] == [1, 4]
    assert [one.ref for one in found(by_rank, PaymentFilter(), DeskOrder.ROW)] == [1, 2, 3, 4]


def test_a_page_that_is_not_there_any_more_is_the_last_one() -> None:
    page = page_of(PAYMENTS, 9, size=3)
    assert (page.number, page.pages, refs(page.shown)) == (2, 3, [7])
    assert (page_of([], 4).number, page_of([], 4).pages) == (0, 1)


@given(st.integers(0, 90), st.integers(-3, 50), st.integers(1, 20))
def test_the_pages_together_hold_each_payment_once(count: int, number: int, size: int) -> None:
    payments = [PAYMENTS[0]] * count
    pages = page_of(payments, number, size).pages
    assert sum(len(page_of(payments, each, size).shown) for each in range(pages)) == count
    assert 0 <= page_of(payments, number, size).number < pages


def test_findings_and_vendors_are_offered_with_their_number_the_most_first() -> None:
    assert by_finding(PAYMENTS)[:3] == [("amount_over_limit", 2), ("round_amount", 2), ("vague_memo", 2)]
    assert by_vendor(PAYMENTS)[:2] == [("globex", "Globex", 3), ("acme corp", "Acme Corp", 2)]


def test_sums_are_kept_apart_by_currency() -> None:
    assert sums(PAYMENTS[:5]) == {"EUR": Decimal(5000), "USD": Decimal(58300)}


def test_an_approval_takes_of_high_risk_only_what_is_ticked_by_name() -> None:
    waiting = PAYMENTS[:5]
    effect = BulkEffect(APPROVED, waiting, ticked_at_first(APPROVED, waiting))
    assert refs(effect.taken) == [2, 4]
    assert (effect.left, refs(effect.high_risk)) == (3, [3, 1, 5])
    assert not effect.needs_reason
    ticked = BulkEffect(APPROVED, waiting, {1})
    assert refs(ticked.taken) == [1, 2, 4]
    assert ticked.needs_reason, "high risk is approved with a reason"
    assert refs(ticked.largest) == [1, 4, 2]


def test_a_tick_for_what_was_not_selected_takes_nothing() -> None:
    assert refs(BulkEffect(APPROVED, PAYMENTS[3:5], {3, 99}).taken) == [2, 4]


@pytest.mark.parametrize("kind", [REJECTED, HELD])
def test_a_rejection_and_a_hold_take_all_at_first_and_need_a_reason(kind: DecisionKind) -> None:
    effect = BulkEffect(kind, PAYMENTS[:5], ticked_at_first(kind, PAYMENTS[:5]))
    assert refs(effect.taken) == [3, 1, 5, 2, 4]
    assert effect.needs_reason
    assert BulkEffect(kind, PAYMENTS[3:5]).needs_reason
