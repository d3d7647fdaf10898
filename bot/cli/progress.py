"""What a command has done so far, on a line of the terminal; nothing where its errors go elsewhere."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")


@contextlib.contextmanager
def counted(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A line on stderr that counts what is done, of ``total`` where that is known; it is gone in the end.

    What it gives is told how much more is done. Where stderr is no terminal, nothing is written.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda more: shown.advance(task, more)


def tracked(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """The items, each counted by ``counted`` when the next one is asked for."""
    with counted(what, total) as done:
        for item in items:
            yield item
            done(1)
