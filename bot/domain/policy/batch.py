"""A batch prepared for the rules: its payments beside those of the past, and the limits that hold."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeVar, cast

from bot.domain.names import fingerprint, folded_name, name_key, vendor_keys, visible
from bot.domain.policy.accounts import account_key
from bot.domain.policy.config import Policy
from bot.domain.policy.history import History, PastPayment, PaymentStatus, memo_key
from bot.domain.policy.invoices import invoice_key
from bot.domain.policy.rule_hit import cite_setting
from bot.domain.policy.sanctions import SanctionsList
from bot.domain.transaction import Transaction

T = TypeVar("T")
# What a batch computes of its payments and of no policy.
_OF_ANY_POLICY = ("payments", "in_order", "by_vendor", "by_card", "by_account", "_by_ref")


@dataclass(frozen=True, slots=True)
class ApplicableLimit:
    """The lowest limit that holds for a payment.

    ``amount`` is in major units of the payment's currency, ``policy_line`` the setting that it comes from,
    and ``scope`` the end of a sentence about it: empty, or `` for Globex`` where a category or vendor has its
    own.
    """

    amount: Decimal
    policy_line: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class ComparablePayment:
    """A payment in the form in which rules compare it with others.

    ``ref`` is its reference in the batch and ``None`` for a past payment, ``name`` how evidence names it.
    ``amount`` is in major units of ``currency`` (ISO 4217). ``vendor``, ``invoice``, ``card`` and ``account``
    are keys, equal for all spellings of the same thing and empty where there is none, and ``number`` is the
    invoice as typed. ``status`` is what became of a past payment, and ``None`` for one of the batch.
    ``memo_key`` is equal for equal memos, and ``None`` where nobody noted it. ``submitted`` is the day (UTC)
    on which it was handed in, ``None`` where nobody knows. ``automatic`` is that of
    ``PastPayment``.
    """

    ref: int | None
    name: str
    date: dt.date
    amount: Decimal
    currency: str
    vendor: str
    invoice: str
    card: str
    account: str
    memo_key: str | None
    status: PaymentStatus | None
    number: str = ""
    submitted: dt.date | None = None
    automatic: bool | None = None

    @property
    def handed_in(self) -> dt.date:
        """The day on which it was submitted, and its own date where nobody knows."""
        return self.submitted or self.date

    @property
    def may_have_been_paid(self) -> bool:
        """Whether it was paid, or is still to be decided about."""
        return self.status is None or not self.status.is_out

    @property
    def is_precedent(self) -> bool:
        """Whether it was approved, and not by the bot alone: only such a payment tells what is usual."""
        return self.status is PaymentStatus.APPROVED and self.automatic is not True

    def days_from(self, other: "ComparablePayment") -> int:
        """How many days at the least lie between two payments: between their dates, or their submissions.

        Dates are typed and can be typed apart; when something was handed in, nobody types.
        """
        days = abs((self.date - other.date).days)
        if self.submitted is None or other.submitted is None:
            return days
        return min(days, abs((self.submitted - other.submitted).days))

    @property
    def invoice_digits(self) -> str:
        """The numbers of the invoice without its letters: ``2026-12`` for ``2026/A12``."""
        return "-".join(part for part in self.invoice.split("-") if part.isdigit())

    @property
    def sort_key(self) -> tuple[bool, dt.date, int]:
        """Past payments first, then by date and reference; a later payment repeats an earlier one."""
        return self.ref is not None, self.date, self.ref or 0


class Batch:
    """The transactions to be judged, the policy, and what was paid before.

    ``today`` is the day of submission (UTC), which also stands for the date of a payment without one.
    ``sanctions`` is the list that the policy names, ``None`` where there is none or it could not be read.
    ``flagged`` are the references of what the other rules have flagged, once the rules are asked that look at
    the rest.
    """

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
        self.flagged: Collection[int] = ()
        self._computed: dict[Callable[[Batch], object], object] = {}

    def under(self, policy: Policy) -> "Batch":
        """The same batch under another policy, with what is known of its payments under any."""
        other = Batch(policy, self.transactions, self.history, self.today, self.sanctions)
        vars(other).update((name, vars(self)[name]) for name in _OF_ANY_POLICY if name in vars(self))
        return other

    def computed_once(self, compute: Callable[["Batch"], T]) -> T:
        """What ``compute`` makes of the whole batch, computed at the first request and then kept."""
        if compute not in self._computed:
            self._computed[compute] = compute(self)
        return cast(T, self._computed[compute])

    def setting(self, rule: str, key: str) -> str:
        """A rule's setting as a finding cites it, with its value: ``rules.split_payment.days = 7``."""
        return cite_setting(f"rules.{rule}.{key}", getattr(getattr(self.rules, rule), key))

    # -- limits

    def limit_for(self, transaction: Transaction) -> ApplicableLimit | None:
        """The lowest limit of its currency, category and vendor; ``None`` where the currency has none.

        A category or a vendor's name is typed by whoever wants to be paid, so it can lower a limit and
        never raise it.
        """
        general = self._currency_limits.get(transaction.currency)
        if general is None or not (self._category_limits or self._vendor_limits):
            return general
        applicable = [general]
        for table, limits_by_key, key in (
            ("category_limits", self._category_limits, name_key(transaction.category or "")),
            ("vendor_limits", self._vendor_limits, fingerprint(transaction.vendor)),
        ):
            name, limits = limits_by_key.get(key, ("", {}))
            if (own := limits.get(transaction.currency)) is not None:
                line = cite_setting(f'{table}."{name}".{transaction.currency}', own)
                applicable.append(ApplicableLimit(own, line, f" for {visible(name)}"))
        return min(applicable, key=lambda limit: limit.amount)

    def share_of_limit(self, currency: str, share: Decimal) -> Decimal:
        """A part (0 to 1) of the currency's limit, in major units; 0 where the currency has no limit."""
        return self.policy.limits.get(currency, Decimal(0)) * share

    @cached_property
    def _currency_limits(self) -> dict[str, ApplicableLimit]:
        return {
            currency: ApplicableLimit(amount, cite_setting(f"limits.{currency}", amount))
            for currency, amount in self.policy.limits.items()
        }

    @cached_property
    def _category_limits(self) -> dict[str, tuple[str, dict[str, Decimal]]]:
        return _lowest_by_key(self.policy.category_limits, name_key)

    @cached_property
    def _vendor_limits(self) -> dict[str, tuple[str, dict[str, Decimal]]]:
        return _lowest_by_key(self.policy.vendor_limits, fingerprint)

    # -- payments to compare with

    @cached_property
    def payments(self) -> tuple[ComparablePayment, ...]:
        """Everything that a payment of the batch can be compared with, the batch itself included."""
        names = {transaction.vendor for transaction in self.transactions}
        keys = vendor_keys(names | {past.vendor for past in self.history.payments})
        return (
            *(
                _comparable(
                    past,
                    None,
                    f"{past.name} ({past.status.value})",
                    past.memo_key,
                    past.status,
                    self.today,
                    keys[past.vendor],
                    past.submitted,
                )
                for past in self.history.payments
            ),
            *(
                _comparable(
                    transaction,
                    transaction.ref,
                    f"#{transaction.ref}",
                    memo_key(transaction.memo),
                    None,
                    self.today,
                    keys[transaction.vendor],
                    self.today,
                )
                for transaction in self.transactions
            ),
        )

    @cached_property
    def in_order(self) -> Sequence[ComparablePayment]:
        """All payments, earlier ones first, as ``sort_key`` has it."""
        return sorted(self.payments, key=lambda payment: payment.sort_key)

    @cached_property
    def by_vendor(self) -> dict[tuple[str, str], list[ComparablePayment]]:
        """Payments by vendor key and currency, earlier ones first."""
        return _grouped(self.in_order, lambda payment: payment.vendor)

    @cached_property
    def by_card(self) -> dict[tuple[str, str], list[ComparablePayment]]:
        """Payments by card and currency, earlier ones first; those without a card are in no group."""
        return _grouped(self.in_order, lambda payment: payment.card)

    @cached_property
    def by_account(self) -> dict[tuple[str, str], list[ComparablePayment]]:
        """Payments by bank account and currency, earlier ones first; those without one are in no group."""
        return _grouped(self.in_order, lambda payment: payment.account)

    @cached_property
    def _by_ref(self) -> dict[int, ComparablePayment]:
        return {payment.ref: payment for payment in self.payments if payment.ref is not None}

    def comparable(self, transaction: Transaction) -> ComparablePayment:
        """A transaction of this batch in the form in which rules compare it."""
        return self._by_ref[transaction.ref]

    @cached_property
    def known_vendors(self) -> frozenset[str]:
        """Folded names of vendors paid before, by history or by the policy's own list."""
        return frozenset(map(folded_name, (*self.policy.known_vendors, *self.history.vendors)))


