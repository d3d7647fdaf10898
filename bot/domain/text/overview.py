"""Lines of the lists that one person reads: what waits for them, what they brought, what was closed."""

from datetime import datetime, timedelta

from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text.sums import plural, totals_in_words

NOTHING_WAITS = "Nothing waits for you."
NOTHING_MINE = "You have not submitted any payments yet."
NOTHING_CLOSED = "No review that you can see was closed lately."
NOTHING_OPEN = "No review that you can see is open."
FIND_WHAT = "Say what to look for, as in: find acme, find 12000, find INV-77, or R- and the rest of an id."
NO_SUCH_REVIEW = "There is no such review, or you may not see it."
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def age(since: datetime, now: datetime) -> str:
    """How long ago something was: ``just now``, ``5 minutes``, ``3 hours``, ``2 days``."""
    passed = now - since
    for length, noun in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if passed >= length:
            return plural(passed // length, noun)
    return "just now"


def waiting(state: ReviewState, now: datetime) -> str:
    """``12 of 40 payments wait · USD 184,200.00 · 3 high risk · 2 on hold · submitted 2 days ago``."""
    verb = "waits" if state.waiting == 1 else "wait"
    of_all = f" of {state.total:,}" if state.total != state.waiting else ""
    parts = [f"{state.waiting:,}{of_all} {'payment' if state.total == 1 else 'payments'} {verb}"]
    if state.waiting_sums is not None:
        parts.append(totals_in_words(state.waiting_sums))
    if state.high_risk:
        parts.append(f"{state.high_risk:,} high risk")
    if state.held:
        parts.append(f"{state.held:,} on hold")
    passed = age(state.created_at, now)
    parts.append(f"submitted {passed}" if passed == "just now" else f"submitted {passed} ago")
    return " · ".join(parts)


def standing(state: ReviewState) -> str:
    """``3 payments · USD 17,500.00 · 2 approved automatically, 1 needs a decision``."""
    sums = totals_in_words(state.totals)
    return f"{plural(state.total, 'payment')} · {sums} · {outcomes(state)}"


def outcomes(state: ReviewState) -> str:
    """How many payments of a review stand how: ``2 approved automatically, 1 on hold``; without zeros."""
    if state.status is ReviewStatus.ASSESSING:
        return f"{state.judged:,} assessed so far"
    closed = state.status is ReviewStatus.CLOSED
    needs = "needs a decision" if state.undecided == 1 else "need a decision"
    counted = {
        "approved automatically": state.routine,
        "approved": state.approved,
        "rejected": state.rejected,
        "withdrawn": state.withdrawn,
        "not approved": state.waiting if closed else 0,
        "on hold": 0 if closed else state.held,
        needs: 0 if closed else state.undecided,
    }
    return ", ".join(f"{count:,} {how}" for how, count in counted.items() if count)


MORE_FOUND = "There are more. Add a word of the vendor's name, or look for the amount or the invoice number."


def nothing_found(looked_for: str) -> str:
    """What is said where no payment that somebody may see is like what they typed."""
    return (
        f"Nothing that you may see was found for “{looked_for}”. Look for a vendor, an amount or an invoice."
    )


def searched(looked_for: str) -> str:
    """What stands above what was found."""
    return f"Found for “{looked_for}”:"


def more_waiting(count: int) -> str:
    """What stands below a list that was cut."""
    return f"{count:,} more {'review waits' if count == 1 else 'reviews wait'}; these are the oldest."
