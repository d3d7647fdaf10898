"""The model over real HTTP: whatever its server does, what it did not assess is flagged."""

import traceback
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from bot.domain.judgement import Judgement, Verdict
from bot.domain.transaction import Transaction
from bot.llm.assessment import NOT_ASSESSED, Assessment, merge
from bot.llm.batch import Flags, assess_batch
from bot.llm.model import ModelUnavailable
from bot.llm.openai_model import ModelTuning, OpenAIModel, connect_openai
from tests import openai_server as server_of
from tests.openai_server import Behaviour, OpenAIServer

TWO = (
    Transaction(ref=1, amount=Decimal(1500), currency="USD", vendor="Unicorn LLC", memo="Quarterly supplies"),
    Transaction(ref=3, amount=Decimal(4000), currency="USD", vendor="CyberSins Ltd", memo="Routine payment"),
)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running
        assert running.complaints == []


async def assessed(server: OpenAIServer, tuning: ModelTuning | None = None) -> Assessment:
    async with connect_openai(server.key, base_url=server.url) as client:
        return await assess_batch(OpenAIModel(client, "test-model", tuning), TWO)


def verdicts(assessment: Assessment) -> list[Verdict]:
    return [one.verdict for one in merge([Judgement(ref=1), Judgement(ref=3)], assessment, {1, 3})]


async def test_a_good_answer_flags_what_it_names_and_clears_the_rest(server: OpenAIServer) -> None:
    server.behaviours = [
        server_of.good(lambda rows: [f"{row[0]} vendor odd name" for row in rows if "Sins" in row[2]])
    ]
    assessment = await assessed(server)
    assert verdicts(assessment) == [Verdict.ROUTINE, Verdict.FLAGGED]
    assert assessment.findings[3][0].evidence == 'The vendor looks unusual; in the model\'s words: "odd name"'
    assert (assessment.prompt_tokens, assessment.completion_tokens) == (11, 7)
    assert (assessment.model, len(assessment.prompt_version)) == ("test-model", 12)


@pytest.mark.parametrize(
    ("behaviour", "requests", "reason"),
    [
        (server_of.OVERLOADED, 3, "over its limit"),
        (server_of.BROKEN, 3, "failed (500)"),
        (server_of.BAD_KEY, 1, "does not accept the key"),
        (server_of.REJECTED, 1, "rejected the request (400)"),
        (server_of.REFUSAL, 3, "refused"),
        (server_of.FILTERED, 3, "refused"),
        (server_of.FILTERED_BY_AZURE, 3, "refused"),
        (server_of.CUT_OFF, 1, "cut off"),
        (server_of.EMPTY, 1, "empty"),
        (server_of.MALFORMED, 1, "malformed"),
        (server_of.NOT_JSON, 1, "something else than an answer"),
        (server_of.NO_CHOICES, 1, "empty"),
        (Behaviour(text='{"flags": [], "seen": "0000 0000"}'), 1, "does not show that it read all rows"),
    ],
)
async def test_every_fault_flags_all_rows(
    server: OpenAIServer, behaviour: Behaviour, requests: int, reason: str
) -> None:
    server.behaviours = [behaviour]
    assessment = await assessed(server)
    assert verdicts(assessment) == [Verdict.FLAGGED, Verdict.FLAGGED]
    assert assessment.about(1)[0].code == NOT_ASSESSED
    assert reason in assessment.about(1)[0].evidence
    assert len(server.requests) == requests


async def test_a_late_answer_is_no_answer(server: OpenAIServer) -> None:
    server.behaviours = [server_of.SILENT]
    async with connect_openai(server.key, base_url=server.url, timeout=0.05, retries=0) as client:
        assessment = await assess_batch(OpenAIModel(client, "test-model"), TWO)
    assert verdicts(assessment) == [Verdict.FLAGGED, Verdict.FLAGGED]
    assert assessment.unassessed[1] == "the model did not answer in time"


async def test_a_server_that_is_away_flags_all_rows() -> None:
    async with OpenAIServer() as gone:
        pass
    async with connect_openai(gone.key, base_url=gone.url, retries=0) as client:
        assessment = await assess_batch(OpenAIModel(client, "test-model"), TWO)
    assert assessment.unassessed == dict.fromkeys((1, 3), "the model could not be reached")


async def test_a_passing_fault_is_retried_and_forgotten(server: OpenAIServer) -> None:
    server.behaviours = [server_of.OVERLOADED, server_of.BROKEN, server_of.good()]
    assert verdicts(await assessed(server)) == [Verdict.ROUTINE, Verdict.ROUTINE]
    assert len(server.requests) == 3


async def test_tokens_of_a_refused_answer_are_still_counted(server: OpenAIServer) -> None:
    server.behaviours = [server_of.CUT_OFF]
    assessment = await assessed(server)
    assert (assessment.prompt_tokens, assessment.completion_tokens) == (11, 7)


async def test_a_server_that_counts_no_tokens_is_believed_otherwise(server: OpenAIServer) -> None:
    server.behaviours = [Behaviour(text=server_of.good().text, usage=None)]
    assessment = await assessed(server)
    assert (assessment.cleared, assessment.prompt_tokens) == ((1, 3), 0)


async def test_only_what_was_tuned_is_sent(server: OpenAIServer) -> None:
    await assessed(server)
    await assessed(server, ModelTuning(temperature=0.0, headroom=500))
    plain, tuned = server.requests
    assert "temperature" not in plain
    assert tuned["temperature"] == 0.0
    assert tuned["max_completion_tokens"] == plain["max_completion_tokens"] + 500


@pytest.mark.parametrize("behaviour", [server_of.BAD_KEY, server_of.BROKEN, server_of.REJECTED])
async def test_the_key_is_nowhere_to_be_read(server: OpenAIServer, behaviour: Behaviour) -> None:
    server.behaviours = [behaviour]
    async with connect_openai(server.key, base_url=server.url) as client:
        model = OpenAIModel(client, "test-model")
        with pytest.raises(ModelUnavailable) as caught:
            await model.complete(system="s", user="u", schema=Flags, max_tokens=1)
        told = repr(model) + repr(caught.value) + "".join(traceback.format_exception(caught.value))
    assert server.key not in told
    assert len(server.requests) in (1, 3)
