"""What each rule takes from the policy file: one small table a rule, named like the rule.

``on`` switches a rule on and off. ``amount_from``, ``share``, ``part`` and ``unit`` are parts of the
currency's limit (0 to 1), so that one number fits every currency. What the default numbers rest on stands
beside them in ``default.toml``.
"""

import datetime as dt
import tomllib
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.domain.policy.merchants import merchant_kinds

ShareOfLimit = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Times = Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3660)]
Phrases = tuple[Annotated[str, Field(min_length=2, max_length=80)], ...]


class RuleSettings(BaseModel):
    """One ``[rules.<name>]`` table of the policy file; a key that is not declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class JustUnderLimitSettings(RuleSettings):
    """``share``: from which part of the limit on an amount stands shortly below it."""

    on: bool = True
    share: ShareOfLimit = Decimal("0.9")


class ClusterUnderLimitSettings(RuleSettings):
    """``count``: how many payments just under the limit are a pattern, ``days`` apart at most."""

    on: bool = True
    days: Days = 30
    count: int = Field(default=2, ge=2, le=50)


class SplitPaymentSettings(RuleSettings):
    """``part``: the smallest part of the limit that counts; ``days``: how far apart the parts may be.

    ``day_part``: the smallest part that counts among those of one day. ``usual``: how many times the largest
    week and part that people approved for a vendor before are still usual; 0 for none.
    """

    on: bool = True
    days: Days = 7
    part: ShareOfLimit = Decimal("0.33")
    day_part: ShareOfLimit = Decimal("0.25")
    usual: Times = Decimal("1.5")


class ExposureSettings(RuleSettings):
    """``share``: how much is approved automatically to one payee or on one card within ``days``.

    In shares of the limit; ``known_share`` is for a payee to whom people approved some payments before, and
    ``ledger_share`` for a whole ledger. ``usual``: how many times the largest
    such days that people approved for a vendor before pass as well; 0 for none.
    """

    on: bool = True
    share: Times = Decimal(1)
    known_share: Times = Decimal(2)
    ledger_share: Times = Decimal(2)
    days: int = Field(default=7, ge=1, le=366)
    usual: Times = Decimal("1.5")


class DuplicatePaymentSettings(RuleSettings):
    """For ``duplicate_payment`` and ``near_duplicate``: how many days apart, and from which amount on."""

    on: bool = True
    days: Days = 7
    amount_from: ShareOfLimit = Decimal("0.15")


class UnknownVendorSettings(RuleSettings):
    """``vendors_from``: how many vendors the history must know before one outside it counts as new.

    A past of fewer than ``short_days`` days or ``short_payments`` payments is short: with it a vendor counts
    as new from ``short_amount_from`` on, and else from ``amount_from``.
    """

    on: bool = True
    vendors_from: int = Field(default=20, ge=0)
    amount_from: ShareOfLimit = Decimal("0.2")
    short_days: Days = 60
    short_payments: int = Field(default=200, ge=0)
    short_amount_from: ShareOfLimit = Decimal("0.5")


class UnusualAmountSettings(RuleSettings):
    """``payments``: how many must be known to compare with.

    An amount is unusual above ``spread`` deviations of the logarithm, at least ``factor`` times the median,
    and above ``largest`` times the largest amount that people approved for the vendor before (0: whatever
    that was).
    """

    on: bool = True
    payments: int = Field(default=5, ge=3, le=100)
    spread: float = Field(default=3.5, ge=1, le=100)
    factor: float = Field(default=5.0, ge=1, le=1000)
    largest: Times = Decimal(2)
    amount_from: ShareOfLimit = Decimal("0.1")


class MemoArguesSettings(RuleSettings):
    """A text argues with a phrase, with an authority and a consent, or with an order and an address."""

    on: bool = True
    phrases: Phrases
    authorities: Phrases
    consents: Phrases
    orders: Phrases
    addresses: Phrases


class VagueMemoSettings(RuleSettings):
    """``empty_from``: from which amount on a memo that was left empty is missed."""

    on: bool = True
    empty_from: ShareOfLimit = Decimal("0.05")


class AuditKeywordSettings(RuleSettings):
    """``words``: words and phrases that auditors search ledgers for."""

    on: bool = True
    words: Phrases
    amount_from: ShareOfLimit = Decimal("0.05")


class HiddenCharactersSettings(RuleSettings):
    """Only on or off: hidden characters are flagged whatever the amount."""

    on: bool = True


class MachineTextSettings(RuleSettings):
    """Only on or off: text for programs is flagged whatever the amount."""

    on: bool = True


class CalledOffSettings(RuleSettings):
    """Only on or off; the words are those of ``memo_languages``."""

    on: bool = True


class CashOrPersonalSettings(RuleSettings):
    """``kinds_off``: names of kinds of ``merchants.toml`` that are not looked for."""

    on: bool = True
    amount_from: ShareOfLimit = Decimal("0.02")
    kinds_off: tuple[str, ...] = ()

    @field_validator("kinds_off")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(names) - merchant_kinds().keys():
            raise ValueError(f"knows no kind {', '.join(sorted(unknown))}")
        return names


class RoundAmountSettings(RuleSettings):
    """``unit``: the part of the limit of which a round sum is a multiple."""

    on: bool = True
    unit: ShareOfLimit = Decimal("0.1")
    amount_from: ShareOfLimit = Decimal("0.5")


class RefundWithoutOriginalSettings(RuleSettings):
    """``amount_from``: the smallest refund that is looked at."""

    on: bool = True
    amount_from: ShareOfLimit = Decimal("0.05")


class DateOutOfRangeSettings(RuleSettings):
    """How many days a payment may be dated after its submission (``future_days``) and before it."""

    on: bool = True
    future_days: Days = 2
    stale_days: Days = 180


class WeekendOrHolidaySettings(RuleSettings):
    """``holidays``: days beside Saturdays and Sundays on which nobody is at work."""

    on: bool = False
    holidays: tuple[dt.date, ...] = ()


class LookalikeVendorSettings(RuleSettings):
    """``near_miss``: whether names one letter away from a known vendor's are flagged too."""

    on: bool = True
    near_miss: bool = True


