"""The policy in a few words, for the model: what code has checked already, and from where on."""

from collections.abc import Mapping
from decimal import Decimal

from bot.domain.policy import Policy

CURRENCIES = 12  # whose limits are told; the model is to know what is ordinary, not to check it again


def policy_in_brief(policy: Policy) -> str:
    """About 80 tokens, equal for equal policies; nothing that people typed is in it, not even a vendor."""
    return (
        "Checked by code already: "
        f"amounts above {_limits(policy.limits)}; "
        f"{len(policy.vague_memos)} memos that say nothing; "
        f"{len(policy.denied_vendors)} denied vendors; "
        f"{_unknown_vendors(policy)}names that imitate others."
    )


def _limits(limits: Mapping[str, Decimal]) -> str:
    """``10,000 CHF EUR USD, 1,500,000 JPY, all in any other currency``."""
    currencies = sorted(limits)[:CURRENCIES]
    amounts = dict.fromkeys(limits[currency] for currency in currencies)
    parts = [
        f"{amount:,f} {' '.join(currency for currency in currencies if limits[currency] == amount)}"
        for amount in amounts
    ]
    if len(limits) > len(currencies):
        parts.append(f"those of {len(limits) - len(currencies)} more currencies")
    return ", ".join([*parts, "all in any other currency"])


def _unknown_vendors(policy: Policy) -> str:
    count = len(policy.known_vendors)
    return f"vendors outside a list of {count} known ones; " if count else ""
