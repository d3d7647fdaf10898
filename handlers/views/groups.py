"""What waits in a review by finding and by vendor, for a card that has no room for each payment. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from bot.domain import text as wording
from bot.domain.review.selection import DeskPayment
from handlers.views.card import Group, Groups


def groups_of(payments: Iterable[DeskPayment]) -> Groups:
    """The open ones of these payments in groups: findings by their number, vendors by the most money.

    A payment is counted under each of its findings. Amounts of several currencies are not added up; vendors
    stand in the order of their largest sum in any of them.
    """
    by_finding: defaultdict[str, list[DeskPayment]] = defaultdict(list)
    by_vendor: defaultdict[str, list[DeskPayment]] = defaultdict(list)
    for payment in payments:
        if payment.open:
            by_vendor[payment.vendor_key].append(payment)
            for code in payment.codes:
                by_finding[code].append(payment)
    findings = [_group(wording.finding_name(code), found) for code, found in by_finding.items()]
    vendors = [_group(found[0].vendor, found) for found in by_vendor.values()]
    return Groups(
        by_finding=sorted(findings, key=lambda group: (-group.count, group.name)),
        by_vendor=sorted(vendors, key=lambda group: (-max(group.sums.values()), group.name)),
    )


def _group(name: str, payments: list[DeskPayment]) -> Group:
    sums: dict[str, Decimal] = {}
    for payment in payments:
        sums[payment.currency] = sums.get(payment.currency, Decimal(0)) + payment.amount
    ordered: Mapping[str, Decimal] = dict(sorted(sums.items()))
    return Group(name, len(payments), ordered)
