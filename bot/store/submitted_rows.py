"""Which rows were submitted, and in which batch first, so that the same file again is known for what it is.

A row is kept as a hash of what it says, never as its words, in one of ``SHARDS`` hashes of a span of days; a
span goes when nothing was submitted in it for ``PAST_LIFE``. So is an invoice by its number and amount, where
two vendors hardly come to both by chance.
"""

import asyncio
import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from redis.asyncio import Redis

from bot.domain.names import fingerprint, folded_name, name_key
from bot.domain.policy.invoice_forms import invoice_number, is_telling
from bot.domain.policy.invoices import invoice_key
from bot.domain.transaction import Transaction
from bot.store.keys import PAST_LIFE, ROW_SHARDS, submitted_invoices, submitted_rows
from bot.store.scripts import lua

# Days of one span. What is looked up are this one and the two before it, so a row is known for 400 days at
# least, as long as the review that it stands in.
SPAN = 200
SPANS = 3
# Rows of one shard in one span, 2 million in all: a largest batch every fifth day. A shard of the first
# 131,000 is stored packed, some 30 bytes a row; all of them take 180 MB. Rows beyond are not noted, and told
# in the log; the rules still compare them with the history of payments.
MOST = 8_000
ROWS_A_CALL = 1_000
HASHED_AT_ONCE = 200  # rows, in some 5 ms; more are hashed in a thread

log = structlog.get_logger()


class EarlierRow(NamedTuple):
    """Where a row was submitted first: the review's id, and the payment's reference in it.

    ``gone`` is ``withdrawn`` or ``corrected`` where the payment does not say so any more; empty for the rest.
    """

    review: str
    ref: int
    gone: str = ""

    @property
    def name(self) -> str:
        """As evidence names it: ``#4 of R-7K3F2``, ``#4 of R-7K3F2 (withdrawn)``."""
        return f"#{self.ref} of {self.review}" + (f" ({self.gone})" if self.gone else "")


