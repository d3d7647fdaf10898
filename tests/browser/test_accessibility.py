"""What a screen reader, a keyboard and tired eyes need, as axe-core finds it; and no scrolling sideways."""

from importlib.resources import files
from typing import Literal

import pytest

from tests.browser.kit import NARROW, WIDE, Size, Window, Windows
from tests.office import SEED, Office

pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()

LARGEST: Size = {"width": 3840, "height": 2160}
LOOKS: list[tuple[str, Size, Literal["light", "dark"]]] = [
    ("light", WIDE, "light"),
    ("dark", WIDE, "dark"),
    ("narrow", NARROW, "light"),
    ("narrow-dark", NARROW, "dark"),
    ("4k", LARGEST, "light"),
]

# those that show the page to a reader, by names that stay
PICTURES = {
    **{f"light-{name}": name for name in ("channel", "thread", "modal", "home", "panel", "stacked")},
    "dark-thread": "dark",
    "narrow-channel": "narrow",
    "4k-thread": "wide",
}

RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`)"""


async def looks_right(window: Window, name: str) -> None:
    """No serious violation, and nothing that stands out at the side; a picture for the eye."""
    await window.picture(PICTURES.get(name, name))
    await window.page.evaluate(f"() => {{ {AXE} }}")
    assert await window.page.evaluate(RUN) == [], name
    await window.fits()


@pytest.mark.parametrize(("look", "size", "colours"), LOOKS, ids=[look for look, _, _ in LOOKS])
async def test_every_place_can_be_used_by_everybody(
    office: Office, windows: Windows, look: str, size: Size, colours: Literal["light", "dark"]
) -> None:
    ana = await windows.open(size=size, colours=colours)
    await looks_right(ana, f"{look}-empty")
    await office.command("U_REQUESTER", SEED)
    await ana.sees("1 of 3 payments needs a decision", "1 reply")
    await looks_right(ana, f"{look}-channel")
    await ana.page.get_by_text("What just happened").click()
    await looks_right(ana, f"{look}-panel")
    await ana.page.get_by_text("What just happened").click()

    await ana.page.locator("article .replies").click()
    await ana.thread().wait_for()
    await looks_right(ana, f"{look}-thread")
    await ana.press("Escape")

    ben = await windows.open("#ben/C_FINANCE", size=size, colours=colours)
    await ben.button("Close review").click()
    await ben.sees("1 payment needs a decision: USD 12,000.00.", where="dialog.modal")
    await looks_right(ben, f"{look}-closing")
    await ben.press("Escape")
    await ben.modal().wait_for(state="detached")

    await office.command("U_REQUESTER", "")
    await ana.modal().wait_for()
    await ana.page.keyboard.type("no payment at all")
    await ana.button("Submit").click()
    await ana.page.locator("dialog.modal .error").first.wait_for()
    await looks_right(ana, f"{look}-modal")
    await ana.press("Escape")
    await ana.modal().wait_for(state="detached")

    await (await ana.sidebar()).get_by_role("button", name="countersign Home").click()
    await ana.sees("Yours")
    await looks_right(ana, f"{look}-home")
