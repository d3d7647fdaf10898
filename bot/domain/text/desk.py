"""What the desk says: what is found, what is selected, and what a decision about many does."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from bot.domain.conversation import DecisionKind
from bot.domain.review.state import totals
from bot.domain.text.sums import plural, totals_in_words
from bot.domain.transaction import Transaction

_DONE: Mapping[DecisionKind, tuple[str, str]] = {
    DecisionKind.APPROVED: ("approved", ""),
    DecisionKind.REJECTED: ("rejected", ""),
    DecisionKind.HELD: ("put", " on hold"),
}


def decided_together(kind: DecisionKind, payments: Collection[Transaction], reason: str) -> str:
    """``approved 84 payments, USD 12,300.00: monthly suppliers``, to stand behind a name."""
    verb, after = _DONE[kind]
    number = plural(len(payments), "payment")
    return f"{verb} {number}, {totals_in_words(totals(payments))}{after}{f': {reason}' if reason else ''}"


def given_together(payments: Collection[Transaction]) -> str:
    """``gave an answer that counts for 2 payments, USD 74,000.00, which need others too``."""
    need = "needs" if len(payments) == 1 else "need"
    counted = counted_with_sums(len(payments), totals(payments))
    return f"gave an answer that counts for {counted}, which {need} others too"


def left_to_others(count: int) -> str:
    """``2 payments wait for other people, or had your answer already.``"""
    waits = "waits" if count == 1 else "wait"
    return f"{plural(count, 'payment')} {waits} for other people, or had your answer already."


def counted_with_sums(count: int, sums: Mapping[str, Decimal]) -> str:
    """``84 payments, USD 12,300.00``; without sums where there are none."""
    number = plural(count, "payment")
    return f"{number}, {totals_in_words(sums)}" if sums else number


def left_as_decided(count: int) -> str:
    """``2 payments were decided by somebody else meanwhile, and that stands.``"""
    was = "was" if count == 1 else "were"
    return f"{plural(count, 'payment')} {was} decided by somebody else meanwhile, and that stands."


def left_as_changed(count: int) -> str:
    """``2 payments have changed since you looked, so they are left alone.``"""
    have, they = ("has", "it is") if count == 1 else ("have", "they are")
    return f"{plural(count, 'payment')} {have} changed since you looked, so {they} left alone."
