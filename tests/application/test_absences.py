"""Absence in Redis: payments move to who stands in, and back, whoever clicks when."""

from collections.abc import AsyncIterator, Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.check import check_review
from bot.domain.audit.chain import beginning, first_broken
from bot.domain.audit.entry import AuditEntry, TrailEnd
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.people import Person, Standing
from bot.domain.policy import Policy
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor
from bot.domain.routing import Absence, with_absence, without_absence
from bot.domain.text.routes import on_its_way
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin, show
from tests.wired import NOW, TEAM, Townspeople, Wired, wired

MATRIX = """
approvers = ["U_ADA"]
[groups]
controllers = ["U_BEN", "U_CHI", "U_DAN", "U_GUEST"]
board = ["U_EVA", "U_CHI"]
[[routes]]
name = "large"
over = { USD = 50_000 }
stages = [{ from = "controllers", needs = 2 }, { from = "board" }]
[[routes]]
name = "board"
stages = [{ from = "board" }]
[stand_ins]
U_EVA = "U_GUS"
"""
ROWS = [
    Transaction(ref=1, amount=Decimal(60_000), currency="USD", vendor="Acme"),
    Transaction(ref=2, amount=Decimal(12_000), currency="USD", vendor="Globex"),
]


class Town(Townspeople):
    async def person(self, team: str, user: str, homes: Collection[str]) -> Person:
        return Person(user, Standing.GUEST if user == "U_GUEST" else Standing.MEMBER)


class Desk:
    def __init__(self, process: Wired, review_id: str) -> None:
        self.process = process
        self.review_id = review_id

    async def away(self, user: str, stand_in: str = "", *, days: int = 3) -> None:
        first = self.process.now().date()
        absence = Absence(
            person=user,
            first=first,
            last=first + timedelta(days=days - 1),
            stand_in=stand_in,
            recorded_at=self.process.now(),
        )
        entry = AuditEntry(event="away", actor=user, at=self.process.now())
        await self.process.stores.absences.change(
            TEAM, user, lambda kept: (with_absence(kept, absence), entry)
        )

    async def back(self, user: str) -> None:
        now = self.process.now()
        entry = AuditEntry(event="back", actor=user, at=now)
        await self.process.stores.absences.change(
            TEAM, user, lambda kept: (without_absence(kept, now), entry)
        )

    async def approve(self, user: str, ref: int) -> RequestResult:
        actor = Actor(user=user, how=Medium.BUTTON, text="a click", now=self.process.now())
        asks = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,)),)
        return await self.process.decide(TEAM, self.review_id, asks, actor)

    async def entry(self, ref: int) -> ReviewedTransaction:
        review = await self.process.reviews.load(TEAM, self.review_id, (ref,))
        assert review is not None
        return review.entries[ref]

    async def way(self, ref: int) -> str:
        return on_its_way(await self.entry(ref), lambda user: user.removeprefix("U_").lower())

    async def sees(self, user: str) -> bool:
        state = await self.process.reviews.state(TEAM, self.review_id)
        assert state is not None
        access = self.process.access
        return await access.decidable((state,), user) == [state] and await access.may_look(state, user)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with embedded_server(tmp_path) as url, wired(url) as process:
        process.policy = Policy.from_toml(MATRIX)
        process.access = process.access_through(Town())
        state = await process.submit(origin(), ROWS)
        await process.assess(state.id)
        opened = Desk(process, state.id)
        yield opened
        await show(process, TEAM, state.id)
        assert await check_review(process.stores, TEAM, state.id) == []


async def test_who_stands_in_decides_for_the_one_away_and_both_are_in_the_trail(desk: Desk) -> None:
    assert (await desk.approve("U_GUS", 2)).outcome is Outcome.NOT_AN_APPROVER
    assert not await desk.sees("U_GUS")
    await desk.away("U_EVA")  # for whom the policy names gus
    assert await desk.sees("U_GUS")
    (decision,) = (await desk.approve("U_GUS", 2)).recorded
    assert (decision.by, decision.whose) == ("U_GUS", "U_EVA")
    trail = await desk.process.reviews.audit(TEAM, desk.review_id)
    assert [(one.actor, one.detail.get("whose")) for one in trail if one.event == "decided"] == [
        ("U_GUS", "U_EVA")
    ]


