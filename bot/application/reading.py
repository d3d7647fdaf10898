"""Reading a reply among the payments of its review, as far as they are loaded."""

from collections.abc import Iterable

from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.reader import Needs, ReplyReading, Scene, read_in_review
from bot.domain.review.decision import Proposal
from bot.domain.review.review import Review


def is_open(proposal: Proposal, review: Review) -> bool:
    """Whether anything that was proposed can still be done, as far as its payments are loaded."""
    if not isinstance(proposal.reading, tuple):
        return True
    refs = {ref for request in proposal.reading for ref in request.refs or ()}
    return not refs or any(entry.open for ref, entry in review.entries.items() if ref in refs)


def read_among(
    first: ReplyReading,
    payments: Iterable[PaymentFacts],
    review: Review,
    named: bool,
    proposed_to: bool = False,
) -> ReplyReading:
    """The reply read to the end, among these payments of the review where that needs any."""
    if first.needs is Needs.NOTHING:
        return first
    scene = Scene(tuple(payments), review.state.total, named=named, proposed=proposed_to)
    return read_in_review(first, scene)
