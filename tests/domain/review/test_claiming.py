"""Who is on it: who may say so, what ends it, and that it keeps nobody from deciding."""

from datetime import timedelta

import pytest

from bot.domain.claim_settings import ClaimSettings
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.people import Approvers
from bot.domain.reminder_settings import ReminderSettings
from bot.domain.review import claiming
from bot.domain.review.amending import amend, withdraw
from bot.domain.review.claims import MOST_CLAIMS, Claim, claim_on
from bot.domain.review.correction import release
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarks import OF_REVIEW
from bot.domain.review.reopening import reopen
from bot.domain.review.review import Review
from bot.domain.review.timers import Timer, TimerKind, next_timer
from bot.domain.review.transition import Actor, Transition
from bot.domain.routing import Route, Stage
from bot.domain.working_time import WorkingCalendar
from tests.domain.review.test_review import APPROVERS, NOW, review

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
HOUR = ClaimSettings().life


def actor(user: str, minutes: float = 0) -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text="on it", now=NOW + timedelta(minutes=minutes))


def claimed(now: Review, user: str, *refs: int, minutes: float = 0, seen: str = "") -> RequestResult:
    return claiming.claim(now, refs, actor(user, minutes), APPROVERS, HOUR, seen)


def after(now: Review, answer: RequestResult, minutes: float = 0) -> Review:
    assert answer.transition is not None, answer.outcome
    return settled(now, answer.transition, minutes)


def settled(now: Review, step: Transition, minutes: float = 0) -> Review:
    """The review after a step, with its claims as they stand then."""
    kept = claiming.with_claims_kept(step, HOUR, NOW + timedelta(minutes=minutes))
    entries = dict(now.entries)
    for made in step.decisions:
        entries[made.ref] = entries[made.ref].model_copy(update={"decision": made})
    return Review(kept.state, entries)


def decided(now: Review, user: str, kind: DecisionKind, *refs: int, minutes: float = 1) -> Review:
    asks = (DecisionRequest(kind=kind, refs=refs),)
    return after(now, now.decide(asks, actor(user, minutes), APPROVERS), minutes)


def on_it(now: Review) -> dict[int, str]:
    return {one.ref: one.by for one in now.state.claims}


def test_who_may_decide_is_on_it_for_an_hour_and_the_trail_tells() -> None:
    answer = claimed(review(), "U_BEN", 2, 4)
    now = after(review(), answer)
    assert on_it(now) == {2: "U_BEN", 4: "U_BEN"}
    assert answer.transition is not None
    (entry,) = answer.transition.audit
    assert (entry.event, entry.actor, entry.detail["refs"]) == ("claimed", "U_BEN", [2, 4])
    assert entry.detail["until"] == "2026-11-22T13:04:00Z"
    assert answer.transition.turns == ()  # nothing is said in the thread
    assert answer.transition.jobs == ("publish",)


@pytest.mark.parametrize(
    ("user", "refs", "outcome"),
    [
        ("U_ANA", (2,), Outcome.OWN_BATCH),
        ("U_DOV", (2,), Outcome.NOT_AN_APPROVER),
        ("U_DOV", (), Outcome.NOT_AN_APPROVER),
        ("U_BEN", (3,), Outcome.NOT_FLAGGED),
        ("U_BEN", (2, 99), Outcome.UNKNOWN_TRANSACTION),
    ],
)
def test_who_may_not_decide_and_what_needs_nobody_is_refused(
    user: str, refs: tuple[int, ...], outcome: Outcome
) -> None:
    answer = claimed(review(), user, *refs)
    assert (answer.outcome, answer.transition) == (outcome, None)


def test_on_a_route_only_those_are_on_it_for_whom_it_waits() -> None:
    route = Route(stages=(Stage(group="controllers", count=1), Stage(group="board", count=1)))
    controllers, board = frozenset({"U_BEN"}), frozenset({"U_FAY"})
    who = Approvers(controllers | board, groups={"controllers": controllers, "board": board})
    plain = review()
    entries = {ref: one.model_copy(update={"route": route}) for ref, one in plain.entries.items()}
    now = Review(plain.state.but(routes=(route,)), entries)
    for refs in ((2,), ()):
        assert claiming.claim(now, refs, actor("U_BEN"), who, HOUR).outcome is Outcome.RECORDED
        assert claiming.claim(now, refs, actor("U_FAY"), who, HOUR).outcome is Outcome.NOT_YOUR_STAGE


def test_a_press_that_comes_twice_changes_nothing_and_a_later_one_renews() -> None:
    now = after(review(), claimed(review(), "U_BEN", 2))
    assert claimed(now, "U_BEN", 2, minutes=0.5).outcome is Outcome.REPEATED
    later = after(now, claimed(now, "U_BEN", 2, minutes=50), minutes=50)
    assert later.state.claims == (Claim(ref=2, by="U_BEN", since=NOW, until=NOW + timedelta(minutes=110)),)


def test_nobody_takes_over_from_somebody_whom_they_have_not_seen() -> None:
    now = after(review(), claimed(review(), "U_BEN", 2))
    unseen = claimed(now, "U_CHI", 2, minutes=5)
    assert (unseen.outcome, [one.by for one in unseen.claimed]) == (Outcome.CLAIMED, ["U_BEN"])
    answer = claimed(now, "U_CHI", 2, minutes=5, seen="U_BEN")
    now = after(now, answer, minutes=5)
    assert on_it(now) == {2: "U_CHI"}
    assert answer.transition is not None
    assert answer.transition.audit[0].detail["taken_from"] == ["U_BEN"]
    # Ben, whose card still shows him, gives back what is not his any more: nothing happens to hers.
    gone = claiming.give_back(now, 2, actor("U_BEN", 6))
    assert (gone.outcome, gone.claimed[0].by) == (Outcome.NOT_CLAIMED, "U_CHI")


