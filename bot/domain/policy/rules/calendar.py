"""Rules about the date of a payment, and about its category."""

from datetime import date

from bot.domain.names import name_key, visible
from bot.domain.policy.batch import Batch
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.transaction import Transaction

SATURDAY = 5  # as ``date.weekday()`` counts
ARCHIVE_ROWS = 10  # dated rows from which a batch that is mostly old counts as an archive


def date_out_of_range(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A date in the future, or so old that the payment should have been made long ago."""
    settings, day = batch.rules.date_out_of_range, transaction.date
    if day is None:
        return None
    if (day - batch.today).days > settings.future_days:
        evidence = f"dated {day.isoformat()}, after its submission on {batch.today.isoformat()}"
        return RuleHit(evidence, batch.setting("date_out_of_range", "future_days"))
    if (batch.computed_once(_reference_day) - day).days > settings.stale_days:
        evidence = f"dated {day.isoformat()}, more than {settings.stale_days} days ago"
        return RuleHit(evidence, batch.setting("date_out_of_range", "stale_days"))
    return None


def _reference_day(batch: Batch) -> date:
    """The day from which age counts: that of the submission, and for an archive its own last day.

    Whoever submits last year's ledger knows that it is last year's; what is looked for is one old invoice
    among new ones. A batch is an archive where most of its rows and most of its money are old, so that a few
    old pennies do not make one.
    """
    dated = [
        (transaction.date, abs(transaction.amount))
        for transaction in batch.transactions
        if transaction.date and transaction.date <= batch.today
    ]
    stale_days = batch.rules.date_out_of_range.stale_days
    old_amounts = [amount for day, amount in dated if (batch.today - day).days > stale_days]
    mostly_old = len(old_amounts) * 2 > len(dated) and sum(old_amounts) * 2 > sum(
        amount for _, amount in dated
    )
    return max(day for day, _ in dated) if len(dated) >= ARCHIVE_ROWS and mostly_old else batch.today


def weekend_or_holiday(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A date on which nobody is at work: a Saturday, a Sunday, or a holiday that the policy lists."""
    day = transaction.date
    if day is None:
        return None
    if day in batch.rules.weekend_or_holiday.holidays:
        return RuleHit(f"{day.isoformat()} was a holiday", "rules.weekend_or_holiday.holidays")
    if day.weekday() >= SATURDAY:
        return RuleHit(f"{day:%Y-%m-%d} was a {day:%A}", batch.setting("weekend_or_holiday", "on"))
    return None


def category_not_allowed(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A category that the policy denies, or, where it lists the allowed ones, any other."""
    if transaction.category is None:
        return None
    allowed, denied = batch.computed_once(_categories)
    category, setting = name_key(transaction.category), ""
    if category in denied:
        setting = "denied"
    elif allowed and category not in allowed:
        setting = "allowed"
    if not setting:
        return None
    evidence = f"the category “{visible(transaction.category)}” is not allowed"
    return RuleHit(evidence, f"rules.category_not_allowed.{setting}")


def _categories(batch: Batch) -> tuple[frozenset[str], frozenset[str]]:
    """The name keys of the allowed and of the denied categories."""
    settings = batch.rules.category_not_allowed
    return frozenset(map(name_key, settings.allowed)), frozenset(map(name_key, settings.denied))
