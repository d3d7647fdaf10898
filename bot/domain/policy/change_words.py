"""How one difference between two policies is put into words."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from bot.domain.names import visible

NAMED = 5  # phrases of a long list that are named; of the others, the number


class PolicyChange(NamedTuple):
    """One difference between two policies: a phrase for people, and whether it loosens."""

    words: str
    loosens: bool


Changes = Iterator[PolicyChange]


def members(noun: str, old: Collection[Any], new: Collection[Any], *, more_is_looser: bool) -> Changes:
    """What a list gained and lost; its order counts for nothing."""
    added = [word(entry) for entry in new if entry not in old]
    removed = [word(entry) for entry in old if entry not in new]
    if added:
        yield PolicyChange(f"{noun} {some(added)} added", more_is_looser)
    if removed:
        yield PolicyChange(f"{noun} {some(removed)} removed", not more_is_looser)


def keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The keys of both tables, each once, in their order."""
    return list(dict.fromkeys((*old, *new)))


def some(names: list[str]) -> str:
    """A list of names, of a long one the first and the number of the others."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def amount(value: Decimal) -> str:
    """An amount as people read it, exact."""
    return f"{value:,f}"


def word(value: object) -> str:
    """A value as the file writes it, with what a reader cannot see made visible."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or value == "":
        return "(none)"
    return visible(f"{value:f}" if isinstance(value, Decimal) else str(value))
