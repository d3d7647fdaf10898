"""Rules about who is paid, and on which account."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from bot.domain.money import format_amount
from bot.domain.names import VendorIdentity, fingerprint, folded_name, identity_of, readings_of, visible
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.config import Policy
from bot.domain.policy.history import History, PaymentStatus
from bot.domain.policy.lookalikes import imitations, near_misses, one_letter_from
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.transaction import Transaction


def denied_vendor(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A name on the policy's list of denied vendors, however it is disguised, or one letter away from it."""
    if not batch.policy.denied_vendors:
        return None
    denied = batch.computed_once(_denied_by_key)
    entry = next((denied[reading] for reading in readings_of(transaction.vendor) if reading in denied), None)
    if entry is not None:
        return RuleHit(f"“{visible(entry)}” is on the list of denied vendors", "denied_vendors")
    entry = batch.computed_once(_one_letter_from_denied).get(transaction.vendor)
    if entry is None:
        return None
    evidence = (
        f"“{visible(transaction.vendor)}” is one letter away from “{visible(entry)}”, which is on the list "
        "of denied vendors"
    )
    return RuleHit(evidence, "denied_vendors")


def _denied_by_key(batch: Batch) -> dict[str, str]:
    return {fingerprint(name): name for name in batch.policy.denied_vendors}


def _one_letter_from_denied(batch: Batch) -> dict[str, str]:
    return one_letter_from({payment.vendor for payment in batch.transactions}, batch.policy.denied_vendors)


