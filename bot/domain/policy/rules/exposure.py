"""The rule about how much is approved without a human within days, however small its parts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from bot.domain.money import format_amount, minor_digits
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.history import PaymentStatus
from bot.domain.policy.rule_hit import MOST_NAMED, RuleHit, list_payment_names
from bot.domain.policy.usual import MONTH, Usual, is_ledger
from bot.domain.transaction import Transaction

ON_CARD = "on this card"


def exposure(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A payment above what is approved automatically to one vendor or account or on one card within days.

    It looks at what no other rule has flagged, with what was approved automatically before or may be while
    this is judged. The smaller payments pass first, so that a human sees few of them, and the largest. By the
    day of submission as well as by the typed date; a ledger, which tells of a longer time, has a wider bound
    for what is submitted, and none for a payee of whom it is known what is usual.
    """
    return batch.computed_once(_exposures).get(transaction.ref)


@dataclass(frozen=True, slots=True)
class _Pool:
    """Payments that share a payee or card and are summed in one currency.

    ``amounts`` are those of ``payments`` in ``currency``, ``limit`` is what shares are of, in major units.
    ``shared`` and ``tail`` are parts of the evidence: what they share, and what the sum is made of.
    """

    payments: Sequence[ComparablePayment]
    amounts: Sequence[Decimal]
    currency: str
    limit: Decimal
    usual: Usual | None
    shared: str
    tail: str = ""

    @property
    def payee(self) -> bool:
        """Whether they share who is paid, and not only a card."""
        return self.shared != ON_CARD


def _exposures(batch: Batch) -> dict[int, RuleHit]:
    hits: dict[int, RuleHit] = {}
    for groups, shared in (
        (batch.by_vendor, "to this vendor"),
        (batch.by_account, "to this account"),
        (batch.by_card, ON_CARD),
    ):
        by_currency: defaultdict[str, dict[str, Sequence[ComparablePayment]]] = defaultdict(dict)
        for (key, currency), payments in groups.items():
            by_currency[key][currency] = payments
        for payments_by_currency in by_currency.values():
            for pool in _pools(batch, payments_by_currency, shared):
                for ref, hit in _above_bound(batch, pool):
                    hits.setdefault(ref, hit)
    return hits


def _pools(
    batch: Batch, payments_by_currency: Mapping[str, Sequence[ComparablePayment]], shared: str
) -> Iterator[_Pool]:
    """Each currency by itself, and those that have a rate together."""
    policy = batch.policy
    together: list[tuple[ComparablePayment, Decimal]] = []
    limits: list[Decimal] = []
    rated = [currency for currency in payments_by_currency if policy.rate(currency) is not None]
    for currency, payments in payments_by_currency.items():
        if (limit := policy.limits.get(currency)) is None:
            continue  # every payment in it is flagged
        counted = [payment for payment in payments if _counts(batch, payment, limit)]
        amounts = [payment.amount for payment in counted]
        apart = "; other currencies are not in it, since the policy has no rate for them"
        tail = apart if len(payments_by_currency) > max(len(rated), 1) else ""
        usual = Usual.of(batch, payments, limit) if sum(amounts) > _least_bound(batch, limit) else None
        yield _Pool(counted, amounts, currency, limit, usual, shared, tail)
        if (rate := policy.rate(currency)) is not None:
            together += zip(counted, (amount * rate for amount in amounts), strict=True)
            limits.append(limit * rate)
    if len(limits) > 1:
        tail = f", in {len(limits)} currencies by the policy's rates"
        payments, amounts = [payment for payment, _ in together], [amount for _, amount in together]
        yield _Pool(payments, amounts, policy.currency, max(limits), None, shared, tail)


def _counts(batch: Batch, payment: ComparablePayment, limit: Decimal) -> bool:
    """Whether it is, was or may be approved automatically; what a human sees is none of it."""
    if not 0 < payment.amount <= limit:
        return False
    if payment.ref is not None:
        return payment.ref not in batch.flagged
    return payment.automatic is not False and payment.status in (
        PaymentStatus.APPROVED,
        PaymentStatus.WAITING,
    )


