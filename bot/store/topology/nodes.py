"""The servers behind one client that take writes: one, or each primary of a Cluster."""

from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import Redis

from bot.store.topology.cluster import ClusterClient

Execute = Callable[..., Awaitable[Any]]
"""Sends a command to one server and answers its result."""


async def nodes_of(client: Redis) -> dict[str, Execute]:
    """How to reach each server that takes writes, by the words that name it in a sentence."""
    cluster: object = client  # ``connect`` types every client as a Redis
    if not isinstance(cluster, ClusterClient):
        return {"": client.execute_command}
    await cluster.initialize()
    return {f" ({node.name})": node.execute_command for node in cluster.get_primaries()}
