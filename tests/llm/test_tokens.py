"""What a batch costs, by OpenAI's o200k_base: a bound that a change of prompt has to keep."""

import json
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import cycle
from typing import Any

import pytest

from bot.domain.policy import default_policy, judge_by_policy
from bot.domain.review.state import Price
from bot.domain.transaction import Transaction
from bot.intake import read_file
from bot.intake import sample as generated
from bot.llm import (
    ModelContext,
    ScriptedModel,
    assess_batch,
    assessment_prompt,
    chunks,
    policy_in_brief,
    rows_to_send,
)
from bot.llm.batch import Flags
from bot.llm.model_context import NoBudget
from bot.llm.openai_model import strict_schema
from bot.llm.quoting import ROW_TOKENS, quoted_rows
from tests.llm.payments import payment, sample
from tests.openai_server import flags_of
from tests.real_data import real_file

REAL = [
    "birmingham-pcard-2022-04.xls",
    "oxford-pcard-2017-q1.csv",
    "oxford-pcard-2017-apr-jun.csv",
    "oxford-spend-2015-jul-sep.csv",
]
FRAMING = 10  # two messages and the answer's opening, as OpenAI counts them


@cache
def vocabulary() -> Any:
    import bpe_openai  # takes a second, which nobody pays who only collects the tests

    return bpe_openai.get_encoding("o200k_base")


def tokens(text: str) -> int:
    return len(vocabulary().encode(text, disallowed_special=()))


def fixed() -> int:
    """The prompt with the policy, and the schema, which is charged for as if it were written into it."""
    instructions = assessment_prompt(policy_in_brief(default_policy()))
    return tokens(instructions.text) + tokens(json.dumps(strict_schema(Flags))) + FRAMING


def prompt_tokens(transactions: Sequence[Transaction], facts: Mapping[str, str] | None = None) -> int:
    return sum(fixed() + tokens(quoted_rows(chunk, facts).text) for chunk in chunks(transactions))


def books(transactions: Sequence[Transaction]) -> dict[str, str]:
    """What the books might know of each vendor."""
    long = "paid {0}x, usually 120.50-{0},480 GBP, since 2025-03"
    names = dict.fromkeys(one.vendor for one in transactions)
    return {name: "new" if number % 5 == 0 else long.format(number) for number, name in enumerate(names)}


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
    rows = rows_to_send(batch, judge_by_policy(default_policy(), batch))
    assert 100 < len(rows) < 300
    answers: list[str] = []

    def script(system: str, user: str) -> str:
        answers.append(critical(user))
        return answers[-1]

    assessment = await assess_batch(ScriptedModel(script), rows)
    assert len(assessment.findings) == len(rows)
    assert prompt_tokens(rows) <= 6_000
    assert sum(map(tokens, answers)) <= 1_500


def test_even_with_nothing_flagged_by_rules_300_rows_stay_within_6000() -> None:
    assert prompt_tokens(sample(300)) <= 6_000


def test_3000_rows_cost_at_most_26_tokens_each_all_in() -> None:
    rows = sample(3_000)
    assert prompt_tokens(rows) <= prompt_tokens(rows, books(rows)) <= 26 * 3_000


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("birmingham-pcard-2022-04.xls", 2_800),
        ("oxford-pcard-2017-q1.csv", 1_100),
        ("oxford-pcard-2017-apr-jun.csv", 600),
        ("oxford-spend-2015-jul-sep.csv", 2_900),
    ],
)
def test_clean_rows_of_real_files_cost_at_most_26_tokens_each_with_what_the_books_know(
    name: str, count: int
) -> None:
    rows = clean_rows(name)[:3_000]
    assert len(rows) >= count
    assert prompt_tokens(rows, books(rows)) <= 26 * len(rows)


def test_3000_clean_rows_of_all_real_files_together_do_as_well() -> None:
    files = [clean_rows(name) for name in REAL]
    mixed = random.Random(7).sample([row for rows in files for row in rows], 3_000)
    rows = [one.model_copy(update={"ref": ref}) for ref, one in enumerate(mixed, 1)]
    assert prompt_tokens(rows, books(rows)) <= 26 * 3_000


def clean_rows(name: str) -> list[Transaction]:
    """What the rules pass of a real file."""
    file = real_file(name)
    rows = read_file(name, file.read_bytes(), currency="GBP").transactions
    return list(rows_to_send(rows, judge_by_policy(default_policy(), rows)))


async def test_what_is_reserved_for_a_call_is_more_than_it_can_cost() -> None:
    hostile = ["漢字" * 250, "qzxjkvw" * 71, "(){}[]<>|\\^~`" * 38, "Vergütung für die Prüfung " * 19]
    rows = [payment(ref, memo, vendor=memo[:200]) for ref, memo in zip(range(901, 1_001), cycle(hostile))]
    for batch in (rows, sample(100), generated(100)):
        budget = Reserved()
        await assess_batch(
            ScriptedModel([]),
            batch,
            ModelContext(assessment_prompt(policy_in_brief(default_policy())), budget=budget),
        )
        answers = tokens(critical(quoted_rows(batch).text))
        assert prompt_tokens(batch) + answers <= budget.tokens <= 2 * (prompt_tokens(batch) + 1_300)


class Reserved(NoBudget):
    """Keeps what was reserved."""

    tokens = 0

    async def reserve(self, tokens: int) -> str:
        self.tokens += tokens
        return ""


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
    assert tokens(quoted_rows(rows).text) <= ROW_TOKENS * len(rows) + 20


def test_an_answer_costs_at_most_12_tokens_a_flagged_row_and_100() -> None:
    rows = [payment(ref) for ref in range(4_901, 5_001)]
    assert tokens(critical(quoted_rows(rows).text)) <= 12 * len(rows) + 100
    assert tokens(flags_of(quoted_rows(rows).text, lambda rows: [])) <= 100


def test_the_cost_is_exact() -> None:
    price = Price(prompt=Decimal("0.15"), completion=Decimal("0.60"))
    assert price.of(6_000, 1_500) == Decimal("0.0018")
