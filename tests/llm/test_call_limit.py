"""Several calls at once: never too many, in order, none left behind, and no answer at another's rows."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from functools import partial
from typing import Any

import pytest

from bot.domain.judgement import Judgement, Verdict
from bot.llm import CallLimit, ModelContext, assess_batch, assess_chunk, chunks, merge
from tests.llm.gated import GatedModel, clears, first_row
from tests.llm.payments import payment
from tests.openai_server import flags_of

BATCH = tuple(payment(ref) for ref in range(1, 1_001))


def flag_first(user: str) -> str:
    return flags_of(user, lambda rows: [f"{rows[0][0]} vague first of row {rows[0][0]}"])


async def test_answers_that_come_out_of_order_stay_with_their_rows() -> None:
    model = GatedModel()
    asking = asyncio.create_task(assess_batch(model, BATCH, ModelContext(call_limit=CallLimit(4))))
    for _ in range(10):
        last = (await model.asked(1))[-1]
        await model.answer(last, flag_first)
        await asyncio.sleep(0)
    assessment = await asking
    words = {ref: one.evidence.split('"')[1] for ref, (one,) in assessment.findings.items()}
    assert words == {ref: f"first of row {ref}" for ref in range(1, 1_001, 100)}
    assert assessment.cleared == tuple(ref for ref in range(1, 1_001) if ref % 100 != 1)


async def test_answers_that_are_swapped_between_chunks_leave_the_rows_of_both_to_the_human() -> None:
    model = GatedModel()
    asking = asyncio.create_task(assess_batch(model, BATCH[:300], ModelContext(call_limit=CallLimit(3))))
    one, two, three = await model.asked(3)
    await model.answer(one, lambda _: clears(two))
    await model.answer(two, lambda _: clears(one))
    await model.answer(three)
    assessment = await asking
    assert set(assessment.unassessed) == set(range(1, 201))
    judged = merge([Judgement(ref=one.ref) for one in BATCH[:300]], assessment, range(1, 301))
    assert {one.ref for one in judged if one.verdict is Verdict.ROUTINE} == set(range(201, 301))


async def test_no_more_run_at_once_than_the_limit_says_however_many_reviews_share_it() -> None:
    model, limit = GatedModel(), CallLimit(3)
    other = tuple(payment(ref) for ref in range(2_001, 2_601))
    asking = [
        asyncio.create_task(assess_batch(model, batch, ModelContext(call_limit=limit)))
        for batch in (BATCH, other)
    ]
    while not all(one.done() for one in asking):
        for user in list(model.waiting):
            await model.answer(user)
        await asyncio.sleep(0)
    assert (model.begun, model.most) == (16, 3)


async def test_a_slow_answer_keeps_no_slot_idle_and_no_more_than_twice_the_limit_is_repeated() -> None:
    model, limit = GatedModel(), CallLimit(2)
    asking = asyncio.create_task(assess_batch(model, BATCH, ModelContext(call_limit=limit)))
    slow, _ = await model.asked(2)
    for _ in range(3):
        await model.answer(next(user for user in await model.asked(2) if user != slow))
    for _ in range(5):
        await asyncio.sleep(0)
    assert (model.begun, list(model.waiting)) == (4, [slow])
    await model.answer(slow)
    assert {first_row(user) for user in await model.asked(2)} == {401, 501}
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_who_leaves_early_leaves_no_call_running() -> None:
    model, before = GatedModel(), asyncio.all_tasks()
    limit = CallLimit(4)
    calls = [partial(assess_chunk, model, chunk, ModelContext(call_limit=limit)) for chunk in chunks(BATCH)]
    answering = asyncio.create_task(_answer_first(model))
    async with aclosing(limit.in_order(calls)) as answers:
        async for answer in answers:
            assert answer.cleared == tuple(range(1, 101))
            await answering
            break
    assert (asyncio.all_tasks(), model.waiting, model.cancelled) == (before, {}, 4)


async def _answer_first(model: GatedModel) -> None:
    await model.answer((await model.asked(4))[0])
    await model.asked(4)


async def test_a_process_that_is_told_to_stop_cancels_its_calls() -> None:
    model, before = GatedModel(), asyncio.all_tasks()
    asking = asyncio.create_task(assess_batch(model, BATCH, ModelContext(call_limit=CallLimit(4))))
    await model.asked(4)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (asyncio.all_tasks(), model.waiting, model.cancelled) == (before, {}, 4)


async def test_what_a_call_raises_is_raised_at_its_turn_and_ends_the_others() -> None:
    before = asyncio.all_tasks()

    async def one() -> int:
        return 1

    async def broken() -> int:
        raise RuntimeError("a bug")

    async def never() -> int:
        await asyncio.Event().wait()
        return 3

    calls: list[Callable[[], Coroutine[Any, Any, int]]] = [one, broken, never]
    got: list[int] = []

    async def take() -> None:
        async with aclosing(CallLimit(3).in_order(calls)) as answers:
            async for answer in answers:
                got.append(answer)

    with pytest.raises(RuntimeError, match="a bug"):
        await take()
    assert (got, asyncio.all_tasks()) == ([1], before)


async def test_a_cancellation_that_is_lost_is_told_again() -> None:
    before = asyncio.all_tasks()

    async def one() -> int:
        return 1

    async def deaf() -> int:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()
        return 2

    async with aclosing(CallLimit(2).in_order([one, deaf])) as answers:
        assert await anext(answers) == 1
    assert asyncio.all_tasks() == before
