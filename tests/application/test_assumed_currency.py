"""Where nothing names a currency, that of the policy or of the channel is assumed, stored, and said."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.application.submit import AcceptedBatch
from bot.domain.policy import Policy
from bot.domain.review.state import ReviewState
from bot.domain.submission import AssumedCurrency, Draft, Origin
from bot.domain.text import assumed
from bot.intake import join_intakes, read_file, read_text
from bot.store.codec import changed_fields, state_of
from bot.store.topology.embedded import embedded_server
from handlers.views.receipts import receipt
from tests.conftest import every_key_has_its_lifetime
from tests.wired import TEAM, Wired, wired

POLICY = Policy.from_toml('approvers = "anyone"\n[channels."C_LONDON"]\ncurrency = "GBP"\n')


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path / "redis") as url, wired(url) as service:
        service.policy = POLICY
        yield service
        await every_key_has_its_lifetime(url)


def origin(channel: str = "C_LONDON", request: str = "first") -> Origin:
    return Origin(
        team=TEAM, submitter="U_ANA", request=request, channel=channel, told_in="D1", source="payments.csv"
    )


async def typed(service: Wired, text: str, **where: str) -> ReviewState:
    taken = await service.submitting.hand_in(origin(**where), text)
    assert isinstance(taken, AcceptedBatch)
    return taken.state


async def in_trail(service: Wired, state: ReviewState) -> Any:
    (entry,) = [
        line.entry
        async for line in service.stores.audit.lines(TEAM, state.id)
        if line.entry.event == "submitted"
    ]
    return entry.detail.get("assumed")


async def test_a_channel_has_its_own_currency(service: Wired) -> None:
    text = "500 to Acme Corp for ink"
    london = await typed(service, text)
    assert london.totals.keys() == {"GBP"}
    elsewhere = await typed(service, text, channel="C_OTHER", request="second")
    assert elsewhere.totals.keys() == {"USD"}


async def test_what_was_assumed_is_stored_and_stands_in_the_trail(service: Wired) -> None:
    state = await typed(service, "500 to Acme Corp for ink\n$7.50 to Globex Inc for paper")
    assert state.assumed == AssumedCurrency(currency="GBP", rows=1)
    stored = await service.stores.reviews.state(TEAM, state.id)
    assert stored is not None
    assert stored.assumed == state.assumed
    assert await in_trail(service, state) == {"currency": "GBP", "rows": 1, "in_file": False}
    assert "No currency for 1 of 2 payments; GBP assumed" in str(receipt(state))


async def test_where_each_payment_names_its_currency_nothing_is_said(service: Wired) -> None:
    state = await typed(service, "EUR 500 to Acme Corp for ink")
    assert state.assumed is None
    assert await in_trail(service, state) is None
    assert "assumed" not in str(receipt(state))


async def taken_of_draft(service: Wired, content: str, request: str) -> ReviewState:
    intake = read_file("x.csv", content.encode(), currency="GBP")
    taken = await service.submitting.offer(origin(request=request), intake)
    assert isinstance(taken, Draft)
    state = await service.submitting.submit_draft(TEAM, taken.id, "U_ANA")
    assert state is not None
    return state


async def test_the_good_rows_of_a_draft_keep_what_was_assumed_of_them(service: Wired) -> None:
    content = "Vendor,Amount,Date\nA,5.00,2026-11-02\nB,6.00,2026-99-99\nC,€7.00,2026-11-03\n"
    state = await taken_of_draft(service, content, "first")
    assert state.assumed == AssumedCurrency(currency="GBP", rows=1, in_file=True)
    assert assumed(state) == "No currency for 1 of 2 payments; GBP assumed"


@pytest.mark.parametrize(
    ("last", "says"),
    [
        ("5.05", "No currency in the file; GBP assumed"),
        ("€5.05", "No currency for some of the payments; GBP assumed"),
    ],
)
async def test_of_the_new_rows_alone_only_what_is_known_is_said(service: Wired, last: str, says: str) -> None:
    rows = [f"Vendor {n},{n}.05,2026-11-0{n % 9 + 1}" for n in range(10, 30)]
    known = "\n".join(["Vendor,Amount,Date", *rows])
    first = await service.submitting.offer(
        origin(request="first"), read_file("x.csv", known.encode(), currency="GBP")
    )
    assert isinstance(first, ReviewState)
    assert assumed(first) == "No currency in the file; GBP assumed"
    state = await taken_of_draft(service, f"{known}\nNew,{last},2026-11-02\n", "second")
    assert state.total == 1
    assert assumed(state) == says


async def test_a_review_that_was_stored_without_it_is_read_as_before(service: Wired) -> None:
    state = await typed(service, "$500 to Acme Corp for ink")
    fields, _ = changed_fields(None, state)
    assert "assumed" not in fields
    assert state_of(fields).assumed is None


def test_a_refused_row_assumes_nothing() -> None:
    content = b"Vendor,Amount,Date\nA,5.00,2026-11-02\nB,6.00,2026-99-99\n"
    intake = read_file("x.csv", content, currency="GBP")
    assert (len(intake.errors), intake.assumed_rows) == (1, 1)


def test_typed_payments_assume_too_unless_they_name_a_currency() -> None:
    intake = read_text("500 to Acme Corp for ink\n£7.50 to Globex Inc for paper", currency="CHF")
    assert (intake.assumed_currency, intake.assumed_rows) == ("CHF", 1)
    assert intake.assumed == AssumedCurrency(currency="CHF", rows=1)
    assert read_text("£7.50 to Globex Inc for paper", currency="CHF").assumed is None


def test_several_files_may_assume_several_currencies() -> None:
    files = [read_file("x.csv", b"Vendor,Amount\nA,5.00\n", currency=code) for code in ("USD", "EUR", "USD")]
    assert join_intakes(files).assumed == AssumedCurrency(currency="EUR and USD", rows=3, in_file=True)
