"""Learning: what became of each payment is noted in the history that later ones are compared with."""

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import chain

from bot.application.index import IndexReviews
from bot.application.ports import Clock
from bot.domain.policy import (
    PastPayment,
    PaymentStatus,
    past_payments_from,
)
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.store import PaymentHistory, ReviewStore, SubmittedRows
from bot.store.scripts.load import Besides


class LearnOutcomes:
    """Keeps the history of payments up to what was decided."""

    def __init__(
        self,
        *,
        reviews: ReviewStore,
        history: PaymentHistory,
        rows: SubmittedRows,
        index: IndexReviews,
        now: Clock,
    ) -> None:
        self._reviews = reviews
        self._history = history
        self._rows = rows
        self._index = index
        self._now = now

    async def learn(self, team: str, review_id: str) -> None:
        """Note what became of each payment of a review, and that it was closed, if so; safe to run twice.

        Raises what ``StoreUnavailable`` names.
        """
        state = await self._reviews.state(team, review_id)
        if state is None:
            return
        await self._index.settled(state)
        if state.forgotten:
            return  # nobody learns a vendor from a pseudonym
        if state.withdrawn or state.corrections:
            await self._learn_amendments(state)
        await self._history.remember_portions(
            team, self._payments(team, review_id), state.version, self._now().date()
        )

    async def _learn_amendments(self, state: ReviewState) -> None:
        """Note which versions of payments stand no more, so that nothing is called a repeat of one unsaid.

        The history has each under the vendor that it named, until what is noted of the newest replaces it.
        """
        review = await self._reviews.load(state.team, state.id, besides=Besides.FLAGGED)
        entries = review.entries.values() if review else ()
        amended = [entry for entry in entries if entry.earlier or entry.withdrawn]
        day = state.created_at.date()
        corrected = (
            past
            for entry in amended
            for past in past_payments_from(
                entry.earlier, state.id, PaymentStatus.CORRECTED, submitted=day, automatic=False
            )
        )
        await self._history.remember(state.team, corrected, state.version - 1, self._now().date())
        await self._mark_rows(state, amended)
        await self._index.submitted(state, [entry.transaction for entry in amended])

    async def _mark_rows(self, state: ReviewState, amended: Sequence[ReviewedTransaction]) -> None:
        """Mark the rows of versions that stand no more, and note those that stand, in case they are equal."""
        about, at = (state.team, state.id), state.created_at
        why = {
            entry.transaction.ref: (
                PaymentStatus.WITHDRAWN if entry.withdrawn else PaymentStatus.CORRECTED
            ).value
            for entry in amended
        }
        await self._rows.mark(*about, await self._reviews.transactions(state), why, at)
        for entry in amended:
            later = (*entry.earlier[1:], entry.transaction) if entry.earlier else ()
            for version in later:
                await self._rows.mark(*about, (version,), why, at)
            if not entry.withdrawn:
                await self._rows.note(*about, (entry.transaction,), at)

    async def _payments(self, team: str, review_id: str) -> AsyncIterator[Iterator[PastPayment]]:
        async for portion in self._reviews.portions(team, review_id):
            state = portion.state
            yield chain.from_iterable(
                past_payments_from(
                    (entry.transaction,),
                    state.id,
                    _status(entry),
                    submitted=state.created_at.date(),
                    automatic=_is_automatic(entry),
                )
                for entry in portion.entries.values()
            )


def _status(entry: ReviewedTransaction) -> PaymentStatus:
    if entry.withdrawn:
        return PaymentStatus.WITHDRAWN
    if entry.not_approved:
        return PaymentStatus.HELD
    if entry.decision is not None:
        return PaymentStatus(entry.decision.kind.value)
    return PaymentStatus.APPROVED if entry.judgement and not entry.flagged else PaymentStatus.WAITING


def _is_automatic(entry: ReviewedTransaction) -> bool | None:
    """Whether the bot approved it by itself; ``None`` while it is not judged."""
    if entry.judgement is None:
        return None
    return entry.decision is None and not entry.flagged
