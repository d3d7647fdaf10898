"""Steps made of what a process remembers: one command where it is right, and the truth where it is not."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.transition import Actor
from bot.domain.transaction import Transaction
from bot.store.keys import ReviewKeys
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin
from tests.wired import NOW, TEAM, Wired, wired

ROWS = [
    Transaction(ref=ref, amount=Decimal(12_000 + ref), currency="USD", vendor=f"Vendor {ref}")
    for ref in range(1, 31)
]


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Wired, Wired, str]]:
    """Two processes, and a review of thirty flagged payments of which the first remembers what it read."""
    async with embedded_server(tmp_path) as url, wired(url) as one, wired(url) as other:
        review_id = (await one.submit(origin(), ROWS)).id
        await one.assess(review_id)
        await decide(one, review_id, 1)
        yield one, other, review_id


async def decide(
    process: Wired, review_id: str, ref: int, kind: DecisionKind = DecisionKind.APPROVED
) -> Outcome:
    actor = Actor(user="U_BEN", how=Medium.BUTTON, text=f"{kind.value} {ref}", now=NOW)
    request = DecisionRequest(kind=kind, refs=(ref,))
    return (await process.decide(TEAM, review_id, (request,), actor)).outcome


async def calls(process: Wired) -> int:
    stats = await process.redis.info("commandstats")
    return sum(of["calls"] for name, of in stats.items() if "eval" in name)


async def test_a_click_on_a_review_that_is_remembered_takes_one_command(
    two: tuple[Wired, Wired, str],
) -> None:
    one, _, review_id = two
    before = await calls(one)
    assert [await decide(one, review_id, ref) for ref in (2, 3, 25)] == [Outcome.RECORDED] * 3
    assert await calls(one) - before == 3


async def test_a_no_is_never_said_of_what_is_remembered(two: tuple[Wired, Wired, str]) -> None:
    one, other, review_id = two
    undo = Actor(user="U_BEN", how=Medium.THREAD_REPLY, text="undo 1", now=NOW)
    await other.reply(TEAM, review_id, undo)
    assert await decide(one, review_id, 1, DecisionKind.REJECTED) is Outcome.RECORDED
    state = await other.reviews.state(TEAM, review_id)
    assert state is not None
    assert (state.approved, state.rejected, state.undecided) == (0, 1, 29)


async def test_what_another_process_decided_stands(two: tuple[Wired, Wired, str]) -> None:
    one, other, review_id = two
    assert await decide(other, review_id, 2, DecisionKind.REJECTED) is Outcome.RECORDED
    assert await decide(one, review_id, 2) is Outcome.ALREADY_DECIDED
    assert await decide(one, review_id, 3) is Outcome.RECORDED
    leaving = Actor(user="U_BEN", how=Medium.THREAD_REPLY, text="exit", now=NOW)
    await other.exit(TEAM, review_id, leaving)
    assert await decide(one, review_id, 4) is Outcome.CLOSED
    trail = await one.reviews.audit(TEAM, review_id)
    decided = [(entry.detail["ref"], entry.detail["kind"]) for entry in trail if entry.event == "decided"]
    assert decided == [(1, "approved"), (2, "rejected"), (3, "approved")]
    assert (trail[-1].event, trail[-1].detail) == ("closed", {"not_approved": 27})


async def test_a_version_that_a_failover_made_another_step_of_is_told_apart(
    two: tuple[Wired, Wired, str],
) -> None:
    """Steps without an audit entry leave the chain as it is, so number and chain would not do."""
    one, other, review_id = two
    keys = ReviewKeys(TEAM, review_id)
    before, turns = await one.redis.hgetall(keys.state), await one.redis.lrange(keys.turns, 0, -1)
    talk = Actor(user="U_ANA", how=Medium.THREAD_REPLY, text="I am at lunch", now=NOW)
    await one.reply(TEAM, review_id, talk)  # and then this step is lost
    await one.redis.hset(keys.state, items=[part for pair in before.items() for part in pair])
    await one.redis.delete(keys.turns)
    await one.redis.rpush(keys.turns, *turns)
    await other.commit(review_id)  # another step of the same number
    assert await decide(one, review_id, 2) is Outcome.RECORDED
    state = await other.reviews.state(TEAM, review_id)
    assert state is not None
    assert state.turns == len(await other.reviews.turns(TEAM, review_id))
