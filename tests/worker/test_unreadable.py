"""What stands in Redis and cannot be read is set aside: it runs nothing, ends no worker, comes only once."""

import asyncio
import os
import pickle
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis, RedisCluster

from bot.store import open_stores
from bot.store.keys import DEAD_LETTERS, UNREADABLE, UNREADABLE_TOLD, job_record, outbox
from bot.store.topology.embedded import embedded_server
from bot.worker import mending
from tests.office import PATIENCE, TEAM, open_office
from tests.store.servers import cluster_of_three

STREAM = "countersign:stream"
Fields = dict[Any, Any]
NOW = b"2026-11-28T12:00:00+00:00"
GOOD: Fields = {
    b"key": b"publish:T_SANDBOX:R-00000:1",
    b"when": NOW,
    b"function": b"publish",
    b"args": pickle.dumps((TEAM, "R-00000", 1)),
    b"kwargs": pickle.dumps({"request": "reply-1"}),
    b"attempt": b"1",
    b"generation": b"0",
}


class Bomb:
    """Its pickle makes whoever unpickles it write a file."""

    def __init__(self, crater: Path) -> None:
        self._crater = crater

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self._crater),))


def without(*names: bytes) -> Fields:
    return {name: value for name, value in GOOD.items() if name not in names}


def queued_garbage(crater: Path) -> dict[str, Fields]:
    """Entries of the job queue that no worker can do."""
    bomb = pickle.dumps((Bomb(crater),))
    itself: list[Any] = []
    itself.append(itself)
    return {
        "other fields": {b"hello": b"world"},
        "no key": without(b"key"),
        "no arguments": without(b"args", b"kwargs"),
        "no pickle": GOOD | {b"args": b"\xff\xfe\x00"},
        "an unfinished pickle": GOOD | {b"args": pickle.dumps((TEAM, "R-00000", 1))[:-3]},
        "a bomb": GOOD | {b"args": bomb},
        "a bomb by name": GOOD | {b"kwargs": pickle.dumps({"request": Bomb(crater)})},
        "a pickle of its first protocol": GOOD | {b"args": pickle.dumps((Bomb(crater),), protocol=0)},
        "a list in itself": GOOD | {b"args": pickle.dumps((itself, "R-00000", 1))},
        "a memo without end": GOOD | {b"args": b"\x80\x04Nr\xff\xff\xff\xff."},
        "half a character": GOOD | {b"args": pickle.dumps((TEAM, "R-\udcff", 1))},
        "too few arguments": GOOD | {b"args": pickle.dumps((TEAM,))},
        "too many arguments": GOOD | {b"args": pickle.dumps((TEAM, "R-00000", 1, "reply-1", "key", 1, 1))},
        "what docket gives": GOOD | {b"kwargs": pickle.dumps({"retry": "never"})},
        "text for a number": GOOD | {b"args": pickle.dumps((TEAM, "R-00000", "1"))},
        "an unknown job": GOOD | {b"function": b"dance"},
        "a key that is no text": GOOD | {b"key": b"\xff\xff"},
        "no moment": GOOD | {b"when": b"tomorrow"},
        "a moment of no zone": GOOD | {b"when": b"2026-11-28T12:00:00"},
        "no number": GOOD | {b"attempt": b"many"},
        "a number without end": GOOD | {b"generation": b"9" * 9000},
        "traces that are no text": without(b"key") | {b"traceparent": b"\xff\xff"},
    }


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[str, Any]]:
    """A server that outlives the bots of a test, and a connection that gives bytes."""
    async with embedded_server(tmp_path / "redis") as url, Redis.from_url(url) as redis:
        yield url, redis


async def work_is_done(folder: Path, url: str, told: str = "") -> None:
    """A bot with a worker on this Redis does what it is asked for, and says ``told`` to its operators."""
    async with open_office(folder, redis_url=url, operators="C_GENERAL") as office:
        await office.command("U_REQUESTER", f"12000 USD | {folder.name.title()} Corp | Reimbursement")
        card = await office.card("1 of 1")
        await office.click("U_REVIEWER", card, "approve", 1)
        await office.card("everything is decided")
        if told:
            await office.said(told)
        async with Redis.from_url(url) as redis, asyncio.timeout(PATIENCE):
            while await redis.xlen(STREAM):  # noqa: ASYNC110 - nothing is to be seen in Slack
                await asyncio.sleep(0.02)
        said = [
            message for message in (await office.state())["messages"] if message["channel"] == "C_GENERAL"
        ]
    assert len(said) == bool(told), said


