"""``countersign backup`` and ``countersign restore``, over real servers."""

import asyncio
import gzip
import json
import re
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.domain.conversation import DecisionKind
from bot.intake import read_text
from bot.store import LAYOUT, AppliedPolicy, PostedCard, UnreadableLayout, connect, copies
from bot.store.copies import Copies
from bot.store.keys import LAYOUT_NUMBER, ReviewKeys
from bot.store.layout import RESTORING
from bot.store.policy_history import THAT_OF_ALL
from bot.store.restoring import Restoring
from bot.store.scripts.copy import KeyCopy, ReviewCopy
from bot.store.topology.embedded import embedded_server
from tests.cli.test_command_line import one_sentence
from tests.processes import answered
from tests.store.audited import TYPED, assess, decide, decided, note, origin, service_on, show
from tests.store.servers import cluster_of_three
from tests.wired import TEAM, Wired

BESIDE = ("cs:{desk", "cs:drawn:", "cs:layout", "cs:pace:")


@pytest.fixture
async def two_servers(tmp_path: Path) -> AsyncIterator[tuple[Wired, Redis, Wired, Redis]]:
    """A service with a Redis of its own, and another beside it with nothing in it."""
    async with embedded_server(tmp_path / "one") as first, embedded_server(tmp_path / "two") as second:
        old, new = connect(first), connect(second)
        await service_on(old).stores.layout.begin()
        yield service_on(old), old, service_on(new), new
        await old.aclose()
        await new.aclose()


def env(folder: Path, name: str) -> dict[str, str]:
    return {"REDIS_URL": f"unix://{folder}/{name}/redis.sock"}


async def half_decided(service: Wired) -> ReviewKeys:
    """A review with one payment approved, shown in Slack, and one that waits."""
    taken = await service.offer(origin(), read_text(TYPED, currency="USD"))
    await assess(service, taken.id)
    await decide(service, TEAM, taken.id, DecisionKind.APPROVED, 4)
    await show(service, TEAM, taken.id)
    keys = ReviewKeys(TEAM, taken.id)
    await note(service.stores.messages, keys, card=PostedCard(ts="1.2", content="some blocks"))
    return keys


async def everything(redis: Redis) -> dict[str, tuple[Any, int]]:
    """All keys that a backup has, each with its content and when it ends."""
    found: dict[str, tuple[Any, int]] = {}
    read = {"string": "GET", "hash": "HGETALL", "set": "SMEMBERS"}
    ranges = {"list": ("LRANGE", "0", "-1"), "zset": ("ZRANGE", "0", "-1", "WITHSCORES")}
    async for key in redis.scan_iter(match="cs:*"):
        kind = str(await redis.type(key))
        if key.startswith(BESIDE) or kind == "stream":
            continue
        command = ranges.get(kind, (read.get(kind, ""),))
        content: Any = await redis.execute_command(command[0], key, *command[1:])  # type: ignore[no-untyped-call]
        if kind == "set":
            content = set(content)
        found[key] = content, await redis.pexpiretime(key)
    return found


async def test_a_half_decided_review_is_decided_on_another_server(
    tmp_path: Path, two_servers: tuple[Wired, Redis, Wired, Redis]
) -> None:
    service, old, restored, new = two_servers
    await decided(service, "two", "T2")
    keys = await half_decided(service)
    await old.set("cs:names:odd", b"\xff\xfe \x00".decode(errors="surrogateescape"), ex=500)
    made = await answered(tmp_path, "backup", "all.backup", **env(tmp_path, "one"))
    assert (made.code, made.err) == (0, "")
    assert "2 reviews with 12 lines of trails" in made.out
    assert stat.S_IMODE((tmp_path / "all.backup").stat().st_mode) == 0o600
    back = await answered(tmp_path, "restore", "all.backup", **env(tmp_path, "two"))
    assert (back.code, back.err) == (0, "")
    before, after = await everything(old), await everything(new)
    assert after[keys.messages][0].pop("card") == '["1.2",""]'  # nobody knows what it shows by now
    del before[keys.messages][0]["card"], before[keys.messages][0]["version"]
    assert after == before
    assert await new.get(LAYOUT_NUMBER) == str(LAYOUT)

    there = env(tmp_path, "two")
    verified = await answered(tmp_path, "audit", "verify", **there)
    assert verified.out == "2 audit trails, 12 entries, 0 broken\n"
    await show(restored, TEAM, keys.review)  # the card is drawn anew, by the job that was put there for it
    assert (await answered(tmp_path, "doctor", "--audit", **there)).out == "2 reviews, 0 problems\n"
    await decide(restored, TEAM, keys.review, DecisionKind.REJECTED, 2)
    state = await restored.reviews.state(TEAM, keys.review)
    assert state is not None
    assert (state.undecided, state.approved, state.rejected) == (0, 1, 1)
    assert (await answered(tmp_path, "audit", "verify", **there)).code == 0


