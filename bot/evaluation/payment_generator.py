"""The ground that violations are planted in: the payments of a file, and made-up ones that look like them.

Each case of a kind gets a vendor and a card of its own, since these are what payments are compared by: no
case helps another to be found.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from random import Random
from typing import Any

from bot.domain.money import minor_digits
from bot.domain.names import name_key, skeleton
from bot.domain.policy import Policy
from bot.domain.transaction import Transaction
from bot.evaluation.planted_texts import HARMLESS, STRANGERS

ENDS = 0.15  # how often an amount stands exactly at either end of its range


class CannotPlant(Exception):
    """The file has nothing (or nothing more) that this kind could be planted on."""


@dataclass(frozen=True, slots=True)
class Case:
    """One violation: the rows that must be found, and what belongs to it.

    ``beside`` are rows of the batch that need not be found, ``before`` payments of the past, ``way`` which of
    its kind's ways it is done in.
    """

    rows: tuple[Transaction, ...]
    beside: tuple[Transaction, ...] = ()
    before: tuple[Transaction, ...] = ()
    way: str = ""


class Ground:
    """What a kind plants on, for one kind once: vendors are handed out a single time.

    ``past`` was paid before, ``rows`` are to be judged, ``today`` is the day of submission.
    """

    def __init__(
        self,
        policy: Policy,
        past: Sequence[Transaction],
        rows: Sequence[Transaction],
        today: dt.date,
        dice: Random,
    ) -> None:
        self.policy, self.rules, self.dice = policy, policy.rules, dice
        self.past, self.rows, self.today = past, rows, today
        dates = [one.date for one in rows if one.date]
        self.first, self.last = min(dates, default=today), max(dates, default=today)
        self.currency = Counter(one.currency for one in rows).most_common(1)[0][0]
        self.unit = Decimal(1).scaleb(-minor_digits(self.currency))
        self._taken: set[str] = set()
        self._cards = iter(range(10_000, 100_000))
        self._strangers = self._names()

    # -- amounts, in major units of the file's currency

    @cached_property
    def limit(self) -> Decimal:
        """The currency's limit."""
        if (limit := self.policy.limits.get(self.currency)) is None:
            raise CannotPlant(f"the policy has no limit for {self.currency}")
        return limit

    def amount(self, low: Decimal, high: Decimal) -> Decimal:
        """Between both, which belong to it, and sometimes exactly one of them."""
        drawn = self.dice.random()
        if drawn < ENDS or high <= low:
            return self.rounded(low)
        if drawn < 2 * ENDS:
            return self.rounded(high)
        return self.rounded(low + (high - low) * Decimal(self.dice.random()))

    def rounded(self, amount: Decimal) -> Decimal:
        return amount.quantize(self.unit, ROUND_HALF_EVEN)

    @cached_property
    def _everyday(self) -> list[Decimal]:
        return [one.amount for one in self.rows if 0 < one.amount <= self.limit / 20] or [self.limit / 100]

    def small(self) -> Decimal:
        """An everyday amount of the file, below the floors of the rules."""
        return self.rounded(self.dice.choice(self._everyday))

    # -- who is paid

    @cached_property
    def known(self) -> list[str]:
        """Everybody who was paid before, in drawn order."""
        paid = sorted({one.vendor for one in self.past}) or sorted({one.vendor for one in self.rows})
        self.dice.shuffle(paid)
        return paid

    @cached_property
    def amounts(self) -> Mapping[str, list[Decimal]]:
        """What is paid or handed in by vendor, in the file's currency; refunds are left out."""
        return self._by_vendor((*self.past, *self.rows))

    @cached_property
    def approved(self) -> Mapping[str, list[Decimal]]:
        """What was paid before, the same way."""
        return self._by_vendor(self.past)

    def _by_vendor(self, rows: Iterable[Transaction]) -> Mapping[str, list[Decimal]]:
        found: defaultdict[str, list[Decimal]] = defaultdict(list)
        for one in rows:
            if one.amount > 0 and one.currency == self.currency:
                found[name_key(one.vendor)].append(one.amount)
        return found

    def take(self, names: Iterable[str]) -> str | None:
        """The first of these vendors that no other case has, and this one's from now on."""
        return next((name for name in names if self._take(name)), None)

    def vendor(self, fits: Callable[[str], bool] = lambda name: True) -> str:
        """A vendor of the past that no other case has; raises ``CannotPlant`` where none is left."""
        if (name := self.take(filter(fits, self.known))) is None:
            raise CannotPlant("no vendor is left")
        return name

    def _take(self, name: str) -> bool:
        keys = {name_key(name), skeleton(name)}
        if keys & self._taken:
            return False
        self._taken |= keys
        return True

    def stranger(self) -> str:
        """A made-up vendor that is not in the file."""
        return next(self._strangers)

    def _names(self) -> Iterator[str]:
        paid = {skeleton(one.vendor) for one in (*self.past, *self.rows)}
        names = [f"{first} {second} {third}" for first, second, third in STRANGERS]
        self.dice.shuffle(names)
        yield from (name for name in names if skeleton(name) not in paid)
        raise CannotPlant("no made-up vendor is left")

    def paid_row(self, fits: Callable[[Transaction], bool]) -> Transaction | None:
        """A row to be judged, of a vendor that no other case has; ``None`` where none fits."""
        for one in self.dice.sample(self.rows, len(self.rows)):
            if one.date and one.currency == self.currency and fits(one) and self._take(one.vendor):
                return one
        return None

    # -- whole payments

    def day(self, spare: int = 0) -> dt.date:
        """A day of the judged rows, with ``spare`` days after it where the file is as long."""
        return self.first + dt.timedelta(days=self.dice.randint(0, max(self.span - spare, 0)))

    @property
    def span(self) -> int:
        """Days from the first judged row to the last."""
        return (self.last - self.first).days

    @cached_property
    def _holds(self) -> frozenset[str]:
        names = ("memo", "card", "category")
        return frozenset(name for name in names if any(getattr(one, name) is not None for one in self.rows))

    @property
    def has_cards(self) -> bool:
        return "card" in self._holds

    def card(self) -> str | None:
        """A card that nobody else has, where the file has cards."""
        return f"************{next(self._cards)}" if self.has_cards else None

    def pay(self, amount: Decimal, vendor: str, **more: Any) -> Transaction:
        """A payment as the file has them; ``more`` are fields that matter to the kind."""
        plain: dict[str, Any] = {"date": self.day(), "currency": self.currency, "card": self.card()}
        if "memo" in self._holds:
            plain["memo"] = self.dice.choice(HARMLESS)
        if "category" in self._holds:
            plain["category"] = self.dice.choice(self.rows).category
        return Transaction(ref=1, amount=amount, vendor=vendor, **{**plain, **more})
