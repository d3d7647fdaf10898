"""The settings of the rules about who is paid, on which account, and how much in all."""

import datetime as dt
from decimal import Decimal

from pydantic import Field

from bot.domain.policy.setting_types import Days, RuleSettings, ShareOfLimit, Times


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


class LookalikeVendorSettings(RuleSettings):
    """``near_miss``: whether names one letter away from a known vendor's are flagged too."""

    on: bool = True
    near_miss: bool = True


class ChangedBankDetailsSettings(RuleSettings):
    """Another account is flagged whatever the amount.

    ``call_back``: whether nobody approves it before somebody has called the vendor.
    """

    on: bool = True
    call_back: bool = True


class SharedAccountSettings(RuleSettings):
    """An account of several vendors is flagged whatever the amount.

    ``call_back``: whether nobody approves it before somebody has called the vendor.
    """

    on: bool = True
    call_back: bool = True


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
