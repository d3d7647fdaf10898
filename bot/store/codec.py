"""How the parts of a review are written in Redis: short, since a deployment keeps very many of them."""

import json

from pydantic import TypeAdapter

from bot.domain.audit import decision_in, evidence, read_line
from bot.domain.conversation import Turn
from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.state import Entry
from bot.domain.transaction import Transaction

LISTS = TypeAdapter(list[list[str]])


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
    return one.model_dump_json(exclude={"seq"}, exclude_defaults=True)


def turn_of(seq: int, text: str) -> Turn:
    return Turn.model_validate_json(text).model_copy(update={"seq": seq})


def entry_of(row: Transaction, judged: int, found: str | None, decided: str | None) -> Entry:
    """A payment with its findings and the line of the audit trail that decided it, where there is one."""
    return Entry(
        transaction=row,
        judgement=judgement_of(row.ref, judged, found),
        decision=None if decided is None else decision_in(row.ref, read_line(0, decided).entry),
    )


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