def _least_bound(batch: Batch, limit: Decimal) -> Decimal:
    """What passes in any case, whatever is usual."""
    settings = batch.rules.exposure
    return limit * min(settings.share, settings.known_share, settings.ledger_share)


def _above_bound(batch: Batch, pool: _Pool) -> Iterator[tuple[int, RuleHit]]:
    settings = batch.rules.exposure
    if sum(pool.amounts) <= _least_bound(batch, pool.limit) or all(
        payment.ref is None for payment in pool.payments
    ):
        return
    ledger, usual = batch.computed_once(is_ledger), pool.usual
    setting = "known_share" if usual and pool.payee else "share"
    share = getattr(settings, setting)
    by_date = usual.within(settings.days - 1) * settings.usual if usual else Decimal(0)
    dated = _By(lambda payment: payment.date, max(pool.limit * share, by_date), setting)
    yield from _above_bound_by(batch, pool, dated)
    if ledger and usual is None:
        wider = _By(lambda payment: payment.handed_in, pool.limit * settings.ledger_share, "ledger_share")
        yield from _above_bound_by(batch, pool, wider)
    elif not ledger:
        dates = [payment.date for payment in pool.payments if payment.ref is not None]
        span = min(max((max(dates) - min(dates)).days, settings.days - 1), MONTH)
        by_span = usual.within(span) * settings.usual if usual else Decimal(0)
        submitted = _By(lambda payment: payment.handed_in, max(pool.limit * share, by_span), setting)
        yield from _above_bound_by(batch, pool, submitted)


@dataclass(frozen=True, slots=True)
class _By:
    """By which day payments are summed, how much of them passes, and the setting that says so."""

    day_of: Callable[[ComparablePayment], date]
    bound: Decimal
    setting: str


def _above_bound_by(batch: Batch, pool: _Pool, by: _By) -> Iterator[tuple[int, RuleHit]]:
    """The payments that find no room below the bound in the days around their own."""
    if sum(pool.amounts) <= by.bound:
        return
    taken, digits = _Taken(batch.rules.exposure.days), minor_digits(pool.currency)
    in_order = sorted(
        zip(pool.payments, pool.amounts, strict=True),
        key=lambda entry: (entry[0].ref is not None, entry[1], entry[0].ref or 0),
    )
    for payment, amount in in_order:
        day = by.day_of(payment).toordinal()
        first, total = taken.largest_around(day)
        if payment.ref is None or total + amount <= by.bound:
            taken.add(day, payment.name, amount)
            continue
        about = list(islice(taken.names_from(first), MOST_NAMED + 1))
        together = format_amount(round(total + amount, digits), pool.currency)
        evidence = (
            f"with {_named(taken, first, about)} {together} "
            f"{pool.shared} within {taken.window} days{pool.tail}, of which at most "
            f"{format_amount(round(by.bound, digits), pool.currency)} passes without a human"
        )
        yield payment.ref, RuleHit(evidence, batch.setting("exposure", by.setting), about)


@dataclass
class _Taken:
    """What passes, by day (ordinals): its sum, and the names of the payments."""

    window: int
    sums: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    names: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, day: int, name: str, amount: Decimal) -> None:
        """Let a payment pass."""
        self.sums[day] += amount
        self.names[day].append(name)

    def largest_around(self, day: int) -> tuple[int, Decimal]:
        """The first day and the sum of that window of days with this day in it that has the largest sum."""
        around = range(day - self.window + 1, day + self.window)
        sums = [self.sums.get(near, Decimal(0)) for near in around]
        total, best = sum(sums[: self.window], Decimal(0)), (0, Decimal(-1))
        for start in range(self.window):
            if total > best[1]:
                best = start, total
            if start + self.window < len(sums):
                total += sums[start + self.window] - sums[start]
        return day - self.window + 1 + best[0], best[1]

    def names_from(self, first: int) -> Iterable[str]:
        """The names of what passes in the window from this day on."""
        return (name for day in range(first, first + self.window) for name in self.names.get(day, ()))


def _named(taken: _Taken, first: int, names: Sequence[str]) -> str:
    days = range(first, first + taken.window)
    total = sum(len(taken.names.get(day, ())) for day in days)
    return f"{list_payment_names(names, total=total)}:" if names else "this one:"
