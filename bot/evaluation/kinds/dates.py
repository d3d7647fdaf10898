"""Violations by day, and by category."""

import datetime as dt

from bot.domain.policy import Policy
from bot.evaluation.kinds.violation import Kind
from bot.evaluation.payment_generator import CannotPlant, Case, Ground

SATURDAY = 5
DENIED_CATEGORY = "Hospitality for officials"


def future(on: Ground) -> Case:
    days = on.rules.date_out_of_range.future_days + on.dice.choice([1, 2, 10, 100, 365])
    return Case((on.pay(on.small(), on.vendor(), date=on.today + dt.timedelta(days=days)),))


def stale(on: Ground) -> Case:
    days = on.rules.date_out_of_range.stale_days + on.dice.choice([1, 2, 30, 365, 3000])
    return Case((on.pay(on.small(), on.vendor(), date=on.today - dt.timedelta(days=days)),))


def weekend(on: Ground) -> Case:
    days = (on.first + dt.timedelta(days=gap) for gap in range(on.span + 1))
    off = [day for day in days if day.weekday() >= SATURDAY]
    if not off:
        raise CannotPlant("no weekend is in it")
    return Case((on.pay(on.small(), on.vendor(), date=on.dice.choice(off)),))


def _with_weekends(policy: Policy) -> Policy:
    own = policy.rules.weekend_or_holiday.model_copy(update={"on": True})
    return policy.model_copy(update={"rules": policy.rules.model_copy(update={"weekend_or_holiday": own})})


def category(on: Ground) -> Case:
    written = on.dice.choice(
        [
            DENIED_CATEGORY,
            DENIED_CATEGORY.upper(),
            f"{DENIED_CATEGORY}.",
            DENIED_CATEGORY.replace("o", "о", 1),
        ]
    )
    return Case((on.pay(on.small(), on.vendor(), category=written),))


def _with_category(policy: Policy) -> Policy:
    rule = policy.rules.category_not_allowed
    own = rule.model_copy(update={"denied": (*rule.denied, DENIED_CATEGORY)})
    return policy.model_copy(update={"rules": policy.rules.model_copy(update={"category_not_allowed": own})})


KINDS = (
    Kind("future date", "dated after its submission", frozenset({"date_out_of_range"}), future),
    Kind("stale date", "half a year old among new ones", frozenset({"date_out_of_range"}), stale),
    Kind(
        "weekend",
        "a Saturday or Sunday (with the rule turned on)",
        frozenset({"weekend_or_holiday"}),
        weekend,
        policy=_with_weekends,
    ),
    Kind(
        "category",
        "a category that the policy denies",
        frozenset({"category_not_allowed"}),
        category,
        policy=_with_category,
    ),
)
