"""Violations by size."""

import datetime as dt
from decimal import Decimal
from math import exp, log
from statistics import median

from bot.domain.names import name_key
from bot.domain.policy import Policy
from bot.evaluation.kinds.violation import Kind
from bot.evaluation.payment_generator import Case, Ground

RARE = ("SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "INR", "ZAR", "BHD", "KRW", "MXN", "BRL")
OWN_CATEGORY = "Hotels and meals"
OWN_SHARE = Decimal("0.05")  # of the currency's limit
NORMAL = 1.4826  # median absolute deviations to a standard deviation


def over_limit(on: Ground) -> Case:
    low, high = on.limit + on.unit, on.limit * on.dice.choice([2, 5, 50])
    refund = on.dice.random() < 0.1
    amount = on.amount(low, high)
    return Case((on.pay(-amount if refund else amount, on.vendor()),), way="refund" if refund else "payment")


def over_own_limit(on: Ground) -> Case:
    """Above the limit of its category, which is below the currency's."""
    low = on.limit * OWN_SHARE + on.unit
    written = on.dice.choice([OWN_CATEGORY, OWN_CATEGORY.upper(), f" {OWN_CATEGORY.lower()} "])
    return Case((on.pay(on.amount(low, low * 3), on.vendor(), category=written),))


def _with_own_limit(policy: Policy) -> Policy:
    own = {code: limit * OWN_SHARE for code, limit in policy.limits.items()}
    return policy.model_copy(update={"category_limits": {**policy.category_limits, OWN_CATEGORY: own}})


def no_limit_for_currency(on: Ground) -> Case:
    currency = on.dice.choice([code for code in RARE if code not in on.policy.limits])
    amount = Decimal(on.dice.randint(1, 9_000))
    return Case((on.pay(amount, on.vendor(), currency=currency),), way=currency)


def just_under_limit(on: Ground) -> Case:
    return Case((on.pay(_just_under(on), on.vendor()),))


def _just_under(on: Ground) -> Decimal:
    return on.amount(on.limit * on.rules.just_under_limit.share, on.limit)


def cluster_under_limit(on: Ground) -> Case:
    """As many as make a cluster, the last of them up to the whole window after the first."""
    rule, vendor, spare = on.rules.cluster_under_limit, on.vendor(), on.rules.cluster_under_limit.days
    first = on.day(spare)
    gaps = [0, *(on.dice.randint(0, min(spare, on.span)) for _ in range(rule.count - 1))]
    days = [first + dt.timedelta(days=gap) for gap in gaps]
    return Case(tuple(on.pay(_just_under(on), vendor, date=day) for day in days))


def round_amount(on: Ground) -> Case:
    rule = on.rules.round_amount
    unit = on.limit * rule.unit
    least = -(-(on.limit * rule.amount_from) // unit)
    times = on.dice.randint(int(least), int(on.limit // unit))
    return Case((on.pay(on.rounded(unit * times), on.vendor()),))


def unusual_amount(on: Ground) -> Case:
    """Above what the policy calls usual for a vendor, by a tenth to three times."""
    vendor = on.vendor(lambda name: _usual_up_to(on, name) is not None)
    bound = _usual_up_to(on, vendor)
    assert bound is not None
    low = max(bound * Decimal("1.1"), on.limit * on.rules.unusual_amount.amount_from)
    return Case((on.pay(on.amount(low, low * 3), vendor),))


def _usual_up_to(on: Ground, vendor: str) -> Decimal | None:
    """The largest usual amount; ``None`` where payments are too few, or ten limits would be usual."""
    rule = on.rules.unusual_amount
    paid = on.approved.get(name_key(vendor), [])
    if len(paid) < rule.payments:  # then what is handed in tells too
        paid = on.amounts.get(name_key(vendor), [])
    if len(paid) < rule.payments:
        return None
    middle = log(median(paid))
    spread = median(abs(log(amount) - middle) for amount in paid) * NORMAL
    bound = median(paid) * Decimal(exp(max(spread * rule.spread, log(rule.factor))))
    return bound if bound <= on.limit * 10 else None


def refund_without_original(on: Ground) -> Case:
    """Money back from somebody who was never paid, or never as much."""
    least = on.limit * on.rules.refund_without_original.amount_from
    highest = {key: max(amounts) for key, amounts in on.amounts.items()}
    small = (name for name in on.known if highest.get(name_key(name), 0) < on.limit / 2)
    vendor = on.take(small) if on.dice.random() < 0.5 else None
    if vendor is None:
        return Case((on.pay(-on.amount(least, on.limit), on.stranger()),), way="never paid")
    low = max(least, highest.get(name_key(vendor), Decimal(0)) + on.unit)
    return Case((on.pay(-on.amount(low, low * 2), vendor),), way="paid less")


def _one(code: str) -> frozenset[str]:
    return frozenset((code,))


KINDS = (
    Kind(
        "over limit", "an amount or refund above its currency's limit", _one("amount_over_limit"), over_limit
    ),
    Kind(
        "over own limit",
        "above the lower limit of its category",
        _one("amount_over_limit"),
        over_own_limit,
        policy=_with_own_limit,
    ),
    Kind(
        "no limit",
        "a currency that the policy has no limit for",
        _one("no_limit_for_currency"),
        no_limit_for_currency,
    ),
    Kind("just under limit", "at the limit or shortly below it", _one("just_under_limit"), just_under_limit),
    Kind(
        "cluster under limit",
        "several of those to one vendor within days",
        _one("cluster_under_limit"),
        cluster_under_limit,
        by_vendor=True,
    ),
    Kind("round amount", "a large round sum", _one("round_amount"), round_amount),
    Kind(
        "unusual amount",
        "far above what the vendor is usually paid",
        _one("unusual_amount"),
        unusual_amount,
        by_vendor=True,
    ),
    Kind(
        "refund without original",
        "money back that was never paid",
        _one("refund_without_original"),
        refund_without_original,
        by_vendor=True,
    ),
)
