"""Read a human's reply: by the exact grammar, else as a description or by the model, to be confirmed.

Nothing here decides. What is not exact comes back with ``exact=False``, and its caller asks the human to
confirm it (law 7). What the model makes of a reply is held against the reply's own words first.
"""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.conversation import (
    Change,
    Correct,
    Decide,
    DecisionKind,
    DecisionRequest,
    Exit,
    Reading,
    Skip,
    Unclear,
)
from bot.domain.replies.description import Payment, describe
from bot.domain.replies.grammar import SAYABLE, join, read_amends, read_exactly
from bot.domain.replies.guard import objection
from bot.llm.answers import Malformed, parse
from bot.llm.model import ChatModel, Completion, ModelFault, describe_model
from bot.llm.prompt import prompt
from bot.llm.quoting import one_line

ROWS_SHOWN = 100
REPLY_LIMIT = 2000
ANSWER_LIMIT = 500
REASON_LIMIT = 200
MAX_TOKENS = 1000

_KINDS = {"approve": DecisionKind.APPROVED, "reject": DecisionKind.REJECTED, "hold": DecisionKind.HELD}
_VERBS = {kind: verb for verb, kind in _KINDS.items()}


class DigestRow(BaseModel):
    """One flagged transaction as the model is told of it; ``open`` means that it can still be decided.

    ``value``, in major units, and ``currency`` are for our own reading of descriptions.
    """

    model_config = ConfigDict(frozen=True)

    ref: int
    amount: str
    vendor: str
    memo: str | None = None
    state: str = "undecided"
    open: bool = True
    findings: tuple[str, ...] = ()
    value: Decimal | None = None
    currency: str = ""


class ReviewDigest(BaseModel):
    """What a reply can be about: ``rows`` are the flagged transactions, decided ones too.

    References outside ``rows`` cannot be decided; the model is shown the first 100, open ones first.
    """

    model_config = ConfigDict(frozen=True)

    review: str
    total: int
    routine: int
    rows: tuple[DigestRow, ...] = ()


class Interpretation(BaseModel):
    """What a reply means. ``reading`` is ``None`` where all there is to do is to say ``answer``.

    A ``Decide``, ``Skip`` or ``Exit`` with ``exact=False`` is a proposal, never an order: the model's
    reading, or with ``described`` that of a description by code. ``answer`` is in the model's words.
    ``fault`` says why the model could not be used.
    """

    model_config = ConfigDict(frozen=True)

    reading: Reading | None
    exact: bool = False
    described: bool = False
    answer: str = ""
    fault: str = ""
    model: str
    prompt_version: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0


class AskedFor(BaseModel):
    """One decision in the model's answer."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["approve", "reject", "hold"]
    refs: list[int]
    all: bool
    reason: str


class Understanding(BaseModel):
    """The model's answer about a reply."""

    model_config = ConfigDict(extra="forbid")

    intent: Literal["decide", "skip", "exit", "question", "chat", "unclear"]
    asks: list[AskedFor]
    answer: str
    question: str


async def interpret(model: ChatModel | None, text: str, digest: ReviewDigest) -> Interpretation:
    """What ``text`` asks for; never raises for what the model does."""
    reading = read_exactly(text)
    if not isinstance(reading, Unclear):
        return Interpretation(reading=reading, exact=True, model=describe_model(model))
    payments = [Payment(row.ref, row.vendor, row.value, row.currency) for row in digest.rows if row.open]
    if described := describe(text, payments):
        return Interpretation(reading=described, described=True, model=describe_model(model))
    if (amends := read_amends(text)) and (amended := _amended(amends, digest)):
        return Interpretation(reading=amended, described=True, model=describe_model(model))
    if model is None or not text.strip() or len(text) > REPLY_LIMIT:
        return Interpretation(reading=reading, model=describe_model(model))
    instructions = prompt("interpret")
    asked = Interpretation(reading=reading, model=model.name, prompt_version=instructions.version)
    try:
        completion = await model.complete(
            system=instructions.text,
            user=_question(text, digest),
            schema=Understanding,
            max_tokens=MAX_TOKENS,
        )
    except ModelFault as fault:
        return _spent(_unread(asked, fault.reason), fault)
    try:
        understood = _understood(asked, parse(completion.text, Understanding), digest)
        understood = _held_against(text, understood, digest)
    except Malformed:
        understood = _unread(asked, "its answer was malformed")
    return _spent(understood, completion)


def in_words(reading: Decide | Correct | Skip | Exit) -> str:
    """``approve 1 and 3, hold 2 until the PO``: what a human is asked to confirm."""
    if isinstance(reading, Skip):
        return "skip, which holds everything undecided"
    if isinstance(reading, Exit):
        return "exit, which ends this review and holds everything undecided"
    if isinstance(reading, Correct):
        return ", ".join(_change_in_words(change) for change in reading.changes)
    return ", ".join(_ask_in_words(ask) for ask in reading.asks)


def _change_in_words(change: Change) -> str:
    if change.kind is None:
        return f"undo {_listed(change.refs)}"
    reason = f" ({change.reason})" if change.reason else ""
    return f"change {_listed(change.refs)} to {_VERBS[change.kind]}{reason}"


