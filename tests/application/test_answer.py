"""The model reads a reply late: what was said since is not undone by it."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.answer import AnswerReplies
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.domain.text import NEWER_WORDS
from bot.domain.transaction import Transaction
from bot.llm import Completion, ScriptedModel
from bot.store.topology.embedded import embedded_server
from tests.openai_server import flags_of
from tests.store.audited import origin
from tests.wired import NOW, TEAM, Wired, wired

FREE = "go on with what the two of us talked about this morning, numbers two and three"
PROPOSED = json.dumps(
    {
        "intent": "decide",
        "asks": [{"kind": "hold", "refs": [2, 3], "all": False, "reason": ""}],
        "answer": "",
        "question": "",
    }
)
ROWS = [
    Transaction(ref=ref, amount=Decimal(12_000 + ref), currency="USD", vendor=vendor)
    for ref, vendor in enumerate(("Acme", "Globex", "Initech"), start=1)
]


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[tuple[Wired, str]]:
    """A review of three flagged payments, and a model that proposes to hold two of them."""
    async with embedded_server(tmp_path) as url, wired(url) as made:
        made.model = ScriptedModel(
            lambda _, user: PROPOSED if user.startswith("{") else flags_of(user, lambda rows: [])
        )
        review_id = (await made.submit(origin(), ROWS)).id
        await made.assess(review_id)
        yield made, review_id


async def say(process: Wired, review_id: str, text: str, user: str = "U_BEN") -> Outcome:
    actor = Actor(user=user, how=Medium.THREAD_REPLY, text=text, now=NOW)
    return (await process.reply(TEAM, review_id, actor)).outcome


async def answered(process: Wired, review_id: str) -> ReviewState:
    """The state after the job has read what waits for the model."""
    job = AnswerReplies(
        steps=process.steps,
        reviews=process.reviews,
        budgets=process.stores.budgets,
        access=process.access,
        policy=lambda: process.policy,
        model=process.model,
        now=process.now,
    )
    await job.answer(TEAM, review_id)
    state = await process.reviews.state(TEAM, review_id)
    assert state is not None
    return state


async def test_what_the_model_reads_is_proposed(process: tuple[Wired, str]) -> None:
    made, review_id = process
    await say(made, review_id, FREE)
    state = await answered(made, review_id)
    assert state.proposal is not None
    assert state.proposal.words == "hold 2 and 3"


async def test_an_older_reply_that_is_read_late_does_not_replace_a_newer_proposal(
    process: tuple[Wired, str],
) -> None:
    made, review_id = process
    await say(made, review_id, FREE)
    await say(made, review_id, "reject the Acme one")
    before = await made.reviews.state(TEAM, review_id)
    assert before is not None
    assert before.proposal is not None
    state = await answered(made, review_id)
    assert state.proposal == before.proposal
    assert (await made.reviews.turns(TEAM, review_id))[-1].text == NEWER_WORDS


async def test_words_from_before_an_undo_propose_nothing_after_it(process: tuple[Wired, str]) -> None:
    made, review_id = process
    await say(made, review_id, "approve 2")
    await say(made, review_id, FREE)
    await say(made, review_id, "undo 2")
    state = await answered(made, review_id)
    assert (state.undecided, state.proposal) == (3, None)
    assert (await made.reviews.turns(TEAM, review_id))[-1].text == NEWER_WORDS


async def test_talk_gets_no_answer_and_the_card_shows_what_reading_it_cost(
    process: tuple[Wired, str],
) -> None:
    made, review_id = process
    talk = json.dumps({"intent": "chat", "asks": [], "answer": "Sounds good.", "question": "Which one?"})
    made.model = ScriptedModel(lambda _, user: Completion(text=talk, prompt_tokens=30, completion_tokens=4))
    await say(made, review_id, "Globex called me")
    before = await made.reviews.turns(TEAM, review_id)
    state = await answered(made, review_id)
    assert await made.reviews.turns(TEAM, review_id) == before
    assert (state.prompt_tokens, state.completion_tokens) == (30, 4)
    assert state.due == state.version, "nothing else would bring the card up to date"


async def test_who_may_decide_no_more_neither_replaces_a_proposal_nor_reaches_the_model(
    process: tuple[Wired, str],
) -> None:
    made, review_id = process
    made.model = model = ScriptedModel(lambda _, user: PROPOSED)
    await say(made, review_id, FREE)
    await say(made, review_id, "reject the Acme one", user="U_CHI")
    before = await made.reviews.state(TEAM, review_id)
    assert before is not None
    assert before.proposal is not None
    made.policy = made.policy.model_copy(update={"approvers": ("U_CHI",)})
    state = await answered(made, review_id)
    assert (state.proposal, model.asked) == (before.proposal, [])
    assert state.read_to, "or it would be read for ever"


async def test_whoever_spoke_to_the_bot_and_may_decide_no_more_is_told_so(process: tuple[Wired, str]) -> None:
    made, review_id = process
    made.model = model = ScriptedModel(lambda _, user: PROPOSED)
    actor = Actor(user="U_BEN", how=Medium.THREAD_REPLY, text=FREE, now=NOW)
    await made.reply(TEAM, review_id, actor, named=True)
    made.policy = made.policy.model_copy(update={"approvers": ("U_CHI",)})
    await answered(made, review_id)
    assert (await made.reviews.turns(TEAM, review_id))[-1].text.startswith("You are not an approver here")
    assert model.asked == []


@pytest.mark.parametrize("question", ["why 2?", "what is left?", "list the largest"])
async def test_who_may_not_decide_still_has_their_questions_answered(
    process: tuple[Wired, str], question: str
) -> None:
    made, review_id = process
    made.model = model = ScriptedModel(lambda _, user: PROPOSED)
    made.policy = made.policy.model_copy(update={"approvers": ("U_CHI",)})
    await say(made, review_id, question)
    turns = await made.reviews.turns(TEAM, review_id)
    assert [turn.actor for turn in turns[-2:]] == ["U_BEN", None], turns[-2:]
    await answered(made, review_id)
    assert model.asked == []
