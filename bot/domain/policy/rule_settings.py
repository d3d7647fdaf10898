"""What each rule takes from the policy file: one small table a rule, each with an ``on``.

A ``share`` is a part of the currency's limit, so that one number fits every currency; what the defaults
rest on stands beside them in ``default.toml``.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3660)]
Phrases = tuple[Annotated[str, Field(min_length=2, max_length=80)], ...]


class Table(BaseModel):
    """One table of the policy file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class JustUnder(Table):
    on: bool = True
    share: Share = Decimal("0.9")


class Cluster(Table):
    on: bool = True
    days: Days = 30
    count: int = Field(default=2, ge=2, le=50)


class Split(Table):
    on: bool = True
    days: Days = 7
    part: Share = Decimal("0.33")


class Duplicate(Table):
    on: bool = True
    days: Days = 7
    amount_from: Share = Decimal("0.15")


class UnknownVendor(Table):
    on: bool = True
    vendors_from: int = Field(default=20, ge=0)
    amount_from: Share = Decimal("0.2")


class UnusualAmount(Table):
    on: bool = True
    payments: int = Field(default=5, ge=3, le=100)
    spread: float = Field(default=3.5, ge=1, le=100)
    factor: float = Field(default=5.0, ge=1, le=1000)
    amount_from: Share = Decimal("0.1")


class Argues(Table):
    on: bool = True
    phrases: Phrases
    authorities: Phrases
    consents: Phrases
    orders: Phrases
    addresses: Phrases


class Keywords(Table):
    on: bool = True
    words: Phrases
    amount_from: Share = Decimal("0.05")


class RoundAmount(Table):
    on: bool = True
    unit: Share = Decimal("0.1")
    amount_from: Share = Decimal("0.5")


class Refund(Table):
    on: bool = True
    amount_from: Share = Decimal("0.05")


class Dates(Table):
    on: bool = True
    future_days: Days = 2
    stale_days: Days = 180


class Weekend(Table):
    on: bool = False
    holidays: tuple[dt.date, ...] = ()


class LookAlike(Table):
    on: bool = True
    near_miss: bool = True


class BankDetails(Table):
    on: bool = True


class Sanctions(Table):
    """``file`` is a list in the form of OFAC's SDN.CSV; ``as_of`` the date its publisher gives it."""

    file: str = ""
    as_of: dt.date | None = None
    score: int = Field(default=90, ge=50, le=100)


class Categories(Table):
    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()


class Rules(Table):
    """The tables of all rules, each under its rule's name; long lists stand in the default file alone."""

    memo_argues: Argues
    audit_keyword: Keywords
    just_under_limit: JustUnder = JustUnder()
    cluster_under_limit: Cluster = Cluster()
    split_payment: Split = Split()
    duplicate_payment: Duplicate = Duplicate()
    unknown_vendor: UnknownVendor = UnknownVendor()
    unusual_amount: UnusualAmount = UnusualAmount()
    changed_bank_details: BankDetails = BankDetails()
    lookalike_vendor: LookAlike = LookAlike()
    sanctioned_name: Sanctions = Sanctions()
    round_amount: RoundAmount = RoundAmount()
    refund_without_original: Refund = Refund()
    date_out_of_range: Dates = Dates()
    weekend_or_holiday: Weekend = Weekend()
    category_not_allowed: Categories = Categories()
