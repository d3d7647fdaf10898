"""What replies make of a review that move its payments on, or the review itself, and decide nothing."""

from dataclasses import dataclass

from bot.application.amend import AmendPayments
from bot.application.claim import ClaimPayments
from bot.application.decide import DecidePayments
from bot.application.propose import Moving
from bot.domain.conversation import OnIt, Release, Reopen, Withdraw
from bot.domain.people import Approvers
from bot.domain.review.outcome import RequestResult
from bot.domain.review.review import Review
from bot.domain.review.transition import Actor


@dataclass(frozen=True, slots=True)
class MovesByReply:
    """Does what an exact reply of this kind says; whether its author may is asked where it is done."""

    decide: DecidePayments
    amend: AmendPayments
    claims: ClaimPayments

    def done(self, review: Review, reading: Moving, actor: Actor, approvers: Approvers) -> RequestResult:
        """What a reply makes of a review."""
        match reading:
            case Release(refs=refs):
                return self.decide.released(review, refs, actor, approvers)
            case Reopen():
                return self.decide.reopened(review, actor, approvers)
            case Withdraw(refs=refs):
                return self.amend.withdrawn(review, refs, actor)
            case OnIt(refs=refs):
                return self.claims.said(review, refs, actor, approvers)
