"""Assess a batch: the model reads the rows that no rule has flagged, and may flag more of them.

It answers only for the rows it flags. Silence about a row clears it only in an answer that is whole,
names no row it was not sent, and repeats the marks at both ends of what it was sent; any other answer
leaves the whole chunk unassessed, which flags it. A row whose text had to be cut short to fit is unassessed
too: the model may flag it, and silence says nothing about what it never saw. What is refused for its content
is asked about again in halves, so that one row does not take a hundred along.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from functools import partial

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import Finding, Source
from bot.domain.transaction import Transaction
from bot.llm.answers import MalformedAnswer, parse
from bot.llm.assessment import CODES, Assessment, Concern
from bot.llm.model import ChatModel, Completion, ContentRefused, ModelFault
from bot.llm.model_context import ModelContext
from bot.llm.printable import printable_line
from bot.llm.quoting import marks, quoted_rows
from bot.llm.refused_rows import RowsCall, assess_halves
from bot.llm.tokens import about_tokens

CHUNK = 100  # rows of one call
WORDS_LIMIT = 60  # characters of the model's own words about a row
FIXED_COMPLETION_TOKENS = 100
COMPLETION_TOKENS_A_ROW = 12
TOO_LONG = "its text was too long to be read with the others"
FIXED_PROMPT_TOKENS = 100  # the schema of the answer, and what frames the messages

_FLAG = re.compile(r"#?([1-9][0-9]{0,6})[ :,]+([a-z_]+)[ :,-]*(.*)", re.DOTALL | re.IGNORECASE | re.ASCII)

_CONCERNS = {concern.value: concern for concern in Concern}


class Flags(BaseModel):
    """The model's answer: ``ID WORD REASON`` for each row it flags, and the marks it has seen."""

    model_config = ConfigDict(extra="forbid")

    flags: list[str]
    seen: str


def chunks(transactions: Sequence[Transaction], size: int = CHUNK) -> Iterator[tuple[Transaction, ...]]:
    """The rows in their order, ``size`` at a time; each chunk is one call of the model."""
    for start in range(0, len(transactions), size):
        yield tuple(transactions[start : start + size])


async def assess_batch(
    model: ChatModel,
    transactions: Sequence[Transaction],
    context: ModelContext | None = None,
    done: Callable[[int], None] = lambda _: None,
) -> Assessment:
    """Assess all rows, several chunks at once; never raises for what the model does.

    ``done`` is told how many rows more were assessed, chunk by chunk.
    """
    context = context or ModelContext()
    whole = _nothing_yet(model, context)
    calls = (partial(assess_chunk, model, chunk, context) for chunk in chunks(transactions))
    async with aclosing(context.call_limit.in_order(calls)) as assessments:
        for chunk in chunks(transactions):
            whole = whole.joined(await anext(assessments))
            done(len(chunk))
    return whole


async def assess_chunk(
    model: ChatModel, chunk: Sequence[Transaction], context: ModelContext | None = None
) -> Assessment:
    """Assess the rows of one call; a fault of the model or of its answer leaves all unassessed.

    Where the content is refused, further calls about halves of the rows find the row that it is refused for.
    """
    context = context or ModelContext()
    if not chunk:
        return _nothing_yet(model, context)
    ask = partial(_assess_rows, model, context)
    call = await ask(chunk)
    if not call.refused:
        return call.assessment
    return await assess_halves(ask, chunk, call.assessment, context.call_limit)


