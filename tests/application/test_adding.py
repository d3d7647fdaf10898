"""An approver adds another to one payment: more eyes, for good, and only theirs that may act."""

from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.add_approvers import AddApprovers
from bot.application.check import check_review
from bot.application.why import ExplainRoutes
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.people import Person, Standing
from bot.domain.policy import Policy
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import REST
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor
from bot.domain.routing import Absence, with_absence
from bot.domain.text.routes import on_its_way
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin, show
from tests.wired import NOW, TEAM, Townspeople, Wired, wired

MATRIX = """
approvers = ["U_ADA"]
[groups]
controllers = ["U_BEN", "U_CHI"]
[[routes]]
name = "large"
over = { USD = 50_000 }
stages = [{ from = "controllers" }]
[limits_of.U_LOU]
USD = 10
[stand_ins]
U_DOV = "U_GUS"
"""
ROWS = [
    Transaction(ref=1, amount=Decimal(60_000), currency="USD", vendor="Acme"),
    Transaction(ref=2, amount=Decimal(12_000), currency="USD", vendor="Globex"),
]
A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD


class Town(Townspeople):
    """Everybody is a member but those named otherwise; some leave."""

    def __init__(self) -> None:
        self.others = {"U_GUEST": Standing.GUEST, "U_APP": Standing.BOT}

    async def person(self, team: str, user: str, homes: Collection[str]) -> Person:
        return Person(user, self.others.get(user, Standing.MEMBER))


class Desk:
    def __init__(self, process: Wired, review_id: str, town: Town) -> None:
        self.process, self.review_id, self.town = process, review_id, town
        self.minutes = 0

    def actor(self, user: str, text: str = "a click") -> Actor:
        self.minutes += 1
        return Actor(user=user, how=Medium.BUTTON, text=text, now=NOW + timedelta(minutes=self.minutes))

    @property
    def adding(self) -> AddApprovers:
        process = self.process
        return AddApprovers(
            steps=process.steps,
            reviews=process.reviews,
            notices=process.stores.notices,
            access=process.access,
            policy=lambda: process.policy,
            now=process.now,
        )

    async def add(self, by: str, person: str, ref: int = 1, key: str = "") -> Outcome:
        actor = self.actor(by, f"add an approver to {ref}")
        done = await self.adding.add(
            TEAM,
            self.review_id,
            ref,
            person,
            "knows the vendor",
            actor,
            idempotency_key=key or f"form {self.minutes}",
        )
        return done.outcome

    async def decide(self, user: str, kind: DecisionKind = A, ref: int = 1) -> RequestResult:
        asks = (DecisionRequest(kind=kind, refs=(ref,)),)
        return await self.process.decide(TEAM, self.review_id, asks, self.actor(user))

    async def outcome(self, user: str, kind: DecisionKind = A, ref: int = 1) -> Outcome:
        return (await self.decide(user, kind, ref)).outcome

    async def entry(self, ref: int = 1) -> ReviewedTransaction:
        review = await self.process.reviews.load(TEAM, self.review_id, (ref,))
        assert review is not None
        process = self.process
        routes = ExplainRoutes(
            reviews=process.reviews,
            access=process.access,
            policies=process.stores.policies,
            policy=lambda: process.policy,
        )
        (found,) = await routes.with_ways(review.state, review.entries.values())
        return found

    async def way(self, ref: int = 1) -> str:
        return on_its_way(await self.entry(ref), lambda user: user.removeprefix("U_").lower())

    async def away(self, user: str, stand_in: str = "") -> None:
        day = self.process.now().date()
        at = self.process.now()
        absence = Absence(person=user, first=day, last=day, stand_in=stand_in, recorded_at=at)
        entry = AuditEntry(event="away", actor=user, at=at)
        await self.process.stores.absences.change(
            TEAM, user, lambda kept: (with_absence(kept, absence), entry)
        )


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with embedded_server(tmp_path) as url, wired(url) as process:
        process.policy = Policy.from_toml(MATRIX)
        town = Town()
        process.access = process.access_through(town)
        state = await process.submit(origin(), ROWS)
        await process.assess(state.id)
        opened = Desk(process, state.id, town)
        yield opened
        await show(process, TEAM, state.id)
        assert await check_review(process.stores, TEAM, state.id) == []


