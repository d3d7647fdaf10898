"""People in browsers of their own install the bot, two at a time, and each works in their own workspace."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.kit import PATIENCE, Window, Windows, open_windows
from tests.office import SEED
from tests.several_offices import GRID, ORGANISATION, TEAMS, Town, open_town

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

# Each workspace brings the same three payments, which nobody may compare, and one to a vendor of its own.
VENDORS = {TEAMS[0]: "Alder Works", TEAMS[1]: "Birch Works", TEAMS[2]: "Cedar Works", GRID: "Dogwood Works"}


async def someone(windows: Windows) -> Window:
    """A browser of somebody's own, which may go to the bot's pages and to the sandbox."""
    context = await windows.browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    window = Window(await context.new_page(), windows.url)
    window.page.on("pageerror", lambda error: window.trouble.append(f"error: {error}"))
    windows.opened.append(window)
    return window


async def installs(window: Window, town: Town, team: str) -> None:
    """From the install page over Slack's own to the one that says where the bot is now."""
    home = ORGANISATION if team == GRID else team
    await window.page.goto(f"{town.url}/slack/install?team={team}")
    await window.picture(f"install-{team}")
    await window.page.get_by_role("link", name="Add to Slack").click()
    await window.sees("asks to be let into")
    await window.picture(f"consent-{team}")
    await window.page.get_by_role("link", name="Allow").click()
    await window.sees("Countersign is installed", f"({home})")
    await window.picture(f"installed-{team}")


@dataclass
class Workplace:
    """A browser in one workspace, and all that it has shown."""

    window: Window
    town: Town
    team: str
    review: str = ""
    shown: list[str] = field(default_factory=list)

    @property
    def home(self) -> str:
        """The id that reviews of this workspace are stored under."""
        return ORGANISATION if self.team == GRID else self.team

    @property
    def vendor(self) -> str:
        return VENDORS[self.team]

    async def goes_to(self, place: str) -> None:
        await self.window.page.goto(f"{self.window.url}/?team={self.team}#{place}")
        await self.window.page.locator("#main").wait_for()

    async def looks(self, *words: str, picture: str = "") -> None:
        """Wait for these words, and keep what the page shows then."""
        await self.window.sees(*words)
        self.shown.append(await self.window.page.content())
        if picture:
            await self.window.picture(f"{picture}-{self.team}")

    async def types(self, text: str) -> None:
        await self.window.composer().fill(text)
        await self.window.press("Enter")

    async def approves_next(self) -> None:
        await self.window.click(self.window.page.get_by_role("button", name="Approve", exact=True).first)

    async def begins(self) -> None:
        """Install the bot, submit four payments, and approve one of the two that wait."""
        await installs(self.window, self.town, self.team)
        await self.goes_to("ana/C_FINANCE")
        await self.types(
            f"/transactions {SEED}\n4. Transaction: $13000 to {self.vendor}. Memo: Site survey, March."
        )
        await self.looks("2 of 4 payments need a decision", self.vendor)
        await self.goes_to("ben/C_FINANCE")
        await self.approves_next()
        await self.looks("1 of 4 payments needs a decision", picture="begun")
        (self.review,) = await self.town.bot.stores.reviews.open_reviews(self.home, newest=5)

    async def looks_everywhere(self) -> None:
        """Home, what waits, what is found by a word that all vendors have, and what is open."""
        await self.goes_to("ben/home")
        await self.looks("Waiting for you", self.review, "1 of 4 payments waits", picture="home")
        await self.goes_to("ben/C_FINANCE")
        await self.types("/transactions waiting")
        await self.looks("1 of 4 payments waits")
        await self.types("/transactions find works")
        await self.looks(f"13,000.00 to {self.vendor}")
        await self.types("/transactions status")
        await self.looks(self.review, picture="asked")

    async def asks_for(self, review: str) -> None:
        """A review of somebody else's by its id, which nobody is told of."""
        await self.types(f"/transactions {review}")
        await self.window.sees("There is no such review")
        page = await self.window.page.content()
        assert [vendor for vendor in VENDORS.values() if vendor in page] == [self.vendor]

    async def ends(self) -> None:
        await self.goes_to("ben/C_FINANCE")
        await self.approves_next()
        await self.looks("everything is decided", picture="decided")


def sees_nothing_of(place: Workplace, others: Sequence[Workplace]) -> None:
    assert place.review in place.shown[-1]
    for other in others:
        for word in (other.review, other.vendor):
            assert not [page for page in place.shown if word in page], (place.team, other.team, word)


