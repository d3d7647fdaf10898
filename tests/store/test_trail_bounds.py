"""What a batch leaves in the audit trail, which is for ever: a few KB beside its payments."""

import hashlib
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError
from redis.asyncio import Redis

from bot.domain.review import audit_entries
from bot.domain.review.audit_entries import rows_in
from bot.domain.review.state import ReviewState
from bot.domain.transaction import Transaction
from bot.intake import Intake, join_intakes, read_file, read_text
from bot.store.keys import ReviewKeys
from tests.store.audited import origin, served
from tests.wired import NOW, TEAM, Wired


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Wired, Redis]]:
    async with served(tmp_path) as opened:
        yield opened


async def test_a_large_file_of_bad_rows_leaves_a_short_entry(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    long = b"15000,Globex," + b"x" * 120_000 + b"\n"
    content = b"amount,vendor,category\n" + long * 39 + b"15000,Globex,racks\n"
    assert len(content) > 4_600_000
    intake = read_file("p" * 3_000 + ".csv", content, currency="USD")
    review_state = await left_by(service, intake.model_copy(update={"notes": intake.notes * 1_000}))
    size = await redis.memory_usage(ReviewKeys(TEAM, review_state.id).audit)
    assert size is not None
    assert size < 16_000
    submitted = (await service.reviews.audit(TEAM, review_state.id))[0].detail
    assert submitted["left_out"][0] == "Row 2, category: The text has 120,000 characters; 500 are the most."
    assert (len(submitted["left_out"]), submitted["left_out"][-1]) == (21, "… and 19 more.")
    assert submitted["input"][0]["sha256"] == hashlib.sha256(content).hexdigest()
    assert (len(submitted["input"][0]["name"]), len(submitted["source"])) == (150, 150)


async def test_a_long_text_stands_in_the_trail_by_its_beginning_size_and_digest(
    kept: tuple[Wired, Redis],
) -> None:
    service, _ = kept
    typed = "$15000 to Globex. Memo: Ω\n" * 1_000
    review_state = await left_by(service, read_text(typed, currency="USD"))
    (kept_input,) = (await service.reviews.audit(TEAM, review_state.id))[0].detail["input"]
    assert typed.startswith(kept_input["text"].removesuffix("…"))
    assert len(kept_input["text"]) == 2_000
    assert (kept_input["size"], kept_input["sha256"]) == (
        len(typed.encode()),
        hashlib.sha256(typed.encode()).hexdigest(),
    )


async def test_more_texts_and_files_than_an_entry_has_room_for_are_counted(
    kept: tuple[Wired, Redis],
) -> None:
    service, _ = kept
    intake = join_intakes([read_text("$5 to A", currency="USD")] * 25)
    review_state = await left_by(service, intake)
    submitted = (await service.reviews.audit(TEAM, review_state.id))[0].detail
    assert (len(submitted["input"]), submitted["more_inputs"]) == (20, 5)


async def left_by(service: Wired, intake: Intake) -> ReviewState:
    """A review of these payments, handed in from a place of a long name and with a long note."""
    handed_in = origin().model_copy(update={"source": "p" * 3_000, "note": "n" * 3_000})
    taken = await service.offer(handed_in, intake)
    state = taken if isinstance(taken, ReviewState) else None
    state = state or await service.submitting.submit_draft(TEAM, taken.id, "U_ANA")
    assert state is not None
    assert len(state.note) == 500
    return state


async def test_a_payment_of_an_old_trail_is_read_however_long_its_texts_are() -> None:
    payment = Transaction(ref=1, amount=Decimal(5), currency="USD", vendor="A", category="c" * 500)
    with pytest.raises(ValidationError, match="501 characters; 500 are the most"):
        Transaction(**{**payment.model_dump(), "category": "c" * 501})
    (entry,) = audit_entries.rows([payment.model_copy(update={"category": "c" * 9_000})], "U_ANA", NOW)
    (read,) = rows_in(entry)
    assert len(read.category or "") == 9_000
