"""How the parts of a review are written in Redis: short, since a deployment keeps very many of them."""

import json
from datetime import UTC, datetime, timedelta

from bot.domain.conversation import Party, Turn
from bot.domain.judgement import Judgement
from bot.domain.review.audit_entries import decision_in, judgement_in
from bot.domain.review.state import AuditEntry, ReviewedTransaction
from bot.domain.transaction import Transaction

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
TURN = ("at", "how", "text", "actor", "form", "proposal")


def turn_text(one: Turn) -> str:
    """A turn as a list of ``TURN``, as far as it goes, the time in microseconds since 1970.

    Who speaks is told by whether there is an actor.
    """
    told = one.model_dump(mode="json", include=set(TURN), exclude_defaults=True)
    told["at"] = (one.at - EPOCH) // MICROSECOND
    last = max(place for place, name in enumerate(TURN) if name in told)
    listed = [told.get(name) for name in TURN[: last + 1]]
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def turn_of(seq: int, text: str) -> Turn:
    told = {name: value for name, value in zip(TURN, json.loads(text), strict=False) if value is not None}
    told["at"] = EPOCH + told["at"] * MICROSECOND
    who = Party.HUMAN if "actor" in told else Party.FINANCE_BOT
    return Turn(seq=seq, who=who, **told)


def entry_of(
    row: Transaction, judged: int, found: AuditEntry | None, decided: AuditEntry | None, place: int
) -> ReviewedTransaction:
    """A payment with what the trail says was found and decided about it; who is judged, and of whom
    nothing was found, is routine."""
    routine = Judgement(ref=row.ref) if row.ref <= judged else None
    return ReviewedTransaction(
        transaction=row,
        judgement=routine if found is None else judgement_in(row.ref, found),
        decision=None if decided is None else decision_in(row.ref, decided),
        place=place,
    )
