"""How a week went, in sentences: plain numbers, and what a team could change."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.money import format_amount
from bot.domain.review.week import RuleOverrides, WaitingTimes, Week
from bot.domain.text.findings import finding_name
from bot.domain.text.sums import plural

LISTED = 5  # stages, people, rules and payments that are named
NOTHING = "Nothing was submitted or decided, and nothing waits."
HARMLESS = "and let nothing pass that was rejected"
TRY_FIRST = "Try a change on what was decided before you make it: countersign policy try."
PICTURE = "Hours in which half of the payments were decided, by the first day of the week"


def title(week: Week, zone: ZoneInfo) -> str:
    """``The week from 16 Nov to 22 Nov 2026``."""
    first, last = week.begin.astimezone(zone), (week.end - timedelta(seconds=1)).astimezone(zone)
    return f"The week from {first.day} {first:%b} to {last.day} {last:%b %Y}"


def counts(week: Week) -> tuple[str, ...]:
    """How much was submitted and decided, and what is left, a sentence each."""
    automatic = week.automatic
    said = [
        f"{plural(week.submitted, 'payment')} {_was(week.submitted)} submitted, of which "
        f"{automatic:,} {_was(automatic)} approved automatically.",
        f"People approved {week.approved:,} and rejected {week.rejected:,}.",
    ]
    if left := week.not_approved:
        said.append(f"{plural(left, 'payment')} {_was(left)} not approved when a review was closed.")
    if week.waiting or week.held:
        waits, is_ = "waits" if week.waiting == 1 else "wait", "is" if week.held == 1 else "are"
        said.append(
            f"Now {plural(week.waiting, 'payment')} {waits} for a decision and {week.held:,} {is_} on hold."
        )
    return tuple(said)


def speed(week: Week) -> tuple[str, ...]:
    """How fast payments were decided, and by stage where there was more than one; none where none was."""
    if week.times is None:
        return ()
    said = [
        f"All stages: {_in_words(week.times)}" if len(week.stages) > 1 else _capital(_in_words(week.times))
    ]
    if len(week.stages) > 1:
        said += [f"{_capital(stage.name)}: {_in_words(stage)}" for stage in week.stages[:LISTED]]
    return tuple(said)


def waited(week: Week, names: Mapping[str, str]) -> tuple[str, ...]:
    """Whose payments waited how long, the longest first; ``names`` are those of the people, by user id."""
    return tuple(f"{names.get(times.name, times.name)}: {_in_words(times)}" for times in week.waited[:LISTED])


def overrides(rules: Sequence[RuleOverrides]) -> tuple[str, ...]:
    """What people approved though a rule had flagged it, and what change would have spared them that."""
    return tuple(_override(rule) for rule in rules[:LISTED])


def false_calm(week: Week) -> str:
    """What was rejected though the bot had recommended to approve it; empty where nothing was."""
    if not week.false_calm:
        return ""
    named = ", ".join(f"#{ref} of {review_id}" for review_id, ref in week.false_calm[:LISTED])
    more = len(week.false_calm) - LISTED
    also = f" and {more:,} more" if more > 0 else ""
    count = plural(len(week.false_calm), "payment")
    return f"{count} {_was(len(week.false_calm))} rejected: {named}{also}."


def took(time: timedelta) -> str:
    """``40 minutes``, ``3 hours``, ``2 days 4 hours``: a length of time, rounded up to what people say."""
    minutes = -(-round(time.total_seconds()) // 60)
    if minutes < 120:
        return plural(max(1, minutes), "minute")
    hours = round(minutes / 60)
    if hours < 48:
        return plural(hours, "hour")
    days, left = divmod(hours, 24)
    return f"{plural(days, 'day')} {plural(left, 'hour')}" if left else plural(days, "day")


def week_of(until: datetime, zone: ZoneInfo) -> str:
    """``16 Nov``: the first day of a week, by the moment at which it ended."""
    first = (until - timedelta(days=7)).astimezone(zone)
    return f"{first.day} {first:%b}"


def _override(rule: RuleOverrides) -> str:
    all_of_them = rule.approved + rule.rejected
    said = f"{finding_name(rule.code)}: {rule.approved:,} of {all_of_them:,} approved."
    said = said[:1].upper() + said[1:]
    return f"{said} {change}" if (change := _change(rule)) else said


def _change(rule: RuleOverrides) -> str:
    """The change of the policy that would have spared people that, as far as one can be named."""
    if rule.limits:
        named = [
            f"a limit of {format_amount(raised.limit, raised.currency)} would have spared {raised.spared:,}"
            for raised in rule.limits
        ]
        return f"{_capital('; '.join(named))}, {HARMLESS}."
    if rule.grave or not rule.rule or not rule.alone_approved:
        return ""
    if found := rule.alone_rejected:
        return f"Without this rule {found:,} that {_was(found)} rejected would have passed too."
    return f"{rule.rule}.on = false would have spared {rule.alone_approved:,}, {HARMLESS}."


def _in_words(times: WaitingTimes) -> str:
    slowest = f"in {took(times.slowest.took)} (#{times.slowest.ref} of {times.slowest.review_id})"
    if times.count == 1:
        return f"1 payment, {slowest}"
    return f"{times.count:,} payments, half of them in up to {took(times.median)}, the slowest {slowest}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
