"""What will happen in a run, made from its seed alone: sizes of batches, deaths and troubles with times."""

import random
from dataclasses import dataclass, field
from typing import Any

APPROVERS = 0.7  # of the people
LARGE_EVERY = 25  # one batch in so many is larger than what a model is asked at a time
LARGE = 240
KINDS = ("bot", "worker", "redis")
WEIGHTS = (35, 38, 27)
CALM_START = 2.0  # seconds before the first death
HALF_WAY = 0.5  # of the time that people act, after which the job queue is deleted
ADVANCES = 12  # of the clock
HOURS, HOURS_WEIGHTS = (2.0, 5.0, 24.0, 72.0), (4, 5, 4, 2)
EXPIRING = 24.0 * 17  # more than ten working days
REDELIVERIES = 0.05  # deliveries that come twice, for each interaction
TROUBLES = 0.08  # other troubles, for each interaction

# Each with its weight; what a fault means stands in bot/sandbox/delivery/faults.py.
FAULTS: tuple[tuple[int, dict[str, Any]], ...] = (
    (6, {"method": "chat.update", "status": 429, "retry_after": 1}),
    (5, {"method": "chat.postMessage", "status": 429, "retry_after": 1}),
    (6, {"method": "chat.postMessage", "drop": True}),
    (4, {"method": "chat.update", "drop": True}),
    (3, {"method": "chat.postMessage", "status": 503}),
    (3, {"method": "chat.update", "error": "internal_error"}),
    (2, {"method": "conversations.replies", "status": 503}),
    (2, {"method": "conversations.history", "drop": True}),
    (2, {"method": "views.open", "delay_ms": 400}),
    (1, {"method": "views.open", "drop": True}),
    (2, {"method": "views.update", "delay_ms": 400}),
    (1, {"method": "views.update", "drop": True}),
    (6, {"method": "interactive", "hold": True}),
    (5, {"method": "events", "hold": True}),
    (6, {"method": "interactive", "drop": True}),
    (5, {"method": "events", "drop": True}),
    (1, {"method": "commands", "drop": True}),
    (2, {"method": "interactive", "delay_ms": 300}),
    (1, {"disconnect": "refresh_requested"}),
)
AGAIN: tuple[tuple[int, dict[str, Any]], ...] = (
    (6, {"method": "interactive", "redeliver": 1}),
    (3, {"method": "events", "redeliver": 1}),
    (1, {"method": "interactive", "redeliver": 3}),
    (1, {"method": "commands", "redeliver": 1}),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    seed: int
    interactions: int = 5000
    reviews: int = 100
    people: int = 20
    kills: int = 40
    seconds: float = 120.0

    @property
    def acting(self) -> float:
        """Seconds in which people act; the rest is for what then still has to be shown."""
        return self.seconds * 0.75

    def dice(self, of: str) -> random.Random:
        """Chance of one part of the run, apart from that of the others."""
        return random.Random(f"{self.seed} {of}")


@dataclass(frozen=True, slots=True)
class Kill:
    """``kill -9`` for one of the processes of a kind, and how long it then stays away."""

    at: float
    kind: str
    which: float
    away: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is settled beforehand; times are seconds after the beginning.

    ``advances`` say when the clock of all is put forward and by how many hours, and ``forgets`` when every
    key of the job queue is deleted.
    """

    scale: Scale
    people: tuple[str, ...]
    approvers: tuple[str, ...]
    sizes: tuple[int, ...]
    kills: tuple[Kill, ...]
    faults: tuple[tuple[float, dict[str, Any]], ...] = field(repr=False)
    advances: tuple[tuple[float, float], ...] = ()
    forgets: float = 0.0

    def deaths(self) -> str:
        """The schedule in one line: ``2.1 bot, 3.4 redis, ...``."""
        return ", ".join(f"{kill.at:.1f} {kill.kind}" for kill in self.kills)


def planned(scale: Scale) -> Plan:
    """The plan of a seed; the same seed always gives the same one."""
    people = tuple(f"U_P{number:02}" for number in range(1, scale.people + 1))
    dice = scale.dice("sizes")
    sizes = tuple(
        LARGE if number % LARGE_EVERY == LARGE_EVERY - 1 else dice.randint(3, 60)
        for number in range(scale.reviews)
    )
    return Plan(
        scale=scale,
        people=people,
        approvers=people[: max(2, round(len(people) * APPROVERS))],
        sizes=sizes,
        kills=_kills(scale),
        faults=_faults(scale),
        advances=_advances(scale),
        forgets=scale.acting * HALF_WAY,
    )


def _advances(scale: Scale) -> tuple[tuple[float, float], ...]:
    """Mostly some hours, now and then a day or a weekend, and once so many weeks that what waits expires."""
    dice = scale.dice("clock")
    times = sorted(CALM_START + dice.random() * (scale.acting - CALM_START) for _ in range(ADVANCES))
    hours = [dice.choices(HOURS, HOURS_WEIGHTS)[0] for _ in times]
    hours[ADVANCES // 2] = EXPIRING
    return tuple(zip(times, hours, strict=True))


def _kills(scale: Scale) -> tuple[Kill, ...]:
    """Spread over the whole time that people act, so that every phase of a review meets some."""
    dice = scale.dice("kills")
    room = max(scale.acting - CALM_START, 1.0)
    times = sorted(CALM_START + dice.random() * room for _ in range(scale.kills))
    return tuple(
        Kill(at, dice.choices(KINDS, WEIGHTS)[0], dice.random(), dice.choice((0.0, 0.1, 0.3, 1.0)))
        for at in times
    )


def _faults(scale: Scale) -> tuple[tuple[float, dict[str, Any]], ...]:
    dice = scale.dice("faults")
    found: list[tuple[float, dict[str, Any]]] = []
    for rate, kinds in ((TROUBLES, FAULTS), (REDELIVERIES, AGAIN)):
        weights, faults = zip(*kinds, strict=True)
        chosen = dice.choices(faults, weights, k=round(scale.interactions * rate))
        found += [(dice.random() * scale.acting, fault) for fault in chosen]
    return tuple(sorted(found, key=lambda one: one[0]))
