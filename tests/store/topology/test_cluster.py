"""The store and the whole bot on a Redis Cluster of three nodes."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from redis.crc import key_slot

from bot.application.migrate import MigrateReviews
from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.review.outcome import Outcome
from bot.domain.review.state import ReviewState
from bot.domain.submission import Draft, Origin
from bot.domain.transaction import Transaction
from bot.intake import Intake
from bot.store import LAYOUT, StoreUnavailable, connect, open_stores
from bot.store.keys import SHARDS, ReviewKeys, open_reviews, outbox, shard_of
from bot.store.scripts.load import Besides
from tests.conftest import every_key_has_its_lifetime
from tests.layouts.older import COMMITS, read
from tests.office import SEED, open_office
from tests.store.servers import Server, cluster_of_three, eventually
from tests.store.test_reviews import actor, waiting
from tests.wired import TEAM, keys_that_expire, wired


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nodes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Server]]:
    async with cluster_of_three(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture
async def url(nodes: list[Server]) -> AsyncIterator[str]:
    """The address by one of its nodes; what a test leaves there is looked at, and taken away."""
    address = nodes[1].url.replace("redis", "redis+cluster", 1)
    yield address
    await every_key_has_its_lifetime(address)
    for node in nodes:
        await node.ask("FLUSHALL")


def third_of(key: str) -> int:
    """Which of the three nodes has the key."""
    return key_slot(key.encode()) * 3 // 16384


def test_all_keys_of_a_review_are_in_one_slot_with_its_outbox() -> None:
    spread = set()
    for number in range(500):
        keys = ReviewKeys(f"T{number}{{x}}", f"R-{number}")
        shard = shard_of(keys.team, keys.review)
        beside = {keys.outbox, keys.open, outbox(shard), open_reviews(shard)}
        mine = {*keys_that_expire(keys), keys.audit, keys.request("a{b}c"), *beside}
        slots = {key_slot(key.encode()) for key in mine}
        assert len(slots) == 1
        spread |= slots
    assert len(spread) == SHARDS
    thirds = [sum(slot * 3 // 16384 == third for slot in spread) for third in range(3)]
    assert min(thirds) >= SHARDS // 6, "one node of three would carry next to nothing"


async def test_reviews_on_all_nodes_are_submitted_decided_and_found_again(url: str) -> None:
    async with wired(url) as one, wired(url) as other:
        names = [await waiting(one, 3, f"request {number}") for number in range(12)]
        assert len({third_of(ReviewKeys(TEAM, name).state) for name in names}) == 3
        for name in names:
            kinds = (DecisionKind.APPROVED, DecisionKind.REJECTED)
            answers = await asyncio.gather(
                *(
                    service.decide(TEAM, name, (DecisionRequest(kind=kind, refs=(2,)),), actor())
                    for service, kind in zip((one, other), kinds, strict=True)
                )
            )
            assert sorted(each.outcome for each in answers) == [Outcome.ALREADY_DECIDED, Outcome.RECORDED]
            review = await other.reviews.load(TEAM, name, besides=Besides.UNDECIDED)
            assert review is not None
            assert sorted(review.entries) == [1, 3]
        assert sorted(await other.reviews.open_reviews(TEAM, newest=20)) == sorted(names)
        assert await other.stores.audit.teams_of(names[0]) == [TEAM]
        backlog = await other.stores.backlog.read(other.now())
        assert (backlog.reviews_open, backlog.outbox_depth > 0) == (12, True)
        standing = await other.stores.outbox.waiting()
        assert {job.ids[1] for job in standing} == set(names)
        await other.stores.outbox.drop(standing)
        assert await one.stores.outbox.waiting() == []
        assert await other.reviews.answers()


async def test_a_batch_that_was_submitted_is_known_again(url: str) -> None:
    rows = [
        Transaction(ref=ref, amount=Decimal(ref), currency="USD", vendor=f"Vendor {ref}")
        for ref in range(1, 1_203)
    ]
    async with wired(url) as one, wired(url) as other:
        origin = Origin(team=TEAM, submitter="U1", request="a", channel="C1", told_in="C1", source="text")
        assert isinstance(await one.offer(origin, Intake(transactions=tuple(rows))), ReviewState)
        again = origin.model_copy(update={"request": "b"})
        draft = await other.offer(again, Intake(transactions=tuple(rows[:900])))
        assert isinstance(draft, Draft)
        assert len(draft.known) == 900


async def test_a_slot_that_moves_is_followed_in_the_midst(url: str, nodes: list[Server]) -> None:
    async with wired(url) as service:
        review = await waiting(service, 8)
        slot = key_slot(ReviewKeys(TEAM, review).state.encode())
        first = slot * 3 // 16384
        owners = [nodes[(first + step) % 3] for step in range(4)]
        for ref, (source, target) in enumerate(pairwise(owners), start=1):
            await _move(slot, source, target)
            loaded = await service.reviews.load_whole(TEAM, review)  # a transaction, and then a script
            assert loaded is not None
            ask = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,)),)
            assert (await service.decide(TEAM, review, ask, actor())).outcome is Outcome.RECORDED


async def _move(slot: int, source: Server, target: Server) -> None:
    """Move one slot with all its keys, as an operator does who adds a node."""
    name = await target.ask("CLUSTER", "MYID")
    await source.ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", name)

    async def arrived() -> bool:
        left = await source.ask("CLUSTER", "COUNTKEYSINSLOT", slot)
        return not left and bool(await target.ask("CLUSTER", "COUNTKEYSINSLOT", slot))

    await eventually(arrived)


async def test_a_dead_node_is_an_outage_and_its_return_is_noticed(url: str, nodes: list[Server]) -> None:
    ask = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(1,)),)
    async with wired(url) as service:

        async def decided(name: str) -> bool:
            with contextlib.suppress(*StoreUnavailable):
                answer = await service.decide(TEAM, name, ask, actor())
                return answer.outcome in (Outcome.RECORDED, Outcome.ALREADY_DECIDED)
            return False

        names = [await waiting(service, 1, f"request {number}") for number in range(12)]
        nodes[0].kill()
        assert not all([await decided(name) for name in names])
        await nodes[0].start()
        for name in names:
            await eventually(lambda name=name: decided(name))  # type: ignore[misc]
            trail = await service.reviews.audit(TEAM, name)
            assert [entry.event for entry in trail].count("decided") == 1


async def test_the_whole_job_is_done_on_a_cluster(url: str, tmp_path: Path) -> None:
    async with open_office(tmp_path, redis_url=url) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3 payments needs")
        await office.click("U_REVIEWER", card, "hold", 2)
        await office.card("on hold")
        await office.reply("U_REVIEWER", "status", card)
        await office.reply("U_REVIEWER", "approve 2", card)
        await office.said("All payments have been processed.")
        await office.reply("U_REVIEWER", "exit", card)
        closed = await office.card("is closed")
        await office.click("U_REVIEWER", closed, "reopen")
        await office.card("everything is decided")
        review_state = await office.review_state(card)
        assert (review_state.routine, review_state.approved, review_state.waiting) == (2, 1, 0)


async def test_older_reviews_of_all_nodes_are_brought_forward(url: str) -> None:
    async with contextlib.aclosing(connect(url)) as redis:
        written = read(COMMITS[0])["keys"]
        for key, life, content in written:
            if key.startswith("cs:"):
                await redis.restore(key, max(life, 0), base64.b64decode(content))
    assert len({third_of(key) for key, _, _ in written if key.endswith(":state")}) > 1
    async with open_stores(url) as stores:
        migration = MigrateReviews(stores, lambda: datetime.now(UTC))
        survey = await migration.survey()
        assert (survey.reviews, survey.older) == (3, 3)
        left = await migration.run(lambda _: None)
        assert (left.older, left.layout, await stores.layout.number()) == (0, LAYOUT, LAYOUT)
