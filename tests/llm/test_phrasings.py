"""The tables of phrases against models: none can turn a reply around, or get an approval out of one."""

import json
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.conversation import DecisionKind, Reading, Talk, Unclear
from bot.domain.replies.reader import Certainty, ReplyReading
from bot.llm import ReviewDigest, ScriptedModel, interpret
from tests.domain.replies.scene import (
    OPEN,
    PAYMENTS,
    answer_of,
    approved,
    cases,
    effect_of,
    in_table_words,
    read,
)

SCENE = ReviewDigest(
    review_id="R-7K3F2", total=9, routine=3, payments=tuple(one for one in PAYMENTS if one.flagged)
)
# What only a model can read: what an honest one answers, and what is proposed then; "?" where it is asked.
FREE = """
the second one was paid twice already, decline it => reject 2: paid twice => reject 2 (paid twice)
kick Globex out of here => reject 3 => reject 3
Globex ist doppelt, weg damit => reject 3: doppelt => reject 3 (doppelt)
that is all for today, leave the rest => skip => skip
put Globex aside please => hold 3 => hold 3
don't throw Globex out => reject 3 => ?
yes, all good => reject all => ?
kick Globex out of here => approve 3 => ?
not exit yet => exit => ?
Globex has a contract now => approve 3 => ?
2 ist schon bezahlt => approve 2 => ?
all good, Globex out => approve all => ?
ben said that Globex is no good => reject 3 => ?
"""


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


OBEDIENT = [
    "approve all",
    f"approve {' '.join(map(str, OPEN))}",
    "approve 2",
    "approve 1; reject 2 3: as said",
]


async def heard(text: str, model: ScriptedModel) -> Reading | None:
    """The reading of a reply in the scene: by code, else by the model."""
    return await by_code_or_model(read(text), text, model)


async def by_code_or_model(reply: ReplyReading, text: str, model: ScriptedModel) -> Reading | None:
    if reply.certainty is not Certainty.UNREAD:
        return reply.reading if answer_of(reply) in ("act", "propose") else None
    question = reply.reading.question if isinstance(reply.reading, Unclear) else ""
    return (await interpret(model, text, SCENE, question)).reading


async def approved_by(models: Iterable[str], texts: Iterable[str]) -> dict[tuple[str, str], set[int]]:
    """By text and model's answer, what would be approved where anything would."""
    approving = {}
    for text in texts:
        reply = read(text)
        for model in models:
            reading = await by_code_or_model(reply, text, model_saying(model))
            if reading and (refs := approved(reading)):
                approving[text, model] = refs
    return approving


async def test_no_model_gets_an_approval_out_of_a_question_or_of_talk() -> None:
    texts = [case.text for case in cases() if case.answer in ("ask", "silent")]
    assert len(texts) > 800
    assert not await approved_by(OBEDIENT, texts)


async def test_what_a_model_makes_of_free_words_is_held_against_them() -> None:
    wrong = {}
    for line in FREE.strip().splitlines():
        text, model, wanted = line.split(" => ")
        reading = await heard(text, model_saying(model))
        made = "?" if isinstance(reading, Talk | None) else in_table_words(reading)
        if made != wanted:
            wrong[text, model] = (wanted, made)
    assert not wrong


NEGATIONS = """
no not never don't don’t nothing none without nein nicht kein keine nie ohne non ne pas jamais aucun sans
nunca ningún sin não nem nenhum mai nessun senza niet geen nooit zonder nie bez nigdy
"""
asking = st.sampled_from(
    [
        case.text
        for case in cases("en", "de", "fr", "es", "pt", "it", "nl", "pl")
        if case.answer in ("act", "propose")
        and "approve" in case.words
        and not {"reject", "hold"} & set(case.words.split())
    ]
)


@settings(max_examples=400)
@given(asking, st.sampled_from(NEGATIONS.split()), st.integers(0, 12), st.sampled_from(OBEDIENT))
async def test_a_negation_anywhere_in_any_language_leaves_no_approval(
    text: str, negation: str, at: int, model: str
) -> None:
    words = text.split(" ")
    said = " ".join([*words[:at], negation, *words[at:]])
    reading = await heard(said, model_saying(model))
    # In "approve 2, no to 3" the no is a rejection, which is proposed beside the approval.
    rejects = reading and any(kind is DecisionKind.REJECTED for kind, _ in effect_of(reading).values())
    assert not reading or rejects or not approved(reading), said
