"""What the tests of the policy in force share: a server, and a policy file."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store import connect
from bot.store.topology.embedded import embedded_server
from tests.application.policy_processes import STRICT


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with embedded_server(tmp_path / "redis") as url, aclosing(connect(url)) as client:
        yield client


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(STRICT)
    return path
