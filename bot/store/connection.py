"""The connection to Redis, and what it means when it is away.

One server, a primary that Sentinel names, or a Cluster: the rest of the bot sees one client. What was
answered is on the primary's disk (``appendfsync always``). Replicas learn of it a moment later, so a
failover may lose what the old primary took in that moment; ``min-replicas-to-write`` bounds the moment
to ``min-replicas-max-lag`` seconds, and ``countersign doctor`` asks for it.
"""

import asyncio
from typing import Any, cast
from urllib.parse import urlencode

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, DefaultParser, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterError,
    MaxConnectionsError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)
from redis.maint_notifications import MaintNotificationsConfig

from bot.address import SENTINEL_PORT, Address, read_address
from bot.store.cluster import Cluster

StoreTimeout = RedisTimeoutError

# A silent socket counts as away after this, so that a person hears of it inside Slack's 3 s.
ANSWER_SECONDS = 2.0
CONNECT_SECONDS = 1.0
OPERATION_SECONDS = 2.5  # where one operation may have to look for a living node first
SENTINEL_SECONDS = 0.5  # two dead ones of three may come first


class StoreUncertain(RedisConnectionError):
    """A step was sent and its answer never came; it may or may not have been taken."""


class StoreAway(RedisConnectionError):
    """Nothing was sent: there was no connection to send it over. The cause says why."""


class StoreRefused(ResponseError):
    """The server takes no writes just now: its disk, its replicas, or a script that runs too long."""


# redis-py knows many refusals by their own class, and these by their text alone. Told here, also the
# queue's own client raises them as what they are.
DefaultParser.EXCEPTION_CLASSES.update(dict.fromkeys(("MISCONF", "NOREPLICAS", "BUSY"), StoreRefused))

# What says "not now" rather than "wrong": the boundary towards people turns these into one sentence.
StoreUnavailable = (
    RedisConnectionError,
    RedisTimeoutError,
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
    StoreRefused,
    ClusterError,
    TryAgainError,
    AskError,
    RedisClusterException,
)
_ANSWERED_NO = (StoreAway, BusyLoadingError, AuthenticationError, AuthorizationError, MaxConnectionsError)


def was_not_taken(error: Exception) -> bool:
    """Whether a step that failed so was certainly not taken; else nobody may be told that it was not."""
    # A primary that became a replica refuses with READONLY, which redis-py shows as a lost connection.
    return isinstance(error, _ANSWERED_NO) or isinstance(error.__context__, ReadOnlyError)


def connect(url: str, connections: int = 64) -> Redis:
    """A client for ``url``: ``redis[s]://``, ``unix://``, ``redis[s]+sentinel://`` or ``redis[s]+cluster://``.

    Callers wait for a free connection instead of failing when all are used; nothing is sent twice; a
    failover is followed by the next call. Raises ``ValueError`` where ``url`` is none of these.
    """
    address = read_address(url)
    # A step that was sent and not answered may have been taken: to send it again is the caller's
    # decision. A connection that a restart broke is replaced when it is taken from the pool.
    options: dict[str, Any] = {
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": CONNECT_SECONDS,
        "decode_responses": True,
        "retry": Retry(NoBackoff(), 0),
        # A service of one vendor's Cloud; while it is on, the library hands out broken connections too.
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }
    if address.kind == "cluster":
        node = url.replace("+cluster", "", 1)
        # It answers to every command that the store uses; the library's two clients have no common type.
        return cast(
            Redis, Cluster.from_url(node, connections=connections, patience=OPERATION_SECONDS, **options)
        )
    options |= {"max_connections": connections, "timeout": ANSWER_SECONDS}
    if address.kind == "sentinel":
        return Redis.from_pool(_sentinel_pool(address, options))
    return Redis.from_pool(_Pool.from_url(url, **options))


class _Pool(BlockingConnectionPool):
    """Says of each failure whether it came before anything was sent."""

    async def get_connection(
        self, command_name: str | None = None, *keys: Any, **options: Any
    ) -> AbstractConnection:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                found: AbstractConnection = await super().get_connection()  # type: ignore[no-untyped-call]
        except _ANSWERED_NO:
            raise
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise StoreAway(str(error)) from error
        except TimeoutError as error:
            raise StoreAway("No connection in time.") from error
        return found


class _SentinelPool(SentinelConnectionPool, _Pool):
    """Connections to whatever server the Sentinels call the primary when they are opened."""

    async def aclose(self) -> None:
        await super().aclose()
        await self.sentinel_manager.aclose()


def _sentinel_pool(address: Address, options: dict[str, Any]) -> _SentinelPool:
    """The address names who we are to the servers; options with ``sentinel_`` before them, to the others."""
    asked = dict(address.options)
    theirs = {name: asked.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    more: dict[str, Any] = {**parse_url(f"redis://?{urlencode(asked)}")}
    tls = {name: value for name, value in more.items() if name.startswith("ssl_")} if address.tls else {}
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [(host, port or SENTINEL_PORT) for host, port in address.hosts],
        sentinel_kwargs={
            **theirs,
            **tls,
            "ssl": address.tls,
            "socket_timeout": SENTINEL_SECONDS,
            "socket_connect_timeout": SENTINEL_SECONDS,
            "retry": options["retry"],
        },
    )
    own = {"username": address.username, "password": address.password, "db": address.db, "ssl": address.tls}
    return _SentinelPool(address.service, sentinel, **options | own | more)  # type: ignore[no-untyped-call]