async def test_it_says_which_policies_are_in_force_again(
    tmp_path: Path, two_servers: tuple[Wired, Redis, Wired, Redis]
) -> None:
    service, _, _, _ = two_servers
    await decided(service)
    at = datetime(2026, 11, 2, 12, tzinfo=UTC)
    history = service.stores.policy_history
    of_workspaces = {"T_OWN": "ab12", "T_BACK": THAT_OF_ALL, "T_NONE": ""}
    for home, version in {"": "cd34", **of_workspaces}.items():
        of_home = history.of_workspace(home) if home else history
        applied = AppliedPolicy(number=1, version=version, brought_by="ana", brought_from="desk", at=at)
        if home != "T_NONE":
            assert await of_home.put_in_force(applied, None)
        if home:
            await service.stores.installations.put(home, "an encrypted bot")
    await answered(tmp_path, "backup", "all.backup", **env(tmp_path, "one"))
    back = await answered(tmp_path, "restore", "all.backup", **env(tmp_path, "two"))
    brought = "brought by ana from desk on 2026-11-02 12:00 UTC."
    assert back.out.splitlines()[-3:] == [
        f"In force again is policy 1 (version cd34), {brought}",
        f"In force again in T_OWN is policy 1 (version ab12), {brought}",
        "Before bots and workers start, bring what came into force since: by this one others may decide.",
    ]


async def test_a_restored_review_has_its_jobs_its_timer_and_its_card_drawn_anew(
    two_servers: tuple[Wired, Redis, Wired, Redis],
) -> None:
    service, old, restored, new = two_servers
    taken = await service.offer(origin(), read_text(TYPED, currency="USD"))
    keys = ReviewKeys(TEAM, taken.id)
    await old.zadd(keys.timers, {f"{TEAM} {taken.id}": 1_900_000_000.25})
    await carried(old, new)
    jobs = [(job.name, job.ids[:2]) for job in await restored.stores.outbox.waiting()]
    of_review = (TEAM, taken.id)
    assert sorted(set(jobs)) == [("assess", of_review), ("publish", of_review)]
    assert await new.zscore(keys.timers, f"{TEAM} {taken.id}") == 1_900_000_000.25
    assert await new.zscore(keys.open, f"{TEAM} {taken.id}") == await old.zscore(
        keys.open, f"{TEAM} {taken.id}"
    )


async def carried(old: Redis, new: Redis) -> None:
    """Copy all that is stored, without a file."""
    restoring = Restoring(new)
    await restoring.begin("1")
    async for record in Copies(old).records():
        await restoring.put(record)
    await restoring.finish(LAYOUT)


async def test_a_copy_made_while_people_decide_has_each_review_of_one_moment(
    two_servers: tuple[Wired, Redis, Wired, Redis],
) -> None:
    """Whatever step a review was at, its trail, its state and its decisions say the same."""
    service, old, restored, new = two_servers
    names = []
    for number in range(6):
        rows = (f"{at}. ${90_000 + 100 * number + at} to Acme{number}x{at}. Memo: x" for at in range(1, 9))
        taken = await service.offer(origin(f"r{number}"), read_text("\n".join(rows), currency="USD"))
        await assess(service, taken.id)
        names.append(taken.id)
    decisions = 0

    async def deciding() -> None:
        nonlocal decisions
        for ref in range(1, 9):
            for name in names:
                await decide(service, TEAM, name, DecisionKind.APPROVED, ref)
                decisions += 1

    going = asyncio.create_task(deciding())
    await carried(old, new)
    assert 0 < decisions < 48
    await going
    checks = [await restored.stores.audit.check(TEAM, name, datetime.now(UTC)) for name in names]
    assert [checked.broken for checked in checks] == [None] * len(names)
    for name in names:
        state = await restored.reviews.state(TEAM, name)
        assert state is not None
        assert await new.hlen(ReviewKeys(TEAM, name).decisions) == state.approved


