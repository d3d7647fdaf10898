"""The connection to Redis, and what it means when it is away."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
)
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)
from redis.retry import Retry

StoreTimeout = RedisTimeoutError


class StoreUncertain(RedisConnectionError):
    """A step was sent and its answer never came; it may or may not have been taken."""


# What says "not now" rather than "wrong": the boundary towards people turns these into one sentence.
StoreUnavailable = (
    RedisConnectionError,
    RedisTimeoutError,
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
)


def connect(url: str, connections: int = 64) -> Redis:
    """A client for ``url`` (``redis://``, ``rediss://`` or ``unix://``).

    Callers wait for a free connection instead of failing when the pool is used up; a socket that is
    silent for 2 s counts as away, so that a person hears of it inside Slack's 3 s.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=2,
        socket_timeout=2,
        socket_connect_timeout=1,
        decode_responses=True,
        # A step that was sent and not answered may have been taken: to send it again is the caller's
        # decision. A connection that a restart broke is replaced when it is taken from the pool.
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)
