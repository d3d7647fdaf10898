"""Private sentences for a request that changed nothing; who decided already is named."""

from collections.abc import Sequence

from bot.application.converse import ReplyResult
from bot.domain import text as wording
from bot.domain.people import Deciders, Standing
from bot.domain.review.claims import Claim
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.state import ReviewState
from handlers.views.blocks import context, mrkdwn, person, plain_text, section, when
from handlers.views.claims import on_it
from handlers.views.receipts import PrivateMessage, naming

DECIDED = {Outcome.ALREADY_DECIDED, Outcome.ANOTHERS, Outcome.TOO_LATE}

PAGE_WAS_OLD = (
    "Somebody took a decision back since this page was opened. Nothing was changed; please look at it again."
)
UNESTABLISHED = (
    "Slack did not tell me just now who you are here, so nothing was changed. Please try again in a minute."
)
NOT_ADMITTED = {
    Standing.GUEST: "You are a guest in this workspace, so you can neither submit, decide nor look here. "
    "Nothing was changed. Whoever runs Countersign can admit you in its policy.",
    Standing.STRANGER: "You are at home in another workspace or organisation, so you can neither submit, "
    "decide nor look here. Nothing was changed. Whoever runs Countersign can admit you in its policy.",
}


def not_admitted(standing: Standing) -> str:
    """What somebody hears who may not act here at all."""
    return NOT_ADMITTED.get(standing, UNESTABLISHED)


def not_installed(install_url: str) -> str:
    """What somebody hears where the bot was taken out; ``install_url`` is where it can be installed again."""
    return (
        "Countersign is not installed in this workspace any more, so nothing was done. "
        f"An administrator can install it again: {install_url}"
    )


def nobody_decides(state: ReviewState, deciders: Deciders) -> str:
    """What the operators hear of a review that waits for a decision which nobody may make."""
    stuck = "all who could brought its payments, or may not act here"
    why = stuck if deciders.stuck else "the policy names no approvers"
    return f"Review {state.id} waits for a decision, and nobody may decide: {why}. Name others in the policy."


def too_few_decide(state: ReviewState, deciders: Deciders) -> str:
    """What the operators hear of a review with payments for which too few people are left."""
    return f"Review {state.id}: {wording.cannot_be_filled(deciders.too_few, str)}"  # ids, as a policy has


def private_sentence(result: RequestResult) -> PrivateMessage:
    """What the person learns whose click changed nothing."""
    already = result.already if result.outcome in DECIDED else ()
    return _with_decisions(wording.refusal(result), already, result.claimed)


def bulk_sentence(result: RequestResult) -> PrivateMessage:
    """What the person learns who decided about many: what was done, and what others had decided before."""
    if result.outcome is Outcome.STALE_CARD:
        return _with_decisions(PAGE_WAS_OLD, ())
    if result.transition is None or result.outcome is not Outcome.RECORDED:
        return private_sentence(result)
    said = f"You {result.transition.turns[0].text}."
    if result.already:
        said += f" {wording.left_as_decided(len(result.already))}"
    if result.others:
        said += f" {wording.left_to_others(len(result.others))}"
    for outcome, refs in result.hindered.items():
        said += f" {wording.hindered(outcome, refs)}"
    if result.refs:
        said += f" {wording.left_as_changed(len(result.refs))}"
    return _with_decisions(said, result.already)


def refused_reply(result: ReplyResult) -> PrivateMessage:
    """What the person learns whose reply changed nothing."""
    if result.mentions:
        return naming(result.private)
    return _with_decisions(result.private, result.already, result.claimed)


def _with_decisions(text: str, already: Sequence[Decision], claimed: Sequence[Claim] = ()) -> PrivateMessage:
    blocks = [section(plain_text(text, 1000))]
    blocks += [context(mrkdwn(on_it(claim))) for claim in claimed[:3]]
    if already:
        who = [
            f"#{decision.ref} {wording.decided_as(decision.kind)} "
            f"by {wording.who(decision.by, decision.whose, person)} · {when(decision.at)}"
            for decision in already
        ]
        blocks.append(context(mrkdwn("\n".join(who[:10]))))
    return text, blocks
