"""Rules about one invoice paid again under another number, another name or in another currency."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from bot.domain.money import format_amount
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.invoice_forms import (
    TELLING_DIGITS,
    counted,
    invoice_forms,
    invoice_slips,
    is_telling,
)
from bot.domain.policy.rule_hit import MOST_NAMED, RuleHit, list_payment_names
from bot.domain.policy.rules.invoice_numbers import Numbered, begins_anew, numbered, shown_number
from bot.domain.policy.rules.repeats import days_apart
from bot.domain.policy.rules.together import expected
from bot.domain.transaction import Transaction

COUNTED = 3  # numbers this close to each other follow each other, as 1021, 1023 and 1026 do


def altered_invoice(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """The same vendor and amount under an invoice number that is another one's, altered or misread.

    Numbers that merely count up are other invoices. Of two such payments the later one is flagged.
    """
    return batch.computed_once(_altered).get(transaction.ref)


def invoice_other_vendor(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """An invoice number and amount that another vendor has too, and that rarely come together by chance.

    All of them in the batch are flagged, since nobody knows which of the names is the right one.
    """
    return batch.computed_once(_other_vendors).get(transaction.ref)


def invoice_other_currency(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """One invoice number of one vendor in two currencies, whatever the amounts.

    All of them in the batch are flagged, since nobody knows which of the currencies is the right one.
    """
    return batch.computed_once(_other_currencies).get(transaction.ref)


# -- altered numbers


def _altered(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.altered_invoice, dict[int, RuleHit]()
    for (_, currency), payments in batch.by_vendor.items():
        floor = batch.share_of_limit(currency, settings.amount_from)
        by_amount: defaultdict[Decimal, list[ComparablePayment]] = defaultdict(list)
        for payment in payments:
            if payment.amount > 0 and payment.amount >= floor:
                by_amount[payment.amount].append(payment)
        for same in by_amount.values():
            if len({payment.invoice for payment in same}) > 1 and any(payment.ref for payment in same):
                hits |= _altered_among(batch, same)
    return hits


def _altered_among(batch: Batch, payments: Sequence[ComparablePayment]) -> dict[int, RuleHit]:
    """Findings about payments of one vendor and amount, which come in order."""
    settings, hits = batch.rules.altered_invoice, dict[int, RuleHit]()
    earlier = _EarlierNumbers(payments, settings.days, batch.rules.duplicate_payment.days)
    regular: frozenset[int] | None = None
    missing_from = batch.share_of_limit(payments[0].currency, settings.missing_from)
    for payment in payments:
        if payment.ref is not None:
            if found := earlier.like(payment):
                how, other = found
                evidence = (
                    f"invoice {shown_number(payment)} is {shown_number(other)} of {other.name} {how}, the "
                    f"same vendor and amount, {days_apart(payment, other)}"
                )
                hits[payment.ref] = RuleHit(evidence, batch.setting("altered_invoice", "days"), [other.name])
            elif payment.amount >= missing_from and (lacking := earlier.lacking(payment)):
                regular = expected(batch, payments) if regular is None else regular
                if payment.ref not in regular:
                    which = "this one has" if payment.invoice else f"{lacking.name} has"
                    evidence = (
                        f"the same vendor and amount as {lacking.name}, {days_apart(payment, lacking)}, and "
                        f"only {which} an invoice number"
                    )
                    line = batch.setting("altered_invoice", "missing_from")
                    hits[payment.ref] = RuleHit(evidence, line, [lacking.name])
        earlier.add(payment)
    return hits


class _EarlierNumbers:
    """The invoice numbers of earlier payments of one vendor and amount, by every form that they may take."""

    def __init__(self, payments: Sequence[ComparablePayment], days: int, near: int) -> None:
        self._payments, self._days, self._near = payments, days, near
        self._own: dict[str, ComparablePayment] = {}
        self._loose: dict[str, ComparablePayment] = {}
        self._masked: dict[str, ComparablePayment] = {}
        self._shorter: dict[str, ComparablePayment] = {}
        self._last: dict[bool, ComparablePayment] = {}  # with and without a number

    def add(self, payment: ComparablePayment) -> None:
        """Note a payment that is not earlier than those before it."""
        forms = invoice_forms(payment.number)
        for index, alike in (
            (self._own, forms.own),
            (self._loose, forms.loose),
            (self._masked, forms.masked),
            (self._shorter, forms.shorter),
        ):
            for form in alike:
                index[form] = payment
        self._last[bool(payment.invoice)] = payment

    def like(self, payment: ComparablePayment) -> tuple[str, ComparablePayment] | None:
        """An earlier payment of what may be the same number, and in words what is different about it."""
        forms = invoice_forms(payment.number)
        for index, own, how in (
            (self._own, forms.own, "written in another way"),
            (self._own, forms.loose, "with an addition"),
            (self._loose, forms.own, "without an addition"),
            (self._masked, forms.masked, "with another addition"),
        ):
            if others := self._in(index, own, payment):
                return how, others[-1]
        for index, own, how in (
            (self._own, invoice_slips(payment.number), "with one slip"),
            (self._own, forms.shorter, "with one digit more"),
            (self._shorter, forms.own, "with one digit less"),
        ):
            others = self._in(index, own, payment)
            if others and (run := self._series.get(payment.name)) is not None:
                others = [other for other in others if self._series.get(other.name) != run]
            if others:
                return how, others[-1]
        return None

    def lacking(self, payment: ComparablePayment) -> ComparablePayment | None:
        """The last earlier payment that has no number where this one has one, or the other way round.

        Of payments that are dated within a few days the rule for duplicates tells.
        """
        other = self._last.get(not payment.invoice)
        if other is None or abs((payment.date - other.date).days) <= self._near:
            return None
        return other if payment.days_from(other) <= self._days else None

    @cached_property
    def _series(self) -> dict[str, int]:
        return _series(self._payments)

    def _in(
        self, index: dict[str, ComparablePayment], forms: frozenset[str], payment: ComparablePayment
    ) -> list[ComparablePayment]:
        """Payments of another number that an index has under one of these forms, the latest one last."""
        if index.keys().isdisjoint(forms):  # goes through the forms, and not through the index
            return []
        found = {other.name: other for form in forms if (other := index.get(form))}
        others = [
            other
            for other in found.values()
            if other.invoice != payment.invoice and payment.days_from(other) <= self._days
        ]
        return sorted(others, key=lambda other: (other.sort_key, other.name))


def _series(payments: Sequence[ComparablePayment]) -> dict[str, int]:
    """By the payment's name, the run of numbers that follow each other closely in which its own stands.

    In such a run two numbers may well look like a slip of each other, as 1012 and 1021 do.
    """
    placed: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for payment in payments:
        if place := counted(payment.number):
            placed[place[0]].append((place[1], payment.name))
    runs: dict[str, int] = {}
    run = 0
    for counters in placed.values():
        last: int | None = None
        for counter, name in sorted(counters):
            run += last is None or counter - last > COUNTED
            runs[name], last = run, counter
    return runs


# -- other names and currencies


def _other_vendors(batch: Batch) -> dict[int, RuleHit]:
    settings = batch.rules.invoice_other_vendor
    hits: dict[int, RuleHit] = {}
    for payments in _of_one_invoice_and_amount(batch):
        for payment, others in _beside_others(payments, lambda payment: payment.vendor, settings.days):
            evidence = (
                f"invoice {shown_number(payment)} over {format_amount(payment.amount, payment.currency)} is "
                f"also that of {list_payment_names([other.name for other in others])}, to another vendor"
            )
            line = batch.setting("invoice_other_vendor", "days")
            hits[payment.ref or 0] = RuleHit(evidence, line, [other.name for other in others])
    for transaction in batch.transactions:
        name = batch.history.invoices_elsewhere.get(transaction.ref)
        floor = batch.share_of_limit(transaction.currency, settings.amount_from)
        if name and transaction.ref not in hits and transaction.amount >= floor:
            evidence = f"its invoice number and amount are also those of {name}, to another vendor"
            line = batch.setting("invoice_other_vendor", "days")
            hits[transaction.ref] = RuleHit(evidence, line, [name])
    return hits


def _of_one_invoice_and_amount(batch: Batch) -> Iterator[list[ComparablePayment]]:
    """Payments of one telling invoice number and amount to two vendors or more, from the rule's floor up."""
    by_number: defaultdict[tuple[str, str], list[Numbered]] = defaultdict(list)
    for entry in batch.computed_once(numbered):
        by_number[entry.number.key, entry.payment.currency].append(entry)
    for (_, currency), entries in by_number.items():
        if len({payment.vendor for payment, _ in entries}) < 2:
            continue  # as nearly all are
        floor = batch.share_of_limit(currency, batch.rules.invoice_other_vendor.amount_from)
        by_amount: defaultdict[Decimal, list[ComparablePayment]] = defaultdict(list)
        for payment, number in entries:
            if payment.amount >= floor and is_telling(number, payment.amount):
                by_amount[payment.amount].append(payment)
        yield from by_amount.values()


