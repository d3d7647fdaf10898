"""Indexing: by what the payments of a review can be found, and in whose lists the review stands."""

from collections.abc import Sequence

from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.transaction import Transaction
from bot.store import PaymentIndex, ReviewLists


class IndexReviews:
    """Keeps index and lists up to what is stored; every method may be called twice.

    Every method raises what ``StoreUnavailable`` names.
    """

    def __init__(self, index: PaymentIndex, lists: ReviewLists) -> None:
        self._index = index
        self._lists = lists

    async def submitted(self, state: ReviewState, payments: Sequence[Transaction]) -> None:
        """Note a review that was submitted, with its payments, or with those of them that were corrected."""
        await self.listed(state)
        await self.found_by(state, payments)

    async def listed(self, state: ReviewState) -> None:
        """Note a review in the lists of those who brought it."""
        await self._lists.note_brought(state.team, state.id, state.barred, state.created_at)

    async def found_by(self, state: ReviewState, payments: Sequence[Transaction]) -> None:
        """Note by what these payments of a review are found."""
        await self._index.note(state.team, state.id, payments, state.created_at)

    async def settled(self, state: ReviewState) -> None:
        """Note a review that was closed, if it was."""
        if state.status is ReviewStatus.CLOSED and state.closed_at is not None:
            await self._lists.note_closed(state.team, state.id, state.closed_at)
