"""A long batch in which no rule finds anything, judged with a model: its time against the model's own.

The model's own time is what its answers take where eight run at once and nothing else takes any time. Its
server answers each question after the same time, in a process of its own.
"""

import json
import math
import secrets
import time
from collections.abc import Sequence
from functools import cache

import bpe_openai
from pydantic import SecretStr

from bot.app import Bot
from bot.domain.policy import default_policy
from bot.domain.policy import judge_by_policy as by_rules
from bot.domain.review.state import ReviewState
from bot.domain.transaction import Transaction
from bot.llm import (
    CALLS_AT_ONCE,
    CHUNK,
    ModelContext,
    ScriptedModel,
    assess_batch,
    assessment_prompt,
    policy_in_brief,
    rows_to_send,
)
from bot.llm.batch import Flags
from bot.llm.openai_model import strict_schema
from tests.bench.figures import Figure, Json, Measured, compared
from tests.bench.house import House, payments, taken_in
from tests.bench.programs import NotMeasurable, running
from tests.openai_server import flags_of

BENCH = "judge"
SMALL, LARGE = 1_000, 3_000
LATENCIES = (0.3, 1.0)  # seconds; the small models of today take about one for a hundred rows
FRAMING = 10  # tokens of two messages and the answer's opening, as OpenAI counts them


async def measure(house: House, quick: bool) -> Measured:
    """Through the assess job, each portion stored; and what is sent, by o200k_base."""
    figures: list[Figure] = []
    details: Json = {}
    for latency in LATENCIES:
        async with running(house.folder, ("-m", "tests.bench.answering", str(latency)), {}) as server:
            settings = {
                "openai_api_key": SecretStr("sk-bench"),
                "openai_base_url": f"http://127.0.0.1:{server.port}/v1",
            }
            async with house.bot(**settings) as bot:
                await _seconds(bot, clean(SMALL))
                rounds = [await _round(bot) for _ in range(2 if quick else 5)]
        own = LARGE / CHUNK / CALLS_AT_ONCE
        name = f"{LARGE:,} rows, against the model's own time ({latency:g} s an answer)"
        floor = [math.ceil(own) * latency] * len(rounds)
        figures.append(compared(BENCH, name, "s", [one["large"] for one in rounds], floor, goal=1.15))
        details[f"{latency:g} s an answer"] = rounds
    large, small = [await prompt_tokens(clean(size)) for size in (LARGE, SMALL)]
    cpu = [(one["large_cpu"], LARGE / SMALL * one["small_cpu"]) for one in rounds]
    return Measured(
        [
            *figures,
            Figure(BENCH, "prompt tokens a row, all in", "tokens", large / LARGE, goal=26),
            Figure(
                BENCH,
                f"prompt tokens of {LARGE:,} rows, against three times {SMALL:,}",
                "tokens",
                large / (LARGE / SMALL * small),
                ours=large,
                floor=LARGE / SMALL * small,
                goal=1.05,
            ),
            compared(
                BENCH,
                f"CPU of {LARGE:,} rows, against three times {SMALL:,}",
                "s",
                [ours for ours, _ in cpu],
                [floor for _, floor in cpu],
                goal=1.15,
            ),
        ],
        details,
    )


async def _round(bot: Bot) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, size in (("small", SMALL), ("large", LARGE)):
        before = time.process_time()
        found[name] = await _seconds(bot, clean(size))
        found[f"{name}_cpu"] = time.process_time() - before
    return found


async def _seconds(bot: Bot, rows: tuple[Transaction, ...]) -> float:
    # A workspace of its own: there the same payments would be paid for the second time.
    review_state = await taken_in(bot, rows, f"T_{secrets.token_hex(4)}")
    began = time.perf_counter()
    # To judge takes no publisher.
    await bot.jobs.assess(review_state.team, review_state.id)
    seconds = time.perf_counter() - began
    judged = await bot.stores.reviews.state(review_state.team, review_state.id)
    assert judged is not None
    _all_read(judged)
    return seconds


def _all_read(review_state: ReviewState) -> None:
    assert (review_state.judged, review_state.flagged, review_state.unassessed) == (
        review_state.total,
        0,
        0,
    ), review_state


@cache
def clean(count: int) -> tuple[Transaction, ...]:
    """Made-up payments in which, as one batch, no rule finds anything."""
    rows: Sequence[Transaction] = payments(4 * count, flagged=False)
    while len(rows) >= count:
        batch = [one.model_copy(update={"ref": ref, "row": ref}) for ref, one in enumerate(rows[:count], 1)]
        kept = rows_to_send(batch, by_rules(default_policy(), batch))
        if len(kept) == count:
            return tuple(batch)
        rows = [*kept, *rows[count:]]
    raise NotMeasurable(f"Of the made-up payments fewer than {count:,} are clean.")


async def prompt_tokens(rows: tuple[Transaction, ...]) -> int:
    """What is sent about these rows, with the schema, which is charged for as if it were written there."""
    model = ScriptedModel(lambda _, user: flags_of(user, lambda rows: []))
    await assess_batch(model, rows, ModelContext(assessment_prompt(policy_in_brief(default_policy()))))
    encode = bpe_openai.get_encoding("o200k_base").encode
    schema = len(encode(json.dumps(strict_schema(Flags)))) + FRAMING
    return sum(
        schema + sum(len(encode(text, disallowed_special=())) for text in said) for said in model.asked
    )
