"""Every kind of violation that is planted, in the order in which they are told."""

from bot.evaluation.kinds import amounts, beyond, claims, dates, memos, repeats, vendors
from bot.evaluation.kinds.kind import Group, Kind

KINDS: tuple[Kind, ...] = (
    *amounts.KINDS,
    *repeats.KINDS,
    *vendors.KINDS,
    *memos.KINDS,
    *dates.KINDS,
    *claims.KINDS,
    *beyond.KINDS,
)

__all__ = ["KINDS", "Group", "Kind"]
