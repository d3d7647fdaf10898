"""Older data in a server of a test, and the people who meet it at the time at which it was written."""

import base64
import contextlib
import gzip
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.store.topology.embedded import embedded_server

LOADED = time.time()
HERE = Path(__file__).parent
COMMITS = tuple(sorted(file.name.removesuffix(".json.gz") for file in HERE.glob("*.json.gz")))

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Older:
    """What a commit wrote, in a Redis at ``url``; ``cards`` are its cards as they stood, oldest first."""

    url: str
    commit: str
    written: datetime
    cards: list[Json]

    def clock(self) -> float:
        """Seconds since 1970, as they go on from when it was written: nothing of it has expired meanwhile."""
        return time.time() - LOADED + self.written.timestamp()


@contextlib.asynccontextmanager
async def older_data(commit: str, folder: Path) -> AsyncIterator[Older]:
    """A server with the data of this commit alone, which live as long as they did then."""
    written = read(commit)
    async with embedded_server(folder / "redis") as url:
        async with contextlib.aclosing(Redis.from_url(url)) as redis:
            await fill(redis, written["keys"])
        yield Older(url, commit, datetime.fromisoformat(written["written"]), written["cards"])


def read(commit: str) -> Json:
    """What ``write.py`` has put into the file of a commit."""
    written: Json = json.loads(gzip.decompress((HERE / f"{commit}.json.gz").read_bytes()))
    return written


async def fill(redis: Redis, keys: list[Any]) -> None:
    """Put these keys, and nothing else, into a server."""
    await redis.flushall()
    for key, life, content in keys:
        await redis.restore(key, max(life, 0), base64.b64decode(content))
