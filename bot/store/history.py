"""What was submitted before, by vendor, card and account: the rules compare new payments with it.

A payment is one line under its vendor and, where it has them, under its card and its account. Stored
again, it replaces its own line, so that a job that runs twice changes nothing. Vendors with an approved
payment stand by name in a hash of their own.

A vendor's lines stand under the fingerprint of its name (``n``). Lines of before fingerprints stand
under its name key (``v``) until they have lived their time; both are read, and of a payment that stands in
both the line of the higher version counts.
"""

import asyncio
import binascii
import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import NamedTuple

import structlog
from redis.asyncio import Redis

from bot.domain.names import cut_relatives, fingerprint, folded_name, name_key
from bot.domain.policy import History, PastExtent, PastPayment, PaymentStatus, account_key
from bot.domain.transaction import Transaction
from bot.store.forgetting import digest_of
from bot.store.keys import PAST_LIFE, PAST_SHARDS, forgettings, known_vendors
from bot.store.off_loop import computed
from bot.store.scripts.remember import Field, PastPaymentScripts, Room
from bot.store.slim import slim

# Settled payments kept of a vendor or card; the busiest vendor of a real ledger, with 328 a quarter, takes
# years for them. A line takes some 140 bytes, such a field 0.7 MB.
KEEP = 5_000
# The most, 1.3 MB, where payments are recent, or are the only one that names an account or an invoice. As
# many again may wait for a decision; they are counted apart, so that what is submitted never pushes out what
# it is compared with.
MOST = 10_000
LATELY = timedelta(days=40)
PORTION = 1_000  # payments whose lines are made at a time
TOGETHER = 50_000  # payments that are written together, so that a field is gone through once for all of them
LINE = tuple(PastPayment.model_fields)
NAME = 40  # characters of a line that hold the name of a payment of a review

log = structlog.get_logger()


class Forgotten(NamedTuple):
    """How many lines, by vendor and by card, found no room; rules may need ``missed`` of them."""

    lines: int = 0
    missed: int = 0

    def and_(self, more: "Forgotten") -> "Forgotten":
        """Both together."""
        return Forgotten(self.lines + more.lines, self.missed + more.missed)


