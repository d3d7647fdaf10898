"""Every test bears one mark, by what it reaches: ``unit``, ``redis``, ``story`` or ``browser``.

Nobody writes these marks. What a test, its fixtures and the functions of ``tests`` that they call are able to
start is found in their code, and the guard fails a ``unit`` test that opens a connection or starts a process
all the same. By hand are marked tests that only compute, but for a second or more (``long``), and those that
lead to a process through the bot's own code.
"""

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

MARKS = ("unit", "long", "redis", "story", "browser")  # what they mean stands in pyproject.toml
BROWSER = Path(__file__).with_name("browser")
# What starts a server or a process, by module and name.
STARTS = {
    ("bot.store.topology.embedded", "embedded_server"): "redis",
    ("tests.store.servers", "Server"): "redis",
    ("tests.office", "open_office"): "story",
    ("tests.processes", "program"): "story",
    ("tests.forks", "forked"): "story",
    ("tests.processes", "called"): "story",
    ("tests.processes", "answered"): "story",
    ("tests.openai_server", "OpenAIServer"): "story",
    ("bot.sandbox.server", "Sandbox"): "story",
    ("aiohttp.web_runner", "AppRunner"): "story",
    ("asyncio.streams", "start_server"): "story",
    ("bot.sandbox.standalone", "run_standalone"): "story",
    ("socket", "create_connection"): "story",
    ("subprocess", "run"): "story",
    # Workbooks are read in a process of their own.
    ("tests.intake.workbooks", "xls"): "story",
    ("tests.intake.workbooks", "zipped"): "story",
    ("tests.real_data", "real_file"): "story",
}
FORBIDDEN = {"socket.connect", "socket.bind", "subprocess.Popen", "os.fork", "os.posix_spawn"}


def mark(item: pytest.Item) -> None:
    """Mark a collected test, unless it bears one of the marks already."""
    if not any(item.get_closest_marker(name) for name in MARKS):
        item.add_marker(_mark_of(item))


def _mark_of(item: pytest.Item) -> str:
    if item.path.is_relative_to(BROWSER):
        return "browser"
    assert isinstance(item, pytest.Function)
    places = (item.module, *_conftests(item.config.pluginmanager, item.path.parent))
    return _mark(item.function, tuple(item.fixturenames), places)


@cache  # the thousand examples of a test reach the same
def _mark(function: Any, fixtures: tuple[str, ...], places: tuple[ModuleType, ...]) -> str:
    begun = [function, *filter(None, (_fixture(name, places) for name in fixtures))]
    reached = set().union(*map(_reached, begun))
    return next((name for name in ("story", "redis") if name in reached), "unit")


def _fixture(name: str, places: tuple[ModuleType, ...]) -> Any:
    """The fixture of the test's module, else of the nearest ``conftest.py`` above; ``None`` for others."""
    return next((getattr(place, name) for place in places if hasattr(place, name)), None)


@cache
def _conftests(plugins: pytest.PytestPluginManager, folder: Path) -> tuple[ModuleType, ...]:
    """The ``conftest.py`` of this folder and of those above it, the nearest first."""
    by_folder = {
        Path(plugin.__file__).parent: plugin
        for plugin in plugins.get_plugins()
        if isinstance(plugin, ModuleType) and plugin.__file__ and plugin.__file__.endswith("conftest.py")
    }
    return tuple(by_folder[above] for above in (folder, *folder.parents) if above in by_folder)


@cache
def _reached(thing: Any) -> frozenset[str]:
    """The marks of everything that this function or class of ``tests`` leads to."""
    marks, seen, open_ends = set[str](), set[int](), [thing]
    while open_ends:
        found = inspect.unwrap(open_ends.pop())
        found = getattr(getattr(found, "hypothesis", None), "inner_test", found)
        if id(found) in seen or not isinstance(found, type | FunctionType):
            continue
        seen.add(id(found))
        if started := STARTS.get((found.__module__, found.__qualname__)):
            marks.add(started)
        elif found.__module__.startswith("tests."):
            open_ends += _named_in(found)
    return frozenset(marks)


def _named_in(found: Any) -> Iterator[Any]:
    """What a function names, or each method of a class."""
    if isinstance(found, type):
        yield from vars(found).values()
        yield from (value.fget for value in vars(found).values() if isinstance(value, property))
        return
    codes = [found.__code__]
    while codes:
        code = codes.pop()
        codes += [part for part in code.co_consts if isinstance(part, CodeType)]
        for name in code.co_names:
            yield from _values(found.__globals__.get(name))


def _values(named: Any) -> Iterator[Any]:
    """The thing itself; of a module that was imported whole, everything that stands in it and is started."""
    if isinstance(named, ModuleType):
        yield from (
            getattr(named, name)
            for module, name in STARTS
            if hasattr(named, name) and module != "tests.office"
        )
    yield named


class Guard:
    """Fails a ``unit`` test that opens a connection or starts a process, even if it swallows the error."""

    def __init__(self) -> None:
        self._opened: list[str] | None = None
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._opened is not None and event in FORBIDDEN:
            self._opened.append(f"{event}{arguments[1:]}")
            pytest.fail(f"a unit test needs no server and no process, and this one did {event}")

    def watch(self) -> Iterator[None]:
        """Watch until the test ends."""
        self._opened = []
        try:
            yield
            opened = self._opened
        finally:
            self._opened = None
        assert not opened, f"a unit test needs no server and no process, and this one did {opened}"
