"""Ask the model about a reply that no code could read; what it makes of the reply is only ever proposed.

Nothing here decides, and nothing reads by grammar: ``bot.domain.replies.reader`` comes first. The model's
reading is held against the reply's own words before anybody is asked to confirm it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.conversation import KIND_OF, Decide, DecisionRequest, Exit, Reading, Skip, Talk, Unclear
from bot.domain.money import format_amount
from bot.domain.payment_facts import PaymentFacts
from bot.domain.proposal import refs_listed
from bot.domain.replies.commands import merged_requests
from bot.domain.replies.guard import objection
from bot.domain.replies.question import nothing_changed
from bot.llm.answers import MalformedAnswer, parse
from bot.llm.model import ChatModel, Completion, ModelFault
from bot.llm.printable import printable_line
from bot.llm.prompt import load_prompt

PAYMENTS_SHOWN = 100
REPLY_LIMIT = 2000  # characters; a longer reply is not sent
ANSWER_LIMIT = 500  # characters
REASON_LIMIT = 200  # characters
VENDOR_SHOWN = 60  # characters
MEMO_SHOWN = 100  # characters
FINDINGS_SHOWN = 200  # characters, of all findings of a payment together
MAX_TOKENS = 1000


@dataclass(frozen=True, slots=True)
class ReviewDigest:
    """What a reply can be about: ``payments`` are the flagged ones, decided ones too.

    Other payments cannot be decided. The model is shown the first 100, undecided ones first. ``total`` and
    ``routine`` count all payments of the review and those approved automatically.
    """

    review_id: str
    total: int
    routine: int
    payments: tuple[PaymentFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the model makes of a reply, and what asking it cost.

    ``reading`` is a proposal (``Decide``, ``Skip`` or ``Exit``, never an order), a question (``Unclear``),
    ``Talk`` where nothing is asked of the bot, or ``None`` where all there is to do is to show ``answer``, in
    the model's words. ``fault`` says why the model could not be used, empty where it could.
    """

    reading: Reading | None
    model: str
    answer: str = ""
    fault: str = ""
    prompt_version: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ModelDecision(BaseModel):
    """One decision in the model's answer."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["approve", "reject", "hold"]
    refs: list[int]
    all: bool
    reason: str


class ModelReading(BaseModel):
    """The model's answer about a reply."""

    model_config = ConfigDict(extra="forbid")

    intent: Literal["decide", "skip", "exit", "question", "chat", "unclear"]
    asks: list[ModelDecision]
    answer: str
    question: str


async def interpret(model: ChatModel, text: str, digest: ReviewDigest, question: str) -> Interpretation:
    """What the model says that ``text`` asks for; never raises for what the model does.

    ``question`` is asked where the model has neither a reading nor a question of its own, and of a reply
    that is blank or over 2,000 characters, which is not sent. It is empty for what code takes for talk among
    people: of that comes a proposal, an answer, or ``Talk``, and never a question.
    """
    unread = Unclear(question=question) if question else Talk()
    if not text.strip() or len(text) > REPLY_LIMIT:
        return Interpretation(unread, model.name)
    instructions = load_prompt("interpret")
    blank = Interpretation(unread, model.name, prompt_version=instructions.version)
    try:
        completion = await model.complete(
            system=instructions.text,
            user=_user_message(text, digest),
            schema=ModelReading,
            max_tokens=MAX_TOKENS,
        )
    except ModelFault as fault:
        return _charged(_unusable(blank, fault.reason), fault)
    try:
        interpretation = _believed(blank, parse(completion.text, ModelReading), digest)
    except MalformedAnswer:
        interpretation = _unusable(blank, "its answer was malformed")
    return _charged(_held_against(text, interpretation, blank), completion)


