"""The policy in a few words, for the model: what code has checked already, and from where on."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from bot.domain.policy import Policy

CURRENCIES = 12  # whose limits are told; the model is to know what is ordinary, not to check it again


def in_brief(policy: Policy) -> str:
    """About 80 tokens, the same for equal policies; nothing that people typed is in it, not even a vendor."""
    return (
        "Checked by code already: "
        f"amounts above {_limits(policy.limits)}; "
        f"{len(policy.vague_memos)} memos that say nothing; "
        f"{len(policy.denied_vendors)} denied vendors; "
        f"{_unknown(policy)}names that imitate others."
    )


def _limits(limits: Mapping[str, Decimal]) -> str:
    """``10,000 CHF EUR USD, 1,500,000 JPY, and in any other currency``."""
    told = sorted(limits)[:CURRENCIES]
    amounts = dict.fromkeys(limits[currency] for currency in told)
    named = [f"{amount:,f} {_joined(code for code in told if limits[code] == amount)}" for amount in amounts]
    if len(limits) > len(told):
        named.append(f"those of {len(limits) - len(told)} more currencies")
    return ", ".join([*named, "all in any other currency"])


def _joined(codes: Iterable[str]) -> str:
    return " ".join(codes)


def _unknown(policy: Policy) -> str:
    count = len(policy.known_vendors)
    return f"vendors outside a list of {count} known ones; " if count else ""
