"""The doctor has the model judge two payments, and finds the settings under which it does."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.model_check import check_model
from bot.config.settings import Settings
from bot.llm.trial import MOST_TRIALS
from tests import openai_server as server_of
from tests.openai_server import Behaviour, OpenAIServer, Rows, good
from tests.processes import answered

DEAD = "redis://127.0.0.1:1"
SCHEMA, OBJECT, WORDS = "json_schema", "json_object", "none"
FOUND = "answers in the shape that is asked for and flags, of two sample payments, the private one"


def toys(rows: Rows) -> list[str]:
    """Flags what was bought for children."""
    return [f"{row[0]} personal presents" for row in rows if "children" in row[3]]


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running
        assert running.complaints == []


def settings_for(server: OpenAIServer, **further: object) -> Settings:
    ours = {"OPENAI_API_KEY": server.key, "OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "test-model"}
    return Settings.model_validate(ours | further)


async def checked(server: OpenAIServer, behaviour: Behaviour, **further: object) -> tuple[bool, str]:
    server.behaviours = [behaviour]
    name, fine, said = await check_model(settings_for(server, **further))
    assert name == "model"
    return fine, said


async def test_a_model_that_judges_is_told_with_what_it_found_after_one_call(server: OpenAIServer) -> None:
    assert await checked(server, good(toys)) == (True, f"test-model {FOUND}")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("judge", "found"),
    [
        (lambda rows: [], "none, though one is private"),
        (lambda rows: [f"{row[0]} other" for row in rows], "both, though one is ordinary"),
        (lambda rows: [f"{rows[0][0]} other"], "the ordinary one and not the private one"),
    ],
)
async def test_a_model_that_judges_badly_is_told_so(
    server: OpenAIServer, judge: server_of.Judge, found: str
) -> None:
    fine, said = await checked(server, good(judge))
    assert fine
    assert found in said


async def test_an_answer_among_other_words_is_read_and_said_to_be(server: OpenAIServer) -> None:
    fine, said = await checked(server, good(toys, "<think>Toys?</think>```json\n%s\n```"))
    assert fine
    assert "the shape that is asked for, with other words around it, and flags" in said


@pytest.mark.parametrize(
    ("behaviour", "settings"),
    [
        (replace(good(toys), limit_fields=("max_tokens",)), "OPENAI_LIMIT_FIELD=max_tokens"),
        (replace(good(toys), formats=(OBJECT,)), "OPENAI_RESPONSE_FORMAT=json_object"),
        (replace(good(toys), formats=(WORDS,)), "OPENAI_RESPONSE_FORMAT=none"),
        (
            replace(good(toys), limit_fields=("max_tokens",), formats=(OBJECT, WORDS)),
            "OPENAI_LIMIT_FIELD=max_tokens and OPENAI_RESPONSE_FORMAT=json_object",
        ),
        (replace(good(toys), thinks=1_500), "OPENAI_HEADROOM=8000"),
        (replace(good(toys), thinks=1_500, most_tokens=4_096), "OPENAI_HEADROOM=2000"),
        (
            replace(good(toys), limit_fields=("max_tokens",), formats=(WORDS,), thinks=1_500),
            "OPENAI_LIMIT_FIELD=max_tokens and OPENAI_RESPONSE_FORMAT=none and OPENAI_HEADROOM=8000",
        ),
    ],
)
async def test_the_settings_that_fit_are_found_recommended_and_right(
    server: OpenAIServer, behaviour: Behaviour, settings: str
) -> None:
    fine, said = await checked(server, behaviour)
    assert not fine
    assert said.endswith(f"; set {settings}: then it {FOUND}")
    assert len(server.requests) <= MOST_TRIALS
    followed = dict(setting.split("=") for setting in settings.split(" and "))
    assert await checked(server, behaviour, **followed) == (True, f"test-model {FOUND}")


async def test_another_form_is_tried_where_the_answer_is_malformed(server: OpenAIServer) -> None:
    server.behaviours = [server_of.MALFORMED, replace(good(toys), formats=(OBJECT,))]
    _, fine, said = await check_model(settings_for(server))
    assert (fine, said) == (
        False,
        f"test-model: its answer was malformed; set OPENAI_RESPONSE_FORMAT=json_object: then it {FOUND}",
    )


@pytest.mark.parametrize(
    ("behaviour", "said", "calls"),
    [
        (server_of.BAD_KEY, "test-model: the model's server does not accept the key", 1),
        (Behaviour(status=404), "test-model: the model's server does not know this model", 1),
        (server_of.REFUSAL, "test-model: the model refused to answer", 1),
        (
            server_of.MALFORMED,
            "test-model: its answer was malformed; 5 other ways to ask were tried, and none helps",
            6,
        ),
        (
            replace(server_of.MALFORMED, formats=(SCHEMA, OBJECT, WORDS)),
            "test-model: its answer was malformed; 2 other ways to ask were tried, and none helps",
            3,
        ),
        (
            server_of.REJECTED,
            "test-model: it rejected the request (400); 5 other ways to ask were tried, and none helps",
            6,
        ),
    ],
)
async def test_where_no_setting_helps_the_first_fault_is_told(
    server: OpenAIServer, behaviour: Behaviour, said: str, calls: int
) -> None:
    assert await checked(server, behaviour) == (False, said)
    assert len(server.requests) == calls


async def test_no_more_is_tried_than_ten_calls(server: OpenAIServer) -> None:
    server.behaviours = [
        replace(behaviour, limit_fields=server_of.LIMIT_FIELDS, formats=(SCHEMA, OBJECT, WORDS))
        for behaviour in (server_of.EMPTY, server_of.CUT_OFF) * 10
    ]
    _, _, said = await check_model(settings_for(server))
    assert said == "test-model: the model's answer was empty; 9 other ways to ask were tried, and none helps"
    assert len(server.requests) == MOST_TRIALS == 10


async def test_the_doctor_says_it_in_its_list_and_changes_nothing(
    tmp_path: Path, server: OpenAIServer
) -> None:
    (tmp_path / ".env").touch(mode=0o600)
    server.behaviours = [replace(good(toys), limit_fields=("max_tokens",))]
    ended = await answered(
        tmp_path,
        "doctor",
        REDIS_URL=DEAD,
        OPENAI_API_KEY=server.key,
        OPENAI_BASE_URL=server.url,
        OPENAI_MODEL="test-model",
    )
    model = [line for line in ended.out.splitlines() if "model: " in line]
    assert model == [
        "mend  model: test-model: it rejected the request (400); set OPENAI_LIMIT_FIELD=max_tokens: "
        f"then it {FOUND}"
    ]
    assert server.key not in ended.out + ended.err
    assert (tmp_path / ".env").read_text() == ""
