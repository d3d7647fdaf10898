"""What a proposal leaves out, since a call to the vendor keeps its author from approving it."""

from typing import NamedTuple

from bot.domain import text
from bot.domain.conversation import Change, Correct, Decide, DecisionKind, DecisionRequest, Exit, Skip
from bot.domain.review.approving import hindrance_of
from bot.domain.review.outcome import Outcome, by_hindrance
from bot.domain.review.review import Review


class Approvable(NamedTuple):
    """A reading without what its author cannot approve; ``None`` where nothing is left of it.

    ``notes`` are whole sentences about what is left out and why.
    """

    reading: Decide | Correct | Skip | Exit | None
    notes: tuple[str, ...] = ()


def approvable(review: Review, reading: Decide | Correct | Skip | Exit, user: str) -> Approvable:
    """What a person, by Slack user id, can be asked to confirm of a reading of their words.

    The review has the payments that the reading is about.
    """
    if isinstance(reading, Skip | Exit):
        return Approvable(reading)
    parts = reading.asks if isinstance(reading, Decide) else reading.changes
    hindered: dict[int, Outcome] = {}
    kept: list[DecisionRequest | Change] = []
    for part in parts:
        if part.kind is not DecisionKind.APPROVED:
            kept.append(part)
            continue
        refs = _meant(review, part)
        hindered |= (why := _hindered(review, refs, user))
        if left := tuple(ref for ref in refs if ref not in why):
            kept.append(part.model_copy(update=_without(part, left, tuple(why))))
    if not hindered:
        return Approvable(reading)
    notes = tuple(text.hindered(outcome, refs) for outcome, refs in by_hindrance(hindered).items())
    if not kept:
        return Approvable(None, notes)
    if isinstance(reading, Decide):
        return Approvable(
            Decide(asks=tuple(part for part in kept if isinstance(part, DecisionRequest))), notes
        )
    return Approvable(Correct(changes=tuple(part for part in kept if isinstance(part, Change))), notes)


def _meant(review: Review, part: DecisionRequest | Change) -> tuple[int, ...]:
    if part.refs is not None:
        return part.refs
    but = part.but if isinstance(part, DecisionRequest) else ()
    return tuple(ref for ref, entry in review.entries.items() if entry.undecided and ref not in but)


def _without(
    part: DecisionRequest | Change, left: tuple[int, ...], out: tuple[int, ...]
) -> dict[str, object]:
    """What changes of a part that leaves payments out; a general one names those that it does not cover."""
    if part.refs is not None:
        return {"refs": left}
    but = part.but if isinstance(part, DecisionRequest) else ()
    return {"but": tuple(sorted({*but, *out}))}


def _hindered(review: Review, refs: tuple[int, ...], user: str) -> dict[int, Outcome]:
    entries = ((ref, review.entries[ref]) for ref in refs if ref in review.entries)
    return {
        ref: why
        for ref, entry in entries
        if entry.open and (why := hindrance_of(entry, user, review.state.barred))
    }