def _lowest_by_key(
    limits_by_name: Mapping[str, Mapping[str, Decimal]], key_of: Callable[[str], str]
) -> dict[str, tuple[str, dict[str, Decimal]]]:
    """Limits by the key of their name, with the name as written; of two spellings the lower limits hold."""
    by_key: dict[str, tuple[str, dict[str, Decimal]]] = {}
    for name, limits in limits_by_name.items():
        _, lowest = by_key.setdefault(key_of(name), (name, {}))
        for currency, amount in limits.items():
            lowest[currency] = min(amount, lowest.get(currency, amount))
    return by_key


def _grouped(
    payments: Iterable[ComparablePayment], key_of: Callable[[ComparablePayment], str]
) -> dict[tuple[str, str], list[ComparablePayment]]:
    groups: defaultdict[tuple[str, str], list[ComparablePayment]] = defaultdict(list)
    for payment in payments:
        if key := key_of(payment):
            groups[key, payment.currency].append(payment)
    return groups


def _comparable(
    payment: Transaction | PastPayment,
    ref: int | None,
    name: str,
    memo: str | None,
    status: PaymentStatus | None,
    today: dt.date,
    vendor_key: str,
    submitted: dt.date | None,
) -> ComparablePayment:
    return ComparablePayment(
        ref=ref,
        name=name,
        date=payment.date or today,
        amount=payment.amount,
        currency=payment.currency,
        vendor=vendor_key,
        invoice=invoice_key(payment.invoice),
        card=folded_name(payment.card or ""),
        account=account_key(payment.account),
        memo_key=memo,
        status=status,
        number=payment.invoice or "",
        submitted=submitted,
        automatic=payment.automatic if isinstance(payment, PastPayment) else None,
    )
