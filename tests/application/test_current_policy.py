"""The policy in force where others write too, where Redis fails, and where it cannot be read."""

import asyncio
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import pytest
from docket import Retry
from redis.asyncio import Redis

from bot.application.current_policy import PolicyUnreadable
from bot.application.ports import UNOBSERVED
from bot.domain.policy import Policy, PolicyError, default_policy
from bot.domain.policy.written import WrittenPolicy
from bot.store import Job, StoreUnavailable, connect, stores_over
from bot.store.keys import POLICY_HISTORY, policy
from bot.worker.attempts import AttemptBoundary
from tests.application.policy_processes import LOOSE, NOW, STRICT, Process, write
from tests.store.servers import cluster_of_three, one_server
from tests.wired import KeptQueue


async def test_of_two_that_saw_the_same_policy_only_one_replaces_it(redis: Redis) -> None:
    process = Process(redis)
    await process.bring(STRICT)
    proposals = [
        await process.apply.compare(WrittenPolicy.of("ours.toml", STRICT.replace("100", str(limit))))
        for limit in range(10, 20)
    ]
    done = await asyncio.gather(
        *(process.apply.apply(each, "ana", "desk", loosen=False) for each in proposals)
    )
    assert len([applied for applied in done if applied]) == 1
    assert len(await process.in_force()) == 2


async def test_many_processes_that_start_at_once_bring_one_policy(redis: Redis, file: Path) -> None:
    processes = [Process(redis, file) for _ in range(10)]
    await asyncio.gather(*(process.watch.begin() for process in processes))
    assert await processes[0].in_force() == [(1, "file", False)]
    assert {process.limit for process in processes} == {100}


async def test_a_policy_that_this_version_cannot_read_lets_nobody_go_by_another(
    redis: Redis, file: Path
) -> None:
    process = Process(redis)
    await process.bring(STRICT)
    version = Policy.from_toml(STRICT).version
    for unreadable in ('{"what": "a later version wrote"}', None):
        await (redis.set(policy(version), unreadable) if unreadable else redis.delete(policy(version)))
        fresh = Process(redis, file)
        with pytest.raises(PolicyUnreadable, match="cannot be read by this version"):
            await fresh.watch.begin()
        with pytest.raises(StoreUnavailable):
            fresh.current()
        with pytest.raises(PolicyError, match="so it may loosen that"):
            await fresh.bring(STRICT.replace("100", "9"), loosen=False)
    assert await fresh.bring(STRICT.replace("100", "9"))
    await fresh.current.refresh()
    assert fresh.limit == 9


async def test_an_emptied_redis_gets_the_file_again_and_an_older_one_counts_as_it_is(
    redis: Redis, file: Path
) -> None:
    process = Process(redis, file)
    await process.watch.begin()
    await process.bring(STRICT.replace("100", "7"))
    await process.current.refresh()
    assert process.limit == 7
    await redis.rpop(POLICY_HISTORY)
    await process.current.refresh()
    assert process.limit == 100
    await redis.flushall()
    await process.current.refresh()
    assert process.current() == default_policy()
    await process.look()
    assert process.current() == Policy.from_toml(STRICT)


async def test_a_redis_that_is_away_is_said_and_the_file_is_brought_when_it_is_back(
    tmp_path: Path, file: Path
) -> None:
    async with one_server(tmp_path / "server") as server, aclosing(connect(server.url)) as redis:
        process = Process(redis, file)
        server.kill()
        await process.watch.begin()
        with pytest.raises(StoreUnavailable):
            process.current()
        with pytest.raises(StoreUnavailable):
            await process.look(1)
        await server.start()
        await process.look()
        assert process.limit == 100
        server.kill()
        with pytest.raises(StoreUnavailable):
            await process.current.refresh()


async def test_a_cluster_holds_the_policy_too(tmp_path: Path, file: Path) -> None:
    async with cluster_of_three(tmp_path / "nodes") as nodes, AsyncExitStack() as stack:
        url = f"redis+cluster://127.0.0.1:{nodes[0].port}"
        redis = await stack.enter_async_context(aclosing(connect(url)))
        process, beside = Process(redis, file, loosen=True), Process(redis)
        await process.watch.begin()
        write(file, LOOSE)
        await process.look()
        await beside.current.refresh()
        assert beside.current() == Policy.from_toml(LOOSE)
        assert await beside.in_force() == [(1, "file", False), (2, "file", True)]
        assert len(process.told) == 1


async def test_a_job_goes_by_the_policy_that_is_in_force_when_it_begins(redis: Redis) -> None:
    process = Process(redis)
    await process.bring(STRICT)
    await process.watch.begin()
    seen: list[int] = []

    async def body() -> None:
        seen.append(process.limit)

    stores, queue = stores_over(redis), KeptQueue()
    boundary = AttemptBoundary(
        queue, stores.job_attempts, stores.outbox, process.current.refresh, lambda: NOW, UNOBSERVED
    )
    for limit in (100, 90, 80):
        await process.bring(STRICT.replace("100", str(limit)))
        await boundary.run(Job("publish", f"publish:{limit}", ("T1", "R-1")), Retry(), body)
    assert seen == [100, 90, 80]
