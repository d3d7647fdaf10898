"""The policy: what it holds (``config``), and how it judges a batch (``engine``, ``rules``)."""

from bot.domain.policy.accounts import account_key
from bot.domain.policy.call_back import codes_that_ask, with_exemptions
from bot.domain.policy.config import (
    ANYONE,
    ChannelSettings,
    HumanInputMode,
    ModelUse,
    People,
    Policy,
    default_policy,
)
from bot.domain.policy.engine import RULES, Rule, judge_by_policy
from bot.domain.policy.errors import PolicyError
from bot.domain.policy.history import (
    History,
    PastExtent,
    PastPayment,
    PaymentStatus,
    VendorPast,
    facts_about,
    history_of,
    past_payments_from,
    vendor_pasts,
)
from bot.domain.policy.profiles import Profile, profile_of_channel
from bot.domain.policy.rule_settings import default_policy_text
from bot.domain.policy.rules.vendors import past_is_short
from bot.domain.policy.sanctions import SanctionsList, read_sanctions
from bot.domain.policy.shares import shares_of_limits

__all__ = [
    "ANYONE",
    "RULES",
    "ChannelSettings",
    "History",
    "HumanInputMode",
    "ModelUse",
    "PastExtent",
    "PastPayment",
    "PaymentStatus",
    "People",
    "Policy",
    "PolicyError",
    "Profile",
    "Rule",
    "SanctionsList",
    "VendorPast",
    "account_key",
    "codes_that_ask",
    "default_policy",
    "default_policy_text",
    "facts_about",
    "history_of",
    "judge_by_policy",
    "past_is_short",
    "past_payments_from",
    "profile_of_channel",
    "read_sanctions",
    "shares_of_limits",
    "vendor_pasts",
    "with_exemptions",
]
