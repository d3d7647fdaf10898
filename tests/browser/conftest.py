"""A browser on the office's workspace, which shows its guide as the demo does."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bot.cli
from tests.conftest import every_key_has_its_lifetime
from tests.office import Office, open_office

if TYPE_CHECKING:
    from tests.browser.kit import Windows

GUIDE = Path(bot.cli.__file__).with_name("guide.json")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, app=json.loads(GUIDE.read_text("utf-8"))) as opened:
        yield opened
        await every_key_has_its_lifetime(opened.bot.redis_url)


@pytest.fixture
async def windows(office: Office) -> "AsyncIterator[Windows]":
    """Windows on the workspace of a running bot."""
    from tests.browser.kit import open_windows  # skips the module where there is no browser

    async with open_windows(office.sandbox.url) as opened:
        yield opened
