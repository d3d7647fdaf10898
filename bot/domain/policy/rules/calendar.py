"""Rules about when, and about what kind of spending it is."""

from datetime import date

from bot.domain.names import name_key, visible
from bot.domain.policy.batch import Batch, Said
from bot.domain.transaction import Transaction

SATURDAY = 5
ARCHIVE = 10  # rows; from here on a batch that is mostly old was meant to be


def date_out_of_range(batch: Batch, one: Transaction) -> Said | None:
    """In the future, or so old that it should have been paid long ago."""
    rule = batch.rules.date_out_of_range
    if one.date is None:
        return None
    if (one.date - batch.today).days > rule.future_days:
        words = f"dated {one.date.isoformat()}, after its submission on {batch.today.isoformat()}"
        return Said(words, batch.line("date_out_of_range", "future_days"))
    if (batch.worked_out(_reference_day) - one.date).days > rule.stale_days:
        words = f"dated {one.date.isoformat()}, more than {rule.stale_days} days ago"
        return Said(words, batch.line("date_out_of_range", "stale_days"))
    return None


def _reference_day(batch: Batch) -> date:
    """The day from which age counts: the submission's, and for a batch that is mostly old its own last day.

    Whoever hands in last year's ledger knows that it is last year's; one old invoice among new ones is
    what is looked for.
    """
    dated = [
        (one.date, abs(one.amount)) for one in batch.transactions if one.date and one.date <= batch.today
    ]
    stale_days = batch.rules.date_out_of_range.stale_days
    old = [amount for day, amount in dated if (batch.today - day).days > stale_days]
    # Most of the rows, and most of the money: a few old pennies make no archive.
    mostly = len(old) * 2 > len(dated) and sum(old) * 2 > sum(amount for _, amount in dated)
    return max(day for day, _ in dated) if len(dated) >= ARCHIVE and mostly else batch.today


def weekend_or_holiday(batch: Batch, one: Transaction) -> Said | None:
    """On a day when nobody is at work."""
    rule = batch.rules.weekend_or_holiday
    if one.date is None:
        return None
    if one.date in rule.holidays:
        return Said(f"{one.date.isoformat()} was a holiday", "rules.weekend_or_holiday.holidays")
    if one.date.weekday() >= SATURDAY:
        return Said(f"{one.date:%Y-%m-%d} was a {one.date:%A}", batch.line("weekend_or_holiday", "on"))
    return None


def category_not_allowed(batch: Batch, one: Transaction) -> Said | None:
    """A category that the policy denies, or, where it lists the allowed ones, any other."""
    if one.category is None:
        return None
    allowed, denied = batch.worked_out(_categories)
    shape, key = name_key(one.category), ""
    if shape in denied:
        key = "denied"
    elif allowed and shape not in allowed:
        key = "allowed"
    if not key:
        return None
    words = f"the category “{visible(one.category)}” is not allowed"
    return Said(words, f"rules.category_not_allowed.{key}")


def _categories(batch: Batch) -> tuple[frozenset[str], frozenset[str]]:
    rule = batch.rules.category_not_allowed
    return frozenset(map(name_key, rule.allowed)), frozenset(map(name_key, rule.denied))
