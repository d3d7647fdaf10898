"""Claims in Redis: one step each, whoever presses when, and gone after their hour by the review's timer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.check import check_review
from bot.application.converse import ReplyResult
from bot.application.steps import ReviewSteps
from bot.application.timers import ReviewTimers
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin, show
from tests.wired import NOW, TEAM, Wired, wired

ROWS = [
    Transaction(ref=ref, amount=Decimal(20_000 + ref), currency="USD", vendor=f"Vendor {ref}")
    for ref in range(1, 4)
]


class Claims:
    """One review with three payments that wait, and people who are on them."""

    def __init__(self, process: Wired, review_id: str) -> None:
        self.process = process
        self.review_id = review_id

    def actor(self, user: str, text: str = "on it", how: Medium = Medium.BUTTON) -> Actor:
        return Actor(user=user, how=how, text=text, now=self.process.now())

    async def press(self, user: str, ref: int = 0, seen: str = "") -> RequestResult:
        return await self.process.claiming.press(TEAM, self.review_id, ref, self.actor(user), seen)

    async def say(self, user: str, text: str) -> ReplyResult:
        actor = self.actor(user, text, Medium.THREAD_REPLY)
        return await self.process.reply(TEAM, self.review_id, actor)

    async def approve(self, user: str, ref: int) -> RequestResult:
        asks = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,)),)
        return await self.process.decide(TEAM, self.review_id, asks, self.actor(user))

    async def state(self) -> ReviewState:
        state = await self.process.reviews.state(TEAM, self.review_id)
        assert state is not None
        return state

    async def on_it(self) -> dict[int, str]:
        return {claim.ref: claim.by for claim in (await self.state()).claims}

    async def events(self) -> list[str]:
        trail = await self.process.reviews.audit(TEAM, self.review_id)
        return [entry.event for entry in trail if entry.event.startswith("claim")]

    def later(self, **by: float) -> None:
        self.process.time = self.process.now() + timedelta(**by)


@pytest.fixture
async def claims(tmp_path: Path) -> AsyncIterator[Claims]:
    async with embedded_server(tmp_path) as url, wired(url) as process:
        process.policy = process.policy.model_copy(update={"approvers": ("U_BEN", "U_CHI")})
        timers = ReviewTimers(lambda: process.policy, process.now)
        process.steps = ReviewSteps(process.reviews, process.queue, timed=timers.set_in)
        state = await process.submit(origin(), ROWS)
        await process.assess(state.id)
        opened = Claims(process, state.id)
        yield opened
        await show(process, TEAM, state.id)
        assert await check_review(process.stores, TEAM, state.id) == []


async def test_a_claim_is_stored_in_one_step_and_can_be_read_back(claims: Claims) -> None:
    before = await claims.state()
    assert (await claims.press("U_BEN", 2)).outcome is Outcome.RECORDED
    assert (await claims.press("U_CHI")).outcome is Outcome.RECORDED
    after = await claims.state()
    assert after.version == before.version + 2
    assert {(one.ref, one.by, one.since, one.until) for one in after.claims} == {
        (2, "U_BEN", NOW, NOW + timedelta(hours=1)),
        (0, "U_CHI", NOW, NOW + timedelta(hours=1)),
    }
    assert (after.turns, await claims.events()) == (before.turns, ["claimed", "claimed"])


async def test_of_two_who_press_at_once_one_is_on_it_and_the_other_learns_who(claims: Claims) -> None:
    both = await asyncio.gather(claims.press("U_BEN", 1), claims.press("U_CHI", 1))
    won, lost = sorted(both, key=lambda one: one.outcome is not Outcome.RECORDED)
    assert (won.outcome, lost.outcome) == (Outcome.RECORDED, Outcome.CLAIMED)
    assert await claims.on_it() == {1: lost.claimed[0].by}


async def test_a_press_that_slack_delivers_twice_is_one_claim(claims: Claims) -> None:
    both = await asyncio.gather(claims.press("U_BEN", 1), claims.press("U_BEN", 1))
    assert {one.outcome for one in both} == {Outcome.RECORDED, Outcome.REPEATED}
    assert await claims.events() == ["claimed"]


async def test_who_is_not_on_it_decides_all_the_same(claims: Claims) -> None:
    await claims.press("U_BEN", 1)
    await claims.press("U_BEN")
    assert (await claims.approve("U_CHI", 1)).outcome is Outcome.RECORDED
    assert await claims.on_it() == {0: "U_BEN"}


async def test_by_reply_and_a_refusal_is_told_to_its_author_alone(claims: Claims) -> None:
    turns = (await claims.state()).turns
    assert (await claims.say("U_BEN", "on it 3")).outcome is Outcome.RECORDED
    assert (await claims.say("U_BEN", "I'm on it")).outcome is Outcome.RECORDED
    assert await claims.on_it() == {0: "U_BEN", 3: "U_BEN"}
    assert (await claims.state()).turns == turns + 2  # what was said, and no answer to it
    refused = await claims.say("U_CHI", "on it 3")
    assert (refused.outcome, refused.claimed[0].by) == (Outcome.CLAIMED, "U_BEN")
    assert "Somebody else is on it" in refused.private
    other = await claims.say("U_DOV", "on it 3")
    assert other.private.startswith("You are not an approver here")


async def test_refused_attempts_are_in_the_trail(claims: Claims) -> None:
    assert (await claims.press("U_DOV", 1)).outcome is Outcome.NOT_AN_APPROVER
    trail = await claims.process.reviews.audit(TEAM, claims.review_id)
    assert (trail[-1].event, trail[-1].actor) == ("refused", "U_DOV")


async def test_after_an_hour_it_is_gone_whoever_runs_the_timer_and_how_often(claims: Claims) -> None:
    await claims.press("U_BEN", 1)
    await claims.press("U_CHI", 2)
    due = (await claims.state()).timer_at
    assert due == NOW + timedelta(hours=1)
    assert await claims.process.stores.timers.due(due) == [(TEAM, claims.review_id)]
    claims.later(minutes=59)
    await claims.process.reminding.remind(TEAM, claims.review_id)  # too early
    assert await claims.on_it() == {1: "U_BEN", 2: "U_CHI"}
    claims.later(minutes=2)
    await asyncio.gather(*(claims.process.reminding.remind(TEAM, claims.review_id) for _ in range(4)))
    await claims.process.reminding.remind(TEAM, claims.review_id)
    assert await claims.on_it() == {}
    # Each is told once, and the card is drawn anew.
    assert await claims.events() == ["claimed", "claimed", "claim_lapsed", "claim_lapsed"]
    assert any("publish" in key for key in claims.process.queue.keys)
    state = await claims.state()
    assert state.due == state.version
    assert state.timer_at is not None  # the first reminder is next
    assert state.timer_at > claims.process.now()


async def test_a_decision_renews_the_hour_on_the_review_and_the_timer_with_it(claims: Claims) -> None:
    await claims.press("U_BEN")
    claims.later(minutes=40)
    await claims.approve("U_BEN", 1)
    claims.later(minutes=30)
    await claims.process.reminding.remind(TEAM, claims.review_id)
    assert await claims.on_it() == {0: "U_BEN"}
    assert (await claims.state()).timer_at == NOW + timedelta(minutes=100)
    claims.later(minutes=31)
    await claims.process.reminding.remind(TEAM, claims.review_id)
    assert await claims.on_it() == {}


async def test_with_claims_a_reminder_is_not_held_back(claims: Claims) -> None:
    claims.later(days=1, hours=-3)  # Monday 9:04
    for _ in range(5):
        claims.later(minutes=55)
        await claims.press("U_BEN")
        await claims.process.reminding.remind(TEAM, claims.review_id)
    state = await claims.state()
    assert (state.reminded, len(state.claims)) == (1, 1)
