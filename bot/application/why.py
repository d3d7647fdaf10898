"""*Why me?*: how payments stand on their routes with the people there are now, and one person's part."""

from collections.abc import Iterable

from bot.application.access import Access
from bot.application.ports import PolicyInForce
from bot.domain.matrix import RouteRule
from bot.domain.review.approving import Authority
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, waits_for_certain_people
from bot.domain.routing import Say
from bot.domain.text.route_reasons import Why
from bot.store import PolicyArchive, ReviewStore
from bot.store.scripts.load import Besides

LOOKED_AT = 1_000  # payments of a review that are looked at for stages which cannot be filled


class ExplainRoutes:
    """Reads groups and absences as they are; raises what ``StoreUnavailable`` names."""

    def __init__(
        self, *, reviews: ReviewStore, access: Access, policies: PolicyArchive, policy: PolicyInForce
    ) -> None:
        self._reviews = reviews
        self._access = access
        self._policies = policies
        self._policy = policy

    async def with_ways(
        self, state: ReviewState, entries: Iterable[ReviewedTransaction]
    ) -> tuple[ReviewedTransaction, ...]:
        """The payments of a review with how they stand on their routes now."""
        entries = tuple(entries)
        if not any(entry.route and entry.open for entry in entries):
            return entries
        authority = Authority("", await self._access.acting_in(state), state.barred)
        return tuple(map(authority.with_way, entries))

    async def too_few(
        self, state: ReviewState, shown: Iterable[ReviewedTransaction]
    ) -> dict[str, tuple[int, ...]]:
        """The groups of stages that cannot be filled, even with all who step in, with the payments that wait.

        ``shown`` are those with their ways that the card shows; where others wait too, these are looked at.
        """
        if not waits_for_certain_people(state):
            return {}
        entries = [entry for entry in shown if entry.open]
        if len(entries) < state.waiting:
            review = await self._reviews.load(state.team, state.id, besides=Besides.OPEN)
            loaded = list(review.entries.values())[:LOOKED_AT] if review else []
            entries = [*await self.with_ways(state, loaded)]
        found: dict[str, list[int]] = {}
        for entry in entries:
            for group in entry.way.short if entry.way else ():
                found.setdefault(group, []).append(entry.transaction.ref)
        return {group: tuple(sorted(set(refs))) for group, refs in sorted(found.items())}

    async def why(self, state: ReviewState, entry: ReviewedTransaction, user: str) -> Why | None:
        """What somebody has to do with a payment and who else could act; ``None`` where nobody need any more.

        Raises nothing where Slack does not say who is in a group: then that group has nobody else.
        """
        if not entry.open:
            return None
        approvers = await self._access.approvers(state.team, state.id, user)
        authority = Authority(user, approvers, state.barred)
        part, route = authority.involvement(entry), authority.route(entry)
        progress = authority.progress(entry)
        absence = (await self._access.absent(state.team)).get(part.whose) if part.whose else None
        policy = self._policy()
        is_mine = part.say is not Say.NOTHING and user in policy.seats(part.group, policy.approvers)
        return Why(
            route=route,
            rule=await self._rule(state, route.name),
            part=part,
            is_named=is_mine,
            until=absence.last if absence else None,
            others=tuple(seat for seat in progress.seats | progress.kept if seat.person != user),
        )

    async def _rule(self, state: ReviewState, name: str) -> RouteRule | None:
        """The line of that name in the policy that judged, else in the one in force."""
        if not name:
            return None
        try:
            judged_by = await self._policies.policy(state.policy_version)
        except ValueError:
            judged_by = None
        policies = filter(None, (judged_by, self._policy()))
        return next((rule for policy in policies for rule in policy.routes if rule.name == name), None)
