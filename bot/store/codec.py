"""How the parts of a review are written in Redis: short, since a deployment keeps very many of them."""

import json

from pydantic import TypeAdapter

from bot.domain.audit import evidence
from bot.domain.conversation import Turn
from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.state import Decision, Entry
from bot.domain.transaction import Transaction

LISTS = TypeAdapter(list[list[str]])
DECISION = ("kind", "by", "at", "how", "content_hash", "reason")


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


def decision_text(one: Decision) -> str:
    dumped = one.model_dump(mode="json")
    return compact([dumped[name] for name in DECISION])


def decision_of(ref: int, text: str) -> Decision:
    return Decision.model_validate({"ref": ref, **dict(zip(DECISION, json.loads(text), strict=True))})


def turn_text(one: Turn) -> str:
    return one.model_dump_json(exclude={"seq"}, exclude_defaults=True)


def turn_of(seq: int, text: str) -> Turn:
    return Turn.model_validate_json(text).model_copy(update={"seq": seq})


def entry_of(row: Transaction, judged: int, found: str | None, decided: str | None) -> Entry:
    return Entry(
        transaction=row,
        judgement=judgement_of(row.ref, judged, found),
        decision=None if decided is None else decision_of(row.ref, decided),
    )


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
