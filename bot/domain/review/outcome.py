"""What came of one request."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from bot.domain.review.claims import Claim
from bot.domain.review.decision import Decision
from bot.domain.review.transition import Transition


class Outcome(StrEnum):
    """What came of one request; a second click is a normal answer, not an error."""

    RECORDED = "recorded"  # it was done; of all others, nothing was changed
    ALREADY_DECIDED = "already_decided"  # somebody was faster, and that decision stands
    NOT_AN_APPROVER = "not_an_approver"  # the policy does not let this person decide
    NO_APPROVERS = "no_approvers"  # the policy lets nobody decide
    NOT_ESTABLISHED = "not_established"  # Slack does not say whether this person may decide
    OWN_BATCH = "own_batch"  # whoever brought a batch, in whichever way, does not decide about it
    STALE_CARD = "stale_card"  # the button was shown over content that has changed since
    NOT_FLAGGED = "not_flagged"  # it was approved automatically and needs no decision
    UNKNOWN_TRANSACTION = "unknown_transaction"  # no payment of this review has this reference
    NOTHING_TO_DECIDE = "nothing_to_decide"
    NOT_READY = "not_ready"  # the review is still being assessed
    CLOSED = "closed"  # the review has ended
    NOT_CLOSED = "not_closed"  # it cannot be reopened, since it is open
    FORGOTTEN = "forgotten"  # words were taken out of it, so that it stays closed
    CLOSED_TOO_LONG = "closed_too_long"  # the time to reopen it is over
    NEEDS_REASON = "needs_reason"  # it is of high risk, and is approved with a reason alone
    NOT_HELD = "not_held"  # it is not on hold, so it cannot be released
    NOT_VISIBLE = "not_visible"  # this person has no part in the review and is not in its channel
    NO_REVIEW = "no_review"  # there is none of this id, or none any more
    NO_PROPOSAL = "no_proposal"  # it was answered or replaced already
    NOT_YOURS = "not_yours"  # only the author of a reply confirms what was understood of it
    REPEATED = "repeated"  # this very request has done its work before
    DONE_OTHERWISE = "done_otherwise"  # it has, and asks for something else now, which was not done
    NOT_DECIDED = "not_decided"  # there is no decision that a correction could replace
    ANOTHERS = "anothers"  # only whoever decided corrects
    TOO_LATE = "too_late"  # the time to correct is over
    CONTRADICTORY = "contradictory"  # one request asks for different things about a payment
    NOT_ASKED = "not_asked"  # only whoever was asked answers
    NO_PART = "no_part"  # who brought payments and who may decide bring evidence, and nobody else
    TOO_MANY_REMARKS = "too_many_remarks"  # a payment holds a bounded number of questions, notes and files
    NOT_BROUGHT = "not_brought"  # only whoever brought payments corrects or withdraws them
    NOT_OPEN = "not_open"  # it was approved or rejected, so that it is neither corrected nor withdrawn
    WITHDRAWN = "withdrawn"  # whoever brought it took it back
    REJUDGING = "rejudging"  # it was corrected, and the new version is still to be judged
    UNCHANGED = "unchanged"  # the correction says what the payment says already
    TOO_MANY_VERSIONS = "too_many_versions"  # it was corrected as often as it can be
    NOT_YOUR_STAGE = "not_your_stage"  # the payment's route waits for others, or this person had their say
    FROZEN = "frozen"  # no call to the vendor has confirmed the payment's bank account
    CALLED_BACK_BY_YOU = "called_back_by_you"  # whoever noted the call-back does not approve as well
    NO_CALL_BACK = "no_call_back"  # the payment needs none
    CLAIMED = "claimed"  # somebody else is on it, whom this person has not been shown
    NOT_CLAIMED = "not_claimed"  # this person is not on it any more
    NUDGED_LATELY = "nudged_lately"  # people were reminded of it less than four hours ago
    TOO_MANY_CLAIMS = "too_many_claims"  # people are on as many payments of the review as can be shown
    NOT_A_MEMBER = "not_a_member"  # only a full member is added to a payment as an approver
    BROUGHT_IT = "brought_it"  # nobody who brought a payment is added to it
    HAS_A_PART = "has_a_part"  # they have had their say about it, were added before, or add themselves
    OVER_THEIR_LIMIT = "over_their_limit"  # it is more than they may approve
    LEAVES_TOO_FEW = "leaves_too_few"  # with them, not all stages could be filled: they are away, or needed
    TOO_MANY_ADDED = "too_many_added"  # a payment takes a bounded number of added approvers
    OVERTAKEN = "overtaken"  # another worker has done it already


# Attempts that an auditor wants to see, though they changed nothing.
REFUSED = {
    Outcome.NOT_AN_APPROVER,
    Outcome.NO_APPROVERS,
    Outcome.NOT_ESTABLISHED,
    Outcome.OWN_BATCH,
    Outcome.STALE_CARD,
    Outcome.ANOTHERS,
    Outcome.TOO_LATE,
    Outcome.NOT_BROUGHT,
    Outcome.CLOSED_TOO_LONG,
    Outcome.FORGOTTEN,
    Outcome.NOT_YOUR_STAGE,
    Outcome.FROZEN,
    Outcome.CALLED_BACK_BY_YOU,
}

# Outcomes that concern only the person who asked; the others belong into the conversation.
PRIVATE = {
    Outcome.NOT_AN_APPROVER,
    Outcome.NO_APPROVERS,
    Outcome.NOT_ESTABLISHED,
    Outcome.OWN_BATCH,
    Outcome.CLOSED,
    Outcome.NOT_CLOSED,
    Outcome.CLOSED_TOO_LONG,
    Outcome.FORGOTTEN,
    Outcome.NO_REVIEW,
    Outcome.NOT_READY,
    Outcome.ANOTHERS,
    Outcome.TOO_LATE,
    Outcome.NOT_DECIDED,
    Outcome.NOT_ASKED,
    Outcome.NO_PART,
    Outcome.NOT_BROUGHT,
    Outcome.UNCHANGED,
    Outcome.TOO_MANY_VERSIONS,
    Outcome.NOT_YOUR_STAGE,
    Outcome.FROZEN,
    Outcome.CALLED_BACK_BY_YOU,
    Outcome.NO_CALL_BACK,
    Outcome.CLAIMED,
    Outcome.NOT_CLAIMED,
    Outcome.TOO_MANY_CLAIMS,
    Outcome.NOT_A_MEMBER,
    Outcome.BROUGHT_IT,
    Outcome.HAS_A_PART,
    Outcome.OVER_THEIR_LIMIT,
    Outcome.LEAVES_TOO_FEW,
    Outcome.TOO_MANY_ADDED,
    Outcome.NUDGED_LATELY,
}


def by_hindrance(hindered: Mapping[int, Outcome]) -> dict[Outcome, tuple[int, ...]]:
    """References of what a call to its vendor keeps somebody from approving, by why; frozen ones first."""
    found = {
        outcome: tuple(sorted(ref for ref, why in hindered.items() if why is outcome))
        for outcome in (Outcome.FROZEN, Outcome.CALLED_BACK_BY_YOU)
    }
    return {outcome: refs for outcome, refs in found.items() if refs}


@dataclass(frozen=True, slots=True)
class RequestResult:
    """What came of a request: the outcome, the step that makes it so, and what there is to tell.

    ``recorded`` are the decisions made, ``undone`` the references of those taken back, ``already`` the
    decisions that stand and were not touched, ``refs`` the payments that a refusal, a correction or a
    withdrawal is about. ``given`` are those that somebody took a step on their route and that wait for
    others, ``others`` those that were left alone because they wait for others already, and ``hindered`` those
    that this person cannot approve, by why: ``FROZEN`` or ``CALLED_BACK_BY_YOU``. ``did`` tells what a
    request did when it came before, ``claimed`` who is on the payments.
    """

    outcome: Outcome
    transition: Transition | None = None
    recorded: tuple[Decision, ...] = ()
    undone: tuple[int, ...] = ()
    already: tuple[Decision, ...] = ()
    refs: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    did: str = ""
    hindered: Mapping[Outcome, tuple[int, ...]] = field(default_factory=dict)
    claimed: tuple[Claim, ...] = ()

    def by(self, transition: Transition) -> Self:
        """A copy that another step makes so."""
        return replace(self, transition=transition)


def refused_by(hindered: Mapping[int, Outcome]) -> RequestResult:
    """The refusal of an approval that a call to the vendor hinders, about at least one payment."""
    outcome, refs = next(iter(by_hindrance(hindered).items()))
    return RequestResult(outcome, refs=refs)
