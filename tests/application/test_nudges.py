"""A nudge in Redis: whom it reaches and when, within their hours and at most twice a day; told once."""

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Medium
from bot.domain.people import Person, Standing
from bot.domain.policy import Policy
from bot.domain.review.outcome import Outcome
from bot.domain.review.transition import Actor
from bot.domain.routing import Absence
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin
from tests.wired import TEAM, Townspeople, Wired, wired

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
MATRIX = """
approvers = ["U_BEN", "U_CHI"]
[groups]
controllers = ["U_BEN", "U_CHI"]
board = ["U_FAY"]
[[routes]]
name = "large"
over = { USD = 50_000 }
stages = [{ from = "controllers" }, { from = "board" }]
[stand_ins]
U_BEN = "U_GUS"
"""
SMALL = Transaction(ref=1, amount=Decimal(20_000), currency="USD", vendor="Acme")
LARGE = Transaction(ref=1, amount=Decimal(60_000), currency="USD", vendor="Acme")


class Zones(Townspeople):
    """The same town, in which chi lives in Tokyo."""

    async def time_zone(self, team: str, user: str) -> str:
        return "Asia/Tokyo" if user == "U_CHI" else "UTC"

    async def person(self, team: str, user: str, homes: Collection[str]) -> Person:
        return Person(user, Standing.GUEST if user == "U_GUEST" else Standing.MEMBER)


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path) as url, wired(url) as one:
        one.time = MONDAY
        one.policy = Policy.from_toml(MATRIX)
        one.access = one.access_through(Zones())
        yield one


async def submitted(process: Wired, payment: Transaction) -> str:
    state = await process.submit(origin(), [payment])
    await process.assess(state.id)
    return state.id


async def nudge(process: Wired, review: str, user: str = "U_ANA") -> tuple[Outcome, str]:
    actor = Actor(user, Medium.BUTTON, "nudge", process.now())
    said = await process.nudging.nudge(TEAM, review, actor)
    return said.outcome, said.sentence


async def due(process: Wired) -> dict[str, datetime | None]:
    """Who is to be told, and when."""
    people = await process.stores.notices.due(process.now() + timedelta(days=9))
    return {user: (await process.stores.notices.record(team, user)).due for team, user in people}


async def away(process: Wired, person: str, stand_in: str = "") -> None:
    today = process.now().date()
    absence = Absence(
        person=person, first=today, last=date(2026, 11, 29), stand_in=stand_in, recorded_at=process.now()
    )
    entry = AuditEntry(event="away", actor=person, at=process.now())
    await process.stores.absences.change(TEAM, person, lambda _: ((absence,), entry))


async def test_those_are_told_for_whom_it_waits_within_their_hours(process: Wired) -> None:
    review = await submitted(process, LARGE)
    outcome, said = await nudge(process, review)
    assert outcome is Outcome.RECORDED
    assert said == (
        "I remind <@U_BEN> now. <@U_CHI> does not work now, so I remind them at Tue 24 Nov 00:00 UTC."
    )
    # The board's stage is not reached yet.
    assert await due(process) == {"U_BEN": MONDAY, "U_CHI": datetime(2026, 11, 24, tzinfo=UTC)}
    trail = await process.reviews.audit(TEAM, review)
    assert (trail[-1].event, trail[-1].detail["people"]) == ("nudged", ["U_BEN", "U_CHI"])


async def test_who_is_away_is_not_told_and_their_stand_in_is(process: Wired) -> None:
    review = await submitted(process, LARGE)
    await away(process, "U_BEN")
    await nudge(process, review)
    assert sorted(await due(process)) == ["U_CHI", "U_GUS"]


async def test_who_wants_no_reminders_gets_none(process: Wired) -> None:
    process.policy = Policy.from_toml(MATRIX + '[reminders]\nnot_to = ["U_BEN"]\n')
    await nudge(process, await submitted(process, LARGE))
    assert sorted(await due(process)) == ["U_CHI"]


async def test_who_was_told_twice_today_is_told_tomorrow_and_the_submitter_hears_so(process: Wired) -> None:
    review = await submitted(process, SMALL)
    notices = process.stores.notices
    for hours in (1, 2):
        record = await notices.record(TEAM, "U_BEN")
        await notices.told(TEAM, "U_BEN", record, MONDAY - timedelta(hours=hours) + timedelta(hours=1))
    _, said = await nudge(process, review)
    assert "<@U_BEN> was reminded 2 times today already" in said
    assert "Tue 24 Nov 09:00 UTC" in said


async def test_two_at_once_are_one_and_a_later_one_is_too_early_until_four_hours_are_over(
    process: Wired,
) -> None:
    review = await submitted(process, SMALL)
    both = await asyncio.gather(nudge(process, review), nudge(process, review))
    assert {outcome for outcome, _ in both} == {Outcome.RECORDED, Outcome.REPEATED}
    process.time = MONDAY + timedelta(hours=3)
    early = await nudge(process, review)
    assert early == (
        Outcome.NUDGED_LATELY,
        "You can nudge once in 4 hours: again from Mon 23 Nov 14:00 UTC on.",
    )
    trail = await process.reviews.audit(TEAM, review)
    assert [entry.event for entry in trail].count("nudged") == 1
    process.time = MONDAY + timedelta(hours=4)
    assert (await nudge(process, review))[0] is Outcome.RECORDED


async def test_after_a_crash_between_the_note_and_the_step_nobody_is_told_twice(process: Wired) -> None:
    review = await submitted(process, SMALL)
    state = await process.reviews.state(TEAM, review)
    assert state is not None
    await process.reminding.have_reminded(state, f"nudge {state.nudged_at}")  # and then it crashed
    record = await process.stores.notices.record(TEAM, "U_BEN")
    await process.stores.notices.told(TEAM, "U_BEN", record, MONDAY)  # ben was told meanwhile
    assert (await nudge(process, review))[0] is Outcome.RECORDED
    assert "U_BEN" not in await due(process)


async def test_nobody_else_nudges_and_it_is_in_the_trail_that_somebody_tried(process: Wired) -> None:
    review = await submitted(process, SMALL)
    outcome, said = await nudge(process, review, "U_BEN")
    assert (outcome, said) == (
        Outcome.NOT_BROUGHT,
        "Only whoever brought these payments can have others reminded of them.",
    )
    assert await due(process) == {}
    trail = await process.reviews.audit(TEAM, review)
    assert (trail[-1].event, trail[-1].actor) == ("refused", "U_BEN")


async def test_by_reply_it_is_the_submitters_turn_and_only_they_are_answered(process: Wired) -> None:
    review = await submitted(process, SMALL)
    actor = Actor("U_ANA", Medium.THREAD_REPLY, "nudge", process.now())
    said = await process.reply(TEAM, review, actor, "message 1")
    assert said.mentions
    assert "I remind <@U_BEN> now." in said.private
    turns = await process.reviews.turns(TEAM, review)
    assert (turns[-1].actor, turns[-1].text) == ("U_ANA", "nudge")
    again = await process.reply(TEAM, review, actor, "message 1")  # delivered twice
    assert again.private == ""


async def test_where_nobody_is_named_the_thread_says_what_waits(process: Wired) -> None:
    process.policy = process.policy.model_copy(update={"approvers": ("anyone",), "routes": (), "groups": {}})
    review = await submitted(process, SMALL)
    outcome, said = await nudge(process, review)
    assert outcome is Outcome.RECORDED
    assert said.startswith("Nobody is named whom I could remind")
    turns = await process.reviews.turns(TEAM, review)
    assert "still waits for a decision" in turns[-1].text
