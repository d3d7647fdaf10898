"""People at browser windows: Debian's Chromium on the sandbox's page; where there is none, it skips."""

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Literal
from urllib.parse import urlsplit

import pytest

CHROMIUM = which("chromium")
if os.environ.get("COUNTERSIGN_BROWSER") != "1":
    pytest.skip("browser tests run only with COUNTERSIGN_BROWSER=1", allow_module_level=True)
if CHROMIUM is None:
    pytest.skip("there is no chromium on this machine", allow_module_level=True)
pytest.importorskip("playwright.async_api", reason="playwright is not installed", exc_type=ImportError)

from playwright.async_api import (  # noqa: E402 - only where it is installed
    Browser,
    FilePayload,
    Locator,
    Page,
    Route,
    ViewportSize,
    async_playwright,
)

Size = ViewportSize
Node = Locator
Routed = Route
PATIENCE = 10_000.0  # milliseconds
SCREENSHOTS = os.environ.get("COUNTERSIGN_SCREENSHOTS")  # a folder to keep pictures in
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
WIDE: Size = {"width": 1280, "height": 800}
NARROW: Size = {"width": 360, "height": 740}

DROP = """async ([where, name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([content], name, { type: "text/csv" }));
  const target = document.querySelector(where);
  for (const kind of ["dragenter", "dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@dataclass
class Window:
    """One person's window; counts what the person does, and keeps what went wrong in the page."""

    page: Page
    url: str
    actions: int = 0
    trouble: list[str] = field(default_factory=list)

    async def open(self, place: str = "") -> None:
        await self.page.goto(f"{self.url}/{place}")
        await self.page.locator("#messages > *").first.wait_for()

    async def click(self, what: Locator) -> None:
        self.actions += 1
        await what.click()

    async def type(self, text: str) -> None:
        self.actions += 1
        await self.page.keyboard.type(text)

    async def press(self, key: str) -> None:
        self.actions += 1
        await self.page.keyboard.press(key)

    async def drop(self, name: str, content: str, where: str = "#main") -> None:
        self.actions += 1
        await self.page.evaluate(DROP, [where, name, content])

    async def choose(self, where: Locator, name: str, content: bytes) -> None:
        """A file, in an input for files."""
        self.actions += 1
        await where.set_input_files(FilePayload(name=name, mimeType="text/csv", buffer=content))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def sidebar(self) -> Locator:
        """The sidebar, out of its drawer where the window is narrow."""
        menu = self.page.get_by_role("button", name="People and places")
        if await menu.is_visible():
            await self.click(menu)
        return self.page.locator("#sidebar")

    def person(self, name: str) -> Locator:
        return self.page.get_by_role("radio", name=name)

    def composer(self) -> Locator:
        return self.page.locator("#composer textarea")

    def thread(self) -> Locator:
        return self.page.locator("#thread textarea")

    def modal(self) -> Locator:
        return self.page.locator("dialog.modal")

    async def sees(self, *words: str, where: str = "body") -> None:
        """Wait until these words can be seen."""
        for each in words:
            await self.page.locator(where).get_by_text(each).filter(visible=True).first.wait_for()

    async def fits(self) -> None:
        """Nothing stands out at the side, so there is no scrolling sideways."""
        wide = await self.page.evaluate(
            """() => [
                   document.scrollingElement,
                   ...document.querySelectorAll("#scroll, #thread-scroll, .modal-body"),
                 ]
                 .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth)
                 .map((each) => `${each.id || each.className || each.tagName} ${each.scrollWidth}`)"""
        )
        assert wide == [], wide

    async def whole(self, what: str) -> None:
        """Nothing of these elements has to be scrolled to sideways."""
        cut = await self.page.evaluate(
            """(what) => [...document.querySelectorAll(what)]
                 .filter((each) => each.scrollWidth > each.clientWidth)
                 .map((each) => `${each.scrollWidth} of ${each.clientWidth}: ${each.textContent}`)""",
            what,
        )
        assert cut == [], cut

    async def picture(self, name: str) -> None:
        if SCREENSHOTS:
            await self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")


@dataclass
class Windows:
    """Opens windows on one workspace, each with a memory of its own."""

    browser: Browser
    url: str
    opened: list[Window] = field(default_factory=list)

    async def open(
        self, place: str = "", *, size: Size = WIDE, colours: Literal["light", "dark"] = "light"
    ) -> Window:
        context = await self.browser.new_context(
            viewport=size, color_scheme=colours, locale="en-GB", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        window = Window(await context.new_page(), self.url)

        async def stay_here(route: Route) -> None:
            if urlsplit(route.request.url).netloc == urlsplit(self.url).netloc:
                await route.continue_()
            else:
                window.trouble.append(f"a request left the machine: {route.request.url}")
                await route.abort()

        await context.route("**/*", stay_here)
        window.page.on("pageerror", lambda error: window.trouble.append(f"error: {error}"))
        window.page.on("dialog", lambda dialog: window.trouble.append(f"a script ran: {dialog.message}"))
        window.page.on(
            "console", lambda said: window.trouble.append(said.text) if said.type == "error" else None
        )
        self.opened.append(window)
        await window.open(place)
        return window


@contextlib.asynccontextmanager
async def open_windows(url: str) -> AsyncIterator[Windows]:
    """A browser for one workspace; what went wrong in a page fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            windows = Windows(browser, url)
            yield windows
            trouble = [each for window in windows.opened for each in window.trouble]
            assert trouble == [], trouble
        finally:
            await browser.close()
