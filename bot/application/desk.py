"""The desk: a person's own view of the flagged payments of a review.

What somebody filters, turns to and ticks is kept on the server for a while and moves nobody else's view.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from bot.application.access import Access
from bot.domain.review.outcome import Outcome
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.selection import (
    DeskOrder,
    DeskPayment,
    PageOf,
    PaymentFilter,
    by_finding,
    by_vendor,
    found,
    page_of,
    sums,
)
from bot.domain.review.state import ReviewState
from bot.store import DeskStore, FlaggedPayments, FlaggedPaymentStore, ReviewStore

QUICK = 2_000  # flagged payments that are read well within the 3 s in which a modal must be opened


class DeskView(BaseModel):
    """What a person looks at: a filter, an order, a page from 0.

    ``resets`` counts how often a button changed what menus and check marks showed: a modal keeps what a
    person chose in an element until that gets another name.
    """

    model_config = ConfigDict(frozen=True)

    filter: PaymentFilter = PaymentFilter()
    order: DeskOrder = DeskOrder.RANK
    page: int = 0
    resets: int = 0

    @property
    def is_narrowed(self) -> bool:
        """Whether it shows less than what can be decided, or shows it in another order."""
        return self.filter != PaymentFilter() or self.order is not DeskOrder.RANK

    def reset(self, **changed: object) -> Self:
        """A copy with other values, whose menus and check marks show what is kept."""
        return self.model_copy(update={**changed, "resets": self.resets + 1})


@dataclass(frozen=True, slots=True)
class DeskShown:
    """A desk as it is shown: ``count`` payments are found, with these ``sums``; ``entries`` are one page.

    ``selected`` are those that are ticked and can be decided; ``findings`` and ``vendors`` are what can be
    filtered by, with numbers.
    """

    state: ReviewState
    view: DeskView
    page: PageOf
    entries: Sequence[ReviewedTransaction]
    count: int
    sums: dict[str, Decimal]
    decidable: int
    selected: Sequence[DeskPayment]
    findings: Sequence[tuple[str, int]]
    vendors: Sequence[tuple[str, str, int]]
    revision: int


class Desk:
    """Shows desks and keeps what people change in theirs; raises what ``StoreUnavailable`` names."""

    def __init__(
        self,
        *,
        reviews: ReviewStore,
        flagged: FlaggedPaymentStore,
        desks: DeskStore,
        access: Access,
    ) -> None:
        self._reviews = reviews
        self._flagged = flagged
        self._desks = desks
        self._access = access

    async def is_quick(self, team: str, review_id: str) -> bool:
        """Whether a desk can be shown before a modal would have to be open."""
        if self._flagged.knows(team, review_id):
            return True
        state = await self._reviews.state(team, review_id)
        return state is None or state.flagged <= QUICK

    async def shown(self, team: str, review_id: str, user: str) -> DeskShown | Outcome:
        """The desk of ``user`` as they left it, or why they may not see it."""
        flagged = await self.flagged(team, review_id, user)
        if isinstance(flagged, Outcome):
            return flagged
        kept = await self._desks.kept(team, _name(review_id, user))
        view = _view(kept.view)
        matching = found(flagged.payments, view.filter, view.order)
        page = page_of(matching, view.page)
        loaded = await self._reviews.load(team, review_id, [payment.ref for payment in page.shown])
        entries = loaded.entries if loaded else {}
        around = found(flagged.payments, PaymentFilter(state=view.filter.state))
        return DeskShown(
            state=flagged.state,
            view=view,
            page=page,
            entries=[entries[payment.ref] for payment in page.shown if payment.ref in entries],
            count=len(matching),
            sums=sums(matching),
            decidable=sum(payment.open for payment in matching),
            selected=[one for one in flagged.payments if one.open and one.ref in kept.ticked],
            findings=by_finding(around),
            vendors=by_vendor(around),
            revision=kept.revision,
        )

    async def revision(self, team: str, review_id: str, user: str) -> int:
        """How often a person has changed their desk."""
        return await self._desks.revision(team, _name(review_id, user))

    async def view(self, team: str, review_id: str, user: str) -> DeskView:
        """What a person looks at."""
        return _view((await self._desks.kept(team, _name(review_id, user))).view)

    async def look_at(self, team: str, review_id: str, user: str, view: DeskView) -> None:
        """Have a person look at something else."""
        await self._desks.keep(team, _name(review_id, user), view.model_dump_json())

    async def tick(
        self, team: str, review_id: str, user: str, on: Iterable[int], off: Iterable[int] = ()
    ) -> None:
        """Select payments and take others out of the selection."""
        await self._desks.tick(team, _name(review_id, user), on, off)

    async def select(
        self, team: str, review_id: str, user: str, which: Literal["found", "page", "none"]
    ) -> None:
        """Select all that is found and can be decided, what of it is on this page, or nothing at all."""
        view = await self.view(team, review_id, user)
        await self.look_at(team, review_id, user, view.reset())
        if which == "none":
            await self._desks.untick(team, _name(review_id, user))
            return
        flagged = await self.flagged(team, review_id, user)
        if isinstance(flagged, Outcome):
            return
        matching = found(flagged.payments, view.filter, view.order)
        meant = page_of(matching, view.page).shown if which == "page" else matching
        await self.tick(team, review_id, user, [payment.ref for payment in meant if payment.open])

    async def ticked(self, team: str, review_id: str, user: str) -> frozenset[int]:
        """References of what a person has selected, whether it can still be decided or not."""
        return (await self._desks.kept(team, _name(review_id, user))).ticked

    async def flagged(self, team: str, review_id: str, user: str) -> FlaggedPayments | Outcome:
        """The flagged payments of a review, or why this person may not see them."""
        state = await self._reviews.state(team, review_id)
        if state is None:
            return Outcome.NO_REVIEW
        if not await self._access.may_look(state, user):
            return Outcome.NOT_VISIBLE
        return await self._flagged.of_review(team, review_id) or Outcome.NO_REVIEW


def _name(review_id: str, user: str) -> str:
    return f"{review_id} {user}"


def _view(kept: str) -> DeskView:
    return DeskView.model_validate_json(kept) if kept else DeskView()
