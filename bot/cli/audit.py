"""``countersign audit``: trails checked against their hash chains, and exported."""

import csv
import json
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.cli.failures import CommandError
from bot.cli.stores import configured_stores, names_of, no_such_review, read_review_id
from bot.domain.audit.chain import FORGOTTEN, TrailLine, beginning
from bot.domain.audit.entry import AuditEntry
from bot.domain.names import visible
from bot.domain.review.audit_entries import DECIDING, rows_in
from bot.domain.spreadsheet import escape_formulas
from bot.domain.transaction import Transaction
from bot.store import AuditTrails, StoreUnavailable
from bot.store.audit import UNREADABLE

ABSENCES = "absences"  # stands for a review where the trail of absences is meant
COLUMNS = (
    *("team", "review", "seq", "at", "event", "actor"),
    *("ref", "date", "amount", "currency", "vendor", "memo", "decision", "how", "reason", "detail", "link"),
)


class ExportFormat(StrEnum):
    """``jsonl`` is exact, for machines and for checking; ``csv`` is for reading in a spreadsheet."""

    JSONL = "jsonl"
    CSV = "csv"


async def verify_trails(review: str | None, team: str | None, data: Path | None, as_json: bool) -> bool:
    """Print what is wrong and a line of figures; whether nothing is wrong.

    The trails of absences are among them, where no review is named.

    Raises ``CommandError`` where a review is named that never was.
    """
    trails = entries = 0
    broken: list[dict[str, Any]] = []
    forgotten: list[dict[str, Any]] = []
    async with configured_stores(data) as stores:
        async for trail_team, review_id in _chosen_trails(stores.audit, review, team):
            checked = await stores.audit.check(trail_team, review_id, datetime.now(UTC))
            trails, entries = trails + 1, entries + checked.entries
            forgotten += [_forgotten(trail_team, review_id, entry) for entry in checked.forgettings]
            if checked.broken:
                broken.append({"team": trail_team, "review": review_id, **checked.broken._asdict()})
                if not as_json:
                    print(f"{review_id} ({trail_team}): {checked.broken}")
        for of_absences in await stores.absences.teams(team) if review is None else ():
            count, problem = await stores.absences.check(of_absences)
            trails, entries = trails + 1, entries + count
            readable = filter(_is_readable, await stores.absences.trail(of_absences) if count else [])
            orders = [line.entry for line in readable if line.entry.event == FORGOTTEN]
            forgotten += [_forgotten(of_absences, ABSENCES, entry) for entry in orders]
            if problem:
                broken.append({"team": of_absences, "review": ABSENCES, **problem._asdict()})
                if not as_json:
                    print(f"{ABSENCES} ({of_absences}): {problem}")
    if as_json:
        more = {"forgotten": forgotten} if forgotten else {}
        print(json.dumps({"trails": trails, "entries": entries, "broken": broken, **more}))
    else:
        for told in forgotten:
            print(
                f"{told['review']} ({told['team']}): {told['lines']} of its entries have lost words "
                f"({told['what']}, now {told['pseudonym']}) {told['at']}, by order of {told['by']}"
                f"{': ' if told['reason'] else ''}{told['reason']}"
            )
        print(f"{trails} audit trails, {entries} entries, {len(broken)} broken")
    return not broken


def _forgotten(team: str, review_id: str, entry: AuditEntry) -> dict[str, Any]:
    """What an entry tells of words that were taken out of others."""
    told = {name: visible(str(entry.detail.get(name, ""))) for name in ("what", "pseudonym", "reason")}
    lines = len(entry.detail.get("lines", ()))
    about = {"team": team, "review": review_id, "at": f"{entry.at:%Y-%m-%d %H:%M} UTC"}
    return {**about, "by": visible(entry.actor), "lines": lines, **told}


async def show_absences(team: str | None, data: Path | None, as_json: bool) -> bool:
    """Print who said when that they are away or back, and whether each chain is whole; whether all are."""
    whole, told = True, []
    async with configured_stores(data) as stores:
        for of_team in await stores.absences.teams(team):
            count, problem = await stores.absences.check(of_team)
            whole = whole and problem is None
            trail = await stores.absences.trail(of_team) if count else []
            lines = [line for line in trail if _is_readable(line)]
            entries = {line.seq: line.entry for line in lines}
            broken = problem._asdict() if problem else None
            dumped = [{"seq": seq, **entry.model_dump(mode="json")} for seq, entry in entries.items()]
            told.append({"team": of_team, "entries": dumped, "broken": broken})
            if as_json:
                continue
            who = {
                user
                for entry in entries.values()
                for user in (entry.actor, entry.detail.get("stand_in"))
                if user
            }
            names = await names_of(stores, of_team, who)
            for seq, entry in entries.items():
                print(f"{seq:>4}  {_said_of_absence(entry, names)}")
            print(f"{of_team}: {len(entries)} entries, {problem or 'the chain is whole'}")
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    return whole


def _is_readable(line: TrailLine) -> bool:
    try:
        return bool(line.entry)
    except UNREADABLE:
        return False


