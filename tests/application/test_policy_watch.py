"""One policy in force for all processes: who changes it, who follows, and what the operators hear."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from bot import metrics
from bot.application.ports import TryLater
from bot.domain.policy import Policy, PolicyError, default_policy
from bot.store import keys
from tests.application.policy_processes import LOOSE, NOW, STRICT, Process, remove, write
from tests.store.servers import eventually


async def test_a_process_brings_its_file_and_one_without_takes_what_is_in_force(
    redis: Redis, file: Path
) -> None:
    first, second = Process(redis, file), Process(redis)
    await first.watch.begin()
    await second.watch.begin()
    assert second.current() == first.current() == Policy.from_toml(STRICT)
    assert await first.in_force() == [(1, "file", False)]
    write(file, STRICT.replace("100", "50"))
    await first.look()
    await second.current.refresh()
    assert (first.limit, second.limit) == (50, 50)
    assert await first.in_force() == [(1, "file", False), (2, "file", False)]
    assert first.told == second.told == []


async def test_where_nothing_was_ever_brought_the_default_judges_and_is_not_written(redis: Redis) -> None:
    process = Process(redis)
    await process.watch.begin()
    assert process.current() == default_policy()
    assert process.current.applied is None
    assert await process.in_force() == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (LOOSE, "loosens the policy in force: approver U2 added, limit USD 100 -> 500; if that is meant"),
        ("", "policy.toml sets nothing"),
        ("# approvers = []\n", "policy.toml sets nothing"),
        ("[limits\n", "Line 1"),
        ("approvers = 5\n", "approvers"),
    ],
)
async def test_what_is_refused_leaves_what_is_and_the_operators_hear_of_it_once(
    redis: Redis, file: Path, content: str, says: str
) -> None:
    process, beside = Process(redis, file), Process(redis, file)
    await process.watch.begin()
    await beside.watch.begin()
    write(file, content)
    for _ in range(3):
        await process.look()
        await beside.look()
    assert process.current() == Policy.from_toml(STRICT)
    assert await process.in_force() == [(1, "file", False)]
    (told,) = process.told + beside.told
    assert says in told
    write(file, STRICT.replace("100", "90"))
    await process.look()
    assert process.limit == 90


async def test_a_file_that_is_taken_away_changes_nothing(redis: Redis, file: Path) -> None:
    process = Process(redis, file)
    await process.watch.begin()
    remove(file)
    await process.look()
    assert process.limit == 100
    assert "policy.toml cannot be read" in process.told[0]


async def test_a_start_with_a_refused_file_goes_on_with_what_is_in_force(redis: Redis, file: Path) -> None:
    await Process(redis).bring(STRICT)
    for content in (LOOSE, "", "[limits\n"):
        write(file, content)
        process = Process(redis, file)
        await process.watch.begin()
        assert process.limit == 100
        await process.look(1)
        assert len(process.told) == 1


async def test_a_start_with_a_refused_file_and_nothing_in_force_ends(redis: Redis, file: Path) -> None:
    for content, says in (("", "policy.toml sets nothing"), ("# later\n", "sets nothing"), ("[l", "Line 1")):
        write(file, content)
        with pytest.raises(PolicyError, match=says):
            await Process(redis, file).watch.begin()
    assert await Process(redis).in_force() == []


async def test_what_may_loosen_does_and_the_operators_are_told_by_whom(redis: Redis, file: Path) -> None:
    process, beside = Process(redis, file, loosen=True), Process(redis)
    await process.watch.begin()
    await beside.watch.begin()
    write(file, LOOSE)
    await process.look()
    await beside.look()
    assert beside.limit == 500
    (told,) = process.told + beside.told
    assert "policy 2 " in told
    assert "brought by file from" in told
    assert "It loosens the one before: approver U2 added, limit USD 100 -> 500." in told
    write(file, "")
    await process.look()
    assert "Its file sets nothing" not in process.told[0]
    assert len(process.told + beside.told) == 2


async def test_what_was_loosened_by_command_is_told_by_a_process_also_by_one_that_starts_later(
    redis: Redis,
) -> None:
    await Process(redis).bring(STRICT)
    await Process(redis).bring(LOOSE)
    later = Process(redis)
    await later.watch.begin()
    later.slack_answers = False
    with pytest.raises(TryLater):
        await later.look(1)
    later.slack_answers = True
    await later.look()
    (told,) = later.told
    assert "brought by ana from desk: ours.toml on 2026-11-22 12:04 UTC" in told
    much_later = Process(redis)
    much_later.now = NOW + timedelta(days=30)
    await redis.delete(*[key async for key in redis.scan_iter("cs:policy_news:*")])
    await much_later.look()
    assert much_later.told == []


async def test_processes_that_disagree_do_not_flip_the_policy_and_are_told(
    redis: Redis, file: Path, tmp_path: Path
) -> None:
    other_file = tmp_path / "other.toml"
    other_file.write_text(STRICT.replace("100", "40"))
    first, second = Process(redis, file), Process(redis, other_file)
    await first.watch.begin()
    await second.watch.begin()
    for _ in range(3):
        await first.look()
        await second.look()
    assert (first.limit, second.limit) == (40, 40)
    assert await first.in_force() == [(1, "file", False), (2, "file", False)]
    (told,) = first.told
    assert "policy.toml, of version" in told
    assert "In force is policy 2" in told
    assert second.told == []


async def test_a_half_written_file_is_left_alone_until_it_stays_as_it_is(redis: Redis, file: Path) -> None:
    process = Process(redis, file)
    await process.watch.begin()
    await process.look()
    write(file, "limits.USD = 100\n")  # a policy in which nobody may decide
    await process.look(1)
    write(file, STRICT + "correction_minutes = 5\n")
    await process.look()
    assert process.current() == Policy.from_toml(STRICT + "correction_minutes = 5\n")
    assert len(await process.in_force()) == 2


def counted() -> dict[str, float]:
    """What this process shows of the policy at `/metrics`."""
    return {
        "_".join(sample.labels.values()) or "number": sample.value
        for family in text_string_to_metric_families(metrics.exposition(None).decode())
        if family.name.startswith("countersign_policy_")
        for sample in family.samples
    }


async def test_metrics_say_by_which_policy_a_process_goes_and_whether_its_file_is_in_force(
    redis: Redis, file: Path
) -> None:
    agreed = {"file": 0, "refused": 0, "unreadable": 0}
    process = Process(redis, file)
    await process.watch.begin()
    assert counted() == {"number": 1, **agreed}
    await process.bring(LOOSE)
    await process.look()
    assert counted() == {"number": 2, **agreed, "file": 1}
    write(file, "[limits\n")
    await process.look()
    assert counted() == {"number": 2, **agreed, "refused": 1}
    write(file, LOOSE)
    await process.look()
    assert counted() == {"number": 2, **agreed}


async def test_metrics_say_that_the_policy_in_force_cannot_be_read(redis: Redis) -> None:
    await Process(redis).bring(STRICT)
    process = Process(redis)
    (entry,) = await process.history.entries()
    await redis.delete(keys.policy(entry.version))

    async def is_counted() -> bool:
        return counted()["unreadable"] == 1

    async with process.watch.watching(process.tell):
        await eventually(is_counted)
