"""The policy as the rest of the house sees it: what it holds, how it is read, how it judges."""

from bot.domain.policy.file import (
    HumanInputMode,
    ModelUse,
    Policy,
    PolicyError,
    default_policy,
    default_policy_text,
    load,
)
from bot.domain.policy.history import (
    History,
    PastPayment,
    Standing,
    facts_about,
    history_of,
    past,
    vendor_key,
)
from bot.domain.policy.registry import RULES, Rule, assess
from bot.domain.policy.sanctions import SanctionsList, read_sanctions

__all__ = [
    "RULES",
    "History",
    "HumanInputMode",
    "ModelUse",
    "PastPayment",
    "Policy",
    "PolicyError",
    "Rule",
    "SanctionsList",
    "Standing",
    "assess",
    "default_policy",
    "default_policy_text",
    "facts_about",
    "history_of",
    "load",
    "past",
    "read_sanctions",
    "vendor_key",
]
