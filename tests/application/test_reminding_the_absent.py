"""Reminders and escalation while people are away: their stand-ins are asked, and they are again once back."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.overview import ListedReview, LookOver
from bot.application.steps import ReviewSteps
from bot.application.tell import TellPeople
from bot.application.timers import ReviewTimers
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.policy import Policy
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.domain.routing import Absence
from bot.domain.transaction import Transaction
from bot.store import NoticeRecord
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin
from tests.wired import TEAM, Wired, wired

WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
SUNDAY = date(2026, 11, 29)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
FLAT = 'approvers = ["U_BEN", "U_CHI"]\n'
MATRIX = """
approvers = ["U_BEN", "U_CHI", "U_EVA"]
[groups]
controllers = ["U_BEN", "U_CHI"]
board = ["U_FAY"]
owners = ["U_BEN", "U_IDA"]
[[routes]]
name = "large"
over = { USD = 50_000 }
stages = [{ from = "controllers" }, { from = "board" }]
[stand_ins]
U_BEN = "U_GUS"
[reminders]
every_days = 1
escalate_to = "owners"
"""
LARGE = Transaction(ref=1, amount=Decimal(60_000), currency="USD", vendor="Acme")
SMALL = Transaction(ref=2, amount=Decimal(20_000), currency="USD", vendor="Globex")


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path) as url, wired(url) as one:
        one.time = WEDNESDAY
        one.policy = Policy.from_toml(MATRIX)
        one.steps = ReviewSteps(
            one.reviews, one.queue, timed=ReviewTimers(lambda: one.policy, one.now).set_in
        )
        yield one


async def submitted(process: Wired, *payments: Transaction) -> ReviewState:
    state = await process.submit(origin(), payments or (LARGE,))
    await process.assess(state.id)
    return await stored(process, state)


async def stored(process: Wired, state: ReviewState) -> ReviewState:
    found = await process.reviews.state(TEAM, state.id)
    assert found is not None
    return found


async def away(process: Wired, person: str, stand_in: str = "") -> None:
    """They are away from today until Sunday, and say so now."""
    absence = Absence(
        person=person,
        first=process.now().date(),
        last=SUNDAY,
        stand_in=stand_in,
        recorded_at=process.now(),
    )
    entry = AuditEntry(event="away", actor=person, at=process.now())
    await process.stores.absences.change(TEAM, person, lambda _: ((absence,), entry))


async def come_due(process: Wired, state: ReviewState) -> ReviewState:
    """Put the clock to what is next for a review, and do it."""
    process.time = (await stored(process, state)).timer_at
    await process.reminding.remind(TEAM, state.id)
    return await stored(process, state)


async def told(process: Wired) -> list[str]:
    """Who is to be told by now or later."""
    people = await process.stores.notices.due(process.now() + timedelta(days=30))
    return sorted(user for _, user in people)


async def forget_all(process: Wired) -> None:
    for team, user in await process.stores.notices.due(process.now() + timedelta(days=30)):
        record = await process.stores.notices.record(team, user)
        await process.stores.notices.told(team, user, record, None)


async def escalation(process: Wired, state: ReviewState) -> tuple[str, list[str]]:
    """What the escalation says, and whom it asks; reminders that come before it are given too."""
    while not state.escalated:
        state = await come_due(process, state)
    turns = await process.reviews.turns(TEAM, state.id)
    return turns[-1].text, turns[-1].to.split()


async def test_who_is_away_gets_none_and_their_stand_in_does_and_on_monday_they_do(process: Wired) -> None:
    await away(process, "U_BEN")
    state = await come_due(process, await submitted(process))
    assert await told(process) == ["U_CHI", "U_GUS"]
    await forget_all(process)
    process.time = MONDAY + timedelta(hours=5)
    await process.reminding.remind(TEAM, state.id)  # the escalation
    await process.reminding.remind(TEAM, state.id)
    assert await told(process) == ["U_BEN", "U_CHI"]


async def test_whom_they_named_comes_before_whom_the_policy_names(process: Wired) -> None:
    process.policy = Policy.from_toml(
        MATRIX.replace('"U_BEN", "U_CHI"]\nboard', '"U_BEN", "U_CHI", "U_EVA"]\nboard')
    )
    await away(process, "U_BEN", stand_in="U_EVA")
    await come_due(process, await submitted(process))
    assert await told(process) == ["U_CHI", "U_EVA"]


async def test_without_routes_the_absent_get_none_either(process: Wired) -> None:
    process.policy = Policy.from_toml(FLAT)
    await away(process, "U_BEN")
    await come_due(process, await submitted(process))
    assert await told(process) == ["U_CHI"]


async def test_where_all_are_away_the_thread_says_what_waits(process: Wired) -> None:
    process.policy = Policy.from_toml(FLAT)
    for person in ("U_BEN", "U_CHI"):
        await away(process, person)
    state = await come_due(process, await submitted(process))
    assert (await told(process), state.reminded) == ([], 1)
    turns = await process.reviews.turns(TEAM, state.id)
    assert "still waits for a decision" in turns[-1].text


async def test_who_is_kept_for_a_later_stage_is_not_told_at_the_one_before(process: Wired) -> None:
    kept = MATRIX.replace('board = ["U_FAY"]', 'board = ["U_CHI"]')
    process.policy = Policy.from_toml(kept)
    await come_due(process, await submitted(process))
    assert await told(process) == ["U_BEN"]


class Recorder:
    """Takes down whom it would write to."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def remind(
        self, team: str, user: str, reviews: Sequence[ListedReview], record: NoticeRecord
    ) -> datetime | None:
        self.sent.append(user)
        return record.due