class PaymentHistory:
    """The past payments of all workspaces, each workspace's apart."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._scripts = PastPaymentScripts(redis)

    async def remember(
        self, team: str, payments: Iterable[PastPayment], version: int = 0, today: date | None = None
    ) -> Forgotten:
        """Keep payments, or what has become of them; a payment is known by its ``name``.

        ``version`` is that of the review: a line of a higher version stays, and a settled payment does not
        wait again unless a higher version says so, because a job may have been held up. ``today`` (UTC, by
        default now) says which payments are recent. Where there are too many, the oldest by payment date go,
        never for the sake of ones that wait; answers how many.
        """

        async def at_once() -> AsyncIterator[Iterable[PastPayment]]:
            yield payments

        return await self.remember_portions(team, at_once(), version, today)

    async def remember_portions(
        self,
        team: str,
        portions: AsyncIterable[Iterable[PastPayment]],
        version: int = 0,
        today: date | None = None,
    ) -> Forgotten:
        """Keep payments as ``remember`` does, any number of them; what makes them may read and compute."""
        room = Room(KEEP, MOST, (today or datetime.now(UTC).date()) - LATELY)
        written, forgotten = _Lines({}, {}, {}), Forgotten()
        async for portion in portions:
            left = iter(portion)
            while await asyncio.to_thread(_add, written, islice(left, PORTION), version):
                if written.count >= TOGETHER:
                    forgotten = forgotten.and_(await self._write(team, written, room))
                    written = _Lines({}, {}, {})
        forgotten = forgotten.and_(await self._write(team, written, room))
        if forgotten.missed:
            log.warning("no room for past payments that rules may need", team=team, lines=forgotten.missed)
        return forgotten

    async def _write(self, team: str, written: "_Lines", room: Room) -> Forgotten:
        forgotten = Forgotten(*await self._scripts.remember(team, written.lines, room))
        await self._know(team, written.approved, written.refused)
        return forgotten

    async def _know(self, team: str, approved: dict[str, str], refused: dict[str, str]) -> None:
        """Vendors with an approved payment are known, by the name they are compared by."""
        if approved:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.hset(known_vendors(team), items=[part for pair in approved.items() for part in pair])
                pipe.expire(known_vendors(team), PAST_LIFE)
                await pipe.execute()
        for name, vendor in refused.items():
            # A correction may have taken back the only approval; then nobody knows this vendor any more.
            # Only its own name counts: a look-alike's payments stand beside those of whom it imitates.
            same = [paid for paid in await self.to(team, vendor) if folded_name(paid.vendor) == name]
            if not any(paid.status is PaymentStatus.APPROVED for paid in same):
                await self._redis.hdel(known_vendors(team), name)

    async def of(self, team: str, transactions: Sequence[Transaction], review_id: str = "") -> History:
        """What concerns these transactions, without the payments of that review itself."""
        vendors = {transaction.vendor for transaction in transactions}
        fields = await computed(len(transactions), partial(_fields_of, transactions, vendors))
        stored = await self._stored(team, fields)
        names = await self._scripts.known_vendors(team)
        cut = await computed(len(vendors) + len(names), lambda: cut_relatives(vendors, names) - vendors)
        if further := {*map(_vendor_field, cut), *map(_earlier_field, cut)}.difference(fields):
            stored = [*await self._stored(team, _in_order(further)), *stored]
        history = await computed(
            _count(stored) + len(names),
            partial(_history, names, stored, f' of {review_id}", ', await self._scripts.extent(team)),
        )
        orders = frozenset(map(str, await self._redis.hkeys(forgettings(team))))
        if not orders:
            return history
        forgotten = await computed(len(vendors), lambda: _forgotten(team, vendors, orders))
        return history.model_copy(update={"forgotten": forgotten})

    async def to(self, team: str, vendor: str) -> list[PastPayment]:
        """The past payments of one vendor, in the order in which they were first stored."""
        stored = await self._stored(team, [_earlier_field(vendor), _vendor_field(vendor)])
        payments = await computed(_count(stored), partial(_payments, stored, "\n"))
        return list(payments.values())

    async def _stored(self, team: str, fields: Sequence[Field]) -> list[str]:
        """The lines of these fields, a text for each field that has any, in their order."""
        return [lines async for portion in self._scripts.recall(team, fields) for lines in portion]


@dataclass(slots=True)
class _Lines:
    """Payments as they are written: lines by field, and vendors by folded name, by what became of them."""

    lines: dict[Field, list[tuple[str, str]]]
    approved: dict[str, str]
    refused: dict[str, str]
    count: int = 0


def _add(written: _Lines, payments: Iterable[PastPayment], version: int) -> int:
    """Add payments to what is written; answers how many these were."""
    before = written.count
    for payment in payments:
        written.count += 1
        line = json.dumps([*(_plain(getattr(payment, name)) for name in LINE), version], ensure_ascii=False)
        for field in _fields(payment):
            written.lines.setdefault(field, []).append((line[: line.index(",")], line))
        if payment.status is PaymentStatus.APPROVED:
            written.approved[folded_name(payment.vendor)] = payment.vendor
        elif payment.status is PaymentStatus.HELD or payment.status.is_out:
            written.refused[folded_name(payment.vendor)] = payment.vendor
    return written.count - before


def _count(stored: Iterable[str]) -> int:
    """How many lines these are, about."""
    return sum(map(len, stored)) // 100


def _history(
    names: Sequence[str],
    stored: Iterable[str],
    without: str,
    extent: tuple[int, str | None, str | None] | None,
) -> History:
    payments = _payments(stored, without)
    return History(
        vendors=frozenset(names),
        payments=tuple(payments[name] for name in sorted(payments)),
        extent=_extent(extent),
    )


def _forgotten(team: str, vendors: Iterable[str], orders: frozenset[str]) -> frozenset[str]:
    """Those vendors of whom somebody ordered that they be forgotten."""
    return frozenset(name for name in vendors if digest_of(team, f"vendor {fingerprint(name)}") in orders)


def _extent(told: tuple[int, str | None, str | None] | None) -> PastExtent | None:
    if told is None:
        return None
    payments, first, last = told
    return PastExtent.model_validate({"payments": payments, "first": first, "last": last})


def _payments(stored: Iterable[str], without: str) -> dict[str, PastPayment]:
    """Payments as they stand in lines, by name, but for those whose name ends in ``without``."""
    latest: dict[str, tuple[int, bool, list[str | None]]] = {}
    for lines in stored:
        # Not splitlines(), which also ends a line where somebody typed U+2028.
        for line in lines.split("\n") if lines else ():
            if without not in line[:NAME]:
                *values, version = json.loads(line)
                told = (version, values[1] != PaymentStatus.WAITING)  # what is settled does not wait again
                if values[0] not in latest or told >= latest[values[0]][:2]:
                    latest[values[0]] = (*told, values)
    # A line of before memos were told apart ends without a key of its memo.
    return {
        name: slim(PastPayment.model_validate(dict(zip(LINE, values, strict=False))))
        for name, (_, _, values) in latest.items()
    }


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _fields(payment: Transaction | PastPayment) -> Iterator[Field]:
    yield _vendor_field(payment.vendor)
    if card := folded_name(payment.card or ""):
        yield _field(f"c {card}")
    if account := account_key(payment.account):
        yield _field(f"a {account}")


def _fields_of(transactions: Iterable[Transaction], vendors: Iterable[str]) -> list[Field]:
    fields = {field for transaction in transactions for field in _fields(transaction)}
    return _in_order(fields | set(map(_earlier_field, vendors)))


def _in_order(fields: Iterable[Field]) -> list[Field]:
    """Fields of before first, so that of two lines that tell the same the later one counts."""
    return sorted(fields, key=lambda field: (not field[1].startswith("v "), field))


def _vendor_field(vendor: str) -> Field:
    return _field(f"n {fingerprint(vendor)}")


def _earlier_field(vendor: str) -> Field:
    """Where the vendor's payments stood before fingerprints; nothing is written there any more."""
    return _field(f"v {name_key(vendor)}")


def _field(name: str) -> Field:
    return binascii.crc_hqx(name.encode(), 0) % PAST_SHARDS, name
