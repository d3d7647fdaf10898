"""What is typed in full and still becomes a proposal: heaps, and what is of high risk."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin
from tests.wired import NOW, TEAM, Wired, wired

LIMIT = 10_000


class Thread:
    """The thread of one review, in which ben says things."""

    def __init__(self, process: Wired, review_id: str) -> None:
        self.process, self.review_id = process, review_id

    async def say(self, text: str) -> str:
        """What ben says, a minute after what came before, and the bot's answer to it."""
        minutes = timedelta(minutes=(await self.state()).turns)
        actor = Actor(user="U_BEN", how=Medium.THREAD_REPLY, text=text, now=NOW + minutes)
        await self.process.reply(TEAM, self.review_id, actor)
        (turn,) = (await self.process.reviews.turns(TEAM, self.review_id))[-1:]
        return turn.text

    async def confirm(self) -> Outcome:
        proposal = (await self.state()).proposal
        assert proposal is not None
        actor = Actor(user="U_BEN", how=Medium.BUTTON, text="confirm", now=NOW)
        return (await self.process.deciding.confirm(TEAM, self.review_id, proposal.id, actor)).outcome

    async def state(self) -> ReviewState:
        state = await self.process.reviews.state(TEAM, self.review_id)
        assert state is not None
        return state


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path / "redis") as url, wired(url) as process:
        yield process


async def thread_of(process: Wired, *amounts: int) -> Thread:
    """A review of payments of these amounts, each to a vendor of its own."""
    rows = [
        Transaction(ref=ref, amount=Decimal(amount), currency="USD", vendor=f"Vendor {chr(64 + ref)}{ref}")
        for ref, amount in enumerate(amounts, start=1)
    ]
    state = await process.submit(origin(), rows)
    await process.assess(state.id)
    return Thread(process, state.id)


async def test_a_list_of_many_is_approved_once_what_it_does_was_seen(process: Wired) -> None:
    thread = await thread_of(process, *(LIMIT + number for number in range(1, 13)))
    said = await thread.say("approve 1 and 2 and 3 and 4 and 5 and 6 and 7 and 8 and 9 and 10 and 11")
    assert said.startswith("I understood:\nApprove 11 payments, USD 110,066.00.")
    assert (await thread.state()).approved == 0
    assert await thread.confirm() is Outcome.RECORDED
    assert (await thread.state()).approved == 11


@pytest.mark.parametrize("words", ["reject all", "reject 1-11"])
async def test_a_rejection_of_many_is_confirmed_too(process: Wired, words: str) -> None:
    thread = await thread_of(process, *(LIMIT + number for number in range(1, 12)))
    assert "Reject 11 payments" in await thread.say(words)
    assert (await thread.state()).rejected == 0


async def test_what_is_of_high_risk_is_left_out_of_a_heap(process: Wired) -> None:
    thread = await thread_of(process, *(LIMIT + number for number in range(1, 13)))
    said = await thread.say("approve all")
    assert said == "All of these are high risk, so please name each one. Nothing was changed."
    assert (await thread.state()).proposal is None


async def test_a_hold_of_everything_the_last_one_and_a_few_by_name_act_at_once(process: Wired) -> None:
    thread = await thread_of(process, LIMIT + 1, LIMIT + 2, LIMIT + 3, LIMIT + 4)
    assert (await thread.say("approve 1 and 2")).startswith("Approved: #1 and #2.")
    await thread.say("reject 3: duplicate")
    await thread.say("approve all")
    assert (await thread.state()).approved == 3


async def test_hold_all_needs_no_confirmation(process: Wired) -> None:
    thread = await thread_of(process, LIMIT + 1, LIMIT + 2)
    await thread.say("hold all: the PO is missing")
    assert (await thread.state()).held == 2


async def test_what_is_far_over_its_limit_is_approved_once_confirmed(process: Wired) -> None:
    thread = await thread_of(process, 90 * LIMIT, 80 * LIMIT, LIMIT + 1)
    said = await thread.say("approve 1")
    assert "Approve #1 USD 900,000.00" in said
    assert "#1 is of high risk: please confirm that you have checked it." in said
    assert (await thread.state()).approved == 0
    said = await thread.say("approve 2: checked the contract")
    assert "Note: checked the contract" in said
    assert "please confirm that you have checked" not in said
    assert await thread.confirm() is Outcome.RECORDED
    await thread.say("approve 3")
    assert (await thread.state()).approved == 2


async def test_an_old_button_takes_off_no_hold_that_came_after_it(process: Wired) -> None:
    thread = await thread_of(process, LIMIT + 1, LIMIT + 2)
    await thread.say("hold 1: waiting for the invoice")
    seen = (await thread.state()).content_token
    actor = Actor(user="U_CHI", how=Medium.BUTTON, text="release 1", now=NOW)
    about = (TEAM, thread.review_id, 1, actor)
    assert (await process.deciding.release(*about, seen)).outcome is Outcome.RECORDED
    await thread.say("hold 1: the vendor says that this is fraud")
    assert (await process.deciding.release(*about, seen)).outcome is Outcome.STALE_CARD
    assert (await thread.state()).held == 1