async def test_who_goes_away_before_they_are_told_is_told_when_they_are_back(process: Wired) -> None:
    state = await come_due(process, await submitted(process, LARGE, SMALL))
    await away(process, "U_BEN")
    stores, recorder = process.stores, Recorder()
    overview = LookOver(
        reviews=stores.reviews,
        lists=stores.review_lists,
        index=stores.payment_index,
        messages=stores.messages,
        homes=stores.homes,
        access=process.access,
        policy=lambda: process.policy,
        now=process.now,
    )
    about: list[str] = []

    async def asked(team: str, user: str) -> None:
        about.append(user)

    telling = TellPeople(
        notices=stores.notices,
        overview=overview,
        access=process.access,
        publisher=recorder,
        ask_away=asked,
        policy=lambda: process.policy,
        now=process.now,
    )
    for user in ("U_BEN", "U_CHI"):
        await telling.tell(TEAM, user)
    assert recorder.sent == ["U_CHI"]
    assert about == ["U_CHI"]  # whose status is asked about before
    assert (await stores.notices.record(TEAM, "U_BEN")).due == datetime(2026, 11, 30, tzinfo=UTC)
    process.time = datetime(2026, 11, 30, tzinfo=UTC)
    await telling.tell(TEAM, "U_BEN")  # they are back, and it is night
    assert (await stores.notices.record(TEAM, "U_BEN")).due == MONDAY
    process.time = MONDAY
    await telling.tell(TEAM, "U_BEN")
    assert recorder.sent == ["U_CHI", "U_BEN"]
    assert (await stored(process, state)).undecided == 2


async def test_an_escalation_names_the_stage_that_waits_and_asks_its_people_too(process: Wired) -> None:
    state = await submitted(process)
    said, asked = await escalation(process, state)
    assert "Waiting for Controllers." in said
    assert asked == ["U_BEN", "U_IDA", "U_CHI"]


async def test_after_the_first_stage_it_names_the_second(process: Wired) -> None:
    state = await submitted(process, LARGE, SMALL)
    actor = Actor("U_CHI", Medium.BUTTON, "a click", process.now())
    await process.decide(TEAM, state.id, (DecisionRequest(kind=DecisionKind.APPROVED, refs=(1,)),), actor)
    said, asked = await escalation(process, await stored(process, state))
    assert "Waiting for Board (1 payment)." in said  # and the other for any of the approvers
    assert asked == ["U_BEN", "U_IDA", "U_FAY"]


async def test_members_of_the_group_who_are_away_are_not_asked_and_their_stand_ins_are(
    process: Wired,
) -> None:
    await away(process, "U_BEN")
    await away(process, "U_IDA")
    process.policy = Policy.from_toml(MATRIX)
    _, asked = await escalation(process, await submitted(process))
    assert asked == ["U_GUS", "U_CHI"]


async def test_where_the_whole_group_is_away_it_is_asked_all_the_same(process: Wired) -> None:
    process.policy = Policy.from_toml(FLAT)
    for person in ("U_BEN", "U_CHI"):
        await away(process, person)
    said, asked = await escalation(process, await submitted(process))
    assert asked == ["U_BEN", "U_CHI"]
    assert "Waiting for" not in said
