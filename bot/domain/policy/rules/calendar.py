"""Rules about the date of a payment, and about its category."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.domain.names import name_key, visible
from bot.domain.policy.batch import Batch
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.transaction import Transaction

SATURDAY = 5  # as ``date.weekday()`` counts
LEDGER_ROWS = 10  # dated rows from which a batch can be a ledger
LEDGER_GAP = 45  # days without a payment that a ledger may have: quiet holidays, or one run a month


def date_out_of_range(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A date in the future, or so old that the payment should have been made long ago."""
    settings, day = batch.rules.date_out_of_range, transaction.date
    if day is None:
        return None
    if (day - batch.today).days > settings.future_days:
        evidence = f"dated {day.isoformat()}, after its submission on {batch.today.isoformat()}"
        return RuleHit(evidence, batch.setting("date_out_of_range", "future_days"))
    if (batch.computed_once(_first_day_of_interest) - day).days > settings.stale_days:
        evidence = f"dated {day.isoformat()}, more than {settings.stale_days} days ago"
        return RuleHit(evidence, batch.setting("date_out_of_range", "stale_days"))
    return None


def _first_day_of_interest(batch: Batch) -> date:
    """The day from which age counts: that of the submission, and for a ledger the first day of its own span.

    Whoever submits a ledger knows how old it is; what is looked for is one old invoice among its payments.
    """
    dated = sorted(
        (transaction.date, abs(transaction.amount))
        for transaction in batch.transactions
        if transaction.date and transaction.date <= batch.today
    )
    days = [day for day, _ in dated]
    span = _days_on_end(days)
    return span[0] if len(days) >= LEDGER_ROWS and _is_ledger(batch, dated, span) else batch.today


def _is_ledger(batch: Batch, dated: Sequence[tuple[date, Decimal]], span: Sequence[date]) -> bool:
    """Whether a batch tells of a longer time, and not of what is to be paid now.

    Most of its rows and of its money are old; or, of those that stand on end up to the newest, a quarter of
    both are, without one that is most of the old money. So a few old pennies make no ledger.
    """
    stale_days = batch.rules.date_out_of_range.stale_days

    def has_old(rows: Sequence[tuple[date, Decimal]], parts: int) -> Sequence[Decimal]:
        old = [amount for day, amount in rows if (batch.today - day).days > stale_days]
        enough = len(old) * parts > len(rows) and sum(old) * parts > sum(amount for _, amount in rows)
        return old if enough else ()

    on_end = has_old(dated[len(dated) - len(span) :], 4)
    return bool(has_old(dated, 2)) or bool(on_end and max(on_end) * 2 <= sum(on_end))


def _days_on_end(days: Sequence[date]) -> Sequence[date]:
    """Of days in order, those from which no gap above ``LEDGER_GAP`` parts the last one."""
    first = len(days) - 1
    while first > 0 and (days[first] - days[first - 1]).days <= LEDGER_GAP:
        first -= 1
    return days[max(first, 0) :]


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
