"""Violations by the date of a payment, and by its category."""

import datetime as dt

from bot.domain.policy import Policy
from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import CannotPlant, PaymentGenerator

SATURDAY = 5
DENIED_CATEGORY = "Hospitality for officials"


def plant_future_date(generator: PaymentGenerator) -> Violation:
    """A payment dated after the day of submission, further than the policy allows."""
    days = generator.rules.date_out_of_range.future_days + generator.random.choice([1, 2, 10, 100, 365])
    return Violation.of_row(
        generator.payment(
            generator.everyday_amount(),
            generator.known_vendor(),
            date=generator.today + dt.timedelta(days=days),
        )
    )


def plant_stale_date(generator: PaymentGenerator) -> Violation:
    """A payment dated longer before the day of submission than the policy allows."""
    days = generator.rules.date_out_of_range.stale_days + generator.random.choice([1, 2, 30, 365, 3000])
    return Violation.of_row(
        generator.payment(
            generator.everyday_amount(),
            generator.known_vendor(),
            date=generator.today - dt.timedelta(days=days),
        )
    )


def plant_weekend_date(generator: PaymentGenerator) -> Violation:
    """A payment on a Saturday or Sunday; raises ``CannotPlant`` where the file spans none."""
    days = (generator.first_day + dt.timedelta(days=gap) for gap in range(generator.days + 1))
    off = [day for day in days if day.weekday() >= SATURDAY]
    if not off:
        raise CannotPlant("no weekend is in it")
    return Violation.of_row(
        generator.payment(
            generator.everyday_amount(), generator.known_vendor(), date=generator.random.choice(off)
        )
    )


def _with_weekends(policy: Policy) -> Policy:
    own = policy.rules.weekend_or_holiday.model_copy(update={"on": True})
    return policy.model_copy(update={"rules": policy.rules.model_copy(update={"weekend_or_holiday": own})})


def plant_denied_category(generator: PaymentGenerator) -> Violation:
    """A payment in a category that the policy denies, in one of several spellings."""
    written = generator.random.choice(
        [
            DENIED_CATEGORY,
            DENIED_CATEGORY.upper(),
            f"{DENIED_CATEGORY}.",
            DENIED_CATEGORY.replace("o", "о", 1),
        ]
    )
    return Violation.of_row(
        generator.payment(generator.everyday_amount(), generator.known_vendor(), category=written)
    )


def _with_category(policy: Policy) -> Policy:
    rule = policy.rules.category_not_allowed
    own = rule.model_copy(update={"denied": (*rule.denied, DENIED_CATEGORY)})
    return policy.model_copy(update={"rules": policy.rules.model_copy(update={"category_not_allowed": own})})


KINDS = (
    ViolationKind(
        "future date", "dated after its submission", frozenset({"date_out_of_range"}), plant_future_date
    ),
    ViolationKind(
        "stale date", "half a year old among new ones", frozenset({"date_out_of_range"}), plant_stale_date
    ),
    ViolationKind(
        "weekend",
        "a Saturday or Sunday (with the rule turned on)",
        frozenset({"weekend_or_holiday"}),
        plant_weekend_date,
        policy=_with_weekends,
    ),
    ViolationKind(
        "category",
        "a category that the policy denies",
        frozenset({"category_not_allowed"}),
        plant_denied_category,
        policy=_with_category,
    ),
)
