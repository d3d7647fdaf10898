"""Rules about bank accounts: one that several vendors name as theirs, and one that cannot exist."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from bot.domain.lists import joined_with_and
from bot.domain.money import format_amount
from bot.domain.names import visible
from bot.domain.policy.accounts import fault_of_account, tells_apart
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.history import PaymentStatus
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.transaction import Transaction

NAMED = 3  # other vendors that the evidence names


@dataclass
class _Payee:
    """A vendor that is paid on an account: its name, first payment there, and whether one was approved."""

    name: str
    first: ComparablePayment
    approved: bool = False


@dataclass
class _SharedAccount:
    """The vendors that are paid on one account, by key, earlier ones first, and sums by currency."""

    payees: dict[str, _Payee] = field(default_factory=dict)
    sums: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def shared_account(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """An account on which another vendor is paid too, in this batch or before.

    A vendor that was approved on it before is no news, whoever else comes to use it; the others are.
    """
    payment = batch.comparable(transaction)
    account = batch.computed_once(_payees_by_account).get(payment.account)
    if account is None or account.payees[payment.vendor].approved:
        return None
    others = len(account.payees) - 1
    if not others:
        return None
    first = [payee for vendor, payee in islice(account.payees.items(), NAMED + 1) if vendor != payment.vendor]
    named = [f"“{_shown(payee.name)}” ({payee.first.name})" for payee in first[:NAMED]]
    if others > NAMED:
        named.append(f"{others - NAMED:,} more")
    total = format_amount(account.sums[payment.currency], payment.currency)
    evidence = (
        f"the account ending in {payment.account[-4:].upper()} is also that of {joined_with_and(named)}; "
        f"together {total}"
    )
    about = [payee.first.name for payee in first[:NAMED]]
    return RuleHit(evidence, batch.setting("shared_account", "on"), about)


@lru_cache(maxsize=16_384)
def _shown(name: str) -> str:
    return visible(name)


def _payees_by_account(batch: Batch) -> dict[str, _SharedAccount]:
    """By account, who is paid on it; without what was rejected, and what is no account to tell payees by."""
    accounts: defaultdict[str, _SharedAccount] = defaultdict(_SharedAccount)
    for name, payment in _named_payments(batch):
        if not payment.may_have_been_paid or not tells_apart(payment.account):
            continue
        account = accounts[payment.account]
        payee = account.payees.setdefault(payment.vendor, _Payee(name, payment))
        payee.approved |= payment.status is PaymentStatus.APPROVED
        account.sums[payment.currency] += payment.amount
    return dict(accounts)


def _named_payments(batch: Batch) -> Iterator[tuple[str, ComparablePayment]]:
    """Every payment with its vendor's name as written, past ones first."""
    written: Sequence[str] = [
        *(past.vendor for past in batch.history.payments),
        *(transaction.vendor for transaction in batch.transactions),
    ]
    return zip(written, batch.payments, strict=True)


def invalid_account(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """An account that is written like an IBAN and cannot be one: a slip of the hand, or made up."""
    fault = fault_of_account(transaction.account)
    if fault is None:
        return None
    ending = batch.comparable(transaction).account[-4:].upper()
    evidence = f"the account ending in {ending} cannot exist: {fault}"
    return RuleHit(evidence, batch.setting("invalid_account", "on"))