async def test_what_a_review_comes_of_is_read_before_it_and_what_is_learned_of_it_behind_it(
    two_servers: tuple[Wired, Redis, Wired, Redis],
) -> None:
    service, old, _, _ = two_servers
    keys = await half_decided(service)
    await service.learn(keys.review)
    for name in (keys.request("click"), "cs:files:T1:f", "cs:draft:T1:d", "cs:thread:T1:C1:1.2"):
        await old.set(name, "x", ex=60)
    order = [
        record.key if isinstance(record, KeyCopy) else "review"
        async for record in Copies(old).records()
        if not isinstance(record, copies.JobsCopy)
    ]
    at = order.index("review")
    assert {keys.request("click"), "cs:files:T1:f", "cs:draft:T1:d"} <= set(order[:at])
    assert {"cs:thread:T1:C1:1.2", "cs:{past T1}:vendors"} <= set(order[at + 1 :])


async def test_it_is_restored_into_an_empty_redis_alone(
    tmp_path: Path, two_servers: tuple[Wired, Redis, Wired, Redis]
) -> None:
    service, _, _, new = two_servers
    await half_decided(service)
    assert (await answered(tmp_path, "backup", "all.backup", **env(tmp_path, "one"))).code == 0
    await new.set("cs:names:T1", "x", ex=60)
    refused = await answered(tmp_path, "restore", "all.backup", **env(tmp_path, "two"))
    assert refused.code == 2
    assert "Something is stored in this Redis already" in refused.err
    assert await new.keys("*") == ["cs:names:T1"]
    again = await answered(tmp_path, "backup", "all.backup", **env(tmp_path, "one"))
    one_sentence(again, "all.backup exists already")


async def test_a_restore_that_was_stopped_lets_nobody_work_and_goes_on_with_the_same_file(
    tmp_path: Path, two_servers: tuple[Wired, Redis, Wired, Redis]
) -> None:
    service, old, restored, new = two_servers
    keys = await half_decided(service)
    for name in ("all.backup", "other.backup"):
        assert (await answered(tmp_path, "backup", name, **env(tmp_path, "one"))).code == 0
    there = env(tmp_path, "two")
    first = json.loads(gzip.decompress((tmp_path / "all.backup").read_bytes()).splitlines()[0])
    restoring = Restoring(new)
    await restoring.begin(first["id"])
    async for record in Copies(old).records():
        await restoring.put(record)  # and then its process is killed
    with pytest.raises(UnreadableLayout, match="is being restored"):
        await restored.stores.layout.look()
    one_sentence(await answered(tmp_path, "list", **there), "is being restored")
    other = await answered(tmp_path, "restore", "other.backup", **there)
    assert (other.code, "Another backup is being restored" in other.err) == (2, True)
    assert str(await new.get(LAYOUT_NUMBER)).startswith(RESTORING)
    assert (await answered(tmp_path, "restore", "all.backup", **there)).code == 0
    assert await new.llen(keys.audit) == await old.llen(keys.audit)
    assert (await answered(tmp_path, "audit", "verify", **there)).code == 0
    await decide(restored, TEAM, keys.review, DecisionKind.REJECTED, 2)


async def test_a_file_that_is_not_as_it_was_written_restores_nothing(
    tmp_path: Path, two_servers: tuple[Wired, Redis, Wired, Redis]
) -> None:
    service, _, _, new = two_servers
    await half_decided(service)
    assert (await answered(tmp_path, "backup", "all.backup", **env(tmp_path, "one"))).code == 0
    file = tmp_path / "all.backup"
    packed, lines = file.read_bytes(), gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    harmed = {
        "cut": packed[:-40],
        "changed": gzip.compress(b"".join(lines).replace(b"U_BEN", b"U_EVA")),
        "line lost": gzip.compress(b"".join(lines[:3] + lines[4:])),
        "no backup": b"Date,Amount\n",
        "newer": gzip.compress(lines[0].replace(b'backup":1', b'backup":2') + b"".join(lines[1:])),
        "newer layout": gzip.compress(lines[0].replace(b'"layout":', b'"layout":9')),
        "empty": b"",
    }
    for harm, content in harmed.items():
        assert content != packed, harm
        file.write_bytes(content)
        ended = await answered(tmp_path, "restore", "all.backup", **env(tmp_path, "two"))
        assert (ended.code, len(ended.err.splitlines())) == (2, 1), harm
        assert await new.keys("*") == [], harm


