"""Sentences about closing a review that has something open, and about reopening one."""

from bot.domain.review.reopening import REOPEN_DAYS
from bot.domain.review.state import UNDECIDED, ReviewState
from bot.domain.text.sums import plural, totals_in_words

SAY_PLAINLY = "Please say only that, for example: release 3, or: reopen. Nothing was changed."


def left_open(state: ReviewState) -> tuple[str, ...]:
    """``2 payments need a decision: USD 12,000.00.``: a sentence each for what is undecided and on hold.

    The sums are left out for reviews from before there were any.
    """
    undecided, held = state.undecided, state.held
    sentences = []
    if undecided:
        needs = "needs" if undecided == 1 else "need"
        sums = _sums(state, UNDECIDED)
        sentences.append(f"{plural(undecided, 'payment')} {needs} a decision{sums}.")
    if held:
        sentences.append(
            f"{plural(held, 'payment')} {'is' if held == 1 else 'are'} on hold{_sums(state, 'held')}."
        )
    return tuple(sentences)


def closing(state: ReviewState) -> str:
    """What closing this review does, a line each: what is open, and that it will not be approved."""
    if not state.waiting:
        return "Nothing is open, so nothing is left undone."
    them = "It" if state.waiting == 1 else "They"
    after = f"{them} will not be approved. Whoever may decide can reopen the review for {REOPEN_DAYS} days."
    return "\n".join([*left_open(state), after])


def reopened(state: ReviewState) -> str:
    """What the bot says when a human reopens the review."""
    return " ".join([f"Review {state.id} is open again.", *left_open(state)])


def _sums(state: ReviewState, standing: str) -> str:
    sums = {currency: amount for currency, amount in sorted(state.sums.get(standing, {}).items()) if amount}
    return f": {totals_in_words(sums)}" if sums else ""
