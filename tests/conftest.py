"""Shared fixtures: an office, a look at every key that a test leaves in Redis, and the marks of the tests."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.config.logs import configure_logs
from bot.store import connect, keys
from tests import marking
from tests.office import Office, open_office

# How long an example takes says more of the machine than of the code. The same examples every time: whoever
# changes one thing must not be stopped by a rare example of another. `make test-random` looks for those.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None, max_examples=500, print_blob=True)
settings.load_profile(os.environ.get("COUNTERSIGN_EXAMPLES", "repeatable"))


_guard = marking.Guard()
gc.disable()  # until all is collected: thousands of tests and modules stay, and nothing of them is garbage


def pytest_collection_finish() -> None:
    """From here on garbage is looked for among what the tests make, and not among the tests themselves."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark each test by what it reaches."""
    marking.mark(item)


@pytest.fixture(autouse=True)
def _unit_tests_need_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.get_closest_marker("unit") or request.node.get_closest_marker("long"):
        yield from _guard.watch()
    else:
        yield


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have tokens and a real Redis in their environment."""
    names = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "REDIS_URL", "OPENAI_API_KEY", "COUNTERSIGN_POLICY")
    for name in (*names, "SLACK_CLIENT_ID", "COUNTERSIGN_INSTALLATION_KEYS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="session")
def _logs_as_in_production() -> None:
    configure_logs("WARNING", "console")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The bot with the policy alone, its worker, and the workspace."""
    async with open_office(tmp_path) as opened:
        yield opened
        await every_key_has_its_lifetime(opened.bot.redis_url)


async def every_key_has_its_lifetime(url: str) -> None:
    """Fails where a key lives for ever that is not on the short list of those that must."""
    redis = connect(url)
    try:
        found = [str(key) async for key in redis.scan_iter(match="cs:*", count=500)]
        async with redis.pipeline(transaction=False) as pipe:
            for key in found:
                pipe.ttl(key)
            lives = await pipe.execute()
    finally:
        await redis.aclose()
    immortal = [key for key, life in zip(found, lives, strict=True) if life == -1]
    kinds = {key: {key.split(":")[1], key.rsplit(":", 1)[-1]} for key in immortal}
    astray = [key for key in immortal if not kinds[key] & keys.FOR_EVER.keys()]
    assert not astray, f"keys without a lifetime: {astray}"