async def test_a_backup_can_be_looked_at_without_a_redis(
    tmp_path: Path, two_servers: tuple[Wired, Redis, Wired, Redis]
) -> None:
    service, _, _, _ = two_servers
    await half_decided(service)
    await answered(tmp_path, "backup", "all.backup", **env(tmp_path, "one"))
    told = await answered(tmp_path, "restore", "all.backup", "--check", REDIS_URL="redis://127.0.0.1:1")
    assert (told.code, told.err) == (0, "")
    assert re.search(r"all\.backup, made \d{4}-.* UTC by .*: 1 review with 4 lines of trails", told.out)


async def test_what_is_over_by_the_time_of_the_restore_stays_away(
    two_servers: tuple[Wired, Redis, Wired, Redis],
) -> None:
    service, old, restored, new = two_servers
    keys = await half_decided(service)
    restoring = Restoring(new)
    await restoring.begin("1")
    over = int((datetime.now(UTC) - timedelta(seconds=1)).timestamp() * 1000)
    async for record in Copies(old).records():
        if isinstance(record, ReviewCopy):
            record = record._replace(keys=[copy._replace(until=copy.until and over) for copy in record.keys])
        await restoring.put(record)
    await restoring.finish(LAYOUT)
    assert restoring.ended > 3
    assert [key for key in await new.keys("*") if keys.review in key] == [keys.audit]
    assert await new.zcard(keys.open) == 0
    assert await restored.stores.outbox.waiting() == []


async def test_a_backup_of_a_cluster_is_restored_into_another(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path / "one") as nodes, embedded_server(tmp_path / "two") as alone:
        address = nodes[0].url.replace("redis", "redis+cluster", 1)
        old = connect(address)
        service = service_on(old)
        await service.stores.layout.begin()
        keys = await half_decided(service)
        other = await decided(service, "two", "T2")
        assert (await answered(tmp_path, "backup", "cluster.backup", REDIS_URL=address)).code == 0
        assert (await answered(tmp_path, "restore", "cluster.backup", REDIS_URL=alone)).code == 0
        verified = await answered(tmp_path, "audit", "verify", REDIS_URL=alone)
        assert verified.out == "2 audit trails, 12 entries, 0 broken\n"
        assert (await answered(tmp_path, "backup", "one.backup", REDIS_URL=alone)).code == 0
        for node in nodes:
            await node.ask("FLUSHALL")
        assert (await answered(tmp_path, "restore", "one.backup", REDIS_URL=address)).code == 0
        verified = await answered(tmp_path, "audit", "verify", REDIS_URL=address)
        assert verified.out == "2 audit trails, 12 entries, 0 broken\n"
        await decide(service_on(old), TEAM, keys.review, DecisionKind.REJECTED, 2)
        assert await old.hlen(keys.decisions) == 2
        assert await old.llen(other.audit) == 8
        await old.aclose()


async def test_large_keys_are_carried_a_portion_at_a_time(
    two_servers: tuple[Wired, Redis, Wired, Redis],
) -> None:
    _, old, _, new = two_servers
    await old.hset("cs:names:T1", mapping={str(at): f"n{at}" for at in range(1_500)})
    await old.rpush("cs:{absences:T1}:log", *map(str, range(1_500)))
    await old.sadd("cs:many:T1", *map(str, range(1_500)))
    await old.zadd("cs:brought:T1:U1", {str(at): at + 0.125 for at in range(1_500)})
    for key in await old.keys("*"):
        await old.expire(key, 1_000)
    await carried(old, new)
    assert await everything(new) == await everything(old)


def test_every_key_of_a_review_is_part_of_its_copy() -> None:
    names = {name for name, what in vars(ReviewKeys).items() if isinstance(what, property)}
    assert names - {"outbox", "timers", "open"} == set(copies.PARTS)
