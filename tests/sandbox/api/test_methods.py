"""Every Web API method: the shape of its success, and its refusals in Slack's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.api.web_api import METHODS

from ..block_kit import modal, section
from ..conftest import Json, Person

HOME = {"type": "home", "blocks": [section()]}
CLIENT = {"client_id": Sandbox.client_id, "client_secret": Sandbox.client_secret}
IN = {"channel": "C_FINANCE"}
AT = {**IN, "ts": "$ts"}
MARK = {**IN, "timestamp": "$ts"}

# method -> (arguments, a dotted path in the answer -> what is there; ... is anything)
FINE: Mapping[str, tuple[Json, Json]] = {
    "api.test": ({"foo": "bar"}, {"args.foo": "bar"}),
    "auth.teams.list": ({}, {"teams": ...}),
    "auth.test": ({}, {"user_id": "U_BOT", "bot_id": "B_BOT", "team_id": "T_SANDBOX", "url": ...}),
    "auth.revoke": ({}, {"revoked": True}),
    "apps.connections.open": ({}, {"url": ...}),
    "apps.uninstall": (CLIENT, {}),
    "blocks.validate": ({"blocks": [section()]}, {}),
    "bots.info": ({"bot": "B_BOT"}, {"bot.user_id": "U_BOT", "bot.app_id": "A_COUNTERSIGN"}),
    "chat.postMessage": ({**IN, "text": "x"}, {"channel": "C_FINANCE", "ts": ..., "message.bot_id": "B_BOT"}),
    "chat.postEphemeral": ({**IN, "user": "U_REVIEWER", "text": "x"}, {"message_ts": ...}),
    "chat.update": ({**AT, "text": "y"}, {"ts": "$ts", "text": "y", "message.edited.user": "U_BOT"}),
    "chat.delete": (AT, {"channel": "C_FINANCE", "ts": "$ts"}),
    "chat.getPermalink": ({**IN, "message_ts": "$ts"}, {"permalink": ..., "channel": "C_FINANCE"}),
    "conversations.info": (IN, {"channel.name": "finance-approvals", "channel.is_member": True}),
    "conversations.list": (
        {},
        {
            "channels.0.id": "C_FINANCE",
            "channels.1.id": "C_GENERAL",
            "channels.2.id": "C_SHARED",
            "response_metadata.next_cursor": "",
        },
    ),
    "conversations.history": (IN, {"messages.0.ts": "$ts", "has_more": False, "pin_count": 0}),
    "conversations.replies": (AT, {"messages.0.ts": "$ts", "has_more": False}),
    "conversations.open": ({"users": "U_REVIEWER,U_SECOND"}, {"channel.id": "G_REVIEWER_SECOND"}),
    "conversations.members": (
        IN,
        {
            "members": [
                *("U_BOT", "U_REQUESTER", "U_REVIEWER", "U_SECOND", "U_OUTSIDER"),
                *("U_GUEST", "U_CHANNEL_GUEST", "U_OTHER_APP"),
            ]
        },
    ),
    "conversations.join": (IN, {"channel.id": "C_FINANCE", "warning": "already_in_channel"}),
    "conversations.leave": (IN, {}),
    "conversations.invite": (
        {"channel": "C_GENERAL", "users": "U_OUTSIDER"},
        {"channel.id": "C_GENERAL", "channel.num_members": 5},
    ),
    "users.conversations": ({"user": "U_OUTSIDER"}, {"channels.0.id": "C_FINANCE"}),
    "files.getUploadURLExternal": ({"filename": "a.csv", "length": 3}, {"upload_url": ..., "file_id": ...}),
    "files.completeUploadExternal": ({"files": [{"id": "$file", "title": "A"}]}, {"files.0.title": "A"}),
    "files.info": (
        {"file": "$file"},
        {"file.name": "a.csv", "file.size": 3, "file.url_private_download": ...},
    ),
    "oauth.v2.access": (
        {**CLIENT, "code": "$code"},
        {
            "access_token": "xoxb-sandbox",
            "scope": "chat:write",
            "team.id": "T_SANDBOX",
            "bot_user_id": "U_BOT",
        },
    ),
    "pins.add": (MARK, {}),
    "pins.list": ({"channel": "C_GENERAL"}, {"items.0.message.pinned_to": ["C_GENERAL"]}),
    "pins.remove": ({"channel": "C_GENERAL", "timestamp": "$marked"}, {}),
    "reactions.add": ({**MARK, "name": ":eyes:"}, {}),
    "reactions.get": (
        {"channel": "C_GENERAL", "timestamp": "$marked"},
        {"type": "message", "message.reactions": [{"name": "eyes", "users": ["U_BOT"], "count": 1}]},
    ),
    "reactions.remove": ({"channel": "C_GENERAL", "timestamp": "$marked", "name": "eyes"}, {}),
    "team.info": ({}, {"team.id": "T_SANDBOX", "team.domain": "sandbox"}),
    "usergroups.list": (
        {"include_users": True},
        {"usergroups.0.handle": "approvers", "usergroups.0.user_count": 2},
    ),
    "usergroups.users.list": ({"usergroup": "S_APPROVERS"}, {"users": ["U_REVIEWER", "U_SECOND"]}),
    "users.info": ({"user": "U_REVIEWER"}, {"user.name": "ben", "user.profile.email": "ben@sandbox.example"}),
    "users.profile.get": (
        {"user": "U_REVIEWER"},
        {"profile.status_text": "", "profile.status_expiration": 0},
    ),
    "dnd.info": ({"user": "U_REVIEWER"}, {"dnd_enabled": False, "next_dnd_end_ts": 1}),
    "users.list": ({"limit": 1}, {"members.0.id": "U_BOT", "response_metadata.next_cursor": ...}),
    "users.lookupByEmail": ({"email": "chi@sandbox.example"}, {"user.id": "U_SECOND"}),
    "views.open": ({"trigger_id": "$trigger", "view": modal(section())}, {"view.id": ..., "view.hash": ...}),
    "views.push": ({"trigger_id": "$second", "view": modal(section())}, {"view.root_view_id": "$view"}),
    "views.update": ({"view_id": "$view", "view": modal(section())}, {"view.id": "$view"}),
    "views.publish": ({"user_id": "U_REVIEWER", "view": HOME}, {"view.type": "home"}),
}

REFUSED: list[tuple[str, Json, str]] = [
    ("apps.uninstall", {}, "invalid_client_id"),
    ("apps.uninstall", {**CLIENT, "client_secret": "ü"}, "bad_client_secret"),
    ("blocks.validate", {}, "invalid_arguments"),
    ("blocks.validate", {"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
    ("bots.info", {"bot": "B_NONE"}, "bot_not_found"),
    ("chat.postMessage", {"channel": "C_NONE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", IN, "no_text"),
    ("chat.postMessage", {**IN, "blocks": "[{"}, "invalid_blocks_format"),
    ("chat.postMessage", {**IN, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ("chat.postMessage", {**IN, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {**IN, "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ("chat.postEphemeral", {**IN, "user": "U_NOBODY", "text": "x"}, "user_not_found"),
    (
        "chat.postEphemeral",
        {"channel": "D_U_REVIEWER", "user": "U_OUTSIDER", "text": "x"},
        "user_not_in_channel",
    ),
    ("chat.update", {**IN, "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.update", {**IN, "ts": "$theirs", "text": "x"}, "cant_update_message"),
    ("chat.delete", {**IN, "ts": "$theirs"}, "cant_delete_message"),
    ("chat.getPermalink", {**IN, "message_ts": "1.000001"}, "message_not_found"),
    ("conversations.info", {"channel": "C_NONE"}, "channel_not_found"),
    ("conversations.list", {"types": "secret"}, "invalid_types"),
    ("conversations.history", {**IN, "cursor": "nonsense"}, "invalid_cursor"),
    ("conversations.history", {**IN, "cursor": "bmV4dF90czp4"}, "invalid_cursor"),
    ("conversations.replies", {**IN, "ts": "1.000001"}, "thread_not_found"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": "U_NOBODY"}, "user_not_found"),
    ("conversations.open", {"users": "USLACKBOT"}, "cannot_dm_bot"),
    ("conversations.open", {"users": "U_GONE"}, "user_disabled"),
    ("conversations.open", {"users": ",".join(["U_REVIEWER"] * 9)}, "too_many_users"),
    ("conversations.open", {"channel": "D_NONE"}, "channel_not_found"),
    ("conversations.members", {"channel": "C_NONE"}, "channel_not_found"),
    ("conversations.join", {"channel": "D_U_REVIEWER"}, "method_not_supported_for_channel_type"),
    ("conversations.leave", {"channel": "D_U_REVIEWER"}, "method_not_supported_for_channel_type"),
    ("conversations.invite", {**IN, "users": "U_REVIEWER"}, "already_in_channel"),
    ("conversations.invite", {**IN, "users": "U_NOBODY"}, "user_not_found"),
    ("users.conversations", {"user": "U_NOBODY"}, "user_not_found"),
    ("files.getUploadURLExternal", {"length": 3}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 10**9}, "file_upload_size_restricted"),
    ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
    ("files.info", {"file": "F0"}, "file_not_found"),
    ("oauth.v2.access", {"code": "x"}, "invalid_client_id"),
    ("oauth.v2.access", {**CLIENT, "client_secret": "x", "code": "$code"}, "bad_client_secret"),
    ("oauth.v2.access", {**CLIENT, "code": "x"}, "invalid_code"),
    ("oauth.v2.access", {**CLIENT, "code": "$code", "redirect_uri": "http://x/"}, "bad_redirect_uri"),
    ("pins.add", IN, "no_item_specified"),
    ("pins.add", {"channel": "C_GENERAL", "timestamp": "$marked"}, "already_pinned"),
    ("pins.list", {"channel": "C_NONE"}, "channel_not_found"),
    ("pins.remove", MARK, "no_pin"),
    ("reactions.add", {**MARK, "name": "no emoji"}, "invalid_name"),
    ("reactions.add", {"channel": "C_GENERAL", "timestamp": "$marked", "name": "eyes"}, "already_reacted"),
    ("reactions.get", {**IN, "timestamp": "1.000001"}, "message_not_found"),
    ("reactions.remove", {**MARK, "name": "eyes"}, "no_reaction"),
    ("usergroups.users.list", {"usergroup": "S_NONE"}, "no_such_subteam"),
    ("users.info", {"user": "U_NOBODY"}, "user_not_found"),
    ("users.profile.get", {"user": "U_NOBODY"}, "user_not_found"),
    ("dnd.info", {"user": "U_NOBODY"}, "user_not_found"),
    ("users.list", {"cursor": "bm9uc2Vuc2U="}, "invalid_cursor"),
    ("users.lookupByEmail", {"email": "nobody@sandbox.example"}, "users_not_found"),
    ("views.open", {"trigger_id": "x", "view": modal(section())}, "invalid_trigger_id"),
    ("views.open", {"view": modal(section())}, "invalid_arguments"),
    ("views.push", {"trigger_id": "x", "view": modal(section())}, "invalid_trigger_id"),
    ("views.update", {"view_id": "V0", "view": modal(section())}, "not_found"),
    ("views.update", {"view_id": "$view", "view": modal(section()), "hash": "1.old"}, "hash_conflict"),
    ("views.publish", {"user_id": "U_NOBODY", "view": HOME}, "user_not_found"),
    ("views.publish", {"user_id": "U_REVIEWER", "view": modal(section())}, "invalid_arguments"),
]
NEVER_REFUSED = {
    "api.test",
    "auth.teams.list",
    "auth.test",
    "auth.revoke",
    "apps.connections.open",
    "team.info",
    "usergroups.list",
}


class MethodCaller:
    """Calls with a token, by plain HTTP; `$name` in an argument is something that was made beforehand."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.made: dict[str, str] = {}

    def known(self, given: Any) -> Any:
        text = json.dumps(given)
        for name, value in self.made.items():
            text = text.replace(f'"${name}"', json.dumps(value))
        return json.loads(text)

    async def ask(self, method: str, arguments: Json) -> Json:
        sandbox = self.person.sandbox
        token = sandbox.app_token if METHODS[method].token == "app" else sandbox.bot_token
        headers = {"Authorization": f"Bearer {token}"}
        url = sandbox.api_url + method
        async with self.person.session.post(url, json=self.known(arguments), headers=headers) as response:
            answer: Json = await response.json()
            return answer

    async def prepare(self) -> None:
        """A workspace in which every method has something to work on."""
        installation = self.person.sandbox.installation
        installation.workspace.set_members("C_GENERAL", ["U_BOT", "U_REQUESTER", "U_REVIEWER", "U_SECOND"])
        theirs = installation.workspace.post("C_FINANCE", "U_REQUESTER", "theirs")
        self.made["theirs"] = theirs["ts"]
        self.made["marked"] = (await self.ask("chat.postMessage", {"channel": "C_GENERAL", "text": "x"}))[
            "ts"
        ]
        at = {"channel": "C_GENERAL", "timestamp": "$marked"}
        await self.ask("pins.add", at)
        await self.ask("reactions.add", {**at, "name": "eyes"})
        self.made["trigger"], self.made["second"] = (
            installation.trigger_ids.issue("U_REVIEWER") for _ in range(2)
        )
        first = {"trigger_id": installation.trigger_ids.issue("U_REVIEWER"), "view": modal(section())}
        self.made["view"] = (await self.ask("views.open", first))["view"]["id"]
        slot = await self.ask("files.getUploadURLExternal", {"filename": "a.csv", "length": 3})
        await (await self.person.session.post(slot["upload_url"], data=b"a,b")).release()
        await self.ask("files.completeUploadExternal", {"files": [{"id": slot["file_id"]}]})
        self.made["file"] = slot["file_id"]
        self.made["code"] = await self.consent()
        self.made["ts"] = (await self.ask("chat.postMessage", {**IN, "text": "x"}))["ts"]

    async def consent(self) -> str:
        query = {"client_id": Sandbox.client_id, "scope": "chat:write", "redirect_uri": "http://127.0.0.1:1/"}
        url = self.person.sandbox.url + "/oauth/v2/authorize"
        async with self.person.session.get(url, params=query) as response:
            return (await response.text()).partition("?code=")[2].partition("&")[0]


