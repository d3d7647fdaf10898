"""What was submitted before, by vendor, card and account: the rules compare new payments with it.

A payment is one line under its vendor and, where it has them, under its card and its account. Stored
again, it replaces its own line, so that a job that runs twice changes nothing. Vendors with an approved
payment stand by name in a hash of their own.

A vendor's lines stand under the fingerprint of its name (``n``). Lines of before fingerprints stand
under its name key (``v``) until they have lived their time; both are read, and of a payment that stands in
both the line of the higher version counts.
"""

import binascii
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import structlog
from redis.asyncio import Redis

from bot.domain.names import cut_relatives, fingerprint, folded_name, name_key
from bot.domain.policy import History, PastExtent, PastPayment, PaymentStatus, account_key
from bot.domain.transaction import Transaction
from bot.store.keys import PAST_LIFE, PAST_SHARDS, known_vendors
from bot.store.scripts.remember import Field, PastPaymentScripts, Recalled, Room

# Settled payments kept of a vendor or card: as many as the largest batch has; the busiest vendor of a real
# ledger, with 328 a quarter, takes years for them. A line takes some 140 bytes, such a field 0.7 MB.
KEEP = 5_000
# The most, 1.3 MB, where payments are recent, or are the only one that names an account or an invoice. As
# many again may wait for a decision; they are counted apart, so that what is submitted never pushes out what
# it is compared with.
MOST = 10_000
LATELY = timedelta(days=40)
LINE = tuple(PastPayment.model_fields)
NAME = 40  # characters of a line that hold the name of a payment of a review

log = structlog.get_logger()


class Forgotten(NamedTuple):
    """How many lines, by vendor and by card, found no room; rules may need ``missed`` of them."""

    lines: int = 0
    missed: int = 0


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
        lately = (today or datetime.now(UTC).date()) - LATELY
        lines: defaultdict[Field, list[tuple[str, str]]] = defaultdict(list)
        approved: dict[str, str] = {}
        refused: dict[str, str] = {}
        for payment in payments:
            line = json.dumps(
                [*(_plain(getattr(payment, name)) for name in LINE), version], ensure_ascii=False
            )
            for field in _fields(payment):
                lines[field].append((line[: line.index(",")], line))
            if payment.status is PaymentStatus.APPROVED:
                approved[folded_name(payment.vendor)] = payment.vendor
            elif payment.status in (PaymentStatus.REJECTED, PaymentStatus.HELD):
                refused[folded_name(payment.vendor)] = payment.vendor
        if not lines:
            return Forgotten()
        forgotten = Forgotten(*await self._scripts.remember(team, lines, Room(KEEP, MOST, lately)))
        if forgotten.missed:
            log.warning("no room for past payments that rules may need", team=team, lines=forgotten.missed)
        await self._know(team, approved, refused)
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
        fields = _in_order(
            {
                *(field for transaction in transactions for field in _fields(transaction)),
                *map(_earlier_field, vendors),
            }
        )
        recalled = await self._scripts.recall(team, fields)
        stored = recalled.lines
        cut = cut_relatives(vendors, recalled.names) - vendors
        if further := {*map(_vendor_field, cut), *map(_earlier_field, cut)}.difference(fields):
            of_cut_names = await self._scripts.recall(team, _in_order(further))
            stored = [*of_cut_names.lines, *stored]
        payments = _payments(stored, f' of {review_id}", ')
        return History(
            vendors=frozenset(recalled.names),
            payments=tuple(payments[name] for name in sorted(payments)),
            extent=_extent(recalled),
        )

    async def to(self, team: str, vendor: str) -> list[PastPayment]:
        """The past payments of one vendor, in the order in which they were first stored."""
        recalled = await self._scripts.recall(team, [_earlier_field(vendor), _vendor_field(vendor)])
        return list(_payments(recalled.lines, "\n").values())


def _extent(recalled: Recalled) -> PastExtent | None:
    if recalled.extent is None:
        return None
    payments, first, last = recalled.extent
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
        name: PastPayment.model_validate(dict(zip(LINE, values, strict=False)))
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
