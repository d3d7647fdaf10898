"""What Redis holds, for all processes together, in Prometheus' form; part of what ``bot.metrics`` exposes."""

from collections.abc import Mapping, Sequence
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
class ModelBudget:
    """The tokens of a workspace's day (UTC): spent, with what calls in flight may cost, and allowed.

    ``a_day`` is what the policy in force says, 0 where that sets no bound.
    """

    today: int
    a_day: int


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue of jobs, by name: the jobs in it, those for later too, and the workers that do them now."""

    name: str
    jobs: int
    workers: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What Redis holds, for all processes together.

    ``budget`` is ``None`` where many workspaces are served, each with one of its own, and ``memory`` where
    the server does not tell it.
    """

    backlog: Backlog
    budget: ModelBudget | None
    memory: Memory | None
    queues: Sequence[QueueState] = ()


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
_queue_jobs = Gauge(
    "countersign_queue_jobs", "Jobs in a queue, those for later too.", ("queue",), registry=_STORED
)
_queue_workers = Gauge(
    "countersign_queue_workers", "Workers that do a queue's jobs.", ("queue",), registry=_STORED
)
# Apart again: there is one only where one workspace is served.
_BUDGET = CollectorRegistry()
_tokens_today = Gauge("countersign_model_budget_used_tokens", "Tokens spent today (UTC).", registry=_BUDGET)
_tokens_a_day = Gauge("countersign_model_budget_tokens", "Tokens that a day may cost.", registry=_BUDGET)
# And again, because not every server tells.
_MEMORY = CollectorRegistry()
_memory_used = Gauge("countersign_redis_memory_bytes", "Memory that Redis uses.", registry=_MEMORY)
_memory_limit = Gauge("countersign_redis_memory_limit_bytes", "Memory that Redis may use.", registry=_MEMORY)
_eviction_off = Gauge(
    "countersign_redis_eviction_off", "Whether Redis throws nothing away to make room.", registry=_MEMORY
)


def stored_text(stored: Stored) -> bytes:
    """What Redis holds as Prometheus' text; budget and memory only where there is something to say."""
    backlog, budget, memory = stored.backlog, stored.budget, stored.memory
    _reviews_open.set(backlog.reviews_open)
    for longer_than, reviews in backlog.waiting.items():
        _reviews_waiting.labels(longer_than).set(reviews)
    _oldest_review.set(backlog.oldest_seconds)
    _outbox_depth.set(backlog.outbox_depth)
    _dead_letters.set(backlog.dead_letters)
    for queue in stored.queues:
        _queue_jobs.labels(queue.name).set(queue.jobs)
        _queue_workers.labels(queue.name).set(queue.workers)
    text = generate_latest(_STORED)
    if budget is not None:
        _tokens_today.set(budget.today)
        _tokens_a_day.set(budget.a_day)
        text += generate_latest(_BUDGET)
    if memory is not None:
        _memory_used.set(memory.used_bytes)
        _memory_limit.set(memory.limit_bytes)
        _eviction_off.set(memory.eviction_off)
        text += generate_latest(_MEMORY)
    return text
