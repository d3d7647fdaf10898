"""The sums beside the counters of a review: moved by each step, never read from the payments again."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.conversation import Change, DecisionKind, DecisionRequest
from bot.domain.judgement import Severity
from bot.domain.review.review import Review
from bot.domain.review.sums import with_sums
from bot.domain.review.transition import Transition
from tests.domain.review.test_correction import after, corrected
from tests.domain.review.test_review import answered, review

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD


def usd(amount: int) -> dict[str, Decimal]:
    return {"USD": Decimal(amount)}


def judged() -> Review:
    """Four flagged payments of 12,000 each, of which 4 and 6 are of high risk; two more are routine."""
    now = review()
    entries = dict(now.entries)
    for ref in (4, 6):
        found = entries[ref].judgement
        assert found is not None
        high = tuple(one.model_copy(update={"severity": Severity.HIGH}) for one in found.findings)
        entries[ref] = entries[ref].model_copy(
            update={"judgement": found.model_copy(update={"findings": high})}
        )
    judgements = tuple(entry.judgement for entry in entries.values() if entry.judgement)
    state = with_sums(Transition(now.state, judgements=judgements), entries).state
    return Review(state, entries)


def decided(now: Review, user: str, *asks: DecisionRequest) -> Review:
    answer = answered(now, user, asks)
    assert answer.transition is not None
    return after(now, answer.by(with_sums(answer.transition, now.entries)))


def test_what_waits_is_summed_when_it_is_judged_and_no_longer_when_it_is_decided() -> None:
    now = judged()
    assert (now.state.waiting_sums, now.state.high_risk, now.state.routine_sums) == (
        usd(48_000),
        2,
        usd(24_000),
    )
    now = decided(now, "U_BEN", DecisionRequest(kind=A, refs=(1, 4)), DecisionRequest(kind=R, refs=(2,)))
    assert (now.state.waiting_sums, now.state.high_risk) == (usd(12_000), 1)
    assert (now.state.sums["approved"], now.state.sums["rejected"]) == (usd(24_000), usd(12_000))


def test_what_is_held_still_waits() -> None:
    now = decided(judged(), "U_BEN", DecisionRequest(kind=H, refs=(1, 6)))
    assert (now.state.waiting_sums, now.state.high_risk) == (usd(48_000), 2)
    assert now.state.sums["held"] == usd(24_000)


def test_a_correction_moves_a_sum_and_an_undo_gives_it_back() -> None:
    now = decided(judged(), "U_BEN", DecisionRequest(kind=A, refs=(4, 6)))
    answer = corrected(now, "U_BEN", Change(refs=(4,), kind=R), Change(refs=(6,)))
    assert answer.transition is not None
    state = with_sums(answer.transition, now.entries).state
    assert (state.sums["approved"], state.sums["rejected"]) == (usd(0), usd(12_000))
    assert (state.waiting_sums, state.high_risk) == (usd(36_000), 1)


def test_sums_that_were_never_kept_stay_unknown() -> None:
    now = judged()
    now = replace(now, state=now.state.but(sums={}, high_risk=0))
    now = decided(now, "U_BEN", DecisionRequest(kind=A, refs=(1,)))
    assert (now.state.sums, now.state.waiting_sums, now.state.routine_sums) == ({}, None, None)
