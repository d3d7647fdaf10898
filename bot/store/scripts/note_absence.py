"""``note_absence.lua`` as a function: somebody's absences change with their trail, or not at all."""

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import lua


class NoteAbsenceScript:
    """One atomic step on the absences of a workspace and their trail."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("note_absence"))

    async def __call__(
        self, team: str, user: str, seen: str, text: str, kept_until: int, lines: int, line: str
    ) -> bool:
        """Keep ``text`` for ``user`` where ``seen`` still stands there, and the trail has so many lines.

        Either text may be empty, for nothing; ``kept_until`` are epoch seconds. Answers whether it was done.
        """
        names = [keys.absences(team), keys.absence_trail(team)]
        return bool(await self._script(keys=names, args=[user, seen, text, kept_until, lines, line]))
