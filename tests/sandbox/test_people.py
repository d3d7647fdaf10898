"""Every kind of person: what Slack says of them, where they are, and how what they do reaches the app."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, TeamIds

from .block_kit import actions, button, input_block, modal, text_input
from .conftest import Json, Person, PlainApp

KINDS = {
    "U_BOT": "app",
    "U_REQUESTER": "member",
    "U_REVIEWER": "member",
    "U_SECOND": "member",
    "U_OUTSIDER": "member",
    "U_GUEST": "guest",
    "U_CHANNEL_GUEST": "channel_guest",
    "U_STRANGER": "stranger",
    "U_GONE": "deactivated",
    "U_OTHER_APP": "other_app",
    "USLACKBOT": "slackbot",
}
CARD = [actions(button(value="1"), block_id="decide")]
HERE, THEIRS = "T_SANDBOX", "T_VENDOR"


def payload_of(body: str) -> Json:
    if body.startswith("{"):
        payload: Json = json.loads(body)
        return payload
    form = {key: value[0] for key, value in parse_qs(body).items()}
    return dict(json.loads(form["payload"])) if "payload" in form else form


def last_payload(app: PlainApp) -> Json:
    return payload_of(app.requests[-1][1])


async def info(client: AsyncWebClient, user: str) -> Json:
    described: Json = (await client.users_info(user=user))["user"]
    return described


async def test_the_door_shows_everybody_with_what_they_are(person: Person) -> None:
    state = await person.state()
    assert {user["id"]: user["kind"] for user in state["users"]} == KINDS
    names = [user["name"] for user in state["users"]]
    assert names == ["app", "ana", "ben", "chi", "dov", "eli", "fay", "gil", "hal", "tally", "slackbot"]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("U_REVIEWER", {"team_id": HERE, "deleted": False, "is_bot": False, "is_restricted": False}),
        ("U_GUEST", {"team_id": HERE, "is_restricted": True, "is_ultra_restricted": False}),
        ("U_CHANNEL_GUEST", {"is_restricted": True, "is_ultra_restricted": True}),
        ("U_STRANGER", {"team_id": THEIRS, "is_stranger": False, "is_restricted": False, "deleted": False}),
        ("U_GONE", {"team_id": HERE, "deleted": True, "is_bot": False}),
        ("U_OTHER_APP", {"team_id": HERE, "is_bot": True, "is_app_user": False}),
        ("USLACKBOT", {"team_id": HERE, "is_bot": False, "is_app_user": False}),
        ("U_BOT", {"is_bot": True}),
    ],
)
async def test_slack_says_what_somebody_is(client: AsyncWebClient, user: str, expected: Json) -> None:
    described = await info(client, user)
    assert {key: described[key] for key in expected} == expected
    assert described["profile"]["team"] == described["team_id"]
    listed = {member["id"]: member for member in (await client.users_list())["members"]}
    assert listed[user] == described


async def test_of_a_deactivated_account_little_is_said(client: AsyncWebClient) -> None:
    assert not {"is_restricted", "real_name", "tz"} & set(await info(client, "U_GONE"))
    with pytest.raises(SlackApiError, match="users_not_found"):
        await client.users_lookupByEmail(email="hal@sandbox.example")


async def test_bots_and_people_from_elsewhere_have_no_address(client: AsyncWebClient) -> None:
    assert (await info(client, "U_GUEST"))["profile"]["email"] == "eli@sandbox.example"
    assert (await info(client, "U_OTHER_APP"))["profile"]["bot_id"] == "B_OTHER"
    for user in ("U_STRANGER", "U_OTHER_APP", "USLACKBOT"):
        assert "email" not in (await info(client, user))["profile"]


async def test_who_is_met_nowhere_is_a_stranger(client: AsyncWebClient) -> None:
    """In a shared channel only the team tells; `is_stranger` is for those whom the app cannot see."""
    await client.conversations_leave(channel="C_SHARED")
    described = await info(client, "U_STRANGER")
    assert (described["is_stranger"], described["team_id"]) == (True, THEIRS)
    assert "U_STRANGER" not in [member["id"] for member in (await client.users_list())["members"]]


async def test_a_member_of_an_organisation_says_of_which(session: aiohttp.ClientSession) -> None:
    async with Sandbox(team_ids=TeamIds(enterprise="E_ORG")) as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        enterprise = (await info(client, "U_REVIEWER"))["enterprise_user"]
        assert (enterprise["enterprise_id"], enterprise["teams"]) == ("E_ORG", [HERE])
        assert "enterprise_user" not in await info(client, "U_STRANGER")
    async with Sandbox() as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        assert "enterprise_user" not in await info(client, "U_REVIEWER")


async def test_who_is_in_which_channel(client: AsyncWebClient) -> None:
    members = {
        channel: set((await client.conversations_members(channel=channel))["members"])
        for channel in ("C_FINANCE", "C_GENERAL", "C_SHARED")
    }
    team = {"U_BOT", "U_REQUESTER", "U_REVIEWER", "U_SECOND"}
    assert members == {
        "C_FINANCE": team | {"U_OUTSIDER", "U_GUEST", "U_CHANNEL_GUEST", "U_OTHER_APP"},
        "C_GENERAL": team | {"U_OUTSIDER", "U_OTHER_APP"},
        "C_SHARED": team | {"U_GUEST", "U_STRANGER"},
    }
    shared = (await client.conversations_info(channel="C_SHARED"))["channel"]
    assert (shared["name"], shared["is_ext_shared"], shared["is_shared"]) == (
        "shared-with-vendor",
        True,
        True,
    )
    assert shared["shared_team_ids"] == [HERE, THEIRS]
    finance = (await client.conversations_info(channel="C_FINANCE"))["channel"]
    assert (finance["is_ext_shared"], finance["num_members"]) == (False, 8)


async def test_members_come_in_pages(client: AsyncWebClient) -> None:
    found: list[str] = []
    cursor = ""
    for _ in range(3):
        page = await client.conversations_members(channel="C_SHARED", limit=2, cursor=cursor)
        assert len(page["members"]) == 2
        found += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
    assert cursor == ""
    assert found == (await client.conversations_members(channel="C_SHARED"))["members"]


async def test_a_strangers_message_names_their_team(person: Person, plain_app: PlainApp) -> None:
    await person.do("messages", user="U_STRANGER", channel="C_SHARED", text="approve")
    payload = last_payload(plain_app)
    event = payload["event"]
    assert (event["team"], event["user_team"], event["source_team"]) == (THEIRS,) * 3
    assert (payload["team_id"], payload["is_ext_shared_channel"]) == (HERE, True)
    assert payload["authorizations"][0]["team_id"] == HERE

    await person.do("messages", user="U_REVIEWER", channel="C_SHARED", text="approve")
    payload = last_payload(plain_app)
    assert payload["is_ext_shared_channel"] is True
    assert (payload["event"]["team"], "user_team" in payload["event"]) == (HERE, False)

    await person.do("messages", user="U_CHANNEL_GUEST", channel="C_FINANCE", text="approve")
    payload = last_payload(plain_app)
    assert (payload["event"]["team"], payload["is_ext_shared_channel"]) == (HERE, False)


async def test_a_strangers_click_names_their_team_and_our_installation(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    ts = (await client.chat_postMessage(channel="C_SHARED", text="x", blocks=CARD))["ts"]
    at = {"channel": "C_SHARED", "message_ts": ts, "action_id": "go"}
    for user, team in (("U_STRANGER", THEIRS), ("U_GUEST", HERE), ("U_REVIEWER", HERE)):
        await person.do("actions", user=user, **at)
        click = last_payload(plain_app)
        assert (click["user"]["id"], click["user"]["team_id"]) == (user, team)
        assert click["team"]["id"] == HERE


async def test_a_strangers_form_names_their_team(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    trigger = person.sandbox.installation.trigger_ids.issue("U_STRANGER")
    view = (await client.views_open(trigger_id=trigger, view=modal(input_block("a", text_input()))))["view"]
    assert (view["team_id"], view["app_installed_team_id"]) == (THEIRS, HERE)
    await person.do(f"views/{view['id']}/submit", user="U_STRANGER", values={"a": "x"})
    submission = last_payload(plain_app)
    assert (submission["user"]["team_id"], submission["team"]["id"]) == (THEIRS, HERE)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("commands", {"command": "/transactions"}),
        ("shortcuts", {"message_ts": "$ts", "callback_id": "review_message"}),
    ],
)
async def test_a_stranger_has_no_commands_of_an_app_that_is_not_installed_there(
    person: Person, client: AsyncWebClient, plain_app: PlainApp, path: str, fields: Json
) -> None:
    ts = (await client.chat_postMessage(channel="C_SHARED", text="x"))["ts"]
    given = {key: ts if value == "$ts" else value for key, value in fields.items()}
    asked: dict[str, Any] = {"user": "U_STRANGER", "channel": "C_SHARED", **given}
    plain_app.requests.clear()
    refused = (403, {"ok": False, "error": "app_not_installed"})
    assert await person.post(f"/sandbox/{path}", **asked) == refused
    assert plain_app.requests == []

    await person.do(path, **asked, force=True)
    payload = last_payload(plain_app)
    assert (payload.get("user_id") or payload["user"]["id"]) == "U_STRANGER"
    assert (payload.get("team_id") or payload["team"]["id"]) == HERE


async def test_people_act_only_where_they_are(person: Person) -> None:
    for user, channel in (
        ("U_STRANGER", "C_FINANCE"),
        ("U_CHANNEL_GUEST", "C_GENERAL"),
        ("U_GUEST", "C_GENERAL"),
        ("U_OUTSIDER", "C_SHARED"),
        ("U_BOT", "C_FINANCE"),
    ):
        status, _ = await person.post("/sandbox/messages", user=user, channel=channel, text="x")
        assert status == 404, (user, channel)


async def test_what_a_deactivated_person_had_begun_still_arrives(person: Person, plain_app: PlainApp) -> None:
    await person.do("messages", user="U_GONE", channel="C_FINANCE", text="approve")
    assert last_payload(plain_app)["event"]["user"] == "U_GONE"


async def test_bots_write_as_bots(person: Person, plain_app: PlainApp) -> None:
    await person.do("messages", user="U_OTHER_APP", channel="C_FINANCE", text="approve")
    event = last_payload(plain_app)["event"]
    assert (event["user"], event["bot_id"], event["app_id"]) == ("U_OTHER_APP", "B_OTHER", "A_OTHER")
    assert (event["bot_profile"]["name"], "client_msg_id" in event) == ("tally", False)

    for channel in ("C_FINANCE", "C_SHARED"):
        await person.do("messages", user="USLACKBOT", channel=channel, text="approve")
        event = last_payload(plain_app)["event"]
        assert (event["user"], event["channel"], "bot_id" in event) == ("USLACKBOT", channel, False)


async def test_a_file_says_whose_it_is_wherever_it_is_shared(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    form = aiohttp.FormData({"user": "U_STRANGER", "channel": "C_SHARED", "comment": "rows"})
    form.add_field("file", b"a,b", filename="a.csv")
    async with person.session.post(person.sandbox.url + "/sandbox/files", data=form) as response:
        file = (await response.json())["response"]["files"][0]
    described = (await client.files_info(file=file))["file"]
    assert (described["user"], described["user_team"]) == ("U_STRANGER", THEIRS)


@pytest.fixture
async def home_team(running: AsyncExitStack) -> Sandbox:
    return await running.enter_async_context(Sandbox(team_ids=TeamIds(user="T_THEIRS")))


async def test_bots_stay_of_the_workspace_where_its_people_are_of_another(
    home_team: Sandbox, session: aiohttp.ClientSession
) -> None:
    client = AsyncWebClient(home_team.bot_token, base_url=home_team.api_url, session=session)
    teams = {
        user: (await info(client, user))["team_id"] for user in ("U_REVIEWER", "U_STRANGER", "USLACKBOT")
    }
    assert teams == {"U_REVIEWER": "T_THEIRS", "U_STRANGER": THEIRS, "USLACKBOT": HERE}
