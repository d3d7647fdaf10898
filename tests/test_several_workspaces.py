"""Several workspaces and an organisation install the bot, and each works in it as if it were alone."""

import asyncio
from pathlib import Path

import pytest

from tests.conftest import every_key_has_its_lifetime
from tests.office import SEED
from tests.several_offices import GRID, TEAMS, OfficeOf, open_town

pytestmark = pytest.mark.filterwarnings(
    "ignore:BasicAuth is deprecated:DeprecationWarning"
)  # slack-sdk's use


async def submit_and_decide(office: OfficeOf) -> str:
    """Ana submits three payments, Ben approves the one that waits; the name of the review."""
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.said("You can say")
    await office.click("U_REVIEWER", card, "approve", 2)
    decided = await office.card("everything is decided")
    return str(decided["metadata"]["event_payload"]["review"])


async def test_three_workspaces_and_an_organisation_work_side_by_side(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        offices = [town.office(team) for team in (*TEAMS, GRID)]
        reviews = await asyncio.gather(*(submit_and_decide(office) for office in offices))
        for office, review in zip(offices, reviews, strict=True):
            assert await town.bot.stores.reviews.open_reviews(office.home, newest=5) == [review]
            shown = str(await office.state())
            assert not [other for other in reviews if other != review and other in shown]
        await every_key_has_its_lifetime(town.bot.redis_url)
