"""Jobs that docket holds for known, and lost all the same.

Whoever deletes the queue's keys one after the other may leave the record of a job that was queued meanwhile,
and take the entry of the stream that it tells of. docket adds no job that it knows, so such a job would never
be done. So a job whose record is long past its time, on which nobody works, and of which there is no entry,
is queued in its record's place.
"""

import time
from collections.abc import Sequence
from typing import Any

import structlog
from docket import Disposition, Docket, TaskCall

from bot.store import JobAttempts

log = structlog.get_logger()

OVERDUE = 60.0  # seconds after its time from which a job counts as lost, unless it is found


async def add_all(docket: Docket, attempts: JobAttempts, calls: Sequence[TaskCall]) -> None:
    """Queue jobs; those that wait or run already are no news, unless they are lost."""
    executions = await docket.add_many(calls)
    known = [
        call
        for call, execution in zip(calls, executions, strict=True)
        if execution.disposition is Disposition.ALREADY_SCHEDULED
    ]
    if known and (lost := await _lost(docket, attempts, known)):
        log.warning("jobs queued that the queue had lost", jobs=[call.key for call in lost])
        await docket.replace_many(lost)


async def _lost(docket: Docket, attempts: JobAttempts, calls: Sequence[TaskCall]) -> list[TaskCall]:
    """Those that are long past their time, that nobody works on, and that stand in no stream."""
    now = time.time()
    async with docket.redis() as redis:
        pipe: Any
        async with redis.pipeline(transaction=False) as pipe:
            for call in calls:
                for field in ("when", "waiter_entry_id", "stream_id"):
                    pipe.hget(docket.runs_key(call.key), field)
            answers: list[Any] = await pipe.execute()
        fields = zip(answers[::3], answers[1::3], answers[2::3], strict=True)
        # Since when it waits until none of its name works on its review is in the name of that entry.
        records = [(max(_moment(when), _of_entry(waits)), entry) for when, waits, entry in fields]
        late = [(call, entry) for call, (at, entry) in zip(calls, records, strict=True) if now - at > OVERDUE]
        if not late:
            return []
        async with redis.pipeline(transaction=False) as pipe:
            for _, entry in late:
                # A job without an entry of its own is looked for at a place that no entry has.
                pipe.xrange(docket.stream_key, entry or "0-1", entry or "0-1")
            found = await pipe.execute()
    absent = [call for (call, _), entries in zip(late, found, strict=True) if not entries]
    held = await attempts.held([call.key for call in absent], now)
    return [call for call in absent if call.key not in held]


def _of_entry(entry: Any) -> float:
    """When an entry of a stream was made, in seconds since 1970; 0 where there is none."""
    return _moment((entry or b"0").partition(b"-")[0]) / 1000


def _moment(text: Any) -> float:
    """When a job was to be done, in seconds since 1970; one without a readable time is long overdue."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return 0.0