async def test_payments_move_back_with_the_last_day_and_with_a_word(desk: Desk) -> None:
    await desk.away("U_EVA", days=3)
    desk.process.time = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    assert await desk.sees("U_GUS")
    desk.process.time = datetime(2026, 11, 25, tzinfo=UTC)
    assert not await desk.sees("U_GUS")
    assert (await desk.approve("U_GUS", 2)).outcome is Outcome.NOT_AN_APPROVER
    await desk.away("U_EVA")
    assert await desk.sees("U_GUS")
    await desk.back("U_EVA")
    assert not await desk.sees("U_GUS")


async def test_one_person_never_fills_two_seats_by_standing_in(desk: Desk) -> None:
    await desk.away("U_BEN", "U_DAN")
    assert (await desk.approve("U_DAN", 1)).given == (1,)
    assert (await desk.approve("U_DAN", 1)).outcome is Outcome.NOT_YOUR_STAGE
    assert "approved by dan · waiting for Controllers (1 of 2)" in await desk.way(1)


async def test_a_seat_counts_once_whoever_of_the_two_is_first(desk: Desk) -> None:
    desk.process.policy = Policy.from_toml(MATRIX + 'U_BEN = "U_GUS"')
    await desk.away("U_BEN")
    assert (await desk.approve("U_GUS", 1)).given == (1,)
    assert "approved by gus for ben" in await desk.way(1)
    assert (await desk.approve("U_BEN", 1)).outcome is Outcome.NOT_YOUR_STAGE
    assert (await desk.approve("U_DAN", 1)).given == (1,)
    (decision,) = (await desk.approve("U_EVA", 1)).recorded
    assert decision.by == "U_EVA"


async def test_somebody_away_who_clicks_all_the_same_decides_themselves(desk: Desk) -> None:
    desk.process.policy = Policy.from_toml(MATRIX + 'U_BEN = "U_GUS"')
    await desk.away("U_BEN")
    assert (await desk.approve("U_BEN", 1)).given == (1,)
    assert (await desk.approve("U_GUS", 1)).outcome is Outcome.NOT_YOUR_STAGE


@pytest.mark.parametrize("stand_in", ["U_GUEST", "U_ADA", "U_BEN", "U_NOBODY"])
async def test_nobody_stands_in_who_is_a_guest_or_of_no_group_of_theirs(desk: Desk, stand_in: str) -> None:
    await desk.away("U_BEN", stand_in)
    found = await desk.process.access.named_approvers(TEAM)
    assert found.away["U_BEN"] == ""


async def test_who_brought_the_payment_stands_in_for_nobody(desk: Desk) -> None:
    submitter = origin().submitter
    desk.process.policy = Policy.from_toml(MATRIX + f'U_BEN = "{submitter}"')
    await desk.away("U_BEN")
    assert (await desk.process.access.named_approvers(TEAM)).away["U_BEN"] == submitter
    assert (await desk.approve(submitter, 1)).outcome is Outcome.OWN_BATCH


async def test_a_stand_in_who_is_away_too_acts_for_nobody(desk: Desk) -> None:
    await desk.away("U_EVA")
    await desk.away("U_GUS")
    assert (await desk.approve("U_GUS", 2)).outcome is Outcome.NOT_YOUR_STAGE


async def test_without_routes_absence_changes_nothing(desk: Desk) -> None:
    desk.process.policy = Policy.from_toml('approvers = ["U_BEN", "U_CHI"]')
    await desk.away("U_BEN", "U_CHI")
    assert (await desk.process.access.named_approvers(TEAM)).away == {}
    assert set(await desk.process.access.absent(TEAM)) == {"U_BEN"}


async def test_the_trail_of_absences_is_a_chain_and_what_is_kept_has_a_lifetime(desk: Desk) -> None:
    await desk.away("U_BEN", "U_CHI")
    await desk.away("U_DAN", days=30)
    await desk.back("U_BEN")
    store = desk.process.stores.absences
    lines = await store.trail(TEAM)
    assert [(line.entry.event, line.entry.actor) for line in lines] == [
        ("away", "U_BEN"),
        ("away", "U_DAN"),
        ("back", "U_BEN"),
    ]
    assert first_broken(TrailEnd(0, beginning(TEAM, "absences")), lines) is None
    assert await store.of(TEAM, "U_BEN") == ()
    assert [absence.last for absence in await store.all(TEAM)] == [NOW.date() + timedelta(days=29)]
    assert date(2026, 12, 21) == NOW.date() + timedelta(days=29)
