"""Rules about the size of an amount."""

from decimal import Decimal
from math import log
from statistics import median

from bot.domain.policy.batch import Batch, Payment, Said, money, named
from bot.domain.policy.history import Standing
from bot.domain.transaction import Transaction

# A median absolute deviation times this estimates the standard deviation of a normal distribution.
MAD_TO_DEVIATION = 1.4826


def amount_over_limit(batch: Batch, one: Transaction) -> Said | None:
    """Strictly above the lowest limit that holds; a refund counts by its size."""
    limit = batch.limit(one)
    if limit is None or abs(one.amount) <= limit.amount:
        return None
    bound = f"above the limit of {money(limit.amount, one.currency)}{limit.whose}"
    written = money(one.amount, one.currency)
    if one.amount < 0:
        return Said(f"a refund of {written}, in size {bound}", limit.line)
    return Said(f"{written} is {bound}", limit.line)


def no_limit_for_currency(batch: Batch, one: Transaction) -> Said | None:
    """Without a limit nothing can be called small."""
    if one.currency in batch.policy.limits:
        return None
    return Said(f"the policy has no limit for {one.currency}", "limits")


def just_under_limit(batch: Batch, one: Transaction) -> Said | None:
    """At the limit or shortly below it, where an amount stands that was made to pass."""
    limit = batch.limit(one)
    if limit is None or not _just_under(batch, one, limit.amount):
        return None
    part = one.amount / limit.amount * 100
    bound = f"the limit of {money(limit.amount, one.currency)}{limit.whose}"
    return Said(
        f"{money(one.amount, one.currency)} is {part:.0f} % of {bound}",
        batch.line("just_under_limit", "share"),
    )


def cluster_under_limit(batch: Batch, one: Transaction) -> Said | None:
    """Several just under the limit for the same vendor or on the same card within some days."""
    rule, limit = batch.rules.cluster_under_limit, batch.limit(one)
    if limit is None or not _just_under(batch, one, limit.amount):
        return None
    mine = batch.payment(one)
    for group in (batch.of_vendor(one), batch.of_card(one)):
        others = [
            other
            for other in group
            if other.ref != one.ref or other.standing
            if other.standing is not Standing.REJECTED
            and abs((other.date - mine.date).days) <= rule.days
            and limit.amount * batch.rules.just_under_limit.share <= other.amount <= limit.amount
        ]
        if len(others) + 1 >= rule.count:
            words = f"just under the limit, like {named(others)}, within {rule.days} days"
            return Said(words, batch.line("cluster_under_limit", "days"))
    return None


def _just_under(batch: Batch, one: Transaction, limit: Decimal) -> bool:
    return one.amount > 0 and limit * batch.rules.just_under_limit.share <= one.amount <= limit


def unusual_amount(batch: Batch, one: Transaction) -> Said | None:
    """Far above what this vendor is usually paid, by median and median absolute deviation of the logarithm.

    Both stay where they are when a few amounts are wild, unlike mean and standard deviation (Iglewicz and
    Hoaglin, "How to detect and handle outliers", 1993). Of the logarithm, because prices spread in
    proportion: a shop that sells tools and machines is not unusual at every machine. The factor keeps a
    vendor with one fixed price from being unusual at a penny more.
    """
    rule = batch.rules.unusual_amount
    if one.amount <= 0 or one.amount < batch.share(one.currency, rule.amount_from):
        return None
    usual = [other.amount for other in batch.of_vendor(one) if _tells_what_is_usual(other, one)]
    if len(usual) < rule.payments:
        return None
    middle = median(usual)
    logs = [log(amount) for amount in usual]
    spread = median(abs(each - log(middle)) for each in logs) * MAD_TO_DEVIATION
    if log(one.amount / middle) <= max(spread * rule.spread, log(rule.factor)):
        return None
    return Said(
        f"{money(one.amount, one.currency)} is {one.amount / middle:.0f} times what this vendor is usually "
        f"paid (the median of {len(usual):,} payments)",
        batch.line("unusual_amount", "spread"),
    )


def _tells_what_is_usual(other: Payment, one: Transaction) -> bool:
    return other.amount > 0 and other.standing in (None, Standing.APPROVED) and other.ref != one.ref


def round_amount(batch: Batch, one: Transaction) -> Said | None:
    """A large round sum, which prices with tax rarely are."""
    rule = batch.rules.round_amount
    unit = batch.share(one.currency, rule.unit)
    if not unit or one.amount < batch.share(one.currency, rule.amount_from) or one.amount % unit:
        return None
    words = f"{money(one.amount, one.currency)} is a round sum"
    return Said(words, batch.line("round_amount", "unit"))


def refund_without_original(batch: Batch, one: Transaction) -> Said | None:
    """Money back from a vendor that was not paid as much before, as far as is known."""
    if one.amount >= 0 or -one.amount < batch.share(
        one.currency, batch.rules.refund_without_original.amount_from
    ):
        return None
    mine = batch.payment(one)
    if any(other.amount >= -one.amount and other.date <= mine.date for other in batch.of_vendor(one)):
        return None
    words = (
        f"a refund of {money(-one.amount, one.currency)}, and no payment of that size to this vendor is known"
    )
    return Said(words, batch.line("refund_without_original", "amount_from"))
