"""Legal holds: what may not be forgotten, by whose order and why, also after they ended."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from bot.domain.names import fingerprint
from bot.store import keys


class LegalHold(BaseModel):
    """One hold. ``what`` is ``review``, ``person`` or ``vendor``, ``who`` its name as somebody said it.

    ``by`` and ``reason`` are words of whoever ordered it, ``at`` is aware UTC; ``ended_by`` and ``ended_at``
    say who ended it, and are empty while it holds.
    """

    model_config = ConfigDict(frozen=True)

    what: str
    who: str
    by: str
    reason: str
    at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def name(self) -> str:
        """By which it is known: all spellings of a vendor are one."""
        return f"{self.what} {fingerprint(self.who) if self.what == 'vendor' else self.who}"

    @property
    def holds(self) -> bool:
        """Whether nobody has ended it."""
        return self.ended_at is None


class LegalHolds:
    """The holds of each workspace."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def all(self, team: str) -> list[LegalHold]:
        """All holds, also those that ended, the earliest first."""
        stored = await self._redis.hvals(keys.legal_holds(team))
        return sorted((LegalHold.model_validate_json(str(text)) for text in stored), key=lambda hold: hold.at)

    async def standing(self, team: str) -> dict[str, LegalHold]:
        """Those that hold, by name."""
        return {hold.name: hold for hold in await self.all(team) if hold.holds}

    async def put(self, team: str, hold: LegalHold) -> None:
        """Keep a hold, or that it ended; it replaces what was kept under its name."""
        await self._redis.hset(keys.legal_holds(team), hold.name, hold.model_dump_json())
