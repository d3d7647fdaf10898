"""The connection to Redis, and what it means when it is away.

One server, a primary that Sentinel names, or a Cluster: the rest of the bot sees one client. What Redis has
answered is on the primary's disk (``appendfsync always``). Replicas receive it a moment later, so a failover
may lose what the old primary accepted in that moment. ``min-replicas-to-write`` bounds the loss: a primary
without its replicas accepts nothing more. ``countersign doctor`` checks that it is set.
"""

from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo
from redis.maint_notifications import MaintNotificationsConfig

from bot.config.redis_address import read_address
from bot.store.faults import (
    StoreAway,
    StoreRefused,
    StoreTimeout,
    StoreUnavailable,
    StoreUncertain,
    was_not_taken,
)
from bot.store.topology.cluster import ClusterClient
from bot.store.topology.pool import ANSWER_SECONDS, Pool
from bot.store.topology.sentinel import sentinel_pool

__all__ = [
    "StoreAway",
    "StoreRefused",
    "StoreTimeout",
    "StoreUnavailable",
    "StoreUncertain",
    "connect",
    "was_not_taken",
]

CONNECT_SECONDS = 1.0
DRIVER = DriverInfo()  # else each connection looks the library's version up in its files
OPERATION_SECONDS = 2.5  # for one operation of a Cluster, with the search for a living node


def connect(url: str, connections: int = 64) -> Redis:
    """A client for ``url``: ``redis[s]://``, ``unix://``, ``redis[s]+sentinel://`` or ``redis[s]+cluster://``.

    Callers wait for a free connection instead of failing when all are used; nothing is sent twice; a
    failover is followed by the next call. Raises ``ValueError`` where ``url`` is none of these.
    """
    address = read_address(url)
    # A step that was sent and not answered may have been stored, so that only the caller can decide to send
    # it again. A connection that a restart broke is replaced when it is taken from the pool.
    options: dict[str, Any] = {
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": CONNECT_SECONDS,
        "decode_responses": True,
        # Bytes that are no text come as text that cannot be printed, and not as an error that ends whatever
        # was read beside them; sent back, they are the same bytes.
        "encoding_errors": "surrogateescape",
        "retry": Retry(NoBackoff(), 0),
        "driver_info": DRIVER,
        # A service of Redis Cloud; while it is on, the library hands out broken connections too.
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }
    if address.kind == "cluster":
        node = url.replace("+cluster", "", 1)
        # It has every method that the store uses; the library's two clients have no common type.
        return cast(
            Redis,
            ClusterClient.from_url(node, connections=connections, patience=OPERATION_SECONDS, **options),
        )
    options |= {"max_connections": connections, "timeout": ANSWER_SECONDS}
    if address.kind == "sentinel":
        return Redis.from_pool(sentinel_pool(address, options))
    return Redis.from_pool(Pool.from_url(url, **options))