def sanctioned_name(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A name like one on the sanctions list; a human has to look, since many people share a name.

    Where the policy names a list that could not be read, every payment is flagged.
    """
    settings, sanctions = batch.rules.sanctioned_name, batch.sanctions
    if sanctions is None and settings.file:
        evidence = "the sanctions list could not be read, so this name was compared with nothing"
        return RuleHit(evidence, batch.setting("sanctioned_name", "file"))
    if sanctions is None or (match := sanctions.closest(transaction.vendor, settings.score)) is None:
        return None
    evidence = (
        f"“{visible(transaction.vendor)}” is like “{visible(match.name)}” ({match.score} of 100) "
        f"on the sanctions list of {sanctions.as_of.isoformat()}"
    )
    return RuleHit(evidence, batch.setting("sanctioned_name", "score"))


def unknown_vendor(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A vendor that was never paid so much before, where enough vendors are known to tell.

    Whether it is known goes by the strict reading of names: what was paid to "Smith Ltd" says nothing of
    "Smith GmbH", of "Smith.com" or of whoever is called Smith behind "SQ *". Small payments do not make a
    vendor known: they pass without anybody looking, so that one of them would open the door for a large one.
    """
    settings, vendor = batch.rules.unknown_vendor, identity_of(transaction.vendor)
    floor_setting = "short_amount_from" if past_is_short(batch.policy, batch.history) else "amount_from"
    least = batch.share_of_limit(transaction.currency, getattr(settings, floor_setting))
    floor = batch.share_of_limit(transaction.currency, settings.amount_from)
    enough_known = batch.policy.known_vendors or len(batch.known_vendors) >= max(settings.vendors_from, 1)
    if not enough_known or abs(transaction.amount) < max(least, floor):
        return None
    named = batch.computed_once(_named_in_policy).get(vendor.name, ())
    approved = batch.computed_once(_largest_approved).get((vendor.name, transaction.currency), {})
    if any(vendor.may_be(known) for known in named) or any(
        amount >= floor for known, amount in approved.items() if vendor.may_be(known)
    ):
        return None
    if folded_name(transaction.vendor) in batch.known_vendors:
        why = f"was never paid {format_amount(floor, transaction.currency)} or more"
    else:
        why = "is not among the known vendors"
    return RuleHit(f"“{visible(transaction.vendor)}” {why}", batch.setting("unknown_vendor", floor_setting))


def past_is_short(policy: Policy, history: History) -> bool:
    """Whether vendors are known, and too little else is to call every other one new.

    A policy that lists its vendors needs no past.
    """
    settings, extent = policy.rules.unknown_vendor, history.extent
    if policy.known_vendors or extent is None or len(history.vendors) < settings.vendors_from:
        return False
    return extent.is_short(settings.short_days, settings.short_payments)


def _largest_approved(batch: Batch) -> dict[tuple[str, str], dict[VendorIdentity, Decimal]]:
    """By a vendor's strict name and currency, of each legal form the largest amount approved before."""
    largest: defaultdict[tuple[str, str], dict[VendorIdentity, Decimal]] = defaultdict(dict)
    for payment in batch.history.payments:
        if payment.status is PaymentStatus.APPROVED:
            vendor = identity_of(payment.vendor)
            amounts = largest[vendor.name, payment.currency]
            amounts[vendor] = max(payment.amount, amounts.get(vendor, Decimal(0)))
    return dict(largest)


def _named_in_policy(batch: Batch) -> dict[str, tuple[VendorIdentity, ...]]:
    """The vendors that the policy knows, by their strict name."""
    named: defaultdict[str, tuple[VendorIdentity, ...]] = defaultdict(tuple)
    for vendor in map(identity_of, batch.policy.known_vendors):
        named[vendor.name] += (vendor,)
    return dict(named)


def changed_bank_details(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """Another bank account than this vendor was paid on before, in the past or in the same batch.

    Of a vendor whose past was forgotten by order, any account that nobody has approved since.
    """
    payment = batch.comparable(transaction)
    accounts = batch.computed_once(_accounts_by_vendor).get(payment.vendor, {})
    account = accounts.get(payment.account)
    # An account that was paid on before is no news. One that only waits for somebody was not: whoever submits
    # a payment to a new account, and then another, would have made it known.
    if not payment.account or account is None or account.is_known:
        return None
    # Past payments come first, so the first other account is the best precedent there is.
    if transaction.vendor in batch.history.forgotten:
        evidence = (
            f"the account ending in {payment.account[-4:]} cannot be compared with those that this vendor "
            "was paid on before, since they were forgotten by order"
        )
        return RuleHit(evidence, batch.setting("changed_bank_details", "on"))
    other = next((used.first for name, used in islice(accounts.items(), 2) if name != payment.account), None)
    if other is None:
        return None
    evidence = (
        f"the account ending in {payment.account[-4:]} is another than the one ending in "
        f"{other.account[-4:]} that {other.name} went to"
    )
    return RuleHit(evidence, batch.setting("changed_bank_details", "on"), [other.name])


@dataclass
class _UsedAccount:
    """An account of a vendor: the first payment to it, and whether one was paid there, as far as is known."""

    first: ComparablePayment
    is_known: bool = False


def _accounts_by_vendor(batch: Batch) -> dict[str, dict[str, _UsedAccount]]:
    """By vendor key, the accounts that payments went to or wait for, past ones before those of the batch."""
    accounts: defaultdict[str, dict[str, _UsedAccount]] = defaultdict(dict)
    for payment in batch.in_order:
        if payment.account and payment.may_have_been_paid:
            used = accounts[payment.vendor].setdefault(payment.account, _UsedAccount(payment))
            is_past = payment.ref is None
            used.is_known |= is_past and payment.status in (PaymentStatus.APPROVED, None)
    return accounts


def lookalike_vendor(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A name made to be taken for another, or one letter away from a known vendor's."""
    why = batch.computed_once(_lookalikes).get(transaction.vendor)
    return None if why is None else RuleHit(why, batch.setting("lookalike_vendor", "on"))


def _lookalikes(batch: Batch) -> dict[str, str]:
    """By vendor, as written, why its name is suspicious; an imitation tells more than a near miss."""
    vendors = [transaction.vendor for transaction in batch.transactions]
    known = (*batch.policy.known_vendors, *sorted(batch.history.vendors))
    near = near_misses(vendors, known) if batch.rules.lookalike_vendor.near_miss else {}
    return near | imitations(set(vendors), set(known))
