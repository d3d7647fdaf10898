"""Makes payments that look like those of a file, from which violations of a kind are built.

Each violation of a kind gets a vendor and a card of its own, since payments are compared by vendor and card:
so no violation helps another to be found.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from random import Random
from typing import Any

from bot.domain.money import minor_digits
from bot.domain.names import fingerprint, name_key, skeleton
from bot.domain.policy import Policy
from bot.domain.transaction import Transaction
from bot.evaluation.planted_texts import HARMLESS_MEMOS, NEW_VENDORS

AT_EACH_END = 0.15  # how often an amount stands exactly at one end of its range


class CannotPlant(Exception):
    """The file has nothing (or nothing more) that a violation of this kind could be made from."""


class PaymentGenerator:
    """Payments in the manner of one file, for one kind; a vendor is used for one violation only.

    ``past`` was paid before, ``rows`` are to be judged, ``today`` is the day of submission. Whatever is drawn
    is drawn from ``random``, so that a seed gives the same violations again.
    """

    def __init__(
        self,
        policy: Policy,
        past: Sequence[Transaction],
        rows: Sequence[Transaction],
        today: dt.date,
        random: Random,
    ) -> None:
        self.policy, self.rules, self.random = policy, policy.rules, random
        self.past, self.rows, self.today = past, rows, today
        dates = [row.date for row in rows if row.date]
        self.first_day, self.last_day = min(dates, default=today), max(dates, default=today)
        self.currency = Counter(row.currency for row in rows).most_common(1)[0][0]
        self.smallest_unit = Decimal(1).scaleb(-minor_digits(self.currency))
        self._used_names: set[str] = set()
        self._card_numbers = iter(range(10_000, 100_000))
        self._new_vendors = self._shuffled_new_vendors()

    # -- amounts, in major units of the file's currency

    @cached_property
    def limit(self) -> Decimal:
        """The limit of the file's currency; raises ``CannotPlant`` where the policy has none."""
        if (limit := self.policy.limits.get(self.currency)) is None:
            raise CannotPlant(f"the policy has no limit for {self.currency}")
        return limit

    def amount_between(self, low: Decimal, high: Decimal) -> Decimal:
        """An amount from ``low`` to ``high``, both included, and now and then exactly one of them."""
        drawn = self.random.random()
        if drawn < AT_EACH_END or high <= low:
            return self.rounded(low)
        if drawn < 2 * AT_EACH_END:
            return self.rounded(high)
        return self.rounded(low + (high - low) * Decimal(self.random.random()))

    def rounded(self, amount: Decimal) -> Decimal:
        """The amount with as many decimals as the file's currency has, rounded half to even."""
        return amount.quantize(self.smallest_unit, ROUND_HALF_EVEN)

    def everyday_amount(self) -> Decimal:
        """An everyday amount of the file, below the amounts from which the rules look at a payment."""
        return self.rounded(self.random.choice(self._everyday_amounts))

    @cached_property
    def _everyday_amounts(self) -> list[Decimal]:
        return [row.amount for row in self.rows if 0 < row.amount <= self.limit / 20] or [self.limit / 100]

    # -- who is paid

    @cached_property
    def known_vendors(self) -> list[str]:
        """All vendors that were paid before, in drawn order; without a past, those of the file."""
        vendors = sorted({row.vendor for row in self.past}) or sorted({row.vendor for row in self.rows})
        self.random.shuffle(vendors)
        return vendors

    def known_vendor(self, fits: Callable[[str], bool] = lambda name: True) -> str:
        """A vendor of the past that no other violation has; raises ``CannotPlant`` where none is left."""
        if (name := self.first_unused(filter(fits, self.known_vendors))) is None:
            raise CannotPlant("no vendor is left")
        return name

    def first_unused(self, names: Iterable[str]) -> str | None:
        """The first of these vendors that no other violation has; from now on it is used."""
        return next((name for name in names if self._use(name)), None)

    def _use(self, name: str) -> bool:
        """Reserve a vendor and its look-alikes; false where another violation has one of them."""
        keys = {name_key(name), skeleton(name), fingerprint(name)}
        if keys & self._used_names:
            return False
        self._used_names |= keys
        return True

    def new_vendor(self) -> str:
        """A made-up vendor that is not in the file; raises ``CannotPlant`` where none is left."""
        return next(self._new_vendors)

    def _shuffled_new_vendors(self) -> Iterator[str]:
        paid = {skeleton(row.vendor) for row in (*self.past, *self.rows)}
        names = [f"{first} {second} {third}" for first, second, third in NEW_VENDORS]
        self.random.shuffle(names)
        yield from (name for name in names if skeleton(name) not in paid)
        raise CannotPlant("no made-up vendor is left")

    @cached_property
    def amounts_by_vendor(self) -> Mapping[str, list[Decimal]]:
        """By fingerprint, what was paid or is to be judged, in the file's currency, without refunds."""
        return self._grouped((*self.past, *self.rows))

    @cached_property
    def past_amounts_by_vendor(self) -> Mapping[str, list[Decimal]]:
        """By fingerprint of the vendor, what was paid before, in the file's currency, without refunds."""
        return self._grouped(self.past)

    def _grouped(self, rows: Iterable[Transaction]) -> Mapping[str, list[Decimal]]:
        amounts: defaultdict[str, list[Decimal]] = defaultdict(list)
        for row in rows:
            if row.amount > 0 and row.currency == self.currency:
                amounts[fingerprint(row.vendor)].append(row.amount)
        return amounts

    # -- days

    @property
    def days(self) -> int:
        """Days from the first row to be judged to the last."""
        return (self.last_day - self.first_day).days

    def day(self, days_left: int = 0) -> dt.date:
        """A day on which rows are to be judged, with ``days_left`` after it where the file is as long."""
        return self.first_day + dt.timedelta(days=self.random.randint(0, max(self.days - days_left, 0)))

    # -- whole payments

    def file_row(self, fits: Callable[[Transaction], bool]) -> Transaction | None:
        """A row to be judged, of a vendor that no other violation has; ``None`` where none fits."""
        for row in self.random.sample(self.rows, len(self.rows)):
            if row.date and row.currency == self.currency and fits(row) and self._use(row.vendor):
                return row
        return None

    def payment(self, amount: Decimal, vendor: str, **fields: Any) -> Transaction:
        """A payment with a drawn day and the columns that the file has; ``fields`` replace what is drawn."""
        drawn: dict[str, Any] = {"date": self.day(), "currency": self.currency, "card": self.new_card()}
        if "memo" in self._columns:
            drawn["memo"] = self.random.choice(HARMLESS_MEMOS)
        if "category" in self._columns:
            drawn["category"] = self.random.choice(self.rows).category
        return Transaction(ref=1, amount=amount, vendor=vendor, **{**drawn, **fields})

    def new_card(self) -> str | None:
        """A card that nobody else has; ``None`` where the file has no cards."""
        return f"************{next(self._card_numbers)}" if self.has_cards else None

    @property
    def has_cards(self) -> bool:
        """Whether rows of the file name a card."""
        return "card" in self._columns

    @cached_property
    def _columns(self) -> frozenset[str]:
        names = ("memo", "card", "category")
        return frozenset(name for name in names if any(getattr(row, name) is not None for row in self.rows))
