"""Several workspaces in one sandbox: one app in all of them, which has to keep them apart."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, TeamIds

from .block_kit import actions, button, input_block, modal, text_input
from .conftest import Json, Person, PlainApp, until

HERE, THERE = "T_SANDBOX", "T_OTHER"
BOTH = (HERE, THERE)
ANA = {"user": "U_REQUESTER", "channel": "C_FINANCE"}
BACK = "http://127.0.0.1:1/oauth"


@pytest.fixture
async def both(running: AsyncExitStack) -> Sandbox:
    return await running.enter_async_context(Sandbox(more_teams=(THERE,), retry_delays=(0.0,)))


@pytest.fixture
def people(both: Sandbox, session: aiohttp.ClientSession) -> dict[str, Person]:
    """The door of each workspace; the first one is the one meant where none is named."""
    return {HERE: Person(both, session), THERE: Person(both, session, THERE)}


def client_in(sandbox: Sandbox, team: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(sandbox.first_token(team), base_url=sandbox.api_url, session=session)


class Notebook:
    """An app that many workspaces have installed; each has notes of its own."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.notes: dict[str, list[str]] = {}
        client = AsyncWebClient(base_url=sandbox.api_url, session=session)

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            token = sandbox.first_token(team_id or "")  # Bolt takes no bound method here
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_token=token,
                bot_user_id="U_BOT",
                bot_id="B_BOT",
            )

        self.app = AsyncApp(client=client, authorize=authorize, process_before_response=True)
        self.app.command("/note")(self.command)
        self.app.action("go")(self.click)
        self.app.view("form")(self.submitted)
        self.app.event("message")(self.message)

    def note(self, context: Any, text: str) -> int:
        self.notes.setdefault(context.team_id, []).append(text)
        return len(self.notes[context.team_id])

    async def command(self, body: Json, ack: Any, context: Any, client: AsyncWebClient) -> None:
        self.note(context, "command")
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(input_block("a", text_input()), callback_id="form")
        )
        await ack()

    async def message(self, event: Json, context: Any, say: Any) -> None:
        await say(text=f"note {self.note(context, event['text'])}", blocks=[actions(button())])

    async def click(self, ack: Any, context: Any, respond: Any) -> None:
        await ack()
        await respond(replace_original=True, text=f"clicked, note {self.note(context, 'click')}")

    async def submitted(self, ack: Any, context: Any) -> None:
        self.note(context, "submission")
        await ack()


