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
from typing import Any, cast

from pydantic import Field, field_validator

from bot.domain.policy.merchants import merchant_kinds
from bot.domain.policy.payee_settings import (
    ChangedBankDetailsSettings,
    DormantVendorSettings,
    ExposureSettings,
    InvalidAccountSettings,
    LookalikeVendorSettings,
    SanctionedNameSettings,
    SequentialInvoicesSettings,
    SharedAccountSettings,
    SplitPaymentSettings,
    UnknownVendorSettings,
    UnusualAmountSettings,
)
from bot.domain.policy.setting_types import Days, Phrases, RuleSettings, ShareOfLimit


class JustUnderLimitSettings(RuleSettings):
    """``share``: from which part of the limit on an amount stands shortly below it."""

    on: bool = True
    share: ShareOfLimit = Decimal("0.9")


class ClusterUnderLimitSettings(RuleSettings):
    """``count``: how many payments just under the limit are a pattern, ``days`` apart at most."""

    on: bool = True
    days: Days = 30
    count: int = Field(default=2, ge=2, le=50)


class DuplicatePaymentSettings(RuleSettings):
    """For ``duplicate_payment`` and ``near_duplicate``: how many days apart, and from which amount on.

    ``lines_from``: from which amount on two equal lines of one invoice in one batch repeat each other.
    """

    on: bool = True
    days: Days = 7
    amount_from: ShareOfLimit = Decimal("0.15")
    lines_from: ShareOfLimit = Decimal("0.01")


class RepeatedTogetherSettings(RuleSettings):
    """``days``: within how many days payments are handed in that are compared whatever their dates."""

    on: bool = True
    days: Days = 7
    amount_from: ShareOfLimit = Decimal("0.15")


class AlteredInvoiceSettings(RuleSettings):
    """``missing_from``: from which amount on a number may be missing in one of two equal payments."""

    on: bool = True
    days: Days = 400
    amount_from: ShareOfLimit = Decimal("0.01")
    missing_from: ShareOfLimit = Decimal("0.15")


class InvoiceOtherVendorSettings(RuleSettings):
    """``amount_from``: the smallest amount that is looked at."""

    on: bool = True
    days: Days = 400
    amount_from: ShareOfLimit = Decimal("0.01")


class InvoiceOtherCurrencySettings(RuleSettings):
    """``days``: how far apart the payments of one invoice may be."""

    on: bool = True
    days: Days = 400


class InvoiceOverLimitSettings(RuleSettings):
    """``days``: how far apart the payments of one invoice may be."""

    on: bool = True
    days: Days = 400


class GrossAfterNetSettings(RuleSettings):
    """``amount_from``: from which net amount on a gross one is looked for."""

    on: bool = True
    days: Days = 400
    amount_from: ShareOfLimit = Decimal("0.05")


class RefundTwiceSettings(RuleSettings):
    """``days`` and ``amount_from`` are those of refunds without a number of their own."""

    on: bool = True
    days: Days = 30
    amount_from: ShareOfLimit = Decimal("0.05")


class PaidAfterRefundSettings(RuleSettings):
    """``days``: how far from the refund both payments may be."""

    on: bool = True
    days: Days = 90
    amount_from: ShareOfLimit = Decimal("0.05")


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
    repeated_together: RepeatedTogetherSettings = RepeatedTogetherSettings()
    altered_invoice: AlteredInvoiceSettings = AlteredInvoiceSettings()
    invoice_other_vendor: InvoiceOtherVendorSettings = InvoiceOtherVendorSettings()
    invoice_other_currency: InvoiceOtherCurrencySettings = InvoiceOtherCurrencySettings()
    invoice_over_limit: InvoiceOverLimitSettings = InvoiceOverLimitSettings()
    gross_after_net: GrossAfterNetSettings = GrossAfterNetSettings()
    refund_twice: RefundTwiceSettings = RefundTwiceSettings()
    paid_after_refund: PaidAfterRefundSettings = PaidAfterRefundSettings()
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
