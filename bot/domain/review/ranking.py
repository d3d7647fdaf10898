"""In which order people look at the flagged payments of a review: by one score, for order alone.

Nothing is approved, flagged or sent to anybody by it. The score adds what makes a payment worth a look: how
severe its worst finding is, how much money it is as a share of its limit, and how rare the rarest of its
findings is among the flagged payments of its review. Rarity weighs little where ten are flagged, and most
where hundreds are. So in a small review the severity comes first; and in one that somebody has filled with
payments that are flagged alike, whatever differs from them comes first, however severe they are and however
large.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import log2, sqrt
from typing import TypeVar

from bot.domain.judgement import Judgement, Severity
from bot.domain.policy import VendorPast
from bot.domain.transaction import Transaction

SEVERITY = {Severity.LOW: 0.0, Severity.MEDIUM: 2.0, Severity.HIGH: 4.0}
_SEVERITIES = list(Severity)  # the lowest first
MONEY = 2.0  # at the most, and as much less than nothing: for 16 times the limit, and a sixteenth of it
# How often the share of a finding among the flagged has to be doubled until all have it, squared, and divided
# by this. What is alone weighs 2.8 among 10 flagged ones, 11 among 100, and 20 among 500, where one of six
# alike weighs 10. On the four council files, 84 of 100 planted violations stand in the first ten of a flood
# where the doublings themselves are added, 96 with their square, and 98 where payments to one vendor count as
# few, as below.
RARITY = 4.0

# Findings by which a payment is one of two: people look at both to decide about either.
PAIRED = frozenset(
    {
        *("duplicate_payment", "near_duplicate", "altered_invoice", "repeated_together", "refund_twice"),
        *("paid_after_refund", "gross_after_net", "invoice_other_vendor", "invoice_other_currency"),
    }
)

Payment = TypeVar("Payment")
ShareOfLimit = Callable[[Transaction], float | None]
"""The size of an amount as a share of the limit that holds for it; ``None`` where there is no limit."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Why a flagged payment, named by its reference, stands where it does among those of its review.

    ``share`` is the size of its amount as a share of its limit (1 is the limit), ``None`` where the policy
    has none. ``alike`` counts the flagged payments that have the rarest of its findings, itself included, and
    ``to_vendor`` those of them that go to its own vendor. ``pair`` is the payment of the same review that it
    repeats, 0 where there is none, and ``past`` what its vendor was paid before, as it was known when it was
    judged; ``None`` where that was not noted.
    """

    ref: int
    score: float
    severity: Severity
    share: float | None
    alike: int
    to_vendor: int
    pair: int = 0
    past: VendorPast | None = None

    @property
    def in_words(self) -> str:
        """``high risk; 3.2 times the limit; the only one of its kind here``."""
        kind = "the only one" if self.alike == 1 else f"one of {self.alike:,}"
        kind += " of its kind here"
        if self.alike == self.to_vendor > 1:
            kind += ", all to this vendor"
        return "; ".join([f"{self.severity.value} risk", _share_in_words(self.share), kind])


def ranked(
    judged: Iterable[tuple[Transaction, Judgement]],
    share_of_limit: ShareOfLimit,
    pasts: Mapping[str, VendorPast] = {},
) -> tuple[Rank, ...]:
    """The flagged ones among the payments of a whole review, the riskiest first.

    Equal reviews give equal orders: of equal scores the lower reference comes first. Scores have one decimal,
    so that what differs by next to nothing stands in the order in which it was submitted. ``pasts`` is what
    each vendor, as submitted, was paid before.
    """
    flagged = [
        (payment, judgement, _codes(judgement), _vendor(payment))
        for payment, judgement in judged
        if judgement.findings
    ]
    often = Counter(code for _, _, codes, _ in flagged for code in codes)
    to_vendor = Counter((code, vendor) for _, _, codes, vendor in flagged for code in codes)
    ranks = []
    for payment, judgement, codes, vendor in flagged:
        counts = [(often[code], to_vendor[code, vendor]) for code in codes]
        alike, own = min(counts, key=lambda count: (_apart(*count), count))
        severity = max((finding.severity for finding in judgement.findings), key=_SEVERITIES.index)
        share = share_of_limit(payment)
        rarity = log2(len(flagged) / _apart(alike, own)) ** 2 / RARITY
        score = round(SEVERITY[severity] + _weight_of(share) + rarity, 1)
        rounded = None if share is None else round(share, 6)
        about = pair_of(judgement), pasts.get(payment.vendor)
        ranks.append(Rank(payment.ref, score, severity, rounded, alike, own, *about))
    return tuple(sorted(ranks, key=lambda rank: (-rank.score, rank.ref)))


def pair_of(judgement: Judgement) -> int:
    """The payment of the same review that one repeats, by its reference; 0 where it repeats none there."""
    pairs = (ref for finding in judgement.findings if finding.code in PAIRED for ref in finding.refs)
    return next(pairs, 0)


def pairs_together(
    payments: Iterable[Payment], ref_of: Callable[[Payment], int], repeats: Callable[[Payment], int]
) -> list[Payment]:
    """The payments in their order, but what one repeats in front of it, and other repeats of that behind.

    ``ref_of`` gives the reference of a payment, ``repeats`` that of the one it repeats, 0 for none.
    """
    by_ref = {ref_of(payment): payment for payment in payments}
    behind: dict[int, list[Payment]] = {}
    for payment in by_ref.values():
        if repeats(payment):
            behind.setdefault(repeats(payment), []).append(payment)
    placed: dict[int, Payment] = {}
    for ref, payment in by_ref.items():
        first = by_ref.get(repeats(payment))
        beside = [first, payment, *behind[repeats(payment)]] if first else [payment]
        for one in (*beside, *behind.get(ref, ())):
            placed.setdefault(ref_of(one), one)
    return list(placed.values())


def _apart(alike: int, to_vendor: int) -> float:
    """As how many payments those with one finding count, of which some go to one vendor.

    The lines of one invoice, or the parts of one sum, are flagged together and are one matter; yet whoever
    floods with payments to one vendor gains little by it.
    """
    return alike - to_vendor + sqrt(to_vendor)


def _weight_of(share: float | None) -> float:
    """Half a doubling of the share, within bounds; nothing where there is no limit to compare with."""
    if share is None:
        return 0.0
    return max(-MONEY, min(MONEY, log2(max(share, 1e-9)) / 2))


def _vendor(payment: Transaction) -> str:
    return payment.vendor.strip().casefold()


def _codes(judgement: Judgement) -> set[str]:
    return {finding.code for finding in judgement.findings}


def _share_in_words(share: float | None) -> str:
    if share is None:
        return "no limit to compare with"
    if share > 1:
        return f"{share:,.1f} times the limit" if share >= 1.05 else "just above the limit"
    if share == 1:
        return "at the limit"
    return f"{max(1, int(share * 100))} % of the limit" if share >= 0.01 else "under 1 % of the limit"
