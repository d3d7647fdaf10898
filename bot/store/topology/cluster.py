"""A Redis Cluster behind the same interface as one server."""

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

REDIRECTIONS = 3  # a slot may move more than once meanwhile; its former node says where it is now


class ClusterClient(RedisCluster):
    """The library's client with two bounds: ``connections`` in use at once, and ``patience`` seconds a call.

    A call that finds no free connection waits for one; a call that takes longer raises redis-py's
    ``TimeoutError``.
    """

    def __init__(self, *, connections: int, patience: float, **options: Any) -> None:
        # One more for each node, so that the slots can be looked up while all others are in use.
        super().__init__(max_connections=connections + 1, **options)
        self._room = asyncio.Semaphore(connections)
        self._patience = patience

    @contextlib.asynccontextmanager
    async def room(self) -> AsyncIterator[None]:
        """Wait for a free connection, and bound the time from here to the end of the block.

        Without that bound, looking up the slots again may ask one dead node after another, each for seconds.
        """
        try:
            async with asyncio.timeout(self._patience), self._room:
                yield
        except TimeoutError as error:
            raise RedisTimeoutError("The Cluster did not answer.") from error

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """Send one command to the node that has its key; raises ``TimeoutError`` of redis-py when late."""
        async with self.room():
            return await super().execute_command(*args, **kwargs)

    def pipeline(self, transaction: Any = None, shard_hint: Any = None) -> "BoundedPipeline":
        """Commands that are sent together; with ``transaction`` all keys must share a hash tag."""
        return BoundedPipeline(self, transaction)  # type: ignore[abstract]  # no event is ever dispatched by it

    def forget_slots(self) -> None:
        """Look up which node has which slots before the next command."""
        self._initialize = True


class BoundedPipeline(ClusterPipeline):
    """Commands to several nodes at once; as a transaction, to the one node that has the slot of all keys."""

    def __init__(self, client: ClusterClient, transaction: bool | None) -> None:
        super().__init__(client, transaction)
        self._client = client
        if transaction:
            self._execution_strategy = _OneSlot(self)

    async def initialize(self) -> "BoundedPipeline":
        """Look up the slots where that is due."""
        async with self._client.room():
            await super().initialize()
        return self

    async def execute(self, raise_on_error: bool = True, allow_redirections: bool = True) -> list[Any]:
        """Send what was queued, and answer one result a command."""
        async with self._client.room():
            try:
                return await super().execute(raise_on_error, allow_redirections)
            except (RedisConnectionError, RedisTimeoutError, ClusterError, SlotNotCoveredError):
                self._client.forget_slots()
                raise


class _OneSlot(TransactionStrategy):
    """A transaction that is queued in this process and sent once; it is sent again only when redirected."""

    def __init__(self, pipe: ClusterPipeline) -> None:
        super().__init__(pipe)
        self._retry = Retry(NoBackoff(), REDIRECTIONS, supported_errors=self.SLOT_REDIRECT_ERRORS)

    def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        # To look up a command's slot, the library starts a thread with an event loop for each command. All
        # commands of ours have their key first, so that no lookup is needed.
        self._pipeline_slots.add(self._pipe.cluster_client.keyslot(args[1]))
        kwargs.pop("keys", None)  # is for the library's cache, and not every parser of an answer takes it
        return AbstractStrategy.execute_command(self, *args, **kwargs)
