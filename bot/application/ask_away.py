"""A status in Slack that reads like an absence is asked about, once, and never taken for one."""

import datetime as dt
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.application.access import Access
from bot.application.note_absences import NoteAbsences
from bot.application.ports import Clock, JobQueue, PolicyInForce
from bot.domain.routing.said_status import SaidStatus
from bot.store.asked_statuses import AskedStatuses


class StatusQuestions(Protocol):
    """What Slack says of somebody's status, and the direct message that asks about it."""

    async def status(self, team: str, user: str) -> SaidStatus | None:
        """The status that somebody has now; ``None`` where Slack does not say."""

    async def ask(
        self, team: str, user: str, status: SaidStatus, last: dt.date | None, stand_in: str
    ) -> None:
        """Ask whether they are away until ``last``, and ``stand_in`` acts; raises ``TryLater``."""


class AskLater:
    """Has somebody asked by and by, where anybody's absence changes anything."""

    def __init__(self, queue: JobQueue, policy: PolicyInForce) -> None:
        self._queue = queue
        self._policy = policy

    async def __call__(self, team: str, user: str) -> None:
        """Queue the job; raises what ``StoreUnavailable`` names."""
        if self._policy().routes:
            await self._queue.add("ask_away", f"ask_away:{team}:{user}", team, user)


class AskAboutStatus:
    """Asks whoever decides, and has not said that they are away, though their status reads so."""

    def __init__(
        self,
        *,
        questions: StatusQuestions,
        asked: AskedStatuses,
        absences: NoteAbsences,
        access: Access,
        policy: PolicyInForce,
        now: Clock,
    ) -> None:
        self._questions = questions
        self._asked = asked
        self._absences = absences
        self._access = access
        self._policy = policy
        self._now = now

    async def ask(self, team: str, user: str) -> None:
        """Ask once for each status; raises ``TryLater``, and what ``StoreUnavailable`` names."""
        if not self._policy().routes or user not in (await self._access.named_approvers(team)).people:
            return
        if user in await self._access.absent(team):
            return
        status = await self._questions.status(team, user)
        if status is None or not status.says_away(self._now()):
            return
        if not await self._asked.note(team, user, status.fingerprint):
            return
        try:
            stand_in = await self._absences.by_policy(team, user)
            await self._questions.ask(team, user, status, await self._last(team, user, status), stand_in)
        except Exception:  # whatever it is, they were not asked
            await self._asked.forget(team, user, status.fingerprint)
            raise

    async def _last(self, team: str, user: str, status: SaidStatus) -> dt.date | None:
        """The last day of a status where its author lives; ``None`` where it does not say."""
        if status.ends is None:
            return None
        zone = ZoneInfo(await self._absences.zone(team, user))
        return (status.ends - dt.timedelta(seconds=1)).astimezone(zone).date()
