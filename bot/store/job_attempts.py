"""How often each job was begun and failed, and the dead letters: jobs that nobody tries any more.

docket gives a job whose worker died to the next worker, for ever: one that kills its worker would kill
them all. So beginnings are counted here, where they outlive the worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from pydantic import BaseModel, ConfigDict, ValidationError
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.store.keys import DEAD_LETTERS, job_record
from bot.store.scripts import lua
from bot.store.unreadable import UnreadableEntries, is_of_wrong_type, printable

RECORD_LIFE = timedelta(days=7)  # longer than any job is tried


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a job was begun, this time included, and how often it failed.

    A job that was begun and has neither failed nor ended crashed its worker.
    """

    begun: int
    failed: int

    @property
    def crashed(self) -> int:
        """How often the job crashed its worker."""
        return self.begun - self.failed - 1


class DeadLetter(BaseModel):
    """A job that was given up: ids only, never content.

    ``reference`` finds its last failure in the log; ``cause`` says in our words what is wrong and who can
    mend it, where that is known.
    """

    model_config = ConfigDict(frozen=True)

    job: str
    key: str
    ids: tuple[str | int, ...]
    begun: int
    failed: int
    reference: str
    at: datetime
    cause: str = ""
    again: bool = False


class JobAttempts:
    """Counts of jobs, and what became of those that would not succeed."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._begin = redis.register_script(lua("begin"))
        self._drop = redis.register_script(lua("drop"))
        self._unreadable = UnreadableEntries(redis)

    async def begin(self, key: str, until: float = 0.0) -> Tries:
        """Count that a job is begun, before it does anything; counts that are no numbers begin anew.

        ``until`` is as for ``hold``.
        """
        try:
            return await self._begun(key, until)
        except (ResponseError, ValueError) as error:
            if not isinstance(error, ValueError) and type(error) is not ResponseError:
                raise  # the server refuses for a reason of its own
            await self._unreadable.put("counts of a job", key, "they are no counts", "")
            await self.succeed(key)
            return await self._begun(key, until)

    async def _begun(self, key: str, until: float) -> Tries:
        args: list[str | int] = [int(RECORD_LIFE.total_seconds()), repr(until)]
        begun, failed = await self._begin(keys=[job_record(key)], args=args)
        return Tries(begun=int(begun), failed=int(failed))

    async def hold(self, key: str, until: float) -> None:
        """Note that somebody works on a job, or that it waits for another try, until then (epoch seconds)."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(job_record(key), "until", repr(until))
            pipe.expire(job_record(key), RECORD_LIFE)
            await pipe.execute()

    async def held(self, keys: Sequence[str], now: float) -> set[str]:
        """Those of these jobs that are held at ``now`` (epoch seconds), by the machine's clock."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hget(job_record(key), "until")
            answers = await pipe.execute() if keys else []
        return {key for key, until in zip(keys, answers, strict=True) if _time(until) > now}

    async def fail(self, key: str) -> int:
        """Count that it failed and could say so; how often by now."""
        return await self._count(key, "failed", 1)

    async def put_off(self, key: str) -> None:
        """It was begun, and is to be begun at another time: neither a failure nor a crash."""
        await self._count(key, "begun", -1)

    async def succeed(self, key: str, work: str = "") -> None:
        """Forget the counts, and the letter that says what could not be done of this ``work``."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.delete(job_record(key))
            if work:
                pipe.hdel(DEAD_LETTERS, work)
            await pipe.execute()

    async def bury(self, letter: DeadLetter) -> bool:
        """Keep a job that is tried no more; its counts begin anew should somebody revive it.

        ``False`` where a letter of this key says the same cause already, so that nobody need be told again.
        """
        before = cast("str | None", await self._redis.hget(DEAD_LETTERS, letter.key))
        is_told = before is not None and _tells(before, letter.cause)
        if not is_told:
            await self._redis.hset(DEAD_LETTERS, letter.key, letter.model_dump_json())
        await self.succeed(letter.key)
        return not is_told

    async def dead(self) -> list[DeadLetter]:
        """All dead letters, oldest first; what is none is set aside."""
        try:
            stored = await self._redis.hgetall(DEAD_LETTERS)
        except ResponseError as error:
            if not is_of_wrong_type(error):
                raise
            await self._unreadable.put_key("dead letters", DEAD_LETTERS)
            return []
        letters = [await self._letter(str(key), str(text)) for key, text in stored.items()]
        return sorted(filter(None, letters), key=lambda letter: letter.at)

    async def _letter(self, key: str, text: str) -> DeadLetter | None:
        try:
            letter = DeadLetter.model_validate_json(text)
        except ValidationError:
            letter = None
        if letter is None or letter.key != key:
            await self._unreadable.put("dead letters", key, "it is no dead letter", printable(text))
            await self._redis.hdel(DEAD_LETTERS, key)
            return None
        return letter

    async def ask_again(self, letter: DeadLetter) -> None:
        """Have the next sweep queue it again."""
        again = letter.model_copy(update={"again": True})
        await self._redis.hset(DEAD_LETTERS, letter.key, again.model_dump_json())

    async def forget(self, letter: DeadLetter) -> None:
        """Never have it queued again; a later failure of a job with its key is told anew."""
        await self._redis.hdel(DEAD_LETTERS, letter.key)

    async def drop(self, letter: DeadLetter) -> None:
        """It is queued again; one that was given up anew meanwhile stays."""
        await self._drop(keys=[DEAD_LETTERS], args=[letter.key])

    async def _count(self, key: str, what: str, by: int) -> int:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(job_record(key), what, by)
            pipe.expire(job_record(key), RECORD_LIFE)
            now, _ = await pipe.execute()
        return int(now)


def _time(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _tells(text: str, cause: str) -> bool:
    """Whether a stored letter names this cause and waits; one that cannot be read tells nothing."""
    try:
        letter = DeadLetter.model_validate_json(text)
    except ValidationError:
        return False
    return not letter.again and letter.cause == cause != ""
