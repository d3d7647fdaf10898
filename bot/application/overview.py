"""Overviews for one person: what waits for them, what they brought, what was closed, what they look for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.application.access import Access
from bot.application.ports import Clock, PolicyInForce
from bot.domain.review.deadlines import Deadline, next_deadline
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.search import Query, has_all, indexed, read_query
from bot.store import MessageStore, OpenedHomes, PaymentIndex, PostedCard, ReviewLists, ReviewStore
from bot.store.scripts.load import Besides

OPEN_LOOKED_AT = 200  # open reviews, the newest, among which those that somebody may see are looked for
MOST_REVIEWS = 20  # of a list
MOST_FOUND = 10  # payments that an answer shows
FOUND_READ = 600  # reviews that may have what somebody looks for, among which they may see some
FOUND_LOOKED_AT = 60  # reviews that they may see, the newest, in which payments are looked for


@dataclass(frozen=True, slots=True)
class ListedReview:
    """A review in a list, and the Slack ts of its card; empty where none stands there.

    ``deadline`` is what ends first of what waits in it, where that is near.
    """

    state: ReviewState
    card_ts: str = ""
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True)
class FoundPayment:
    """A payment that somebody looked for, in its review."""

    review: ListedReview
    entry: ReviewedTransaction


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for ``query``: payments, the newest review first; or the review that it names.

    ``more`` says that there are others that are not shown.
    """

    query: Query
    payments: tuple[FoundPayment, ...] = ()
    review: ListedReview | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """What one person has to do with: every review in one list at the most, each list cut to a length.

    ``waiting`` are the reviews in which they may decide something, those that are due soon first, then the
    oldest, of which ``more_waiting`` are not listed, and ``decides`` is whether they decide at all, so that
    an empty list is good news. ``mine`` are those that they brought, the newest first, and ``closed`` others,
    the last closed first. ``now`` (aware UTC) is when this was so.
    """

    now: datetime
    decides: bool
    waiting: tuple[ListedReview, ...]
    more_waiting: int
    mine: tuple[ListedReview, ...]
    closed: tuple[ListedReview, ...]


