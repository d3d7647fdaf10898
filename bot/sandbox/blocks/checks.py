"""Checks for JSON values, named as in JSON Schema, from which the tables of Block Kit are put together.

A check takes a value and its JSON pointer, and yields the problems of the value.

The wording of a problem follows what Slack answers, e.g. `must be less than 3001 characters`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """What is wrong with a JSON value: where (a JSON pointer) and why, in Slack's words."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} [json-pointer:{self.path}]"


Check = Callable[[Any, str], Iterator[Problem]]


def string(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(path, "must be a string")
        elif len(value) < least:
            yield Problem(path, f"must be more than {least - 1} characters")
        elif len(value) > most:
            yield Problem(path, f"must be less than {most + 1} characters")

    return check


def pattern(expression: str, form: str) -> Check:
    """A string that matches a regular expression as a whole; `form` names what is meant, e.g. "a date"."""
    compiled = re.compile(expression)

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Problem(path, f"must be {form}")

    return check


def integer(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem(path, "must be an integer")
        elif not least <= value <= most:
            yield Problem(path, f"must be between {least} and {most}")

    return check


def number(value: Any, path: str) -> Iterator[Problem]:
    """Any JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(path, "must be a number")


def boolean(value: Any, path: str) -> Iterator[Problem]:
    """A JSON boolean."""
    if not isinstance(value, bool):
        yield Problem(path, "must be a boolean")


def anything(value: Any, path: str) -> Iterator[Problem]:
    """Any value at all."""
    return iter(())


def one_of(*allowed: str) -> Check:
    """One of a closed list of strings."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if value not in allowed:
            yield Problem(path, "must be one of " + ", ".join(allowed))

    return check


def array(item: Check, least: int, most: int) -> Check:
    """An array of `least` to `most` items, each passing `item`."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(path, "must be an array")
            return
        if len(value) < least:
            yield Problem(path, f"no fewer than {least} items required")
        if len(value) > most:
            yield Problem(path, f"no more than {most} items allowed")
        for index, entry in enumerate(value):
            yield from item(entry, f"{path}/{index}")

    return check


def nullable(inner: Check) -> Check:
    """`null`, or what `inner` accepts."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if value is not None:
            yield from inner(value, path)

    return check


def object_with(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others. `type` is always allowed; `by_type` reads it."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(path, "must be an object")
            return
        for key in required:
            if key not in value:
                yield Problem(path, f"missing required field: {key}")
        for key, entry in value.items():
            if key in known:
                yield from known[key](entry, f"{path}/{key}")
            elif key != "type":
                yield Problem(path, f"invalid additional property: {key}")

    return check


def by_type(table: Mapping[str, Check], names: tuple[str, ...] | None = None) -> Check:
    """An object whose `type` chooses its check from `table`; `names` narrows what may stand here."""
    allowed = names if names is not None else tuple(table)

    def check(value: Any, path: str) -> Iterator[Problem]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield Problem(path, "must be an object")
        elif not isinstance(kind, str):
            yield Problem(path, "missing required field: type")
        elif kind not in allowed:
            yield Problem(f"{path}/type", f"unsupported type: {kind}")
        else:
            yield from table[kind](value, path)

    return check


def all_of(*checks: Check) -> Check:
    """A value that passes every check."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        for inner in checks:
            yield from inner(value, path)

    return check


def exactly_one(*keys: str) -> Check:
    """An object that has exactly one of `keys`."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if sum(key in value for key in keys) != 1:
            yield Problem(path, "must define exactly one of " + " or ".join(f"`{key}`" for key in keys))

    return check


def at_least_one(*keys: str) -> Check:
    """An object that has one or more of `keys`."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not any(key in value for key in keys):
            yield Problem(path, "must define either " + " or ".join(f"`{key}`" for key in keys))

    return check
