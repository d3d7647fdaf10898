"""Who decides a payment, told to each of them: *Why me?*, people taken off, added, away, and too few."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.listeners.test_payment_menu import choose, form
from tests.office import Json, Office, cards, open_office, sandbox_policy, shows
from tests.processes import answered

ANA, BEN, CHI, DOV = "U_REQUESTER", "U_REVIEWER", "U_SECOND", "U_OUTSIDER"
LARGE = {
    "name": "large",
    "over": {"USD": 10_000},
    "stages": [{"from": "controllers", "needs": "majority"}, {"from": "board"}],
}
OPERATORS = "C_GENERAL"
PAYMENT = "12000 USD to Acme Corp. Memo: Reimbursement"


def routed_policy(**matrix: Any) -> Any:
    policy = sandbox_policy()
    given = {"groups": {"controllers": ["S_APPROVERS"], "board": [DOV]}, "routes": [LARGE]} | matrix
    return type(policy).model_validate(policy.model_dump() | given)


@pytest.fixture
async def routed(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, policy=routed_policy(), operators=OPERATORS) as office:
        yield office


async def handed_in(office: Office, words: str = "waiting for Controllers") -> Json:
    await office.command(ANA, PAYMENT)
    await office.said(words)
    return await office.card()


async def details(office: Office, user: str, card: Json) -> str:
    await choose(office, user, card, 1, "details")
    return str((await form(office, user))["view"]["blocks"])


async def press_in_view(office: Office, user: str, action: str) -> Json:
    """Press a button of the modal on top of this person's."""
    opened = await form(office, user)
    (block,) = [block for block in opened["view"]["blocks"] if block.get("block_id") == action]
    value = block["elements"][0]["value"]
    where = {"view_id": opened["id"], "block_id": action, "value": value}
    return await office.do("actions", user=user, action_id=action, **where)


async def add(office: Office, user: str, person: str, reason: str = "knows the vendor") -> Json:
    """Send the form that adds an approver, which is open."""
    values = {"person": {"person": person}, "reason": {"reason": reason}}
    return await office.do(f"views/{(await form(office, user))['id']}/submit", user=user, values=values)


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
    # The card follows by itself, and operators hear that nobody is left who could.
    await routed.said("Needs most", f"<@{BEN}> (no longer in Controllers)", "too few people are left")
    assert f"<@{BEN}> (no longer in Controllers)" in await details(routed, DOV, card)
    await routed.click(CHI, card, "approve", 1)  # what they have not given yet is lost
    await routed.told(CHI, "not yours to decide now")
    await routed.do("usergroups", usergroup="S_APPROVERS", users=[CHI])
    await routed.until(lambda state: not shows(cards(state)[-1], "too few people are left"))
    assert shows(await routed.card(), f"approved by <@{BEN}>")
    await routed.click(CHI, card, "approve", 1)
    await routed.said("waiting for Board")
    assert (await routed.review_state(card)).undecided == 1


async def test_an_approver_adds_another_who_is_told_and_must_approve_too(routed: Office) -> None:
    card = await handed_in(routed)
    await details(routed, BEN, card)
    await press_in_view(routed, BEN, "add_approver")
    refused = await add(routed, BEN, ANA)
    assert "somebody else has to decide" in refused["response"]["errors"]["person"]
    refused = await add(routed, BEN, "U_GUEST")
    assert "Only a full member" in refused["response"]["errors"]["person"]
    await routed.do("people", member="U_EVA", name="eva", kind="member")
    await routed.do("members", user=ANA, channel="C_FINANCE", member="U_EVA")
    await routed.advance(to="2026-11-30T10:00:00Z")  # a Monday morning
    assert (await add(routed, BEN, "U_EVA"))["response"] == {"response_action": "clear"}
    card = await routed.said("then Board, then <@U_EVA>", f"<@{BEN}> added <@U_EVA>")
    await routed.said("You were added as an approver of #1")
    assert "it was you who was added as an approver" in await details(routed, "U_EVA", card)
    for user, waits in ((BEN, "1 of 2"), (CHI, "waiting for Board"), (DOV, "waiting for <@U_EVA>")):
        await routed.click(user, card, "approve", 1)
        card = await routed.said(waits, f"<@{user}>")
    assert "knows the vendor" in await details(routed, ANA, card)
    await routed.click("U_EVA", card, "approve", 1)
    assert (await routed.review_state(card)).approved == 1


