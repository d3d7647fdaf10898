"""Sentences of the card of a review."""

from collections.abc import Mapping
from decimal import Decimal

from bot.domain.policy import VendorPast
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import SAMPLE, TYPED
from bot.domain.text.sums import plural, totals_in_words
from bot.domain.transaction import Transaction


def place_in_source(state: ReviewState, payment: Transaction) -> str:
    """Where a payment stood in what was handed in: ``row 4`` of a file, ``line 4`` of several typed ones.

    Empty where that is not known, and for a payment that was typed alone.
    """
    if not payment.row:
        return ""
    if state.source not in TYPED:
        return f"row {payment.row}"
    return f"line {payment.row}" if state.total > 1 and state.source != SAMPLE else ""


def assumed(state: ReviewState) -> str:
    """Which currency was assumed, and for how many payments; empty where each names its own."""
    if state.assumed is None:
        return ""
    rows = state.assumed.rows
    if rows == state.total:
        which = "in the file" if state.assumed.in_file else "was named"
    else:
        which = f"for {rows:,} of {plural(state.total, 'payment')}" if rows else "for some of the payments"
    return f"No currency {which}; {state.assumed.currency} assumed"


def progress(state: ReviewState) -> str:
    """How far a long review is: ``600 of 3,000 assessed, 12 flagged so far``."""
    return (
        f"{state.judged:,} of {state.total:,} assessed, {state.flagged - state.recommended:,} flagged so far"
    )


def recommendation(state: ReviewState) -> str:
    """The sentence where the policy leaves every decision to a human."""
    words = "This is a recommendation: the policy leaves every decision to a human."
    return f"{words} To approve: {state.recommended:,}." if state.recommended else words


def not_assessed(state: ReviewState) -> str:
    """How many the model should have read and did not; why stands at each of them."""
    was, it_is = ("was", "it is") if state.unassessed == 1 else ("were", "they are")
    number = plural(state.unassessed, "payment")
    return f"{number} {was} not assessed by the model, so {it_is} left to a human."


SHORT_PAST = (
    "The past that I can compare with is short, so new vendors are flagged for larger payments alone."
)


def headline(state: ReviewState) -> str:
    """What a review waits for: ``R-7K3F2: 12 of 40 payments need a decision``."""
    all_of_them = plural(state.total, "payment")
    if state.status is ReviewStatus.ASSESSING:
        return f"{state.id} is being assessed ({state.judged:,} of {state.total:,})"
    if state.status is ReviewStatus.CLOSED:
        return f"{state.id} is closed"
    if state.undecided:
        needs = "needs" if state.undecided == 1 else "need"
        return f"{state.id}: {state.undecided:,} of {all_of_them} {needs} a decision"
    if state.held:
        return f"{state.id}: {state.held:,} of {all_of_them} {'is' if state.held == 1 else 'are'} on hold"
    return f"{state.id}: everything is decided"


def at_stake(state: ReviewState) -> str:
    """What waits, in sums: ``USD 184,000.00 to decide · 3 high risk · 2 on hold, USD 200.00``.

    What is to decide counts as the headline counts it, without what is on hold. Empty where nothing waits.
    """
    if state.status is ReviewStatus.ASSESSING or not (state.undecided or state.held):
        return ""
    closed = state.status is ReviewStatus.CLOSED
    parts = []
    if closed and state.waiting_sums is not None:
        parts.append(f"{totals_in_words(state.waiting_sums)} not approved")
    elif state.undecided and (sums := state.sums.get("undecided")):
        parts.append(f"{totals_in_words(sums)} to decide")
    if state.high_risk:
        parts.append(f"{state.high_risk:,} high risk")
    if state.held and not closed:
        held = state.sums.get("held")
        parts.append(f"{state.held:,} on hold{f', {totals_in_words(held)}' if held else ''}")
    return " · ".join(parts)


def folded_away(state: ReviewState) -> list[str]:
    """What needs nobody any more, a part for each outcome: ``3 approved, USD 16,000.00``."""
    done: list[tuple[int, str, Mapping[str, Decimal] | None]] = [
        (state.approved, "approved", state.sums.get("approved")),
        (state.rejected, "rejected", state.sums.get("rejected")),
        (state.withdrawn, "withdrawn", state.sums.get("withdrawn")),
        (state.routine, "approved automatically", state.routine_sums),
    ]
    return [
        f"{count:,} {word}{f', {totals_in_words(sums)}' if sums else ''}"
        for count, word, sums in done
        if count
    ]


def left_out(state: ReviewState) -> str:
    """How many rows of what was handed in are no payments of the review; empty where all are."""
    if not state.left_out:
        return ""
    was = "was" if state.left_out == 1 else "were"
    return f"{plural(state.left_out, 'row')} of what was handed in {was} left out."


def more_open(count: int, all_held: bool) -> str:
    """``2 more payments wait.``: what a card does not show one by one."""
    is_, waits = ("is", "waits") if count == 1 else ("are", "wait")
    return f"{plural(count, 'more payment')} {f'{is_} on hold' if all_held else waits}."


def past_in_words(past: VendorPast) -> str:
    """``Paid 14 times before, usually about GBP 400; last on 12 Oct 2026.``"""
    if not past.times:
        return "Not paid before."
    last = f"{past.last.day} {past.last:%b %Y}" if past.last else ""
    amount = f"{past.currency} {past.median:,.0f}"
    if past.times == 1:
        return f"Paid once before, {amount}{f', on {last}' if last else ''}."
    times = "twice" if past.times == 2 else f"{past.times:,} times"
    return f"Paid {times} before, usually about {amount}{f'; last on {last}' if last else ''}."
