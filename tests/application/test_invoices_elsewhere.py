"""An invoice of an earlier batch is known where it comes again under another vendor's name."""

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.review.state import ReviewState
from bot.domain.submission import Origin
from bot.domain.transaction import Transaction
from bot.intake import Intake
from bot.store.topology.embedded import embedded_server
from tests.conftest import every_key_has_its_lifetime
from tests.wired import NOW, TEAM, Wired, wired


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path / "redis") as url, wired(url) as service:
        yield service
        await every_key_has_its_lifetime(url)


def bill(vendor: str, invoice: str = "ML-2026-00881", amount: str = "874.55") -> Transaction:
    return Transaction(
        ref=1,
        amount=Decimal(amount),
        currency="USD",
        vendor=vendor,
        invoice=invoice,
        memo="Advice on a lease",
    )


async def submitted(service: Wired, request: str, *payments: Transaction) -> ReviewState:
    origin = Origin(team=TEAM, submitter="U_ANA", request=request, channel="C1", told_in="C1", source="a.csv")
    rows = tuple(payment.model_copy(update={"ref": ref}) for ref, payment in enumerate(payments, 1))
    state = await service.offer(origin, Intake(transactions=rows))
    assert isinstance(state, ReviewState)
    await service.assess(state.id)
    return state


async def evidence(service: Wired, state: ReviewState, ref: int = 1) -> list[str]:
    review = await service.reviews.load_whole(TEAM, state.id)
    assert review is not None
    judgement = review.entries[ref].judgement
    assert judgement is not None
    return [finding.evidence for finding in judgement.findings if finding.code == "invoice_other_vendor"]


async def test_the_same_invoice_for_another_vendor_names_the_earlier_payment(service: Wired) -> None:
    earlier = await submitted(service, "first", bill("Globex", "77-123", "12.00"), bill("Moss Legal LLP"))
    again = await submitted(service, "second", bill("M. Legal Services", "ml 2026 0881"))
    assert await evidence(service, earlier, 2) == []
    assert await evidence(service, again) == [
        f"its invoice number and amount are also those of #2 of {earlier.id}, to another vendor"
    ]
    await service.assess(again.id)  # may run twice
    assert len(await evidence(service, again)) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (bill("Moss Legal LLP"), bill("MOSS LEGAL")),  # a duplicate, which its own rule finds
        (bill("Moss Legal LLP"), bill("The Moss Legal (UK)")),
        (bill("Moss Legal LLP"), bill("Globex", amount="874.56")),
        (bill("Moss Legal LLP"), bill("Globex", "ML-2026-00882")),
        (bill("Moss Legal LLP", "118", "600"), bill("Globex", "118", "600")),  # by chance
        (bill("Moss Legal LLP", amount="12"), bill("Globex", amount="12")),  # below the floor
    ],
)
async def test_what_is_another_invoice_or_vendor_is_not_told(
    service: Wired, first: Transaction, second: Transaction
) -> None:
    await submitted(service, "first", first)
    assert await evidence(service, await submitted(service, "second", second)) == []


async def test_an_invoice_is_kept_as_a_hash_and_known_for_a_year(service: Wired) -> None:
    await submitted(service, "first", bill("Moss Legal LLP"))
    keys = [key async for key in service.redis.scan_iter(match="cs:{rows *")]
    kept = repr([await service.redis.hgetall(key) for key in keys]).casefold()
    assert "moss" not in kept
    assert "ml-2026" not in kept
    rows = service.stores.submitted_rows
    found = await rows.invoices_elsewhere(TEAM, [bill("Globex")], NOW + dt.timedelta(days=399))
    assert list(found) == [1]
    assert not await rows.invoices_elsewhere("T_OTHER", [bill("Globex")], NOW)


async def test_what_was_handed_in_lately_is_compared_by_that_day(service: Wired) -> None:
    day = NOW.date()
    first = Transaction(
        ref=1,
        amount=Decimal(2400),
        currency="USD",
        vendor="Globex",
        memo="Phase 1",
        date=day - dt.timedelta(60),
    )
    await submitted(service, "first", first)
    again = await submitted(service, "second", first.model_copy(update={"date": day, "memo": "Phase 2"}))
    review = await service.reviews.load_whole(TEAM, again.id)
    assert review is not None
    assert review.entries[1].judgement is not None
    assert "repeated_together" in [finding.code for finding in review.entries[1].judgement.findings]
