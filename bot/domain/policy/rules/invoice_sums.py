"""Rules about what the payments of one invoice come to: their sum, and a gross amount after the net one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.domain.money import format_amount, minor_digits
from bot.domain.policy.batch import ApplicableLimit, Batch, ComparablePayment
from bot.domain.policy.rule_hit import MOST_NAMED, RuleHit, list_payment_names
from bot.domain.policy.rules.invoice_numbers import Numbered, begins_anew, numbered, shown_number
from bot.domain.policy.tax_rates import tax_rates
from bot.domain.transaction import Transaction

SLACK = 1  # smallest units by which a gross amount may miss, since tax is rounded by line or by invoice


def invoice_over_limit(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """One of several payments of one invoice that are together above the limit, however small each is.

    Payments out of the history count as long as they may still be of the same invoice. Credits do not count,
    since whoever wants to stay below the limit could type one.
    """
    return batch.computed_once(_sums).get(transaction.ref)


def gross_after_net(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """Two payments of one invoice of which one is the other with tax, at a rate usual for its currency.

    Both are flagged, since nobody knows which of them is owed.
    """
    return batch.computed_once(_gross_and_net).get(transaction.ref)


def _invoices(batch: Batch) -> list[list[Numbered]]:
    """Payments of one vendor, currency and invoice number, two or more, at least one of them of the batch."""
    groups: defaultdict[tuple[str, str, str], list[Numbered]] = defaultdict(list)
    for entry in batch.computed_once(numbered):
        payment = entry.payment
        if payment.may_have_been_paid:
            groups[payment.vendor, payment.currency, entry.number.key].append(entry)
    return [
        entries
        for entries in groups.values()
        if len(entries) > 1 and any(entry.payment.ref for entry in entries)
    ]


# -- sums


def _sums(batch: Batch) -> dict[int, RuleHit]:
    limits: dict[int, ApplicableLimit] = {
        transaction.ref: limit
        for transaction in batch.transactions
        if transaction.invoice and (limit := batch.limit_for(transaction))
    }
    hits: dict[int, RuleHit] = {}
    for entries in batch.computed_once(_invoices):
        own = [payment for payment, _ in entries if payment.ref in limits]
        if own:
            hits |= _above_limit(batch, entries, own, limits)
    return hits


def _above_limit(
    batch: Batch,
    entries: Sequence[Numbered],
    own: Sequence[ComparablePayment],
    limits: dict[int, ApplicableLimit],
) -> Iterator[tuple[int, RuleHit]]:
    """Findings about the payments of the batch of one invoice, where its sum is above their lowest limit."""
    days = batch.rules.invoice_over_limit.days
    last = own[-1]
    lines = [
        payment
        for payment, number in entries
        if payment.ref is not None
        or (payment.days_from(last) <= days and not begins_anew(number, payment, last))
    ]
    limit = min((limits[payment.ref] for payment in own if payment.ref), key=lambda limit: limit.amount)
    total = sum((payment.amount for payment in lines), Decimal(0))
    if len(lines) < 2 or total <= limit.amount:
        return
    named = lines[: MOST_NAMED + 1]
    for payment in own:
        others = [line.name for line in named if line is not payment][:MOST_NAMED]
        evidence = (
            f"with {list_payment_names(others, total=len(lines) - 1)} invoice {shown_number(payment)} comes "
            f"to {format_amount(total, payment.currency)}, "
            f"above the limit of {format_amount(limit.amount, payment.currency)}{limit.scope}"
        )
        yield payment.ref or 0, RuleHit(evidence, limit.policy_line, others)


# -- net and gross


def _gross_and_net(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.gross_after_net, dict[int, RuleHit]()
    for entries in batch.computed_once(_invoices):
        floor = batch.share_of_limit(entries[0].payment.currency, settings.amount_from)
        digits = minor_digits(entries[0].payment.currency)
        by_units: dict[int, ComparablePayment] = {}
        for payment, _ in entries:
            if payment.amount >= floor:
                by_units.setdefault(int(payment.amount.scaleb(digits)), payment)
        for net, gross, rate in _pairs(by_units, entries[0].payment.currency):
            if net.days_from(gross) > settings.days:
                continue
            percent = f"{(rate * 100).normalize():f} % tax"
            line = batch.setting("gross_after_net", "days")
            gross_amount, net_amount = (format_amount(paid.amount, paid.currency) for paid in (gross, net))
            if net.ref is not None:
                evidence = f"the same invoice as {gross.name}, {gross_amount}, which is this with {percent}"
                hits.setdefault(net.ref, RuleHit(evidence, line, [gross.name]))
            if gross.ref is not None:
                evidence = f"the same invoice as {net.name}, {net_amount}, with {percent} on it"
                hits.setdefault(gross.ref, RuleHit(evidence, line, [net.name]))
    return hits


def _pairs(
    by_units: dict[int, ComparablePayment], currency: str
) -> Iterator[tuple[ComparablePayment, ComparablePayment, Decimal]]:
    """Of payments by their amount in smallest units, each net one with a gross one and the rate between."""
    if len(by_units) < 2:
        return
    rates = [(int(rate * 100_000), rate) for rate in tax_rates(currency)]
    for units, net in by_units.items():
        for scaled, rate in rates:
            gross = (units * (100_000 + scaled) + 50_000) // 100_000
            for near in range(gross - SLACK, gross + SLACK + 1):
                if near > units and near in by_units:
                    yield net, by_units[near], rate
