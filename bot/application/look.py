"""Looking: what is stored of reviews and drafts, for whoever shows it; nothing that is decided changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.application.access import Access
from bot.application.steps import ReviewSteps
from bot.domain import text
from bot.domain.conversation import DecisionKind, DecisionRequest, Turn
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarks import Remark
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Transition
from bot.domain.submission import Draft
from bot.store import DraftStore, MessageStore, ReviewStore
from bot.store.scripts.load import Besides

OPEN_LOOKED_AT = 200  # open reviews among which somebody's own are looked for


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal that its author may edit.

    ``requests`` are what it asks for, each kind with each reason once and with the undecided payments by
    reference; ``undecided`` are all payments of the review that could stand in it, in order.
    """

    requests: tuple[DecisionRequest, ...]
    undecided: tuple[ReviewedTransaction, ...]


class LookAtReviews:
    """Reads what is stored; every method raises what ``StoreUnavailable`` names."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        drafts: DraftStore,
        messages: MessageStore,
        access: Access,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._drafts = drafts
        self._messages = messages
        self._access = access

    async def seen_by(self, user: str, team: str, review_id: str) -> ReviewState | Outcome:
        """The small state of a review as ``user`` asks to see it, or why they may not."""
        state = await self._reviews.state(team, review_id)
        if state is None:
            return Outcome.NO_REVIEW
        return state if await self._access.may_look(state, user) else Outcome.NOT_VISIBLE

    async def transactions(
        self, team: str, review_id: str, refs: Sequence[int]
    ) -> tuple[ReviewedTransaction, ...]:
        """The named payments of a review, in order."""
        review = await self._reviews.load(team, review_id, refs) if refs else None
        return tuple(review.entries.values()) if review else ()

    async def turn(self, team: str, review_id: str, seq: int) -> Turn | None:
        """The turn of the conversation with this number, from 1, or ``None`` where there is none."""
        turns = await self._reviews.turns(team, review_id, after=seq - 1, last=seq) if seq > 0 else []
        return turns[0] if turns else None

    async def open_proposal(
        self, team: str, review_id: str, proposal_id: str, user: str
    ) -> OpenProposal | Outcome:
        """The proposal as ``user``, its author, may edit it, or why they may not.

        Only what decides payments can be edited; a correction, a skip and an exit are confirmed or cancelled.
        """
        review = await self._reviews.load(team, review_id, besides=Besides.UNDECIDED)
        if review is None:
            return Outcome.NO_REVIEW
        if review.state.status is ReviewStatus.CLOSED:
            return Outcome.CLOSED
        proposal = review.state.proposal
        if proposal is None or proposal.id != proposal_id or not isinstance(proposal.reading, tuple):
            return Outcome.NO_PROPOSAL
        if proposal.by != user:
            return Outcome.NOT_YOURS
        if not await self._access.may_look(review.state, user):
            return Outcome.NOT_VISIBLE
        undecided = tuple(entry for _, entry in sorted(review.entries.items()) if entry.undecided)
        if not undecided:
            return Outcome.NOTHING_TO_DECIDE
        return OpenProposal(_spelled_out(proposal.reading, undecided), undecided)

    async def flagged(self, team: str, review_id: str) -> tuple[int, ...]:
        """References of everything that was flagged, decided or not, ascending."""
        return await self._reviews.flagged(team, review_id)

    async def remarks_of(self, state: ReviewState, turn: Turn) -> tuple[Remark, ...]:
        """The remarks that were stored in the step of a turn, once each, whichever payments they are on."""
        if turn.refs:
            review = await self._reviews.load(state.team, state.id, turn.refs[:1])
            found = (
                [remark for entry in review.entries.values() for remark in entry.remarks] if review else []
            )
        else:
            found = [*await self._reviews.remarks_on_whole(state.team, state.id)]
        return tuple(remark for remark in found if remark.at == turn.at)

    async def named_in_summary(self, state: ReviewState) -> tuple[ReviewedTransaction, ...]:
        """What a summary names one by one: everything where that is few, else what was flagged."""
        few = state.total <= text.LISTED
        refs = range(1, state.total + 1) if few else await self.flagged(state.team, state.id)
        return await self.transactions(state.team, state.id, tuple(refs))

    async def open_reviews(self, team: str, user: str, limit: int = 20) -> list[ReviewState]:
        """The newest of the team's open reviews that ``user`` may look at, newest first.

        Looked for among the ``OPEN_LOOKED_AT`` newest of all.
        """
        names = await self._reviews.open_reviews(team, newest=OPEN_LOOKED_AT)
        found: list[ReviewState] = []
        for start in range(0, len(names), limit):
            states = [await self._reviews.state(team, name) for name in names[start : start + limit]]
            found += await self._access.visible([state for state in states if state is not None], user)
            if len(found) >= limit:
                break
        return found[:limit]

    async def draft(self, team: str, draft_id: str, user: str) -> Draft | None:
        """A batch of this submitter with bad rows, which waits for their word; ``None`` for anybody else."""
        draft = await self._drafts.draft(team, draft_id)
        return draft if draft is not None and draft.origin.submitter == user else None

    async def review_of_thread(self, team: str, channel: str, ts: str) -> str | None:
        """The review whose conversation a Slack thread is, or ``None``."""
        return await self._messages.review_of_thread(team, channel, ts)

    async def adopt_thread(self, team: str, channel: str, ts: str, review_id: str) -> bool:
        """Note that a Slack thread is the conversation of a review; not where it has no such review there."""
        state = await self._reviews.state(team, review_id)
        if state is None or state.channel != channel:
            return False
        await self._messages.link_thread(team, channel, ts, review_id)
        return True

    async def show_again(self, team: str, review_id: str, user: str) -> Outcome:
        """Have a review shown whose channel took no message, as ``user``, its submitter, asks.

        Where the channel still takes none, they are told anew.
        """

        def answer(review: Review) -> RequestResult:
            return RequestResult(Outcome.RECORDED, Transition(review.state))

        state = await self._reviews.state(team, review_id)
        if state is None or state.submitter != user:
            return Outcome.NO_REVIEW
        posted = await self._messages.posted(team, review_id)
        await self._messages.replace(team, review_id, posted, replace(posted, told_error=""))
        return (await self._steps.take(team, review_id, answer)).outcome


def _spelled_out(
    requests: Sequence[DecisionRequest], undecided: Iterable[ReviewedTransaction]
) -> tuple[DecisionRequest, ...]:
    """What requests ask for, with the undecided payments of each by reference, as ``Review.decide`` does it.

    Those of one kind with one reason are one; each payment stands in the first request that covers it.
    """
    named = {ref for request in requests for ref in request.refs or ()}
    left = [entry.transaction.ref for entry in undecided]
    covered: dict[tuple[DecisionKind, str], list[int]] = {}
    for request in requests:
        refs = set(request.refs if request.refs is not None else set(left) - named - set(request.but))
        covered.setdefault((request.kind, request.reason), []).extend(ref for ref in left if ref in refs)
        left = [ref for ref in left if ref not in refs]
    return tuple(
        DecisionRequest(kind=kind, refs=tuple(sorted(refs)), reason=reason)
        for (kind, reason), refs in covered.items()
    )
