"""Who is on it, as cards, desks, details and lists show it. Pure."""

from bot.domain.review.claims import Claim, claim_on
from bot.domain.review.remarks import OF_REVIEW
from bot.domain.review.state import ReviewState
from handlers.views.blocks import person

CLAIM, CLAIMED = "claim", "claimed-"
ON_IT, TAKE_OVER = "I'm on it", "Take over or give back"


def on_it(claim: Claim, what: str = "it") -> str:
    """``🙋 <@U2> is on it since 14:05 UTC``, in mrkdwn."""
    return f"🙋 {person(claim.by)} is on {what} since {claim.since:%H:%M} UTC"


def on_payment(state: ReviewState, ref: int) -> str:
    """Who is on a payment, in mrkdwn; empty where nobody is."""
    claim = claim_on(state.claims, ref)
    return on_it(claim) if claim else ""


def on_review(state: ReviewState) -> str:
    """Who is on the review as a whole, in mrkdwn; empty where nobody is."""
    claim = claim_on(state.claims, OF_REVIEW)
    return on_it(claim, "the whole review") if claim else ""


def all_on_it(state: ReviewState) -> str:
    """Who is on the review and on which of its payments, in mrkdwn on one line; empty where nobody is."""
    named = (on_it(claim, f"#{claim.ref}") for claim in state.claims if not claim.of_review)
    return " · ".join(filter(None, (on_review(state), *named)))


def claim_choice(state: ReviewState, ref: int = OF_REVIEW) -> tuple[str, str]:
    """What an entry of a menu or a button about a claim is called inside, and what it says.

    The name carries whose claim it shows, so that nobody takes over from somebody whom they have not seen.
    """
    claim = claim_on(state.claims, ref)
    return (f"{CLAIMED}{claim.by}", TAKE_OVER) if claim else (CLAIM, ON_IT)


def shown_claimer(action_id: str) -> str | None:
    """Whose claim the pressed button or entry showed; empty for none, ``None`` where it is about no claim."""
    if action_id == CLAIM:
        return ""
    return action_id.removeprefix(CLAIMED) if action_id.startswith(CLAIMED) else None
