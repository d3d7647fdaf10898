"""Payments on their route: who must approve before they are approved, in Redis, whoever clicks when."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.check import check_review
from bot.application.converse import ReplyResult
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.policy import Policy
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor
from bot.domain.text.routes import on_its_way
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin, show
from tests.wired import NOW, TEAM, Wired, wired

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
MATRIX = """
approvers = ["U_BEN", "U_CHI", "U_EVA"]
last_fallback = "owners"
[groups]
controllers = ["U_BEN", "U_CHI", "U_EVA"]
board = ["U_FAY"]
owners = ["U_GUS"]
[[routes]]
name = "large"
over = { USD = 50_000 }
stages = [{ from = "controllers", needs = "majority" }, { from = "board" }]
[[routes]]
name = "own"
vendor = ["Own Ltd"]
stages = [{ from = "board" }]
[[routes]]
name = "votes"
vendor = ["Votes Ltd"]
stages = [{ from = "controllers", needs = 2 }]
reject = "stage"
[limits_of.U_BEN]
USD = 100_000
"""
ROWS = [
    Transaction(ref=1, amount=Decimal(60_000), currency="USD", vendor="Acme"),
    Transaction(ref=2, amount=Decimal(12_000), currency="USD", vendor="Globex"),
    Transaction(ref=3, amount=Decimal(13_000), currency="USD", vendor="Own Ltd"),
    Transaction(ref=4, amount=Decimal(14_000), currency="USD", vendor="Votes Ltd"),
    Transaction(ref=5, amount=Decimal(200_000), currency="USD", vendor="Hooli"),
]


class Desk:
    """One review by the matrix above, and people who decide about it."""

    def __init__(self, process: Wired, review_id: str) -> None:
        self.process = process
        self.review_id = review_id
        self.minutes = 0

    def actor(self, user: str) -> Actor:
        self.minutes += 1
        at = NOW + timedelta(minutes=self.minutes)
        return Actor(user=user, how=Medium.BUTTON, text="a click", now=at)

    async def decide(self, user: str, kind: DecisionKind, *refs: int) -> RequestResult:
        asks = (DecisionRequest(kind=kind, refs=refs),)
        return await self.process.decide(TEAM, self.review_id, asks, self.actor(user))

    async def say(self, user: str, text: str) -> ReplyResult:
        actor = self.actor(user)
        said = Actor(user=user, how=Medium.THREAD_REPLY, text=text, now=actor.now)
        return await self.process.reply(TEAM, self.review_id, said)

    async def outcome(self, user: str, kind: DecisionKind, *refs: int) -> Outcome:
        return (await self.decide(user, kind, *refs)).outcome

    async def entry(self, ref: int) -> ReviewedTransaction:
        review = await self.process.reviews.load(TEAM, self.review_id, (ref,))
        assert review is not None
        return review.entries[ref]

    async def way(self, ref: int) -> str:
        return on_its_way(await self.entry(ref), lambda user: user.removeprefix("U_").lower())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with embedded_server(tmp_path) as url, wired(url) as process:
        process.policy = Policy.from_toml(MATRIX)
        state = await process.submit(origin(), ROWS)
        await process.assess(state.id)
        opened = Desk(process, state.id)
        yield opened
        await show(process, TEAM, state.id)
        assert await check_review(process.stores, TEAM, state.id) == []


async def test_two_stages_with_a_majority(desk: Desk) -> None:
    assert await desk.way(1) == "Needs most of Controllers (2), then Board · waiting for Controllers (0 of 2)"
    assert await desk.outcome("U_FAY", A, 1) is Outcome.NOT_YOUR_STAGE
    first = await desk.decide("U_BEN", A, 1)
    assert (first.outcome, first.given, first.recorded) == (Outcome.RECORDED, (1,), ())
    assert await desk.outcome("U_BEN", A, 1) is Outcome.NOT_YOUR_STAGE
    assert (await desk.entry(1)).undecided
    assert (await desk.decide("U_CHI", A, 1)).given == (1,)
    assert "approved by ben and chi · waiting for Board" in await desk.way(1)
    assert await desk.outcome("U_EVA", A, 1) is Outcome.NOT_YOUR_STAGE
    last = await desk.decide("U_FAY", A, 1)
    assert [decision.by for decision in last.recorded] == ["U_FAY"]
    assert (await desk.entry(1)).decided


async def test_without_a_row_any_approver_decides_and_nobody_else(desk: Desk) -> None:
    assert await desk.outcome("U_FAY", A, 2) is Outcome.NOT_YOUR_STAGE
    assert await desk.outcome("U_DOV", A, 2) is Outcome.NOT_AN_APPROVER
    assert [one.ref for one in (await desk.decide("U_EVA", A, 2)).recorded] == [2]


async def test_of_several_payments_those_are_done_that_are_theirs_and_the_others_named(desk: Desk) -> None:
    result = await desk.decide("U_BEN", A, 1, 2, 3)
    assert ([one.ref for one in result.recorded], result.given, result.others) == ([2], (1,), (3,))


async def test_a_rejection_is_final_at_any_stage_and_a_hold_is_anybodys_on_the_route(desk: Desk) -> None:
    assert await desk.outcome("U_FAY", H, 1) is Outcome.RECORDED
    assert await desk.outcome("U_GUS", R, 1) is Outcome.RECORDED
    assert (await desk.entry(1)).decision.kind is R  # type: ignore[union-attr]


async def test_a_rejection_that_counts_in_its_stage_is_final_when_the_stage_cannot_pass(desk: Desk) -> None:
    first = await desk.decide("U_BEN", R, 4)
    assert (first.given, first.recorded) == ((4,), ())
    assert "rejected by ben" in await desk.way(4)
    assert (await desk.decide("U_CHI", R, 4)).given == (4,)  # one controller and the owner are left
    assert [one.kind for one in (await desk.decide("U_EVA", R, 4)).recorded] == [R]


async def test_nobody_approves_more_than_their_limit(desk: Desk) -> None:
    assert await desk.outcome("U_BEN", A, 5) is Outcome.NOT_YOUR_STAGE
    assert (await desk.decide("U_CHI", A, 5)).given == (5,)
    assert (await desk.decide("U_EVA", A, 5)).given == (5,)


async def test_who_is_taken_off_loses_what_they_have_not_given_and_what_they_gave_stays(desk: Desk) -> None:
    assert (await desk.decide("U_BEN", A, 1)).given == (1,)
    gone = MATRIX.replace('controllers = ["U_BEN", "U_CHI", "U_EVA"]', 'controllers = ["U_CHI"]')
    desk.process.policy = Policy.from_toml(gone)
    assert await desk.outcome("U_EVA", A, 1) is Outcome.NOT_YOUR_STAGE
    assert (await desk.decide("U_CHI", A, 1)).given == (1,)
    assert "approved by ben and chi" in await desk.way(1)


async def test_the_fallback_fills_what_the_group_cannot(desk: Desk) -> None:
    desk.process.policy = Policy.from_toml(MATRIX.replace('board = ["U_FAY"]', "board = []"))
    assert [one.by for one in (await desk.decide("U_GUS", A, 3)).recorded] == ["U_GUS"]


async def test_at_the_same_moment_each_counts_once(desk: Desk) -> None:
    results = await asyncio.gather(*(desk.decide(user, A, 1) for user in ("U_BEN", "U_CHI", "U_EVA")))
    assert sorted(result.outcome.value for result in results) == ["not_your_stage", "recorded", "recorded"]
    assert len((await desk.entry(1)).votes) == 2


async def test_what_is_taken_back_starts_its_route_again(desk: Desk) -> None:
    await desk.decide("U_CHI", A, 4)
    await desk.decide("U_EVA", A, 4)
    assert (await desk.entry(4)).decided
    await desk.say("U_EVA", "undo 4")
    entry = await desk.entry(4)
    assert entry.undecided
    assert entry.votes == ()
    assert (await desk.decide("U_CHI", A, 4)).given == (4,)


async def test_a_rejection_is_not_corrected_into_an_approval_past_the_others(desk: Desk) -> None:
    await desk.decide("U_CHI", R, 1)
    assert (await desk.say("U_CHI", "change 1 to approve")).outcome is Outcome.NOT_YOUR_STAGE
    decision = (await desk.entry(1)).decision
    assert decision is not None
    assert decision.kind is R


async def test_a_new_version_starts_its_route_again_which_may_be_another_one(desk: Desk) -> None:
    await desk.decide("U_BEN", A, 1)
    brought = desk.actor("U_ANA")
    typed = {"amount": "40000", "currency": "USD", "vendor": "Acme"}
    result = await desk.process.amending.correct(
        TEAM, desk.review_id, 1, 1, typed, brought, idempotency_key="form"
    )
    assert result.outcome is Outcome.RECORDED
    await desk.process.assess(desk.review_id)
    entry = await desk.entry(1)
    assert (entry.version, entry.votes) == (2, ())
    assert [stage.group for stage in entry.route.stages] == ["approvers"]  # type: ignore[union-attr]
    assert len((await desk.decide("U_BEN", A, 1)).recorded) == 1


async def test_who_is_asked_at_no_stage_of_a_payment_replaces_nobodys_proposal_by_describing_it(
    desk: Desk,
) -> None:
    """Fay is of the board, which has no say about Globex."""
    await desk.say("U_BEN", "reject the Globex one")
    before = await desk.process.reviews.state(TEAM, desk.review_id)
    assert before is not None
    assert before.proposal is not None
    said = await desk.say("U_FAY", "reject the Globex one")
    after = await desk.process.reviews.state(TEAM, desk.review_id)
    assert after is not None
    assert (said.outcome, after.proposal) == (Outcome.NOT_YOUR_STAGE, before.proposal)
    assert "not yours to decide now" in said.private
    await desk.say("U_EVA", "reject the Globex one")
    later = await desk.process.reviews.state(TEAM, desk.review_id)
    assert later is not None
    assert later.proposal is not None
    assert later.proposal.by == "U_EVA"
