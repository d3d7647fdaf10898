"""``countersign vendors``: what the bot knows of payments made before, given to it and shown."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.failures import CommandError
from bot.cli.files import PastFile, past_file
from bot.cli.progress import counted
from bot.cli.stores import configured_stores, workspace_of
from bot.config.policy_loading import read_policy
from bot.config.settings import read_settings
from bot.domain.money import format_amount
from bot.domain.names import name_key, visible
from bot.domain.policy import PastPayment, past_payments_from
from bot.domain.text import plural
from bot.intake import SaidMapping

SHOWN = 20  # payments of one vendor, newest first


@dataclass(slots=True)
class _Taken:
    """What was read so far."""

    payments: int = 0
    vendors: set[str] = field(default_factory=set)
    rows_left_out: int = 0


async def import_payments(file: Path, team: str | None, data: Path | None, mapping: Sequence[str]) -> None:
    """Store the payments of a file, read as ``mapping`` says, as made; importing it again changes nothing.

    Raises ``IntakeError`` where the file cannot be read, ``OpenQuestion`` where it has two readings, and
    ``CommandError`` where the workspace is unclear.
    """
    currency = read_policy(read_settings().policy).currency
    past = past_file(file, currency, SaidMapping.read(mapping))
    console, taken = Console(), _Taken()
    async with configured_stores(data) as stores:
        team = await workspace_of(stores, team)
        forgotten = await stores.history.remember_portions(team, _payments(past, taken, console))
    console.print(
        f"{plural(taken.payments, 'payment')} to {plural(len(taken.vendors), 'vendor')} are known now in "
        f"{team}, {plural(taken.rows_left_out, 'row')} not taken."
    )
    if forgotten.lines:
        console.print(
            f"Of the vendors and cards with the most payments {plural(forgotten.lines, 'line')} "
            "had no room; the newest stay."
        )


async def _payments(past: PastFile, taken: _Taken, console: Console) -> AsyncIterator[Sequence[PastPayment]]:
    """The payments of a file, a portion at a time; rows that are not taken are told."""
    source, today = _source_of(past.path), datetime.now(UTC).date()
    with counted("Reading payments") as done:
        for intake in past.portions():
            for error in intake.errors:
                console.print(Text(f"not taken: {error}"), style="yellow")
            payments = past_payments_from(intake.transactions, source, undated_on=today, automatic=False)
            taken.payments += len(payments)
            taken.rows_left_out += len(intake.errors)
            taken.vendors |= {name_key(payment.vendor) for payment in payments}
            yield payments
            done(len(payments))


def _source_of(file: Path) -> str:
    """The file by name and content, since two different exports may well have the same name."""
    with file.open("rb") as opened:
        return f"{file.name}-{hashlib.file_digest(opened, 'sha256').hexdigest()[:8]}"


async def show_vendor(vendor: str, team: str | None, data: Path | None) -> None:
    """Print what is known of one vendor, newest first; raises ``CommandError`` where nothing is."""
    async with configured_stores(data) as stores:
        team = await workspace_of(stores, team)
        payments = await stores.history.to(team, vendor)
    if not payments:
        raise CommandError(f"Nothing is known of a vendor “{visible(vendor)}” in {team}.")
    newest = sorted(payments, key=lambda payment: payment.date or date.min, reverse=True)
    table = Table("Date", "Amount", "Invoice", "Standing", "Payment")
    for payment in newest[:SHOWN]:
        table.add_row(*(Text(visible(cell)) for cell in _cells(payment)))
    console = Console()
    console.print(table)
    console.print(f"{plural(len(payments), 'payment')}, the newest {min(len(payments), SHOWN)} shown.")


def _cells(payment: PastPayment) -> tuple[str, ...]:
    return (
        payment.date.isoformat() if payment.date else "",
        format_amount(payment.amount, payment.currency),
        payment.invoice or "",
        payment.status.value,
        payment.name,
    )
