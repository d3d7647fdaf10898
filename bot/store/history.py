"""What was submitted before, by vendor and by card: the rules compare new payments with it.

A payment is one line under its vendor and, where it has one, under its card; told again it replaces
itself, so a job that runs twice changes nothing. Vendors with an approved payment stand by name in a hash
of their own.
"""

import binascii
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, cast

import structlog
from redis.asyncio import Redis

from bot.domain.names import folded_name, name_key
from bot.domain.policy import History, PastPayment, PaymentStatus
from bot.domain.transaction import Transaction
from bot.store.keys import PAST_LIFE, PAST_SHARDS, known_vendors, past_payments
from bot.store.scripts import lua

# Settled payments kept of a vendor or card: as many as the largest batch has; the busiest vendor of a real
# ledger, with 328 a quarter, takes years for them. A line takes some 130 bytes, such a field 0.7 MB.
KEEP = 5_000
# So many may it become, 1.3 MB, where they are of late, or alone tell of an account or an invoice; and so
# many more may wait, which are counted apart: what is submitted never pushes out what it is compared with.
MOST = 10_000
LATELY = timedelta(days=40)
LINE = tuple(PastPayment.model_fields)
NAME = 40  # characters of a line that hold the name of a payment of a review

log = structlog.get_logger()


class Forgotten(NamedTuple):
    """Lines, by vendor and by card, that there was no room for; ``missed`` are those that rules may need."""

    lines: int = 0
    missed: int = 0


class PaymentHistory:
    """The past payments of all workspaces, each workspace's apart."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._remember = redis.register_script(lua("remember"))

    async def remember(
        self, team: str, payments: Iterable[PastPayment], version: int = 0, today: date | None = None
    ) -> Forgotten:
        """Keep payments, or what has become of them; ``name`` tells which payment it is.

        What was told with a higher ``version`` stays, and what is settled does not wait again unless a
        higher one says so: a job that was held up must not tell old news. Where there are too many, the
        oldest by payment date go, never for the sake of ones that wait; answers how many.
        """
        lately = (today or datetime.now(UTC).date()) - LATELY
        shards: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        approved: dict[str, str] = {}
        refused: dict[str, str] = {}
        for one in payments:
            told = [*(_plain(getattr(one, name)) for name in LINE), version]
            line = json.dumps(told, ensure_ascii=False)
            beginning = line[: line.index(",")]
            for field in _fields(one):
                shards[_shard(field)][field] += (beginning, line)
            if one.status is PaymentStatus.APPROVED:
                approved[folded_name(one.vendor)] = one.vendor
            elif one.status in (PaymentStatus.REJECTED, PaymentStatus.HELD):
                refused[folded_name(one.vendor)] = one.vendor
        forgotten = Forgotten()
        for shard, fields in shards.items():
            args = [part for field, lines in fields.items() for part in (field, str(len(lines) // 2), *lines)]
            life = str(int(PAST_LIFE.total_seconds()))
            bounds = [life, str(KEEP), str(MOST), lately.isoformat()]
            lines, missed = await self._remember(keys=[past_payments(team, shard)], args=[*bounds, *args])
            forgotten = Forgotten(forgotten.lines + lines, forgotten.missed + missed)
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
            same = [one for one in await self.to(team, vendor) if folded_name(one.vendor) == name]
            if not any(one.status is PaymentStatus.APPROVED for one in same):
                await self._redis.hdel(known_vendors(team), name)

    async def of(self, team: str, transactions: Sequence[Transaction], review: str = "") -> History:
        """What concerns these transactions, without the payments of ``review`` itself."""
        shards: defaultdict[int, set[str]] = defaultdict(set)
        for transaction in transactions:
            for field in _fields(transaction):
                shards[_shard(field)].add(field)
        found: dict[str, PastPayment] = {}
        for shard, fields in sorted(shards.items()):
            stored = await self._read(team, shard, sorted(fields), f' of {review}", ')
            found |= {one.name: one for one in stored}
        names = await self._redis.hvals(known_vendors(team))
        return History(
            vendors=frozenset(names),
            payments=tuple(one for _, one in sorted(found.items())),
        )

    async def to(self, team: str, vendor: str) -> list[PastPayment]:
        """What is known of one vendor, in the order it was told."""
        field = f"v {name_key(vendor)}"
        return await self._read(team, _shard(field), [field], "\n")

    async def _read(self, team: str, shard: int, fields: list[str], without: str) -> list[PastPayment]:
        """Payments of these fields, but for those whose name ends in ``without``."""
        stored = cast("list[str | None]", await self._redis.hmget(past_payments(team, shard), fields))
        return [
            PastPayment.model_validate(dict(zip(LINE, json.loads(line)[:-1], strict=True)))
            for lines in stored
            # Not splitlines(), which also ends a line where somebody typed U+2028.
            for line in (lines.split("\n") if lines else ())
            if without not in line[:NAME]
        ]


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _fields(one: Transaction | PastPayment) -> Iterator[str]:
    yield f"v {name_key(one.vendor)}"
    if card := folded_name(one.card or ""):
        yield f"c {card}"


def _shard(field: str) -> int:
    return binascii.crc_hqx(field.encode(), 0) % PAST_SHARDS
