"""What an administrator changes while an app is there: people, user groups, the organisation."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..block_kit import actions, button, input_block, modal, text_input
from ..conftest import Json, Person, PlainApp

ANA = {"user": "U_REQUESTER", "channel": "C_FINANCE"}
REFUSED_PEOPLE: list[tuple[Json, str]] = [
    ({"member": "U_BOT", "deleted": True}, "not_a_person"),
    ({"member": "U_OTHER_APP", "deleted": True}, "not_a_person"),
    ({"member": "USLACKBOT", "name": "x"}, "not_a_person"),
    ({"member": "T_NEW", "name": "x"}, "invalid_member"),
    ({"member": "U_NEW"}, "invalid_name"),
    ({"member": "U_NEW", "name": "ana"}, "invalid_name"),
    ({"member": "U_REVIEWER", "name": 1}, "invalid_name"),
    ({"member": "U_REVIEWER", "kind": "app"}, "invalid_kind"),
    ({"member": "U_REVIEWER", "kind": "stranger"}, "invalid_team_id"),
    ({"member": "U_REVIEWER", "deleted": "yes"}, "invalid_deleted"),
    ({"member": "U_REVIEWER", "time_zone": "Mars/Base"}, "invalid_time_zone"),
    ({}, "missing_member"),
]
REFUSED_GROUPS: list[tuple[Json, int, str]] = [
    ({"usergroup": "S_NEW", "users": []}, 400, "invalid_usergroup"),
    ({"usergroup": "x", "users": [], "handle": "x"}, 400, "invalid_usergroup"),
    ({"usergroup": "S_APPROVERS", "users": "U_REVIEWER"}, 400, "invalid_users"),
    ({"usergroup": "S_APPROVERS", "users": ["U_NOBODY"]}, 404, "user_not_found"),
]


def events_of(plain_app: PlainApp) -> list[Json]:
    return [json.loads(body)["event"] for _, body in plain_app.requests]


def payload_of(body: str) -> Json:
    form = {key: value[0] for key, value in parse_qs(body).items()}
    return dict(json.loads(form["payload"])) if "payload" in form else form


async def users_of(client: AsyncWebClient, group: str) -> list[str]:
    users: list[str] = (await client.usergroups_users_list(usergroup=group))["users"]
    return users


async def test_the_app_hears_that_somebody_is_deactivated(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    answer = await person.do("people", member="U_REVIEWER", deleted=True)
    assert (answer["ok"], answer["response"]["user"]["deleted"]) == (True, True)
    (event,) = events_of(plain_app)
    described = (await client.users_info(user="U_REVIEWER"))["user"]
    assert (event["type"], event["user"]) == ("user_change", described)
    assert described["deleted"] is True
    members = (await client.conversations_members(channel="C_FINANCE"))["members"]
    assert "U_REVIEWER" not in members
    assert {"id": "U_REVIEWER", "name": "ben", "kind": "deactivated"} in (await person.state())["users"]

    await person.do("people", member="U_REVIEWER", deleted=False)
    assert "U_REVIEWER" in (await client.conversations_members(channel="C_FINANCE"))["members"]


async def test_the_app_hears_that_a_member_has_become_a_guest(person: Person, plain_app: PlainApp) -> None:
    await person.do("people", member="U_OUTSIDER", kind="channel_guest", name="dora")
    user = events_of(plain_app)[0]["user"]
    assert (user["is_restricted"], user["is_ultra_restricted"], user["name"]) == (True, True, "dora")
    await person.do("people", member="U_OUTSIDER", kind="stranger", team_id="T_VENDOR")
    assert events_of(plain_app)[1]["user"]["team_id"] == "T_VENDOR"


async def test_the_app_hears_of_newcomers(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    await person.do("people", member="U_NEW", name="ivy")
    by_type = {event["type"]: event for event in events_of(plain_app)}
    assert set(by_type) == {"team_join", "member_joined_channel", "message"}
    assert by_type["team_join"]["user"] == (await client.users_info(user="U_NEW"))["user"]
    assert (by_type["member_joined_channel"]["user"], by_type["message"]["subtype"]) == (
        "U_NEW",
        "channel_join",
    )
    assert "U_NEW" in (await client.conversations_members(channel="C_GENERAL"))["members"]
    await person.do("messages", user="U_NEW", channel="C_GENERAL", text="hello")

    plain_app.requests.clear()
    await person.do("people", member="U_ELSEWHERE", name="jon", kind="stranger", team_id="T_VENDOR")
    await person.do("people", member="U_VISITOR", name="kim", kind="guest")
    assert [event["user"]["id"] for event in events_of(plain_app)] == ["U_VISITOR"]


async def test_only_events_that_the_app_subscribes_to_are_delivered(
    session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    async with Sandbox(events=["user_change", "subteam_updated"]) as sandbox:
        sandbox.deliver_to(plain_app.url)
        person = Person(sandbox, session)
        await person.do("people", member="U_NEW", name="ivy")
        await person.do("people", member="U_NEW", deleted=True)
        await person.do("usergroups", usergroup="S_APPROVERS", users=["U_SECOND"])
    assert [event["type"] for event in events_of(plain_app)] == ["user_change", "subteam_updated"]


@pytest.mark.parametrize(("fields", "error"), REFUSED_PEOPLE, ids=str)
async def test_what_nobody_can_be_is_refused(person: Person, fields: Json, error: str) -> None:
    before = await person.state()
    assert await person.post("/sandbox/people", **fields) == (400, {"ok": False, "error": error})
    assert await person.state() == before


async def test_slack_lets_people_into_channels_as_it_does(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    ana = {"user": "U_REQUESTER"}
    for member, channel, error in (
        ("U_STRANGER", "C_GENERAL", "cant_invite"),
        ("U_CHANNEL_GUEST", "C_GENERAL", "ura_max_channels"),
    ):
        asked = await person.post("/sandbox/members", **ana, member=member, channel=channel)
        assert asked == (400, {"ok": False, "error": error})
        with pytest.raises(SlackApiError, match=error):
            await client.conversations_invite(channel=channel, users=member)
    assert (await person.do("members", **ana, member="U_GUEST", channel="C_GENERAL"))["ok"]
    await person.do("members", **ana, member="U_STRANGER", channel="C_SHARED", leave=True)
    assert (await person.do("members", **ana, member="U_STRANGER", channel="C_SHARED"))["ok"]


async def test_the_app_hears_who_comes_to_a_group_and_goes(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    await person.do("usergroups", usergroup="S_APPROVERS", users=["U_SECOND", "U_OUTSIDER"])
    by_type = {event["type"]: event for event in events_of(plain_app)}
    changed, updated = by_type["subteam_members_changed"], by_type["subteam_updated"]
    assert (changed["subteam_id"], changed["added_users"], changed["removed_users"]) == (
        "S_APPROVERS",
        ["U_OUTSIDER"],
        ["U_REVIEWER"],
    )
    assert (updated["subteam"]["users"], updated["subteam"]["user_count"]) == (
        ["U_SECOND", "U_OUTSIDER"],
        "2",
    )
    assert await users_of(client, "S_APPROVERS") == ["U_SECOND", "U_OUTSIDER"]

    plain_app.requests.clear()
    await person.do("usergroups", usergroup="S_APPROVERS")  # nothing changes
    assert [event["type"] for event in events_of(plain_app)] == ["subteam_updated"]
    assert await users_of(client, "S_APPROVERS") == ["U_SECOND", "U_OUTSIDER"]


async def test_groups_are_made_and_taken_out_of_use(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    await person.do("usergroups", usergroup="S_TREASURY", handle="treasury", users=["U_SECOND"])
    assert {event["type"] for event in events_of(plain_app)} == {"subteam_created", "subteam_members_changed"}
    await person.do("usergroups", usergroup="S_TREASURY", disabled=True)
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        await users_of(client, "S_TREASURY")
    disabled = await client.usergroups_users_list(usergroup="S_TREASURY", include_disabled=True)
    assert disabled["users"] == ["U_SECOND"]
    listed = [group["id"] for group in (await client.usergroups_list())["usergroups"]]
    assert listed == ["S_APPROVERS"]


@pytest.mark.parametrize(("fields", "status", "error"), REFUSED_GROUPS, ids=str)
async def test_a_group_that_cannot_be_is_refused(
    person: Person, client: AsyncWebClient, fields: Json, status: int, error: str
) -> None:
    assert await person.post("/sandbox/usergroups", **fields) == (status, {"ok": False, "error": error})
    assert await users_of(client, "S_APPROVERS") == ["U_REVIEWER", "U_SECOND"]


async def test_changes_outlive_the_process(tmp_path: Path, session: aiohttp.ClientSession) -> None:
    async with Sandbox(data=tmp_path) as sandbox:
        person = Person(sandbox, session)
        for member, name in (("U_ZED", "zed"), ("U_NEW", "ivy")):
            await person.do("people", member=member, name=name)
        await person.do("people", member="U_REVIEWER", deleted=True)
        await person.do("usergroups", usergroup="S_APPROVERS", users=["U_SECOND"])
        before = await person.state()
    async with Sandbox(data=tmp_path) as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        assert await Person(sandbox, session).state() == before
        assert (await client.users_info(user="U_REVIEWER"))["user"]["deleted"] is True
        assert await users_of(client, "S_APPROVERS") == ["U_SECOND"]
    assert [user["id"] for user in before["users"]][-2:] == ["U_ZED", "U_NEW"]


async def test_an_installation_becomes_one_of_a_whole_organisation(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    answer = await person.do("teams", enterprise="E_ORG", org_wide=True)
    assert answer["response"] == {"team": "T_SANDBOX", "enterprise": "E_ORG", "is_enterprise_install": True}
    who = await client.auth_test()
    assert (who["enterprise_id"], who["is_enterprise_install"]) == ("E_ORG", True)
    described = (await client.users_info(user="U_REVIEWER"))["user"]
    assert described["enterprise_user"]["teams"] == ["T_SANDBOX"]

    card = await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[actions(button())])
    await person.do("people", member="U_SISTER", name="ivy", team_id="T_SISTER")
    await person.do("members", user="U_REQUESTER", member="U_SISTER", channel="C_FINANCE")
    plain_app.requests.clear()
    at = {"channel": "C_FINANCE", "message_ts": card["ts"], "action_id": "go"}
    await person.do("actions", user="U_SISTER", **at)
    click = payload_of(plain_app.requests[-1][1])
    assert (click["team"], click["user"]["team_id"]) == (None, "T_SISTER")
    assert (click["enterprise"], click["is_enterprise_install"]) == ({"id": "E_ORG", "name": "Sandbox"}, True)

    trigger = person.sandbox.installation.trigger_ids.issue("U_SISTER")
    view = (await client.views_open(trigger_id=trigger, view=modal(input_block("a", text_input()))))["view"]
    assert (view["team_id"], view["app_installed_team_id"]) == ("T_SISTER", "E_ORG")
    await person.do(f"views/{view['id']}/submit", user="U_SISTER", values={"a": "x"})
    submission = payload_of(plain_app.requests[-1][1])
    assert (submission["team"], submission["user"]["team_id"]) == (None, "T_SISTER")

    await person.do("messages", **ANA, text="hi")
    envelope = json.loads(plain_app.requests[-1][1])
    authorization = envelope["authorizations"][0]
    assert (envelope["enterprise_id"], authorization["enterprise_id"]) == ("E_ORG", "E_ORG")
    assert (authorization["is_enterprise_install"], authorization["team_id"]) == (True, None)
    sister = (await client.users_info(user="U_SISTER"))["user"]
    assert (sister["team_id"], sister["enterprise_user"]["teams"]) == ("T_SISTER", ["T_SISTER"])


async def test_and_one_of_its_workspace_again(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    await person.do("teams", enterprise="E_ORG", org_wide=True)
    await person.do("teams", enterprise="E_ORG")
    who = await client.auth_test()
    assert (who["enterprise_id"], who["is_enterprise_install"]) == ("E_ORG", False)
    card = await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[actions(button())])
    await person.do("actions", **ANA, message_ts=card["ts"], action_id="go")
    click = payload_of(plain_app.requests[-1][1])
    assert (click["team"]["id"], click["team"]["enterprise_id"]) == ("T_SANDBOX", "E_ORG")

    await person.do("teams")
    assert "enterprise_id" not in await client.auth_test()
    assert "enterprise_user" not in (await client.users_info(user="U_REVIEWER"))["user"]


async def test_an_organisation_has_a_name_and_one_token(
    person: Person, session: aiohttp.ClientSession
) -> None:
    refused = await person.post("/sandbox/teams", org_wide=True)
    assert refused == (400, {"ok": False, "error": "missing_enterprise"})
    async with Sandbox(more_teams=("T_OTHER",)) as sandbox:
        asked = await Person(sandbox, session).post("/sandbox/teams", enterprise="E_ORG", org_wide=True)
        assert asked == (400, {"ok": False, "error": "several_workspaces"})
