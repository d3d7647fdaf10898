"""What is on hold and is changed by words: only what stands, was judged and was seen."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.check import check_review
from bot.application.converse import ReplyResult
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin, show
from tests.wired import NOW, TEAM, Wired, wired

LIMIT = 10_000


class Thread:
    """The thread of one review whose payments are all on hold."""

    def __init__(self, process: Wired, review_id: str) -> None:
        self.process, self.review_id, self.minutes = process, review_id, 0

    def actor(self, user: str, text: str = "", how: Medium = Medium.THREAD_REPLY) -> Actor:
        self.minutes += 1
        return Actor(user=user, how=how, text=text, now=NOW + timedelta(minutes=self.minutes))

    async def say(self, text: str, user: str = "U_BEN") -> ReplyResult:
        return await self.process.reply(TEAM, self.review_id, self.actor(user, text))

    async def correct(self, ref: int, **typed: str) -> None:
        result = await self.process.amending.correct(
            TEAM, self.review_id, ref, 1, typed, self.actor("U_ANA"), idempotency_key=f"{ref} {typed}"
        )
        assert result.outcome is Outcome.RECORDED

    async def withdraw(self, *refs: int) -> None:
        result = await self.process.amending.withdraw(TEAM, self.review_id, refs, self.actor("U_ANA"))
        assert result.outcome is Outcome.RECORDED

    async def confirm(self) -> Outcome:
        proposal = (await self.state()).proposal
        assert proposal is not None
        actor = self.actor("U_BEN", "confirm", Medium.BUTTON)
        return (await self.process.deciding.confirm(TEAM, self.review_id, proposal.id, actor)).outcome

    async def state(self) -> ReviewState:
        state = await self.process.reviews.state(TEAM, self.review_id)
        assert state is not None
        return state

    async def entry(self, ref: int) -> ReviewedTransaction:
        review = await self.process.reviews.load(TEAM, self.review_id, (ref,))
        assert review is not None
        return review.entries[ref]

    async def last_words(self) -> str:
        return (await self.process.reviews.turns(TEAM, self.review_id))[-1].text


@pytest.fixture
async def thread(tmp_path: Path) -> AsyncIterator[Thread]:
    """Three payments of little more than their limit, one of far more, and eight others, all on hold."""
    amounts = [LIMIT + 1, LIMIT + 2, LIMIT + 3, 90 * LIMIT, *(LIMIT + number for number in range(10, 18))]
    rows = [
        Transaction(ref=ref, amount=Decimal(amount), currency="USD", vendor=f"Vendor {chr(64 + ref)}{ref}")
        for ref, amount in enumerate(amounts, start=1)
    ]
    async with embedded_server(tmp_path / "redis") as url, wired(url) as process:
        state = await process.submit(origin(), rows)
        await process.assess(state.id)
        opened = Thread(process, state.id)
        every = DecisionRequest(kind=DecisionKind.HELD, reason="waiting for the PO")
        await process.decide(TEAM, state.id, (every,), opened.actor("U_BEN", "hold all"))
        assert (await opened.state()).held == len(rows)
        yield opened
        await show(process, TEAM, state.id)
        assert await check_review(process.stores, TEAM, state.id) == []


@pytest.mark.parametrize("words", ["change 1 to approved", "change 1 to rejected", "undo 1"])
async def test_what_was_withdrawn_is_not_changed(thread: Thread, words: str) -> None:
    await thread.withdraw(1)
    await thread.say(words)
    entry = await thread.entry(1)
    assert entry.withdrawn
    assert entry.decision is None or entry.decision.kind.value == "held"
    state = await thread.state()
    assert (state.approved, state.rejected, state.held, state.withdrawn) == (0, 0, 11, 1)


async def test_what_is_being_judged_again_is_not_changed(thread: Thread) -> None:
    await thread.correct(1, amount="90000", currency="USD", vendor="Somebody Else")
    await thread.say("change 1 to approved")
    assert (await thread.entry(1)).held
    assert (await thread.state()).approved == 0


async def test_a_corrected_payment_is_changed_once_its_new_version_was_shown(thread: Thread) -> None:
    await thread.correct(1, amount="90000", currency="USD", vendor="Somebody Else")
    await thread.process.assess(thread.review_id)
    await thread.say("change 1 to approved")
    assert (await thread.entry(1)).held
    assert "Somebody Else" in await thread.last_words()
    assert await thread.confirm() is Outcome.RECORDED
    assert (await thread.state()).approved == 1


async def test_a_proposal_to_change_is_gone_once_its_payment_is_corrected(thread: Thread) -> None:
    await thread.say("change 4 to approved")
    assert (await thread.state()).proposal is not None
    await thread.correct(4, amount="990000", currency="USD", vendor="Somebody Else")
    await thread.process.assess(thread.review_id)
    assert (await thread.state()).proposal is None


async def test_what_is_of_high_risk_is_changed_to_approved_once_confirmed(thread: Thread) -> None:
    await thread.say("change 4 to approved")
    assert (await thread.state()).approved == 0
    assert "#4" in await thread.last_words()
    assert await thread.confirm() is Outcome.RECORDED
    assert (await thread.state()).approved == 1


async def test_a_heap_is_not_changed_to_approved_at_once(thread: Thread) -> None:
    await thread.say("change 1 and 2 and 3 and 5 and 6 and 7 and 8 and 9 and 10 and 11 and 12 to approved")
    assert (await thread.state()).approved == 0


async def test_one_on_hold_is_changed_at_once(thread: Thread) -> None:
    await thread.say("change 1 to approved")
    assert (await thread.state()).approved == 1


async def test_what_is_on_hold_is_approved_with_a_note_by_whoever_names_it(thread: Thread) -> None:
    await thread.say("approve 1: the PO came")
    assert await thread.confirm() is Outcome.RECORDED
    entry = await thread.entry(1)
    assert entry.decision is not None
    assert (entry.decision.kind, entry.decision.reason) == (DecisionKind.APPROVED, "the PO came")


async def test_what_was_withdrawn_from_hold_is_not_approved_with_a_note(thread: Thread) -> None:
    await thread.withdraw(1)
    await thread.say("approve 1: the PO came")
    assert (await thread.state()).proposal is None
    assert (await thread.entry(1)).withdrawn
