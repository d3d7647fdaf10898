"""Who said that they are away, by workspace, and the trail of it."""

from collections.abc import Callable
from typing import cast

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.domain.audit.chain import (
    BrokenEntry,
    TrailLine,
    beginning,
    chained,
    first_broken,
    read_line,
    text_of,
)
from bot.domain.audit.entry import AuditEntry, TrailEnd
from bot.domain.routing import Absence
from bot.store import keys
from bot.store.audit import UNREADABLE
from bot.store.scripts.note_absence import NoteAbsenceScript
from bot.store.topology.connection import StoreAway

TRAIL = "absences"  # stands for a review in the words that begin the chain
MOST_CHANGES = 40  # of one person's absences in a day; the trail keeps each for ever
TRIES = 20  # of a change that others got in before; each of them has changed something
_ABSENCES = TypeAdapter(tuple[Absence, ...])

ChangeAbsences = Callable[[tuple[Absence, ...]], tuple[tuple[Absence, ...], AuditEntry]]
"""What somebody's absences become, and the entry of the trail that says so."""


class ChangedTooOften(Exception):
    """Somebody has changed their absences as often as they may in a day."""


class AbsenceStore:
    """Absences by person; whoever said nothing is there. Raises what ``StoreUnavailable`` names."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._note = NoteAbsenceScript(redis)

    async def all(self, team: str) -> list[Absence]:
        """All that people of a workspace said of their absences, also of days to come."""
        texts = cast("dict[str, str]", await self._redis.hgetall(keys.absences(team)))
        return [absence for text in texts.values() for absence in _ABSENCES.validate_json(text)]

    async def of(self, team: str, user: str) -> tuple[Absence, ...]:
        """What one person said of theirs, the earliest first."""
        return _absences(await self._text(team, user))

    async def change(self, team: str, user: str, change: ChangeAbsences) -> tuple[Absence, ...]:
        """Change one person's absences, with an entry of the trail; answers what stands then.

        ``change`` may be asked again where others have changed something meanwhile. Raises
        ``ChangedTooOften``, and what ``change`` raises; nothing is changed then.
        """
        if int(await self._redis.get(keys.absence_changes(team, user)) or 0) >= MOST_CHANGES:
            raise ChangedTooOften
        for _ in range(TRIES):
            text = await self._text(team, user)
            absences, entry = change(_absences(text))
            end = await self._end_of_trail(team)
            (line,) = chained(end, [text_of(entry)])
            kept = _ABSENCES.dump_json(absences).decode() if absences else ""
            until = max((absence.ends_at for absence in absences), default=entry.at) + keys.ABSENCE_LIFE
            if await self._note(team, user, text, kept, int(until.timestamp()), end.length, str(line)):
                await self._count(team, user)
                return absences
        raise StoreAway

    async def trail(self, team: str) -> list[TrailLine]:
        """Everything that people ever said of their absences, in order."""
        lines = await self._redis.lrange(keys.absence_trail(team), 0, -1)
        return [read_line(seq, str(line)) for seq, line in enumerate(lines, start=1)]

    async def teams(self, team: str | None = None) -> list[str]:
        """The workspaces in which anybody ever said that they are away, or ``team`` alone where it is one.

        A scan of all keys: for operators, not for requests.
        """
        begin, end = keys.absence_trail("*").split("*")
        found = {
            str(key).removeprefix(begin).removesuffix(end)
            async for key in self._redis.scan_iter(match=keys.absence_trail("*"), count=1000)
        }
        return sorted(name for name in found if team in (None, name))

    async def check(self, team: str) -> tuple[int, BrokenEntry | None]:
        """How many lines the trail of a workspace has, and the first that is not as it was written."""
        try:
            lines = await self.trail(team)
        except UNREADABLE as error:
            return 0, BrokenEntry(1, f"or one after it cannot be read ({type(error).__name__})")
        return len(lines), first_broken(TrailEnd(0, beginning(team, TRAIL)), lines)

    async def _count(self, team: str, user: str) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(keys.absence_changes(team, user))
            pipe.expire(keys.absence_changes(team, user), keys.ABSENCE_CHANGES_LIFE, nx=True)
            await pipe.execute()

    async def _text(self, team: str, user: str) -> str:
        return cast("str | None", await self._redis.hget(keys.absences(team), user)) or ""

    async def _end_of_trail(self, team: str) -> TrailEnd:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.llen(keys.absence_trail(team))
            pipe.lindex(keys.absence_trail(team), -1)
            length, last = await pipe.execute()
        return TrailEnd(length, read_line(length, str(last)).link if last else beginning(team, TRAIL))


def _absences(text: str) -> tuple[Absence, ...]:
    return _ABSENCES.validate_json(text) if text else ()
