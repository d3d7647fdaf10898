"""The state that a review begins with."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.bounds import TEXT_LIMIT, shortened
from bot.domain.policy import Policy
from bot.domain.review.audit_entries import NAME
from bot.domain.review.state import Price, ReviewState, digest, totals
from bot.domain.submission import Origin
from bot.domain.transaction import Transaction
from bot.llm import ChatModel, assessment_prompt, describe_model, policy_in_brief

NOTE_CHARACTERS = TEXT_LIMIT  # of the note that approvers see on the card


def first_state(
    origin: Origin,
    transactions: Sequence[Transaction],
    policy: Policy,
    review_id: str,
    now: datetime,
    model: ChatModel | None,
    price: Price | None,
) -> ReviewState:
    """The state of a review of these payments, which nobody has judged yet; ``now`` is aware UTC."""
    return ReviewState(
        team=origin.team,
        id=review_id,
        request=origin.request,
        channel=origin.channel,
        submitter=origin.submitter,
        author=origin.author,
        owner=_owner(origin),
        brought_by=origin.brought_by,
        created_at=now,
        source=shortened(origin.source, NAME),
        note=shortened(origin.note, NOTE_CHARACTERS),
        columns_said_by=origin.columns_said_by,
        mode=policy.human_input_mode,
        recommend_only=policy.model.recommend_only,
        policy_version=policy.version,
        model=describe_model(model),
        prompt_version=assessment_prompt(policy_in_brief(policy)).version if model else "",
        price=price,
        digest=digest(transactions, policy.version),
        total=len(transactions),
        totals=totals(transactions),
    )


def _owner(origin: Origin) -> str:
    """Whose payments these are: who wrote them, or alone uploaded or wrote what somebody else hands in."""
    others = () if origin.submitter in origin.brought_by else origin.brought_by
    owner = origin.author or (others[0] if len(others) == 1 else "")
    return "" if owner == origin.submitter else owner
