"""Connections to one server."""

import asyncio
from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.store.faults import ANSWERED_NO, StoreAway

# A silent socket counts as away after this, so that a person hears of it inside Slack's 3 s.
ANSWER_SECONDS = 2.0


class Pool(BlockingConnectionPool):
    """Says of each failure whether it came before anything was sent."""

    async def get_connection(
        self, command_name: str | None = None, *keys: Any, **options: Any
    ) -> AbstractConnection:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                found: AbstractConnection = await super().get_connection()  # type: ignore[no-untyped-call]
        except ANSWERED_NO:
            raise
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise StoreAway(str(error)) from error
        except TimeoutError as error:
            raise StoreAway("No connection in time.") from error
        return found
