"""What one person's yes, no or hold makes of a payment on its route: who may, and at which stage."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.conversation import DecisionKind
from bot.domain.matrix import APPROVERS
from bot.domain.people import Approvers
from bot.domain.review.added_approvers import ANY_APPROVER, PERSON, people_in
from bot.domain.review.outcome import Outcome
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.routing import (
    Involvement,
    Progress,
    Route,
    Say,
    Seat,
    Staff,
    Vote,
    WayNow,
    can_still_pass,
    involvement_of,
    progress_of,
    way_now,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody's answer about one payment comes to.

    ``vote`` is what it adds to the payment's way, ``decides`` whether the payment is decided by it, and
    ``whose`` seat it was given in. Nothing at all where it was not theirs to give; ``hindrance`` says why,
    where that is a call to the vendor.
    """

    vote: Vote | None = None
    decides: bool = False
    whose: str = ""
    hindrance: Outcome | None = None

    @property
    def counts(self) -> bool:
        """Whether it changes anything."""
        return self.decides or self.vote is not None


@dataclass(slots=True)
class Authority:
    """What one person may do about the payments of a review, at one moment.

    Payments with the same route and the same approvals are looked at once, since there may be thousands.
    """

    user: str
    approvers: Approvers
    barred: frozenset[str]
    _seen: dict[object, Progress] = field(default_factory=dict)
    _ways: dict[object, WayNow] = field(default_factory=dict)
    _seats: dict[object, Seat | None] = field(default_factory=dict)

    def answer(self, entry: ReviewedTransaction, kind: DecisionKind, at: datetime, note: str) -> Answered:
        """What this person's decision of a kind comes to for a payment; ``at`` is aware UTC."""
        route = self.route(entry)
        if kind is not DecisionKind.APPROVED:
            seat = self._any_seat(entry, route)
            if seat is None:
                return Answered()
            if kind is DecisionKind.REJECTED and route.by_stage:
                return self._no(entry, route, at, note)
            return Answered(decides=True, whose=_whose(seat))
        if hindrance := hindrance_of(entry, self.user, self.barred):
            return Answered(hindrance=hindrance)
        progress = self.progress(entry)
        seat = progress.seat_of(self.user)
        if seat is None:
            return Answered()
        is_last = progress.stage == len(route.stages) - 1 and progress.missing == 1
        vote = Vote(by=self.user, stage=progress.stage, whose=_whose(seat), at=at, note=note)
        return Answered(vote=None if is_last else vote, decides=is_last, whose=vote.whose)

    def route(self, entry: ReviewedTransaction) -> Route:
        """The route of a payment, whether or not a line of the policy chose it."""
        return entry.route or ANY_APPROVER

    def progress(self, entry: ReviewedTransaction) -> Progress:
        """How far a payment is on its route, and who can give the next approval."""
        return self._progress(entry, self.staff(entry))

    def _progress(self, entry: ReviewedTransaction, staff: Staff) -> Progress:
        route = self.route(entry)
        key = (route, entry.votes, staff.unable, staff.barred, entry.route is None)
        if key not in self._seen:
            self._seen[key] = progress_of(route, entry.votes, staff)
        return self._seen[key]

    def involvement(self, entry: ReviewedTransaction) -> Involvement:
        """What a payment's route has to do with this person."""
        hindrance = hindrance_of(entry, self.user, self.barred)
        if hindrance is Outcome.CALLED_BACK_BY_YOU:
            return Involvement(Say.CALLED)
        part = involvement_of(self.user, self.route(entry), entry.votes, self.staff(entry))
        return replace(part, say=Say.FROZEN) if hindrance and part.say is Say.NOW else part

    def with_way(self, entry: ReviewedTransaction) -> ReviewedTransaction:
        """The payment with how it stands on its route with the people there are now, where it has one."""
        if entry.route is None or not entry.open:
            return entry
        staff = self.staff(entry)
        key = (entry.route, entry.votes, staff.unable, staff.barred)
        if key not in self._ways:
            self._ways[key] = way_now(entry.route, entry.votes, staff)
        return entry.model_copy(update={"way": self._ways[key]})

    def staff(self, entry: ReviewedTransaction) -> Staff:
        """Who can approve a payment now: whoever called its vendor has had their part."""
        called = {entry.call_back.by} if entry.needs_call_back and entry.call_back else set[str]()
        return self._staff(entry, self.barred | called)

    def _staff(self, entry: ReviewedTransaction, barred: frozenset[str]) -> Staff:
        payment = entry.transaction
        return Staff(
            groups=self._groups(entry),
            barred=barred,
            away=self.approvers.away if entry.route else {},
            unable=self.approvers.unable(payment.amount, payment.currency),
            untold=self.approvers.untold_groups(APPROVERS),
            here=self.user,
        )

    def _groups(self, entry: ReviewedTransaction) -> dict[str, frozenset[str]]:
        """Who is in each group now; whoever was added to the payment is a group of their own."""
        groups = self.approvers.in_groups(APPROVERS)
        for person in people_in(entry.route) if entry.route else ():
            groups[f"{PERSON}{person}"] = frozenset({person})
        return groups

    def sits_in(self, entry: ReviewedTransaction) -> bool:
        """Whether they have a seat at any stage of a payment's route, whatever they have said already."""
        return self._any_seat(entry, self.route(entry)) is not None

    def _any_seat(self, entry: ReviewedTransaction, route: Route) -> Seat | None:
        """Their seat at any stage of a payment's route, whatever they may approve: a no is never too much."""
        if entry.route not in self._seats:  # thousands of payments have the same one
            self._seats[entry.route] = self._seat_on(entry, route)
        return self._seats[entry.route]

    def _seat_on(self, entry: ReviewedTransaction, route: Route) -> Seat | None:
        away = self.approvers.away if entry.route else {}
        staff = Staff(self._groups(entry), self.barred, away, here=self.user)
        groups = [name for stage in route.stages for name in (stage.group, stage.fallback)]
        seats = {seat for name in (*groups, route.last_fallback) for seat in staff.seats(name)}
        own = [seat for seat in seats if seat.person == self.user]
        return min(own, key=lambda seat: (seat.is_stand_in, seat.whose), default=None)

    def _no(self, entry: ReviewedTransaction, route: Route, at: datetime, note: str) -> Answered:
        """A no that counts in its stage: final only where the stage cannot reach its number any more."""
        progress = self._progress(entry, self._staff(entry, self.barred))
        seat = progress.seat_of(self.user)
        if seat is None:
            return Answered()
        vote = Vote(by=self.user, stage=progress.stage, whose=_whose(seat), approves=False, at=at, note=note)
        if can_still_pass(route, (*entry.votes, vote), self.staff(entry)):
            return Answered(vote=vote, whose=vote.whose)
        return Answered(decides=True, whose=vote.whose)


def hindrance_of(entry: ReviewedTransaction, user: str, barred: frozenset[str]) -> Outcome | None:
    """Why a call to the vendor keeps this person from approving a payment; ``None`` where it does not.

    ``barred`` brought the payments: who turns out to be one of them since they called has confirmed nothing.
    """
    if not entry.needs_call_back:
        return None
    if entry.call_back is None or entry.call_back.by in barred:
        return Outcome.FROZEN
    return Outcome.CALLED_BACK_BY_YOU if entry.call_back.by == user else None


def _whose(seat: Seat) -> str:
    return seat.whose if seat.is_stand_in else ""


def grouped(votes: Mapping[int, Vote]) -> dict[tuple[int, str, bool, str], list[int]]:
    """References of payments by stage, seat, answer and note, so that many take one entry of the trail."""
    groups: dict[tuple[int, str, bool, str], list[int]] = {}
    for ref, vote in votes.items():
        groups.setdefault((vote.stage, vote.whose, vote.approves, vote.note), []).append(ref)
    return groups
