"""Taking out of docket's own records what its worker cannot pass, so that jobs behind it are done.

Two kinds of records are in no entry of the queue, so that the reader of entries does not see them. A job
for later stands in a hash that a script moves into the queue; where that fails, it moves nothing behind it
either. And each job has a record of its state, which a worker reads before it begins the job.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from docket import Execution, Worker
from redis.exceptions import ResponseError

from bot.application.repeating import repeating
from bot.store import StoreUnavailable, UnreadableEntries
from bot.store.unreadable import is_of_wrong_type, printable
from bot.worker.entries import REQUIRED
from bot.worker.plain_docket import PlainDocket

log = structlog.get_logger()

EVERY = 5.0  # seconds
END_SECONDS = 1.0  # for which the end of a worker waits for a look that has begun
# A job for later is moved at its time; a script that can move it is never so late.
OVERDUE = timedelta(seconds=5)
PORTION = 500  # records that are looked at in one go
RECORD_LIFE = timedelta(days=1)


async def keep_working(worker: Worker, docket: PlainDocket, unreadable: UnreadableEntries) -> None:
    """Run a worker until it is cancelled, mending what ends it or holds up its jobs.

    Raises the worker's own error where it ended twice with nothing to mend.
    """
    is_unexplained = False
    while True:
        # docket ties a worker to the task that opens it, so one task opens, runs and closes it.
        looking = partial(_mended, docket, unreadable)
        async with worker, repeating(looking, EVERY, name="mending", at_once=True, patience=END_SECONDS):
            try:
                await worker.run_forever()
                return
            except Exception as error:  # docket raises whatever a record in Redis makes it raise
                is_mended = bool(await mend(docket, unreadable))
                # The task beside this one, or another worker, may have mended the cause while this one ended.
                if is_unexplained and not is_mended:
                    raise
                is_unexplained = not is_mended
                log.error("worker starts again", error=type(error).__name__)


async def _mended(docket: PlainDocket, unreadable: UnreadableEntries) -> None:
    try:
        await mend(docket, unreadable)
    except StoreUnavailable as error:
        log.warning("nothing mended", error=type(error).__name__)
    except Exception as error:  # the loop must live, whatever stands in Redis
        log.error("nothing mended", exc_info=error)


async def mend(docket: PlainDocket, unreadable: UnreadableEntries) -> int:
    """Set aside what docket cannot read in its records; how many there were."""
    async with docket.redis() as redis:
        # docket's own queue goes by the machine's time, whatever the bot's clock shows.
        overdue = (datetime.now(UTC) - OVERDUE).timestamp()
        later = await redis.zrangebyscore(docket.queue_key, "-inf", overdue, start=0, num=PORTION)
        mended = [await _mend_later(redis, docket, unreadable, member) for member in later]
        # Nobody has made the group before the first worker has run.
        groups = await redis.xinfo_groups(docket.stream_key) if await redis.exists(docket.stream_key) else []
        if groups:
            pending = await redis.xpending_range(
                docket.stream_key, docket.worker_group_name, min="-", max="+", count=PORTION
            )
            for delivery in pending:
                mended.append(await _mend_record(redis, docket, unreadable, delivery["message_id"]))
    return sum(mended)


async def _mend_later(redis: Any, docket: PlainDocket, unreadable: UnreadableEntries, member: bytes) -> bool:
    """Set a job for later aside whose fields the script cannot move into the queue."""
    name = member.decode(errors="surrogateescape")
    key = docket.parked_task_key(name).encode(errors="surrogateescape")
    try:
        fields = await redis.hgetall(key)
    except ResponseError as error:
        if not is_of_wrong_type(error):
            raise
        fields = {}
        await unreadable.put("jobs for later", name, "it is no hash", "")
        await redis.delete(key)
    else:
        if fields and fields.keys() >= REQUIRED:
            return False
        if fields:
            await unreadable.put("jobs for later", name, "a field is missing", printable(fields))
            await redis.delete(key)
    await redis.zrem(docket.queue_key, member)
    return True


async def _mend_record(redis: Any, docket: PlainDocket, unreadable: UnreadableEntries, entry: bytes) -> bool:
    """Make the record of a job anew where the worker that has taken the job cannot read it."""
    found = await redis.xrange(docket.stream_key, min=entry, max=entry)
    fields: Mapping[bytes, bytes] = found[0][1] if found else {}
    if not fields.keys() >= REQUIRED:
        return False  # the reader of entries sets it aside
    key = fields[b"key"].decode(errors="replace")
    execution = Execution(docket, _nothing, (), {}, key, datetime.now(UTC), 1, generation=1)
    try:
        await execution.sync()
        await execution.is_superseded()
        return False
    except StoreUnavailable:
        raise
    except Exception as error:  # it fails with whatever the parts of a record fail with
        await unreadable.put("records of jobs", key, f"it cannot be read ({type(error).__name__})", "")
    record = docket.runs_key(key)
    await redis.delete(record, docket.key(f"progress:{key}"))
    # With the generation of the entry, so that the worker takes it for the newest and does it.
    await redis.hset(record, mapping={b"generation": fields.get(b"generation", b"0")})
    await redis.expire(record, RECORD_LIFE)
    return True


async def _nothing() -> None:
    """No job; docket reads a record by way of one."""
