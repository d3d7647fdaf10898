"""Who decides a payment, told to each of them: *Why me?*, people taken off, added, away, and too few."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.listeners.test_payment_menu import choose, form
from tests.office import Json, Office, open_office, sandbox_policy, shows

ANA, BEN, CHI, DOV = "U_REQUESTER", "U_REVIEWER", "U_SECOND", "U_OUTSIDER"
LARGE = {
    "name": "large",
    "over": {"USD": 10_000},
    "stages": [{"from": "controllers", "needs": "majority"}, {"from": "board"}],
}
PAYMENT = "12000 USD to Acme Corp. Memo: Reimbursement"


def routed_policy(**matrix: Any) -> Any:
    policy = sandbox_policy()
    given = {"groups": {"controllers": ["S_APPROVERS"], "board": [DOV]}, "routes": [LARGE]} | matrix
    return type(policy).model_validate(policy.model_dump() | given)


@pytest.fixture
async def routed(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, policy=routed_policy()) as office:
        yield office


async def handed_in(office: Office, words: str = "waiting for Controllers") -> Json:
    await office.command(ANA, PAYMENT)
    await office.said(words)
    return await office.card()


async def details(office: Office, user: str, card: Json) -> str:
    await choose(office, user, card, 1, "details")
    return str((await form(office, user))["view"]["blocks"])


async def test_each_approver_reads_why_it_is_them(routed: Office) -> None:
    card = await handed_in(routed)
    ben = await details(routed, BEN, card)
    assert "Route “large”, for payments over USD 10,000.00." in ben
    assert "You can approve it now: you are in Controllers by a user group of Slack." in ben
    assert f"Who else could now: <@{CHI}>." in ben
    dov = await details(routed, DOV, card)
    assert "Your turn comes with Board: the policy names you in Board." in dov
    assert "You brought it, so you decide nothing about it." in await details(routed, ANA, card)
    await routed.click(BEN, card, "approve", 1)
    card = await routed.said(f"approved by <@{BEN}>", "waiting for Controllers (1 of 2)")
    assert "You have had your say at Controllers" in await details(routed, BEN, card)


async def test_who_is_taken_off_in_mid_route_leaves_an_approval_with_a_mark_and_has_no_say(
    routed: Office,
) -> None:
    card = await handed_in(routed)
    await routed.click(BEN, card, "approve", 1)
    card = await routed.said(f"approved by <@{BEN}>", "(1 of 2)")
    await routed.do("usergroups", usergroup="S_APPROVERS", users=[ANA, "U_GUEST"])
    assert f"<@{BEN}> (no longer in Controllers)" in await details(routed, DOV, card)
    await routed.click(CHI, card, "approve", 1)  # what they have not given yet is lost
    await routed.told(CHI, "not yours to decide now")
    await routed.do("usergroups", usergroup="S_APPROVERS", users=[CHI])
    assert shows(await routed.card(), f"approved by <@{BEN}>")
    await routed.click(CHI, card, "approve", 1)
    await routed.said("waiting for Board")
    assert (await routed.review_state(card)).undecided == 1
