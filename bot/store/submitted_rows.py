"""Which rows were submitted, and in which batch first, so that the same file again is known for what it is.

A row is kept as a hash of what it says, never as its words, in one of ``SHARDS`` hashes of a span of days; a
span goes when nothing was submitted in it for ``PAST_LIFE``.
"""

import asyncio
import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from redis.asyncio import Redis

from bot.domain.names import folded_name, name_key
from bot.domain.policy.invoices import invoice_key
from bot.domain.transaction import Transaction
from bot.store.keys import PAST_LIFE, ROW_SHARDS, submitted_rows
from bot.store.scripts import lua

# Days of one span. What is looked up are this one and the two before it, so a row is known for 400 days at
# least, as long as the review that it stands in.
SPAN = 200
SPANS = 3
# Rows of one shard in one span, 512,000 in all: a largest batch every second day. A shard of the first
# 131,000 is stored packed, some 30 bytes a row; all of them take 45 MB. Rows beyond are not noted, and told
# in the log; the rules still compare them with the history of payments.
MOST = 2_000
ROWS_A_CALL = 1_000
HASHED_AT_ONCE = 200  # rows, in some 5 ms; more are hashed in a thread

log = structlog.get_logger()


class EarlierRow(NamedTuple):
    """Where a row was submitted first: the review's id, and the payment's reference in it."""

    review: str
    ref: int

    @property
    def name(self) -> str:
        """As evidence names it: ``#4 of R-7K3F2``."""
        return f"#{self.ref} of {self.review}"


class SubmittedRows:
    """The rows of all batches, each workspace's apart."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._note = redis.register_script(lua("note_rows"))

    async def note(
        self, team: str, review_id: str, transactions: Sequence[Transaction], at: datetime
    ) -> None:
        """Keep in which review these rows were submitted, at ``at`` (aware UTC); told again, nothing changes.

        A row that was submitted before, in whichever review, stays that one's.
        """
        rows = await _hashed(transactions)
        span, missed = at.date().toordinal() // SPAN, 0
        for start in range(0, len(transactions), ROWS_A_CALL):
            numbers: dict[int, int] = {}
            args: list[str | int] = [int(PAST_LIFE.total_seconds()), MOST]
            for transaction in transactions[start : start + ROWS_A_CALL]:
                shard, field = rows[transaction.ref]
                number = numbers.setdefault(shard, len(numbers) + 1)
                args += [number, field, f"{review_id} {transaction.ref}"]
            keys = [submitted_rows(team, span, shard) for shard in numbers]
            missed += int(await self._note(keys=keys, args=args))
        if missed:
            log.warning("no room for submitted rows", team=team, review=review_id, rows=missed)

    async def known(
        self, team: str, transactions: Sequence[Transaction], now: datetime, without: str = ""
    ) -> dict[int, EarlierRow]:
        """By reference, where rows were submitted before ``now`` (aware UTC), but for the review ``without``.

        A row that stands twice in a batch is known twice only if it stood twice in an earlier one.
        """
        refs: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for ref, (shard, field) in (await _hashed(transactions)).items():
            refs[shard].append((ref, field))
        last = now.date().toordinal() // SPAN
        asked = [(span, shard) for span in range(last, last - SPANS, -1) for shard in refs]
        async with self._redis.pipeline(transaction=False) as pipe:
            for span, shard in asked:
                pipe.hmget(submitted_rows(team, span, shard), [field for _, field in refs[shard]])
            answers = await pipe.execute() if asked else []
        known: dict[int, EarlierRow] = {}
        for (_, shard), values in zip(asked, answers, strict=True):
            for (ref, _), value in zip(refs[shard], values, strict=True):
                if value is not None:
                    review, _, number = value.rpartition(" ")
                    known[ref] = EarlierRow(review, int(number))  # the earliest comes last
        return {ref: row for ref, row in known.items() if row.review != without}


async def _hashed(transactions: Sequence[Transaction]) -> dict[int, tuple[int, str]]:
    """By reference, the shard and the name of each row."""
    if len(transactions) > HASHED_AT_ONCE:
        return await asyncio.to_thread(_names, transactions)
    return _names(transactions)


def _names(transactions: Sequence[Transaction]) -> dict[int, tuple[int, str]]:
    counts: Counter[str] = Counter()
    names: dict[int, tuple[int, str]] = {}
    for transaction in transactions:
        content = _content(transaction)
        counts[content] += 1
        hashed = hashlib.sha256(f"{content}\n{counts[content]}".encode(errors="replace")).digest()
        names[transaction.ref] = hashed[0] % ROW_SHARDS, base64.b85encode(hashed[1:9]).decode()
    return names


def _content(transaction: Transaction) -> str:
    """What makes a row the same as another: date, amount, payee, and invoice, or memo where it has none."""
    invoice = invoice_key(transaction.invoice)
    told = f"invoice {invoice}" if invoice else f"memo {folded_name(transaction.memo or '')}"
    amount = transaction.amount.normalize()
    return (
        f"{transaction.date or ''}\n{amount}\n{transaction.currency}\n{name_key(transaction.vendor)}\n{told}"
    )
