"""One row that a content filter refuses is found by halving; the others of its call are judged."""

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judgement import Judgement, Verdict
from bot.llm import (
    NOT_ASSESSED,
    Assessment,
    CallLimit,
    Completion,
    ContentRefused,
    ModelContext,
    ModelUnavailable,
    ScriptedModel,
    assess_batch,
    assess_chunk,
    merge,
)
from bot.llm.model_context import NoBudget
from bot.llm.openai_model import OpenAIModel, connect_openai
from bot.llm.refused_rows import REFUSED, REFUSED_TOGETHER
from bot.llm.scripted import ScriptedAnswer
from tests import openai_server as server_of
from tests.llm.gated import GatedModel, first_row
from tests.llm.payments import payment
from tests.openai_server import Behaviour, OpenAIServer, flags_of

WORD = "machete"
ROWS = tuple(payment(ref, f"A {WORD} for the garden" if ref == 37 else "Paper") for ref in range(1, 101))


def most_calls(rows: int) -> int:
    return 1 + 2 * math.ceil(math.log2(rows)) if rows else 0


@pytest.mark.parametrize(
    "refusal",
    [
        server_of.REFUSAL,
        server_of.FILTERED,
        server_of.FILTERED_BY_AZURE,
        server_of.FILTERED_BEHIND_A_PROXY,
    ],
    ids=["refusal", "finish_reason", "azure", "proxy"],
)
async def test_one_row_is_refused_and_the_other_99_are_judged(refusal: Behaviour) -> None:
    def judge(rows: server_of.Rows) -> list[str]:
        return [f"{row[0]} vague no purpose" for row in rows if row[0] == "38"]

    async with (
        OpenAIServer([server_of.refusing(WORD, refusal, judge)]) as server,
        connect_openai(server.key, base_url=server.url) as client,
    ):
        assessment = await assess_batch(OpenAIModel(client, "test-model"), ROWS)
        assert server.complaints == []
        assert 2 < len(server.requests) <= most_calls(100) == 15
    assert assessment.unassessed == {37: REFUSED}
    assert set(assessment.findings) == {38}
    assert set(assessment.cleared) == set(range(1, 101)) - {37, 38}
    judged = merge([Judgement(ref=row.ref) for row in ROWS], assessment, {row.ref for row in ROWS})
    flagged = [judgement for judgement in judged if judgement.verdict is Verdict.FLAGGED]
    assert [judgement.ref for judgement in flagged] == [37, 38]
    (finding,) = flagged[0].findings
    assert finding.code == NOT_ASSESSED
    assert finding.evidence == (
        "The model did not assess this one: it, or a content filter, refused to read this payment"
    )


def refuses(refused: set[int], tokens: int = 0) -> ScriptedModel:
    """A model that refuses whatever holds one of these rows, and finds nothing in any other."""

    def script(_: str, user: str) -> ScriptedAnswer:
        asked = {int(row.split("\t")[0]) for row in user.split("\n")[1:-1]}
        if asked & refused:
            return ContentRefused("no", prompt_tokens=tokens)
        return Completion(text=flags_of(user, lambda rows: []), prompt_tokens=tokens)

    return ScriptedModel(script)


@given(st.integers(0, 100).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(1, max(n, 1))))))
async def test_no_refused_row_passes_and_the_calls_are_bounded(case: tuple[int, set[int]]) -> None:
    count, refused = case
    rows = [payment(ref) for ref in range(1, count + 1)]
    refs = {row.ref for row in rows}
    model = refuses(refused, tokens=3)
    assessment = await assess_chunk(model, rows)
    assert len(model.asked) <= most_calls(count)
    assert assessment.prompt_tokens == 3 * len(model.asked)
    assert set(assessment.cleared).isdisjoint(refused)
    assert len(assessment.cleared) + len(assessment.unassessed) == count
    assert set(assessment.cleared) | set(assessment.unassessed) == refs
    if len(refused & refs) <= 1:
        assert assessment.unassessed == dict.fromkeys(refused & refs, REFUSED)


async def test_of_two_refused_rows_the_neighbours_wait_for_the_human_too_and_hear_why() -> None:
    model = refuses({10, 90})
    assessment = await assess_chunk(model, ROWS)
    assert len(model.asked) == 15
    assert {10, 90} <= set(assessment.unassessed)
    assert set(assessment.unassessed.values()) == {REFUSED_TOGETHER}
    assert len(assessment.cleared) >= 85


async def test_a_server_that_refuses_everything_is_not_asked_about_every_row() -> None:
    model = refuses(set(range(1, 101)))
    assessment = await assess_chunk(model, ROWS)
    assert assessment.unassessed == dict.fromkeys(range(1, 101), REFUSED_TOGETHER)
    assert len(model.asked) == 7


async def test_a_fault_of_another_kind_is_not_halved() -> None:
    asked: list[str] = []

    def script(_: str, user: str) -> ScriptedAnswer:
        asked.append(user)
        if len(asked) == 1:
            return ContentRefused("no")
        return ModelUnavailable("timed out") if first_row(user) == 1 else flags_of(user, lambda rows: [])

    assessment = await assess_chunk(ScriptedModel(script), ROWS)
    assert assessment.unassessed == dict.fromkeys(range(1, 51), "timed out")
    assert (set(assessment.cleared), len(asked)) == (set(range(51, 101)), 3)


class Limited(NoBudget):
    """A budget for so many calls; ``spent`` is what they cost in the end."""

    def __init__(self, calls: int) -> None:
        self.calls = calls
        self.spent = 0

    async def reserve(self, tokens: int) -> str:
        self.calls -= 1
        return "" if self.calls >= 0 else "the budget is spent"

    async def settle(self, reserved: int, spent: int) -> None:
        self.spent += spent


async def test_halving_ends_with_the_budget() -> None:
    model, budget = refuses({37}, tokens=7), Limited(calls=4)
    assessment = await assess_chunk(model, ROWS, ModelContext(budget=budget))
    assert (len(model.asked), budget.spent) == (4, 28)
    assert set(assessment.cleared) == set(range(51, 101)) | set(range(1, 26))
    assert assessment.unassessed == dict.fromkeys(range(26, 51), "the budget is spent")


async def test_halves_are_asked_side_by_side_within_the_call_limit_and_hold_no_slot_while_they_wait() -> None:
    model, limit = GatedModel(), CallLimit(2)
    batch = [payment(ref) for ref in range(1, 301)]
    asking = asyncio.create_task(assess_batch(model, batch, ModelContext(call_limit=limit)))
    while not asking.done():
        for user in list(model.waiting):
            last_row = int(user.split("\n")[-2].split("\t")[0])
            if first_row(user) <= 150 <= last_row:
                await model.refuse(user)
            else:
                await model.answer(user)
        await asyncio.sleep(0)
    assessment: Assessment = asking.result()
    assert assessment.unassessed == {150: REFUSED}
    assert len(assessment.cleared) == 299
    assert model.most == 2
