"""One decision about many payments: what it takes, and what it leaves as it is."""

from collections.abc import Mapping

import pytest

from bot.domain.bulk import BulkRequest, decide_many
from bot.domain.conversation import DecisionKind, Medium, TurnKind
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.transition import Actor
from bot.domain.routing import Seat, Staff
from tests.domain.review.test_review import APPROVERS, NOW, answered, review

APPROVED, REJECTED = DecisionKind.APPROVED, DecisionKind.REJECTED
RISKY = 2


def waiting(**of_risky: object) -> Review:
    """Payments 1, 4 and 6 of medium risk, and ``RISKY`` of high risk, changed as named."""
    found = Finding(source=Source.RULE, code="split_payment", evidence="", severity=Severity.HIGH)
    now = review()
    entries = dict(now.entries)
    risky = {"judgement": Judgement(ref=RISKY, findings=(found,)), **of_risky}
    entries[RISKY] = entries[RISKY].model_copy(update=risky)
    return Review(state=now.state, entries=entries)


def asked(
    now: Review,
    refs: tuple[int, ...],
    *by_name: int,
    kind: DecisionKind = APPROVED,
    token: str = "",
    versions: Mapping[int, int] | None = None,
) -> RequestResult:
    request = BulkRequest(kind, refs, frozenset(by_name), "monthly suppliers", versions or {})
    actor = Actor(user="U_BEN", how=Medium.BUTTON, text="approve", now=NOW)
    return decide_many(now, request, actor, APPROVERS, token or now.state.content_token)


def recorded(result: RequestResult) -> list[int]:
    return [decision.ref for decision in result.recorded]


def test_what_is_of_high_risk_is_left_unless_it_was_ticked_by_name() -> None:
    heap = asked(waiting(), (1, 2, 4))
    assert (recorded(heap), heap.refs) == ([1, 4], (2,))
    assert recorded(asked(waiting(), (1, 2, 4), RISKY)) == [1, 2, 4]
    assert asked(waiting(), (RISKY,)).outcome is Outcome.NOTHING_TO_DECIDE
    assert recorded(asked(waiting(), (1, 2), kind=REJECTED)) == [1, 2], "only approvals need a name"


def test_it_is_one_turn_that_tells_what_was_done() -> None:
    step = asked(waiting(), (1, 4, 6)).transition
    assert step is not None
    (turn,) = step.turns
    assert turn.text == "approved 3 payments, USD 36,000.00: monthly suppliers"
    assert (turn.form, turn.actor) == (TurnKind.TOLD, "U_BEN")
    assert len(step.audit) == len(step.decisions) == 3
    rejected = asked(waiting(), (1,), kind=REJECTED).transition
    assert rejected is not None
    assert rejected.turns[0].text == "rejected 1 payment, USD 12,000.00: monthly suppliers"


def test_what_was_decided_meanwhile_stands_and_is_named() -> None:
    first = asked(waiting(), (1,), kind=REJECTED)
    assert first.transition is not None
    entries = dict(waiting().entries)
    entries[1] = entries[1].model_copy(update={"decision": first.recorded[0], "place": 1})
    result = asked(Review(state=first.transition.state, entries=entries), (1, 4))
    assert recorded(result) == [4]
    assert [decision.ref for decision in result.already] == [1]


def test_what_was_corrected_since_is_left_and_the_others_are_decided() -> None:
    before = waiting().entries[RISKY].transaction
    corrected = waiting(earlier=(before,))
    result = asked(corrected, (1, RISKY), RISKY)
    assert (recorded(result), result.refs) == ([1], (RISKY,))
    assert recorded(asked(corrected, (1, RISKY), RISKY, versions={RISKY: 2})) == [1, RISKY]


def test_another_content_and_who_may_not_decide_are_refused_whole() -> None:
    assert asked(waiting(), (1,), token="0" * 12).outcome is Outcome.STALE_CARD
    request = BulkRequest(APPROVED, (1,), frozenset())
    ana = Actor(user="U_ANA", how=Medium.BUTTON, text="approve", now=NOW)
    refused = decide_many(waiting(), request, ana, APPROVERS, waiting().state.content_token)
    assert refused.outcome is Outcome.OWN_BATCH
    closed = answered(waiting(), "U_BEN", "exit").transition
    assert closed is not None
    now = Review(state=closed.state, entries=waiting().entries)
    assert asked(now, (1,)).outcome is Outcome.CLOSED


def test_whether_somebody_may_reject_is_found_out_once_for_all_payments_with_one_route(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up, seats = list[str](), Staff.seats

    def noted(staff: Staff, group: str) -> set[Seat]:
        looked_up.append(group)
        return seats(staff, group)

    monkeypatch.setattr(Staff, "seats", noted)
    now = waiting()
    few = asked(now, (1, 4), kind=REJECTED)
    cost = len(looked_up)
    looked_up.clear()
    many = asked(now, (1, 2, 4, 6), kind=REJECTED)
    assert (len(few.recorded), len(many.recorded)) == (2, 4)
    assert len(looked_up) == cost
