"""A straight line through what was measured: a fixed part, and a part for each of something."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fit:
    """``parts`` belong to the columns; ``worst`` is the largest difference from a value, as a share of it."""

    parts: tuple[float, ...]
    worst: float


def fitted(rows: Sequence[Sequence[float]], values: Sequence[float]) -> Fit:
    """The parts by which ``values`` are closest to the sums over each row's numbers.

    Least squares of the differences as shares of the values, so that small ones count as much as large ones;
    all values must be over 0. Raises ``ValueError`` where the rows do not tell the parts apart.
    """
    scaled = [[number / value for number in row] for row, value in zip(rows, values, strict=True)]
    size = len(rows[0])
    matrix = [[sum(row[i] * row[j] for row in scaled) for j in range(size)] for i in range(size)]
    right = [sum(row[i] for row in scaled) for i in range(size)]
    parts = _solved(matrix, right)
    worst = max(abs(sum(map(float.__mul__, map(float, row), parts)) - 1) for row in scaled)
    return Fit(tuple(parts), worst)


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a system of linear equations, by elimination with the largest pivot first."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda at: abs(rows[at][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        if abs(rows[column][column]) < 1e-12:
            raise ValueError("what was measured does not tell the parts apart")
        for at in range(size):
            if at != column:
                factor = rows[at][column] / rows[column][column]
                rows[at] = [mine - factor * its for mine, its in zip(rows[at], rows[column], strict=True)]
    return [rows[at][size] / rows[at][at] for at in range(size)]
