"""Find the rows that a content filter, or the model itself, refuses, so that the others are still judged."""

import math
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, NamedTuple

from bot.domain.transaction import Transaction
from bot.llm.assessment import Assessment
from bot.llm.call_limit import CallLimit

REFUSED = "it, or a content filter, refused to read this payment"
REFUSED_TOGETHER = "it, or a content filter, refused to read it together with others"
ALL_QUARTERS = 6  # calls about both halves and all four quarters


class RowsCall(NamedTuple):
    """What one call made of its rows; of refused ones ``assessment`` says what the call cost, and no more."""

    assessment: Assessment
    refused: bool = False


Rows = Sequence[Transaction]
Ask = Callable[[Rows], Coroutine[Any, Any, RowsCall]]


async def assess_halves(ask: Ask, refused: Rows, first: Assessment, call_limit: CallLimit) -> Assessment:
    """Ask about the halves of the ``refused`` rows, then of those refused; the answers joined to ``first``.

    For ``n`` rows there are at most twice log2(n) calls, the largest parts first and side by side where
    ``call_limit`` has room. That is enough to find one row. What is still among refused rows when the calls
    are spent is unassessed, and so is everything where no quarter of the rows is taken: such a refusal is
    not about one row.
    """
    whole, most = first, 2 * math.ceil(math.log2(len(refused)))
    alone: list[Rows] = [refused] if len(refused) == 1 else []
    together: list[Rows] = [refused] if len(refused) > 1 else []
    asked = 0
    while together and asked < most:
        together.sort(key=len, reverse=True)
        room = (most - asked) // 2
        halves = [half for rows in together[:room] for half in _halves(rows)]
        together = together[room:]
        asked += len(halves)
        async with aclosing(call_limit.in_order(partial(ask, half) for half in halves)) as calls:
            for half in halves:
                call = await anext(calls)
                whole = whole.joined(call.assessment)
                if call.refused:
                    (together if len(half) > 1 else alone).append(half)
        if asked == ALL_QUARTERS and not (whole.cleared or whole.findings or whole.unassessed):
            break
    reasons = {row.ref: REFUSED for rows in alone for row in rows}
    reasons |= {row.ref: REFUSED_TOGETHER for rows in together for row in rows}
    return whole.model_copy(update={"unassessed": {**whole.unassessed, **reasons}})


def _halves(rows: Rows) -> tuple[Rows, Rows]:
    middle = len(rows) // 2
    return rows[:middle], rows[middle:]
