"""What happens to a review when nobody acts, by a clock that the test turns."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.reminder_settings import ReminderSettings
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.worker.timers import queue_what_is_due
from tests.office import SEED, Office, open_office, sandbox_policy

HOUR = timedelta(hours=1)


@pytest.fixture
async def timed(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as office:
        await monday_morning(office)
        yield office


async def monday_morning(office: Office) -> None:
    """Put the clock forward to 9:00 of the next Monday; the default calendar has no holidays."""
    today = datetime.now(UTC)
    monday = today + timedelta(days=7 - today.weekday())
    await office.advance(to=monday.replace(hour=9, minute=0, second=0, microsecond=0).isoformat())


async def _until(office: Office, card: Any, holds: Any) -> ReviewState:
    while not holds(state := await office.review_state(card)):  # noqa: ASYNC110 - seen in no message
        await asyncio.sleep(0.05)
    return state


def waits_since(state: ReviewState) -> datetime:
    assert state.waits_since is not None
    return state.waits_since


async def _reminders(office: Office) -> list[tuple[str, str]]:
    """To whom a reminder was sent, with its text."""
    return [
        (message["metadata"]["event_payload"]["user"], message["text"])
        for message in (await office.state())["messages"]
        if ((message.get("metadata") or {}).get("event_payload") or {}).get("part") == "reminder"
    ]


async def told(office: Office, number: int) -> list[tuple[str, str]]:
    while len(found := await _reminders(office)) < number:  # noqa: ASYNC110 - the suite has its own limit
        await asyncio.sleep(0.02)
    return found


async def test_approvers_are_reminded_once_each_of_all_that_waits(timed: Office) -> None:
    await timed.command("U_REQUESTER", SEED)
    first = await timed.card("needs a decision")
    await timed.command("U_REQUESTER", "31000 USD to Globex Ltd for steel, invoice 77-B")
    await timed.card("1 of 1")
    state = await timed.review_state(first)
    assert state.timer_at == waits_since(state) + 4 * HOUR

    await timed.advance(hours=5)
    reminded = await told(timed, 2)
    assert sorted(user for user, _ in reminded) == ["U_REVIEWER", "U_SECOND"]  # and not who submitted them
    assert "in 2 reviews" in reminded[0][1]
    state = await _until(timed, first, lambda one: one.reminded == 1)
    assert state.timer_at == waits_since(state) + timedelta(days=1) + 4 * HOUR

    # Looked at again and again, by however many workers, nobody is told twice.
    for _ in range(3):
        await queue_what_is_due(timed.bot.dockets, timed.bot.due, timed.bot.use_cases.now)
    await timed.bot.use_cases.remind.remind(state.team, state.id)
    assert len(await _reminders(timed)) == 2


async def test_nobody_is_reminded_of_what_is_on_hold(timed: Office) -> None:
    await timed.command("U_REQUESTER", SEED)
    card = await timed.card("needs a decision")
    await timed.reply("U_REVIEWER", "hold 2: waiting for the invoice", card)
    held = await _until(timed, card, lambda one: one.held == 1)
    assert held.timer_at is None

    await timed.advance(hours=2)
    await timed.reply("U_SECOND", "release 2", card)
    state = await _until(timed, card, lambda one: one.undecided == 1)
    assert waits_since(state) >= waits_since(held) + 2 * HOUR  # its clock begins anew
    assert state.timer_at == waits_since(state) + 4 * HOUR


async def test_others_are_asked_after_two_days_and_after_ten_nothing_is_approved(timed: Office) -> None:
    await timed.command("U_REQUESTER", SEED)
    card = await timed.card("needs a decision")
    await timed.advance(hours=49)
    said = await timed.said("waits for a decision for 2 working days")
    assert "<@U_REVIEWER>" in str(said["blocks"])
    await _until(timed, card, lambda one: one.escalated)

    await timed.advance(days=14)  # with the weekends more than ten working days after Monday
    closed = await _until(timed, card, lambda one: one.status is ReviewStatus.CLOSED)
    assert (closed.undecided, closed.approved, closed.rejected) == (1, 0, 0)
    assert closed.timer_at is None
    await timed.said("Nobody decided for 10 working days", "not approved")
    trail = await timed.bot.stores.reviews.audit(closed.team, closed.id)
    assert [entry.event for entry in trail][-2:] == ["expired", "closed"]


async def test_what_was_decided_reminds_nobody(timed: Office) -> None:
    await timed.command("U_REQUESTER", SEED)
    card = await timed.card("needs a decision")
    await timed.reply("U_REVIEWER", "reject 2: not ours", card)
    decided = await _until(timed, card, lambda one: not one.waiting)
    assert decided.timer_at is None


async def test_a_policy_without_reminders_has_none(tmp_path: Path) -> None:
    silent = ReminderSettings(first_hours=0, escalate_days=0, expire_days=0)
    async with open_office(tmp_path, policy=sandbox_policy(reminders=silent)) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("needs a decision")
        assert (await office.review_state(card)).timer_at is None


async def test_who_wants_no_reminders_gets_none(tmp_path: Path) -> None:
    settings = ReminderSettings(not_to=("U_REVIEWER",))
    async with open_office(tmp_path, policy=sandbox_policy(reminders=settings)) as office:
        await monday_morning(office)
        await office.command("U_REQUESTER", SEED)
        card = await office.card("needs a decision")
        await office.advance(hours=5)
        await _until(office, card, lambda one: one.reminded == 1)
        assert [user for user, _ in await told(office, 1)] == ["U_SECOND"]


async def test_a_cause_that_was_told_is_not_told_again(office: Office) -> None:
    notices, now = office.bot.stores.notices, office.bot.use_cases.now()
    assert await notices.ask("T_OTHER", "U_ANY", "R-1 first", now + 9 * HOUR)
    record = await notices.record("T_OTHER", "U_ANY")
    await notices.told("T_OTHER", "U_ANY", record, now)
    assert not await notices.ask("T_OTHER", "U_ANY", "R-1 first", now + 9 * HOUR)
    after = await notices.record("T_OTHER", "U_ANY")
    assert after.due is None
    assert len(after.sent) == 1
