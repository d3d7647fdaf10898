"""The clock of the page: put forward by mouse and keyboard, and followed by what the page tells of times."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from tests.browser.kit import WIDE, Size, Window, Windows
from tests.browser.test_accessibility import looks_right
from tests.office import SEED, Office

TELEPHONE: Size = {"width": 375, "height": 740}


def now(office: Office) -> datetime:
    return office.bot.use_cases.now()


async def shows(window: Window, moment: datetime) -> None:
    """Wait until the row shows the day and the hour of a moment; windows are in UTC here."""
    await window.page.locator("#clock-now").get_by_text(f"{moment:%H}:").wait_for()
    assert f"{moment.day} {moment:%b}" in await window.page.locator("#clock-now").inner_text()


async def test_three_buttons_put_the_clock_forward(office: Office, windows: Windows) -> None:
    ana = await windows.open("#ana/C_FINANCE")
    await office.command("U_REQUESTER", SEED)
    await ana.sees("1 of 3 payments needs a decision", "Today")
    began = now(office)
    await ana.click(ana.button("Advance 4 hours"))
    await ana.sees("It is ")
    assert now(office) - began >= timedelta(hours=4)
    await ana.button("Advance 1 day").focus()
    await ana.press("Enter")
    # What was said is of another day now, and the row shows which one it is.
    await ana.page.locator("#messages .day").get_by_text("Today").wait_for(state="detached")
    await shows(ana, began + timedelta(hours=28))
    await ana.press("Tab")
    await ana.press("Enter")
    await ana.page.locator("#clock-now").get_by_text("09:00").wait_for()
    assert (now(office).weekday(), now(office).hour, now(office).minute) == (0, 9, 0)
    # The next one is a week later, since the clock never goes back.
    monday = now(office).date()
    await ana.press("Enter")
    await ana.page.locator("#clock-now").get_by_text(f"{(monday + timedelta(days=7)).day} ").wait_for()
    assert now(office).date() == monday + timedelta(days=7)


async def test_other_windows_follow_and_a_later_one_shows_the_time(office: Office, windows: Windows) -> None:
    ana, ben = await windows.open("#ana/C_FINANCE"), await windows.open("#ben/C_FINANCE")
    await office.command("U_REQUESTER", SEED)
    await ben.sees("Today")
    await ana.click(ana.button("Advance 1 day"))
    await ben.page.locator("#messages .day").get_by_text("Today").wait_for(state="detached")
    await shows(ben, now(office))
    await office.reply("U_REVIEWER", "hello", await office.card())
    await office.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="a day later")
    await ben.sees("a day later", "Today")
    dov = await windows.open("#dov/C_GENERAL")
    await shows(dov, now(office))


@pytest.mark.parametrize(
    ("look", "size", "colours"),
    [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("telephone", TELEPHONE, "light")],
)
async def test_the_row_looks_right(
    office: Office, windows: Windows, look: str, size: Size, colours: Literal["light", "dark"]
) -> None:
    window = await windows.open("#ana/C_FINANCE", size=size, colours=colours)
    await office.advance(to=f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT12:34:56Z}")
    sidebar = await window.sidebar()
    await sidebar.get_by_role("button", name="Advance to Monday 9:00").wait_for()
    await window.page.locator("#clock-now").get_by_text("12:34").wait_for()
    await looks_right(window, f"clock-{look}")