async def set_aside(url: str) -> list[tuple[str, str]]:
    async with open_stores(url) as stores:
        return [(entry.place, entry.why) for entry in await stores.unreadable.all()]


async def test_an_entry_of_the_queue_that_no_worker_can_do_is_set_aside(
    tmp_path: Path, server: tuple[str, Any]
) -> None:
    url, redis = server
    garbage = queued_garbage(tmp_path / "crater")
    for fields in garbage.values():
        await redis.xadd(STREAM, fields)
    await work_is_done(tmp_path / "one", url, told=f"I set aside {len(garbage)} entries")
    assert not (tmp_path / "crater").exists()
    kept = await set_aside(url)
    assert len(kept) == len(garbage)
    assert {place for place, _ in kept} == {"job queue"}
    assert (await redis.xpending(STREAM, "docket-workers"))["pending"] == 0
    await work_is_done(tmp_path / "two", url)  # nothing comes again after a restart
    assert len(await set_aside(url)) == len(garbage)


async def test_a_strike_in_redis_is_not_even_read(tmp_path: Path, server: tuple[str, Any]) -> None:
    url, redis = server
    bomb = pickle.dumps(Bomb(tmp_path / "crater"))
    await redis.xadd("countersign:strikes", {"direction": "strike", "operator": "==", "value": bomb})
    await redis.xadd("countersign:strikes", {"hello": "world"})
    await work_is_done(tmp_path / "one", url)
    assert not (tmp_path / "crater").exists()


async def test_an_unreadable_entry_of_an_outbox_holds_up_none_behind_it(
    tmp_path: Path, server: tuple[str, Any]
) -> None:
    url, redis = server
    job = {b"job": b"publish", b"review": b"T_SANDBOX R-00000", b"version": b"1"}
    asked = {b"job": b"take_in", b"key": b"take_in:T:F"}
    garbage: list[Fields] = [
        {b"hello": b"world"},
        job | {b"review": b"R-00000"},
        job | {b"version": b"one"},
        job | {b"version": b"9" * 9000},
        job | {b"job": b"\xff\xfe"},
        job | {b"review": b"T_SANDBOX R-\xff"},
        job | {b"request": b"\x00"},
        asked | {b"ids": b"no list"},
        asked | {b"ids": b'"text"'},
        asked | {b"ids": b"[1.5]"},
        asked | {b"ids": b"[" * 90_000},
        {b"job": b"take_in", b"ids": b'["T", "F"]'},
    ]
    for fields in garbage:
        await redis.xadd(outbox(3), fields)
    await redis.xadd(outbox(3), job)
    await redis.set(outbox(4), "no stream at all")
    async with open_stores(url) as stores:
        assert [(job.name, job.shard) for job in await stores.outbox.waiting()] == [("publish", 3)]
    # No job takes these, which only a worker can tell.
    garbage += [asked | {b"ids": b'["T"]'}, asked | {b"ids": b'["T", 1]'}, job | {b"version": b"9" * 99}]
    for fields in garbage[-3:]:
        await redis.xadd(outbox(3), fields)
    await work_is_done(tmp_path / "one", url, told=f"I set aside {len(garbage) + 1} entries")
    # What the office itself asked for last may stand in either, as in any other.
    left = [fields for _, fields in await redis.xrange(outbox(3))]
    assert [fields for fields in (*garbage, job) if fields in left] == []
    assert await redis.type(outbox(4)) in (b"none", b"stream")
    assert {place for place, _ in await set_aside(url)} == {"outbox 3", "outbox 4"}


async def test_unreadable_counts_and_dead_letters_hold_up_no_job(
    tmp_path: Path, server: tuple[str, Any]
) -> None:
    url, redis = server
    for at, fields in enumerate(
        [
            {"begun": b"many"},
            {"begun": b"1", "failed": b"\xff"},
            {"begun": b"9" * 40},
        ]
    ):
        key = f"learn:{TEAM}:R-0000{at}:1"
        await redis.hset(job_record(key), mapping=fields)
        await redis.xadd(STREAM, GOOD | {b"key": key.encode(), b"function": b"learn"})
    key = f"learn:{TEAM}:R-00009:1"
    await redis.set(job_record(key), "no hash at all")
    await redis.xadd(STREAM, GOOD | {b"key": key.encode(), b"function": b"learn"})
    letters = {b"a": b"{}", b"b": b"\xff\xfe", b"c": b"[1]", b"\xff": b'{"job": "publish"}'}
    await redis.hset(DEAD_LETTERS, mapping=letters)
    await work_is_done(tmp_path / "one", url, told="I set aside 8 entries")
    assert not await redis.exists(DEAD_LETTERS)
    assert not [key async for key in redis.scan_iter(match="cs:job:*")]
    assert {place for place, _ in await set_aside(url)} == {"counts of a job", "dead letters"}


