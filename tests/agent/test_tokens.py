"""What a batch costs, by OpenAI's o200k_base: a bound that a change of prompt has to keep."""

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import bpe_openai
import pytest

from bot.agent import ScriptedModel, assess, chunks, rows_to_send
from bot.agent.batch import Flags
from bot.agent.openai_model import strict_schema
from bot.agent.prompt import prompt
from bot.agent.quoting import ROW_TOKENS, quoted_rows
from bot.domain.policy import assess as judge
from bot.domain.policy import default_policy
from bot.domain.state import Price
from bot.domain.transaction import Transaction
from bot.intake import sample as generated
from tests.agent.payments import payment, sample
from tests.openai_server import flags_of

FRAMING = 10  # two messages and the answer's opening, as OpenAI counts them


@cache
def vocabulary() -> Any:
    return bpe_openai.get_encoding("o200k_base")


def tokens(text: str) -> int:
    return len(vocabulary().encode(text, disallowed_special=()))


def fixed() -> int:
    """The prompt and the schema, which is charged for as if it were written into it."""
    return tokens(prompt("assess").text) + tokens(json.dumps(strict_schema(Flags))) + FRAMING


def prompt_tokens(transactions: Sequence[Transaction]) -> int:
    return sum(fixed() + tokens(quoted_rows(chunk)) for chunk in chunks(transactions))


def critical(user: str) -> str:
    """A model that flags every row it is shown, each with four words."""
    words = [
        "vague no business purpose given",
        "argues presses for quick approval",
        "mismatch supplies from law firm",
    ]
    return flags_of(user, lambda rows: [f"{row[0]} {words[int(row[0]) % 3]}" for row in rows])


def test_the_fixed_part_is_at_most_500_tokens_a_call() -> None:
    assert fixed() <= 500


@pytest.mark.parametrize("seed", range(5))
async def test_a_batch_of_300_costs_at_most_6000_and_1500(seed: int) -> None:
    batch = generated(300, seed=seed)
    rows = rows_to_send(batch, judge(default_policy(), batch))
    assert 100 < len(rows) < 300
    answers: list[str] = []

    def script(system: str, user: str) -> str:
        answers.append(critical(user))
        return answers[-1]

    assessment = await assess(ScriptedModel(script), rows)
    assert len(assessment.findings) == len(rows)
    assert prompt_tokens(rows) <= 6_000
    assert sum(map(tokens, answers)) <= 1_500


def test_even_with_nothing_flagged_by_rules_300_rows_stay_within_6000() -> None:
    assert prompt_tokens(sample(300)) <= 6_000


def test_3000_rows_cost_at_most_26_tokens_each_all_in() -> None:
    assert prompt_tokens(sample(3_000)) <= 26 * 3_000


@pytest.mark.parametrize(
    "memo",
    [
        "CONSULTANCY SERVICES RE WATER MAIN RENEWAL PHASE II " * 9,
        "Vergütung für die Überprüfung der Entwässerungsanlagen " * 9,
        "漢字" * 250,
        "🧾" * 500,
        "qzxjkvw" * 71,
        "(){}[]<>|\\^~`" * 38,
        "0x9f3a-77c1/" * 41,
    ],
)
def test_no_kind_of_long_text_costs_more_than_30_tokens_a_row(memo: str) -> None:
    rows = [payment(ref, memo, vendor=memo[:200]) for ref in range(4_901, 5_001)]
    assert tokens(quoted_rows(rows)) <= ROW_TOKENS * len(rows) + 20


def test_an_answer_costs_at_most_12_tokens_a_flagged_row_and_100() -> None:
    rows = [payment(ref) for ref in range(4_901, 5_001)]
    assert tokens(critical(quoted_rows(rows))) <= 12 * len(rows) + 100
    assert tokens(flags_of(quoted_rows(rows), lambda rows: [])) <= 100


def test_the_cost_is_exact() -> None:
    price = Price(prompt=Decimal("0.15"), completion=Decimal("0.60"))
    assert price.of(6_000, 1_500) == Decimal("0.0018")