async def test_who_is_added_must_approve_after_the_route_and_nobody_else_does_it_for_them(desk: Desk) -> None:
    assert await desk.outcome("U_DOV") is Outcome.NOT_AN_APPROVER
    assert await desk.add("U_BEN", "U_DOV") is Outcome.RECORDED
    assert await desk.way() == ("Needs Controllers, then dov · ben added dov · waiting for Controllers")
    assert await desk.outcome("U_DOV") is Outcome.NOT_YOUR_STAGE
    assert (await desk.decide("U_CHI")).given == (1,)
    assert await desk.outcome("U_BEN") is Outcome.NOT_YOUR_STAGE
    assert "approved by chi · waiting for dov" in await desk.way()
    assert await desk.outcome("U_DOV", ref=2) is Outcome.NOT_YOUR_STAGE  # theirs is one payment
    assert [decision.by for decision in (await desk.decide("U_DOV")).recorded] == ["U_DOV"]
    trail = await desk.process.reviews.audit(TEAM, desk.review_id)
    (added,) = [entry for entry in trail if entry.event == "approver_added"]
    assert (added.actor, added.detail["person"], added.detail["reason"]) == (
        "U_BEN",
        "U_DOV",
        "knows the vendor",
    )


async def test_a_payment_without_a_route_takes_one_of_the_approvers_and_who_was_added(desk: Desk) -> None:
    assert await desk.add("U_ADA", "U_DOV", ref=2) is Outcome.RECORDED
    assert (await desk.decide("U_ADA", ref=2)).given == (2,)
    assert (await desk.decide("U_DOV", ref=2)).recorded


@pytest.mark.parametrize(
    ("by", "person", "outcome"),
    [
        ("U_DOV", "U_EVA", Outcome.NOT_AN_APPROVER),
        ("U_ADA", "U_EVA", Outcome.NOT_YOUR_STAGE),  # an approver, but of another payment
        ("U_ANA", "U_EVA", Outcome.OWN_BATCH),
        ("U_BEN", "U_ANA", Outcome.BROUGHT_IT),
        ("U_BEN", "U_GUEST", Outcome.NOT_A_MEMBER),
        ("U_BEN", "U_APP", Outcome.NOT_A_MEMBER),
        ("U_BEN", "U_BEN", Outcome.HAS_A_PART),
        ("U_BEN", "U_LOU", Outcome.OVER_THEIR_LIMIT),
    ],
)
async def test_who_may_not_be_added_and_who_may_not_add(
    desk: Desk, by: str, person: str, outcome: Outcome
) -> None:
    assert await desk.add(by, person) is outcome
    state = await desk.process.reviews.state(TEAM, desk.review_id)
    assert state is not None
    assert state.added == ()


async def test_nobody_is_added_who_is_away_alone_or_needed_before(desk: Desk) -> None:
    await desk.away("U_EVA")
    assert await desk.add("U_BEN", "U_EVA") is Outcome.LEAVES_TOO_FEW
    await desk.away("U_BEN")
    assert await desk.add("U_BEN", "U_CHI") is Outcome.LEAVES_TOO_FEW  # the one controller who is there
    assert await desk.add("U_CHI", "U_DOV") is Outcome.RECORDED


async def test_the_number_of_people_is_bounded_and_nobody_is_added_twice(desk: Desk) -> None:
    assert await desk.add("U_BEN", "U_DOV", key="form 1") is Outcome.RECORDED
    assert await desk.add("U_BEN", "U_DOV", key="form 1") is Outcome.REPEATED
    assert await desk.add("U_BEN", "U_DOV") is Outcome.HAS_A_PART
    assert [await desk.add("U_BEN", user) for user in ("U_EVA", "U_FAY", "U_HAL")] == [
        Outcome.RECORDED,
        Outcome.RECORDED,
        Outcome.TOO_MANY_ADDED,
    ]
    assert len((await desk.entry()).added) == 3


