"""Whether what was approved went its whole route, as the trail has it; a part of the check of a review."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind
from bot.domain.review.added_approvers import added_in
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState


def route_problems(entries: Mapping[int, ReviewedTransaction]) -> Iterator[str]:
    """What does not fit between an approval and the route of its payment, a phrase each.

    Every stage has as many different people as it asks for, of whom the last one decided.
    """
    for ref, entry in entries.items():
        route, decision = entry.route, entry.decision
        people = [vote.by for vote in entry.votes]
        if len(people) > len(set(people)):
            yield f"somebody had their say about #{ref} twice"
        if route is None or decision is None or decision.kind is not DecisionKind.APPROVED:
            continue
        if decision.by in people:
            yield f"who approved #{ref} at last had their say about it before"
        last = len(route.stages) - 1
        for place, stage in enumerate(route.stages):
            given = sum(vote.approves and vote.stage == place for vote in entry.votes) + (place == last)
            if given < stage.count:
                yield f"#{ref} is approved, and stage {place + 1} of its route has {given} of {stage.count}"


def added_problems(state: ReviewState, trail: Sequence[AuditEntry]) -> Iterator[str]:
    """Whether those whom the state has as added to payments are those of the trail, a phrase where not."""
    in_trail = tuple((added.ref, added.person) for added in added_in(trail))
    if state.added != in_trail:
        yield "who was added to payments is not who the audit trail says"