def test_what_is_given_back_is_free_again() -> None:
    now = after(review(), claimed(review(), "U_BEN"))
    answer = claiming.give_back(now, OF_REVIEW, actor("U_BEN", 3))
    assert answer.transition is not None
    assert [entry.event for entry in answer.transition.audit] == ["claim_given_back"]
    assert on_it(after(now, answer)) == {}
    assert claiming.give_back(review(), OF_REVIEW, actor("U_BEN")).outcome is Outcome.NOT_CLAIMED


def test_a_claim_keeps_nobody_from_deciding_and_each_answer_ends_it() -> None:
    for kind in (A, R, H):
        now = after(review(), claimed(review(), "U_BEN", 2, 4))
        now = decided(now, "U_CHI", kind, 2)
        assert on_it(now) == {4: "U_BEN"}


def test_a_decision_of_whoever_is_on_the_review_renews_it_and_of_others_does_not() -> None:
    now = after(review(), claimed(review(), "U_BEN"))
    by_chi = decided(now, "U_CHI", A, 2, minutes=30)
    assert by_chi.state.claims[0].until == NOW + HOUR
    by_ben = decided(by_chi, "U_BEN", A, 4, minutes=40)
    assert (by_ben.state.claims[0].since, by_ben.state.claims[0].until) == (
        NOW,
        NOW + timedelta(minutes=100),
    )
    assert on_it(decided(by_ben, "U_BEN", R, 1, 6, minutes=41)) == {}  # nothing waits any more


def test_a_claim_that_has_lapsed_is_renewed_by_nothing_and_bars_nobody() -> None:
    now = after(review(), claimed(review(), "U_BEN"))
    late = decided(now, "U_BEN", A, 2, minutes=61)
    assert late.state.claims[0].until == NOW + HOUR
    taken = claimed(now, "U_CHI", minutes=61)
    assert taken.outcome is Outcome.RECORDED
    assert taken.transition is not None
    assert "taken_from" not in taken.transition.audit[0].detail


def test_what_is_done_to_a_payment_keeps_or_ends_its_claim_on_purpose() -> None:
    now = after(review(), claimed(review(), "U_BEN", 2, 4))
    gone = after(now, withdraw(now, (2,), actor("U_ANA", 1)))
    assert on_it(gone) == {4: "U_BEN"}
    changed = amend(now, 2, 1, lambda paid: paid.model_copy(update={"memo": "other"}), actor("U_ANA", 1))
    assert on_it(after(now, changed)) == {2: "U_BEN", 4: "U_BEN"}
    held = decided(review(), "U_CHI", H, 2)
    on_hold = after(held, claimed(held, "U_BEN", 2))  # what is on hold waits for somebody too
    assert on_it(on_hold) == {2: "U_BEN"}
    assert on_it(after(on_hold, release(on_hold, (2,), actor("U_CHI", 2), APPROVERS))) == {2: "U_BEN"}
    closed = after(now, now.exit(actor("U_CHI", 2), APPROVERS))
    assert on_it(closed) == {}
    assert on_it(after(closed, reopen(closed, actor("U_CHI", 3), APPROVERS))) == {}
    assert claimed(closed, "U_BEN", 2, minutes=3).outcome is Outcome.CLOSED


def test_the_lapse_of_a_claim_is_one_more_thing_that_may_be_next() -> None:
    now = after(review(), claimed(review(), "U_BEN", 2))
    calendar, settings = WorkingCalendar(), ReminderSettings()
    waits = now.state.but(waits_since=NOW)
    assert next_timer(waits, settings, calendar) == Timer(NOW + HOUR, TimerKind.LAPSE)
    assert next_timer(waits.but(claims=()), settings, calendar) != Timer(NOW + HOUR, TimerKind.LAPSE)
    on_hold = waits.but(undecided=0, held=1)  # which stops the clock, but not that of the claim
    assert next_timer(on_hold, settings, calendar) == Timer(NOW + HOUR, TimerKind.LAPSE)
    step = claiming.lapsed(waits, NOW + HOUR)
    assert step.state.claims == ()
    assert [(entry.event, entry.detail) for entry in step.audit] == [
        ("claim_lapsed", {"refs": [2], "of": "U_BEN"})
    ]
    early = claiming.lapsed(waits, NOW + HOUR - timedelta(seconds=1))
    assert (early.state.claims, early.audit) == (waits.claims, ())


def test_there_is_a_bound() -> None:
    now = review()
    many = tuple(
        Claim(ref=100 + number, by="U_CHI", since=NOW, until=NOW + HOUR) for number in range(MOST_CLAIMS)
    )
    full = Review(now.state.but(claims=many), now.entries)
    assert claimed(full, "U_BEN", 2).outcome is Outcome.TOO_MANY_CLAIMS


def test_claims_are_found_by_payment_as_long_as_they_stand() -> None:
    one = Claim(ref=2, by="U_BEN", since=NOW, until=NOW + HOUR)
    assert claim_on((one,), 2) == one
    assert claim_on((one,), 2, NOW + HOUR) is None
    assert claim_on((one,), OF_REVIEW) is None
