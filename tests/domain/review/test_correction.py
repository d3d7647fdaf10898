"""Decisions corrected by whoever made them: in time, once, and with everything kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Change, DecisionKind, DecisionRequest, Medium
from bot.domain.review.audit_entries import DECIDING
from bot.domain.review.consistency import followed
from bot.domain.review.correction import correct
from bot.domain.review.decision import Decision, Proposal
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Actor
from bot.domain.text import recorded, refusal
from tests.domain.review.test_review import APPROVERS, NOW, answered, review

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
WITHIN = timedelta(minutes=10)


def after(now: Review, answer: RequestResult) -> Review:
    """The review as the step leaves it; every decision stands at a place of its own."""
    if answer.transition is None:
        return now
    step, place = answer.transition, now.state.audited
    entries = dict(now.entries)
    review_state = step.state.but(audited=place + len(step.audit))
    for at, entry in enumerate(step.audit, start=place + 1):
        ref = entry.detail["ref"]
        made = next((one for one in step.decisions if one.ref == ref), None)
        stands = at if entry.event in DECIDING else 0
        entries[ref] = entries[ref].model_copy(
            update={"decision": made, "place": stands, "reopened": ref in review_state.reopened}
        )
    return Review(state=review_state, entries=entries)


def corrected(now: Review, user: str, *changes: Change, minutes: float = 1) -> RequestResult:
    actor = Actor(user=user, how=Medium.THREAD_REPLY, text="sorry", now=NOW + timedelta(minutes=minutes))
    return correct(now, changes, actor, APPROVERS, WITHIN)


def decided() -> Review:
    """1 and 2 approved by ben, 4 rejected by chi, 6 undecided."""
    now = after(review(), answered(review(), "U_BEN", (DecisionRequest(kind=A, refs=(1, 2)),)))
    return after(now, answered(now, "U_CHI", (DecisionRequest(kind=R, refs=(4,)),)))


def test_whoever_decided_can_decide_otherwise_and_the_trail_names_what_it_replaces() -> None:
    answer = corrected(decided(), "U_BEN", Change(refs=(2,), kind=R, reason="wrong vendor"))
    assert answer.outcome is Outcome.RECORDED
    assert answer.transition is not None
    (entry,) = answer.transition.audit
    assert (entry.event, entry.actor, entry.detail["replaces"]) == ("corrected", "U_BEN", 2)
    now = after(decided(), answer)
    assert (now.state.approved, now.state.rejected, now.state.undecided) == (1, 2, 1)
    again = corrected(now, "U_BEN", Change(refs=(2,), kind=A), minutes=9)
    assert again.recorded[0].replaces == 4


def test_the_time_for_a_correction_counts_from_the_first_decision() -> None:
    change = Change(refs=(2,), kind=R)
    now = after(decided(), corrected(decided(), "U_BEN", change, minutes=9))
    assert corrected(now, "U_BEN", Change(refs=(2,), kind=A), minutes=10).outcome is Outcome.RECORDED
    now = after(now, corrected(now, "U_BEN", Change(refs=(2,), kind=A), minutes=10))
    assert corrected(now, "U_BEN", Change(refs=(2,), kind=R), minutes=10.1).outcome is Outcome.TOO_LATE


def test_what_is_already_so_does_not_hinder_the_rest_and_is_told() -> None:
    answer = corrected(decided(), "U_BEN", Change(refs=(1,), kind=A), Change(refs=(2,), kind=R))
    assert [one.ref for one in answer.recorded] == [2]
    assert [one.ref for one in answer.already] == [1]
    assert answer.transition is not None
    assert "Corrected, now rejected: #2. #1 was already approved. That stands." in recorded(
        answer, answer.transition.state, decided().entries
    )
    now = after(decided(), answer)
    assert (now.state.approved, now.state.rejected, now.state.undecided) == (1, 2, 1)


def test_anybody_decides_or_releases_what_is_on_hold_by_a_change_at_any_time() -> None:
    now = after(review(), answered(review(), "U_BEN", (DecisionRequest(kind=H, refs=(1, 2), reason="PO"),)))
    answer = corrected(now, "U_CHI", Change(refs=(1,), kind=A), Change(refs=(2,)), minutes=600)
    assert answer.transition is not None
    assert [(entry.event, entry.detail["replaces"]) for entry in answer.transition.audit] == [
        ("decided", 1),
        ("released", 2),
    ]
    left = after(now, answer)
    assert (left.state.approved, left.state.held, left.state.undecided) == (1, 0, 3)
    assert left.state.content_token != now.state.content_token
    late = corrected(left, "U_CHI", Change(refs=(1,), kind=R), minutes=611)
    assert late.outcome is Outcome.TOO_LATE


def test_nobody_changes_the_reason_of_anothers_hold() -> None:
    now = after(review(), answered(review(), "U_BEN", (DecisionRequest(kind=H, refs=(2,), reason="PO"),)))
    other = Change(refs=(2,), kind=H, reason="something else")
    assert corrected(now, "U_CHI", other).outcome is Outcome.ALREADY_DECIDED
    assert corrected(now, "U_BEN", other, minutes=60).recorded[0].reason == "something else"


def test_two_changes_of_one_payment_in_one_correction_are_refused() -> None:
    answer = corrected(decided(), "U_BEN", Change(refs=(1, 2), kind=R), Change(refs=(2,)))
    assert (answer.outcome, answer.refs, answer.transition) == (Outcome.CONTRADICTORY, (2,), None)


def test_what_is_taken_back_is_undecided_and_anybody_may_decide_it() -> None:
    now = after(decided(), corrected(decided(), "U_BEN", Change(refs=(1, 2))))
    assert (now.state.approved, now.state.undecided) == (0, 3)
    assert [one.ref for one in answered(now, "U_CHI", (DecisionRequest(kind=R),)).recorded] == [1, 2, 6]


def test_a_click_from_before_an_undo_decides_nothing_after_it() -> None:
    before = decided()
    every = (DecisionRequest(kind=A),)
    now = after(before, corrected(before, "U_BEN", Change(refs=(2,))))
    late = Actor(user="U_CHI", how=Medium.BUTTON, text="approve all", now=NOW)
    assert now.decide(every, late, APPROVERS, before.state.content_token).outcome is Outcome.STALE_CARD
    assert [one.ref for one in now.decide(every, late, APPROVERS, now.state.content_token).recorded] == [2, 6]


def test_an_undo_drops_what_stands_to_be_confirmed() -> None:
    standing = Proposal(
        id="P-1", by="U_CHI", words="approve everything undecided", reading=(DecisionRequest(kind=A),)
    )
    before = decided()
    before = replace(before, state=before.state.but(proposal=standing))
    assert after(before, corrected(before, "U_BEN", Change(refs=(2,), kind=R))).state.proposal == standing
    assert after(before, corrected(before, "U_BEN", Change(refs=(2,)))).state.proposal is None


def test_what_was_taken_back_is_recommended_no_more() -> None:
    before = decided()
    waits = before.entries[2].judgement
    assert waits is not None
    nothing_found = waits.model_copy(update={"findings": ()}).left_to_a_human()
    entry = before.entries[2].model_copy(update={"judgement": nothing_found})
    assert entry.model_copy(update={"decision": None}).recommended
    before = replace(before, entries={**before.entries, 2: entry})
    answer = corrected(before, "U_BEN", Change(refs=(2,)))
    now = after(before, answer)
    assert now.entries[2].undecided
    assert not now.entries[2].recommended
    assert now.state.recommended == before.state.recommended


@pytest.mark.parametrize(
    ("user", "change", "minutes", "outcome"),
    [
        ("U_CHI", Change(refs=(2,), kind=R), 1, Outcome.ANOTHERS),
        ("U_BEN", Change(refs=(2, 4), kind=R), 1, Outcome.ANOTHERS),
        ("U_BEN", Change(refs=(4,)), 1, Outcome.ANOTHERS),
        ("U_BEN", Change(refs=(2,), kind=R), 10.1, Outcome.TOO_LATE),
        ("U_BEN", Change(refs=(2,)), 11, Outcome.TOO_LATE),
        ("U_BEN", Change(refs=(2,), kind=A), 1, Outcome.ALREADY_DECIDED),
        ("U_BEN", Change(refs=(6,), kind=R), 1, Outcome.NOT_DECIDED),
        ("U_BEN", Change(refs=(3,), kind=R), 1, Outcome.NOT_FLAGGED),
        ("U_BEN", Change(refs=(99,), kind=R), 1, Outcome.UNKNOWN_TRANSACTION),
        ("U_ANA", Change(refs=(2,), kind=R), 1, Outcome.OWN_BATCH),
        ("U_DOV", Change(refs=(2,), kind=R), 1, Outcome.NOT_AN_APPROVER),
    ],
)
def test_everything_else_changes_nothing(user: str, change: Change, minutes: float, outcome: Outcome) -> None:
    answer = corrected(decided(), user, change, minutes=minutes)
    assert (answer.outcome, answer.transition) == (outcome, None)
    assert refusal(answer).endswith(("Nothing was changed.", "so nothing was changed."))


def test_a_closed_review_has_let_its_outcome_out() -> None:
    now = decided()
    closed = replace(now, state=now.state.but(status=ReviewStatus.CLOSED))
    assert corrected(closed, "U_BEN", Change(refs=(2,), kind=R)).outcome is Outcome.CLOSED


def test_with_no_time_given_nothing_is_corrected() -> None:
    actor = Actor(user="U_BEN", how=Medium.THREAD_REPLY, text="", now=NOW + timedelta(seconds=1))
    answer = correct(decided(), [Change(refs=(2,), kind=R)], actor, APPROVERS, timedelta(0))
    assert answer.outcome is Outcome.TOO_LATE


people = st.sampled_from(["U_BEN", "U_CHI", "U_DOV"])
refs = st.lists(st.sampled_from([1, 2, 4, 6]), min_size=1, max_size=3).map(tuple)
changes = st.builds(Change, refs=refs, kind=st.none() | st.sampled_from(DecisionKind))
asks = st.builds(DecisionRequest, kind=st.sampled_from(DecisionKind), refs=refs)


@given(st.lists(st.tuples(people, changes | asks, st.integers(0, 25)), max_size=12))
def test_in_any_order_the_counters_say_what_stands_and_nobody_changes_anothers_decision(
    steps: list[tuple[str, Change | DecisionRequest, int]],
) -> None:
    now = review()
    for user, what, minutes in steps:
        before: dict[int, Decision] = {ref: e.decision for ref, e in now.entries.items() if e.decision}
        if isinstance(what, DecisionRequest):
            answer = answered(now, user, (what,))
        else:
            answer = corrected(now, user, what, minutes=minutes)
        now = after(now, answer)
        standing = [one.decision for one in now.entries.values() if one.decision]
        for ref, was in before.items():
            assert now.entries[ref].decision == was or was.by == user or was.kind is H
        kinds = [one.kind for one in standing]
        counted = (now.state.approved, now.state.rejected, now.state.held, now.state.undecided)
        assert counted == (kinds.count(A), kinds.count(R), kinds.count(H), 4 - len(standing))


def entry(event: str, by: str, replaces: int = 0) -> AuditEntry:
    return AuditEntry(event=event, actor=by, at=NOW, detail={"ref": 2, "replaces": replaces})


def held() -> AuditEntry:
    return AuditEntry(event="decided", actor="U_BEN", at=NOW, detail={"ref": 2, "kind": "held"})


@pytest.mark.parametrize(
    ("trail", "says"),
    [
        ([entry("decided", "U_BEN"), entry("decided", "U_BEN")], "several decisions about #2"),
        ([entry("corrected", "U_BEN", 1)], "entry 1 corrects a decision about #2 that did not stand"),
        ([entry("decided", "U_BEN"), entry("corrected", "U_BEN", 2)], "entry 2 corrects a decision about #2"),
        ([entry("decided", "U_BEN"), entry("corrected", "U_CHI", 1)], "entry 2 corrects somebody else's"),
        ([entry("decided", "U_BEN"), *[entry("corrected", "U_BEN", 1)] * 2], "entry 3 corrects a decision"),
        (
            [AuditEntry(event="closed", actor="U_BEN", at=NOW), entry("decided", "U_BEN")],
            "after the review was",
        ),
        ([entry("decided", "U_BEN"), *[entry("undone", "U_BEN", 1)] * 2], "entry 3 corrects a decision"),
        ([entry("decided", "U_BEN"), entry("decided", "U_CHI", 1)], "several decisions about #2"),
        ([held(), entry("decided", "U_CHI")], "entry 2 corrects a decision about #2 that did not stand"),
        ([entry("decided", "U_BEN"), entry("released", "U_BEN", 1)], "which was not on hold"),
    ],
)
def test_a_trail_whose_corrections_do_not_follow_one_another_is_told(
    trail: list[AuditEntry], says: str
) -> None:
    (wrong,) = followed(trail, {})
    assert says in wrong


def test_a_trail_whose_corrections_follow_is_silent() -> None:
    trail = [entry("decided", "U_BEN"), entry("corrected", "U_BEN", 1), entry("undone", "U_BEN", 2)]
    assert list(followed([*trail, entry("decided", "U_CHI")], {})) == []


def test_a_hold_gives_way_to_anybody_and_a_review_that_was_reopened_is_decided_on() -> None:
    closed, reopened = (AuditEntry(event=event, actor="U_BEN", at=NOW) for event in ("closed", "reopened"))
    trail = [held(), entry("released", "U_CHI", 1), held(), closed, reopened, entry("decided", "U_CHI", 3)]
    assert list(followed(trail, {})) == []
