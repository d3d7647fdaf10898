"""What is to happen to a review when nobody acts: reminders, escalation, expiry, the lapse of claims. Pure.

A review's clock runs in working time from when its payments last came to wait: handed over, opened again,
released, given back or judged anew. It stands still while nothing is undecided, so that a hold stops it.
Claims lapse in time of the clock, whatever else waits.
"""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import TurnKind
from bot.domain.reminder_settings import ReminderSettings
from bot.domain.review.deadlines import next_deadline
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.review import closing
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Transition, bot_turn
from bot.domain.working_time import WorkingCalendar

TOLD_A_DAY = 2  # times that a person is told of all that waits for them


class TimerKind(StrEnum):
    """What is done when a timer is due."""

    REMIND = "remind"
    ESCALATE = "escalate"
    EXPIRE = "expire"
    LAPSE = "lapse"


class Timer(NamedTuple):
    """The next thing that happens to a review by itself, and when (aware UTC)."""

    at: datetime
    kind: TimerKind


def next_timer(state: ReviewState, settings: ReminderSettings, calendar: WorkingCalendar) -> Timer | None:
    """What happens next where nobody acts; ``None`` where nothing does.

    With payments on hold nothing expires: somebody is at work on the review.
    """
    timers = [Timer(one.until, TimerKind.LAPSE) for one in state.claims]
    since = state.waits_since
    if state.status is ReviewStatus.WAITING and state.undecided and since is not None:
        timers += [
            Timer(at, kind)
            for kind, hours, days in _waiting_times(state, settings)
            if (at := _after(calendar, since, hours, days)) is not None
        ]
        if settings.first_hours and not state.reminded:
            timers += _before_deadlines(state, since, settings, calendar)
    # Of two at one moment the graver one: nobody needs a reminder of what has expired, nor one that names
    # somebody who is on it no more.
    return min(timers, key=lambda timer: (timer.at, -_GRAVITY.index(timer.kind)), default=None)


_GRAVITY = (TimerKind.REMIND, TimerKind.ESCALATE, TimerKind.LAPSE, TimerKind.EXPIRE)


def _waiting_times(state: ReviewState, settings: ReminderSettings) -> Iterator[tuple[TimerKind, int, int]]:
    """After how many working hours and days each thing happens that is still to come."""
    if settings.first_hours and (settings.every_days or not state.reminded):
        yield TimerKind.REMIND, settings.first_hours, settings.every_days * state.reminded
    if settings.escalate_days and not state.escalated:
        yield TimerKind.ESCALATE, 0, settings.escalate_days
    if settings.expire_days and not state.held:
        yield TimerKind.EXPIRE, 0, settings.expire_days


def _before_deadlines(
    state: ReviewState, since: datetime, settings: ReminderSettings, calendar: WorkingCalendar
) -> Iterator[Timer]:
    """The first reminder where something ends soon: a working day before, or an hour after it came to wait.

    Within that hour it is the card itself that tells of it.
    """
    today = calendar.day_of(since)
    deadline = next_deadline(state.deadlines, today) if settings.near_days else None
    first = _after(calendar, since, 1, 0)
    if deadline is not None and first is not None:
        with contextlib.suppress(ValueError):
            yield Timer(max(first, calendar.day_before(deadline.day)), TimerKind.REMIND)


def _after(calendar: WorkingCalendar, since: datetime, hours: int, days: int) -> datetime | None:
    """When so much working time has passed; ``None`` where that is more than a calendar has in a year.

    A timer that far away must not keep anybody from deciding: it is set in each step of the review.
    """
    try:
        first = calendar.after(since, timedelta(hours=hours)) if hours else since
        return calendar.after_days(first, days) if days else first
    except ValueError:
        return None


def timed(
    before: ReviewState,
    step: Transition,
    settings: ReminderSettings,
    calendar: WorkingCalendar,
    now: datetime,
) -> Transition:
    """The step with the review's clock as it is after it; ``now`` is aware UTC."""
    after = step.state
    if _begins_to_wait(before, after):
        after = after.but(waits_since=now, reminded=0, escalated=False)
    if after.deadlines and settings.near_days:
        after = after.but(near_until=calendar.day_of(now) + timedelta(days=settings.near_days))
    timer = next_timer(after, settings, calendar)
    after = after.but(timer_at=timer.at if timer else None)
    return step if after == step.state else step.followed_by(state=after)


def _begins_to_wait(before: ReviewState, after: ReviewState) -> bool:
    if after.status is not ReviewStatus.WAITING or not after.undecided:
        return False
    return (
        before.status is not ReviewStatus.WAITING
        or after.undecided > before.undecided
        or after.corrections > before.corrections
        or after.waits_since is None
    )


def may_be_told_at(sent: Sequence[datetime], calendar: WorkingCalendar, now: datetime) -> datetime:
    """When somebody may be told next of what waits for them: in their working hours, at most twice a day.

    ``sent`` is when they were told, ``calendar`` theirs; all aware UTC.
    """
    today = calendar.day_of(now)
    if sum(calendar.day_of(at) == today for at in sent) >= TOLD_A_DAY:
        return calendar.next_day(now)
    return calendar.next_working(now)


def reminded(
    state: ReviewState,
    people: tuple[str, ...],
    settings: ReminderSettings,
    calendar: WorkingCalendar,
    now: datetime,
) -> Transition:
    """The step after these people (Slack user ids) are to be reminded.

    Whatever other reminders were due by ``now``, as after a time without a worker, are given with this one.
    """
    entry = AuditEntry(event="reminded", actor=FINANCE_BOT, at=now, detail={"people": list(people)})
    state = state.but(reminded=state.reminded + 1)
    while _is_next_reminder_due(state, settings, calendar, now):
        state = state.but(reminded=state.reminded + 1)
    # A card shows a day on which something ends once that is near.
    return Transition(state, audit=(entry,), jobs=("publish",) if state.deadlines else ())


def _is_next_reminder_due(
    state: ReviewState, settings: ReminderSettings, calendar: WorkingCalendar, now: datetime
) -> bool:
    if state.waits_since is None or not settings.first_hours or not settings.every_days:
        return False
    at = _after(calendar, state.waits_since, settings.first_hours, settings.every_days * state.reminded)
    return at is not None and at <= now


def escalated(state: ReviewState, words: str, people: tuple[str, ...], now: datetime) -> Transition:
    """The step that asks others in the thread; ``people`` are Slack ids of people and groups."""
    entry = AuditEntry(event="escalated", actor=FINANCE_BOT, at=now, detail={"people": list(people)})
    turn = bot_turn(words, now, TurnKind.ESCALATION).model_copy(update={"to": " ".join(people)})
    return Transition(state.but(escalated=True), turns=(turn,), audit=(entry,))


def expired(state: ReviewState, words: str, now: datetime) -> Transition:
    """The step that closes a review which nobody decided in time; what waits is not approved."""
    entry = AuditEntry(event="expired", actor=FINANCE_BOT, at=now)
    return closing(Transition(state, turns=(bot_turn(words, now),), audit=(entry,)), FINANCE_BOT, now)
