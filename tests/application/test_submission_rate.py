"""How much one person hands in within a minute is bounded; what is over it leaves nothing, and is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.application.submission_rate import TooManySubmissions
from bot.application.submit import AcceptedBatch
from bot.domain.submission import Draft, FileRef, FileSubmission
from bot.intake import MAX_FILE_BYTES, IntakeError
from bot.store import keys
from bot.store.submissions import BATCHES, FILE_BYTES, MEMORY
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin
from tests.wired import NOW, TEAM, Wired, wired

PAYMENT = "$5 to Acme Corp. Memo: chairs"
BAD = "$5 to Acme Corp. Memo: chairs\n7 or 8 dollars to Initech"
MB = 1024 * 1024


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Wired, Wired]]:
    """Two processes over one Redis."""
    async with embedded_server(tmp_path) as url, wired(url) as one, wired(url) as other:
        yield one, other


async def fill(process: Wired, count: int = BATCHES) -> None:
    for number in range(count):
        await process.submitting.hand_in(origin(f"r{number}"), PAYMENT)


async def stored(process: Wired) -> set[str]:
    return {str(key) async for key in process.redis.scan_iter() if "submissions" not in str(key)}


async def test_twenty_batches_a_minute_are_taken_and_nothing_of_the_next(two: tuple[Wired, Wired]) -> None:
    one, other = two
    await fill(one, BATCHES - 1)
    one.time = NOW + timedelta(seconds=26)
    assert isinstance(await one.submitting.hand_in(origin("the last"), BAD), Draft)
    before, jobs = await stored(one), list(other.queue.keys)
    for text, files in ((PAYMENT, ()), (BAD, ()), ("hello", ()), ("", (FileRef(id="F1", name="p.csv"),))):
        other.time = one.time
        with pytest.raises(TooManySubmissions) as refused:
            await other.submitting.hand_in(origin("over"), text, files)
        assert str(refused.value) == (
            "You have submitted 20 times within a minute; nothing of this was taken. "
            "Please send it again in 34 seconds."
        )
    assert (await stored(one), other.queue.keys) == (before, jobs)
    other.time = NOW + timedelta(seconds=60)
    assert isinstance(await other.submitting.hand_in(origin("over"), PAYMENT), AcceptedBatch)


async def test_the_same_request_is_counted_once_and_meets_its_own_review_at_any_time(
    two: tuple[Wired, Wired],
) -> None:
    one, other = two
    for _ in range(BATCHES + 1):
        first = await one.submitting.hand_in(origin("r0"), PAYMENT)
    await fill(one)
    again = await other.submitting.hand_in(origin("r0"), PAYMENT)
    assert isinstance(first, AcceptedBatch)
    assert isinstance(again, AcceptedBatch)
    assert first.state.id == again.state.id
    # Slack delivers again after minutes, when others may have filled the minute.
    other.time = NOW + timedelta(minutes=6)
    for number in range(BATCHES):
        await other.submitting.hand_in(origin(f"later {number}"), PAYMENT)
    again = await other.submitting.hand_in(origin("r0"), PAYMENT)
    assert isinstance(again, AcceptedBatch)
    assert first.state.id == again.state.id


async def test_what_processes_take_in_at_once_is_counted_together(two: tuple[Wired, Wired]) -> None:
    taken = await asyncio.gather(
        *(
            process.submitting.hand_in(origin(f"{place} {number}"), PAYMENT)
            for place, process in enumerate(two)
            for number in range(BATCHES)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, AcceptedBatch) for result in taken) == BATCHES
    assert sum(isinstance(result, TooManySubmissions) for result in taken) == BATCHES


async def test_each_person_of_each_workspace_is_counted_apart(two: tuple[Wired, Wired]) -> None:
    one, _ = two
    await fill(one)
    for who in ({"submitter": "U_BEN"}, {"team": "T2"}):
        handed_in = origin("r").model_copy(update=who)
        assert isinstance(await one.submitting.hand_in(handed_in, PAYMENT), AcceptedBatch)


async def test_sample_payments_count_too(two: tuple[Wired, Wired]) -> None:
    one, _ = two
    await fill(one, BATCHES - 1)
    assert (await one.submitting.submit_sample(origin("sample 1"), 3)).total == 3
    with pytest.raises(IntakeError, match="20 times within a minute"):
        await one.submitting.submit_sample(origin("sample 2"), 3)


async def test_files_are_bounded_by_their_size(two: tuple[Wired, Wired]) -> None:
    one, other = two
    large = tuple(FileRef(id=f"F{number}", name="p.csv", size=20 * MB) for number in range(2))
    small = FileRef(id="F11", name="p.csv", size=MB)
    unknown = FileRef(id="F12", name="p.csv")
    assert FILE_BYTES == 64 * MB
    assert isinstance(await one.submitting.hand_in(origin("ten"), "", large), FileSubmission)
    one.time = NOW + timedelta(seconds=59)
    await one.submitting.hand_in(origin("small"), "", (small,))
    await one.submitting.hand_in(origin("unknown"), "", (unknown,))  # it may have 20 MB
    with pytest.raises(TooManySubmissions) as refused:
        await one.submitting.hand_in(origin("over"), "", large[:1])
    assert str(refused.value) == (
        "You have submitted 64 MB of files within a minute; nothing of these was taken. "
        "Please send them again in 1 second."
    )
    assert f"take_in:{TEAM}:over-U_ANA" not in one.queue.keys
    await one.submitting.hand_in(origin("text"), PAYMENT)
    other.time = NOW + timedelta(seconds=61)
    await other.submitting.hand_in(origin("over"), "", large[:1])


async def test_what_alone_is_over_the_bound_is_left_to_the_bound_of_each_file(
    two: tuple[Wired, Wired],
) -> None:
    """Slack takes ten files at once, of which no more than 20 MB are ever fetched."""
    one, _ = two
    many = tuple(FileRef(id=f"F{n}", name="p.csv", size=MAX_FILE_BYTES * 100) for n in range(20))
    assert isinstance(await one.submitting.hand_in(origin("many"), "", many), FileSubmission)
    with pytest.raises(TooManySubmissions):
        await one.submitting.hand_in(origin("more"), "", many[:1])


async def test_the_count_goes_by_itself(two: tuple[Wired, Wired]) -> None:
    one, _ = two
    await fill(one, 3)
    key = keys.submissions(TEAM, "U_ANA")
    assert 0 < await one.redis.ttl(key) <= MEMORY.total_seconds()
    one.time = NOW + MEMORY + timedelta(minutes=1)
    await one.submitting.hand_in(origin("next"), PAYMENT)
    assert await one.redis.zcard(key) == 1
