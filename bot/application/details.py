"""Everything that is known of one payment, for whoever may see its review; nothing changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.application.access import Access
from bot.application.why import ExplainRoutes
from bot.domain.audit.entry import AuditEntry
from bot.domain.judgement import Finding
from bot.domain.review.audit_entries import DECIDING
from bot.domain.review.outcome import Outcome
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text.route_reasons import Why
from bot.domain.vendor_history import history_in_words
from bot.store import MessageStore, PaymentHistory, PostedCard, ReviewStore

MOST_ELSEWHERE = 10  # other reviews to whose cards a modal links
MOST_READ = 5_000  # entries of a trail; of a longer one, only the decision that stands is told


@dataclass(frozen=True, slots=True)
class PaymentDetails:
    """One payment with all that is known of it.

    ``others`` are the payments of the same review that its findings are about; ``past`` says what its vendor
    was paid before; ``so_far`` are the entries of the trail that decided about it, in order. ``elsewhere``
    are the states of other reviews that its findings name, by id, as far as its reader may see them, and
    ``cards`` the Slack ``ts`` of the cards of all these reviews, its own among them, by id. ``why`` is what
    its reader has to do with it, ``None`` where it waits for nobody.
    """

    state: ReviewState
    entry: ReviewedTransaction
    others: tuple[ReviewedTransaction, ...]
    past: str
    so_far: tuple[AuditEntry, ...]
    elsewhere: Mapping[str, ReviewState] = field(default_factory=dict)
    cards: Mapping[str, str] = field(default_factory=dict)
    why: Why | None = None


class LookAtPayments:
    """Reads what is stored of one payment; raises what ``StoreUnavailable`` names."""

    def __init__(
        self,
        *,
        reviews: ReviewStore,
        messages: MessageStore,
        history: PaymentHistory,
        access: Access,
        routes: ExplainRoutes,
    ) -> None:
        self._reviews = reviews
        self._messages = messages
        self._history = history
        self._access = access
        self._routes = routes

    async def details(self, user: str, team: str, review_id: str, ref: int) -> PaymentDetails | Outcome:
        """Everything about a payment, or why ``user`` may not see it."""
        review = await self._reviews.load(team, review_id, (ref,))
        if review is None:
            return Outcome.NO_REVIEW
        if not await self._access.may_look(review.state, user):
            return Outcome.NOT_VISIBLE
        entry = review.entries.get(ref)
        if entry is None:
            return Outcome.UNKNOWN_TRANSACTION
        (entry,) = await self._routes.with_ways(review.state, (entry,))
        findings = entry.judgement.findings if entry.judgement else ()
        about = sorted({other for finding in findings for other in finding.refs} - {ref})
        loaded = await self._reviews.load(team, review_id, about) if about else None
        named = dict.fromkeys(reviews_named(findings))
        states = await self._reviews.states(team, tuple(named)[:MOST_ELSEWHERE])
        elsewhere = {state.id: state for state in await self._access.visible(states, user)}
        vendor = entry.transaction.vendor
        past = history_in_words(vendor, await self._history.to(team, vendor), review_id)
        return PaymentDetails(
            state=review.state,
            entry=entry,
            others=tuple(loaded.entries.values()) if loaded else (),
            past=past,
            so_far=await self._so_far(review.state, entry),
            elsewhere=elsewhere,
            cards={state.id: await self._card_ts(state) for state in (review.state, *elsewhere.values())},
            why=await self._why(review.state, entry, user),
        )

    async def _why(self, state: ReviewState, entry: ReviewedTransaction, user: str) -> Why | None:
        is_waiting = state.status is ReviewStatus.WAITING and not entry.rejudging
        return await self._routes.why(state, entry, user) if is_waiting else None

    async def _card_ts(self, state: ReviewState) -> str:
        posted = await self._messages.posted(state.team, state.id)
        return posted.card.ts if isinstance(posted.card, PostedCard) else ""

    async def _so_far(self, state: ReviewState, entry: ReviewedTransaction) -> tuple[AuditEntry, ...]:
        if state.audited > MOST_READ or not (entry.decision or entry.reopened):
            return ()
        return tuple(_decisions(await self._reviews.audit(state.team, state.id), entry.transaction.ref))


def reviews_named(findings: Sequence[Finding]) -> list[str]:
    """Ids of the other reviews whose payments findings name, in order: ``R-7K3F2`` of ``#4 of R-7K3F2``."""
    return [name.partition(" of ")[2] for finding in findings for name in finding.about if " of " in name]


def _decisions(trail: Sequence[AuditEntry], ref: int) -> list[AuditEntry]:
    events = (*DECIDING, "undone", "released")
    return [entry for entry in trail if entry.event in events and entry.detail.get("ref") == ref]