class ChangedBankDetailsSettings(RuleSettings):
    """Only on or off: another account is flagged whatever the amount."""

    on: bool = True


class SharedAccountSettings(RuleSettings):
    """Only on or off: an account of several vendors is flagged whatever the amount."""

    on: bool = True


class InvalidAccountSettings(RuleSettings):
    """Only on or off: an account that cannot exist is flagged whatever the amount."""

    on: bool = True


class SequentialInvoicesSettings(RuleSettings):
    """``count`` invoice numbers that count up by one over ``days`` or more are a pattern."""

    on: bool = True
    count: int = Field(default=4, ge=3, le=100)
    days: Days = 60


class DormantVendorSettings(RuleSettings):
    """``days`` without a payment are a long time, for payments from ``amount_from`` up."""

    on: bool = True
    days: Days = 270
    amount_from: ShareOfLimit = Decimal("0.1")


class SanctionedNameSettings(RuleSettings):
    """``file``: a list in the form of OFAC's SDN.CSV, empty for none; ``as_of``: its publisher's date.

    ``score``: from which likeness on, of 100, a name is flagged.
    """

    file: str = ""
    as_of: dt.date | None = None
    score: int = Field(default=90, ge=50, le=100)


class CategoryNotAllowedSettings(RuleSettings):
    """``denied`` categories are flagged, and where ``allowed`` ones are listed, every other one."""

    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()


class AllRuleSettings(RuleSettings):
    """The tables of all rules, each under its rule's name.

    The long lists of phrases have no default here: they stand in ``default.toml`` alone.
    """

    memo_argues: MemoArguesSettings
    audit_keyword: AuditKeywordSettings
    vague_memo: VagueMemoSettings = VagueMemoSettings()
    just_under_limit: JustUnderLimitSettings = JustUnderLimitSettings()
    cluster_under_limit: ClusterUnderLimitSettings = ClusterUnderLimitSettings()
    split_payment: SplitPaymentSettings = SplitPaymentSettings()
    exposure: ExposureSettings = ExposureSettings()
    duplicate_payment: DuplicatePaymentSettings = DuplicatePaymentSettings()
    unknown_vendor: UnknownVendorSettings = UnknownVendorSettings()
    unusual_amount: UnusualAmountSettings = UnusualAmountSettings()
    changed_bank_details: ChangedBankDetailsSettings = ChangedBankDetailsSettings()
    shared_account: SharedAccountSettings = SharedAccountSettings()
    invalid_account: InvalidAccountSettings = InvalidAccountSettings()
    sequential_invoices: SequentialInvoicesSettings = SequentialInvoicesSettings()
    dormant_vendor: DormantVendorSettings = DormantVendorSettings()
    lookalike_vendor: LookalikeVendorSettings = LookalikeVendorSettings()
    sanctioned_name: SanctionedNameSettings = SanctionedNameSettings()
    hidden_characters: HiddenCharactersSettings = HiddenCharactersSettings()
    machine_text: MachineTextSettings = MachineTextSettings()
    called_off: CalledOffSettings = CalledOffSettings()
    cash_or_personal: CashOrPersonalSettings = CashOrPersonalSettings()
    round_amount: RoundAmountSettings = RoundAmountSettings()
    refund_without_original: RefundWithoutOriginalSettings = RefundWithoutOriginalSettings()
    date_out_of_range: DateOutOfRangeSettings = DateOutOfRangeSettings()
    weekend_or_holiday: WeekendOrHolidaySettings = WeekendOrHolidaySettings()
    category_not_allowed: CategoryNotAllowedSettings = CategoryNotAllowedSettings()


def default_policy_text() -> str:
    """The default policy as TOML, with comments that explain every setting."""
    return resources.files("bot.domain.policy").joinpath("default.toml").read_text(encoding="utf-8")


@cache
def default_rule_tables() -> dict[str, dict[str, Any]]:
    """The settings of the default policy, by rule, as its file has them."""
    return cast(dict[str, dict[str, Any]], tomllib.loads(default_policy_text(), parse_float=Decimal)["rules"])