def _ask_in_words(ask: DecisionRequest) -> str:
    what = "everything undecided" if ask.refs is None else _listed(ask.refs)
    what += f" except {_listed(ask.but)}" if ask.but else ""
    said = f"{_VERBS[ask.kind]} {what}"
    if not ask.reason:
        return said
    runs_on = ask.kind is DecisionKind.HELD and ask.reason.lower().startswith(("until ", "if ", "unless "))
    return f"{said} {ask.reason}" if runs_on else f"{said} ({ask.reason})"


def _listed(refs: Sequence[int]) -> str:
    words = [str(ref) for ref in refs]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _question(text: str, digest: ReviewDigest) -> str:
    """The user message, as JSON: a memo cannot leave its quotes, and the reply cannot either."""
    shown = sorted(digest.rows, key=lambda row: not row.open)[:ROWS_SHOWN]
    review = {
        "id": digest.review,
        "transactions": digest.total,
        "approved automatically": digest.routine,
        "open": sum(row.open for row in digest.rows),
        "not shown here": len(digest.rows) - len(shown),
        "payments": [_told(row) for row in shown],
    }
    reply = "\n".join(one_line(line, REPLY_LIMIT) for line in text.splitlines())
    return json.dumps({"review": review, "reply": reply}, ensure_ascii=False, separators=(",", ":"))


def _told(row: DigestRow) -> dict[str, object]:
    told: dict[str, object] = {"ref": row.ref, "amount": row.amount, "vendor": one_line(row.vendor, 60)}
    if row.memo is not None:
        told["memo"] = one_line(row.memo, 100)
    return {**told, "state": row.state, "open": row.open, "why": one_line("; ".join(row.findings), 200)}


def _understood(asked: Interpretation, answer: Understanding, digest: ReviewDigest) -> Interpretation:
    reading: Reading | None = asked.reading
    words = ""
    if answer.intent == "decide":
        reading = _decision(answer.asks, digest)
    elif answer.intent == "skip":
        reading = Skip()
    elif answer.intent == "exit":
        reading = Exit()
    elif answer.intent in ("question", "chat"):
        words = one_line(answer.answer, ANSWER_LIMIT)
        reading = None if words else reading
    elif question := one_line(answer.question, ANSWER_LIMIT):
        reading = Unclear(question=question)
    return asked.model_copy(update={"reading": reading, "answer": words})


def _held_against(text: str, understood: Interpretation, digest: ReviewDigest) -> Interpretation:
    """The same, or a question where the human's own words speak against it."""
    reading = understood.reading
    named_by = {row.ref: _named_by(row) for row in digest.rows if row.open}
    if isinstance(reading, Decide | Skip | Exit) and (why := objection(text, reading, named_by)):
        return understood.model_copy(update={"reading": _unclear(why)})
    return understood


def _amended(said: Decide, digest: ReviewDigest) -> Decide | Correct | Unclear:
    """ "Sorry, I meant reject 3": a correction of what is decided, or a decision where nothing is yet."""
    rows = {row.ref: row for row in digest.rows}
    refs = [ref for ask in said.asks for ref in ask.refs or ()]
    if strangers := [ref for ref in refs if ref not in rows]:
        return _unclear(f"There is nothing to decide about {_listed(strangers)} in this review")
    undecided = {rows[ref].open for ref in refs}
    if len(undecided) != 1:
        return _unclear("Some of these are decided and some are not; please send them one by one")
    if undecided == {True}:
        return said
    return Correct(
        changes=tuple(Change(refs=ask.refs or (), kind=ask.kind, reason=ask.reason) for ask in said.asks)
    )


def _named_by(row: DigestRow) -> str:
    """What a payment may be called by; amounts as people say them, 12000 or 12k."""
    amount = "" if row.value is None else f"{row.value.normalize():f} {(row.value / 1000).normalize():f}k"
    return f"{row.vendor} {amount}"


def _decision(asks: Iterable[AskedFor], digest: ReviewDigest) -> Decide | Unclear:
    """The model's asks as a proposal; whatever names a payment that cannot be decided is a question."""
    known = {row.ref: row for row in digest.rows}
    wanted: list[DecisionRequest] = []
    for ask in asks:
        if ask.all == bool(ask.refs):
            return _unclear("I am not sure which transactions you mean")
        if strangers := [ref for ref in ask.refs if ref not in known]:
            return _unclear(f"There is nothing to decide about {_listed(strangers)} in this review")
        if settled := [f"{ref} ({known[ref].state})" for ref in ask.refs if not known[ref].open]:
            return _unclear(f"Already decided: {', '.join(settled)}")
        refs = None if ask.all else tuple(ask.refs)
        wanted.append(
            DecisionRequest(kind=_KINDS[ask.kind], refs=refs, reason=one_line(ask.reason, REASON_LIMIT))
        )
    if not wanted:
        return _unclear("I am not sure what should be decided")
    if not any(row.open for row in digest.rows):
        return Unclear(question="Nothing is left to decide in this review.")
    return join(wanted)


def _unread(asked: Interpretation, fault: str) -> Interpretation:
    question = f"I could not read that just now, so I changed nothing. You can say {SAYABLE}."
    return asked.model_copy(update={"reading": Unclear(question=question), "fault": fault})


def _unclear(what: str) -> Unclear:
    return Unclear(question=f"{what}, so I changed nothing. You can say {SAYABLE}.")


def _spent(interpretation: Interpretation, on: Completion | ModelFault) -> Interpretation:
    return interpretation.model_copy(
        update={"prompt_tokens": on.prompt_tokens, "completion_tokens": on.completion_tokens}
    )
