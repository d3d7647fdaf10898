"""The domain's answers, for any order of any requests (law 5), without a server."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.policy import HumanInputMode
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus, review_id
from bot.domain.review.transition import Actor
from bot.domain.text import refusal
from bot.domain.transaction import Transaction
from tests.domain.approvers import approvers

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
ROWS = 6
FLAGGED = (1, 2, 4, 6)
APPROVERS = approvers("U_BEN", "U_CHI")

people = st.sampled_from(["U_ANA", "U_BEN", "U_CHI", "U_DOV"])
refs = st.one_of(st.none(), st.lists(st.integers(1, ROWS + 2), min_size=1, max_size=3).map(tuple))
asks = st.lists(
    st.builds(DecisionRequest, kind=st.sampled_from(DecisionKind), refs=refs, reason=st.text(max_size=20)),
    min_size=1,
    max_size=3,
).map(tuple)
requests = st.lists(st.tuples(people, st.one_of(asks, st.just("exit"), st.just("skip"))), max_size=12)


def review() -> Review:
    found = Finding(source=Source.RULE, code="amount_over_limit", evidence="too much")
    entries = {
        ref: ReviewedTransaction(
            transaction=Transaction(ref=ref, amount=Decimal(12000), currency="USD", vendor="Acme"),
            judgement=Judgement(ref=ref, findings=(found,) if ref in FLAGGED else ()),
        )
        for ref in range(1, ROWS + 1)
    }
    review_state = ReviewState(
        team="T1",
        id="R-7K3F2",
        request="one",
        channel="C1",
        submitter="U_ANA",
        created_at=NOW,
        source="text",
        mode=HumanInputMode.ALWAYS,
        policy_version="p1",
        model="policy-only",
        digest="d" * 64,
        status=ReviewStatus.WAITING,
        total=ROWS,
        totals={"USD": Decimal(72000)},
        judged=ROWS,
        flagged=len(FLAGGED),
        undecided=len(FLAGGED),
    )
    return Review(state=review_state, entries=entries)


def answered(now: Review, user: str, what: tuple[DecisionRequest, ...] | str) -> RequestResult:
    actor = Actor(user=user, how=Medium.BUTTON, text=str(what), now=NOW)
    if what == "exit":
        return now.exit(actor, APPROVERS)
    if what == "skip":
        return now.decide((DecisionRequest(kind=DecisionKind.HELD),), actor, APPROVERS)
    assert isinstance(what, tuple)
    return now.decide(what, actor, APPROVERS)


def after(now: Review, answer: RequestResult) -> Review:
    if answer.transition is None:
        return now
    entries = dict(now.entries)
    for one in answer.transition.decisions:
        entries[one.ref] = entries[one.ref].model_copy(update={"decision": one})
    return Review(state=answer.transition.state, entries=entries)


@given(requests)
def test_every_payment_gets_one_decision_and_keeps_it_and_a_hold_is_none(
    steps: list[tuple[str, tuple[DecisionRequest, ...] | str]],
) -> None:
    now = review()
    kept: dict[int, Decision] = {}
    for user, what in steps:
        answer = answered(now, user, what)
        now = after(now, answer)
        for one in answer.recorded:
            before = kept.get(one.ref)
            assert before is None or (before.kind is DecisionKind.HELD and one.kind is not DecisionKind.HELD)
            assert one.by == user
            kept[one.ref] = one
        if user not in APPROVERS.people:
            assert answer.transition is None
    decided = {ref: entry.decision for ref, entry in now.entries.items() if entry.decision}
    assert decided == kept
    assert set(decided) <= set(FLAGGED)
    review_state = now.state
    assert review_state.approved + review_state.rejected + review_state.held == len(kept)
    assert review_state.undecided == len(FLAGGED) - len(kept)
    assert review_state.routine + len(kept) + review_state.undecided == review_state.total
    assert review_state.waiting == sum(entry.open for entry in now.entries.values())
    assert (review_state.closed_at is not None) == (review_state.status is ReviewStatus.CLOSED)


@given(requests)
def test_nothing_is_approved_that_nobody_asked_to_approve(
    steps: list[tuple[str, tuple[DecisionRequest, ...] | str]],
) -> None:
    now = review()
    asked = False
    for user, what in steps:
        now = after(now, answered(now, user, what))
        asked = asked or (
            not isinstance(what, str) and any(one.kind is DecisionKind.APPROVED for one in what)
        )
    assert asked or now.state.approved == 0


@pytest.mark.parametrize(
    ("named", "outcome", "told"),
    [
        ((3,), Outcome.NOT_FLAGGED, (3,)),
        ((2, 9), Outcome.UNKNOWN_TRANSACTION, (9,)),
        ((2, 3), Outcome.NOT_FLAGGED, (3,)),
    ],
)
def test_a_request_that_names_a_wrong_payment_does_nothing_at_all(
    named: tuple[int, ...], outcome: Outcome, told: tuple[int, ...]
) -> None:
    answer = answered(review(), "U_BEN", (DecisionRequest(kind=DecisionKind.APPROVED, refs=named),))
    assert (answer.outcome, answer.refs, answer.transition) == (outcome, told, None)


def test_a_general_approval_leaves_what_the_same_request_names_otherwise() -> None:
    wanted = (
        DecisionRequest(kind=DecisionKind.APPROVED),
        DecisionRequest(kind=DecisionKind.REJECTED, refs=(2,), reason="dup"),
    )
    made = {one.ref: one.kind for one in answered(review(), "U_BEN", wanted).recorded}
    assert made == {
        1: DecisionKind.APPROVED,
        2: DecisionKind.REJECTED,
        4: DecisionKind.APPROVED,
        6: DecisionKind.APPROVED,
    }


def test_a_decision_is_bound_to_payment_findings_and_policy() -> None:
    entry = review().entries[1]
    dearer = entry.model_copy(
        update={"transaction": entry.transaction.model_copy(update={"amount": Decimal(12001)})}
    )
    hashes = {entry.content_hash("p1"), entry.content_hash("p2"), dearer.content_hash("p1")}
    assert len(hashes) == 3


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_request_always_gets_the_same_sayable_id(team: str, request_: str) -> None:
    name = review_id(team, request_)
    assert name == review_id(team, request_)
    assert review_id(team, request_, 8).startswith(name)
    assert not set(name.removeprefix("R-")) & set("ILOU")


def test_what_a_general_decision_leaves_out_is_looked_at_when_it_is_taken() -> None:
    now = review()
    now = after(now, answered(now, "U_CHI", (DecisionRequest(kind=DecisionKind.REJECTED, refs=(1,)),)))
    answer = answered(now, "U_BEN", (DecisionRequest(kind=DecisionKind.APPROVED, but=(1, 4)),))
    assert [one.ref for one in answer.recorded] == [2, 6]
    assert [one.ref for one in answer.already] == [1]
    left = after(now, answer)
    assert left.entries[4].undecided
    assert left.state.undecided == 1


@pytest.mark.parametrize(
    ("but", "outcome"),
    [(99, Outcome.UNKNOWN_TRANSACTION), (3, Outcome.NOT_FLAGGED)],
    ids=["none", "routine"],
)
def test_whoever_leaves_out_what_is_not_there_to_decide_means_something_else(
    but: int, outcome: Outcome
) -> None:
    answer = answered(review(), "U_BEN", (DecisionRequest(kind=DecisionKind.APPROVED, but=(but,)),))
    assert (answer.outcome, answer.transition) == (outcome, None)


def hold(now: Review, user: str, *named: int) -> Review:
    request = DecisionRequest(kind=DecisionKind.HELD, refs=named, reason="waiting for receipt")
    return stored(now, answered(now, user, (request,)))


def stored(now: Review, answer: RequestResult) -> Review:
    """The review as the step leaves it, with the places that its decisions have in the trail."""
    assert answer.transition is not None
    step, place = answer.transition, now.state.audited
    entries = dict(now.entries)
    for at, entry in enumerate(step.audit, start=place + 1):
        for decision in step.decisions:
            if entry.detail.get("ref") == decision.ref:
                entries[decision.ref] = entries[decision.ref].model_copy(
                    update={"decision": decision, "place": at}
                )
    return Review(state=step.state.but(audited=place + len(step.audit)), entries=entries)


@pytest.mark.parametrize("kind", [DecisionKind.APPROVED, DecisionKind.REJECTED])
def test_what_is_on_hold_is_decided_by_anybody_who_may_and_the_trail_names_the_hold(
    kind: DecisionKind,
) -> None:
    now = hold(review(), "U_BEN", 1, 2)
    assert (now.state.undecided, now.state.held, now.state.waiting) == (2, 2, 4)
    answer = answered(now, "U_CHI", (DecisionRequest(kind=kind, refs=(2,)),))
    (made,) = answer.recorded
    assert (made.by, made.replaces, made.corrects) == ("U_CHI", now.entries[2].place, False)
    assert answer.transition is not None
    (entry,) = answer.transition.audit
    assert (entry.event, entry.detail["replaces"]) == ("decided", 2)
    after_ = stored(now, answer)
    assert (after_.state.undecided, after_.state.held) == (2, 1)
    again = answered(after_, "U_BEN", (DecisionRequest(kind=DecisionKind.APPROVED, refs=(2,)),))
    assert (again.outcome, again.already, again.transition) == (Outcome.ALREADY_DECIDED, (made,), None)


def test_a_hold_of_what_is_on_hold_keeps_who_held_it_and_says_so() -> None:
    now = hold(review(), "U_BEN", 2)
    other = DecisionRequest(kind=DecisionKind.HELD, refs=(2,), reason="another reason")
    answer = answered(now, "U_CHI", (other,))
    assert answer.outcome is Outcome.ALREADY_DECIDED
    assert [decision.by for decision in answer.already] == ["U_BEN"]
    assert refusal(answer) == "#2 is already on hold."


def test_a_general_decision_leaves_what_is_on_hold() -> None:
    now = hold(review(), "U_BEN", 2)
    answer = answered(now, "U_CHI", (DecisionRequest(kind=DecisionKind.APPROVED),))
    assert [decision.ref for decision in answer.recorded] == [1, 4, 6]
    assert after(now, answer).state.held == 1


def test_a_review_with_something_on_hold_is_closed_without_a_decision_about_it() -> None:
    now = hold(review(), "U_BEN", 2)
    answer = answered(now, "U_CHI", "exit")
    assert answer.recorded == ()
    assert answer.transition is not None
    (entry,) = answer.transition.audit
    assert (entry.event, entry.actor, entry.detail) == ("closed", "U_CHI", {"not_approved": 4})
    closed = answer.transition.state
    assert (closed.status, closed.undecided, closed.held) == (ReviewStatus.CLOSED, 3, 1)
    assert closed.closed_at == NOW
