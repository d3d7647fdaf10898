"""What the rules know beside the one transaction, worked out once for a batch."""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from bot.domain.money import format_amount
from bot.domain.names import name_key, plain_letters, same_name, visible
from bot.domain.policy.config import Policy
from bot.domain.policy.history import History, PastPayment, PaymentStatus
from bot.domain.policy.sanctions import SanctionsList
from bot.domain.transaction import Transaction

T = TypeVar("T")

# A number in which letters may stand for digits, and what they stand for.
_NUMBER = re.compile(r"(?<![^\W\d_])[0-9oil]*[0-9][0-9oil]*(?![^\W\d_])")
_AS_DIGITS = str.maketrans("oil", "011")

NAMED = 6  # other payments that a finding names; more are counted
_SAYS_INVOICE = frozenset(
    (
        "inv",
        "invoice",
        "in",
        "no",
        "nr",
        "number",
        "num",
        "ref",
        "bill",
        "rechnung",
        "rg",
        "re",
        "factura",
        "facture",
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule found: the evidence in words, and the line of the policy it comes from."""

    evidence: str
    line: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The lowest limit that holds for a payment, in its currency, and the line that sets it."""

    amount: Decimal
    line: str
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as rules compare it, of this batch (``ref`` set) or past."""

    ref: int | None
    name: str
    date: dt.date
    amount: Decimal
    currency: str
    vendor: str
    invoice: str
    card: str
    account: str
    standing: PaymentStatus | None

    @property
    def number(self) -> str:
        """The digits of the invoice."""
        return "-".join(part for part in self.invoice.split("-") if part.isdigit())

    @property
    def order(self) -> tuple[bool, dt.date, int]:
        """Past ones first, then by date and place; a later one repeats an earlier one."""
        return self.ref is not None, self.date, self.ref or 0


class Batch:
    """The transactions to be judged, the policy, and what was paid before."""

    def __init__(
        self,
        policy: Policy,
        transactions: Sequence[Transaction],
        history: History,
        today: dt.date,
        sanctions: SanctionsList | None,
    ) -> None:
        self.policy, self.rules = policy, policy.rules
        self.transactions, self.history = transactions, history
        self.today, self.sanctions = today, sanctions
        self._worked_out: dict[Callable[[Batch], object], object] = {}

    def line(self, rule: str, key: str) -> str:
        """A line of the policy as a finding cites it: ``rules.split_payment.days = 7``."""
        return _line(f"rules.{rule}.{key}", getattr(getattr(self.rules, rule), key))

    def line_of(self, rule: str, key: str) -> str:
        """The same for a list, which is cited by name alone."""
        return f"rules.{rule}.{key}"

    # -- limits

    def limit(self, one: Transaction) -> Limit | None:
        """The lowest limit of its currency, category and vendor; ``None`` where the currency has none.

        A category or a vendor's name is typed by whoever wants to be paid, so it can lower a limit and
        never raise it.
        """
        general = self._general_limits.get(one.currency)
        if general is None or not (self.category_limits or self.vendor_limits):
            return general
        found = [general]
        for table, named, entry in (
            ("category_limits", self.category_limits, name_key(one.category or "")),
            ("vendor_limits", self.vendor_limits, name_key(one.vendor)),
        ):
            name, limits = named.get(entry, ("", {}))
            if (own := limits.get(one.currency)) is not None:
                line = _line(f'{table}."{name}".{one.currency}', own)
                found.append(Limit(own, line, f" for {visible(name)}"))
        return min(found, key=lambda limit: limit.amount)

    def share(self, currency: str, share: Decimal) -> Decimal:
        """That part of the currency's limit, in major units; 0 where there is no limit."""
        return self.policy.limits.get(currency, Decimal(0)) * share

    @cached_property
    def _general_limits(self) -> dict[str, Limit]:
        return {code: Limit(most, _line(f"limits.{code}", most)) for code, most in self.policy.limits.items()}

    @cached_property
    def category_limits(self) -> dict[str, tuple[str, dict[str, Decimal]]]:
        return _lowest(self.policy.category_limits)

    @cached_property
    def vendor_limits(self) -> dict[str, tuple[str, dict[str, Decimal]]]:
        return _lowest(self.policy.vendor_limits)

    # -- what is worked out once

    def worked_out(self, about: Callable[["Batch"], T]) -> T:
        """What ``about`` makes of the whole batch, worked out at the first time it is asked for."""
        if about not in self._worked_out:
            self._worked_out[about] = about(self)
        return cast(T, self._worked_out[about])

    # -- payments to compare with

    @cached_property
    def payments(self) -> tuple[Payment, ...]:
        """Everything that a payment of the batch can be compared with, the batch itself included."""
        return (
            *(
                _payment(one, None, f"{one.name} ({one.standing.value})", one.standing, self.today)
                for one in self.history.payments
            ),
            *(_payment(one, one.ref, f"#{one.ref}", None, self.today) for one in self.transactions),
        )

    @cached_property
    def by_vendor(self) -> dict[tuple[str, str], list[Payment]]:
        """Payments by vendor and currency, earlier ones first."""
        return _grouped(self.payments, lambda one: one.vendor)

    @cached_property
    def by_card(self) -> dict[tuple[str, str], list[Payment]]:
        """Payments by card and currency, earlier ones first."""
        return _grouped(self.payments, lambda one: one.card)

    @cached_property
    def _own(self) -> dict[int, Payment]:
        return {one.ref: one for one in self.payments if one.ref is not None}

    def payment(self, one: Transaction) -> Payment:
        """A transaction of the batch as rules compare it."""
        return self._own[one.ref]

    def of_card(self, one: Transaction) -> list[Payment]:
        """All payments on the same card in the same currency; none where there is no card."""
        return self.by_card.get((self.payment(one).card, one.currency), [])

    @cached_property
    def known_vendors(self) -> frozenset[str]:
        """Names paid before, by history or by the policy's own list."""
        return frozenset(map(same_name, (*self.policy.known_vendors, *self.history.vendors)))


def money(amount: Decimal, currency: str) -> str:
    """``GBP 14,850.00``."""
    return format_amount(amount, currency)


def named(payments: Sequence[Payment], of: int | None = None) -> str:
    """``#4``, ``#4 and #9 of R-7K3F2``, ``#4, #5 and 12 more``; ``of`` is how many there are in all."""
    count = len(payments) if of is None else of
    names = [one.name for one in payments[:NAMED]]
    if count > len(names):
        names = [*names[: NAMED - 1], f"{count - min(len(names), NAMED - 1):,} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@lru_cache(maxsize=16_384)
def invoice_key(invoice: str | None) -> str:
    """One spelling for one invoice: ``INV-001``, ``inv 1`` and ``1`` are the same; empty without a digit.

    Words that only say "invoice" are dropped, other letters (``CN-7``, ``2026/A12``) are kept; letters that
    stand for digits (``1OO``) and foreign ones are read as what they look like.
    """
    plain = plain_letters(unicodedata.normalize("NFKC", invoice or "")).casefold()
    plain = _NUMBER.sub(lambda number: number[0].translate(_AS_DIGITS), plain)
    parts = re.findall(r"[0-9]+|[^\W\d_]+", plain)
    kept = [one.lstrip("0") or "0" if one.isdigit() else one for one in parts if one not in _SAYS_INVOICE]
    return "-".join(kept) if any(one.isdigit() for one in kept) else ""


def _lowest(named: Mapping[str, Mapping[str, Decimal]]) -> dict[str, tuple[str, dict[str, Decimal]]]:
    """Limits by what their names are compared by; of two that mean the same name the lower ones."""
    found: dict[str, tuple[str, dict[str, Decimal]]] = {}
    for name, limits in named.items():
        _, lowest = found.setdefault(name_key(name), (name, {}))
        for currency, amount in limits.items():
            lowest[currency] = min(amount, lowest.get(currency, amount))
    return found


def _line(key: str, value: object) -> str:
    if isinstance(value, bool):
        return f"{key} = {str(value).lower()}"
    return f"{key} = {value:f}" if isinstance(value, Decimal) else f"{key} = {value}"


def _grouped(
    payments: Iterable[Payment], by: Callable[[Payment], str]
) -> dict[tuple[str, str], list[Payment]]:
    groups: defaultdict[tuple[str, str], list[Payment]] = defaultdict(list)
    for one in sorted(payments, key=lambda one: one.order):
        if key := by(one):
            groups[key, one.currency].append(one)
    return groups


def _payment(
    one: Transaction | PastPayment, ref: int | None, name: str, standing: PaymentStatus | None, today: dt.date
) -> Payment:
    return Payment(
        ref=ref,
        name=name,
        date=one.date or today,
        amount=one.amount,
        currency=one.currency,
        vendor=name_key(one.vendor),
        invoice=invoice_key(one.invoice),
        card=same_name(one.card or ""),
        account="".join(same_name(one.account or "").split()),
        standing=standing,
    )
