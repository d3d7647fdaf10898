"""The table of phrasings: each has its right reading, and no model can turn one around."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.conversation import (
    Correct,
    Decide,
    DecisionKind,
    DescribePayment,
    Exit,
    Help,
    Reading,
    ShowStatus,
    Skip,
    TellFact,
    Unclear,
    Why,
)
from bot.domain.replies.proposal import in_words
from bot.domain.replies.reader import Certainty, read_described, read_reply
from bot.llm import ScriptedModel, interpret
from tests.llm.phrasings import DESCRIBED, EXACT, FREE, OPEN, QUESTIONS, SCENE, VAGUE, lines

exact, described, questions, vague, free = map(lines, (EXACT, DESCRIBED, QUESTIONS, VAGUE, FREE))


def told(reading: Reading | None) -> str:
    """A reading as the table says it."""
    match reading:
        case Decide() | Correct():
            return in_words(reading)
        case Skip() | Exit():
            return reading.means
        case Why(ref=ref):
            return f"why {ref}" if ref else "why"
        case DescribePayment(about=ref):
            return f"what {ref}"
        case TellFact(what=what):
            return what.value
        case Help():
            return "help"
        case ShowStatus():
            return "status"
        case _:
            return "?"


def model_saying(what: str) -> ScriptedModel:
    """A model whose answer is ``approve 1 3; hold 2: reason``, ``approve all``, ``skip`` or ``exit``."""
    asks = []
    for one in what.split("; ") if what not in ("skip", "exit") else []:
        kind, _, rest = one.partition(" ")
        refs, _, reason = rest.partition(": ")
        every = refs == "all"
        named = [] if every else [int(ref) for ref in refs.split()]
        asks.append({"kind": kind, "refs": named, "all": every, "reason": reason})
    intent = "decide" if asks else what
    answer = json.dumps({"intent": intent, "asks": asks, "answer": "", "question": ""})
    return ScriptedModel(lambda system, user: answer)


def approves(reading: Reading | None) -> set[int]:
    """What would be approved."""
    if isinstance(reading, Correct):
        changes = [change for change in reading.changes if change.kind is DecisionKind.APPROVED]
        return {ref for change in changes for ref in change.refs}
    asks = reading.asks if isinstance(reading, Decide) else ()
    approved = [ask for ask in asks if ask.kind is DecisionKind.APPROVED]
    return {ref for ask in approved for ref in (ask.refs or set(OPEN) - set(ask.but))}


OBEDIENT = [
    "approve all",
    f"approve {' '.join(map(str, OPEN))}",
    "approve 2",
    "approve 1; reject 2 3: as said",
]


async def read(text: str, model: ScriptedModel | None = None) -> tuple[Reading | None, Certainty]:
    """The reading of a reply in the scene: by code, else by the model where there is one."""
    reply = read_described(read_reply(text), SCENE.payments)
    if reply.certainty is not Certainty.UNREAD:
        return reply.reading, reply.certainty
    assert isinstance(reply.reading, Unclear)
    if model is None:
        return reply.reading, reply.certainty
    return (await interpret(model, text, SCENE, reply.reading.question)).reading, reply.certainty


@pytest.mark.parametrize(("text", "reading"), exact)
def test_an_exact_phrase_is_read_without_the_payments(text: str, reading: str) -> None:
    reply = read_reply(text)
    assert (reply.certainty, told(reply.reading)) == (Certainty.EXACT, reading)


@pytest.mark.parametrize(("text", "reading"), described)
def test_a_description_is_proposed_by_reference_without_asking_a_model(text: str, reading: str) -> None:
    first = read_reply(text)
    assert (first.certainty, type(first.reading)) == (Certainty.DESCRIBABLE, Unclear)
    reply = read_described(first, SCENE.payments)
    assert (reply.certainty, told(reply.reading)) == (Certainty.DESCRIBED, reading)


@pytest.mark.parametrize("text", [row[0] for row in questions])
async def test_whatever_may_mean_something_else_is_a_question_and_no_model_gets_an_approval_out_of_it(
    text: str,
) -> None:
    reading, certainty = await read(text)
    assert isinstance(reading, Unclear)
    assert reading.question
    assert certainty is not Certainty.EXACT
    for model in OBEDIENT:
        assert not approves((await read(text, model_saying(model)))[0]), model


@pytest.mark.parametrize(("text", "refs"), vague)
async def test_of_a_vague_reply_a_model_can_propose_no_more_than_it_names(text: str, refs: str) -> None:
    reading, certainty = await read(text)
    assert isinstance(reading, Unclear)
    assert certainty is not Certainty.EXACT
    named = {int(ref) for ref in refs.split() if ref != "-"}
    for model in (*OBEDIENT, *(f"approve {ref}" for ref in OPEN)):
        assert approves((await read(text, model_saying(model)))[0]) <= named, model


@pytest.mark.parametrize(("text", "model", "reading"), free)
async def test_what_a_model_makes_of_free_words_is_held_against_them(
    text: str, model: str, reading: str
) -> None:
    assert isinstance((await read(text))[0], Unclear)
    proposed, certainty = await read(text, model_saying(model))
    assert (certainty, told(proposed)) == (Certainty.UNREAD, reading)


@pytest.mark.parametrize("text", [row[0] for row in free if row[2] != "?" and "approve" not in row[1]])
async def test_a_model_that_turns_everything_around_approves_nothing(text: str) -> None:
    for model in OBEDIENT:
        assert not approves((await read(text, model_saying(model)))[0]), model


def test_the_table_is_long_and_says_nothing_twice() -> None:
    said = [row[0] for row in (*exact, *described, *questions, *vague)]
    assert len(said) == len(set(said)) >= 300


NEGATIONS = """
no not never don't don’t nothing none without nein nicht kein keine nie ohne non ne pas jamais aucun sans
nunca ningún sin não nem nenhum mai nessun senza niet geen nooit zonder
"""
asking = st.sampled_from(
    [row[0] for row in (*exact, *described) if "approve" in row[1] and "\n" not in row[0]]
)


@settings(max_examples=300)
@given(asking, st.sampled_from(NEGATIONS.split()), st.integers(0, 12), st.sampled_from(OBEDIENT))
async def test_a_negation_anywhere_in_any_language_leaves_no_approval(
    text: str, negation: str, at: int, model: str
) -> None:
    words = text.split(" ")
    said = " ".join([*words[:at], negation, *words[at:]])
    assert not approves((await read(said))[0])
    assert not approves((await read(said, model_saying(model)))[0])
