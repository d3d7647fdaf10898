"""Who may decide and look: groups, the word anyone, people whom the policy admits, and their changes."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.domain.policy import People
from bot.sandbox.api.file_objects import new_file
from bot.sandbox.door import user_actions
from handlers.listeners.submitting import forwarded_from
from tests.access.everybody import press
from tests.conftest import every_key_has_its_lifetime
from tests.office import FINANCE, SEED, TEAM, Json, Office, cards, open_office, sandbox_policy, shows

ROWS = b"vendor,amount\nGlobex,15000\n"


async def seed_card(office: Office, user: str = "U_REQUESTER", text: str = SEED) -> Json:
    await office.command(user, text)
    return await office.card("need a decision")


async def told_after_click(office: Office, user: str, card: Json, *words: str, ref: int = 2) -> None:
    """A click that changes nothing, and what its person reads."""
    before = (await office.review_state(card)).undecided
    await office.click(user, card, "approve", ref)
    await office.told(user, *words)
    assert (await office.review_state(card)).undecided == before


@pytest.fixture
async def by_group(tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which a user group decides: ben and chi."""
    async with open_office(tmp_path, policy=sandbox_policy(approvers=("S_APPROVERS",))) as office:
        yield office
        await every_key_has_its_lifetime(office.bot.redis_url)


async def test_whoever_is_in_the_group_now_decides_and_the_card_names_the_group(by_group: Office) -> None:
    card = await seed_card(by_group)
    assert shows(card, "Decision by <!subteam^S_APPROVERS>")
    await told_after_click(by_group, "U_OUTSIDER", card, "You are not an approver here")
    await by_group.do("usergroups", usergroup="S_APPROVERS", users=["U_OUTSIDER"])
    await told_after_click(by_group, "U_REVIEWER", card, "You are not an approver here")
    await by_group.click("U_OUTSIDER", card, "approve", 2)
    assert (await by_group.review_state(card)).approved == 1


async def test_a_group_that_slack_does_not_tell_of_lets_nobody_decide(by_group: Office) -> None:
    card = await seed_card(by_group)
    await by_group.bot.use_cases.access.forget("S_APPROVERS")
    await by_group.fault(method="usergroups.users.list", error="internal_error", times=99)
    await told_after_click(
        by_group, "U_REVIEWER", card, "Slack did not tell me just now whether you may decide"
    )


async def test_anyone_is_every_full_member_of_the_channel_and_nobody_else(tmp_path: Path) -> None:
    async with open_office(tmp_path, policy=sandbox_policy(approvers=("anyone",))) as office:
        card = await seed_card(office)
        assert shows(card, "any full member of this channel")
        await told_after_click(office, "U_GUEST", card, "You are a guest")
        await told_after_click(office, "U_REQUESTER", card, "You brought these payments")
        await office.do("members", user="U_OUTSIDER", channel=FINANCE, leave=True)
        buttons = [each for block in card["blocks"] for each in block.get("elements", ())]
        value = next(each["value"] for each in buttons if each.get("action_id") == "approve")
        await press(office.sandbox.installation, "U_OUTSIDER", card, "approve", value)
        await office.told("U_OUTSIDER", "You are not an approver here")
        assert (await office.review_state(card)).undecided == 1
        await office.click("U_SECOND", card, "approve", 2)
        assert (await office.review_state(card)).approved == 1


async def test_without_approvers_nobody_decides_and_the_card_says_what_to_do(tmp_path: Path) -> None:
    async with open_office(tmp_path, policy=sandbox_policy(approvers=())) as office:
        card = await seed_card(office)
        assert shows(card, "Nobody may decide here", "the policy names nobody", "<@U_OUTSIDER>")
        await told_after_click(office, "U_REVIEWER", card, "The policy names nobody who may decide")
        await office.reply("U_REVIEWER", "approve 2", card)
        assert (await office.review_state(card)).undecided == 1