MATRIX = """
approvers = ["U_REVIEWER", "U_SECOND", "U_OUTSIDER"]
[groups]
controllers = {}
[[routes]]
name = "large"
stages = [{{ from = "controllers", needs = 2 }}]
"""


async def test_who_is_taken_off_by_the_policy_is_marked_on_the_card_and_in_show(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(MATRIX.format('["U_REVIEWER", "U_SECOND"]'))
    async with open_office(tmp_path, policy_file=file) as office:
        card = await handed_in(office, "waiting for Controllers (0 of 2)")
        await office.click(BEN, card, "approve", 1)
        await office.said("waiting for Controllers (1 of 2)")
        after, env = tmp_path / "after.toml", {"REDIS_URL": office.bot.redis_url}
        after.write_text(MATRIX.format('["U_SECOND", "U_OUTSIDER"]'))
        applied = await answered(tmp_path, "policy", "apply", str(after), "--loosen", "--yes", **env)
        assert applied.code == 0, applied
        name = (await office.review_state(card)).id
        shown = await answered(tmp_path, "show", name, **env)
        assert "approved by ben (no longer in Controllers)" in shown.out
        await office.said(f"approved by <@{BEN}> (no longer in Controllers)")
        await office.click(DOV, await office.card(), "approve", 1)
        assert (await office.review_state(card)).approved == 1


def told_operators(state: Json) -> list[str]:
    sent = [
        one["blocks"] for one in state["messages"] if one["channel"] == OPERATORS and one["user"] == "U_BOT"
    ]
    return [str(blocks) for blocks in sent if "Review R-" in str(blocks)]


async def test_a_card_follows_who_goes_away_and_comes_back_and_operators_hear_it_once(routed: Office) -> None:
    card = await handed_in(routed)
    assert not shows(card, "stands in")
    await routed.advance(to="2026-11-30T10:00:00Z")
    await routed.command(BEN, f"away today, <@{CHI}> stands in")
    # Of the two controllers one is away, and the other cannot approve for both.
    await routed.said("waiting for Controllers (0 of 2; too few people are left")
    (told,) = await routed.until(told_operators)
    assert "#1 cannot be approved until people are back" in told
    assert "too few people are left" in await details(routed, CHI, await routed.card())
    await routed.advance(days=1)  # his last day is over
    await routed.until(lambda state: not shows(cards(state)[-1], "too few people are left"))
    await routed.command(CHI, "away today")
    await routed.until(lambda state: len(told_operators(state)) == 2)
    await routed.command(CHI, "back")
    await routed.until(lambda state: not shows(cards(state)[-1], "too few people are left"))
    assert len(told_operators(await routed.state())) == 2


async def test_where_the_only_controller_brought_it_the_board_steps_in_or_operators_hear_of_it(
    tmp_path: Path,
) -> None:
    stages = [{"from": "controllers", "fallback": "owners"}]
    policy = routed_policy(
        groups={"controllers": [ANA], "owners": [BEN, ANA]}, routes=[LARGE | {"stages": stages}]
    )
    async with open_office(tmp_path, policy=policy, operators=OPERATORS) as office:
        card = await handed_in(office, "too few are left in it, so Owners may too")
        assert "which steps in since too few people are left in Controllers" in await details(
            office, BEN, card
        )
        await office.do("people", member=BEN, deleted=True)
        await office.said("Too few people are left in Controllers. #1 cannot be approved")
        await office.until(told_operators)
        await office.do("people", member=BEN, deleted=False)
        card = await office.said("too few are left in it, so Owners may too")
        await office.click(BEN, card, "approve", 1)
        assert (await office.review_state(card)).approved == 1
        assert len(told_operators(await office.state())) == 1
