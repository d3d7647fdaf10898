"""Ben goes away: chi is reminded in his place, an escalation asks her, and on Monday he is reminded again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.office import Json, Office, open_office, sandbox_policy
from tests.test_nudges import reminders
from tests.worker.test_timers import monday_morning

ANA, BEN, CHI, DOV = "U_REQUESTER", "U_REVIEWER", "U_SECOND", "U_OUTSIDER"
STAGES = {"name": "large", "over": {"USD": 10_000}, "stages": [{"from": "controllers"}, {"from": "board"}]}


@pytest.fixture
async def routed(tmp_path: Path) -> AsyncIterator[Office]:
    policy = sandbox_policy()
    document = policy.model_dump() | {
        "groups": {"controllers": [BEN], "board": [DOV]},
        "routes": [STAGES],
        "stand_ins": {BEN: CHI},
        "approvers": [BEN],
    }
    async with open_office(tmp_path, policy=type(policy).model_validate(document)) as office:
        await monday_morning(office)
        yield office


async def test_chi_is_reminded_for_ben_and_on_monday_he_is(routed: Office) -> None:
    await routed.advance(days=2)  # Wednesday
    await routed.command(ANA, "12000 USD to Acme Corp. Memo: Reimbursement")
    await routed.said("waiting for Controllers")
    answer = await routed.command(BEN, "away until Sunday")
    assert f"<@{CHI}> stands in for you" in str(answer["response"])
    await routed.advance(hours=5)
    assert await routed.until(reminders) == [CHI]
    await routed.advance(hours=24)  # Thursday, 14:00
    await routed.until(lambda state: reminders(state) == [CHI, CHI])
    await routed.advance(hours=20)  # Friday, 10:00: two working days are over
    said: Json = await routed.said("for 2 working days", "Waiting for Controllers.")
    assert f"For <@{CHI}>" in str(said["blocks"])
    assert f"<@{BEN}>" not in str(said["blocks"])
    await routed.advance(hours=4)
    await routed.until(lambda state: reminders(state) == [CHI, CHI, CHI])
    await routed.advance(hours=72)  # Monday, 14:00: ben is here again, and chi only stood in
    await routed.until(lambda state: reminders(state) == [CHI, CHI, CHI, BEN])
