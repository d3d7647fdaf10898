"""Connections to one server."""

import asyncio
from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.store.faults import ANSWERED_NO, StoreAway

# Seconds after which a silent server counts as away, so that a person is told within Slack's 3 s.
ANSWER_SECONDS = 2.0


class Pool(BlockingConnectionPool):
    """Connections to one server; who gets none learns that nothing was sent (``StoreAway``)."""

    async def get_connection(
        self, command_name: str | None = None, *keys: Any, **options: Any
    ) -> AbstractConnection:
        """A free connection; raises ``StoreAway`` where there is none within ``ANSWER_SECONDS``.

        Where the server refuses the connection, its refusal is raised as it is (``ANSWERED_NO``).
        """
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                connection: AbstractConnection = await super().get_connection()  # type: ignore[no-untyped-call]
        except ANSWERED_NO:
            raise
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise StoreAway(str(error)) from error
        except TimeoutError as error:
            raise StoreAway("No connection in time.") from error
        return connection
