"""What a run of the bench yields: figures, each with its goal, as a table and as JSON."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Bound = Literal["at most", "at least"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured.

    ``value`` is what the goal is about: a ratio ours/floor of one run where there is a floor, else the
    measured quantity itself in ``unit``. ``ours`` and ``floor`` are the two absolute numbers behind a ratio
    (in ``unit``); they depend on the machine and stand there to be understood, not to be compared. Without
    a ``goal`` the figure explains another one.
    """

    bench: str
    name: str
    unit: str
    value: float
    ours: float | None = None
    floor: float | None = None
    bound: Bound = "at most"
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; ``None`` where there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.bound == "at most" else self.value >= self.goal

    def as_json(self) -> Json:
        return asdict(self) | {"met": self.met}


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one bench, and details for those who want to look closer."""

    figures: list[Figure]
    details: Json = field(default_factory=dict)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratio(ours: Sequence[float], floor: Sequence[float]) -> float:
    """The median of the ratios of rounds that were measured side by side."""
    return statistics.median(mine / theirs for mine, theirs in zip(ours, floor, strict=True))


def compared(
    bench: str, name: str, unit: str, ours: Sequence[float], floor: Sequence[float], **goal: Any
) -> Figure:
    """A figure out of rounds: the ratio, with the medians of both sides beside it."""
    return Figure(
        bench=bench,
        name=name,
        unit=unit,
        value=ratio(ours, floor),
        ours=statistics.median(ours),
        floor=statistics.median(floor),
        **goal,
    )


def table(figures: Iterable[Figure]) -> str:
    """Columns for eyes."""
    rows = [("bench", "what", "goal", "measured", "ours", "floor", "")]
    rows += [_row(one) for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


def _row(one: Figure) -> tuple[str, str, str, str, str, str, str]:
    relative = one.floor is not None
    said = {None: "", True: "met", False: "MISSED"}[one.met]
    return (
        one.bench,
        one.name,
        "" if one.goal is None else f"{one.bound} {_number(one.goal, relative, one.unit)}",
        _number(one.value, relative, one.unit),
        "" if one.ours is None else f"{_digits(one.ours)} {one.unit}",
        "" if one.floor is None else f"{_digits(one.floor)} {one.unit}",
        said,
    )


def _number(value: float, relative: bool, unit: str) -> str:
    return f"{value:.2f}x" if relative else f"{_digits(value)} {unit}"


def _digits(value: float) -> str:
    """Three digits that count, and no more noise."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
