"""Days that follow a calendar, as those of rents, wages and subscriptions do."""

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence

LEAST = 3  # days that make a calendar; two are always some distance apart
WEEKS = (1, 2, 4)
MONTHS = (1, 3, 6, 12)
# Days by which a payment may miss its day: a bank holiday for weeks, a weekend with one beside it for months.
WEEKLY_SLACK = 1
MONTHLY_SLACK = 3


def on_calendar(days: Sequence[dt.date]) -> frozenset[int]:
    """The places of the days that come every one, two or four weeks, or each month, quarter, half or year.

    ``days`` are in order. At least three of them, and two thirds of all, must follow one calendar, with no
    more than one day of it left out in a row; else none is on it. Days that are eight apart follow none: they
    drift through weeks and months alike.
    """
    best: frozenset[int] = frozenset()
    if len(days) >= LEAST:
        for places in _fits(days):
            if len(places) > len(best):
                best = places
    return best if len(best) >= LEAST and len(best) * 3 >= len(days) * 2 else frozenset()


def _fits(days: Sequence[dt.date]) -> Iterator[frozenset[int]]:
    first = days[0]
    for weeks in WEEKS:
        step = 7 * weeks
        steps = [round((day - first).days / step) for day in days]
        misses = [abs((day - first).days - count * step) for day, count in zip(days, steps, strict=True)]
        yield _without_gaps(steps, misses, WEEKLY_SLACK)
    for months in MONTHS:
        steps, misses = [], []
        for day in days:
            passed = (day.year - first.year) * 12 + day.month - first.month + (day.day - first.day) / 31
            count = round(passed / months)
            steps.append(count)
            misses.append(abs((day - _months_after(first, count * months)).days))
        yield _without_gaps(steps, misses, MONTHLY_SLACK)


def _without_gaps(steps: Sequence[int], misses: Sequence[int], slack: int) -> frozenset[int]:
    """Places of the days that stand on a step of their own, up to the first gap of more than one step."""
    places: list[int] = []
    for place, (step, miss) in enumerate(zip(steps, misses, strict=True)):
        if miss > slack or (places and step == steps[places[-1]]):
            continue
        if places and step - steps[places[-1]] > 2:
            break
        places.append(place)
    return frozenset(places)


def _months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
