"""A browser on the office's workspace."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from tests.office import Office

if TYPE_CHECKING:
    from tests.browser.kit import Windows


@pytest.fixture
async def windows(office: Office) -> "AsyncIterator[Windows]":
    """Windows on the workspace of a running bot."""
    from tests.browser.kit import open_windows  # skips the module where there is no browser

    async with open_windows(office.sandbox.url) as opened:
        yield opened
