"""Rules about one payment made twice."""

import datetime as dt
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from bot.domain.money import format_amount, minor_digits
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.invoice_forms import invoice_number
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.policy.rules.invoice_numbers import begins_anew
from bot.domain.policy.usual import due_payments, usual_repeats
from bot.domain.transaction import Transaction

FORGOTTEN = (
    "what was paid to this vendor before was forgotten by order, so nobody here can tell whether this was "
    "paid already; compare it with your books"
)


def submitted_before(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A payment that stands in an earlier batch as it is: date, payee, amount, and invoice or memo.

    There is no floor and no setting: one small payment twice is nobody's price, but one row handed in twice.
    Where a vendor's past was forgotten by order, nobody can tell, and each payment to it is flagged.
    """
    if name := batch.history.submitted_before.get(transaction.ref):
        return RuleHit(f"submitted before, as {name}", "", [name])
    payment = batch.comparable(transaction)
    earlier = batch.computed_once(_past_by_day).get((payment.vendor, payment.currency, payment.date), ())
    if same := next((past for past in earlier if _is_same_row(past, payment)), None):
        return RuleHit(f"submitted before, as {same.name}", "", [same.name])
    return RuleHit(FORGOTTEN, "") if transaction.vendor in batch.history.forgotten else None


def duplicate_payment(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """The same invoice again, or the same amount to the same vendor within some days.

    Of two such payments the later one is flagged, since one of them is most likely owed.
    """
    return batch.computed_once(_duplicates).get(transaction.ref)


def near_duplicate(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """An amount a penny or two swapped digits away from another payment's.

    Both payments are flagged, since nobody knows which of them is right.
    """
    return batch.computed_once(_near_duplicates).get(transaction.ref)


# -- one row twice


def _past_by_day(batch: Batch) -> dict[tuple[str, str, dt.date], list[ComparablePayment]]:
    """Past payments by vendor key, currency and day."""
    days: defaultdict[tuple[str, str, dt.date], list[ComparablePayment]] = defaultdict(list)
    for payment in batch.payments:
        if payment.ref is None:
            days[payment.vendor, payment.currency, payment.date].append(payment)
    return dict(days)


def _is_same_row(past: ComparablePayment, payment: ComparablePayment) -> bool:
    """Whether a payment of the same vendor and day is a past one, as far as its row tells.

    Where both have an invoice, that alone tells them apart, however the memo is worded.
    """
    if past.amount != payment.amount:
        return False
    if past.invoice and payment.invoice:
        return past.invoice == payment.invoice
    return past.memo_key == payment.memo_key


# -- one payment twice


class _PaymentIndex:
    """Payments to one vendor by amount and invoice; finds the one that is nearest in time."""

    def __init__(self) -> None:
        self._by_key: defaultdict[tuple[Decimal, str | None], list[tuple[int, int, ComparablePayment]]] = (
            defaultdict(list)
        )
        self._count = 0

    def add(self, payment: ComparablePayment) -> None:
        """Index a payment by its amount, once with its invoice and once (``None``) for any invoice."""
        self._count += 1
        for invoice in {None, payment.invoice_digits}:
            dated = (payment.date.toordinal(), self._count, payment)
            insort(self._by_key[payment.amount, invoice], dated)

    def nearest(self, payment: ComparablePayment, amount: Decimal, days: int) -> ComparablePayment | None:
        """The other payment of ``amount`` closest in time, at most ``days`` away and not of another invoice.

        Invoices are different where their digits are: whoever adds a letter has not sent another invoice.
        A payment without an invoice may be of any.
        """
        invoices = (payment.invoice_digits, "") if payment.invoice_digits else (None,)
        day, near = payment.date.toordinal(), []
        for invoice in invoices:
            dated = self._by_key.get((amount, invoice), [])
            place = bisect_left(dated, (day,))
            near += [other for _, _, other in dated[max(place - 1, 0) : place + 2] if other is not payment]
        near.sort(key=lambda other: (abs(other.date.toordinal() - day), other.sort_key))
        return next((other for other in near if abs(other.date.toordinal() - day) <= days), None)


def _duplicates(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.duplicate_payment, dict[int, RuleHit]()
    expected = batch.computed_once(due_payments) | batch.computed_once(usual_repeats)
    for (_, currency), payments in batch.by_vendor.items():
        index = _PaymentIndex()
        by_invoice = _Invoices(batch.share_of_limit(currency, settings.lines_from))
        floor = batch.share_of_limit(currency, settings.amount_from)
        for payment in payments:
            if payment.amount <= 0:
                continue
            if payment.ref is not None:
                if payment.invoice and (same := by_invoice.same(payment)):
                    evidence = f"the same invoice as {same.name}, {format_amount(same.amount, currency)}"
                    line = batch.setting("duplicate_payment", "on")
                    hits[payment.ref] = RuleHit(evidence, line, [same.name])
                elif (payment.amount >= floor and payment.ref not in expected) and (
                    other := index.nearest(payment, payment.amount, settings.days)
                ):
                    evidence = f"the same vendor and amount as {other.name}, {days_apart(payment, other)}"
                    line = batch.setting("duplicate_payment", "days")
                    hits[payment.ref] = RuleHit(evidence, line, [other.name])
            by_invoice.add(payment)
            index.add(payment)
    return hits


class _Invoices:
    """Payments to one vendor by invoice; one batch may hold many lines of an invoice, two batches may not."""

    def __init__(self, lines_from: Decimal) -> None:
        self._lines_from = lines_from
        self._past: dict[str, ComparablePayment] = {}
        self._by_amount: dict[tuple[str, Decimal], ComparablePayment] = {}

    def add(self, payment: ComparablePayment) -> None:
        """Note a payment, earlier ones first."""
        if payment.ref is None:
            self._past[payment.invoice] = payment
        self._by_amount.setdefault((payment.invoice, payment.amount), payment)

    def same(self, payment: ComparablePayment) -> ComparablePayment | None:
        """An earlier payment of the same invoice: of its amount, or of any amount in an earlier batch.

        Not the latter where a counter that begins anew each year came to the number again.
        """
        line = self._by_amount.get((payment.invoice, payment.amount))
        if line and not self._is_small_line(payment, line):
            return line
        past = self._past.get(payment.invoice)
        return past if past and not begins_anew(invoice_number(payment.number), payment, past) else None

    def _is_small_line(self, payment: ComparablePayment, other: ComparablePayment) -> bool:
        """Whether two equal lines, written alike on one day in one batch, are too small to ask about."""
        return (
            other.ref is not None
            and payment.amount < self._lines_from
            and payment.number == other.number
            and payment.date == other.date
        )


def _near_duplicates(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.duplicate_payment, dict[int, RuleHit]()
    for (_, currency), payments in batch.by_vendor.items():
        floor = batch.share_of_limit(currency, settings.amount_from)
        large = [payment for payment in payments if payment.amount > 0 and payment.amount >= floor]
        if len(large) < 2:
            continue
        index = _PaymentIndex()
        for payment in large:
            index.add(payment)
        for payment in large:
            if payment.ref is None:
                continue
            for amount, slip in _slips(payment.amount, minor_digits(currency)):
                if other := index.nearest(payment, amount, settings.days):
                    evidence = (
                        f"{slip} away from {other.name}, {format_amount(amount, currency)}, "
                        f"{days_apart(payment, other)}"
                    )
                    line = batch.setting("duplicate_payment", "days")
                    hits[payment.ref] = RuleHit(evidence, line, [other.name])
                    break
    return hits


def _slips(amount: Decimal, digits: int) -> Iterator[tuple[Decimal, str]]:
    """Amounts that a slip of the hand makes of this one, each with the slip in words.

    One smallest unit of the currency (of ``digits`` decimals) more or less, or two neighbouring digits
    swapped.
    """
    units = int(amount.scaleb(digits))
    for other in (units - 1, units + 1):
        yield Decimal(other).scaleb(-digits), "the smallest unit"
    written = str(units)
    for place in range(len(written) - 1):
        first, second = written[place], written[place + 1]
        if first != second and not (place == 0 and second == "0"):
            swapped = f"{written[:place]}{second}{first}{written[place + 2 :]}"
            yield Decimal(int(swapped)).scaleb(-digits), "two swapped digits"


def days_apart(payment: ComparablePayment, other: ComparablePayment) -> str:
    """How far two payments are dated apart, in words: ``on the same day``, ``3 days apart``."""
    days = abs((payment.date - other.date).days)
    return "on the same day" if days == 0 else f"{days} {'day' if days == 1 else 'days'} apart"
