"""Payments that are frozen until somebody has called the vendor, and what a call makes of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Change, DecisionKind, DecisionRequest, Medium
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.review import approvals, call_backs
from bot.domain.review.audit_entries import judged
from bot.domain.review.call_back_checks import call_back_problems
from bot.domain.review.call_backs import MOST_CALL_BACKS, CallBackReport, NumberSource, call_backs_in
from bot.domain.review.calling_back import (
    FROM_WHO_BROUGHT_IT,
    IN_THE_PAYMENT,
    faults_of,
    note_call_back,
)
from bot.domain.review.correction import correct
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarks import EvidenceFile, Remark, RemarkKind
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor
from bot.domain.routing import Route, Stage
from bot.domain.text import refusal
from bot.domain.text.call_backs import on_call_backs
from bot.domain.transaction import Transaction
from tests.domain.approvers import approvers
from tests.domain.review.test_review import review

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
APPROVERS = approvers("U_BEN", "U_CHI", "U_DOV")
A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
CHANGED = Finding(
    source=Source.RULE, code="changed_bank_details", evidence="another account", severity=Severity.HIGH
)
PAYMENT = Transaction(
    ref=1, amount=Decimal(500), currency="USD", vendor="Acme", account="DE02120300000000202051"
)
REPORT = CallBackReport(
    spoke_to="Maria Novak",
    called_at=NOW,
    number="+44 20 7946 0018",
    source=NumberSource.RECORDS,
    confirmed=True,
)
JUDGED = list(judged([Judgement(ref=1, findings=(CHANGED,))], NOW))
FAILED = REPORT.model_copy(update={"confirmed": False})


def frozen(**fields: Any) -> Review:
    """A review whose first payment goes to an account that is new for its vendor."""
    judgement = Judgement(ref=1, findings=(CHANGED,))
    entry = ReviewedTransaction(transaction=PAYMENT, judgement=judgement)
    now = review()
    return Review(now.state, {**now.entries, 1: entry.model_copy(update=fields)})


def actor(user: str, minutes: int = 0) -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text="a click", now=NOW + timedelta(minutes=minutes))


def after(now: Review, result: RequestResult) -> Review:
    """The review as it is read when a step of it was stored, for its first payment."""
    if result.transition is None:
        return now
    entry = now.entries[1]
    trail = [*_told(entry), *result.transition.audit]
    made = [one for one in result.transition.decisions if one.ref == 1]
    update: dict[str, Any] = {"votes": approvals.votes_in(trail), "call_backs": call_backs_in(trail)}
    update |= {"decision": made[-1]} if made else {}
    update |= {"decision": None} if 1 in result.transition.undone else {}
    return Review(result.transition.state, {**now.entries, 1: entry.model_copy(update=update)})


def _told(entry: ReviewedTransaction) -> list[AuditEntry]:
    calls = [call_backs.noted((1,), call, call.by, call.at) for call in entry.call_backs]
    return [*calls, *(approvals.given((1,), vote, Medium.BUTTON) for vote in entry.votes)]


def approve(now: Review, user: str, **more: Any) -> RequestResult:
    return now.decide((DecisionRequest(kind=A, refs=(1,)),), actor(user), APPROVERS, **more)


def called(now: Review, user: str, report: CallBackReport = REPORT) -> Review:
    result = note_call_back(now, {1: now.entries[1].version}, report, actor(user), APPROVERS)
    assert result.outcome is Outcome.RECORDED, result.outcome
    return after(now, result)


def test_nobody_approves_a_frozen_payment_and_anybody_rejects_or_holds_it() -> None:
    now = frozen()
    answer = approve(now, "U_BEN")
    assert (answer.outcome, answer.refs, answer.transition) == (Outcome.FROZEN, (1,), None)
    assert "frozen until somebody has called the vendor" in refusal(answer)
    for kind in (R, H):
        request = DecisionRequest(kind=kind, refs=(1,), reason="x")
        assert now.decide((request,), actor("U_BEN"), APPROVERS).recorded


def test_with_others_the_rest_is_approved_and_the_frozen_one_is_named() -> None:
    everything = frozen().decide((DecisionRequest(kind=A),), actor("U_BEN"), APPROVERS)
    assert [decision.ref for decision in everything.recorded] == [2, 4, 6]
    assert everything.hindered == {Outcome.FROZEN: (1,)}


def test_after_a_call_another_person_approves_and_who_called_does_not() -> None:
    now = called(frozen(), "U_BEN")
    assert approve(now, "U_BEN").outcome is Outcome.CALLED_BACK_BY_YOU
    assert [decision.by for decision in approve(now, "U_CHI").recorded] == ["U_CHI"]
    rejected = now.decide((DecisionRequest(kind=R, refs=(1,)),), actor("U_BEN"), APPROVERS)
    assert rejected.recorded, "who called may still reject"


def test_a_call_that_confirms_nothing_keeps_it_frozen_and_freezes_it_again() -> None:
    assert approve(called(frozen(), "U_BEN", FAILED), "U_CHI").outcome is Outcome.FROZEN
    again = called(called(frozen(), "U_BEN"), "U_DOV", FAILED)
    assert approve(again, "U_CHI").outcome is Outcome.FROZEN
    newest = called(again, "U_CHI")
    assert approve(newest, "U_CHI").outcome is Outcome.CALLED_BACK_BY_YOU
    assert approve(newest, "U_BEN").recorded


def test_who_brought_the_payment_neither_calls_nor_approves() -> None:
    everybody = approvers("U_ANA", "U_BEN")
    told = note_call_back(frozen(), {1: 1}, REPORT, actor("U_ANA"), everybody)
    assert (told.outcome, told.transition) == (Outcome.OWN_BATCH, None)
    assert (
        note_call_back(frozen(), {1: 1}, REPORT, actor("U_EVA"), everybody).outcome is Outcome.NOT_AN_APPROVER
    )
    now = called(frozen(), "U_BEN")
    # Who turns out to have brought it too has confirmed nothing.
    barred = Review(now.state.but(brought_by=("U_BEN",)), now.entries)
    assert approve(barred, "U_CHI").outcome is Outcome.FROZEN


def test_a_button_from_before_a_call_approves_nothing() -> None:
    now = called(frozen(), "U_BEN")
    token = now.state.content_token
    again = called(called(now, "U_DOV", FAILED), "U_BEN")
    assert approve(again, "U_CHI", content_token=token, called={1: 1}).outcome is Outcome.STALE_CARD
    assert approve(again, "U_CHI", content_token=token, called={}).outcome is Outcome.STALE_CARD
    assert approve(again, "U_CHI", content_token=token, called={1: 3}).recorded


def test_a_call_voids_what_was_approved_on_the_way_before() -> None:
    way = Route(name="two", stages=(Stage(group="approvers", count=2),))
    now = called(frozen(route=way), "U_BEN")
    now = after(now, approve(now, "U_CHI"))
    assert [vote.by for vote in now.entries[1].votes] == ["U_CHI"]
    assert approve(now, "U_BEN").outcome is Outcome.CALLED_BACK_BY_YOU
    result = note_call_back(now, {1: 1}, REPORT, actor("U_CHI"), APPROVERS)
    assert result.transition is not None
    assert [entry.event for entry in result.transition.audit] == ["called_back", "approvals_void"]


def test_who_called_says_no_in_their_stage() -> None:
    way = Route(name="two", stages=(Stage(group="approvers", count=2),), by_stage=True)
    now = called(frozen(route=way), "U_BEN")
    rejected = now.decide((DecisionRequest(kind=R, refs=(1,)),), actor("U_BEN"), APPROVERS)
    assert rejected.transition is not None


def test_what_was_rejected_or_held_is_not_changed_into_an_approval() -> None:
    for kind in (R, H):
        now = frozen()
        now = after(now, now.decide((DecisionRequest(kind=kind, refs=(1,)),), actor("U_BEN"), APPROVERS))
        change = Change(refs=(1,), kind=A)
        changed = correct(now, (change,), actor("U_BEN"), APPROVERS, timedelta(minutes=10))
        assert (changed.outcome, changed.refs) == (Outcome.FROZEN, (1,))


def test_a_call_is_kept_about_what_needs_one_and_can_be_approved() -> None:
    def outcome(now: Review, shown: dict[int, int]) -> Outcome:
        return note_call_back(now, shown, REPORT, actor("U_BEN"), APPROVERS).outcome

    assert outcome(frozen(), {2: 1}) is Outcome.NO_CALL_BACK
    assert outcome(frozen(), {1: 2}) is Outcome.STALE_CARD
    assert outcome(frozen(), {7: 1}) is Outcome.UNKNOWN_TRANSACTION
    assert outcome(frozen(rejudging=True), {1: 1}) is Outcome.REJUDGING
    now = frozen()
    rejected = after(now, now.decide((DecisionRequest(kind=R, refs=(1,)),), actor("U_BEN"), APPROVERS))
    assert outcome(rejected, {1: 1}) is Outcome.ALREADY_DECIDED
    spared = Judgement(ref=1, findings=(CHANGED,), is_exempt=True)
    assert outcome(frozen(judgement=spared), {1: 1}) is Outcome.NO_CALL_BACK
    assert approve(frozen(judgement=spared), "U_BEN").recorded


def test_the_last_place_is_kept_for_a_call_that_confirms_nothing() -> None:
    now = frozen()
    for _ in range(MOST_CALL_BACKS - 1):
        now = called(now, "U_BEN")
    full = note_call_back(now, {1: 1}, REPORT, actor("U_CHI"), APPROVERS)
    assert full.outcome is Outcome.TOO_MANY_REMARKS
    assert approve(called(now, "U_CHI", FAILED), "U_DOV").outcome is Outcome.FROZEN


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"spoke_to": "  "}, "spoke_to"),
        ({"called_at": NOW + timedelta(minutes=2)}, "called_at"),
        ({"called_at": NOW - timedelta(minutes=2)}, "called_at"),
        ({"number": "none"}, "number"),
        ({"number": "+44 (0)20 7946-0999"}, "number"),
        ({"source": NumberSource.PAYMENT}, "source"),
        ({"source": NumberSource.OTHER}, "source_words"),
    ],
)
def test_what_is_said_of_a_call_must_be_possible(changed: dict[str, Any], field: str) -> None:
    payment = PAYMENT.model_copy(update={"memo": "Please call us back on 020 7946 0999 to confirm"})
    now = frozen(transaction=payment)
    report = CallBackReport.model_validate(REPORT.model_dump() | changed)
    assert set(faults_of(report, now.state, [now.entries[1]], NOW)) == {field}
    assert not faults_of(REPORT, now.state, [now.entries[1]], NOW)


@pytest.mark.parametrize(
    "memo",
    [
        "call ０２０ ７９４６ ００１８",
        "call ٠٢٠ ٧٩٤٦ ٠٠١٨",
        "call O2O 7946 OO18",
        "call 020 7946 00l8",
        "call О2О 7946 ОО18",  # Cyrillic letters
        "call 020\u200b7946\u200b0018",
        "call ⁰²⁰ ⁷⁹⁴⁶ ⁰⁰¹⁸",
    ],
)
def test_a_number_of_the_payment_is_known_in_any_digits_and_in_letters_that_pose_as_digits(memo: str) -> None:
    now = frozen(transaction=PAYMENT.model_copy(update={"memo": memo}))
    assert faults_of(REPORT, now.state, [now.entries[1]], NOW) == {"number": IN_THE_PAYMENT}


def test_a_number_that_whoever_brought_the_payment_wrote_in_the_review_is_none_to_call() -> None:
    def faults(by: str, **told: Any) -> dict[str, str]:
        kind = RemarkKind.EVIDENCE if "file" in told else RemarkKind.ANSWER
        remark = Remark(kind=kind, ref=1, by=by, at=NOW, **told)
        now = frozen(remarks=(remark,))
        return faults_of(REPORT, now.state, [now.entries[1]], NOW)

    new = "they have moved: 020 7946 0018"
    for told in (
        {"text": new},
        {"text": "see there", "files": ("call 020-7946-0018.pdf",)},
        {"file": EvidenceFile(id="F1", name="call 020-7946-0018.pdf")},
    ):
        assert faults("U_ANA", **told) == {"number": IN_THE_PAYMENT}
        assert not faults("U_CHI", **told)  # what others know may be the number from before
    now = frozen()
    written = faults_of(REPORT, now.state, [now.entries[1]], NOW, [("U_CHI", new), ("U_ANA", new)])
    assert written == {"number": FROM_WHO_BROUGHT_IT}
    assert not faults_of(REPORT, now.state, [now.entries[1]], NOW, [("U_CHI", new)])


def test_the_card_says_how_it_stands_and_nothing_that_was_typed() -> None:
    def says(now: Review) -> str:
        return on_call_backs(now.entries[1], lambda user: user, lambda call: f"{call.called_at:%d %b}")

    assert says(frozen()) == "Frozen: bank account changed. Nobody has called the vendor yet."
    confirmed = called(frozen(), "U_BEN")
    assert says(confirmed) == (
        "U_BEN called 22 Nov: the account is confirmed, on a number from our vendor records. "
        "Another person approves."
    )
    assert says(called(confirmed, "U_DOV", FAILED)) == (
        "Frozen: bank account changed. U_DOV called 22 Nov, and the account was not confirmed."
    )


PERSON = st.sampled_from(["U_ANA", "U_BEN", "U_CHI", "U_DOV"])
DOES = st.sampled_from(["approve", "all", "correct", "confirm", "deny", "hold", "reject", "old button"])
WAYS = st.sampled_from(
    [None, *(Route(name="r", stages=(Stage(group="approvers", count=many),)) for many in (1, 2))]
)


@settings(max_examples=400, deadline=None)
@given(way=WAYS, clicks=st.lists(st.tuples(PERSON, DOES), max_size=25))
def test_no_order_of_clicks_approves_what_another_person_has_not_called_about(
    way: Route | None, clicks: Sequence[tuple[str, str]]
) -> None:
    now, trail = frozen(route=way), list[AuditEntry]()
    everybody = approvers("U_ANA", "U_BEN", "U_CHI", "U_DOV")
    for minute, (user, does) in enumerate(clicks):
        result = _done(now, actor(user, minute), does, everybody)
        trail += result.transition.audit if result.transition else ()
        now = after(now, result)
    assert list(call_back_problems({1: now.entries[1]}, [*JUDGED, *trail], now.state.barred)) == []
    decision, newest = now.entries[1].decision, now.entries[1].call_back
    if decision and decision.kind is A:
        yes = {decision.by, *(vote.by for vote in now.entries[1].votes)}
        assert newest is not None
        assert newest.by not in yes | now.state.barred
        assert len(yes) == (way.eyes if way else 1)


def _done(now: Review, by: Actor, does: str, everybody: Any) -> RequestResult:
    named, change = DecisionRequest(kind=A, refs=(1,)), Change(refs=(1,), kind=A)
    match does:
        case "confirm" | "deny":
            report = REPORT if does == "confirm" else FAILED
            return note_call_back(now, {1: 1}, report, by, everybody)
        case "hold" | "reject":
            kind = H if does == "hold" else R
            return now.decide((named.model_copy(update={"kind": kind}),), by, everybody)
        case "correct":
            return correct(now, (change,), by, everybody, timedelta(minutes=60))
        case "all":
            return now.decide((DecisionRequest(kind=A),), by, everybody)
        case "old button":
            token = now.state.content_token
            return now.decide((named,), by, everybody, token, None, frozenset({1}), {1: 1})
        case _:
            return now.decide((named,), by, everybody)


@pytest.mark.parametrize("caller", ["U_BEN", ""])
def test_the_check_finds_what_was_approved_while_it_was_frozen(caller: str) -> None:
    now = called(frozen(), "U_BEN") if caller else frozen()
    spared = Judgement(ref=1, findings=(CHANGED,), is_exempt=True)
    unfrozen = now.entries[1].model_copy(update={"judgement": spared})
    result = Review(now.state, {1: unfrozen}).decide(
        (DecisionRequest(kind=A, refs=(1,)),), actor("U_BEN"), APPROVERS
    )
    assert result.transition is not None
    trail = [*JUDGED, *_told(now.entries[1]), *result.transition.audit]
    entries = {1: after(now, result).entries[1]}
    assert len(list(call_back_problems(entries, trail, frozenset({"U_ANA"})))) == 1


def test_what_was_approved_before_there_were_call_backs_is_no_fault() -> None:
    result = Review(frozen().state, {1: frozen().entries[1]}).decide(
        (DecisionRequest(kind=R, refs=(1,)),), actor("U_BEN"), APPROVERS
    )
    assert result.transition is not None
    (decided,) = [entry for entry in result.transition.audit if entry.event == "decided"]
    approved = decided.model_copy(update={"detail": {**decided.detail, "kind": A.value}})
    before = [
        entry.model_copy(
            update={"detail": {name: value for name, value in entry.detail.items() if name != "frozen"}}
        )
        for entry in JUDGED
    ]
    entries = {1: frozen().entries[1]}
    assert list(call_back_problems(entries, [*before, approved], frozenset())) == []
    assert len(list(call_back_problems(entries, [*JUDGED, approved], frozenset()))) == 1
