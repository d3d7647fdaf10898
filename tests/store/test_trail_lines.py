"""How lines of a trail stand in Redis: long ones packed, which neither the chain nor a reader notices."""

import base64
import json
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.domain.audit.chain import chained, first_broken, text_of
from bot.domain.audit.entry import AuditEntry, TrailEnd
from bot.domain.review.audit_entries import rows_in
from bot.domain.transaction import Transaction
from bot.intake import Intake
from bot.store.audit import AuditTrails
from bot.store.keys import ReviewKeys
from bot.store.trail_lines import PACKED, PACKED_FROM, line_of, stored_line
from tests.store.audited import assess, origin, served
from tests.wired import TEAM, Wired

START = TrailEnd(0, "countersign-audit-1 T R")
A_ROUTINE_PAYMENT = 120  # bytes that are kept for ever of it
LONG = "x" * PACKED_FROM


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Wired, Redis]]:
    async with served(tmp_path) as opened:
        yield opened


@given(st.lists(st.text(min_size=1).map(lambda text: json.dumps(text * 40)), min_size=1, max_size=5))
def test_a_line_is_read_as_it_was_chained_packed_or_not(texts: list[str]) -> None:
    lines = chained(START, texts)
    read = [line_of(line.seq, stored_line(line)) for line in lines]
    assert read == lines
    # Trails of before are read as they are.
    assert [line_of(line.seq, str(line)) for line in lines] == lines


def test_only_what_gets_shorter_is_packed() -> None:
    short, long = chained(START, ['{"a":1}', json.dumps(LONG)])
    assert stored_line(short) == str(short)
    assert stored_line(long).startswith(f"{long.link} {PACKED}")
    assert len(stored_line(long)) < len(str(long)) / 4


def entry(actor: str) -> str:
    return text_of(AuditEntry(event="closed", actor=actor, at=datetime(2026, 9, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    "change",
    [
        lambda packed: packed[:-5],
        lambda packed: f"{packed[:20]}*{packed[21:]}",
        lambda packed: base64.b64encode(base64.b64decode(packed)[:-6]).decode(),
        lambda packed: base64.b64encode(base64.b64decode(packed) + b"more").decode(),
        lambda packed: base64.b64encode(zlib.compress(b'{"event":"paid"}')).decode(),
        lambda packed: base64.b64encode(zlib.compress(b"\xff" * 9)).decode(),
        lambda packed: base64.b64encode(zlib.compress(b"x" * 64_000_000)).decode(),
    ],
    ids=["cut", "no base64", "damaged", "longer", "other text", "no text", "endless"],
)
def test_a_packed_line_that_was_changed_does_not_follow(change: Callable[[str], str]) -> None:
    before, line, after = chained(START, [entry("one"), entry(LONG), entry("three")])
    link, _, packed = stored_line(line).split(" ")
    read = [before, line_of(2, f"{link} {PACKED}{change(packed)}"), after]
    found = first_broken(START, read)
    assert found is not None
    assert (found.seq, found.problem[:15]) == (2, "does not follow")


def ledger(count: int) -> Sequence[Transaction]:
    """Ordinary payments, with all that an export has of them; no two alike."""
    day = datetime(2026, 9, 1, tzinfo=UTC).date()
    names = (
        "Harbour Print Ltd",
        "Granite Office Supplies",
        "Lantern Catering Partners",
        "Quarry Freight plc",
    )
    return [
        Transaction(
            ref=ref,
            row=ref + 1,
            date=day + timedelta(days=ref * 7 % 90),
            amount=Decimal(1_013 + ref * 977 % 90_000) / 100,
            currency="GBP",
            vendor=f"{names[ref % 4]} {ref % 61}",
            memo=f"Delivery {ref * 7919 % 100_003} for the {('north', 'south', 'east')[ref % 3]} depot",
            invoice=f"INV-{ref * 104_729 % 999_983:06}",
            category=("Office", "Travel", "Transport")[ref % 3],
        )
        for ref in range(1, count + 1)
    ]


async def test_what_is_kept_for_ever_of_a_routine_payment_is_small(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    taken = await service.offer(origin(), Intake(transactions=tuple(ledger(500))))
    await assess(service, taken.id)
    keys = ReviewKeys(TEAM, taken.id)
    used = await redis.memory_usage(keys.audit, samples=0)
    assert used is not None
    state = await service.reviews.state(TEAM, taken.id)
    assert state is not None
    assert used / state.total < A_ROUTINE_PAYMENT
    checked = await AuditTrails(redis).check(TEAM, taken.id, datetime.now(UTC))
    assert (checked.broken, checked.entries) == (None, state.audited)


async def test_a_trail_from_before_lines_were_packed_still_verifies_and_reads(
    kept: tuple[Wired, Redis],
) -> None:
    service, redis = kept
    taken = await service.offer(origin(), Intake(transactions=tuple(ledger(60))))
    await assess(service, taken.id)
    keys = ReviewKeys(TEAM, taken.id)
    now = [line async for line in AuditTrails(redis).lines(TEAM, taken.id)]
    stored: list[str] = await redis.lrange(keys.audit, 0, -1)  # type: ignore[assignment]  # decoded
    assert any(f" {PACKED}" in line for line in stored)
    for place, line in enumerate(now):
        await redis.lset(keys.audit, place, str(line))
    assert (await AuditTrails(redis).check(TEAM, taken.id, datetime.now(UTC))).broken is None
    read = await service.reviews.audit(TEAM, taken.id)
    assert [row for entry in read for row in rows_in(entry)] == list(ledger(60))
