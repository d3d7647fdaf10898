"""Two people in two browsers at once install the bot in their workspaces, and each works in their own."""

import asyncio
from pathlib import Path

import pytest

from tests.browser.kit import PATIENCE, Window, Windows, open_windows
from tests.office import SEED
from tests.several_offices import GRID, ORGANISATION, TEAMS, Town, open_town

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


async def someone(windows: Windows) -> Window:
    """A browser of somebody's own, which may go to the bot's pages and to the sandbox."""
    context = await windows.browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    window = Window(await context.new_page(), windows.url)
    window.page.on("pageerror", lambda error: window.trouble.append(f"error: {error}"))
    windows.opened.append(window)
    return window


async def installs_and_decides(windows: Windows, town: Town, team: str, home: str) -> Window:
    window = await someone(windows)
    page = window.page
    await page.goto(f"{town.url}/slack/install?team={team}")
    await page.get_by_role("link", name="Add to Slack").click()
    await page.get_by_role("link", name="Allow").click()
    await window.sees("Countersign is installed", f"({home})")
    await window.picture(f"installed-{team}")
    await page.goto(f"{windows.url}/?team={team}#ana/C_FINANCE")
    await page.get_by_role("heading", name=f"Sandbox {team}").wait_for()
    await window.composer().fill(f"/transactions {SEED}")
    await window.press("Enter")
    await window.sees("1 of 3 payments needs a decision")
    await page.goto(f"{windows.url}/?team={team}#ben/C_FINANCE")
    await window.click(page.get_by_role("button", name="Approve", exact=True).first)
    await window.sees("everything is decided")
    return window


async def test_two_browsers_at_once_install_the_bot_and_see_their_own_workspace_alone(tmp_path: Path) -> None:
    async with open_town(tmp_path, installed=()) as town, open_windows(town.sandbox.url) as windows:
        one, two = await asyncio.gather(
            installs_and_decides(windows, town, TEAMS[1], TEAMS[1]),
            installs_and_decides(windows, town, GRID, ORGANISATION),
        )
        reviews = [
            (await town.bot.stores.reviews.open_reviews(home, newest=5))[0]
            for home in (TEAMS[1], ORGANISATION)
        ]
        for window, own, other in ((one, reviews[0], reviews[1]), (two, reviews[1], reviews[0])):
            shown = await window.page.content()
            assert own in shown
            assert other not in shown


async def test_a_link_back_in_another_browser_installs_nothing_and_says_so(tmp_path: Path) -> None:
    async with open_town(tmp_path, installed=()) as town, open_windows(town.sandbox.url) as windows:
        one, two = await someone(windows), await someone(windows)
        await one.page.goto(f"{town.url}/slack/install?team={TEAMS[1]}")
        await one.page.get_by_role("link", name="Add to Slack").click()
        link = await one.page.get_by_role("link", name="Allow").get_attribute("href")
        await two.page.goto(str(link))
        await two.sees("This began in another browser", "Begin again")
        await two.picture("install-refused")
        await one.page.get_by_role("link", name="Allow").click()
        await one.sees("Countersign is installed")