def _user_message(text: str, digest: ReviewDigest) -> str:
    """Review and reply as JSON: a memo cannot leave its quotes, and the reply cannot either."""
    shown = sorted(digest.payments, key=lambda payment: not payment.undecided)[:PAYMENTS_SHOWN]
    review = {
        "id": digest.review_id,
        "transactions": digest.total,
        "approved automatically": digest.routine,
        "open": sum(payment.undecided for payment in digest.payments),
        "not shown here": len(digest.payments) - len(shown),
        "payments": [_quoted_payment(payment) for payment in shown],
    }
    reply = "\n".join(printable_line(line, REPLY_LIMIT) for line in text.splitlines())
    return json.dumps({"review": review, "reply": reply}, ensure_ascii=False, separators=(",", ":"))


def _quoted_payment(payment: PaymentFacts) -> dict[str, object]:
    fields: dict[str, object] = {
        "ref": payment.ref,
        "amount": format_amount(payment.amount, payment.currency),
        "vendor": printable_line(payment.vendor, VENDOR_SHOWN),
    }
    if payment.memo is not None:
        fields["memo"] = printable_line(payment.memo, MEMO_SHOWN)
    return {
        **fields,
        "state": payment.decided or "undecided",
        "open": payment.undecided,
        "why": printable_line("; ".join(payment.findings), FINDINGS_SHOWN),
    }


def _believed(blank: Interpretation, answer: ModelReading, digest: ReviewDigest) -> Interpretation:
    """What a well-formed answer says, not yet held against the words of the reply."""
    if answer.intent == "decide":
        return replace(blank, reading=_decisions(answer.asks, digest))
    if answer.intent == "skip":
        return replace(blank, reading=Skip())
    if answer.intent == "exit":
        return replace(blank, reading=Exit())
    if answer.intent == "chat":
        return replace(blank, reading=Talk())
    if answer.intent == "question":
        words = printable_line(answer.answer, ANSWER_LIMIT)
        return replace(blank, reading=None, answer=words) if words else blank
    question = printable_line(answer.question, ANSWER_LIMIT)
    asks = question and not isinstance(blank.reading, Talk)  # what code takes for talk, no model answers back
    return replace(blank, reading=Unclear(question=question)) if asks else blank


def _held_against(text: str, interpretation: Interpretation, blank: Interpretation) -> Interpretation:
    """A question instead of a proposal, where the human's own words speak against it."""
    reading = interpretation.reading
    if isinstance(reading, Decide | Skip | Exit) and (why := objection(text, reading)):
        return replace(interpretation, reading=_asked(blank, why))
    return interpretation


def _decisions(wanted: Iterable[ModelDecision], digest: ReviewDigest) -> Decide | Unclear:
    """The model's decisions as a proposal; one that names a payment that cannot be decided is a question."""
    known = {payment.ref: payment for payment in digest.payments}
    requests: list[DecisionRequest] = []
    for decision in wanted:
        if decision.all == bool(decision.refs):
            return nothing_changed("I am not sure which payments you mean")
        if unknown := [ref for ref in decision.refs if ref not in known]:
            return nothing_changed(f"There is nothing to decide about {refs_listed(unknown)} in this review")
        named = [known[ref] for ref in decision.refs]
        if settled := [f"{payment.ref} ({payment.decided})" for payment in named if not payment.undecided]:
            return nothing_changed(f"Already decided: {', '.join(settled)}")
        requests.append(
            DecisionRequest(
                kind=KIND_OF[decision.kind],
                refs=None if decision.all else tuple(decision.refs),
                reason=printable_line(decision.reason, REASON_LIMIT),
            )
        )
    if not requests:
        return nothing_changed("I am not sure what should be decided")
    if not any(payment.undecided for payment in digest.payments):
        return Unclear(question="Nothing is left to decide in this review.")
    return merged_requests(requests)


def _unusable(blank: Interpretation, fault: str) -> Interpretation:
    return replace(blank, reading=_asked(blank, "I could not read that just now"), fault=fault)


def _asked(interpretation: Interpretation, why: str) -> Reading | None:
    """A question that says why; nothing is asked about talk among people."""
    return interpretation.reading if isinstance(interpretation.reading, Talk) else nothing_changed(why)


def _charged(interpretation: Interpretation, call: Completion | ModelFault) -> Interpretation:
    return replace(interpretation, prompt_tokens=call.prompt_tokens, completion_tokens=call.completion_tokens)
