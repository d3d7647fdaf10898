"""Answers to questions about a review: short, and made of what is stored."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from bot.domain import text
from bot.domain.answers import answer_to
from bot.domain.conversation import (
    AskHistory,
    AskMyDecisions,
    DecisionKind,
    DescribePayments,
    ListPayments,
    Medium,
    PaymentOrder,
    Question,
    ReviewFact,
    SumPayments,
    TellFact,
    Why,
)
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.people import NOBODY, Approvers
from bot.domain.policy import HumanInputMode, PastPayment, PaymentStatus
from bot.domain.review.decision import Decision
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.transaction import Transaction
from tests.domain.approvers import approvers

NOW = dt.datetime(2026, 11, 22, 12, 4, tzinfo=dt.UTC)
TODAY = NOW.date()
A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
OVER, VAGUE, ROUND = (
    Finding(source=Source.RULE, code="amount_over_limit", evidence="above the limit", severity=Severity.HIGH),
    Finding(source=Source.MODEL, code="model_vague_memo", evidence="no purpose"),
    Finding(source=Source.RULE, code="round_amount", evidence="a round sum", severity=Severity.LOW),
)


def entry(
    ref: int,
    amount: str = "12000",
    vendor: str = "Acme Corp",
    *found: Finding,
    currency: str = "USD",
    decided: DecisionKind | None = None,
    by: str = "U_BEN",
    at: dt.datetime = NOW,
    **fields: str,
) -> ReviewedTransaction:
    """A payment with its findings, and its decision where ``decided`` is given."""
    payment = Transaction(ref=ref, amount=Decimal(amount), currency=currency, vendor=vendor, **fields)
    decision = decided and Decision(
        ref=ref, kind=decided, by=by, at=at, how=Medium.BUTTON, content_hash="", reason=""
    )
    return ReviewedTransaction(
        transaction=payment, judgement=Judgement(ref=ref, findings=found), decision=decision
    )


def review(*entries: ReviewedTransaction) -> Review:
    state = ReviewState(
        team="T1",
        id="R-7K3F2",
        request="one",
        channel="C1",
        submitter="U_ANA",
        created_at=NOW,
        source="text",
        mode=HumanInputMode.ALWAYS,
        policy_version="p",
        model="policy-only",
        digest="d",
        total=len(entries),
        totals={},
    )
    return Review(state, {entry.transaction.ref: entry for entry in entries})


def told(
    question: Question,
    *entries: ReviewedTransaction,
    user: str = "U_BEN",
    approvers: Approvers = NOBODY,
    past: Sequence[PastPayment] = (),
) -> list[str]:
    """The lines of an answer that names all its payments."""
    answer = answer_to(question, review(*entries), user=user, today=TODAY, approvers=approvers, past=past)
    assert answer.refs == ()
    return answer.text.split("\n")


MANY = [
    entry(
        ref, str(1000 + ref), "Mitie" if ref % 2 else "Acme Corp", *((OVER, ROUND) if ref < 4 else (ROUND,))
    )
    for ref in range(1, 41)
]


def test_why_tells_what_was_found_in_words_and_how_grave_it_is() -> None:
    assert told(Why(refs=(2,)), entry(2, "12000", "Acme Corp", OVER, VAGUE)) == [
        "#2 USD 12,000.00 to Acme Corp was flagged: above the limit (high risk); "
        "no purpose (medium risk, says the model)."
    ]


def test_why_without_a_reference_is_about_what_is_undecided() -> None:
    lines = told(Why(), entry(1), entry(2, "5", "Acme", OVER), entry(3, "6", "Acme", OVER, decided=A))
    assert lines == ["#2 USD 5.00 to Acme was flagged: above the limit (high risk)."]
    assert told(Why(), entry(1)) == ["Nothing is undecided here."]


def test_a_payment_that_was_approved_automatically_is_said_to_be_so() -> None:
    assert told(Why(refs=(1,)), entry(1)) == [
        "#1 USD 12,000.00 to Acme Corp was approved automatically: nothing was found."
    ]


def test_what_is_told_of_a_payment_has_the_end_of_its_account() -> None:
    lines = told(
        DescribePayments(refs=(1,)), entry(1, "12", "Acme", memo="racks", account="GB29NWBK60161331926819")
    )
    assert lines == [
        "#1 USD 12.00 to Acme: approved automatically.",
        "memo: racks",
        "account: ending in 6819",
    ]


def test_several_payments_are_told_in_a_line_each() -> None:
    assert told(DescribePayments(refs=(2, 1)), entry(1), entry(2, "5", "Acme", OVER)) == [
        "#2 USD 5.00 to Acme: needs a decision. Flagged: above the limit.",
        "#1 USD 12,000.00 to Acme Corp: approved automatically.",
        "2 payments, USD 12,005.00.",
    ]


def test_a_payment_that_the_review_does_not_have_is_said_to_be_missing() -> None:
    assert told(DescribePayments(refs=(99,)), entry(1)) == ["#99 is not in this review."]
    assert told(Why(refs=(1, 98, 99)), entry(1))[-1] == "#98 and #99 are not in this review."


def test_a_list_has_what_is_undecided_with_number_and_sums() -> None:
    lines = told(
        ListPayments(), entry(3, "5", "Acme", OVER), entry(1), entry(2, "7.5", "Bolt", OVER, currency="GBP")
    )
    assert lines == [
        "#2 GBP 7.50 to Bolt",
        "#3 USD 5.00 to Acme",
        "2 undecided payments, GBP 7.50 + USD 5.00.",
    ]
    assert told(ListPayments(), entry(1)) == ["Nothing is undecided here."]


def test_a_list_of_what_nothing_is_like_says_so() -> None:
    assert told(ListPayments(refs=()), entry(1)) == ["No payment of this review is like that."]


def test_a_long_list_is_counted_and_summed_and_leads_to_the_rest() -> None:
    answer = answer_to(ListPayments(), review(*MANY), user="U_BEN", today=TODAY)
    lines = answer.text.split("\n")
    assert len(lines) == 11
    assert lines[-1] == "… and 30 more. In all 40 undecided payments, USD 40,820.00."
    assert answer.refs == tuple(range(1, 41))


def test_amounts_are_sorted_inside_their_currency_the_largest_first() -> None:
    question = ListPayments(refs=(1, 2, 3), order=PaymentOrder.AMOUNT)
    lines = told(question, entry(1, "5"), entry(2, "900", currency="GBP"), entry(3, "70"))
    assert [line[:2] for line in lines[:3]] == ["#3", "#1", "#2"]


def test_a_long_list_by_amount_shows_all_in_that_order() -> None:
    answer = answer_to(ListPayments(order=PaymentOrder.AMOUNT), review(*MANY), user="U_BEN", today=TODAY)
    assert answer.refs == tuple(range(40, 0, -1))
    assert answer.text.startswith("#40 USD 1,040.00 to Acme Corp\n#39 ")


@pytest.mark.parametrize(
    ("order", "lines"),
    [
        (PaymentOrder.VENDOR, ["Acme Corp: 20 payments, USD 20,420.00", "Mitie: 20 payments, "]),
        (PaymentOrder.RISK, ["high risk: #1, #2 and #3, USD 3,006.00", "low risk: 37 payments, "]),
        (PaymentOrder.STATE, ["needs a decision: 40 payments, USD 40,820.00"]),
        (PaymentOrder.PERSON, ["nobody yet: 40 payments, USD 40,820.00"]),
        (
            PaymentOrder.FINDING,
            [
                "round sum: 40 payments, USD 40,820.00",
                "above the limit: #1, #2 and #3, USD 3,006.00",
                "A payment with several findings stands at each of them.",
            ],
        ),
    ],
)
def test_many_payments_are_shown_in_groups(order: PaymentOrder, lines: list[str]) -> None:
    answer = answer_to(ListPayments(order=order), review(*MANY), user="U_BEN", today=TODAY)
    shown = answer.text.split("\n")
    assert shown[-1] == "40 undecided payments, USD 40,820.00."
    assert len(shown) == len(lines) + 1
    assert all(line.startswith(wanted) for line, wanted in zip(shown, lines, strict=False))
    assert sorted(answer.refs) == list(range(1, 41))


def test_few_payments_are_listed_one_by_one_with_what_they_are_sorted_by() -> None:
    few = (entry(1, "5", "Acme", ROUND), entry(2, "6", "Bolt", OVER), entry(3, "7", "Coda"))
    by_risk = told(ListPayments(refs=(1, 2, 3), order=PaymentOrder.RISK), *few)
    assert by_risk == [
        "#2 USD 6.00 to Bolt (high risk)",
        "#1 USD 5.00 to Acme (low risk)",
        "#3 USD 7.00 to Coda (nothing found): approved automatically",
        "3 payments, USD 18.00.",
    ]


def test_who_decided_is_told_without_names() -> None:
    few = (
        entry(1, "5", "Acme", OVER, decided=A),
        entry(2, "6", "Acme", OVER, decided=R, by="U_CHI"),
        entry(3, "7", "Acme", OVER),
        entry(4, "8", "Acme"),
    )
    lines = told(ListPayments(refs=(1, 2, 3, 4), order=PaymentOrder.PERSON), *few)
    assert "#1 USD 5.00 to Acme: approved (you)" in lines
    assert "#2 USD 6.00 to Acme: rejected (others, whom the card names)" in lines
    assert "#3 USD 7.00 to Acme: needs a decision (nobody yet)" in lines
    assert "#4 USD 8.00 to Acme: approved automatically (the bot)" in lines


def test_a_vendor_that_is_written_in_two_ways_is_one_group_and_its_look_alike_another() -> None:
    names = ["Acme", "ACME.", "Αcme"]  # the third begins with a Greek letter
    entries = [entry(ref, "5", names[ref % 3], OVER) for ref in range(3, 15)]
    answer = answer_to(ListPayments(order=PaymentOrder.VENDOR), review(*entries), user="U", today=TODAY)
    assert [line.split(",")[0] for line in answer.text.split("\n")[:2]] == [
        "Acme: 8 payments",
        "Αcme: 4 payments",
    ]


def test_a_total_has_the_sums_of_each_outcome() -> None:
    entries = (
        entry(1, "5"),
        entry(2, "6", "Acme", OVER, decided=A),
        entry(3, "7", "Acme", OVER, currency="GBP"),
    )
    assert told(SumPayments(), *entries) == [
        "3 payments, GBP 7.00 + USD 11.00.",
        "approved automatically: 1 payment, USD 5.00",
        "approved: 1 payment, USD 6.00",
        "needs a decision: 1 payment, GBP 7.00",
    ]
    assert told(SumPayments(refs=(3,)), *entries) == ["1 undecided payment, GBP 7.00."]


@pytest.mark.parametrize(
    ("who", "user", "words"),
    [
        (
            Approvers(frozenset({"U_BEN"}), anyone=True),
            "U_BEN",
            "Any full member of this channel may decide, ",
        ),
        (NOBODY, "U_BEN", "Nobody may decide here: the policy names no approvers."),
        (Approvers(established=False), "U_BEN", "Slack does not tell me just now "),
        (approvers("U_BEN"), "U_BEN", "Only you may decide here."),
        (approvers("U_BEN", "U_CHI", "U_ANA"), "U_BEN", "You and 1 other may decide here, "),
        (approvers("U_BEN", "U_CHI"), "U_ANA", "2 people may decide here, "),
        (approvers("U_ANA"), "U_BEN", "Nobody may decide here: "),
    ],
)
def test_who_may_decide_is_told_by_number(who: Approvers, user: str, words: str) -> None:
    (line,) = told(TellFact(what=ReviewFact.DECIDERS), entry(1), user=user, approvers=who)
    assert line.startswith(words)


def test_a_person_is_told_what_they_decided_and_when() -> None:
    entries = (
        entry(1, "5", "Acme", OVER, decided=A),
        entry(2, "6", "Acme", OVER, decided=A),
        entry(3, "7", "Acme", OVER, decided=R, at=NOW - dt.timedelta(days=2)),
        entry(4, "8", "Acme", OVER, decided=A, by="U_CHI"),
    )
    today = "Today you approved #1 and #2 here: 2 payments, USD 11.00."
    assert told(AskMyDecisions(), *entries) == [
        today,
        "On 2026-11-20 you rejected #3 here: 1 payment, USD 7.00.",
    ]
    assert told(AskMyDecisions(kind=A), *entries) == [today]
    assert told(AskMyDecisions(kind=H), *entries) == ["You have put nothing on hold in this review."]


def test_many_decisions_of_a_day_lead_to_all_of_them() -> None:
    entries = [entry(ref, "5", "Acme", OVER, decided=A) for ref in range(1, 31)]
    answer = answer_to(AskMyDecisions(), review(*entries), user="U_BEN", today=TODAY)
    assert answer.text.endswith("#20 and 10 more here: 30 payments, USD 150.00.")
    assert answer.refs == tuple(range(1, 31))


def paid(
    number: int,
    amount: str,
    vendor: str = "Initech",
    status: PaymentStatus = PaymentStatus.APPROVED,
    source: str = "R-AAAAA",
    currency: str = "USD",
) -> PastPayment:
    """A payment of an earlier review, of October 2026."""
    return PastPayment(
        name=f"#{number} of {source}",
        status=status,
        date=dt.date(2026, 10, number),
        amount=Decimal(amount),
        currency=currency,
        vendor=vendor,
    )


HISTORY = AskHistory(vendor="Initech")


def test_the_history_of_a_vendor_has_how_often_the_median_and_the_last_three() -> None:
    past = [paid(3, "480"), paid(1, "100"), paid(4, "500.50"), paid(2, "470")]
    assert told(HISTORY, past=past) == [
        "Initech was paid 4 times in this workspace: median USD 475.00, last 2026-10-04.",
        "The last 3: USD 500.50 on 2026-10-04 (#4 of R-AAAAA); USD 480.00 on 2026-10-03 (#3 of R-AAAAA); "
        "USD 470.00 on 2026-10-02 (#2 of R-AAAAA).",
    ]


def test_each_currency_of_a_vendor_has_figures_of_its_own() -> None:
    lines = told(HISTORY, past=[paid(1, "100"), paid(2, "90", currency="GBP"), paid(3, "300")])
    assert lines[:3] == [
        "Initech was paid 3 times in this workspace, in 2 currencies.",
        "Twice: median USD 200.00, last 2026-10-03.",
        "Once: median GBP 90.00, last 2026-10-02.",
    ]


def test_what_waits_and_what_stands_in_this_review_does_not_count_as_paid() -> None:
    past = [paid(1, "5", status=PaymentStatus.WAITING), paid(2, "5", source="R-7K3F2")]
    assert told(HISTORY, past=past) == ["Initech was not paid before, as far as I have records."]


def test_what_was_rejected_is_told_beside_what_was_paid() -> None:
    lines = told(HISTORY, past=[paid(1, "5"), paid(2, "6", status=PaymentStatus.REJECTED)])
    assert lines == [
        "Initech was paid once in this workspace: USD 5.00 on 2026-10-01 (#1 of R-AAAAA).",
        "Once a payment to this vendor was rejected or put on hold.",
    ]


def test_payments_to_a_look_alike_never_make_a_vendor_known() -> None:
    lines = told(AskHistory(vendor="lnitech"), past=[paid(1, "5"), paid(2, "6")])
    assert lines == [
        "lnitech was not paid before, as far as I have records.",
        "Not counted are names that look much like it: “Initech” (twice).",
    ]


def test_the_help_names_the_languages_that_replies_are_read_in() -> None:
    assert "English, Dutch, French, German" in text.CAN_SAY
