"""Home shows what its person has done on a card or at a desk, if they have opened it; it holds up nothing."""

import asyncio

import pytest
from slack_sdk.errors import SlackClientError

from handlers.inbound.payloads import Place
from handlers.listeners.home import HomeUpdates
from handlers.listeners.overview import OverviewListeners
from tests.handlers.listeners.test_overview import BEN, home, seeded, text_of
from tests.office import TEAM, Json, Office


async def shows_on_home(office: Office, user: str, *words: str) -> Json:
    def found(state: Json) -> Json | None:
        view: Json | None = state["homes"].get(user)
        return view if view and all(word in text_of(view) for word in words) else None

    view: Json = await office.until(found)
    return view


async def test_home_follows_a_decision_a_closing_and_a_reopening(office: Office) -> None:
    card, _ = await seeded(office)
    assert "1 of 3 payments waits" in text_of(await home(office, BEN))
    await office.close(BEN, card)
    await shows_on_home(office, BEN, "Nothing waits for you")
    await office.click(BEN, await office.card("is closed"), "reopen")
    await shows_on_home(office, BEN, "1 of 3 payments waits")
    await office.click(BEN, await office.card("needs a decision"), "approve", 2)
    await shows_on_home(office, BEN, "Nothing waits for you")


async def test_home_of_whoever_never_opened_it_is_left_alone(office: Office) -> None:
    card, _ = await seeded(office)
    await home(office, "U_SECOND")
    await office.click(BEN, card, "approve", 2)
    await office.click("U_SECOND", await office.card("decided"), "exit")
    await office.card("is closed")
    await shows_on_home(office, "U_SECOND", "Nothing waits for you")
    assert (await office.state())["homes"].get(BEN) is None


async def test_a_home_that_slack_refuses_hinders_nothing(office: Office) -> None:
    card, _ = await seeded(office)
    await home(office, BEN)
    await office.fault(method="views.publish", error="internal_error", times=1)
    answer = await office.click(BEN, card, "approve", 2)
    assert answer["status"] == 200
    await office.card("decided")
    await office.click(BEN, await office.card("decided"), "exit")
    await office.card("is closed")
    await shows_on_home(office, BEN, "Nothing waits for you")


@pytest.mark.parametrize("first_refused", [False, True])
async def test_who_does_more_meanwhile_gets_one_more_update(office: Office, first_refused: bool) -> None:
    shown: list[str] = []
    free = asyncio.Event()

    class Overviews(OverviewListeners):
        async def update_home(self, client: object, team: str, user: str) -> None:
            shown.append(user)
            await free.wait()
            if first_refused and len(shown) == 1:
                raise SlackClientError

    updates = HomeUpdates(Overviews(office.bot.use_cases))
    place = Place(TEAM, BEN)
    for _ in range(5):
        updates.begin(office.bot.slack.client, place)
        await asyncio.sleep(0)
    assert shown == [BEN]
    under_way = updates.under_way[place]
    free.set()
    await under_way
    assert shown == [BEN, BEN]
    assert not updates.under_way
