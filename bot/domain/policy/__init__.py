"""The policy as the rest of the house sees it: what it holds, how it is read, how it judges."""

from bot.domain.policy.config import (
    HumanInputMode,
    ModelUse,
    Policy,
    PolicyError,
    default_policy,
    default_policy_text,
    load,
)
from bot.domain.policy.engine import RULES, Rule, assess
from bot.domain.policy.history import (
    History,
    PastPayment,
    PaymentStatus,
    facts_about,
    history_of,
    past,
    vendor_key,
)
from bot.domain.policy.sanctions import SanctionsList, read_sanctions

__all__ = [
    "RULES",
    "History",
    "HumanInputMode",
    "ModelUse",
    "PastPayment",
    "PaymentStatus",
    "Policy",
    "PolicyError",
    "Rule",
    "SanctionsList",
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
