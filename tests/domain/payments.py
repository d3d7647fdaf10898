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
    amount: str | int | float | Decimal, vendor: str = "Acme Corp", on: int = 15, **fields: Any
) -> Transaction:
    """A payment of June 2026 in GBP, still without a place in its batch; ``fields`` replace these."""
    usual = {"amount": Decimal(str(amount)), "vendor": vendor, "date": day(on), "currency": "GBP"}
    return Transaction(ref=1, **(usual | fields))


def batch(*payments: Transaction) -> list[Transaction]:
    """These payments in order, numbered from 1."""
    return [payment.model_copy(update={"ref": ref}) for ref, payment in enumerate(payments, start=1)]


def before(*payments: Transaction, status: PaymentStatus = PaymentStatus.APPROVED) -> History:
    """These payments as those of an earlier review."""
    approved = status is PaymentStatus.APPROVED
    return History(
        vendors=frozenset(payment.vendor for payment in payments if approved),
        payments=past_payments_from(batch(*payments), "R-AAAAA", status),
    )


def findings(
    payments: Sequence[Transaction],
    code: str,
    history: History | None = None,
    policy: Policy | str = "",
    sanctions: SanctionsList | None = None,
) -> dict[int, Finding]:
    """What one rule finds in a batch, by reference; ``policy`` may be the text of a file."""
    in_force = Policy.from_toml(policy) if isinstance(policy, str) else policy
    return {
        judgement.ref: finding
        for judgement in judge_by_policy(in_force, batch(*payments), history, TODAY, sanctions)
        for finding in judgement.findings
        if finding.code == code
    }


def words(
    payments: Sequence[Transaction], code: str, history: History | None = None, policy: Policy | str = ""
) -> dict[int, str]:
    """The evidence of one rule, by reference."""
    return {ref: finding.evidence for ref, finding in findings(payments, code, history, policy).items()}
