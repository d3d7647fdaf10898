"""Rules about payments that belong together: one sum in parts, and one payment made twice."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from bot.domain.money import minor_digits
from bot.domain.policy.batch import NAMED, Batch, Payment, Said, money, named
from bot.domain.policy.history import PaymentStatus
from bot.domain.transaction import Transaction


def split_payment(batch: Batch, one: Transaction) -> Said | None:
    """One of several payments within some days that are each below the limit and together above it."""
    return batch.worked_out(_splits).get(one.ref)


def duplicate_payment(batch: Batch, one: Transaction) -> Said | None:
    """The same invoice again, or the same amount to the same vendor within some days.

    Of two the later is flagged: one of them is most likely owed.
    """
    return batch.worked_out(_duplicates).get(one.ref)


def near_duplicate(batch: Batch, one: Transaction) -> Said | None:
    """A penny or two swapped digits away from another payment; nobody knows which of them is right."""
    return batch.worked_out(_near_duplicates).get(one.ref)


# -- one sum in parts


def _splits(batch: Batch) -> dict[int, Said]:
    found: dict[int, Said] = {}
    for groups, whose in ((batch.by_vendor, "to this vendor"), (batch.by_card, "on this card")):
        for group in groups.values():
            for ref, said in _splits_of(batch, group, whose):
                found.setdefault(ref, said)
    return found


def _splits_of(batch: Batch, group: Sequence[Payment], whose: str) -> Iterator[tuple[int, Said]]:
    """What is split among the payments of one vendor or card, in time that grows with their number."""
    rule, limit = batch.rules.split_payment, _lowest_limit(batch, group)
    if limit is None:
        return
    parts = [one for one in group if limit * rule.part <= one.amount <= limit and _counts(one)]
    parts.sort(key=lambda one: (one.date, one.order))
    sums = [Decimal(0), *accumulate(one.amount for one in parts)]
    start = told = 0
    for end, one in enumerate(parts):
        while (one.date - parts[start].date).days > rule.days:
            start += 1
        if sums[end + 1] - sums[start] <= limit:
            continue
        window = parts[start : end + 1] if end - start < NAMED else parts[start : start + NAMED + 1]
        days = (one.date - parts[start].date).days + 1
        total = money(sums[end + 1] - sums[start], one.currency)
        for part in parts[max(start, told) : end + 1]:
            if part.ref is not None:
                others = [other for other in window if other is not part]
                words = (
                    f"with {named(others, of=end - start)}: {total} {whose} "
                    f"{'in one day' if days == 1 else f'in {days} days'}, each below the limit"
                )
                yield part.ref, Said(words, batch.line("split_payment", "days"))
        told = end + 1


def _lowest_limit(batch: Batch, group: Sequence[Payment]) -> Decimal | None:
    """The lowest limit that holds for one of these payments of the batch."""
    limits = batch.worked_out(_limits)
    return min((limits[one.ref] for one in group if one.ref in limits), default=None)


def _limits(batch: Batch) -> dict[int | None, Decimal]:
    return {one.ref: limit.amount for one in batch.transactions if (limit := batch.limit(one))}


def _counts(one: Payment) -> bool:
    """Whether it may have been paid; what was rejected was not."""
    return one.standing is not PaymentStatus.REJECTED


# -- one payment twice


class _Seen:
    """Payments by amount and invoice; answers which of them is nearest in time."""

    def __init__(self) -> None:
        self._by_key: defaultdict[tuple[Decimal, str | None], list[tuple[int, int, Payment]]] = defaultdict(
            list
        )
        self._count = 0

    def add(self, one: Payment) -> None:
        self._count += 1
        for invoice in {None, one.number}:
            insort(self._by_key[one.amount, invoice], (one.date.toordinal(), self._count, one))

    def nearest(self, one: Payment, amount: Decimal, days: int) -> Payment | None:
        """The payment of ``amount`` closest in time, at most ``days`` away and not of another invoice.

        Invoices are other ones where their digits differ: whoever adds a letter has not sent another one.
        """
        invoices = (one.number, "") if one.number else (None,)
        day, near = one.date.toordinal(), []
        for invoice in invoices:
            dated = self._by_key.get((amount, invoice), [])
            place = bisect_left(dated, (day,))
            near += [other for _, _, other in dated[max(place - 1, 0) : place + 2] if other is not one]
        near.sort(key=lambda other: (abs(other.date.toordinal() - day), other.order))
        return next((other for other in near if abs(other.date.toordinal() - day) <= days), None)


def _duplicates(batch: Batch) -> dict[int, Said]:
    rule, found = batch.rules.duplicate_payment, {}
    for (_, currency), group in batch.by_vendor.items():
        seen = _Seen()
        past: dict[str, Payment] = {}
        own: dict[tuple[str, Decimal], Payment] = {}
        least = batch.share(currency, rule.amount_from)
        for one in group:
            if one.amount <= 0:
                continue
            # Lines of one invoice in one batch are ordinary; the same line twice, or in two batches, is not.
            same = (past.get(one.invoice) or own.get((one.invoice, one.amount))) if one.invoice else None
            if one.ref is not None and same:
                words = f"the same invoice as {same.name}, {money(same.amount, currency)}"
                found[one.ref] = Said(words, batch.line("duplicate_payment", "on"))
            elif (
                one.ref is not None
                and one.amount >= least
                and (other := seen.nearest(one, one.amount, rule.days))
            ):
                words = f"the same vendor and amount as {other.name}, {_apart(one, other)}"
                found[one.ref] = Said(words, batch.line("duplicate_payment", "days"))
            seen.add(one)
            if one.ref is None:
                past.setdefault(one.invoice, one)
            else:
                own.setdefault((one.invoice, one.amount), one)
    return found


def _near_duplicates(batch: Batch) -> dict[int, Said]:
    rule, found = batch.rules.duplicate_payment, {}
    for (_, currency), group in batch.by_vendor.items():
        least = batch.share(currency, rule.amount_from)
        large = [one for one in group if one.amount > 0 and one.amount >= least]
        seen = _Seen()
        for one in large:
            seen.add(one)
        for one in large:
            if one.ref is None:
                continue
            for amount, how in _slips(one.amount, minor_digits(currency)):
                if other := seen.nearest(one, amount, rule.days):
                    words = f"{how} away from {other.name}, {money(amount, currency)}, {_apart(one, other)}"
                    found[one.ref] = Said(words, batch.line("duplicate_payment", "days"))
                    break
    return found


def _slips(amount: Decimal, digits: int) -> Iterator[tuple[Decimal, str]]:
    """Amounts that a slip of the hand makes of this one: a smallest unit off, or two neighbours swapped."""
    units = int(amount.scaleb(digits))
    for other in (units - 1, units + 1):
        yield Decimal(other).scaleb(-digits), "the smallest unit"
    written = str(units)
    for place in range(len(written) - 1):
        first, second = written[place], written[place + 1]
        if first != second and not (place == 0 and second == "0"):
            swapped = f"{written[:place]}{second}{first}{written[place + 2 :]}"
            yield Decimal(int(swapped)).scaleb(-digits), "two swapped digits"


def _apart(one: Payment, other: Payment) -> str:
    days = abs((one.date - other.date).days)
    return "on the same day" if days == 0 else f"{days} {'day' if days == 1 else 'days'} apart"
