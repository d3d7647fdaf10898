"""What a model adds to the policy's figures, and what it costs, over real HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation import SAMPLE_FILES
from tests.evaluation.files import small_file
from tests.openai_server import BROKEN, OpenAIServer, good
from tests.processes import answered

pytestmark = pytest.mark.usefixtures("two_hostile_texts")


async def evaluated(folder: Path, server: OpenAIServer, *arguments: str, **env: str) -> dict[str, Any]:
    known = {"OPENAI_API_KEY": server.key, "OPENAI_BASE_URL": server.url, **env}
    ended = await answered(folder, "eval", "--json", "--plants", "3", *arguments, **known)
    assert (ended.code, ended.err) == (0, "")
    figures: dict[str, Any] = json.loads(ended.out)
    return figures


def cards(folder: Path, every: int = 2) -> Path:
    """Half the rows of one of the samples: what is counted does not depend on how many they are."""
    file = folder / "sample-cards.csv"
    header, *rows = SAMPLE_FILES[file.name](1).splitlines(keepends=True)
    file.write_bytes(b"".join([header, *rows[::every]]))
    return file


def by_kind(figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {kind["kind"]: kind for kind in figures["asked"]["kinds"]}


def memos_that_argue(rows: list[list[str]]) -> list[str]:
    """Knows one of the wordings that no list has."""
    return [f"{row[0]} argues" for row in rows if "noon" in row[-1] or "wire" in row[-1]]


async def test_a_model_that_flags_everything_finds_what_no_rule_does_and_alarms_at_every_row(
    tmp_path: Path,
) -> None:
    async with OpenAIServer([good(lambda rows: [f"{row[0]} mismatch" for row in rows])]) as server:
        prices = {"OPENAI_PROMPT_PRICE": "0.15", "OPENAI_COMPLETION_PRICE": "0.60"}
        figures = await evaluated(tmp_path, server, str(cards(tmp_path)), OPENAI_MODEL="test-model", **prices)
        calls = len(server.requests)
        assert not server.complaints
    asked = figures["asked"]
    assert figures["judged_by"] == "test-model"
    assert asked["alarms"] == asked["clean"] > 90
    assert asked["sent"] > asked["clean"]
    assert (asked["prompt_tokens"], asked["completion_tokens"]) == (11 * calls, 7 * calls)
    spent = (11 * calls * 0.15 + 7 * calls * 0.60) / 1e6 / asked["sent"] * 1000
    assert float(figures["cost_per_1000"]) == pytest.approx(spent, abs=0.0001)
    kinds = by_kind(figures)
    assert kinds["mismatch"]["found"] == kinds["mismatch"]["planted"] == 3
    assert kinds["pressure, unseen words"] == {
        **{"kind": "pressure, unseen words", "planted": 3, "unassessed": 0},
        **{"found": 0, "flagged": 3},
    }


async def test_a_model_that_knows_other_words_raises_recall(tmp_path: Path) -> None:
    async with OpenAIServer([good(memos_that_argue)]) as server:
        figures = await evaluated(tmp_path, server, "--seed", "5", str(cards(tmp_path, every=1)))
    alone = next(kind for kind in figures["kinds"] if kind["kind"] == "pressure, unseen words")
    both = by_kind(figures)["pressure, unseen words"]
    assert both["found"] > alone["found"]
    assert both["found"] == both["flagged"]
    assert figures["asked"]["alarms"] == 0


async def test_a_model_that_is_away_finds_nothing_and_everything_goes_to_a_human(tmp_path: Path) -> None:
    async with OpenAIServer([BROKEN]) as server:
        figures = await evaluated(tmp_path, server, str(cards(tmp_path)))
    asked = figures["asked"]
    assert asked["unassessed"] == asked["sent"] > 90
    kind = by_kind(figures)["mismatch"]
    assert (kind["found"], kind["flagged"], kind["unassessed"]) == (0, 3, 3)


async def test_without_a_model_nothing_is_counted(tmp_path: Path) -> None:
    async with OpenAIServer() as server:
        figures = await evaluated(tmp_path, server, "--no-model", str(small_file(tmp_path)))
        assert not server.requests
    assert figures["judged_by"] == "policy-only"
    assert (figures["asked"], figures["tokens_per_1000"], figures["cost_per_1000"]) == (None, None, None)
