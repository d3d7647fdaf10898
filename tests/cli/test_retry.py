"""What was given up is named by the doctor, and taken up again by command."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.store import DeadLetter, JobAttempts, connect
from bot.store.topology.embedded import embedded_server
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
        assert unknown.err.startswith("countersign: There is no dead letter publish:T:R-00000:1;")
        again = await answered(tmp_path, "retry", KEY, REDIS_URL=url)
        assert "1 to be tried again" in again.out
        assert [letter.again for letter in await letters.dead()] == [True]
        await redis.aclose()