@pytest.fixture
async def notebook(
    both: Sandbox, session: aiohttp.ClientSession, running: AsyncExitStack
) -> AsyncIterator[Notebook]:
    notebook = Notebook(both, session)
    handler = AsyncSocketModeHandler(notebook.app, both.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(lambda: both.connections)
    yield notebook
    await handler.close_async()  # type: ignore[no-untyped-call]


async def test_one_app_serves_two_workspaces_over_one_connection(
    people: dict[str, Person], notebook: Notebook
) -> None:
    assert notebook.sandbox.connections == 1
    for team in BOTH:
        await people[team].do("messages", **ANA, text=f"hello from {team}")
        card = (await people[team].messages())[-1]
        assert card["text"] == "note 1"
        await people[team].do("actions", **ANA, message_ts=card["ts"], action_id="go")
        await people[team].do("commands", **ANA, command="/note")
        view = (await people[team].state())["views"][0]
        answer = await people[team].do(f"views/{view['id']}/submit", user=ANA["user"], values={"a": "x"})
        assert answer["ok"], answer

    assert notebook.notes == {team: [f"hello from {team}", "click", "command", "submission"] for team in BOTH}
    for team in BOTH:
        shown = [message["text"] for message in await people[team].messages()]
        assert shown == [f"hello from {team}", "clicked, note 2"]


async def test_a_token_opens_its_own_workspace_only(
    both: Sandbox, people: dict[str, Person], session: aiohttp.ClientSession
) -> None:
    here, there = (client_in(both, team, session) for team in BOTH)
    assert here.token == "xoxb-sandbox"
    posted = await there.chat_postMessage(channel="C_FINANCE", text="secret")

    who = await there.auth_test()
    assert (who["team_id"], who["team"], who["user_id"]) == (THERE, "Sandbox T_OTHER", "U_BOT")
    assert (await there.team_info())["team"]["domain"] == "sandbox-t-other"
    assert (await here.auth_test())["team_id"] == HERE
    assert await people[HERE].messages() == []
    assert [message["text"] for message in await people[THERE].messages()] == ["secret"]
    assert (await here.conversations_history(channel="C_FINANCE"))["messages"] == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        await here.chat_update(channel="C_FINANCE", ts=posted["ts"], text="x")
    trigger = both.installations.first.trigger_ids.issue("U_REQUESTER")
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await there.views_open(trigger_id=trigger, view=modal(input_block("a", text_input())))


async def test_a_file_is_for_its_own_workspace(both: Sandbox, session: aiohttp.ClientSession) -> None:
    here, there = (client_in(both, team, session) for team in BOTH)
    uploaded = await there.files_upload_v2(channel="C_FINANCE", filename="a.csv", content="a,b\n")
    file = (await there.files_info(file=uploaded["files"][0]["id"]))["file"]

    with pytest.raises(SlackApiError, match="file_not_found"):
        await here.files_info(file=file["id"])
    for token, status in ((there.token, 200), (here.token, 302)):
        headers = {"Authorization": f"Bearer {token}"}
        async with session.get(file["url_private"], headers=headers, allow_redirects=False) as response:
            assert response.status == status
    elsewhere = file["url_private"].replace(THERE, HERE)
    async with session.get(elsewhere, headers={"Authorization": f"Bearer {here.token}"}) as response:
        assert response.status == 404


async def test_a_response_url_answers_where_it_was_issued(
    both: Sandbox, people: dict[str, Person], session: aiohttp.ClientSession
) -> None:
    installation = both.installations.of_team(THERE)
    assert installation is not None
    url = installation.response_url("U_REQUESTER", "C_FINANCE")
    async with session.post(url.replace(THERE, HERE), json={"text": "x"}) as response:
        assert (await response.json())["error"] == "expired_url"
    async with session.post(url.replace(THERE, "T_NONE"), json={"text": "x"}) as response:
        assert response.status == 404
    async with session.post(url, json={"text": "x"}) as response:
        assert response.status == 200
    assert [len(await people[team].messages()) for team in BOTH] == [0, 1]


async def test_deliveries_name_their_workspace(people: dict[str, Person], plain_app: PlainApp) -> None:
    people[THERE].sandbox.deliver_to(plain_app.url)
    await people[THERE].do("messages", **ANA, text="hi")
    payload = json.loads(plain_app.requests[-1][1])
    assert (payload["team_id"], payload["event"]["team"]) == (THERE, THERE)
    assert payload["authorizations"][0]["team_id"] == THERE


async def test_the_door_names_all_workspaces_and_refuses_others(
    both: Sandbox, people: dict[str, Person], session: aiohttp.ClientSession
) -> None:
    state = await people[THERE].state()
    assert state["team"] == THERE
    assert state["teams"] == [{"id": HERE, "name": "Sandbox"}, {"id": THERE, "name": "Sandbox T_OTHER"}]
    nowhere = Person(both, session, "T_NONE")
    refused = (404, {"ok": False, "error": "team_not_found"})
    assert await nowhere.post("/sandbox/messages", **ANA, text="x") == refused
    assert (await nowhere.state())["error"] == "team_not_found"
    form = aiohttp.FormData(ANA | {"team": "T_NONE"})
    form.add_field("file", b"a,b", filename="a.csv")
    async with session.post(both.url + "/sandbox/files", data=form) as response:
        assert (response.status, await response.json()) == refused


async def test_a_dropped_file_lies_in_its_workspace(
    both: Sandbox, people: dict[str, Person], session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    both.deliver_to(plain_app.url)
    form = aiohttp.FormData(ANA | {"team": THERE, "comment": "rows"})
    form.add_field("file", b"a,b", filename="a.csv")
    async with session.post(both.url + "/sandbox/files", data=form) as response:
        file = (await response.json())["response"]["files"][0]
    assert [len(await people[team].messages()) for team in BOTH] == [0, 1]
    for team, status in ((HERE, 404), (THERE, 200)):
        url = f"{both.url}/sandbox/files/{file}"
        async with session.get(url, params={"team": team}) as response:
            assert response.status == status


async def test_whoever_watches_sees_one_workspace(both: Sandbox, session: aiohttp.ClientSession) -> None:
    async with session.get(both.url + "/sandbox/events", params={"team": THERE}) as stream:
        await stream.content.readline()
        await client_in(both, HERE, session).auth_test()
        both.tell("Elsewhere", "")
        both.tell("Here", "", team=THERE)
        await stream.content.readline()
        assert json.loads((await stream.content.readline())[6:])["what"] == "Here"


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack-sdk's use of it
async def test_consent_is_given_in_the_workspace_that_is_chosen(
    both: Sandbox, session: aiohttp.ClientSession
) -> None:
    query = {"client_id": both.client_id, "scope": "commands", "redirect_uri": BACK}
    async with session.get(both.url + "/oauth/v2/authorize", params=query) as response:
        page = await response.text()
    allowed = dict(re.findall(r'href="([^"]*)">Allow in ([^<]*)<', page))
    client = AsyncWebClient(base_url=both.api_url, session=session)
    secrets = {"client_id": both.client_id, "client_secret": both.client_secret}
    given = {}
    for link, name in allowed.items():
        code = unescape(link).partition("code=")[2].partition("&")[0]
        given[name] = await client.oauth_v2_access(**secrets, code=code)
    assert {name: (answer["team"]["id"], answer["access_token"]) for name, answer in given.items()} == {
        "Sandbox": (HERE, "xoxb-sandbox"),
        "Sandbox T_OTHER": (THERE, both.first_token(THERE)),
    }

    async with session.get(both.url + "/oauth/v2/authorize", params={**query, "team": THERE}) as response:
        assert re.findall(">Allow[^<]*", await response.text()) == [">Allow"]
    async with session.get(both.url + "/oauth/v2/authorize", params={**query, "team": "T_NO"}) as response:
        assert (response.status, await response.text()) == (400, "invalid_team")


async def test_each_workspace_is_kept_apart(tmp_path: Path, session: aiohttp.ClientSession) -> None:
    async with Sandbox(more_teams=(THERE,), data=tmp_path) as sandbox:
        for team in BOTH:
            await client_in(sandbox, team, session).chat_postMessage(channel="C_FINANCE", text=team)
    async with Sandbox(more_teams=(THERE,), data=tmp_path) as sandbox:
        for team in BOTH:
            shown = await Person(sandbox, session, team).messages()
            assert [message["text"] for message in shown] == [team]
    async with Sandbox(data=tmp_path) as sandbox:  # without the other one, the first is as it was
        assert [message["text"] for message in await Person(sandbox, session).messages()] == [HERE]


async def test_teams_of_one_organisation_say_so_in_both(
    session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    async with Sandbox(more_teams=(THERE,), team_ids=TeamIds(enterprise="E_ORG", user="T_GUESTS")) as sandbox:
        sandbox.deliver_to(plain_app.url)
        await Person(sandbox, session, THERE).do("messages", **ANA, text="hi")
    payload = json.loads(plain_app.requests[-1][1])
    assert (payload["enterprise_id"], payload["event"]["team"]) == ("E_ORG", THERE)


def test_an_installation_for_all_teams_has_no_token_for_each() -> None:
    with pytest.raises(ValueError, match="one token for all"):
        Sandbox(more_teams=(THERE,), team_ids=TeamIds(enterprise="E_ORG", org_wide=True))
