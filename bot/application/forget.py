"""Forgetting a person or a vendor: first what would go, then, by somebody's order, all of it.

It can be stopped at any moment and done again, by several at once: what is gone is gone, and the rest goes.
Reviews first, each whole, then what is stored beside them.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field, replace

from bot.domain.currencies import MINOR_DIGITS
from bot.domain.names import fingerprint
from bot.domain.review.forgetting import Forgetting
from bot.store import Stores
from bot.store.forgetting import Loss, Order
from bot.store.forgotten_elsewhere import Found
from bot.store.legal_holds import LegalHold


class MayNotForget(Exception):
    """Something keeps anything from being forgotten; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class ForgettingPlan:
    """What would go: of which reviews, and what beside them.

    ``who`` names who it is (``person U_1``, or a vendor by the key of its name), ``order`` is the one that
    was given before, if any.
    """

    team: str
    who: str
    of: Forgetting
    reviews: dict[str, Loss] = field(default_factory=dict)
    beside: Found = field(default_factory=Found)

    @property
    def what(self) -> str:
        """``person`` or ``vendor``."""
        return self.who.partition(" ")[0]


async def held_by(
    stores: Stores, team: str, review_id: str, holds: Mapping[str, LegalHold]
) -> LegalHold | None:
    """The hold that keeps a review as it is: its own, or that of a person or vendor who stands in it."""
    if own := holds.get(f"review {review_id}"):
        return own
    for hold in holds.values():
        if hold.what == "person":
            of = Forgetting("held", hold.who)
        elif hold.what == "vendor":
            spelt = await stores.forgetting.spellings(team, review_id, hold.who)
            of = Forgetting("held", vendors=spelt | {hold.who})
        else:
            continue
        if await stores.forgetting.loss(team, review_id, of):
            return hold
    return None


class ForgetSomebody:
    """Plans, and does what was planned. Raises what ``StoreUnavailable`` names, and ``TrailBroken``."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def plan_person(self, team: str, person: str) -> ForgettingPlan:
        """What goes with a person, by Slack user id; raises ``MayNotForget``."""
        if person in MINOR_DIGITS:  # it stands in sums, limits and evidence, which are nobody's words
            raise MayNotForget(f"{person} is a currency, and nobody's Slack user id.")
        await self._refuse_if_in_force(team, person)
        names = await self._stores.names.of(team, [person])
        return await self._plan(team, f"person {person}", Forgetting("", person, frozenset(names.values())))

    async def plan_vendor(self, team: str, vendor: str) -> ForgettingPlan:
        """What goes with a vendor, in all spellings that a reader takes for it; raises ``MayNotForget``."""
        spelt = {vendor} | {paid.vendor for paid in await self._stores.history.to(team, vendor)}
        async for review in self._reviews(team):
            spelt |= await self._stores.forgetting.spellings(team, review, vendor)
        return await self._plan(
            team, f"vendor {fingerprint(vendor)}", Forgetting("", vendors=frozenset(spelt))
        )

    async def carry_out(self, plan: ForgettingPlan, order: Order) -> ForgettingPlan:
        """Take it all out; answers what went, with the pseudonym that stands there now."""
        store = self._stores.forgetting
        order = await store.order(plan.team, plan.who, replace(order, what=plan.what))
        of = replace(plan.of, pseudonym=order.pseudonym)
        done = replace(plan, of=of, reviews={}, beside=Found())
        for review in plan.reviews:
            if await held_by(
                self._stores, plan.team, review, await self._stores.legal_holds.standing(plan.team)
            ):
                raise MayNotForget(f"{review} has come under a legal hold meanwhile; run this again.")
            loss = await store.forget(plan.team, review, of, order)
            if loss.is_open:
                raise MayNotForget(f"{review} was opened again meanwhile; close it and run this again.")
            done.reviews[review] = loss
        return replace(done, beside=await self._beside(done, order))

    async def found_again(self, team: str, digests: Collection[str]) -> dict[str, str]:
        """Those of these digests, of people and vendors, that somebody stored is of: each with who it is."""
        store, beside = self._stores.forgetting, self._stores.forgotten_elsewhere
        vendors = await beside.past_vendors(team)
        async for review in self._reviews(team):
            vendors |= await store.vendors(team, review)
        people = {f"person {user}": user for user in await beside.people()}
        named = people | {f"vendor {fingerprint(vendor)}": vendor for vendor in vendors}
        by_digest = {store.digest(team, who): name for who, name in named.items()}
        return {digest: by_digest[digest] for digest in digests if digest in by_digest}

    async def _plan(self, team: str, who: str, of: Forgetting) -> ForgettingPlan:
        holds = await self._stores.legal_holds.standing(team)
        if hold := holds.get(who):
            raise MayNotForget(f"A legal hold of {hold.by} keeps this from being forgotten ({hold.reason}).")
        plan = ForgettingPlan(team, who, replace(of, pseudonym="forgotten"))
        known = (await self._stores.forgetting.orders(team)).get(self._stores.forgetting.digest(team, who))
        if known:
            plan = replace(plan, of=replace(of, pseudonym=known.pseudonym))
        async for review in self._reviews(team):
            if loss := await self._stores.forgetting.loss(team, review, plan.of):
                plan.reviews[review] = loss
        for review in plan.reviews:
            if held := await held_by(self._stores, team, review, holds):
                raise MayNotForget(
                    f"A legal hold of {held.by} on {held.who} keeps {review} as it is ({held.reason}); "
                    "nothing is forgotten in part."
                )
        if still_open := sorted(review for review, loss in plan.reviews.items() if loss.is_open):
            raise MayNotForget(
                f"{', '.join(still_open)} {'is' if len(still_open) == 1 else 'are'} open; close what is open "
                "first, since nobody may decide about what they cannot read."
            )
        return replace(plan, beside=await self._beside(plan, None))

    async def _beside(self, plan: ForgettingPlan, order: Order | None) -> Found:
        elsewhere = self._stores.forgotten_elsewhere
        if plan.what == "person":
            return await elsewhere.person(plan.team, plan.of, order)
        return await elsewhere.vendor(plan.team, plan.of, order)

    async def _reviews(self, team: str) -> AsyncIterator[str]:
        async for _, review in self._stores.audit.named(team=team):
            yield review

    async def _refuse_if_in_force(self, team: str, person: str) -> None:
        """Raise where the policy that counts in the workspace names somebody: its own, else that of all."""
        applied = await self._stores.policy_history.of_workspace(team).newest()
        if applied is None or applied.is_that_of_all:
            applied = await self._stores.policy_history.newest()
        policy = await self._stores.policies.policy(applied.version) if applied else None
        if policy and Forgetting("", person).names_it(policy.model_dump_json()):
            raise MayNotForget(
                f"The policy in force names {person}; bring one that does not, so that nobody waits for them."
            )
