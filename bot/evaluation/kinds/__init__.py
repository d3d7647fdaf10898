"""Every kind of violation that is planted, in the order in which reports list them.

To add a kind, write a function that makes one violation and list it in ``KINDS`` of its file.
"""

from bot.evaluation.kinds import (
    accounts,
    amounts,
    claims,
    dates,
    invoices,
    memos,
    outside_thresholds,
    patterns,
    refunds,
    repeats,
    small_parts,
    vendors,
)
from bot.evaluation.kinds.violation import Violation, ViolationGroup, ViolationKind

KINDS: tuple[ViolationKind, ...] = (
    *amounts.KINDS,
    *repeats.KINDS,
    *small_parts.KINDS,
    *invoices.KINDS,
    *refunds.KINDS,
    *vendors.KINDS,
    *accounts.KINDS,
    *patterns.KINDS,
    *memos.KINDS,
    *dates.KINDS,
    *claims.KINDS,
    *outside_thresholds.KINDS,
)

__all__ = ["KINDS", "Violation", "ViolationGroup", "ViolationKind"]
