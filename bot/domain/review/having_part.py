"""Who has a part in a review as a whole: who may decide something in it, by the routes of its payments."""

from collections.abc import Sequence, Set

from bot.domain.matrix import APPROVERS
from bot.domain.people import Approvers
from bot.domain.review.added_approvers import ANY_APPROVER
from bot.domain.routing import Route, Staff


def has_part(user: str, routes: Sequence[Route], approvers: Approvers, barred: Set[str]) -> bool:
    """Whether somebody sits at any stage of one of these routes, whatever they may approve there.

    ``routes`` are those of a review's payments; without any, each of the approvers decides. Whose group
    stands in the policy and in none of these routes has no part, nor has who was added to one payment alone.
    """
    groups = approvers.in_groups(APPROVERS)
    # By a route somebody may act for a member who is away; without routes each approver acts for themselves.
    staff = Staff(groups, barred, approvers.away if routes else {}, here=user)
    return any(
        seat.person == user for group in _groups_of(routes or (ANY_APPROVER,)) for seat in staff.seats(group)
    )


def is_told(routes: Sequence[Route], approvers: Approvers) -> bool:
    """Whether Slack said who is in all groups that these routes name."""
    return approvers.untold_groups(APPROVERS).isdisjoint(_groups_of(routes or (ANY_APPROVER,)))


def _groups_of(routes: Sequence[Route]) -> list[str]:
    named = [route.last_fallback for route in routes]
    named += [group for route in routes for stage in route.stages for group in (stage.group, stage.fallback)]
    return [group for group in dict.fromkeys(named) if group]
