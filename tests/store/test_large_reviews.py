"""Reviews of any size: put down and read a portion at a time, and all the same whole or not at all."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.review.audit_entries import submitted
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Transition
from bot.domain.transaction import Transaction
from bot.intake import Intake
from bot.store import Committed, NotCommitted
from bot.store.audit import AuditTrails
from bot.store.keys import STAGED_LIFE, ReviewKeys
from bot.store.scripts.commit import CommitRefusal
from bot.store.scripts.load import Besides
from tests.conftest import every_key_has_its_lifetime
from tests.store.audited import actor, assess, origin, served
from tests.store.test_trail_lines import ledger
from tests.wired import TEAM, Wired

SIZE = 130


@pytest.fixture
async def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Wired, Redis]]:
    """Everything in portions so small that this review has several of each."""
    monkeypatch.setattr("bot.store.scripts.commit.LINES_A_CALL", 2)
    monkeypatch.setattr("bot.store.large_reads.PORTION", 30)
    monkeypatch.setattr("bot.store.large_reads.LINES_A_CALL", 1)
    monkeypatch.setattr("bot.store.large_reads.CALLS", 2)
    monkeypatch.setattr("bot.store.off_loop.AT_ONCE", 10)
    monkeypatch.setattr("bot.store.history.TOGETHER", 40)
    monkeypatch.setattr("bot.store.scripts.remember.BYTES_A_SCRIPT", 2_000)
    monkeypatch.setattr("bot.store.scripts.remember.BYTES_A_READ", 2_000)
    async with served(tmp_path) as opened:
        yield opened


async def handed_in(service: Wired, payments: Sequence[Transaction]) -> ReviewState:
    taken = await service.offer(origin(), Intake(transactions=tuple(payments)))
    assert isinstance(taken, ReviewState)
    return taken


async def staged(redis: Redis) -> list[str]:
    return [key async for key in redis.scan_iter(match="*:staged:*")]


async def test_it_is_stored_judged_decided_and_read_as_any_other(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    payments = [
        payment.model_copy(update={"amount": payment.amount + 20_000}) if payment.ref % 3 == 0 else payment
        for payment in ledger(SIZE)
    ]
    flagged = {ref for ref in range(1, SIZE + 1) if ref % 3 == 0}
    taken = await handed_in(service, payments)
    assert await staged(redis) == []
    keys = ReviewKeys(TEAM, taken.id)
    assert await redis.ttl(keys.audit) == -1
    await assess(service, taken.id)
    state = await service.reviews.state(TEAM, taken.id)
    assert state is not None
    assert await service.reviews.transactions(state) == payments
    undecided = await service.reviews.load(TEAM, taken.id, besides=Besides.UNDECIDED)
    assert undecided is not None
    assert flagged <= undecided.entries.keys()
    some = tuple(sorted(flagged))[:20]
    await service.decide(TEAM, taken.id, (DecisionRequest(kind=DecisionKind.APPROVED, refs=some),), actor())
    whole = await service.reviews.load_whole(TEAM, taken.id)
    assert whole is not None
    assert [entry.transaction for entry in whole.entries.values()] == payments
    assert {ref for ref, entry in whole.entries.items() if entry.decision} == set(some)
    parts = [part.entries async for part in service.reviews.portions(TEAM, taken.id)]
    assert len(parts) == 5
    assert {ref: entry for part in parts for ref, entry in part.items()} == whole.entries
    assert (await AuditTrails(redis).check(TEAM, taken.id, datetime.now(UTC))).broken is None
    await service.learn(taken.id)
    known = await service.stores.history.of(TEAM, payments)
    assert len(known.payments) == SIZE


async def test_a_trail_that_was_put_down_and_never_taken_goes_by_itself(
    kept: tuple[Wired, Redis], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a crash between the two: no review, and nothing that stays."""
    service, redis = kept
    store = service.reviews
    monkeypatch.setattr(store._commit, "_script", _ends_here)
    with pytest.raises(KeyboardInterrupt):
        await handed_in(service, ledger(SIZE))
    (key,) = await staged(redis)
    assert 0 < await redis.ttl(key) <= STAGED_LIFE.total_seconds()
    assert [trail async for trail in AuditTrails(redis).named()] == []
    monkeypatch.undo()
    again = await handed_in(Wired(redis), ledger(SIZE))
    assert (await AuditTrails(redis).check(TEAM, again.id, datetime.now(UTC))).broken is None
    await every_key_has_its_lifetime(f"unix://{tmp_path}/redis.sock")


async def _ends_here(**_: object) -> None:
    raise KeyboardInterrupt


async def test_a_review_that_exists_already_leaves_nothing_put_down(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    taken = await handed_in(service, ledger(SIZE))
    before = await redis.lrange(ReviewKeys(TEAM, taken.id).audit, 0, -1)
    step = Transition(taken, audit=(submitted(taken, (), (), ()),))
    done = await service.reviews.create(ledger(SIZE), step)
    assert done == NotCommitted(CommitRefusal.EXISTS, taken.request)
    assert await staged(redis) == []
    assert await redis.lrange(ReviewKeys(TEAM, taken.id).audit, 0, -1) == before


async def test_a_part_of_a_trail_is_taken_for_no_trail(
    kept: tuple[Wired, Redis], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, redis = kept
    stage = service.reviews._commit._stage

    async def without_last(key: str, lines: list[str]) -> None:
        await stage(key, lines[:-1])

    monkeypatch.setattr(service.reviews._commit, "_stage", without_last)
    with pytest.raises(ResponseError, match="not those that were put down"):
        await handed_in(service, ledger(SIZE))
    assert [trail async for trail in AuditTrails(redis).named()] == []


async def test_a_short_trail_goes_along_with_its_step(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    taken = await handed_in(service, ledger(3))
    step = Transition(taken.but(note="x"))
    assert isinstance(await service.reviews.commit(taken, step), Committed)
    assert await staged(redis) == []
