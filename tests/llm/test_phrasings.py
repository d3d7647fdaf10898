"""The table of phrasings against models: none can turn a reply around."""

import json
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.conversation import Correct, Decide, DecisionKind, Reading, Unclear
from bot.domain.replies.reader import Certainty, read_described, read_reply
from bot.llm import ReviewDigest, ScriptedModel, interpret
from tests.domain.replies.phrasings import (
    DESCRIBED,
    EXACT,
    FREE,
    OPEN,
    PAYMENTS,
    QUESTIONS,
    VAGUE,
    in_table_words,
    lines,
)

SCENE = ReviewDigest(review_id="R-7K3F2", total=9, routine=3, payments=PAYMENTS)
exact, described, questions, vague, free = map(lines, (EXACT, DESCRIBED, QUESTIONS, VAGUE, FREE))


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


async def read(text: str, model: ScriptedModel | None = None) -> Reading | None:
    """The reading of a reply in the scene: by code, else by the model where there is one."""
    reply = read_described(read_reply(text), SCENE.payments)
    if model is None or reply.certainty is not Certainty.UNREAD:
        return reply.reading
    assert isinstance(reply.reading, Unclear)
    return (await interpret(model, text, SCENE, reply.reading.question)).reading


async def approved_by(models: Iterable[str], texts: Iterable[str]) -> dict[tuple[str, str], set[int]]:
    """By text and model's answer, what would be approved where anything would."""
    found = {
        (text, model): approves(await read(text, model_saying(model))) for model in models for text in texts
    }
    return {case: refs for case, refs in found.items() if refs}


async def test_no_model_gets_an_approval_out_of_a_question() -> None:
    assert not await approved_by(OBEDIENT, [row[0] for row in questions])


async def test_of_a_vague_reply_a_model_can_propose_no_more_than_it_names() -> None:
    wrong: dict[tuple[str, str], set[int]] = {}
    for text, refs in vague:
        named = {int(ref) for ref in refs.split() if ref != "-"}
        approved = await approved_by((*OBEDIENT, *(f"approve {ref}" for ref in OPEN)), [text])
        wrong |= {case: refs for case, refs in approved.items() if not refs <= named}
    assert not wrong


async def test_what_a_model_makes_of_free_words_is_held_against_them() -> None:
    wrong = {}
    for text, model, reading in free:
        made = in_table_words(await read(text, model_saying(model)))
        if made != reading:
            wrong[text, model] = (reading, made)
    assert not wrong


async def test_a_model_that_turns_everything_around_approves_nothing() -> None:
    texts = [text for text, model, reading in free if reading != "?" and "approve" not in model]
    assert texts
    assert not await approved_by(OBEDIENT, texts)


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
    assert not approves(await read(said))
    assert not approves(await read(said, model_saying(model)))
