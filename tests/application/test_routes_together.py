"""Decisions about many payments of which some need others on their route: what counts, and what is told."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.bulk import BulkDecisions
from bot.application.check import check_review
from bot.application.desk import Desk as DeskViews
from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.policy import Policy
from bot.domain.review.outcome import RequestResult
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from handlers.views.sentences import bulk_sentence
from tests.application.test_routes import MATRIX, ROWS, Desk
from tests.store.audited import origin, show
from tests.wired import TEAM, wired

A = DecisionKind.APPROVED


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with embedded_server(tmp_path) as url, wired(url) as process:
        process.policy = Policy.from_toml(MATRIX)
        more = Transaction(ref=6, amount=Decimal(70_000), currency="USD", vendor="Initech")
        state = await process.submit(origin(), [*ROWS, more])
        await process.assess(state.id)
        opened = Desk(process, state.id)
        yield opened
        await show(process, TEAM, state.id)
        assert await check_review(process.stores, TEAM, state.id) == []


async def approve_together(desk: Desk, user: str, *refs: int) -> RequestResult:
    process, stores = desk.process, desk.process.stores
    views = DeskViews(
        reviews=stores.reviews, flagged=stores.flagged, desks=stores.desks, access=process.access
    )
    bulk = BulkDecisions(
        steps=process.steps, reviews=stores.reviews, desks=stores.desks, desk=views, access=process.access
    )
    prepared = await bulk.prepare(TEAM, desk.review_id, A, desk.actor(user))
    assert isinstance(prepared, str)
    await bulk.tick(TEAM, prepared, user, refs)
    return (await bulk.do(TEAM, prepared, desk.actor(user), "checked")).result


async def test_what_needs_others_is_told_with_its_sums_and_not_as_approved(desk: Desk) -> None:
    result = await approve_together(desk, "U_BEN", 1, 2, 3)
    said = "approved 1 payment, USD 12,000.00: checked, and gave an answer that counts for "
    said += "1 payment, USD 60,000.00, which needs others too"
    turns = await desk.process.reviews.turns(TEAM, desk.review_id)
    assert turns[-1].text == said
    told = bulk_sentence(result)[0]
    assert told == f"You {said}. 1 payment waits for other people, or had your answer already."


async def test_where_all_need_others_nothing_is_told_as_approved(desk: Desk) -> None:
    result = await approve_together(desk, "U_CHI", 1, 5)
    said = "You gave an answer that counts for 2 payments, USD 260,000.00, which need others too."
    assert bulk_sentence(result)[0] == said


async def test_each_payment_keeps_the_note_of_its_own_approval(desk: Desk) -> None:
    asks = (
        DecisionRequest(kind=A, refs=(1,), reason="contract seen"),
        DecisionRequest(kind=A, refs=(6,), reason="delivery seen"),
    )
    await desk.process.decide(TEAM, desk.review_id, asks, desk.actor("U_BEN"))
    notes = [[vote.note for vote in (await desk.entry(ref)).votes] for ref in (1, 6)]
    assert notes == [["contract seen"], ["delivery seen"]]