async def _assess_rows(model: ChatModel, context: ModelContext, chunk: Sequence[Transaction]) -> RowsCall:
    """Ask once about these rows, with a slot of the call limit."""
    blank = _nothing_yet(model, context)
    rows = quoted_rows(chunk, context.facts)
    async with context.call_limit.slot():
        answer = await _answer(model, rows.text, len(chunk), context)
    if isinstance(answer, ContentRefused):
        return RowsCall(_charged(blank, answer), refused=True)
    if isinstance(answer, ModelFault):
        return RowsCall(_charged(_unassessed(blank, chunk, answer.reason), answer))
    try:
        findings = read_flags(answer.text, chunk)
    except MalformedAnswer as error:
        return RowsCall(_charged(_unassessed(blank, chunk, str(error)), answer))
    refs = (transaction.ref for transaction in chunk)
    assessment = blank.model_copy(
        update={
            "findings": findings,
            "cleared": tuple(ref for ref in refs if ref not in findings and ref not in rows.cut),
            "unassessed": dict.fromkeys(sorted(rows.cut), TOO_LONG),
        }
    )
    return RowsCall(_charged(assessment, answer))


async def _answer(model: ChatModel, rows: str, count: int, context: ModelContext) -> Completion | ModelFault:
    """What the model answers to these rows, or why it answers nothing.

    What one try may cost is reserved before. Further tries after a fault happen inside the client and are not
    counted; most servers charge nothing for them.
    """
    completion = completion_limit(count)
    prompt = about_tokens(context.instructions.text) + about_tokens(rows)
    most = FIXED_PROMPT_TOKENS + prompt + prompt // 4 + completion + model.headroom
    if refused := await context.budget.reserve(most):
        return ModelFault(refused)
    answer: Completion | ModelFault
    try:
        answer = await model.complete(
            system=context.instructions.text, user=rows, schema=Flags, max_tokens=completion
        )
    except ModelFault as fault:
        answer = fault
    await context.budget.settle(most, answer.charged_at_most(most))
    return answer


def completion_limit(rows: int) -> int:
    """The tokens that an answer about so many rows may have, without thoughts."""
    return FIXED_COMPLETION_TOKENS + COMPLETION_TOKENS_A_ROW * rows


def read_flags(text: str, chunk: Sequence[Transaction]) -> dict[int, tuple[Finding, ...]]:
    """The findings in the model's answer about ``chunk``, by reference.

    A word that is not on the list is the concern ``other``: the row was flagged, whatever for. Raises
    :class:`MalformedAnswer` where the answer is not wholly valid for these rows.
    """
    try:
        answer = parse(text, Flags)
    except MalformedAnswer:
        raise MalformedAnswer("its answer was malformed") from None
    if tuple(answer.seen.split()) != marks(chunk):
        raise MalformedAnswer("its answer does not show that it read all rows")
    sent = {transaction.ref for transaction in chunk}
    findings: dict[int, tuple[Finding, ...]] = {}
    for flag in answer.flags:
        parts = _FLAG.fullmatch(flag.strip())
        if not parts:
            raise MalformedAnswer("its answer was malformed")
        ref = int(parts[1])
        if ref not in sent:
            raise MalformedAnswer("its answer names a row it was not sent")
        finding = _finding(parts[2].lower(), parts[3])
        findings[ref] = tuple(dict.fromkeys((*findings.get(ref, ()), finding)))
    return findings


def _finding(word: str, reason: str) -> Finding:
    code, sentence = CODES[_CONCERNS.get(word, Concern.OTHER)]
    words = printable_line(reason, WORDS_LIMIT).strip('"')
    evidence = f'{sentence}; in the model\'s words: "{words}"' if words else sentence
    return Finding(source=Source.MODEL, code=code, evidence=evidence)


def _nothing_yet(model: ChatModel, context: ModelContext) -> Assessment:
    return Assessment(model=model.name, prompt_version=context.instructions.version)


def _unassessed(blank: Assessment, chunk: Sequence[Transaction], reason: str) -> Assessment:
    return blank.model_copy(update={"unassessed": {transaction.ref: reason for transaction in chunk}})


def _charged(assessment: Assessment, call: Completion | ModelFault) -> Assessment:
    return assessment.model_copy(
        update={"prompt_tokens": call.prompt_tokens, "completion_tokens": call.completion_tokens}
    )
