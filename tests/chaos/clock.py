"""The clock of a run: the machine's, put forward now and then, and read by all processes.

No command of the bot has such a clock, so the bots and workers of a run are composed with it by
``tests/chaos/processes.py``.
"""

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.working_time import WorkingCalendar

AHEAD = struct.Struct("<d")
CALENDAR = WorkingCalendar()  # the policy of a run has none of its own, and all people live in UTC
BEGIN = 9  # o'clock on the first Monday
SLACK = 0.5  # seconds in which a process may still have read what was so before an advance


class RunClock:
    """The machine's time plus what stands in a file, which every process has mapped."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(AHEAD.pack(0.0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), AHEAD.size)
        self._advances: list[tuple[float, float]] = [(0.0, self._ahead)]

    @property
    def _ahead(self) -> float:
        return float(AHEAD.unpack(self._shared[: AHEAD.size])[0])

    def __call__(self) -> float:
        """Seconds since 1970, as the workspace reads them."""
        return time.time() + self._ahead

    def now(self) -> datetime:
        """Now, aware, in UTC, as the bot reads it."""
        return datetime.fromtimestamp(self(), UTC)

    def advance(self, seconds: float) -> None:
        """Put the clock forward for all; by one process alone, which then knows what was when."""
        ahead = self._ahead + seconds
        self._advances.append((time.time(), ahead))
        self._shared[: AHEAD.size] = AHEAD.pack(ahead)

    def to_monday(self) -> None:
        """Put it forward to the next Monday morning, in UTC."""
        now = self.now()
        days = timedelta(days=7 - now.weekday())
        monday = (now + days).replace(hour=BEGIN, minute=0, second=0, microsecond=0)
        self.advance((monday - now).total_seconds())

    def to_working_hours(self) -> None:
        """Put it forward to the next morning of a working day, unless people work just now."""
        now = self.now()
        if (waits := CALENDAR.next_working(now) - now) > timedelta():
            self.advance(waits.total_seconds())

    @property
    def hours(self) -> float:
        """By how many hours it was put forward since the run began on a Monday."""
        return (self._ahead - self._advances[1][1]) / 3600

    @property
    def jumps(self) -> list[float]:
        """When it was put forward, by the machine's time."""
        return [begun for begun, _ in self._advances[1:]]

    def machine(self, at: datetime) -> float:
        """When it was so late by the machine's time, in seconds since 1970."""
        moment = at.timestamp()
        since = [(begun, moment - ahead) for begun, ahead in self._advances]
        return next(real for begun, real in reversed(since) if real >= begun - SLACK or not begun)
