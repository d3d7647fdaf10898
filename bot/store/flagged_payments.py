"""The flagged payments of a review as the desk needs them: remembered, and read anew where they changed."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import partial

from redis.asyncio import Redis

from bot.domain.review.selection import DeskPayment, desk_payment
from bot.domain.review.state import ReviewState
from bot.store.assembled import review_of
from bot.store.keys import ReviewKeys
from bot.store.large_reads import LargeReads, Places
from bot.store.off_loop import computed
from bot.store.reviews import ReviewStore

REMEMBERED = 100_000  # payments, of all reviews together; some 600 bytes each


@dataclass(frozen=True, slots=True)
class FlaggedPayments:
    """A review's state with its flagged payments in the card's order, as stored at one moment."""

    state: ReviewState
    payments: tuple[DeskPayment, ...]


@dataclass(slots=True)
class _Known:
    places: Places
    by_ref: dict[int, DeskPayment] = field(default_factory=dict)


class FlaggedPaymentStore:
    """Reads the flagged payments of reviews; of those it knows, only what was decided or judged since."""

    def __init__(self, redis: Redis, reviews: ReviewStore) -> None:
        self._large = LargeReads(redis)
        self._reviews = reviews
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()

    async def of_review(self, team: str, review_id: str) -> FlaggedPayments | None:
        """The flagged payments of a review; ``None`` where there is no such review."""
        places = await self._large.places(ReviewKeys(team, review_id))
        if places is None:
            self._known.pop((team, review_id), None)
            return None
        order = await self._reviews.card_order(team, review_id)
        known = self._known.get((team, review_id))
        by_ref = dict(known.by_ref) if known else {}
        changed = _changed(known, places)
        place_of = {ref: place for place, ref in enumerate(order)}
        async for portion in self._large.portions(places, changed):
            read = (await computed(len(portion.refs), partial(review_of, portion, portion.refs))).entries
            for ref, entry in read.items():
                by_ref[ref] = desk_payment(entry, place_of.get(ref, len(order)))
        # One that was corrected has another place since, and all behind it.
        by_ref = {ref: _at(place_of.get(ref, len(order)), payment) for ref, payment in by_ref.items()}
        self._remember(team, review_id, _Known(places, by_ref))
        return FlaggedPayments(places.state, tuple(by_ref[ref] for ref in order if ref in by_ref))

    def knows(self, team: str, review_id: str) -> bool:
        """Whether this process has read this review, so that reading it again is quick."""
        return (team, review_id) in self._known

    def _remember(self, team: str, review_id: str, known: _Known) -> None:
        self._known[team, review_id] = known
        self._known.move_to_end((team, review_id))
        while len(self._known) > 1 and sum(len(one.by_ref) for one in self._known.values()) > REMEMBERED:
            self._known.popitem(last=False)


def _at(place: int, payment: DeskPayment) -> DeskPayment:
    return payment if payment.place == place else replace(payment, place=place)


def _changed(known: _Known | None, places: Places) -> list[int]:
    """References of flagged payments of which the trail says something else than before.

    Their findings, decision, remarks, corrections or withdrawal stand elsewhere.
    """
    if known is None:
        return list(places.findings)
    before = known.places
    return [
        ref
        for ref, place in places.findings.items()
        if before.findings.get(ref) != place
        or before.decisions.get(ref) != places.decisions.get(ref)
        or before.remarks.get(ref) != places.remarks.get(ref)
    ]
