"""Payments corrected and withdrawn by whoever brought them: only while open, counted, and never unflagged."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.judgement import RECOMMENDED_CODE, Finding, Judgement, Severity, Source
from bot.domain.review.amending import MOST_CORRECTIONS, amend, withdraw
from bot.domain.review.amendment import Amendment
from bot.domain.review.consistency import followed
from bot.domain.review.decision import Proposal
from bot.domain.review.judged_again import BEFORE, judged_anew
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewStatus, totals
from bot.domain.review.transition import Actor
from bot.domain.review.versions import changes_in_words
from bot.domain.text import refusal, withdrawn
from bot.domain.transaction import Transaction
from tests.domain.review.test_review import APPROVERS, FLAGGED, NOW, answered, review

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
PEOPLE = ["U_ANA", "U_BEN", "U_DOV"]


def by(user: str) -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text="", now=NOW + timedelta(minutes=1))


def after(now: Review, answer: RequestResult) -> Review:
    """The review as the step leaves it."""
    if answer.transition is None:
        return now
    step, entries = answer.transition, dict(now.entries)
    for decision in step.decisions:
        entries[decision.ref] = entries[decision.ref].model_copy(update={"decision": decision})
    for amendment in step.amendments:
        entry = entries[amendment.ref]
        change: dict[str, object] = {"withdrawal": amendment}
        if amendment.payment is not None:
            change = {
                "transaction": amendment.payment,
                "earlier": (*entry.earlier, entry.transaction),
                "amended": amendment,
            }
        entries[amendment.ref] = entry.model_copy(update=change)
    return Review(
        step.state,
        {
            ref: entry.model_copy(update={"rejudging": ref in step.state.rejudging})
            for ref, entry in entries.items()
        },
    )


def cheaper(payment: Transaction) -> Transaction:
    return payment.model_copy(update={"amount": payment.amount - 3000})


def corrected(now: Review, ref: int = 2, user: str = "U_ANA", version: int = 1) -> RequestResult:
    return amend(now, ref, version, cheaper, by(user))


def with_status(status: ReviewStatus) -> Review:
    now = review()
    return replace(now, state=now.state.but(status=status))


def test_what_is_open_is_withdrawn_by_whoever_brought_it_and_counted_on_its_own() -> None:
    now = after(review(), answered(review(), "U_BEN", (DecisionRequest(kind=H, refs=(4,)),)))
    answer = withdraw(now, (2, 4), by("U_ANA"))
    assert (answer.outcome, answer.refs) == (Outcome.RECORDED, (2, 4))
    state = after(now, answer).state
    assert (state.withdrawn, state.undecided, state.held, state.waiting) == (2, 2, 0, 2)
    assert answer.transition is not None
    assert [(entry.event, entry.detail["ref"]) for entry in answer.transition.audit] == [
        ("withdrawn", 2),
        ("withdrawn", 4),
    ]
    assert withdrawn(answer).startswith("#2 and #4 were withdrawn by whoever brought them.")


def test_what_is_withdrawn_is_neither_decided_nor_withdrawn_again() -> None:
    now = after(review(), withdraw(review(), (2,), by("U_ANA")))
    assert answered(now, "U_BEN", (DecisionRequest(kind=A, refs=(2, 4)),)).outcome is Outcome.WITHDRAWN
    every = answered(now, "U_BEN", (DecisionRequest(kind=A),))
    assert [decision.ref for decision in every.recorded] == [1, 4, 6]
    assert withdraw(now, (2,), by("U_ANA")).outcome is Outcome.WITHDRAWN
    assert corrected(now).outcome is Outcome.WITHDRAWN
    assert [one for one in withdraw(now, (2, 4), by("U_ANA")).refs] == [4]


def test_what_was_decided_stays_so_and_is_told() -> None:
    now = after(review(), answered(review(), "U_BEN", (DecisionRequest(kind=A, refs=(1,)),)))
    answer = withdraw(now, (1, 2), by("U_ANA"))
    assert (answer.refs, [decision.ref for decision in answer.already]) == ((2,), [1])
    assert withdrawn(answer).endswith("#1 was already approved. That stands.")
    alone = withdraw(now, (1,), by("U_ANA"))
    assert (alone.outcome, alone.transition) == (Outcome.NOT_OPEN, None)
    assert "submit the payment again" in refusal(alone)


@pytest.mark.parametrize(
    ("now", "ref", "user", "outcome"),
    [
        (review(), 2, "U_BEN", Outcome.NOT_BROUGHT),
        (review(), 2, "U_DOV", Outcome.NOT_BROUGHT),
        (review(), 3, "U_ANA", Outcome.NOT_OPEN),
        (review(), 99, "U_ANA", Outcome.UNKNOWN_TRANSACTION),
        (with_status(ReviewStatus.ASSESSING), 2, "U_ANA", Outcome.NOT_READY),
        (with_status(ReviewStatus.CLOSED), 2, "U_ANA", Outcome.CLOSED),
    ],
)
def test_nothing_else_is_amended(now: Review, ref: int, user: str, outcome: Outcome) -> None:
    for answer in (withdraw(now, (ref,), by(user)), corrected(now, ref, user)):
        assert (answer.outcome, answer.transition) == (outcome, None)
        assert refusal(answer).endswith(("Nothing was changed.", "what needs you."))


def test_who_uploaded_or_wrote_payments_may_amend_them_too() -> None:
    now = review()
    now = replace(now, state=now.state.but(brought_by=("U_UPLOADER",), author="U_AUTHOR"))
    assert withdraw(now, (2,), by("U_UPLOADER")).outcome is Outcome.RECORDED
    assert corrected(now, user="U_AUTHOR").outcome is Outcome.RECORDED


def test_a_correction_makes_the_next_version_which_nobody_decides_before_it_is_judged() -> None:
    now = after(review(), corrected(review()))
    entry = now.entries[2]
    assert (entry.version, entry.transaction.amount, entry.submitted.amount) == (
        2,
        Decimal(9000),
        Decimal(12000),
    )
    assert (now.state.rejudging, now.state.corrections, now.state.undecided) == ((2,), 1, 4)
    assert now.state.totals == {"USD": Decimal(69000)}
    assert entry.open
    named = answered(now, "U_BEN", (DecisionRequest(kind=A, refs=(2,)),))
    assert (named.outcome, named.refs) == (Outcome.REJUDGING, (2,))
    assert [one.ref for one in answered(now, "U_BEN", (DecisionRequest(kind=A),)).recorded] == [1, 4, 6]


def test_a_hold_stays_on_the_new_version() -> None:
    now = after(review(), answered(review(), "U_BEN", (DecisionRequest(kind=H, refs=(2,), reason="PO?"),)))
    now = after(now, corrected(now))
    assert (now.state.held, now.state.undecided) == (1, 3)
    assert now.entries[2].held
    assert now.entries[2].decision is not None
    assert now.entries[2].decision.reason == "PO?"


def test_a_click_over_the_version_before_is_stale_and_clicks_on_other_payments_are_not() -> None:
    before = review()
    now = after(before, corrected(before))
    now = replace(now, state=now.state.but(rejudging=()))
    entries = {ref: entry.model_copy(update={"rejudging": False}) for ref, entry in now.entries.items()}
    now = replace(now, entries=entries)
    token = before.state.content_token

    def clicked(*refs: int, versions: dict[int, int] | None = None) -> RequestResult:
        return now.decide((DecisionRequest(kind=A, refs=refs),), by("U_BEN"), APPROVERS, token, versions)

    assert (clicked(2).outcome, clicked(2).refs) == (Outcome.STALE_CARD, (2,))
    assert clicked(1, 2, versions={2: 1}).outcome is Outcome.STALE_CARD
    assert clicked(4).outcome is Outcome.RECORDED
    assert clicked(4, versions={4: 2}).outcome is Outcome.STALE_CARD
    assert clicked(2, versions={2: 2}).outcome is Outcome.RECORDED


def test_a_button_for_all_payments_is_stale_after_any_correction() -> None:
    before = review()
    now = after(before, corrected(before))
    every = (DecisionRequest(kind=A),)
    assert now.decide(every, by("U_BEN"), APPROVERS, before.state.whole_token).outcome is Outcome.STALE_CARD
    assert now.decide(every, by("U_BEN"), APPROVERS, now.state.whole_token).outcome is Outcome.RECORDED


def test_a_form_over_the_version_before_corrects_nothing() -> None:
    now = after(review(), corrected(review()))
    assert corrected(now).outcome is Outcome.STALE_CARD
    assert corrected(now, version=2).outcome is Outcome.RECORDED


def test_a_correction_that_changes_nothing_and_one_too_many_are_refused() -> None:
    assert amend(review(), 2, 1, lambda payment: payment, by("U_ANA")).outcome is Outcome.UNCHANGED
    now = review()
    for version in range(1, MOST_CORRECTIONS + 1):
        now = after(now, corrected(now, version=version))
    answer = corrected(now, version=MOST_CORRECTIONS + 1)
    assert (answer.outcome, answer.transition) == (Outcome.TOO_MANY_VERSIONS, None)


@pytest.mark.parametrize(
    ("reading", "stands"),
    [
        ((DecisionRequest(kind=A, refs=(2, 4)),), False),
        ((DecisionRequest(kind=A),), False),
        ((DecisionRequest(kind=A, refs=(4,)),), True),
    ],
)
def test_a_proposal_about_what_was_amended_can_be_confirmed_no_more(
    reading: tuple[DecisionRequest, ...], stands: bool
) -> None:
    proposal = Proposal(id="P-1", by="U_BEN", words="approve", reading=reading)
    now = review()
    now = replace(now, state=now.state.but(proposal=proposal))
    for answer in (corrected(now), withdraw(now, (2,), by("U_ANA"))):
        assert answer.transition is not None
        assert (answer.transition.state.proposal is not None) is stands


def test_what_the_bot_recommended_is_recommended_no_more() -> None:
    now = review()
    nothing_found = Judgement(ref=2).left_to_a_human()
    entries = {**now.entries, 2: now.entries[2].model_copy(update={"judgement": nothing_found})}
    now = Review(now.state.but(recommended=1), entries)
    for answer in (corrected(now), withdraw(now, (2,), by("U_ANA"))):
        assert after(now, answer).state.recommended == 0
        assert not after(now, answer).entries[2].recommended


def test_sums_follow_into_another_currency() -> None:
    now = review()
    answer = amend(now, 2, 1, lambda payment: payment.model_copy(update={"currency": "EUR"}), by("U_ANA"))
    assert after(now, answer).state.totals == {"EUR": Decimal(12000), "USD": Decimal(60000)}


acts = st.one_of(
    st.tuples(st.just("withdraw"), st.sampled_from(PEOPLE), st.integers(1, 7)),
    st.tuples(st.just("amend"), st.sampled_from(PEOPLE), st.integers(1, 7)),
    st.tuples(st.sampled_from(DecisionKind), st.sampled_from(PEOPLE), st.integers(1, 7)),
)


@given(st.lists(acts, max_size=14))
def test_in_any_order_the_counters_say_what_stands(steps: list[tuple[str, str, int]]) -> None:
    now = review()
    for act, user, ref in steps:
        was = now.entries.get(ref)
        if act == "withdraw":
            answer = withdraw(now, (ref,), by(user))
        elif act == "amend":
            answer = corrected(now, ref, user, was.version if was else 1)
        else:
            answer = answered(now, user, (DecisionRequest(kind=DecisionKind(act), refs=(ref,)),))
        now = after(now, answer)
        if was and (was.decided or was.withdrawn):
            assert now.entries[ref] == was
    entries = now.entries.values()
    state = now.state
    assert state.withdrawn == sum(entry.withdrawn for entry in entries)
    assert state.undecided == sum(entry.undecided for entry in entries)
    assert state.held == sum(entry.held for entry in entries)
    assert state.approved + state.rejected == sum(entry.decided for entry in entries)
    assert state.withdrawn + state.waiting + state.approved + state.rejected == len(FLAGGED)
    assert state.corrections == sum(len(entry.earlier) for entry in entries)
    assert state.totals == totals(entry.transaction for entry in entries)


# -- what is found about the new version


def found(code: str, evidence: str = "found", source: Source = Source.RULE) -> Finding:
    return Finding(source=source, code=code, evidence=evidence)


BEFORE_IT = Transaction(ref=2, amount=Decimal(12000), currency="USD", vendor="Acme", account="DE12345678")


def judged(after_it: Transaction, before: list[Finding], now: list[Finding]) -> tuple[Finding, ...]:
    return judged_anew((BEFORE_IT, after_it), before, Judgement(ref=2, findings=tuple(now))).findings


def test_a_corrected_payment_is_never_routine_and_says_what_was_changed() -> None:
    (finding,) = judged(cheaper(BEFORE_IT), [], [])
    assert (finding.code, finding.severity) == ("corrected", Severity.MEDIUM)
    assert finding.evidence == "corrected: the amount from USD 12,000.00 to USD 9,000.00"


@pytest.mark.parametrize("field", ["vendor", "account"])
def test_another_payee_is_high_risk(field: str) -> None:
    assert judged(BEFORE_IT.model_copy(update={field: "Other"}), [], [])[0].severity is Severity.HIGH


def test_what_was_found_before_stays_as_such_and_what_is_found_again_is_said_once() -> None:
    over, vague = found("amount_over_limit", "over the limit"), found("vague_memo", "vague", Source.MODEL)
    findings = judged(cheaper(BEFORE_IT), [over, vague], [found("vague_memo", "vague"), found("new")])
    assert [(one.code, one.evidence) for one in findings[1:]] == [
        ("vague_memo", "vague"),
        ("new", "found"),
        ("amount_over_limit", f"{BEFORE}over the limit"),
        ("vague_memo", f"{BEFORE}vague"),  # the model's, of which the rule is another reader
    ]
    again = judged_anew(
        (BEFORE_IT, cheaper(BEFORE_IT), BEFORE_IT), findings, Judgement(ref=2, findings=(over,))
    ).findings
    assert [one.evidence for one in again] == [
        "corrected: the amount from USD 9,000.00 to USD 12,000.00",
        "over the limit",
        "corrected: the amount from USD 12,000.00 to USD 9,000.00",
        f"{BEFORE}vague",
        f"{BEFORE}found",
        f"{BEFORE}vague",
    ]


def test_versions_that_nobody_judged_are_told_each_in_its_own_correction() -> None:
    versions = (BEFORE_IT, cheaper(BEFORE_IT), cheaper(cheaper(BEFORE_IT)))
    findings = judged_anew(versions, [], Judgement(ref=2)).findings
    assert [one.evidence for one in findings] == [
        "corrected: the amount from USD 9,000.00 to USD 6,000.00",
        "corrected: the amount from USD 12,000.00 to USD 9,000.00",
    ]


def test_a_recommendation_of_the_version_before_is_no_finding() -> None:
    recommended = found(RECOMMENDED_CODE)
    assert [one.code for one in judged(cheaper(BEFORE_IT), [recommended], [])] == ["corrected"]


def test_a_change_is_said_in_words_and_an_account_by_its_end() -> None:
    after_it = cheaper(BEFORE_IT).model_copy(
        update={"vendor": "Acme\u202eGmbH", "account": "DE99990000", "memo": "x" * 80, "invoice": "INV-7"}
    )
    words = changes_in_words(BEFORE_IT, after_it)
    assert words.startswith("the amount from USD 12,000.00 to USD 9,000.00, the vendor from “Acme” to “Acme")
    assert "\u202e" not in words
    assert "the account from the one ending in 5678 to the one ending in 0000" in words
    assert "the invoice from none to “INV-7”" in words
    assert "x" * 60 not in words


# -- the trail


def test_an_amendment_is_read_back_from_its_entry() -> None:
    correction = Amendment(ref=2, by="U_ANA", at=NOW, how=Medium.BUTTON, payment=cheaper(BEFORE_IT))
    withdrawal = correction.model_copy(update={"payment": None})
    for amendment in (correction, withdrawal):
        entry = AuditEntry.model_validate_json(amendment.entry(2).model_dump_json())
        assert Amendment.of(entry, 2) == amendment
        with pytest.raises(ValueError, match="amends nothing of #3"):
            Amendment.of(entry, 3)


def entry(event: str, by: str = "U_BEN", **detail: object) -> AuditEntry:
    return AuditEntry(event=event, actor=by, at=NOW, detail={"ref": 2, **detail})


@pytest.mark.parametrize(
    ("trail", "says"),
    [
        ([entry("withdrawn"), entry("decided", kind="approved")], "entry 2 is about #2, which was withdrawn"),
        ([entry("withdrawn"), entry("amended")], "entry 2 is about #2, which was withdrawn"),
        ([entry("decided", kind="approved"), entry("amended")], "entry 2 amends #2, which was decided"),
        ([entry("decided", kind="rejected"), entry("withdrawn")], "entry 2 amends #2, which was decided"),
        ([entry("closed"), entry("amended")], "entry 2 decides about #2 after the review was closed"),
    ],
)
def test_a_trail_that_amends_what_is_not_open_is_told(trail: list[AuditEntry], says: str) -> None:
    assert list(followed(trail, {})) == [says]


def test_a_trail_that_amends_what_is_open_or_held_is_silent() -> None:
    trail = [entry("amended"), entry("decided", kind="held"), entry("amended"), entry("withdrawn")]
    assert list(followed(trail, {})) == []