def _other_currencies(batch: Batch) -> dict[int, RuleHit]:
    settings = batch.rules.invoice_other_currency
    groups: defaultdict[tuple[str, str], list[Numbered]] = defaultdict(list)
    for entry in batch.computed_once(numbered):
        if entry.number.digits > 1:
            groups[entry.number.key, entry.payment.vendor].append(entry)
    hits: dict[int, RuleHit] = {}
    for entries in groups.values():
        number, payments = entries[0].number, [entry.payment for entry in entries]
        for payment, others in _beside_others(payments, lambda payment: payment.currency, settings.days):
            may_restart = number.digits < TELLING_DIGITS
            near = [other for other in others if not (may_restart and begins_anew(number, payment, other))]
            if near:
                amounts = [
                    f"{other.name}, {format_amount(other.amount, other.currency)}" for other in near[:2]
                ]
                evidence = f"the same invoice in another currency as {' and '.join(amounts)}"
                line = batch.setting("invoice_other_currency", "days")
                hits[payment.ref or 0] = RuleHit(evidence, line, [other.name for other in near[:2]])
    return hits


def _beside_others(
    payments: Sequence[ComparablePayment], kind: Callable[[ComparablePayment], str], days: int
) -> Iterator[tuple[ComparablePayment, list[ComparablePayment]]]:
    """Payments of the batch with those of another ``kind`` that are at most ``days`` away, a few of them.

    ``payments`` are in order; looks at the first and last one of the first and last kinds, so that it takes
    time in proportion to their number.
    """
    ends: dict[str, tuple[ComparablePayment, ComparablePayment]] = {}
    for payment in payments:
        first, _ = ends.get(kind(payment), (payment, payment))
        ends[kind(payment)] = first, payment
    if len(ends) < 2:
        return
    kinds = list(ends)
    outer = kinds if len(kinds) <= MOST_NAMED else [*kinds[: MOST_NAMED // 2], *kinds[-MOST_NAMED // 2 :]]
    candidates = {payment.name: payment for name in outer for payment in ends[name]}
    for payment in payments:
        if payment.ref is not None:
            others = [
                other
                for other in candidates.values()
                if kind(other) != kind(payment) and payment.days_from(other) <= days
            ]
            if others:
                yield payment, others
