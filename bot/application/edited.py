"""What whoever edits or deletes a reply is told of what it did; nothing is done again, and nothing undone."""

from datetime import datetime

from bot.application.propose import payment_facts, proposal_turn
from bot.application.reading import read_among
from bot.application.steps import FLAGGED
from bot.application.wanted import joined, wanted_to_read
from bot.domain.edited_reply import as_first_said, as_it_was, proposed_before, standing, told_of_edit
from bot.domain.replies.reader import read_reply
from bot.domain.review.state import ReviewStatus
from bot.store import ReviewStore


async def told_of_edited(
    reviews: ReviewStore, team: str, review_id: str, user: str, sent: datetime, before: str, after: str
) -> str:
    """What only ``user`` is told who has edited a reply, or deleted it where ``after`` is empty.

    ``sent`` is when the reply was first written. Empty where the reply did nothing that stands still, and
    where the review is closed. Raises what ``StoreUnavailable`` names.
    """
    if before == after:
        return ""
    conversation = await reviews.turns(team, review_id)
    said = as_first_said(conversation, user, sent, before)
    first, second = read_reply(said[0].text if said else before), read_reply(after)
    wanted = joined(wanted_to_read([first, second]), FLAGGED)  # "approve all" has left nothing undecided
    review = await reviews.load(team, review_id, wanted.refs, wanted.besides)
    if review is None or review.state.status is ReviewStatus.CLOSED:
        return ""
    proposal = review.state.proposal
    if proposal and proposal_turn(proposal) in {turn.seq for turn in said}:
        return proposed_before(deleted=not after)
    times = {turn.at for turn in said}
    facts = as_it_was(map(payment_facts, review.entries.values()), review.entries, times)
    meant = read_among(first, facts, review, named=True).reading
    means = read_among(second, facts, review, named=True).reading if after else None
    undecided = [ref for ref, entry in review.entries.items() if entry.undecided]
    return told_of_edit(standing(meant, review.entries, user, times), means, undecided)
