"""Learning: what became of each payment is noted in the history that later ones are compared with."""

from collections.abc import AsyncIterator, Iterator
from itertools import chain

from bot.domain.policy import (
    PastPayment,
    PaymentStatus,
    past_payments_from,
)
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.store import PaymentHistory, ReviewStore


class LearnOutcomes:
    """Keeps the history of payments up to what was decided."""

    def __init__(self, *, reviews: ReviewStore, history: PaymentHistory) -> None:
        self._reviews = reviews
        self._history = history

    async def learn(self, team: str, review_id: str) -> None:
        """Note what became of each payment of a review; safe to run twice.

        Raises what ``StoreUnavailable`` names.
        """
        state = await self._reviews.state(team, review_id)
        if state is not None:
            await self._history.remember_portions(team, self._payments(team, review_id), state.version)

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
