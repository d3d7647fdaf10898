"""What was given up is named by the doctor, and taken up again by command."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import DeadLetter, JobAttempts, connect, open_stores, unreadable
from bot.store.topology.embedded import embedded_server
from bot.store.unreadable import printable
from tests.processes import answered

KEY = "publish:T_SANDBOX:R-7K3F2:4"


async def test_dead_letters_are_named_and_asked_for_again(tmp_path: Path) -> None:
    letter = DeadLetter(
        job="publish",
        key=KEY,
        ids=("T_SANDBOX", "R-7K3F2", 4),
        begun=200,
        failed=200,
        reference="ab12cd34",
        at=datetime(2026, 11, 22, 12, 4, tzinfo=UTC),
    )
    async with embedded_server(tmp_path / "redis") as url:
        redis = connect(url)
        letters = JobAttempts(redis)
        await letters.bury(letter)
        told, listed, unknown = await asyncio.gather(
            answered(tmp_path, "doctor", REDIS_URL=url),
            answered(tmp_path, "retry", "--list", REDIS_URL=url),
            answered(tmp_path, "retry", "publish:T:R-00000:1", REDIS_URL=url),
        )
        assert f"mend  jobs: 1 given up: {KEY}; mend the cause, then: countersign retry" in told.out
        assert listed.code == 0, listed
        assert f"2026-11-22 12:04 UTC  {KEY}  200 tries, reference ab12cd34" in listed.out
        assert await letters.dead() == [letter]
        assert unknown.code == 2
        assert unknown.err.startswith("countersign: No job publish:T:R-00000:1 was given up;")
        again = await answered(tmp_path, "retry", KEY, REDIS_URL=url)
        assert "1 job to be tried again" in again.out
        assert [letter.again for letter in await letters.dead()] == [True]
        await redis.aclose()


def letter_of(team: str, review: str) -> DeadLetter:
    key, now = f"publish:{team}:{review}:4", datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
    ids = (team, review, 4)
    return DeadLetter(job="publish", key=key, ids=ids, begun=1, failed=1, reference="", at=now, cause="Gone.")


async def test_what_nobody_can_mend_is_dropped_by_job_or_by_workspace_and_nothing_else(
    tmp_path: Path,
) -> None:
    letters = [letter_of("T_GONE", "R-1"), letter_of("T_GONE", "R-2"), letter_of("T_HERE", "R-1")]
    async with embedded_server(tmp_path / "redis") as url, open_stores(url) as stores:
        for letter in (*letters, letter_of("T_HERE", "R-9")):
            await stores.job_attempts.bury(letter)
        unnamed = await answered(tmp_path, "retry", "--drop", REDIS_URL=url)
        assert (unnamed.code, len(await stores.job_attempts.dead())) == (2, 4)
        assert "Name the job" in unnamed.err
        listed = await answered(tmp_path, "retry", "--list", "--team", "T_GONE", REDIS_URL=url)
        assert ("R-2" in listed.out, "T_HERE" in listed.out) == (True, False)
        job = await answered(tmp_path, "retry", "publish:T_HERE:R-9:4", "--drop", REDIS_URL=url)
        assert (job.code, job.out[:14]) == (0, "1 job dropped.")
        team = await answered(tmp_path, "retry", "--drop", "--team", "T_GONE", REDIS_URL=url)
        assert (team.code, team.out[:15]) == (0, "2 jobs dropped.")
        assert await stores.job_attempts.dead() == letters[2:]
        again = await answered(tmp_path, "retry", "--team", "T_HERE", REDIS_URL=url)
        assert "1 job to be tried again" in again.out


async def test_what_was_set_aside_unread_is_named_shown_and_forgotten(tmp_path: Path) -> None:
    async with embedded_server(tmp_path / "redis") as url, open_stores(url) as stores:
        for at in range(7):
            content = printable({b"args": b"\x1b[2J\xff"})
            await stores.unreadable.put("job queue", f"1700000000000-{at}", "a field is missing", content)
        told, listed = await asyncio.gather(
            answered(tmp_path, "doctor", REDIS_URL=url),
            answered(tmp_path, "retry", "--list", REDIS_URL=url),
        )
        assert "mend  unreadable entries: 7 set aside (job queue); who else writes to this Redis?" in told.out
        said = r"job queue 1700000000000-6 set aside: a field is missing; it holds {b'args': b'\x1b[2J\xff'}"
        assert said in listed.out
        assert "7 entries set aside that cannot be read" in listed.out
        gone = await answered(tmp_path, "retry", "--discard", REDIS_URL=url)
        assert (gone.code, gone.out) == (0, "7 entries that could not be read were forgotten.\n")
        assert await stores.unreadable.all() == []


async def test_a_flood_of_unreadable_entries_does_not_fill_redis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unreadable, "KEPT", 3)
    async with embedded_server(tmp_path / "redis") as url, open_stores(url) as stores:
        for at in range(5):
            await stores.unreadable.put("job queue", str(at), "it is too long", "x" * 9000)
        entries = await stores.unreadable.all()
        assert [entry.entry for entry in entries] == ["0", "1", "2"]
        assert {len(entry.content) for entry in entries} == {unreadable.SHOWN}
        assert await stores.unreadable.untold() == entries
        await stores.unreadable.told(entries)
        assert await stores.unreadable.untold() == []
        assert [entry.told for entry in await stores.unreadable.all()] == [True] * 3
