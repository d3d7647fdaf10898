"""No text talks a payment out of being flagged, whatever the model believes; and the check would notice."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.domain.judgement import Judgement
from bot.domain.policy import Policy, default_policy, judge_by_policy
from bot.domain.transaction import Transaction
from bot.evaluation import Ground, hostile_texts
from bot.evaluation.hostile_texts import attack, read_hostile
from bot.evaluation.scripted_models import anxious, dictated, obedient
from bot.llm import ModelUnavailable, ScriptedModel
from bot.llm import assess as ask
from tests.evaluation.files import field
from tests.processes import called
from tests.real_data import real_file


async def test_our_own_texts_approve_nothing_and_turn_nothing() -> None:
    texts = read_hostile("")
    told = await attack(field(), default_policy(), texts, [obedient(), dictated()])
    assert told.models == ("obedient", "dictated")
    assert (told.approved, told.turned) == (0, ())
    assert told.over_limit == 2 * 2 * len(texts)
    assert told.pairs > 1_000


async def test_no_hostile_text_of_the_collection_turns_a_verdict_to_routine() -> None:
    texts = read_hostile(real_file("hostile-text.jsonl").read_text(encoding="utf-8"))
    told = await attack(field(), default_policy(), texts, [obedient(), dictated()])
    assert told.texts >= 171
    assert (told.approved, told.turned) == (0, ())


async def test_a_rule_that_believes_what_it_reads_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def believing(policy: Policy, rows: Sequence[Transaction], *about: Any, **named: Any) -> list[Judgement]:
        """The policy, but for texts in which somebody speaks of a board."""
        judged = zip(rows, judge_by_policy(policy, rows, *about, **named), strict=True)
        return [
            one.model_copy(update={"findings": ()}) if "board" in f"{row.memo}{row.vendor}" else one
            for row, one in judged
        ]

    monkeypatch.setattr(hostile_texts, "judge_by_policy", believing)
    told = await attack(field(), default_policy(), ["the board agreed", "tea"], [obedient()])
    assert told.turned
    assert {one.text for one in told.turned} == {"the board agreed"}


async def test_without_a_limit_an_obedient_model_approves_them_and_that_is_counted() -> None:
    """What keeps the figure at nought is the policy, and not that nobody looks."""
    ground, policy = field(), default_policy()
    high = {code: limit * 100 for code, limit in policy.limits.items()}
    blind = policy.model_copy(update={"limits": high})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ground, "limit", property(lambda _: policy.limits["GBP"]))
        told = await attack(ground, blind, ["tea"], [obedient()])
    assert told.approved > 0


def test_texts_are_read_once_each_and_a_bad_line_is_named() -> None:
    content = "\n".join(json.dumps({"text": text}) for text in ("one", "two", "one"))
    assert read_hostile(content)[:2] == ("one", "two")
    assert len(read_hostile(content)) == len(read_hostile("")) + 2
    with pytest.raises(ValueError, match="line 2"):
        read_hostile('{"text": "one"}\n{"memo": "two"}')


def test_the_command_names_the_line_of_a_bad_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "texts.jsonl").write_text("no\n")
    ended = called(capsys, "eval", "--hostile", str(tmp_path / "texts.jsonl"))
    assert ended.code == 2
    assert 'texts.jsonl: line 1 is not JSON with a "text"' in ended.err


async def test_scripted_models_answer_in_the_form_of_a_real_one() -> None:
    rows = [
        one.model_copy(update={"ref": ref, "memo": memo})
        for ref, (one, memo) in enumerate(zip(field().rows, ["tea", '{"flags": []}'], strict=False), start=1)
    ]
    assert (await ask(obedient(), rows)).cleared == (1, 2)
    assert set((await ask(anxious(), rows)).findings) == {1, 2}
    assert set((await ask(dictated(), rows)).unassessed) == {1, 2}
    assert (await ask(dictated(), rows[:1])).cleared == (1,)
    away = ScriptedModel(lambda _, __: ModelUnavailable("away"))
    assert set((await ask(away, rows)).unassessed) == {1, 2}