async def test_where_all_approvers_brought_the_payments_the_card_and_the_operators_say_so(
    tmp_path: Path,
) -> None:
    policy = sandbox_policy(approvers=("U_REVIEWER",))
    async with open_office(tmp_path, policy=policy, operators="C_GENERAL") as office:
        card = await seed_card(office, "U_REVIEWER")
        assert shows(card, "Nobody may decide here", "all who could brought these payments", "<@U_")
        assert not shows(card, "for example <@U_REVIEWER>")
        alarm = await office.said("nobody may decide")
        assert alarm["channel"] == "C_GENERAL"


@pytest.mark.parametrize(
    "approvers",
    [("U_GONE",), ("U_GUEST", "U_STRANGER"), ("S_EMPTY",), ("S_NEVER_WAS",), ("U_REQUESTER", "U_GONE")],
)
async def test_where_nobody_of_the_approvers_can_act_the_card_says_that_nobody_may_decide(
    tmp_path: Path, approvers: tuple[str, ...]
) -> None:
    async with open_office(tmp_path, policy=sandbox_policy(approvers=approvers)) as office:
        await office.do("usergroups", usergroup="S_EMPTY", users=[], handle="empty")
        assert shows(await seed_card(office), "Nobody may decide here", "<@U_REVIEWER>")


async def test_anyone_means_members_and_no_guest_whom_the_policy_admits(tmp_path: Path) -> None:
    policy = sandbox_policy(approvers=("anyone",), people=People(admitted=("U_GUEST",)))
    async with open_office(tmp_path, policy=policy) as office:
        card = await seed_card(office)
        await told_after_click(office, "U_GUEST", card, "You are not an approver here")


async def test_a_guest_whom_the_policy_admits_counts_as_a_member(tmp_path: Path) -> None:
    policy = sandbox_policy(approvers=("U_GUEST",), people=People(admitted=("U_GUEST",)))
    async with open_office(tmp_path, policy=policy) as office:
        card = await seed_card(office)
        await told_after_click(office, "U_CHANNEL_GUEST", card, "You are a guest")
        await office.click("U_GUEST", card, "approve", 2)
        assert (await office.review_state(card)).approved == 1


async def test_an_approver_who_is_deactivated_or_made_a_guest_decides_no_more(office: Office) -> None:
    card = await seed_card(office)
    await office.click("U_REVIEWER", card, "hold", 2)  # so that Slack was asked about ben
    await office.command("U_REQUESTER", "$20000 to Globex. Memo: x")
    other = await office.card("1 of 1 payment")
    await office.do("people", member="U_REVIEWER", kind="guest")
    await told_after_click(office, "U_REVIEWER", other, "You are a guest", ref=1)
    await office.do("people", member="U_SECOND", deleted=True)
    await office.reply("U_SECOND", "approve 1", other)
    assert (await office.review_state(other)).undecided == 1


async def test_who_left_the_channel_sees_the_review_no_more(office: Office) -> None:
    review = (await office.review_state(await seed_card(office))).id
    for asked in ("find acme", review, "status"):
        assert review in str((await office.command("U_OUTSIDER", asked))["response"])
    await office.do("members", user="U_OUTSIDER", channel=FINANCE, leave=True)
    for asked in ("find acme", review, "status"):
        assert review not in str((await office.command("U_OUTSIDER", asked, "C_GENERAL"))["response"])


async def test_a_person_whom_the_request_puts_into_another_workspace_is_a_stranger(office: Office) -> None:
    """What users.info says of them is one thing, and the signed request another: the stricter one counts."""
    access = office.bot.use_cases.access
    assert access.admits(await access.person(TEAM, "U_REVIEWER", {TEAM}))
    assert not access.admits(await access.person(TEAM, "U_REVIEWER", {"T_VENDOR"}))
    assert not access.admits(await access.person(TEAM, "U_REVIEWER", {TEAM, "T_VENDOR"}))


# -- who brought the payments


async def test_whoever_uploaded_a_file_does_not_decide_about_it_whoever_shares_it(office: Office) -> None:
    installation = office.sandbox.installation
    uploaded = new_file(installation, "U_REVIEWER", "p.csv", ROWS)
    installation.workspace.keep_file(uploaded, ROWS)
    await user_actions.write_message(installation, "U_OUTSIDER", FINANCE, "<@U_BOT>", files=[uploaded])
    card = await office.card("1 of 1 payment")
    await told_brought(office, "U_REVIEWER", card)
    await told_brought(office, "U_OUTSIDER", card, "You brought these payments")
    await office.click("U_SECOND", card, "approve", 1)
    assert (await office.review_state(card)).approved == 1