async def test_a_hold_a_release_and_a_correction_leave_who_was_added(desk: Desk) -> None:
    await desk.add("U_BEN", "U_DOV")
    assert await desk.outcome("U_CHI") is Outcome.RECORDED
    assert await desk.outcome("U_DOV", H) is Outcome.RECORDED
    assert "waiting for dov" in await desk.way()
    brought, typed = desk.actor("U_ANA", "correct 1"), {"memo": "another project"}
    done = await desk.process.amending.correct(
        TEAM, desk.review_id, 1, 1, typed, brought, idempotency_key="form c"
    )
    assert done.outcome is Outcome.RECORDED
    await desk.process.assess(desk.review_id)
    assert "Needs Controllers, then dov · ben added dov · waiting for Controllers" in await desk.way()


async def test_who_was_added_neither_closes_nor_opens_the_review(desk: Desk) -> None:
    await desk.add("U_BEN", "U_DOV")
    exit_ = desk.process.exit
    assert (await exit_(TEAM, desk.review_id, desk.actor("U_DOV"))).outcome is Outcome.NOT_AN_APPROVER
    assert (await exit_(TEAM, desk.review_id, desk.actor("U_BEN"))).outcome is Outcome.RECORDED
    assert await desk.add("U_BEN", "U_EVA") is Outcome.CLOSED
    reopened = await desk.process.deciding.reopen(TEAM, desk.review_id, desk.actor("U_DOV"), seen=None)
    assert reopened.outcome is Outcome.NOT_AN_APPROVER


async def test_what_they_may_not_do_alone_they_may_not_do_by_a_general_word(desk: Desk) -> None:
    await desk.add("U_BEN", "U_DOV")
    skipped = await desk.process.decide(TEAM, desk.review_id, (REST,), desk.actor("U_DOV"))
    assert [decision.ref for decision in skipped.recorded] == [1]


async def test_the_stand_in_of_whoever_was_added_acts_for_them_away_or_gone(desk: Desk) -> None:
    await desk.add("U_BEN", "U_DOV")
    await desk.decide("U_BEN")
    assert await desk.outcome("U_GUS") is Outcome.NOT_AN_APPROVER
    await desk.away("U_DOV")
    assert "waiting for dov (gus stands in for dov)" in await desk.way()
    (decision,) = (await desk.decide("U_GUS")).recorded
    assert (decision.by, decision.whose) == ("U_GUS", "U_DOV")


async def test_who_has_left_is_waited_for_by_nobody_where_the_policy_names_another(desk: Desk) -> None:
    await desk.add("U_BEN", "U_DOV")
    await desk.add("U_BEN", "U_EVA")
    await desk.decide("U_BEN")
    desk.town.others |= {"U_DOV": Standing.DEACTIVATED, "U_EVA": Standing.DEACTIVATED}
    assert (await desk.decide("U_GUS")).given == (1,)
    # Eva has nobody: it is never approved with fewer, and that is said.
    assert "waiting for eva (eva cannot act, and nobody stands in)" in await desk.way()
    assert await desk.outcome("U_CHI") is Outcome.NOT_YOUR_STAGE


async def test_whoever_was_added_sees_the_review_and_is_told_once(desk: Desk) -> None:
    state = await desk.process.reviews.state(TEAM, desk.review_id)
    assert state is not None
    access = desk.process.access
    assert await access.decidable((state,), "U_DOV") == []
    await desk.add("U_BEN", "U_DOV")
    state = await desk.process.reviews.state(TEAM, desk.review_id)
    assert state is not None
    assert await access.decidable((state,), "U_DOV") == [state]
    assert await access.decidable((state,), "U_EVA") == []
    for _ in range(2):
        await desk.adding.tell_added(TEAM, desk.review_id)
    notices = desk.process.stores.notices
    assert [user for _, user in await notices.due(NOW + timedelta(days=7))] == ["U_DOV"]
    assert not await notices.ask(TEAM, "U_DOV", f"{desk.review_id} added 1", NOW)
