"""Telling a person of all that waits for them, in one direct message within their working hours."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.application.access import Access
from bot.application.overview import ListedReview, LookOver
from bot.application.ports import Clock, PolicyInForce
from bot.domain.review.timers import may_be_told_at
from bot.store import NoticeRecord, NoticeStore


class NoticePublisher(Protocol):
    """The direct messages that remind people, as one of them sees them."""

    async def remind(
        self, team: str, user: str, reviews: Sequence[ListedReview], record: NoticeRecord
    ) -> datetime | None:
        """Send the message once; answers when it was sent (aware UTC), ``None`` where Slack takes none.

        Raises ``TryLater`` where Slack wants to be left alone or another worker is at it.
        """


class TellPeople:
    """Tells those who are due."""

    def __init__(
        self,
        *,
        notices: NoticeStore,
        overview: LookOver,
        access: Access,
        publisher: NoticePublisher,
        ask_away: Callable[[str, str], Awaitable[None]],
        policy: PolicyInForce,
        now: Clock,
    ) -> None:
        self._notices = notices
        self._overview = overview
        self._access = access
        self._publisher = publisher
        self._ask_away = ask_away
        self._policy = policy
        self._now = now

    async def tell(self, team: str, user: str) -> None:
        """Tell a person of what waits for them, where that is due; raises what ``StoreUnavailable`` names.

        Where nothing waits any more, nobody is told anything.
        """
        record, now = await self._notices.record(team, user), self._now()
        if record.due is None or record.due > now:
            return
        if record.intent is None and (until := await self._away_until(team, user)):
            # Whoever stands in is told; what still waits then, they hear of when they are back.
            await self._notices.put_off(team, user, until)
            return
        if record.intent is None:
            calendar = self._policy().calendar.of_person(await self._access.time_zone(team, user))
            at = may_be_told_at(record.sent, calendar, now)
            if at > now:
                await self._notices.put_off(team, user, at)
                return
        reviews = await self._overview.waiting(team, user)
        if reviews and record.intent is None:
            await self._ask_away(team, user)
        told = await self._publisher.remind(team, user, reviews, record) if reviews else None
        await self._notices.told(team, user, record, told)

    async def _away_until(self, team: str, user: str) -> datetime | None:
        """When somebody who says that they are away is back; ``None`` where they are here."""
        absence = (await self._access.absent(team)).get(user)
        return absence.ends_at if absence else None
