"""Servers that nearly speak as OpenAI does: asked as they want it, and read where there is one answer."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.config.settings import Settings
from bot.domain.transaction import Transaction
from bot.llm import Assessment, ContentRefused, ModelContext, assess_batch
from bot.llm.batch import Flags
from bot.llm.configured import model_of
from bot.llm.model import AnswerCutOff, ModelFault, RequestRejected
from bot.llm.model_context import NoBudget
from bot.llm.openai_model import OpenAIModel, connect_openai
from bot.llm.quoting import quoted_rows
from bot.llm.reply import ModelReading
from tests import openai_server as server_of
from tests.openai_server import Behaviour, OpenAIServer, Rows, good

TWO = (
    Transaction(ref=1, amount=Decimal(1500), currency="USD", vendor="Unicorn LLC", memo="Quarterly supplies"),
    Transaction(ref=3, amount=Decimal(4000), currency="USD", vendor="CyberSins Ltd", memo="Routine payment"),
)


def third(rows: Rows) -> list[str]:
    """Flags the row of that number."""
    return [f"{row[0]} vendor odd name" for row in rows if row[0] == "3"]


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running
        assert running.complaints == []


async def assessed(
    server: OpenAIServer, settings: Mapping[str, Any] | None = None, context: ModelContext | None = None
) -> Assessment:
    ours = {"OPENAI_API_KEY": server.key, "OPENAI_BASE_URL": server.url, **(settings or {})}
    async with model_of(Settings(_env_file=None, **ours)) as model:
        assert model is not None
        return await assess_batch(model, TWO, context)


@pytest.mark.parametrize(
    "behaviour",
    [
        good(third, "```json\n%s\n```"),
        good(third, "\ufeff%s\n"),
        good(third, "<think>Row 1 is fine, row 3 is odd: {...}</think>\n\n%s"),
        good(third, "Row 3 is odd.\n</think>\n```json\n%s\n```"),
        good(third, "Here you are:\n%s\nAnything else?"),
        good(third, '{"result": %s}'),
        replace(good(third), content=(None,)),
        replace(good(third), content=({"type": "reasoning", "text": "Or {"}, None)),
        replace(good(third), reasoning='Perhaps {"flags": [], "seen": ""}?'),
        replace(good(third), usage=None),
    ],
)
async def test_one_answer_is_read_however_it_is_wrapped(server: OpenAIServer, behaviour: Behaviour) -> None:
    server.behaviours = [behaviour]
    assessment = await assessed(server)
    assert (assessment.cleared, set(assessment.findings), assessment.unassessed) == ((1,), {3}, {})


@pytest.mark.parametrize(
    "behaviour",
    [
        good(third, "%s\n%s"),
        good(third, "<think>%s"),
        good(third, "%s }"),
        good(third, '{"flags": ["3 vendor odd"]} %s'),
        replace(good(third), content=(None, None)),
        server_of.ONLY_THOUGHT,
        server_of.REFUSAL_AS_A_PART,
    ],
)
async def test_two_answers_or_none_leave_every_row_to_the_human(
    server: OpenAIServer, behaviour: Behaviour
) -> None:
    server.behaviours = [behaviour]
    assessment = await assessed(server)
    assert (assessment.cleared, assessment.findings, set(assessment.unassessed)) == ((), {}, {1, 3})


@pytest.mark.parametrize("limit_field", server_of.LIMIT_FIELDS)
@pytest.mark.parametrize("response_format", ["json_schema", "json_object", "none"])
async def test_a_server_is_asked_in_the_form_that_the_settings_say(
    server: OpenAIServer, limit_field: str, response_format: str
) -> None:
    server.behaviours = [replace(good(third), limit_fields=(limit_field,), formats=(response_format,))]
    form = {"OPENAI_LIMIT_FIELD": limit_field, "OPENAI_RESPONSE_FORMAT": response_format}
    assert (await assessed(server, {**form, "OPENAI_HEADROOM": 500})).cleared == (1,)
    (request,) = server.requests
    assert [name for name in server_of.LIMIT_FIELDS if name in request] == [limit_field]
    assert request[limit_field] == 124 + 500
    assert request.get("response_format", {"type": "none"})["type"] == response_format
    in_words = '"required":["flags","seen"]' in request["messages"][0]["content"]
    assert in_words == (response_format != "json_schema")


async def test_a_form_that_the_server_does_not_take_is_a_fault_of_its_own(server: OpenAIServer) -> None:
    server.behaviours = [replace(good(), limit_fields=("max_tokens",))]
    assert set((await assessed(server)).unassessed.values()) == {"it rejected the request (400)"}
    assert isinstance(await fault_of(server), RequestRejected)


async def test_a_model_that_thinks_first_is_read_where_it_has_headroom(server: OpenAIServer) -> None:
    server.behaviours = [replace(good(third), thinks=700)]
    assert set((await assessed(server)).unassessed.values()) == {"the model's answer was cut off"}
    assert isinstance(await fault_of(server), AnswerCutOff)
    assert (await assessed(server, {"OPENAI_HEADROOM": 1_000})).cleared == (1,)


async def test_headroom_is_reserved_with_what_a_call_may_cost(server: OpenAIServer) -> None:
    reserved: list[int] = []

    class Kept(NoBudget):
        async def reserve(self, tokens: int) -> str:
            reserved.append(tokens)
            return ""

    for headroom in (0, 1_000):
        await assessed(server, {"OPENAI_HEADROOM": headroom}, ModelContext(budget=Kept()))
    assert reserved[1] == reserved[0] + 1_000


@pytest.mark.parametrize(
    "behaviour",
    [
        server_of.REFUSAL,
        server_of.REFUSAL_AS_A_PART,
        server_of.FILTERED,
        server_of.FILTERED_BY_AZURE,
        server_of.FILTERED_BEHIND_A_PROXY,
    ],
)
async def test_a_refusal_of_what_was_sent_is_told_from_other_faults(
    server: OpenAIServer, behaviour: Behaviour
) -> None:
    server.behaviours = [behaviour]
    fault = await fault_of(server)
    assert isinstance(fault, ContentRefused)
    assert fault.reason == "the model refused to answer"
    # What is not said to be charged counts as charged in full.
    assert fault.charged_at_most(500) == (500 if behaviour.status == 400 else 18)


async def test_tokens_that_a_server_counts_below_zero_give_no_budget_back(server: OpenAIServer) -> None:
    server.behaviours = [replace(good(), usage=(-5_000, -5_000))]
    async with connect_openai(server.key, base_url=server.url) as client:
        completion = await OpenAIModel(client, "test-model").complete(
            system="JSON", user=quoted_rows(TWO).text, schema=Flags, max_tokens=1
        )
    assert (completion.prompt_tokens, completion.charged_at_most(500)) == (0, 500)


async def test_a_reply_is_asked_about_in_the_same_forms(server: OpenAIServer) -> None:
    said = '{"intent": "exit", "asks": [], "answer": "", "question": ""}'
    server.behaviours = [Behaviour(text=said, formats=("json_object",))]
    settings = Settings(
        _env_file=None,
        OPENAI_API_KEY=server.key,
        OPENAI_BASE_URL=server.url,
        OPENAI_RESPONSE_FORMAT="json_object",
    )
    async with model_of(settings) as model:
        assert model is not None
        await model.complete(system="Read.", user="exit", schema=ModelReading, max_tokens=100)
    assert '"enum":["approve","reject","hold"]' in server.requests[0]["messages"][0]["content"]


async def fault_of(server: OpenAIServer) -> ModelFault:
    """The fault that comes of asking the model about the rows of these tests."""
    async with connect_openai(server.key, base_url=server.url) as client:
        with pytest.raises(ModelFault) as caught:
            await OpenAIModel(client, "test-model").complete(
                system="JSON", user=quoted_rows(TWO).text, schema=Flags, max_tokens=1
            )
    return caught.value
