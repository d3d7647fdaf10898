"""``countersign digest``: how a week went, as the channel reads it."""

import dataclasses
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.application.digest import CountWeeks
from bot.cli.failures import CommandError
from bot.cli.stores import configured_stores, names_of
from bot.domain.digest_settings import WEEK
from bot.domain.text import digest as text
from bot.store import Stores


async def print_week(first: str | None, as_json: bool, team: str | None, data: Path | None) -> None:
    """Print how the seven days from ``first`` (ISO 8601, UTC; else the last seven) went.

    Raises ``CommandError`` where that is no date, or where it is not clear which workspace is meant.
    """
    begin = _beginning(first)
    async with configured_stores(data) as stores:
        of_team = team or await _only_team(stores)
        week = await CountWeeks(stores.reviews, stores.review_lists).week(of_team, begin, begin + WEEK)
        if as_json:
            print(json.dumps(dataclasses.asdict(week), default=_plain, ensure_ascii=False))
            return
        names = await names_of(stores, of_team, [times.name for times in week.waited])
    print(f"{text.title(week, ZoneInfo('UTC'))}:")
    for lines in (
        text.counts(week),
        text.speed(week),
        text.waited(week, names),
        text.overrides(week.overrides),
    ):
        for line in lines:
            print(f"- {line}")
    if calm := text.false_calm(week):
        print(f"- Recommended: {calm}")


def _beginning(first: str | None) -> datetime:
    if first is None:
        return datetime.combine(datetime.now(UTC).date() - WEEK + timedelta(days=1), time(), tzinfo=UTC)
    try:
        return datetime.combine(date.fromisoformat(first), time(), tzinfo=UTC)
    except ValueError:
        raise CommandError(f"{first!r} is no date; they look like 2026-11-23.") from None


async def _only_team(stores: Stores) -> str:
    teams = sorted({team async for team, _ in stores.audit.named(None, None)})
    if len(teams) == 1:
        return teams[0]
    if not teams:
        raise CommandError("There is no review yet.")
    raise CommandError(f"Say --team: there are reviews of {', '.join(teams)}.")


def _plain(value: Any) -> str | float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return f"{value:f}" if isinstance(value, Decimal) else str(value.isoformat())
