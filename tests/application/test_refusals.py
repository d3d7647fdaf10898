"""Refused attempts: one person leaves one entry an hour in the trail of a review, and none goes uncounted."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.audit_entries import Untold, refused_since
from bot.domain.review.outcome import Outcome
from bot.domain.review.transition import Actor, Transition
from bot.domain.transaction import Transaction
from bot.store import Committed
from bot.store.audit import AuditTrails
from bot.store.keys import ReviewKeys
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin
from tests.wired import NOW, TEAM, Wired, wired

ROWS = [Transaction(ref=ref, amount=Decimal(12_000), currency="USD", vendor=f"V {ref}") for ref in (1, 2)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Wired, Wired, str]]:
    """Two processes, and a review of two flagged payments that ana has submitted."""
    async with embedded_server(tmp_path) as url, wired(url) as one, wired(url) as other:
        review_id = (await one.submit(origin(), ROWS)).id
        await one.assess(review_id)
        yield one, other, review_id


async def click(
    process: Wired, review_id: str, at: datetime = NOW, user: str = "U_ANA", ref: int = 1, said: str = "yes"
) -> Outcome:
    request = DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,))
    who = Actor(user=user, how=Medium.BUTTON, text=said, now=at)
    return (await process.decide(TEAM, review_id, (request,), who)).outcome


async def refused(process: Wired, review_id: str) -> list[dict[str, Any]]:
    trail = await process.reviews.audit(TEAM, review_id)
    return [{"actor": entry.actor, **entry.detail} for entry in trail if entry.event == "refused"]


async def test_three_hundred_refused_clicks_are_one_entry_and_the_next_hour_tells_how_many(
    two: tuple[Wired, Wired, str],
) -> None:
    one, other, review_id = two
    for number in range(300):
        at = NOW + number * MINUTE / 10
        assert await click((one, other)[number % 2], review_id, at) is Outcome.OWN_BATCH
    first = {"actor": "U_ANA", "outcome": "own_batch", "said": "yes", "how": "button"}
    assert await refused(one, review_id) == [first]
    await click(other, review_id, NOW + 61 * MINUTE)
    told = {**first, "more": {"own_batch": 299}, "since": "2026-11-22T12:04:00Z"}
    assert await refused(one, review_id) == [first, told]
    await click(one, review_id, NOW + 62 * MINUTE)
    await click(one, review_id, NOW + 200 * MINUTE)
    assert (await refused(one, review_id))[2]["more"] == {"own_batch": 1}
    assert (await AuditTrails(one.redis).check(TEAM, review_id, NOW + 300 * MINUTE)).broken is None


async def test_attempts_in_several_processes_at_once_are_all_counted(two: tuple[Wired, Wired, str]) -> None:
    one, other, review_id = two
    await asyncio.gather(*(click(process, review_id) for process in (one, other) for _ in range(30)))
    assert len(await refused(one, review_id)) == 1
    await asyncio.gather(
        *(click(process, review_id, NOW + 61 * MINUTE) for process in (one, other) for _ in range(30))
    )
    _, second = await refused(one, review_id)
    await click(one, review_id, NOW + 122 * MINUTE)
    third = (await refused(one, review_id))[2]
    # What was counted while the second entry was made is told by the third.
    assert second["more"]["own_batch"] + third["more"]["own_batch"] == 59 + 59


async def test_what_is_counted_while_an_entry_is_made_is_left_to_the_next(
    two: tuple[Wired, Wired, str],
) -> None:
    one, other, review_id = two
    for _ in range(3):
        await click(one, review_id)
    state = await one.reviews.state(TEAM, review_id)
    assert state is not None
    await click(other, review_id)
    entry = refused_since("U_ANA", NOW + MINUTE, Untold(NOW, {"own_batch": 2}))
    done = await one.reviews.commit(state, Transition(state, audit=(entry,), jobs=()))
    assert isinstance(done, Committed)
    assert done.untold
    left = await one.reviews.refusals.untold(ReviewKeys(TEAM, review_id))
    assert left == {"U_ANA": Untold(NOW + MINUTE, {"own_batch": 1})}


async def test_each_person_has_an_entry_of_their_own(two: tuple[Wired, Wired, str]) -> None:
    one, _, review_id = two
    one.policy = one.policy.model_copy(update={"approvers": ("U_BEN",)})
    for user in ("U_ANA", "U_DOV", "U_ANA", "U_DOV"):
        await click(one, review_id, user=user)
    assert [(entry["actor"], entry["outcome"]) for entry in await refused(one, review_id)] == [
        ("U_ANA", "own_batch"),
        ("U_DOV", "not_an_approver"),
    ]


async def test_what_is_counted_is_told_where_the_review_is_closed(two: tuple[Wired, Wired, str]) -> None:
    one, other, review_id = two
    for _ in range(4):
        await click(one, review_id)
    assert await click(other, review_id, NOW + MINUTE, "U_BEN") is Outcome.RECORDED
    assert len(await refused(one, review_id)) == 1
    leaving = Actor(user="U_BEN", how=Medium.THREAD_REPLY, text="exit", now=NOW + 2 * MINUTE)
    await other.exit(TEAM, review_id, leaving)
    told = {"actor": "U_ANA", "more": {"own_batch": 3}, "since": "2026-11-22T12:04:00Z"}
    assert (await refused(one, review_id))[1:] == [told]
    assert (await AuditTrails(one.redis).check(TEAM, review_id, NOW + 3 * MINUTE)).broken is None


async def test_what_is_counted_is_told_with_the_next_decision_after_the_hour(
    two: tuple[Wired, Wired, str],
) -> None:
    one, other, review_id = two
    for _ in range(4):
        await click(one, review_id)
    await click(other, review_id, NOW + 59 * MINUTE, "U_BEN", 1)
    assert len(await refused(one, review_id)) == 1
    await click(other, review_id, NOW + 60 * MINUTE, "U_BEN", 2)
    assert [entry.get("more") for entry in await refused(one, review_id)] == [None, {"own_batch": 3}]


async def test_a_reply_that_is_delivered_again_counts_once(two: tuple[Wired, Wired, str]) -> None:
    one, other, review_id = two
    who = Actor(user="U_ANA", how=Medium.THREAD_REPLY, text="approve 1", now=NOW)
    for key in ("message 1", "message 1", "message 2", "message 2", "message 3"):
        for process in (one, other):
            await process.reply(TEAM, review_id, who, idempotency_key=key)
    await click(one, review_id, NOW + 61 * MINUTE)
    assert [entry.get("more") for entry in await refused(one, review_id)] == [None, {"own_batch": 2}]


async def test_an_entry_holds_the_beginning_of_what_was_said(two: tuple[Wired, Wired, str]) -> None:
    one, _, review_id = two
    await click(one, review_id, said="x" * 40_000)
    (entry,) = await refused(one, review_id)
    assert entry["said"] == "x" * 499 + "…"


async def test_counts_live_no_longer_than_their_review(two: tuple[Wired, Wired, str]) -> None:
    one, _, review_id = two
    keys = ReviewKeys(TEAM, review_id)
    for _ in range(2):
        await click(one, review_id)
    life = await one.redis.ttl(keys.state)
    for key in (keys.refused, keys.refusals):
        assert life - 5 <= await one.redis.ttl(key) <= life + 5