async def two_at_a_time(
    places: Sequence[Workplace], act: Callable[[Workplace], Coroutine[Any, Any, None]]
) -> None:
    for pair in (places[:2], places[2:]):
        await asyncio.gather(*(act(place) for place in pair))


async def test_three_workspaces_and_an_organisation_see_their_own_alone(tmp_path: Path) -> None:
    async with open_town(tmp_path, installed=()) as town, open_windows(town.sandbox.url) as windows:
        places = [Workplace(await someone(windows), town, team) for team in (*TEAMS, GRID)]
        await two_at_a_time(places, Workplace.begins)
        await two_at_a_time(places, Workplace.looks_everywhere)
        for place, other in zip(places, (*places[1:], places[0]), strict=True):
            await place.asks_for(other.review)
        await two_at_a_time(places, Workplace.ends)
        for place in places:
            sees_nothing_of(place, [other for other in places if other is not place])


async def test_a_workspace_that_takes_the_bot_out_reads_so_and_goes_on_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path, installed=()) as town, open_windows(town.sandbox.url) as windows:
        leaves, stays = [Workplace(await someone(windows), town, team) for team in TEAMS[1:]]
        await two_at_a_time([leaves, stays], Workplace.begins)
        await town.office(leaves.team).do("uninstall")
        await leaves.goes_to("ben/C_FINANCE")
        await leaves.approves_next()
        await leaves.looks("The app is not installed in this workspace", picture="left")
        await leaves.goes_to("ben/home")
        await leaves.looks("has not published a Home tab", "The app is not installed in this workspace")
        (waits,) = await town.bot.stores.reviews.states(leaves.home, [leaves.review])
        assert waits.undecided == 1
        await stays.ends()
        await installs(leaves.window, town, leaves.team)
        await leaves.looks_everywhere()
        await leaves.ends()
        sees_nothing_of(leaves, [stays])
        sees_nothing_of(stays, [leaves])


async def test_whoever_goes_about_in_a_workspace_and_loads_the_page_anew_is_still_in_it(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path, installed=()) as town, open_windows(town.sandbox.url) as windows:
        place = Workplace(await someone(windows), town, TEAMS[1])
        await place.goes_to("ana/C_FINANCE")
        await place.window.click(place.window.page.get_by_role("radio", name="ben"))
        await place.window.click(place.window.page.get_by_role("button", name="general"))
        await place.window.sees("as ben")
        await place.window.page.reload()
        await place.window.sees(f"Sandbox {place.team}", "as ben")
        assert place.window.page.url.endswith(f"/?team={place.team}#ben/C_GENERAL")


async def test_whoever_does_not_get_through_reads_why(tmp_path: Path) -> None:
    async with open_town(tmp_path, installed=()) as town, open_windows(town.sandbox.url) as windows:
        one, two = await someone(windows), await someone(windows)
        await one.page.goto(f"{town.url}/slack/install?team={TEAMS[1]}")
        await follow(one, "Add to Slack")
        link = await one.page.get_by_role("link", name="Allow").get_attribute("href")
        await two.page.goto(str(link))
        await two.sees("begun in another browser", "It has installed nothing now")
        await two.picture("install-in-another-browser")
        await follow(two, "Begin again", "Add to Slack")
        await two.sees(*(f"Allow in Sandbox {team}" for team in (*TEAMS[1:], GRID)))
        await two.picture("consent-choice")
        await follow(two, "Cancel")
        await two.sees("You did not let Countersign in", "Nothing was installed")
        await two.picture("install-cancelled")
        assert await town.bot.stores.installations.homes() == []

        await follow(one, "Allow")
        await one.sees("Countersign is installed")
        await one.page.reload()
        await one.sees("This link was used already", "If you have read that Countersign is installed, it is")
        await one.picture("installed-and-loaded-anew")
        await town.office(TEAMS[1]).fault(method="oauth.v2.access", status=500)
        await follow(one, "Begin again", "Add to Slack", f"Allow in Sandbox {TEAMS[2]}")
        await one.sees("Slack did not confirm it", "Nothing was installed")
        await one.picture("install-not-confirmed")
        assert await town.bot.stores.installations.homes() == [TEAMS[1]]


async def follow(window: Window, *links: str) -> None:
    for name in links:
        await window.page.get_by_role("link", name=name, exact=True).click()
