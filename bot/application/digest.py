"""Telling a team once a week how its payments went, in a channel of its choice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.application.ports import Clock, PolicyInForce
from bot.domain.review.week import Week, WeekCount, WeekMedian
from bot.store import DigestRecord, DigestStore, PeopleNames, ReviewLists, ReviewStore
from bot.store.scripts.load import Besides

MOST_OPEN = 10_000  # open reviews that are looked at


class DigestPublisher(Protocol):
    """The message of a week, as a channel sees it."""

    async def post(
        self,
        team: str,
        channel: str,
        week: Week,
        medians: Sequence[WeekMedian],
        names: Mapping[str, str],
        zone: ZoneInfo,
        record: DigestRecord,
    ) -> None:
        """Post the message once, with a picture of the medians where there are several.

        Where Slack takes no message in that channel, the operators hear of it. Raises ``TryLater`` where
        Slack wants to be left alone or another worker is at it.
        """


class CountWeeks:
    """Counts how a week of a workspace went."""

    def __init__(self, reviews: ReviewStore, lists: ReviewLists) -> None:
        self._reviews = reviews
        self._lists = lists

    async def week(self, team: str, begin: datetime, end: datetime) -> Week:
        """What happened between two moments (aware UTC); raises what ``StoreUnavailable`` names.

        Whatever was decided then is in a review that is open still, or was closed since.
        """
        count = WeekCount(begin, end)
        wanted = [
            *await self._reviews.open_reviews(team, MOST_OPEN),
            *await self._lists.closed_since(team, begin),
        ]
        for review_id in dict.fromkeys(wanted):
            review = await self._reviews.load(team, review_id, besides=Besides.FLAGGED)
            if review is not None:
                count.add(review.state, [entry for entry in review.entries.values() if entry.flagged])
        return count.result()


class PostDigests:
    """Posts the digest of a workspace when the policy in force wants it."""

    def __init__(
        self,
        *,
        weeks: CountWeeks,
        digests: DigestStore,
        names: PeopleNames,
        policy: PolicyInForce,
        publisher: DigestPublisher,
        now: Clock,
    ) -> None:
        self._weeks = weeks
        self._digests = digests
        self._names = names
        self._policy = policy
        self._publisher = publisher
        self._now = now

    async def is_due(self, team: str) -> bool:
        """Whether a digest is to be posted now; the first one within a week of when this was first asked.

        Raises what ``StoreUnavailable`` names.
        """
        settings, now = self._policy().digest, self._now()
        if not settings.channel:
            return False
        done = (await self._digests.record(team)).done
        if done is None:
            await self._digests.begin(team, now)
            return False
        return done < settings.last_due(self._policy().calendar, now)

    async def post(self, team: str) -> None:
        """Post the digest that is due, if one is; safe to run twice, late, or side by side.

        Where several were due, as after a long time without a worker, the newest alone is posted. A week in
        which nothing happened and after which nothing waits is not told. Raises what
        ``DigestPublisher.post`` and ``StoreUnavailable`` name.
        """
        if not await self.is_due(team):
            return
        policy, now = self._policy(), self._now()
        due = policy.digest.last_due(policy.calendar, now)
        week = await self._weeks.week(team, *policy.digest.week_before(policy.calendar, due))
        median = WeekMedian(week.end, week.times.median, week.times.count) if week.times else None
        record = await self._digests.record(team)
        if not week.is_empty or record.intent:
            names = await self._names.of(team, [times.name for times in week.waited])
            medians = [known for known in record.medians if known.until < week.end]
            shown = [*medians, *([median] if median else [])]
            zone = policy.calendar.zone
            await self._publisher.post(team, policy.digest.channel, week, shown, names, zone, record)
        await self._digests.settle(team, due, median)
