"""``countersign vendors``: what the bot knows of payments made before, given to it and shown."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.stored import stored
from bot.config.policy_source import read_policy
from bot.config.settings import SettingsError, read_settings
from bot.domain.money import format_amount
from bot.domain.names import name_key, visible
from bot.domain.policy import past_payments_from
from bot.domain.text import plural
from bot.intake import Intake, IntakeError, read_file
from bot.store import PaymentHistory
from bot.store.audit import AuditTrails

SHOWN = 20  # payments of one vendor, newest first


async def run_import(file: Path, team: str | None, data: Path | None) -> None:
    """Take the payments of a file as made; importing it again changes nothing."""
    intake = _read(file)
    async with stored(data) as redis:
        of = await _team(redis, team)
        payments = past_payments_from(intake.transactions, _source(file), undated_on=datetime.now(UTC).date())
        forgotten = await PaymentHistory(redis).remember(of, payments)
    console = Console()
    for problem in intake.errors:
        console.print(Text(f"not taken: {problem}"), style="yellow")
    vendors = len({name_key(one.vendor) for one in intake.transactions})
    console.print(
        f"{plural(len(payments), 'payment')} to {plural(vendors, 'vendor')} are known now in {of}, "
        f"{plural(len(intake.errors), 'row')} not taken."
    )
    if forgotten.lines:
        console.print(
            f"Of the vendors and cards with the most payments {plural(forgotten.lines, 'line')} "
            "had no room; the newest stay."
        )


def _source(file: Path) -> str:
    """The file by name and content: two exports may well have the same name, and are not the same."""
    return f"{file.name}-{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}"


def _read(file: Path) -> Intake:
    try:
        return read_file(file.name, file.read_bytes(), currency=read_policy(read_settings().policy).currency)
    except IntakeError as error:
        raise IntakeError(f"{file}: {error}") from None


async def run_show(vendor: str, team: str | None, data: Path | None) -> None:
    """Print what is known of one vendor, newest first."""
    async with stored(data) as redis:
        of = await _team(redis, team)
        payments = await PaymentHistory(redis).to(of, vendor)
    if not payments:
        raise SettingsError(f"Nothing is known of a vendor “{visible(vendor)}” in {of}.")
    newest = sorted(payments, key=lambda one: one.date or date.min, reverse=True)
    table = Table("Date", "Amount", "Invoice", "Standing", "Payment")
    for one in newest[:SHOWN]:
        cells = (
            one.date.isoformat() if one.date else "",
            format_amount(one.amount, one.currency),
            one.invoice or "",
            one.status.value,
            one.name,
        )
        table.add_row(*(Text(visible(cell)) for cell in cells))
    console = Console()
    console.print(table)
    console.print(f"{plural(len(payments), 'payment')}, the newest {min(len(payments), SHOWN)} shown.")


async def _team(redis: Redis, team: str | None) -> str:
    """The workspace that is meant: the one named, else the only one that ever had a review."""
    if team is not None:
        return team
    teams = sorted({of async for of, _ in AuditTrails(redis).named()})
    if len(teams) == 1:
        return teams[0]
    known = f" There are {', '.join(teams)}." if teams else " No workspace has a review yet."
    raise SettingsError(f"Name the workspace with --team, as Slack does (T012AB3CD).{known}")
