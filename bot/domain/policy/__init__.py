"""The policy as the rest of the house sees it: what it holds, how it is read, how it judges."""

from bot.domain.policy.file import (
    HumanInputMode,
    Policy,
    PolicyError,
    default_policy,
    default_policy_text,
    load,
)
from bot.domain.policy.rules import RULES, assess

__all__ = [
    "RULES",
    "HumanInputMode",
    "Policy",
    "PolicyError",
    "assess",
    "default_policy",
    "default_policy_text",
    "load",
]
