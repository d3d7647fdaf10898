"""Sentences for a request that changed nothing."""

from collections.abc import Sequence

from bot.domain.conversation import DecisionKind
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.reopening import REOPEN_DAYS
from bot.domain.text.call_backs import hindered
from bot.domain.text.sums import refs_in_words

NOBODY_ADDED = "Nobody was added."


def already(decisions: Sequence[Decision]) -> str:
    """``#2 was already approved.``, ``#3 is already on hold.``"""
    refs = refs_in_words(decision.ref for decision in decisions)
    holds = [decision.kind is DecisionKind.HELD for decision in decisions]
    if all(holds):
        return f"{refs} {'is' if len(decisions) == 1 else 'are'} already on hold."
    if len(decisions) == 1:
        return f"{refs} was already {decisions[0].kind.value}."
    return f"{refs} {'are decided or on hold' if any(holds) else 'were decided'} already."


def refusal(answer: RequestResult) -> str:
    """One plain sentence for a request that changed nothing; who decided is added where it is shown."""
    refs = refs_in_words(answer.refs)
    is_ = "is" if len(answer.refs) == 1 else "are"
    was = "was" if len(answer.refs) == 1 else "were"
    stands = already(answer.already) if answer.already else "This is already decided."
    return {
        # Only a correction names what it is about; whoever clicks looks at the one that is decided.
        Outcome.ALREADY_DECIDED: f"{stands} Nothing was changed." if answer.refs else stands,
        Outcome.NOT_AN_APPROVER: "You are not an approver here, so nothing was changed.",
        Outcome.NO_APPROVERS: "The policy names nobody who may decide, so nothing was changed. "
        "Whoever runs Countersign can name approvers in it.",
        Outcome.NOT_ESTABLISHED: "Slack did not tell me just now whether you may decide here, so nothing was "
        "changed. Please try again in a minute.",
        Outcome.OWN_BATCH: "You brought these payments, so somebody else has to decide. Nothing was changed.",
        Outcome.STALE_CARD: "This card shows an older state of the review. Nothing was changed; "
        "please use the current card.",
        Outcome.NOT_FLAGGED: f"{refs} {was} approved automatically and {'needs' if is_ == 'is' else 'need'} "
        "no decision. Nothing was changed.",
        Outcome.UNKNOWN_TRANSACTION: f"{refs} {is_} not in this review. Nothing was changed.",
        Outcome.NOTHING_TO_DECIDE: "Nothing is left to decide here.",
        Outcome.NOT_READY: "This review is still being assessed. Nothing was changed; "
        "the card will show what needs you.",
        Outcome.NOT_VISIBLE: "This review is for its submitter, its approvers and the people in its channel. "
        "If you are one of them, please try again in a minute.",
        Outcome.CLOSED: "This review is closed. Nothing was changed.",
        Outcome.NOT_CLOSED: "This review is open. Nothing was changed.",
        Outcome.FORGOTTEN: "What this review said of people or payments was forgotten by order, so it stays "
        "closed: nobody could see what they decide about. Submit the payments again. Nothing was changed.",
        Outcome.CLOSED_TOO_LONG: f"This review was closed more than {REOPEN_DAYS} days ago, so it stays "
        "closed. Nothing was changed; please submit again what is still to be paid.",
        Outcome.NEEDS_REASON: f"{refs} {is_} of high risk; please say why you approve. Nothing was changed.",
        Outcome.NOT_HELD: f"{refs} {is_} not on hold. Nothing was changed.",
        Outcome.NO_REVIEW: "This review does not exist any more. Nothing was changed.",
        Outcome.NO_PROPOSAL: "This proposal was already answered or replaced. Nothing was changed.",
        Outcome.NOT_YOURS: "Only the person who wrote the reply can answer this. Nothing was changed.",
        Outcome.REPEATED: "This was already done.",
        Outcome.DONE_OTHERWISE: "You sent this form before, and that was done then: "
        f"\u201c{answer.did}\u201d. What you changed in it since was not done. Please look at what is left.",
        Outcome.NOT_DECIDED: f"{refs} {is_} undecided, so there is nothing to correct; you can decide now. "
        "Nothing was changed.",
        Outcome.ANOTHERS: f"{stands} That stands: only whoever decided can correct it. Nothing was changed.",
        Outcome.TOO_LATE: f"{stands} That stands: the time to correct it is over. Nothing was changed.",
        Outcome.CONTRADICTORY: f"You asked for different things for {refs}. Nothing was changed.",
        Outcome.NOT_ASKED: "Only whoever was asked can answer this. Nothing was kept.",
        Outcome.NO_PART: "Files here are kept as evidence if they come from whoever brought these "
        "payments or may decide about them. Nothing was kept.",
        Outcome.TOO_MANY_REMARKS: f"{refs if answer.refs else 'This review'} cannot hold more questions, "
        "notes, files and call-backs. Nothing was kept.",
        Outcome.NOT_BROUGHT: "Only whoever brought a payment can correct or withdraw it. "
        "Nothing was changed.",
        Outcome.NOT_OPEN: f"{refs} {was} approved or rejected already, and that stands. If something is "
        "wrong, submit the payment again and say so. Nothing was changed.",
        Outcome.WITHDRAWN: f"{refs} {was} withdrawn by whoever brought the payments. Nothing was changed.",
        Outcome.REJUDGING: f"{refs} {was} corrected and {is_} being judged again. Nothing was changed; "
        "please look again in a moment.",
        Outcome.UNCHANGED: "The form says what the payment says already. Nothing was changed.",
        Outcome.TOO_MANY_VERSIONS: f"{refs} {was} corrected as often as a payment can be. Withdraw it and "
        "submit it again. Nothing was changed.",
        Outcome.NOT_YOUR_STAGE: f"{refs} {is_} not yours to decide now: other people have to, or you had "
        "your say already. Nothing was changed.",
        Outcome.FROZEN: f"{hindered(Outcome.FROZEN, answer.refs)} Nothing was changed.",
        Outcome.CALLED_BACK_BY_YOU: f"{hindered(Outcome.CALLED_BACK_BY_YOU, answer.refs)} "
        "Nothing was changed.",
        Outcome.NO_CALL_BACK: f"{refs} {'needs' if is_ == 'is' else 'need'} no call-back. Nothing was kept.",
        Outcome.CLAIMED: "Somebody else is on it. To take over, choose that in the menu of the card as it is "
        "now. Deciding needs no claim. Nothing was changed.",
        Outcome.NOT_CLAIMED: "You are not on it any more. Nothing was changed.",
        Outcome.NUDGED_LATELY: "People were reminded of these payments less than four hours ago.",
        Outcome.TOO_MANY_CLAIMS: "People are on too many payments of this review already. Deciding needs no "
        "claim. Nothing was changed.",
        Outcome.NOT_A_MEMBER: "Only a full member of this workspace can be added, no guest and no app. "
        f"{NOBODY_ADDED}",
        Outcome.BROUGHT_IT: f"They brought these payments, so somebody else has to decide. {NOBODY_ADDED}",
        Outcome.HAS_A_PART: "They have had their say, were added before, or are you yourself. "
        f"{NOBODY_ADDED}",
        Outcome.OVER_THEIR_LIMIT: f"It is more than they may approve by the policy's limits. {NOBODY_ADDED}",
        Outcome.LEAVES_TOO_FEW: "With them too few people would be left to approve it: they are away and "
        f"nobody stands in for them, or they are needed at a stage before. {NOBODY_ADDED}",
        Outcome.TOO_MANY_ADDED: f"As many people as possible were added already. {NOBODY_ADDED}",
        Outcome.OVERTAKEN: "Somebody else has done this already. Nothing was changed.",
        Outcome.RECORDED: "Done.",
    }[answer.outcome]