async def test_dead_letters_that_are_no_list_of_letters_are_set_aside(
    tmp_path: Path, server: tuple[str, Any]
) -> None:
    url, redis = server
    await redis.set(DEAD_LETTERS, "no hash at all")
    await work_is_done(tmp_path / "one", url, told="I set aside an entry")
    assert await set_aside(url) == [("dead letters", "it is a string")]


async def test_an_unreadable_job_for_later_holds_up_none_behind_it(
    tmp_path: Path, server: tuple[str, Any]
) -> None:
    url, redis = server
    later: dict[str, Fields] = {
        "no moment": {name: value for name, value in GOOD.items() if name != b"when"},
        "no job": {b"hello": b"world"},
        "no key": {name: value for name, value in GOOD.items() if name != b"key"},
    }
    for name, fields in later.items():
        await redis.hset(f"countersign:{name}", mapping=fields)
        await redis.zadd("countersign:queue", {name: 1})
    await redis.set("countersign:no hash", "at all")
    await redis.zadd("countersign:queue", {"no hash": 1, b"\xff": 1})
    await work_is_done(tmp_path / "one", url, told="I set aside 4 entries")
    assert {place for place, _ in await set_aside(url)} == {"jobs for later"}
    assert not await redis.zcount("countersign:queue", 0, 1)


@pytest.mark.parametrize("fields", [{}, {"completed_at": "soon", "generation": "many"}])
async def test_an_unreadable_record_of_a_job_neither_ends_the_worker_nor_loses_the_job(
    tmp_path: Path, server: tuple[str, Any], fields: Fields
) -> None:
    url, redis = server
    job = GOOD | {b"generation": b"1"}
    record = f"countersign:runs:{GOOD[b'key'].decode()}"
    if fields:
        await redis.hset(record, mapping={"generation": "1"} | fields)
    else:
        await redis.set(record, "no hash at all")
    await redis.xadd(STREAM, job)
    await work_is_done(tmp_path / "one", url, told="I set aside an entry")
    assert [place for place, _ in await set_aside(url)] == ["records of jobs"]
    assert await redis.hget(record, "state") == b"completed"


async def test_a_worker_outlives_a_record_that_was_mended_while_it_ended(
    tmp_path: Path, server: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "EVERY", 0.0)  # so that the task beside the worker is the first to mend
    url, redis = server
    record = f"countersign:runs:{GOOD[b'key'].decode()}"
    await redis.hset(record, mapping={"generation": "1", "error": b"\xff"})
    await redis.xadd(STREAM, GOOD | {b"generation": b"1"})
    await work_is_done(tmp_path / "one", url, told="I set aside an entry")


async def test_what_somebody_wrote_among_what_was_set_aside_is_told_once(server: tuple[str, Any]) -> None:
    url, redis = server
    await redis.hset(UNREADABLE, "job queue 1", "no entry")
    async with open_stores(url) as stores:
        (entry,) = told = await stores.unreadable.untold()
        assert entry.name == "set aside job queue 1"
        await stores.unreadable.told(told)
        await redis.delete(UNREADABLE_TOLD)
        assert await stores.unreadable.untold() == []
        assert [kept.name for kept in await stores.unreadable.all()] == [entry.name]


async def test_the_reader_stands_before_the_queue_of_a_cluster_too(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path / "servers") as (node, *_):
        url = f"redis+cluster://127.0.0.1:{node.port}"
        async with RedisCluster(host="127.0.0.1", port=node.port) as redis:
            await redis.xadd(
                "{countersign}:stream", GOOD | {b"args": pickle.dumps((Bomb(tmp_path / "crater"),))}
            )
            async with open_office(tmp_path / "one", redis_url=url, operators="C_GENERAL") as office:
                await office.command("U_REQUESTER", "12000 USD | Acme Corp | Reimbursement")
                await office.card("1 of 1")
                await office.said("I set aside an entry")
    assert not (tmp_path / "crater").exists()
