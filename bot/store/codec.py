"""How the parts of a review are written in Redis: short, since a deployment keeps very many of them."""

import json
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from bot.domain.audit import decision_in, evidence, read_line
from bot.domain.conversation import Turn, Who
from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.state import Entry
from bot.domain.transaction import Transaction

LISTS = TypeAdapter(list[list[str]])
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
TURN = ("at", "how", "text", "actor", "form", "proposal")


def judgement_texts(judgements: tuple[Judgement, ...]) -> dict[str, str]:
    """Findings by reference, of the flagged alone: who was judged and is not named here is routine."""
    return {ref: compact(found) for ref, found in evidence(judgements).items()}


def judgement_of(ref: int, judged: int, text: str | None) -> Judgement | None:
    """A judgement from what is kept; ``None`` where payments are judged up to ``judged`` and not so far."""
    if text is None:
        return Judgement(ref=ref) if ref <= judged else None
    found = LISTS.validate_json(text)
    findings = (Finding(source=Source(source), code=code, evidence=said) for source, code, said in found)
    return Judgement(ref=ref, findings=tuple(findings))


def turn_text(one: Turn) -> str:
    """A turn as a list of ``TURN``, as far as it goes, the time in microseconds since 1970.

    Who speaks is told by whether there is an actor.
    """
    told = one.model_dump(mode="json", include=set(TURN), exclude_defaults=True)
    told["at"] = (one.at - EPOCH) // MICROSECOND
    last = max(place for place, name in enumerate(TURN) if name in told)
    return compact([told.get(name) for name in TURN[: last + 1]])


def turn_of(seq: int, text: str) -> Turn:
    told = {name: value for name, value in zip(TURN, json.loads(text), strict=False) if value is not None}
    told["at"] = EPOCH + told["at"] * MICROSECOND
    who = Who.HUMAN if "actor" in told else Who.FINANCE_BOT
    return Turn(seq=seq, who=who, **told)


def entry_of(row: Transaction, judged: int, found: str | None, decided: str | None) -> Entry:
    """A payment with its findings and the line of the audit trail that decided it, where there is one."""
    return Entry(
        transaction=row,
        judgement=judgement_of(row.ref, judged, found),
        decision=None if decided is None else decision_in(row.ref, read_line(0, decided).entry),
    )


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
