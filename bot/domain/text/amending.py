"""What is said of payments that whoever brought them corrected or withdrew."""

from bot.domain.money import format_amount
from bot.domain.review.outcome import RequestResult
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.versions import changes_in_words
from bot.domain.text.call_backs import frozen_in_short
from bot.domain.text.findings import reasons
from bot.domain.text.refusals import already
from bot.domain.text.sums import one_line, refs_in_words
from bot.domain.transaction import Transaction

SAY_WHICH = (
    "I did not understand which payment you mean, so nothing was changed. Please say it with its number, "
    "as in: withdraw 3, or correct 3."
)
SAY_WHERE = (
    "I cannot tell which review you mean, so nothing was changed. Please write that as a reply to my message "
    "about that review, or press My payments in it."
)


def correct_in_form(ref: int) -> str:
    """What stands above the button that opens the form of a correction."""
    return f"Press the button to correct #{ref} in a form. Nothing was changed yet."


def withdrawn(result: RequestResult) -> str:
    """What the thread says of payments that were withdrawn; ``result.refs`` are these."""
    refs = refs_in_words(result.refs)
    rest = f" {already(result.already)} That stands." if result.already else ""
    if len(result.refs) == 1:
        return f"{refs} was withdrawn by whoever brought it. Nobody needs to decide about it.{rest}"
    return f"{refs} were withdrawn by whoever brought them. Nobody needs to decide about them.{rest}"


def withdrawn_for_you(result: RequestResult) -> str:
    """What whoever withdrew payments is told: which these were, and what had been decided before."""
    were = "was" if len(result.refs) == 1 else "were"
    rest = f" {already(result.already)} That stands." if result.already else ""
    return f"{refs_in_words(result.refs)} {were} withdrawn.{rest}"


def amended(before: Transaction, after: Transaction) -> str:
    """What the thread says of a payment that was corrected, which is being judged again."""
    what = changes_in_words(before, after)
    return f"#{before.ref} was corrected: {what}. It is being judged again; then it needs a decision."


def judged_again(entry: ReviewedTransaction) -> str:
    """What the thread says of a corrected payment that was judged again, with all that was found."""
    return f"{one_line(entry)} was judged again and needs a decision: {reasons(entry)}."


def has_changed(entry: ReviewedTransaction) -> str:
    """What was corrected of a payment or called about, for whoever is about to approve it by words."""
    called = f"#{entry.transaction.ref}: {frozen_in_short(entry)}" if entry.call_backs else ""
    return " ".join(filter(None, (was_corrected(entry) if entry.earlier else "", called)))


def was_corrected(entry: ReviewedTransaction) -> str:
    """What was changed of a payment since it was submitted."""
    what = changes_in_words(entry.submitted, entry.transaction)
    return (
        f"#{entry.transaction.ref} was corrected since it was submitted: {what or 'it says the same again'}."
    )


def was(entry: ReviewedTransaction) -> str:
    """What the version before said that the newest says otherwise: ``was USD 12,000.00 to Acme Corp``.

    Empty where the payment was never corrected.
    """
    if not entry.earlier:
        return ""
    before, after = entry.earlier[-1], entry.transaction
    amount = format_amount(before.amount, before.currency)
    parts = [amount] if amount != format_amount(after.amount, after.currency) else []
    if before.vendor != after.vendor:
        parts.append(f"to {before.vendor}")
    return f"was {' '.join(parts)}" if parts else ""
