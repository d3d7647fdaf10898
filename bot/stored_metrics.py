"""What Redis holds, for all processes together, in Prometheus' form; part of what ``bot.metrics`` exposes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import CollectorRegistry, Gauge, generate_latest

# Assessing takes seconds, or minutes where a model is slow: what is open for longer waits for people.
WAITING_SINCE: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
    "1w": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in Redis, for all processes together.

    ``waiting`` has for each name in ``WAITING_SINCE`` how many reviews have been open for longer than that;
    ``oldest_seconds`` is the age of the oldest open review, 0 where none is open.
    """

    reviews_open: int
    waiting: Mapping[str, int]
    oldest_seconds: float
    outbox_depth: int
    dead_letters: int


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of Redis in bytes, of several nodes that of the fullest one.

    ``limit_bytes`` is 0 where no limit is set. ``eviction_off`` says that no node throws keys away to make
    room, without which reviews vanish.
    """

    used_bytes: int
    limit_bytes: int
    eviction_off: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What Redis holds, for all processes together.

    ``tokens_today`` is what the model has cost on this day (UTC) with what its calls in flight may cost,
    ``tokens_a_day`` what the policy in force allows (0: no bound). ``memory`` is ``None`` where the server
    does not tell it.
    """

    backlog: Backlog
    tokens_today: int
    tokens_a_day: int
    memory: Memory | None


# Apart from what a process counts, because with Redis away there is nothing to say about it.
_STORED = CollectorRegistry()
_reviews_open = Gauge("countersign_reviews_open", "Open reviews.", registry=_STORED)
_reviews_waiting = Gauge(
    "countersign_reviews_waiting", "Reviews open for longer than this.", ("longer_than",), registry=_STORED
)
_oldest_review = Gauge(
    "countersign_oldest_review_seconds", "Age of the oldest open review.", registry=_STORED
)
_outbox_depth = Gauge("countersign_outbox_depth", "Jobs that are to be done.", registry=_STORED)
_dead_letters = Gauge("countersign_dead_letters", "Jobs given up and not yet revived.", registry=_STORED)
_tokens_today = Gauge("countersign_model_budget_used_tokens", "Tokens spent today (UTC).", registry=_STORED)
_tokens_a_day = Gauge("countersign_model_budget_tokens", "Tokens that a day may cost.", registry=_STORED)
# Apart again, because not every server tells.
_MEMORY = CollectorRegistry()
_memory_used = Gauge("countersign_redis_memory_bytes", "Memory that Redis uses.", registry=_MEMORY)
_memory_limit = Gauge("countersign_redis_memory_limit_bytes", "Memory that Redis may use.", registry=_MEMORY)
_eviction_off = Gauge(
    "countersign_redis_eviction_off", "Whether Redis throws nothing away to make room.", registry=_MEMORY
)


def stored_text(stored: Stored) -> bytes:
    """What Redis holds as Prometheus' text; the memory only where the server tells it."""
    backlog, memory = stored.backlog, stored.memory
    _reviews_open.set(backlog.reviews_open)
    for longer_than, reviews in backlog.waiting.items():
        _reviews_waiting.labels(longer_than).set(reviews)
    _oldest_review.set(backlog.oldest_seconds)
    _outbox_depth.set(backlog.outbox_depth)
    _dead_letters.set(backlog.dead_letters)
    _tokens_today.set(stored.tokens_today)
    _tokens_a_day.set(stored.tokens_a_day)
    if memory is None:
        return generate_latest(_STORED)
    _memory_used.set(memory.used_bytes)
    _memory_limit.set(memory.limit_bytes)
    _eviction_off.set(memory.eviction_off)
    return generate_latest(_STORED) + generate_latest(_MEMORY)
