"""Cards follow the people of their routes: once for each change, whatever is lost or doubled."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.application.redraw import RedrawCards
from bot.application.why import ExplainRoutes
from bot.domain.policy import Policy
from bot.domain.review.state import ReviewState
from bot.store.topology.embedded import embedded_server
from tests.application.test_adding import MATRIX, ROWS, Desk, Town
from tests.conftest import every_key_has_its_lifetime
from tests.store.audited import origin
from tests.wired import TEAM, wired


@pytest.fixture
async def routed(tmp_path: Path) -> AsyncIterator[Desk]:
    async with embedded_server(tmp_path) as url, wired(url) as process:
        process.policy = Policy.from_toml(MATRIX)
        town = Town()
        process.access = process.access_through(town)
        state = await process.submit(origin(), ROWS)
        await process.assess(state.id)
        yield Desk(process, state.id, town)
        await every_key_has_its_lifetime(url)


def redraw(desk: Desk) -> RedrawCards:
    process = desk.process
    return RedrawCards(
        steps=process.steps,
        reviews=process.reviews,
        drawn=process.stores.drawn,
        access=process.access,
        policy=lambda: process.policy,
    )


async def state(desk: Desk) -> ReviewState:
    found = await desk.process.reviews.state(TEAM, desk.review_id)
    assert found is not None
    return found


async def test_each_change_of_people_is_drawn_once_and_leaves_nothing_in_the_trail(routed: Desk) -> None:
    cards = redraw(routed)
    await cards.redraw(TEAM)
    before = await state(routed)
    for _ in range(3):
        assert not await cards.is_due(TEAM)
        await cards.redraw(TEAM)  # one too many
    assert (await state(routed)).version == before.version
    await routed.away("U_BEN")
    assert await cards.is_due(TEAM)
    await cards.redraw(TEAM)
    after = await state(routed)
    assert (after.version, after.due, after.audited) == (before.version + 1, after.version, before.audited)
    routed.process.time = routed.process.now() + timedelta(days=1)  # nobody says that he is back
    assert await cards.is_due(TEAM)
    await cards.redraw(TEAM)
    assert (await state(routed)).version == after.version + 1


async def test_whoever_asks_while_cards_are_drawn_has_them_drawn_again(routed: Desk) -> None:
    cards = redraw(routed)
    await cards.redraw(TEAM)
    drawn = routed.process.stores.drawn
    seen = await drawn.by(TEAM)
    await drawn.forget(TEAM)
    await drawn.note(TEAM, seen, seen)  # by a run that began before
    assert await cards.is_due(TEAM)


async def test_a_closed_review_and_one_without_routes_are_left_alone(routed: Desk) -> None:
    await routed.process.exit(TEAM, routed.review_id, routed.actor("U_BEN"))
    closed = await state(routed)
    await routed.away("U_BEN")
    await redraw(routed).redraw(TEAM)
    assert (await state(routed)).version == closed.version


async def test_where_too_few_are_left_the_groups_are_named_with_what_waits(routed: Desk) -> None:
    process = routed.process
    routes = ExplainRoutes(
        reviews=process.reviews,
        access=process.access,
        policies=process.stores.policies,
        policy=lambda: process.policy,
    )
    assert await routes.too_few(await state(routed), ()) == {}
    await routed.away("U_BEN")
    await routed.away("U_CHI")
    assert await routes.too_few(await state(routed), ()) == {"controllers": (1,)}
    process.policy = Policy.from_toml(f'{MATRIX}\nU_CHI = "U_GUS"')
    assert await routes.too_few(await state(routed), ()) == {}
