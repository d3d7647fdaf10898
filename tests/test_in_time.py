"""What happens where nobody acts, told by days: over a weekend, a holiday, and the hours of two places."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from bot.domain.working_time import WorkingCalendar
from tests.office import Json, Office, open_office, sandbox_policy

STEEL = "31000 USD to Globex Ltd for steel, invoice 77-B"
FRIDAY = datetime(2027, 5, 14, 12, tzinfo=UTC)  # 14:00 in Berlin; the Monday after it is Whit Monday there
# What waits since then has waited four working hours on Tuesday at 10:00, and two days on Wednesday at 14:00.
REMINDED, ESCALATED = datetime(2027, 5, 18, 8, tzinfo=UTC), datetime(2027, 5, 19, 12, tzinfo=UTC)


def berlin_policy() -> Policy:
    return sandbox_policy(calendar=WorkingCalendar(time_zone="Europe/Berlin", country="DE"))


@pytest.fixture
async def berlin(tmp_path: Path) -> AsyncIterator[Office]:
    """The office on a Friday afternoon; chi, who may decide, lives in New York."""
    async with open_office(tmp_path, policy=berlin_policy()) as office:
        await friday_afternoon(office)
        yield office


async def friday_afternoon(office: Office) -> None:
    """Put the clock forward to a Friday before a long weekend, and have people where they live."""
    await office.do("people", member="U_REVIEWER", time_zone="Europe/Berlin")
    await office.do("people", member="U_SECOND", time_zone="America/New_York")
    await office.advance(to=FRIDAY.isoformat())


def reminded(state: Json) -> list[str]:
    """Whom reminders went to, in order."""
    carried = [(message.get("metadata") or {}).get("event_payload") or {} for message in state["messages"]]
    return [str(part["user"]) for part in carried if part.get("part") == "reminder"]


async def test_a_long_weekend_is_no_working_time_and_each_is_told_in_their_own_hours(berlin: Office) -> None:
    await berlin.command("U_REQUESTER", STEEL)
    card = await berlin.card("1 of 1")
    timer_at = (await berlin.review_state(card)).timer_at
    assert timer_at is not None
    assert REMINDED <= timer_at < REMINDED + timedelta(minutes=2)

    await berlin.advance(to="2027-05-18T07:59:00+00:00")
    assert reminded(await berlin.state()) == []
    await berlin.advance(to="2027-05-18T08:03:00+00:00")  # 10:00 in Berlin, and 4:00 in New York
    await berlin.until(lambda state: reminded(state) == ["U_REVIEWER"])
    await berlin.advance(to="2027-05-18T12:59:00+00:00")
    assert reminded(await berlin.state()) == ["U_REVIEWER"]
    await berlin.advance(to="2027-05-18T13:00:01+00:00")  # 9:00 in New York
    await berlin.until(lambda state: reminded(state) == ["U_REVIEWER", "U_SECOND"])

    await berlin.advance(to=ESCALATED.replace(minute=3).isoformat())
    await berlin.said("waits for a decision for 2 working days")
    trail = await berlin.bot.stores.reviews.audit("T_SANDBOX", (await berlin.review_state(card)).id)
    assert [entry.event for entry in trail][-1] == "escalated"

    # A worker that was away for days gives the reminders of all of them at once.
    await berlin.advance(to="2027-06-01T09:00:00+00:00")
    await berlin.said("Nobody decided for 10 working days", "not approved")
    trail = await berlin.bot.stores.reviews.audit("T_SANDBOX", (await berlin.review_state(card)).id)
    assert [entry.event for entry in trail][-3:] == ["reminded", "expired", "closed"]