@pytest.fixture
async def caller(person: Person) -> MethodCaller:
    caller = MethodCaller(person)
    await caller.prepare()
    return caller


def at_path(answer: Any, path: str) -> Any:
    for key in path.split("."):
        answer = answer[int(key)] if isinstance(answer, list) else answer[key]
    return answer


def test_every_method_is_in_both_tables() -> None:
    assert set(FINE) == set(METHODS)
    assert {method for method, _, _ in REFUSED} | NEVER_REFUSED == set(METHODS)


@pytest.mark.parametrize("method", FINE)
async def test_a_method_answers_in_slacks_shape(caller: MethodCaller, method: str) -> None:
    arguments, expected = FINE[method]
    answer = await caller.ask(method, arguments)
    assert answer["ok"] is True, answer
    for path, value in expected.items():
        actual = at_path(answer, path)
        assert actual if value is ... else actual == caller.known(value), (path, answer)


async def test_a_method_refuses_in_slacks_words(caller: MethodCaller) -> None:
    answers = [(method, given, await caller.ask(method, given)) for method, given, _ in REFUSED]
    assert [(method, given, answer["error"]) for method, given, answer in answers] == REFUSED
    assert not any(answer["ok"] for _, _, answer in answers)


async def test_arguments_come_as_a_query_or_a_form_too(caller: MethodCaller) -> None:
    sandbox = caller.person.sandbox
    arguments = {
        "token": sandbox.bot_token,
        "channel": "C_FINANCE",
        "text": "x",
        "blocks": json.dumps([section()]),
    }
    session: aiohttp.ClientSession = caller.person.session
    for sent in ({"params": arguments}, {"data": arguments}):
        async with session.post(sandbox.api_url + "chat.postMessage", **sent) as response:  # type: ignore[arg-type]
            assert (await response.json())["message"]["blocks"][0]["type"] == "section"
    for body, error in (("{", "invalid_json"), ("[]", "json_not_object"), ("", None)):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {sandbox.bot_token}"}
        async with session.post(sandbox.api_url + "auth.test", data=body, headers=headers) as response:
            assert (await response.json()).get("error") == error
