"""``countersign audit``: the trails held against their chains, and handed out."""

import csv
import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.cli.stored import review_name, stored
from bot.config.settings import SettingsError
from bot.domain.review.audit_entries import DECIDING, TrailLine, beginning, rows_in
from bot.domain.review.state import AuditEntry
from bot.domain.spreadsheet import escape_formulas
from bot.domain.transaction import Transaction
from bot.store import StoreUnavailable
from bot.store.audit import UNREADABLE, AuditTrails

COLUMNS = (
    *("team", "review", "seq", "at", "event", "actor"),
    *("ref", "date", "amount", "currency", "vendor", "memo", "decision", "how", "reason", "detail", "link"),
)


class Format(StrEnum):
    """``jsonl`` is exact, for machines and for checking; ``csv`` is for reading in a spreadsheet."""

    JSONL = "jsonl"
    CSV = "csv"


async def run_verify(review: str | None, team: str | None, data: Path | None, as_json: bool) -> bool:
    """Print what is wrong and a line of figures; whether nothing is wrong."""
    trails = entries = 0
    broken: list[dict[str, Any]] = []
    async with stored(data) as redis:
        kept = AuditTrails(redis)
        async for of, name in _asked(redis, review, team):
            checked = await kept.check(of, name, datetime.now(UTC))
            trails, entries = trails + 1, entries + checked.entries
            if checked.broken:
                broken.append({"team": of, "review": name, **checked.broken._asdict()})
                if not as_json:
                    print(f"{name} ({of}): {checked.broken}")
    if as_json:
        print(json.dumps({"trails": trails, "entries": entries, "broken": broken}))
    else:
        print(f"{trails} audit trails, {entries} entries, {len(broken)} broken")
    return not broken


async def run_export(review: str | None, form: Format, team: str | None, data: Path | None) -> None:
    """Print every entry of the trails that are asked for, a review at a time."""
    async with stored(data) as redis:
        kept = AuditTrails(redis)
        unreadable: list[str] = []
        sheet = csv.writer(sys.stdout, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        if form is Format.CSV:
            sheet.writerow(COLUMNS)
        async for of, name in _asked(redis, review, team):
            previous = beginning(of, name)
            rows: dict[int, Transaction] = {}  # those of one review, which its decisions are about
            try:
                async for line in kept.lines(of, name):
                    if form is Format.CSV:
                        sheet.writerows(_cells(of, name, line, rows))
                    else:
                        print(_exact(of, name, previous, line))
                    previous = line.link
            except StoreUnavailable:
                raise
            except UNREADABLE:
                unreadable.append(f"{name} ({of})")
    if unreadable:
        raise SettingsError(f"Not all of {', '.join(unreadable)} can be read; ask countersign audit verify.")


async def _asked(redis: Redis, review: str | None, team: str | None) -> AsyncIterator[tuple[str, str]]:
    name = review_name(review) if review else None
    found = False
    async for one in AuditTrails(redis).named(name, team):
        found = True
        yield one
    if name and not found:
        raise SettingsError(f"There is no review {name}{f' in workspace {team}' if team else ''}.")


def _exact(team: str, review: str, previous: str, line: TrailLine) -> str:
    """One line of JSON: ``text`` is what was hashed, ``entry`` the same for reading."""
    try:
        entry: Any = json.loads(line.text)
    except ValueError:
        entry = None  # somebody changed it; the text shows how
    told = {"team": team, "review": review, "seq": line.seq, "previous": previous, "link": line.link}
    return json.dumps({**told, "text": line.text, "entry": entry}, ensure_ascii=False)


def _cells(team: str, review: str, line: TrailLine, rows: dict[int, Transaction]) -> list[list[str]]:
    """Lines of a sheet: one for each payment where an entry holds payments, else one."""
    try:
        return list(_told(team, review, line, rows))
    except UNREADABLE:  # somebody changed it; the text shows how
        return [_row(team=team, review=review, seq=line.seq, detail=line.text, link=line.link)]


def _told(team: str, review: str, line: TrailLine, rows: dict[int, Transaction]) -> Iterator[list[str]]:
    entry = line.entry
    held = list(rows_in(entry))
    rows.update((one.ref, one) for one in held)
    place = {"team": team, "review": review, "seq": line.seq, "link": line.link}
    for one in held:
        yield _row(**place, **_about(entry), **_payment(one))
    if not held:
        decides = entry.event in (*DECIDING, "undone")
        decided = dict(entry.detail) if decides else {}
        about = rows.get(decided.pop("ref", 0))
        told = {"decision": decided.pop("kind", ""), "how": decided.pop("how", "")}
        told |= {"reason": decided.pop("reason", "")}
        rest = decided if decides else entry.detail
        detail = json.dumps(rest, ensure_ascii=False) if rest else ""
        yield _row(**place, **_about(entry), **(_payment(about) if about else {}), **told, detail=detail)


def _about(entry: AuditEntry) -> dict[str, Any]:
    return {"at": entry.at.isoformat(), "event": entry.event, "actor": entry.actor}


def _payment(one: Transaction) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("ref", "date", "amount", "currency", "vendor", "memo")}


def _row(**cells: Any) -> list[str]:
    """Cells in the order of the sheet.

    Amounts stay numbers, with their minus, for else a refund could not be summed up: they are typed as
    numbers in our own records, and a number is no formula. All else is text, whatever it looks like.
    """
    values = {name: "" if value is None else value for name, value in cells.items()}
    return [
        f"{values['amount']:f}"
        if name == "amount" and values.get("amount", "") != ""
        else escape_formulas(str(values.get(name, "")))
        for name in COLUMNS
    ]
