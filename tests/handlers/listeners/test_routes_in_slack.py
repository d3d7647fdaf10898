"""A payment that two stages must approve, as people see it on the card and press its buttons."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.office import Json, Office, open_office, sandbox_policy

ANA, BEN, CHI = "U_REQUESTER", "U_REVIEWER", "U_SECOND"
STAGES = {
    "name": "large",
    "over": {"USD": 10_000},
    "stages": [{"from": "controllers"}, {"from": "board"}],
}


@pytest.fixture
async def routed(tmp_path: Path) -> AsyncIterator[Office]:
    policy = sandbox_policy()
    document = policy.model_dump() | {
        "groups": {"controllers": [BEN], "board": [CHI]},
        "routes": [STAGES],
    }
    async with open_office(tmp_path, policy=type(policy).model_validate(document)) as office:
        yield office


async def test_the_card_says_who_has_to_approve_and_each_presses_in_their_turn(routed: Office) -> None:
    await routed.command(ANA, "12000 USD to Acme Corp. Memo: Reimbursement")
    await routed.said("Needs Controllers, then Board · waiting for Controllers")
    card: Json = await routed.card()
    await routed.click(CHI, card, "approve", 1)
    await routed.told(CHI, "not yours to decide now")
    await routed.click(BEN, card, "approve", 1)
    await routed.said(f"approved by <@{BEN}> · waiting for Board")
    assert (await routed.review_state(card)).undecided == 1
    await routed.click(CHI, await routed.card(), "approve", 1)
    assert (await routed.review_state(card)).approved == 1
