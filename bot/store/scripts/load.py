"""``load.lua`` as a function: a review's state and entries of it, read at one moment in one command."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.store.keys import ReviewKeys
from bot.store.scripts import lua


class Besides(StrEnum):
    """Which payments are read besides those that are named.

    ``OPEN`` are those that are undecided or on hold. Of a review that has holds from before these were noted,
    all flagged ones are read for it.
    """

    NOTHING = ""
    UNDECIDED = "undecided"
    OPEN = "open"
    FLAGGED = "flagged"
    ALL = "all"


class StoredReview(NamedTuple):
    """What was read of a review.

    ``lines`` are lines of the audit trail by their place, counted from 0; ``findings``, ``decisions`` and
    ``remarks`` say by reference at which places those about a payment stand, where there are any. ``fields``
    is empty where there is no such review.
    """

    fields: Mapping[str, str]
    refs: Sequence[int]
    findings: Mapping[int, int]
    decisions: Mapping[int, int]
    remarks: Mapping[int, tuple[int, ...]]
    lines: Mapping[int, str]


class LoadScript:
    """Reads the named entries of a review."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("entries", "load"))

    async def __call__(
        self,
        keys: ReviewKeys,
        refs: Iterable[int],
        *,
        rows_an_entry: int,
    ) -> StoredReview:
        """The named entries; the trail holds ``rows_an_entry`` payments an entry."""
        answer = await self._script(
            keys=[keys.state, keys.audit, keys.judgements, keys.decisions, keys.remarks],
            args=[rows_an_entry, *sorted(set(refs))],
        )
        return stored_review(*cast(list[list[str]], answer))


def stored_review(
    fields: Sequence[str],
    named: Sequence[str],
    found: Sequence[str | None],
    decided: Sequence[str | None],
    remarked: Sequence[str | None],
    lines: Sequence[str],
) -> StoredReview:
    """What a script answers of a review: its state, and what ``entries.lua`` read of those ``named``."""
    refs = [int(ref) for ref in named]
    return StoredReview(
        fields=pairs(fields),
        refs=refs,
        findings=_places(refs, found),
        decisions=_places(refs, decided),
        remarks={ref: places_in(text) for ref, text in zip(refs, remarked, strict=True) if text},
        lines={int(place): line for place, line in pairs(lines).items() if line},
    )


def pairs(flat: Sequence[str]) -> dict[str, str]:
    """Names and values, as a script answers them one after the other."""
    return dict(zip(flat[::2], flat[1::2], strict=True))


def places_in(text: str) -> tuple[int, ...]:
    """Places of the trail as a remark's field of Redis holds them: ``12,15``."""
    return tuple(map(int, text.split(",")))


def _places(refs: Sequence[int], places: Sequence[str | None]) -> dict[int, int]:
    return {ref: int(place) for ref, place in zip(refs, places, strict=True) if place is not None}
