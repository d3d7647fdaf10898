"""How much an amount is, beside the limit that holds for it: so that currencies and programmes compare."""

import datetime as dt
from collections.abc import Callable

from bot.domain.policy.batch import Batch
from bot.domain.policy.config import Policy
from bot.domain.policy.history import History
from bot.domain.transaction import Transaction


def shares_of_limits(policy: Policy, profile: str = "") -> Callable[[Transaction], float | None]:
    """A function that says what share of its limit a payment is (1: as much), a refund by its size.

    ``profile`` names the one that judges the batch, empty for none; where a row chooses another by naming a
    card, the lower limit holds. The function answers ``None`` where there is no limit for the currency.
    """
    chosen = policy.profiles.get(profile)
    general = _limits(policy.under(chosen) if chosen else policy)
    of_cards = [
        _limits(policy.under(other))
        for name, other in policy.profiles.items()
        if other.with_cards and name != profile
    ]

    def share(transaction: Transaction) -> float | None:
        among = [general, *of_cards] if (transaction.card or "").strip() else [general]
        limits = (limits.limit_for(transaction) for limits in among)
        lowest = min((limit.amount for limit in limits if limit and limit.amount), default=None)
        return None if lowest is None else float(abs(transaction.amount) / lowest)

    return share


def _limits(policy: Policy) -> Batch:
    return Batch(policy, (), History(), dt.date.min, None)
