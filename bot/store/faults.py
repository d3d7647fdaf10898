"""What may go wrong between the bot and Redis, and whether a step that met it may have been taken."""

import re

from redis.asyncio.connection import DefaultParser
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

StoreTimeout = RedisTimeoutError


class StoreUncertain(RedisConnectionError):
    """A step was sent and its answer never came; it may or may not have been taken."""


class StoreAway(RedisConnectionError):
    """Nothing was sent: there was no connection to send it over. The cause says why."""


class StoreRefused(ResponseError):
    """The server takes no writes just now: its disk, its replicas, or a script that runs too long."""


# redis-py has a class of its own for many refusals; these it knows by their text alone. Registered with its
# parser, they are raised as ``StoreRefused`` by the job queue's client too.
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
ANSWERED_NO = (StoreAway, BusyLoadingError, AuthenticationError, AuthorizationError, MaxConnectionsError)


def was_not_taken(error: Exception) -> bool:
    """Whether a step that failed so was certainly not taken; else nobody may be told that it was not."""
    # A primary that became a replica refuses with READONLY, which redis-py shows as a lost connection.
    return isinstance(error, ANSWERED_NO) or isinstance(error.__context__, ReadOnlyError)


# How redis-py tells which command of a pipeline failed: with what was to be written, which may be anybody's.
_QUOTED = re.compile(r"Command # \d+ \(.*\) of pipeline caused error: ", re.DOTALL)


def said_by_redis(error: Exception) -> str:
    """What an error of the store says, without the command that redis-py quotes in it."""
    return _QUOTED.sub("", str(error))
