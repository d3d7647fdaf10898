"""A Redis Cluster as the one client that the store knows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio.cluster import AbstractStrategy, ClusterPipeline, RedisCluster, TransactionStrategy
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ClusterError, SlotNotCoveredError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

REDIRECTIONS = 3  # a slot may have moved, and again; the node that had it says where it is


class Cluster(RedisCluster):
    """The library's client; callers wait for room, and hear of a silent Cluster in time."""

    def __init__(self, *, connections: int, patience: float, **options: Any) -> None:
        # One more for each node, to ask where the slots are while all others are in use.
        super().__init__(max_connections=connections + 1, **options)
        self._room = asyncio.Semaphore(connections)
        self._patience = patience

    @contextlib.asynccontextmanager
    async def room(self) -> AsyncIterator[None]:
        """Let in as many as there are connections to a node, each for ``patience`` seconds in all.

        Without the limit, finding the slots anew may ask one dead node after another, each for seconds.
        """
        try:
            async with asyncio.timeout(self._patience), self._room:
                yield
        except TimeoutError as error:
            raise RedisTimeoutError("The Cluster did not answer.") from error

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        async with self.room():
            return await super().execute_command(*args, **kwargs)

    def pipeline(self, transaction: Any = None, shard_hint: Any = None) -> "Pipeline":
        return Pipeline(self, transaction)  # type: ignore[abstract]  # no event is ever dispatched by it

    def look_again(self) -> None:
        """Ask where the slots are before the next command."""
        self._initialize = True


class Pipeline(ClusterPipeline):
    """Commands to several nodes at once; as a transaction, to the one that has the slot of them all."""

    def __init__(self, client: Cluster, transaction: bool | None) -> None:
        super().__init__(client, transaction)
        self._client = client
        if transaction:
            self._execution_strategy = _OneSlot(self)

    async def initialize(self) -> "Pipeline":
        async with self._client.room():
            await super().initialize()
        return self

    async def execute(self, raise_on_error: bool = True, allow_redirections: bool = True) -> list[Any]:
        async with self._client.room():
            try:
                return await super().execute(raise_on_error, allow_redirections)
            except (RedisConnectionError, RedisTimeoutError, ClusterError, SlotNotCoveredError):
                self._client.look_again()
                raise


class _OneSlot(TransactionStrategy):
    """A transaction that is queued here and sent once; only a redirection is followed."""

    def __init__(self, pipe: ClusterPipeline) -> None:
        super().__init__(pipe)
        self._retry = Retry(NoBackoff(), REDIRECTIONS, supported_errors=self.SLOT_REDIRECT_ERRORS)

    def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        # The library starts a thread with an event loop of its own for each command, only to ask for its
        # slot; all commands of ours have their key first.
        self._pipeline_slots.add(self._pipe.cluster_client.keyslot(args[1]))
        return AbstractStrategy.execute_command(self, *args, **kwargs)
