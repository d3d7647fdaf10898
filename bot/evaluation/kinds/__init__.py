"""Every kind of violation that is planted, in the order in which they are told."""

from bot.evaluation.kinds import amounts, claims, dates, memos, outside_thresholds, repeats, vendors
from bot.evaluation.kinds.violation import Group, Kind

KINDS: tuple[Kind, ...] = (
    *amounts.KINDS,
    *repeats.KINDS,
    *vendors.KINDS,
    *memos.KINDS,
    *dates.KINDS,
    *claims.KINDS,
    *outside_thresholds.KINDS,
)

__all__ = ["KINDS", "Group", "Kind"]
