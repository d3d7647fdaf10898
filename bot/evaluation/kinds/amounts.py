"""Violations by the size of an amount."""

import datetime as dt
from decimal import Decimal
from math import exp, log
from statistics import median

from bot.domain.names import fingerprint
from bot.domain.policy import Policy
from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator

RARE_CURRENCIES = ("SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "INR", "ZAR", "BHD", "KRW", "MXN", "BRL")
OWN_CATEGORY = "Hotels and meals"
OWN_SHARE = Decimal("0.05")  # the limit of that category, as a part of the currency's
MAD_TO_DEVIATION = 1.4826  # a median absolute deviation as a standard deviation, as the rule takes it


def plant_over_limit(generator: PaymentGenerator) -> Violation:
    """A payment above the limit of its currency, or (one in ten) a refund of that size."""
    low, high = (
        generator.limit + generator.smallest_unit,
        generator.limit * generator.random.choice([2, 5, 50]),
    )
    refund = generator.random.random() < 0.1
    amount = generator.amount_between(low, high)
    return Violation.of_row(
        generator.payment(-amount if refund else amount, generator.known_vendor()),
        way="refund" if refund else "payment",
    )


def plant_over_own_limit(generator: PaymentGenerator) -> Violation:
    """A payment above the limit of its category, which is below the currency's."""
    low = generator.limit * OWN_SHARE + generator.smallest_unit
    written = generator.random.choice([OWN_CATEGORY, OWN_CATEGORY.upper(), f" {OWN_CATEGORY.lower()} "])
    return Violation.of_row(
        generator.payment(generator.amount_between(low, low * 3), generator.known_vendor(), category=written)
    )


def _with_own_limit(policy: Policy) -> Policy:
    own = {code: limit * OWN_SHARE for code, limit in policy.limits.items()}
    return policy.model_copy(update={"category_limits": {**policy.category_limits, OWN_CATEGORY: own}})


def plant_no_limit_for_currency(generator: PaymentGenerator) -> Violation:
    """A payment in a rare currency for which the policy has no limit."""
    currency = generator.random.choice(
        [code for code in RARE_CURRENCIES if code not in generator.policy.limits]
    )
    amount = Decimal(generator.random.randint(1, 9_000))
    return Violation.of_row(
        generator.payment(amount, generator.known_vendor(), currency=currency), way=currency
    )


def plant_zero_amount(generator: PaymentGenerator) -> Violation:
    """A payment of nothing, as an empty or wrong column of amounts makes it."""
    return Violation.of_row(generator.payment(Decimal(0), generator.known_vendor()))


def plant_just_under_limit(generator: PaymentGenerator) -> Violation:
    """A payment from the share of the limit that the policy calls just under it up to the limit."""
    return Violation.of_row(generator.payment(_just_under(generator), generator.known_vendor()))


def _just_under(generator: PaymentGenerator) -> Decimal:
    return generator.amount_between(generator.limit * generator.rules.just_under_limit.share, generator.limit)


def plant_cluster_under_limit(generator: PaymentGenerator) -> Violation:
    """As many payments just under the limit as make a cluster, within the days of the rule."""
    settings, vendor = generator.rules.cluster_under_limit, generator.known_vendor()
    first = generator.day(settings.days)
    longest = min(settings.days, generator.days)
    gaps = [0, *(generator.random.randint(0, longest) for _ in range(settings.count - 1))]
    days = [first + dt.timedelta(days=gap) for gap in gaps]
    return Violation(tuple(generator.payment(_just_under(generator), vendor, date=day) for day in days))


def plant_round_amount(generator: PaymentGenerator) -> Violation:
    """A multiple of the unit that the policy calls round, up to the limit."""
    rule = generator.rules.round_amount
    unit = generator.limit * rule.unit
    least = -(-(generator.limit * rule.amount_from) // unit)
    times = generator.random.randint(int(least), int(generator.limit // unit))
    return Violation.of_row(generator.payment(generator.rounded(unit * times), generator.known_vendor()))


def plant_unusual_amount(generator: PaymentGenerator) -> Violation:
    """An amount above what the policy calls usual for a vendor, by a tenth to three times."""
    vendor = generator.known_vendor(lambda name: _usual_up_to(generator, name) is not None)
    bound = _usual_up_to(generator, vendor)
    assert bound is not None
    low = max(bound * Decimal("1.1"), generator.limit * generator.rules.unusual_amount.amount_from)
    return Violation.of_row(generator.payment(generator.amount_between(low, low * 3), vendor))


def _usual_up_to(generator: PaymentGenerator, vendor: str) -> Decimal | None:
    """The largest usual amount of a vendor, reckoned apart from the rule.

    ``None`` where its payments are too few to tell, or where more than ten times the limit would be usual.
    """
    rule = generator.rules.unusual_amount
    paid = generator.past_amounts_by_vendor.get(fingerprint(vendor), [])
    if len(paid) < rule.payments:  # then what is handed in tells too
        paid = generator.amounts_by_vendor.get(fingerprint(vendor), [])
    if len(paid) < rule.payments:
        return None
    middle = log(median(paid))
    spread = median(abs(log(amount) - middle) for amount in paid) * MAD_TO_DEVIATION
    bound = median(paid) * Decimal(exp(max(spread * rule.spread, log(rule.factor))))
    before = generator.past_amounts_by_vendor.get(fingerprint(vendor), [])
    bound = max(bound, rule.largest * max(before, default=Decimal(0)))
    return bound if bound <= generator.limit * 10 else None


def plant_refund_without_original(generator: PaymentGenerator) -> Violation:
    """Money back from a vendor that was never paid, or never as much."""
    least = generator.limit * generator.rules.refund_without_original.amount_from
    highest = {key: max(amounts) for key, amounts in generator.amounts_by_vendor.items()}
    small = (
        name for name in generator.known_vendors if highest.get(fingerprint(name), 0) < generator.limit / 2
    )
    vendor = generator.first_unused(small) if generator.random.random() < 0.5 else None
    if vendor is None:
        return Violation.of_row(
            generator.payment(-generator.amount_between(least, generator.limit), generator.new_vendor()),
            way="never paid",
        )
    low = max(least, highest.get(fingerprint(vendor), Decimal(0)) + generator.smallest_unit)
    return Violation.of_row(
        generator.payment(-generator.amount_between(low, low * 2), vendor), way="paid less"
    )


def _one(code: str) -> frozenset[str]:
    return frozenset((code,))


KINDS = (
    ViolationKind(
        "over limit",
        "an amount or refund above its currency's limit",
        _one("amount_over_limit"),
        plant_over_limit,
    ),
    ViolationKind(
        "over own limit",
        "above the lower limit of its category",
        _one("amount_over_limit"),
        plant_over_own_limit,
        policy=_with_own_limit,
    ),
    ViolationKind(
        "no limit",
        "a currency that the policy has no limit for",
        _one("no_limit_for_currency"),
        plant_no_limit_for_currency,
    ),
    ViolationKind("zero amount", "a payment of nothing", _one("zero_amount"), plant_zero_amount),
    ViolationKind(
        "just under limit",
        "at the limit or shortly below it",
        _one("just_under_limit"),
        plant_just_under_limit,
    ),
    ViolationKind(
        "cluster under limit",
        "several of those to one vendor within days",
        _one("cluster_under_limit"),
        plant_cluster_under_limit,
        by_vendor=True,
    ),
    ViolationKind("round amount", "a large round sum", _one("round_amount"), plant_round_amount),
    ViolationKind(
        "unusual amount",
        "far above what the vendor is usually paid",
        _one("unusual_amount"),
        plant_unusual_amount,
        by_vendor=True,
    ),
    ViolationKind(
        "refund without original",
        "money back that was never paid",
        _one("refund_without_original"),
        plant_refund_without_original,
        by_vendor=True,
    ),
)
