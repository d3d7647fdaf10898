"""A long batch: its card says how far it is, moves on, and does not spend what Slack allows on it."""

import asyncio
from decimal import Decimal
from pathlib import Path

from bot.domain.submission import Origin
from tests.llm.gated import GatedModel
from tests.llm.payments import payment
from tests.office import FINANCE, TEAM, Office, cards, open_office, shows
from tests.openai_server import flags_of
from tests.worker.test_jobs import count

THREE = "5 USD | Staples | Paper\n6 USD | Staples | Ink\n7 USD | Staples | Pens"
# Small ones, since together they stay below what is approved automatically to one vendor.
ROWS = tuple(
    payment(ref, f"Printer paper {ref}").model_copy(update={"amount": Decimal(2)}) for ref in range(1, 3_001)
)


def flag_first(user: str) -> str:
    return flags_of(user, lambda rows: [f"{rows[0][0]} other odd"])


async def submit(office: Office) -> None:
    origin = Origin(
        team=TEAM,
        submitter="U_REQUESTER",
        request="long",
        channel=FINANCE,
        told_in=FINANCE,
        source="long.csv",
    )
    await office.bot.use_cases.submit.submit(origin, ROWS)


async def answered(model: GatedModel, first: int, last: int) -> None:
    """Answer about these hundreds of rows, counted from 1, in their order."""
    for hundred in range(first, last + 1):
        await model.answer(await model.about(100 * hundred - 99), flag_first)


async def test_the_card_of_a_long_batch_shows_each_tenth_and_nothing_of_it_in_the_end(tmp_path: Path) -> None:
    model = GatedModel()
    async with open_office(tmp_path, model=model) as office:
        counting = asyncio.create_task(count(office, "chat.update", until="You can say"))
        await submit(office)
        await office.card("being assessed (0 of 3,000)")
        await answered(model, 1, 2)
        await stored(office, 200)
        await answered(model, 3, 3)
        card = await office.card("being assessed (300 of 3,000)")
        assert shows(card, "300 of 3,000 assessed, 3 flagged so far")
        assert not shows(card, '"action_id": "approve"')
        await answered(model, 4, 6)
        assert shows(await office.card("(600 of 3,000)"), "600 of 3,000 assessed, 6 flagged so far")
        await answered(model, 7, 30)
        card = await office.card("30 of 3,000 payments need a decision")
        assert not shows(card, "so far")
        assert 3 <= await counting <= 10
        await office.said("3,000 payments assessed: 2,970 approved automatically")
        assert len(cards(await office.state())) == 1


async def stored(office: Office, judged: int) -> None:
    """Wait until so many are judged; the card says nothing of it yet."""
    (review,) = await office.bot.stores.reviews.open_reviews(TEAM, newest=1)
    async with asyncio.timeout(20):
        while (state := await office.bot.stores.reviews.state(TEAM, review)) and state.judged < judged:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert state is not None
    assert state.judged == judged
    assert state.due == 1


async def test_a_batch_of_one_call_is_shown_when_it_is_judged_and_not_before(tmp_path: Path) -> None:
    model = GatedModel()
    async with open_office(tmp_path, model=model) as office:
        counting = asyncio.create_task(count(office, "chat.update", until="You can say"))
        await office.command("U_REQUESTER", THREE)
        await office.card("being assessed (0 of 3)")
        await answered(model, 1, 1)
        await office.card("1 of 3 payments")
        assert await counting == 1