class LookOver:
    """Reads what one person may see of many reviews; every method raises what ``StoreUnavailable`` names."""

    def __init__(
        self,
        *,
        reviews: ReviewStore,
        lists: ReviewLists,
        index: PaymentIndex,
        messages: MessageStore,
        homes: OpenedHomes,
        access: Access,
        policy: PolicyInForce,
        now: Clock,
    ) -> None:
        self._reviews = reviews
        self._lists = lists
        self._index = index
        self._messages = messages
        self._homes = homes
        self._access = access
        self._policy = policy
        self._now = now

    async def overview(self, team: str, user: str) -> Overview:
        """All that Home shows to ``user``."""
        open_states = await self._open(team)
        waiting = await self._waiting(open_states, user)
        mine = await self._mine(team, user, open_states)
        closed = await self._closed(team, user)
        others = [state for state in closed if user not in state.barred]
        return Overview(
            now=self._now(),
            decides=bool(waiting) or await self._decides(team, user),
            waiting=await self._listed(waiting[:MOST_REVIEWS]),
            more_waiting=max(0, len(waiting) - MOST_REVIEWS),
            mine=await self._listed(mine),
            closed=await self._listed(others[: MOST_REVIEWS // 2]),
        )

    async def note_home(self, team: str, user: str) -> None:
        """Note that ``user`` has opened Home, which is kept up to date from now on."""
        await self._homes.note(team, user)

    async def has_home(self, team: str, user: str) -> bool:
        """Whether ``user`` has opened Home of late."""
        return await self._homes.has(team, user)

    async def waiting(self, team: str, user: str) -> tuple[ListedReview, ...]:
        """The reviews that wait for this person's decision: what is due soon first, then the oldest."""
        return await self._listed((await self._waiting(await self._open(team), user))[:MOST_REVIEWS])

    async def mine(self, team: str, user: str) -> tuple[ListedReview, ...]:
        """The reviews with payments of this person, open and closed, the newest first."""
        return await self._listed(await self._mine(team, user, await self._open(team)))

    async def closed(self, team: str, user: str) -> tuple[ListedReview, ...]:
        """The closed reviews that this person may see, the last closed first."""
        return await self._listed((await self._closed(team, user))[:MOST_REVIEWS])

    async def find(self, team: str, user: str, text: str) -> Found:
        """What ``user`` may see of what they look for, by words of a vendor, amount, invoice or review."""
        query = read_query(text)
        if query.review:
            listed = await self._listed(await self._seen(team, user, [query.review]))
            return Found(query, review=listed[0] if listed else None)
        terms = {term for alternative in query.alternatives for term in indexed(alternative)}
        places = await self._index.find(team, terms, self._now())
        refs: dict[str, set[int]] = {}
        for alternative in query.alternatives:
            of_terms = [places[term] for term in indexed(alternative)]
            for review_id in of_terms[0]:
                both = frozenset.intersection(*(where.get(review_id, frozenset()) for where in of_terms))
                refs.setdefault(review_id, set()).update(both)
        names = [review_id for review_id, named in refs.items() if named]
        found: list[FoundPayment] = []
        # Who may see few of many must be asked about all of these, or finds nothing behind what they may not.
        seen = sorted(await self._seen(team, user, names[:FOUND_READ]), key=_created, reverse=True)
        for state in seen[:FOUND_LOOKED_AT]:
            if len(found) > MOST_FOUND:
                break
            found += await self._found_in(state, refs[state.id], query)
        more = len(found) > MOST_FOUND
        return Found(query, tuple(found[:MOST_FOUND]), more=more)

    async def flagged_if_few(self, state: ReviewState, most: int) -> Review | None:
        """A review with its flagged payments, or without any where they are more than ``most``.

        ``None`` where there is no such review any more.
        """
        if state.flagged > most:
            return Review(state, {})
        return await self._reviews.load(state.team, state.id, besides=Besides.FLAGGED)

    async def _found_in(self, state: ReviewState, refs: set[int], query: Query) -> list[FoundPayment]:
        """The payments of a review that are what somebody looks for; two terms may share a hash."""
        review = await self._reviews.load(state.team, state.id, refs)
        if review is None:
            return []
        (listed,) = await self._listed([review.state])
        entries = [entry for _, entry in sorted(review.entries.items())]
        return [
            FoundPayment(listed, entry) for entry in entries if has_all(entry.transaction, query.alternatives)
        ]

    async def _open(self, team: str) -> list[ReviewState]:
        names = await self._reviews.open_reviews(team, newest=OPEN_LOOKED_AT)
        return await self._reviews.states(team, names)

    async def _waiting(self, states: Iterable[ReviewState], user: str) -> list[ReviewState]:
        unsettled = [state for state in states if state.status is ReviewStatus.WAITING and state.waiting]
        return sorted(await self._access.decidable(unsettled, user), key=self._urgency)

    def _urgency(self, state: ReviewState) -> tuple[date, datetime]:
        """What is due soon comes first, then what has waited longest."""
        deadline = self._near(state)
        return deadline.day if deadline else date.max, state.created_at

    def _near(self, state: ReviewState) -> Deadline | None:
        """What ends first of what waits in a review, where that is near by the policy."""
        policy = self._policy()
        today = policy.calendar.day_of(self._now())
        deadline = next_deadline(state.deadlines, today) if policy.reminders.near_days else None
        until = today + timedelta(days=policy.reminders.near_days)
        return deadline if deadline and deadline.day <= until else None

    async def _mine(self, team: str, user: str, open_states: Iterable[ReviewState]) -> list[ReviewState]:
        # A review that is not judged yet, or is from before there was a list, is among the open ones.
        states = {state.id: state for state in open_states if user in state.barred}
        names = await self._lists.brought_by(team, user, newest=MOST_REVIEWS)
        unread = [name for name in names if name not in states]
        states |= {state.id: state for state in await self._reviews.states(team, unread)}
        mine = (state for state in states.values() if user in state.barred)
        return sorted(mine, key=_created, reverse=True)[:MOST_REVIEWS]

    async def _closed(self, team: str, user: str) -> list[ReviewState]:
        names = await self._lists.closed(team, newest=OPEN_LOOKED_AT)
        states = await self._reviews.states(team, names)
        closed = [state for state in states if state.status is ReviewStatus.CLOSED]
        return await self._access.visible(closed, user)

    async def _seen(self, team: str, user: str, names: Sequence[str]) -> list[ReviewState]:
        return await self._access.visible(await self._reviews.states(team, names), user)

    async def _decides(self, team: str, user: str) -> bool:
        """Whether the policy names this person as an approver, though nothing waits for them now."""
        return user in (await self._access.named_approvers(team)).people

    async def _listed(self, states: Iterable[ReviewState]) -> tuple[ListedReview, ...]:
        return tuple([ListedReview(state, await self._card_ts(state), self._near(state)) for state in states])

    async def _card_ts(self, state: ReviewState) -> str:
        posted = await self._messages.posted(state.team, state.id)
        return posted.card.ts if isinstance(posted.card, PostedCard) else ""


def _created(state: ReviewState) -> datetime:
    return state.created_at