def _said_of_absence(entry: AuditEntry, names: Mapping[str, str]) -> str:
    """``2026-11-30 09:00 UTC  ben  away from 2026-11-30 to 2026-12-04 (Europe/Berlin), chi stands in``."""
    said = f"{entry.at:%Y-%m-%d %H:%M} UTC  {names.get(entry.actor, entry.actor)}  {entry.event}"
    if entry.event != "away":
        return said
    detail = entry.detail
    stand_in = detail.get("stand_in") or ""
    whom = f", {names.get(stand_in, stand_in)} stands in" if stand_in else ""
    return (
        f"{said} from {detail.get('first')} to {detail.get('last')} ({detail.get('time_zone', 'UTC')}){whom}"
    )


async def export_trails(
    review: str | None, export_format: ExportFormat, team: str | None, data: Path | None
) -> None:
    """Print every entry of the chosen trails, a review at a time.

    Raises ``CommandError`` where a review is named that never was, and, after all that can be read is
    printed, where a trail cannot be read to its end.
    """
    async with configured_stores(data) as stores:
        unreadable: list[str] = []
        sheet = csv.writer(sys.stdout, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        if export_format is ExportFormat.CSV:
            sheet.writerow(COLUMNS)
        async for trail_team, review_id in _chosen_trails(stores.audit, review, team):
            previous_link = beginning(trail_team, review_id)
            transactions: dict[int, Transaction] = {}  # by reference, as far as the trail has named them
            try:
                async for line in stores.audit.lines(trail_team, review_id):
                    if export_format is ExportFormat.CSV:
                        sheet.writerows(_sheet_rows(trail_team, review_id, line, transactions))
                    else:
                        print(_json_line(trail_team, review_id, previous_link, line))
                    previous_link = line.link
            except StoreUnavailable:
                raise
            except UNREADABLE:
                unreadable.append(f"{review_id} ({trail_team})")
    if unreadable:
        raise CommandError(f"Not all of {', '.join(unreadable)} can be read; ask countersign audit verify.")


async def _chosen_trails(
    trails: AuditTrails, review: str | None, team: str | None
) -> AsyncIterator[tuple[str, str]]:
    """Team and review id of every trail that is asked for."""
    review_id = read_review_id(review) if review else None
    exists = False
    async for trail in trails.named(review_id, team):
        exists = True
        yield trail
    if review_id and not exists:
        raise no_such_review(review_id, team)


def _json_line(team: str, review_id: str, previous_link: str, line: TrailLine) -> str:
    """One line of JSON: ``text`` is what was hashed, ``entry`` its content for reading."""
    try:
        entry: Any = json.loads(line.text)
    except ValueError:
        entry = None  # somebody changed it; the text shows how
    place = {"team": team, "review": review_id, "seq": line.seq}
    links = {"previous": previous_link, "link": line.link}
    return json.dumps({**place, **links, "text": line.text, "entry": entry}, ensure_ascii=False)


def _sheet_rows(
    team: str, review_id: str, line: TrailLine, transactions: dict[int, Transaction]
) -> list[list[str]]:
    """Rows of a sheet: one for each payment where an entry holds payments, else one.

    Payments that the entry holds are added to ``transactions``, so that later decisions can show theirs.
    """
    try:
        return list(_entry_rows(team, review_id, line, transactions))
    except UNREADABLE:  # somebody changed it; the text shows how
        return [_row(team=team, review=review_id, seq=line.seq, detail=line.text, link=line.link)]


def _entry_rows(
    team: str, review_id: str, line: TrailLine, transactions: dict[int, Transaction]
) -> Iterator[list[str]]:
    entry = line.entry
    submitted = list(rows_in(entry))
    transactions.update((transaction.ref, transaction) for transaction in submitted)
    common = {"team": team, "review": review_id, "seq": line.seq, "link": line.link, **_event_cells(entry)}
    for transaction in submitted:
        yield _row(**common, **_payment_cells(transaction))
    if submitted:
        return
    detail = dict(entry.detail)
    decision: dict[str, Any] = {}
    if entry.event in (*DECIDING, "undone"):
        decided = transactions.get(detail.pop("ref", 0))
        decision = {} if decided is None else _payment_cells(decided)
        decision |= {"decision": detail.pop("kind", ""), "how": detail.pop("how", "")}
        decision |= {"reason": detail.pop("reason", "")}
    yield _row(**common, **decision, detail=_in_words(detail))


def _in_words(detail: Any) -> str:
    """What an entry tells besides, for reading: ``source: one.csv; read: 3 payments, 1 note``."""
    if isinstance(detail, dict):
        told = ((name, _in_words(value)) for name, value in detail.items())
        return "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in told if words)
    if isinstance(detail, list):
        return ", ".join(filter(None, map(_in_words, detail)))
    return "" if detail is None else str(detail)


def _event_cells(entry: AuditEntry) -> dict[str, Any]:
    return {"at": entry.at.isoformat(), "event": entry.event, "actor": entry.actor}


def _payment_cells(transaction: Transaction) -> dict[str, Any]:
    names = ("ref", "date", "amount", "currency", "vendor", "memo")
    return {name: getattr(transaction, name) for name in names}


def _row(**cells: Any) -> list[str]:
    """Cells in the order of the sheet.

    Amounts stay numbers, with their minus, so that a column with a refund can be summed up: in our records
    they are typed as numbers, and a number is no formula. All else is text, whatever it looks like.
    """
    values = {name: "" if value is None else value for name, value in cells.items()}
    return [
        f"{values['amount']:f}"
        if name == "amount" and values.get("amount", "") != ""
        else escape_formulas(str(values.get(name, "")))
        for name in COLUMNS
    ]