async def test_whoever_wrote_what_is_forwarded_does_not_decide_about_it(office: Office) -> None:
    first = await office.do("messages", user="U_REVIEWER", channel=FINANCE, text="see below, it is urgent")
    forward = {"channel": FINANCE, "ts": first["response"]["ts"]}
    text = "<@U_BOT> $15000 to Globex. Memo: x"
    await office.do("messages", user="U_REQUESTER", channel=FINANCE, text=text, forward=forward)
    card = await office.card("1 of 1 payment")
    await told_brought(office, "U_REVIEWER", card)
    await office.click("U_SECOND", card, "approve", 1)
    assert (await office.review_state(card)).approved == 1


async def told_brought(
    office: Office, user: str, card: Json, words: str = "You brought these payments"
) -> None:
    await office.click(user, card, "approve", 1)
    await office.told(user, words)
    assert (await office.review_state(card)).undecided == 1


async def test_whoever_hands_in_the_same_again_does_not_decide_about_it_either(
    office: Office,
) -> None:
    text = "<@U_BOT> $15000 to Globex. Memo: x"
    said = await office.do("messages", user="U_REQUESTER", channel=FINANCE, text=text)
    card = await office.card("1 of 1 payment")
    where = {"channel": FINANCE, "message_ts": said["response"]["ts"], "callback_id": "review_message"}
    await office.do("shortcuts", user="U_REVIEWER", **where)
    await told_brought(office, "U_REVIEWER", card)
    trail = await office.bot.stores.reviews.audit(TEAM, (await office.review_state(card)).id)
    assert trail[-2].event == "handed_in_again" or trail[-1].event == "handed_in_again"


def test_who_wrote_is_found_in_what_a_forwarded_message_forwards_itself() -> None:
    inner = {"author_id": "U_CHI", "message_blocks": [{"message": {"user": "U_DOV"}}]}
    message = {"attachments": [{"author_id": "U_BEN", "attachments": [inner, "odd"]}, None]}
    assert forwarded_from(message) == ("U_BEN", "U_CHI", "U_DOV")


# -- where the card stands


async def filled(office: Office, **values: Any) -> Json:
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    entered = {name: {name: value} for name, value in values.items()}
    return await office.do(f"views/{form['id']}/submit", user="U_REQUESTER", values=entered, force=True)


async def test_with_a_channel_configured_the_form_offers_no_other(office: Office) -> None:
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    assert not re.search("conversations_select", str(form["view"]))
    office.sandbox.installation.workspace.views.clear("U_REQUESTER")
    await filled(office, text=SEED)
    assert (await office.card("need a decision"))["channel"] == FINANCE


async def test_a_forged_channel_in_the_form_counts_for_nothing(office: Office) -> None:
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    typed = {"text": {"text": {"type": "plain_text_input", "value": SEED}}}
    chosen = {"type": "conversations_select", "selected_conversation": "C_GENERAL"}
    view = form["view"] | {
        "private_metadata": "C_GENERAL",
        "state": {"values": typed | {"channel": {"channel": chosen}}},
    }
    body = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": "U_REQUESTER", "team_id": TEAM},
        "view": view,
    }
    answer = await office.bot.slack.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert answer.status == 200
    assert (await office.card("need a decision"))["channel"] == FINANCE


async def test_a_channel_that_the_submitter_is_not_in_gets_no_card(tmp_path: Path) -> None:
    async with open_office(tmp_path, channel=None) as office:
        await office.do("members", user="U_REQUESTER", channel="C_SHARED", leave=True)
        answer = await filled(office, text=SEED, channel="C_SHARED")
        assert "You are not in that channel" in answer["response"]["errors"]["channel"]
        office.sandbox.installation.workspace.views.clear("U_REQUESTER")
        await filled(office, text=SEED, channel="C_GENERAL")
        await office.card("need a decision")
        assert [one["channel"] for one in cards(await office.state())] == ["C_GENERAL"]
