"""Who approved and is of the groups no more, as far as Redis alone can tell; for ``countersign show``."""

from collections.abc import Collection

from bot.app import utc_now
from bot.application.access import Access
from bot.application.current_policy import CurrentPolicy
from bot.application.ports import NotEstablished
from bot.application.why import ExplainRoutes
from bot.domain.people import Person
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.routing import WayNow
from bot.store import Stores


class NobodyToAsk:
    """A workspace that nobody is connected to: who is in a user group, or who somebody is, is not known."""

    async def person(self, team: str, user: str, homes: Collection[str]) -> Person:
        """Nobody says who this is; raises ``NotEstablished``."""
        raise NotEstablished("not connected")

    async def time_zone(self, team: str, user: str) -> str:
        """Nobody says in which time zone somebody is."""
        return ""

    async def people_of_group(self, team: str, group: str) -> frozenset[str]:
        """Nobody says who is in a user group; raises ``NotEstablished``."""
        raise NotEstablished("not connected")

    async def people_in_channel(self, team: str, channel: str) -> frozenset[str]:
        """Nobody says who is in a channel; raises ``NotEstablished``."""
        raise NotEstablished("not connected")

    async def forget(self, name: str) -> None:
        """Nothing is remembered."""


async def with_former(stores: Stores, review: Review) -> dict[int, ReviewedTransaction]:
    """The payments of a review, with a mark for who has approved them and is in the group no more.

    By the policy in force in Redis; of a group with Slack's user groups in it nobody is marked.
    """
    policy = CurrentPolicy(stores.policies, stores.policy_history)
    await policy.refresh()
    if policy.applied is None:
        return dict(review.entries)  # nobody ever said who is in which group
    access = Access(
        directory=NobodyToAsk(),
        reviews=stores.reviews,
        absences=stores.absences,
        policy=policy,
        now=utc_now,
    )
    routes = ExplainRoutes(reviews=stores.reviews, access=access, policies=stores.policies, policy=policy)
    found = await routes.with_ways(review.state, review.entries.values())
    # Who stands in, and whether there are too few, Slack alone knows.
    marked = (
        entry.model_copy(update={"way": entry.way and WayNow(former=entry.way.former)}) for entry in found
    )
    return {entry.transaction.ref: entry for entry in marked}
