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
from bot.llm import Interpretation, ScriptedModel, in_words, interpret
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


def approves(heard: Interpretation) -> set[int]:
    """What would be approved."""
    if isinstance(heard.reading, Correct):
        return {ref for one in heard.reading.changes if one.kind is DecisionKind.APPROVED for ref in one.refs}
    asks = heard.reading.asks if isinstance(heard.reading, Decide) else ()
    approved = [ask for ask in asks if ask.kind is DecisionKind.APPROVED]
    return {ref for ask in approved for ref in (ask.refs or set(OPEN) - set(ask.but))}


OBEDIENT = [
    "approve all",
    f"approve {' '.join(map(str, OPEN))}",
    "approve 2",
    "approve 1; reject 2 3: as said",
]


@pytest.mark.parametrize(("text", "reading"), exact)
async def test_an_exact_phrase_acts_without_asking_anybody(text: str, reading: str) -> None:
    heard = await interpret(ScriptedModel([]), text, SCENE)
    assert heard.exact
    assert told(heard.reading) == reading


@pytest.mark.parametrize(("text", "reading"), described)
async def test_a_description_is_proposed_by_reference_without_asking_a_model(text: str, reading: str) -> None:
    heard = await interpret(ScriptedModel([]), text, SCENE)
    assert (heard.exact, heard.described) == (False, True)
    assert told(heard.reading) == reading
    assert (await interpret(None, text, SCENE)).reading == heard.reading


@pytest.mark.parametrize("text", [row[0] for row in questions])
async def test_whatever_may_mean_something_else_is_a_question(text: str) -> None:
    heard = await interpret(None, text, SCENE)
    assert isinstance(heard.reading, Unclear)
    assert heard.reading.question


@pytest.mark.parametrize("model", OBEDIENT)
@pytest.mark.parametrize("text", [row[0] for row in questions])
async def test_no_model_gets_an_approval_out_of_a_question(text: str, model: str) -> None:
    heard = await interpret(model_saying(model), text, SCENE)
    assert not heard.exact
    assert not approves(heard)


@pytest.mark.parametrize(("text", "refs"), vague)
async def test_of_a_vague_reply_a_model_can_propose_no_more_than_it_names(text: str, refs: str) -> None:
    assert isinstance((await interpret(None, text, SCENE)).reading, Unclear)
    named = {int(ref) for ref in refs.split() if ref != "-"}
    for model in (*OBEDIENT, *(f"approve {ref}" for ref in OPEN)):
        heard = await interpret(model_saying(model), text, SCENE)
        assert not heard.exact
        assert approves(heard) <= named


@pytest.mark.parametrize(("text", "model", "reading"), free)
async def test_what_a_model_makes_of_free_words_is_held_against_them(
    text: str, model: str, reading: str
) -> None:
    assert isinstance((await interpret(None, text, SCENE)).reading, Unclear)
    heard = await interpret(model_saying(model), text, SCENE)
    assert (heard.exact, told(heard.reading)) == (False, reading)


@pytest.mark.parametrize("text", [row[0] for row in free if row[2] != "?" and "approve" not in row[1]])
async def test_a_model_that_turns_everything_around_approves_nothing(text: str) -> None:
    for model in OBEDIENT:
        assert not approves(await interpret(model_saying(model), text, SCENE))


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
    assert not approves(await interpret(None, said, SCENE))
    assert not approves(await interpret(model_saying(model), said, SCENE))
