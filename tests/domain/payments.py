"""Payments and judgements for the tests of the rules, in few words."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bot.domain.judgement import Finding
from bot.domain.policy import (
    History,
    PaymentStatus,
    Policy,
    SanctionsList,
    judge_by_policy,
    past_payments_from,
)
from bot.domain.transaction import Transaction

TODAY = dt.date(2026, 6, 30)


def day(number: int) -> dt.date:
    """A day of June 2026, or before it where the number is not above 0."""
    return dt.date(2026, 5, 31) + dt.timedelta(days=number)


def pay(
    amount: str | int | float | Decimal, vendor: str = "Acme Corp", on: int = 15, **more: Any
) -> Transaction:
    """A payment of June 2026 in GBP, still without a place in its batch."""
    told = {"amount": Decimal(str(amount)), "vendor": vendor, "date": day(on), "currency": "GBP"}
    return Transaction(ref=1, **(told | more))


def batch(*payments: Transaction) -> list[Transaction]:
    """They in order, numbered from 1."""
    return [one.model_copy(update={"ref": ref}) for ref, one in enumerate(payments, start=1)]


def before(*payments: Transaction, standing: PaymentStatus = PaymentStatus.APPROVED) -> History:
    """They as an earlier review."""
    told = past_payments_from(batch(*payments), "R-AAAAA", standing)
    approved = standing is PaymentStatus.APPROVED
    return History(vendors=frozenset(one.vendor for one in payments if approved), payments=told)


def findings(
    payments: Sequence[Transaction],
    code: str,
    history: History | None = None,
    policy: Policy | str = "",
    sanctions: SanctionsList | None = None,
) -> dict[int, Finding]:
    """What one rule finds in a batch, by reference."""
    terms = Policy.from_toml(policy) if isinstance(policy, str) else policy
    judged = judge_by_policy(terms, batch(*payments), history, TODAY, sanctions)
    return {one.ref: found for one in judged for found in one.findings if found.code == code}


def words(
    payments: Sequence[Transaction], code: str, history: History | None = None, policy: Policy | str = ""
) -> dict[int, str]:
    """The evidence of one rule, by reference."""
    return {ref: found.evidence for ref, found in findings(payments, code, history, policy).items()}