class SubmittedRows:
    """The rows of all batches, each workspace's apart."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._note = redis.register_script(lua("note_rows"))
        self._mark = redis.register_script(lua("mark_rows"))

    async def note(
        self, team: str, review_id: str, transactions: Sequence[Transaction], at: datetime
    ) -> None:
        """Keep in which review these rows were submitted, at ``at`` (aware UTC); told again, nothing changes.

        A row that was submitted before, in whichever review, stays that one's as long as it is not gone.
        """
        rows = await _hashed(transactions, _rows)
        told = {ref: f"{review_id} {ref}" for ref in rows}
        await self._keep(submitted_rows, team, rows, told, at)
        invoices = await _hashed(transactions, _invoices)
        vendors = {transaction.ref: _vendor(transaction) for transaction in transactions}
        told = {ref: f"{review_id} {ref} {vendors[ref]}" for ref in invoices}
        await self._keep(submitted_invoices, team, invoices, told, at)

    async def mark(
        self,
        team: str,
        review_id: str,
        transactions: Sequence[Transaction],
        gone: Mapping[int, str],
        at: datetime,
    ) -> None:
        """Note of rows, as they were noted of this review at ``at``, that their payments say so no more.

        ``transactions`` are the rows that were noted together, since one of two equal ones is told from the
        other by its place; ``gone`` has those meant, by reference, with ``withdrawn`` or ``corrected``.
        """
        rows = await _hashed(transactions, _rows)
        invoices = await _hashed(transactions, _invoices)
        vendors = {transaction.ref: _vendor(transaction) for transaction in transactions}
        span = at.date().toordinal() // SPAN
        for key, places, ending in (
            (submitted_rows, rows, dict.fromkeys(rows, "")),
            (submitted_invoices, invoices, {ref: f" {vendor}" for ref, vendor in vendors.items()}),
        ):
            for ref in gone.keys() & places.keys():
                shard, field = places[ref]
                told = f"{review_id} {ref}{ending[ref]}"
                await self._mark(keys=[key(team, span, shard)], args=[field, told, f"{told} {gone[ref]}"])

    async def _keep(
        self,
        key: Callable[[str, int, int], str],
        team: str,
        entries: "Mapping[int, Place]",
        told: Mapping[int, str],
        at: datetime,
    ) -> None:
        """Keep what is told of each entry, by reference, where nothing is told of it yet."""
        span, missed, refs = at.date().toordinal() // SPAN, 0, list(entries)
        for start in range(0, len(refs), ROWS_A_CALL):
            numbers: dict[int, int] = {}
            args: list[str | int] = [int(PAST_LIFE.total_seconds()), MOST]
            for ref in refs[start : start + ROWS_A_CALL]:
                shard, field = entries[ref]
                number = numbers.setdefault(shard, len(numbers) + 1)
                args += [number, field, told[ref]]
            missed += int(await self._note(keys=[key(team, span, shard) for shard in numbers], args=args))
        if missed:
            log.warning("no room for submitted rows", team=team, rows=missed)

    async def known(
        self, team: str, transactions: Sequence[Transaction], now: datetime, without: str = ""
    ) -> dict[int, EarlierRow]:
        """By reference, where rows were submitted before ``now`` (aware UTC), but for the review ``without``.

        A row that stands twice in a batch is known twice only if it stood twice in an earlier one.
        """
        known: dict[int, EarlierRow] = {}
        for ref, told in await self._told(submitted_rows, team, await _hashed(transactions, _rows), now):
            review, number, *gone = told.split(" ")
            known[ref] = EarlierRow(review, int(number), *gone)  # the earliest comes last
        return {ref: row for ref, row in known.items() if row.review != without}

    async def invoices_elsewhere(
        self, team: str, transactions: Sequence[Transaction], now: datetime, without: str = ""
    ) -> dict[int, EarlierRow]:
        """By reference, where an invoice's number and amount were submitted before for another vendor.

        Before ``now`` (aware UTC), and not in the review ``without``.
        """
        vendors = {transaction.ref: _vendor(transaction) for transaction in transactions}
        elsewhere: dict[int, EarlierRow] = {}
        invoices = await _hashed(transactions, _invoices)
        for ref, told in await self._told(submitted_invoices, team, invoices, now):
            review, number, vendor, *gone = told.split(" ")
            if review != without and vendor != vendors[ref]:
                elsewhere[ref] = EarlierRow(review, int(number), *gone)
        return elsewhere

    async def _told(
        self, key: Callable[[str, int, int], str], team: str, entries: "Mapping[int, Place]", now: datetime
    ) -> list[tuple[int, str]]:
        """What was told of these entries in each span, by reference, the latest span first."""
        refs: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for ref, (shard, field) in entries.items():
            refs[shard].append((ref, field))
        last = now.date().toordinal() // SPAN
        asked = [(span, shard) for span in range(last, last - SPANS, -1) for shard in refs]
        async with self._redis.pipeline(transaction=False) as pipe:
            for span, shard in asked:
                pipe.hmget(key(team, span, shard), [field for _, field in refs[shard]])
            answers = await pipe.execute() if asked else []
        return [
            (ref, value)
            for (_, shard), values in zip(asked, answers, strict=True)
            for (ref, _), value in zip(refs[shard], values, strict=True)
            if value is not None
        ]


Place = tuple[int, str]
"""Where a row is kept: the shard, and its name in it."""


async def _hashed(
    transactions: Sequence[Transaction], contents: Callable[[Sequence[Transaction]], dict[int, str]]
) -> dict[int, Place]:
    """By reference, where each of these rows is kept by what ``contents`` says of it."""
    if len(transactions) > HASHED_AT_ONCE:
        return await asyncio.to_thread(_places, transactions, contents)
    return _places(transactions, contents)


def _places(
    transactions: Sequence[Transaction], contents: Callable[[Sequence[Transaction]], dict[int, str]]
) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for ref, content in contents(transactions).items():
        hashed = hashlib.sha256(content.encode(errors="replace")).digest()
        places[ref] = hashed[0] % ROW_SHARDS, base64.b85encode(hashed[1:9]).decode()
    return places


def _rows(transactions: Sequence[Transaction]) -> dict[int, str]:
    """By reference, what a row says, and which of several equal ones it is."""
    counts: Counter[str] = Counter()
    rows: dict[int, str] = {}
    for transaction in transactions:
        content = _content(transaction)
        counts[content] += 1
        rows[transaction.ref] = f"{content}\n{counts[content]}"
    return rows


def _invoices(transactions: Sequence[Transaction]) -> dict[int, str]:
    """By reference, number and amount of an invoice that tell it apart from those of other vendors."""
    invoices: dict[int, str] = {}
    for transaction in transactions:
        if transaction.invoice and transaction.amount > 0:
            number = invoice_number(transaction.invoice)
            if is_telling(number, transaction.amount):
                amount = transaction.amount.normalize()
                invoices[transaction.ref] = f"{number.key}\n{amount}\n{transaction.currency}"
    return invoices


def _vendor(transaction: Transaction) -> str:
    """By which vendors are told apart without their names: 6 letters."""
    return hashlib.sha256(fingerprint(transaction.vendor).encode(errors="replace")).hexdigest()[:6]


def _content(transaction: Transaction) -> str:
    """What makes a row the same as another: date, amount, payee, and invoice, or memo where it has none."""
    invoice = invoice_key(transaction.invoice)
    told = f"invoice {invoice}" if invoice else f"memo {folded_name(transaction.memo or '')}"
    amount = transaction.amount.normalize()
    return (
        f"{transaction.date or ''}\n{amount}\n{transaction.currency}\n{name_key(transaction.vendor)}\n{told}"
    )
