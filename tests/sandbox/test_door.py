"""The door: what people can and cannot do, trouble on order, response URLs, and who may knock."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from .conftest import Json, Person, PlainApp, until
from .kit import actions, button, section, select

CARD = [section(block_id="what"), actions(button(value="1"), block_id="decide")]


async def clicked(person: Person, ts: str, **more: object) -> tuple[int, Json]:
    fields = {"user": "U_REVIEWER", "channel": "C_FINANCE", "message_ts": ts, "action_id": "go", **more}
    return await person.post("/sandbox/actions", **fields)


async def test_a_person_uses_only_what_is_there_unless_forced(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    ts = (await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=CARD))["ts"]
    await client.chat_update(channel="C_FINANCE", ts=ts, text="decided")

    assert await clicked(person, ts) == (404, {"ok": False, "error": "no_such_element"})
    status, said = await clicked(person, ts, force=True, value="1", block_id="decide")

    assert (status, said["ok"]) == (200, True)
    payload = json.loads(parse_qs(plain_app.requests[-1][1])["payload"][0])
    assert payload["actions"][0] | {"action_ts": "", "type": ""} == {
        "action_id": "go",
        "block_id": "decide",
        "value": "1",
        "action_ts": "",
        "type": "",
    }


async def test_a_choice_that_is_not_offered_is_refused(client: AsyncWebClient, person: Person) -> None:
    posted = await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[actions(select("a"))])
    status, said = await clicked(person, posted["ts"], action_id="pick", selected="b")
    assert (status, said["error"]) == (400, "no such option: b")


async def test_an_ephemeral_is_acted_on_by_its_reader_only(client: AsyncWebClient, person: Person) -> None:
    sent = await client.chat_postEphemeral(channel="C_FINANCE", user="U_OUTSIDER", text="x", blocks=CARD)
    status, said = await clicked(person, sent["message_ts"])
    assert (status, said["error"]) == (404, "message_not_found")


@pytest.mark.parametrize(
    ("path", "fields", "status", "error"),
    [
        ("messages", {"user": "U_NOBODY", "channel": "C_FINANCE", "text": "x"}, 404, "user_not_found"),
        ("messages", {"user": "U_BOT", "channel": "C_FINANCE", "text": "x"}, 404, "user_not_found"),
        ("messages", {"user": "U_REQUESTER", "channel": "C_NONE", "text": "x"}, 404, "channel_not_found"),
        ("messages", {"user": "U_REQUESTER", "channel": "D_U_SECOND", "text": "x"}, 404, "channel_not_found"),
        ("messages", {"user": "U_REQUESTER", "channel": "C_FINANCE", "text": " "}, 400, "no_text"),
        ("messages", {"user": "U_REQUESTER", "channel": "C_FINANCE"}, 400, "missing_text"),
        ("commands", {"user": "U_REQUESTER", "channel": "C_FINANCE", "command": "x"}, 400, "invalid_command"),
        ("faults", {"invent": 1}, 400, "unknown key invent"),
        ("faults", {"times": "two"}, 400, "times has the wrong type"),
    ],
)
async def test_a_request_that_cannot_be_is_named(
    person: Person, path: str, fields: Json, status: int, error: str
) -> None:
    assert await person.post(f"/sandbox/{path}", **fields) == (status, {"ok": False, "error": error})


# --- response URLs


async def test_a_response_url_is_good_for_five_uses(person: Person, plain_app: PlainApp) -> None:
    await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")
    url = parse_qs(plain_app.requests[-1][1])["response_url"][0]

    bodies: list[Json] = [
        {"text": "private"},
        {"text": "public", "response_type": "in_channel"},
        {"text": "x", "blocks": [section("")]},
        {},
        {"text": "fifth"},
        {"text": "sixth"},
    ]
    answers = []
    for body in bodies:
        async with person.session.post(url, json=body) as response:
            answers.append((response.status, (await response.json()).get("error")))

    assert answers == [
        (200, None),
        (200, None),
        (400, "invalid_blocks"),
        (400, "no_text"),
        (200, None),
        (404, "used_url"),
    ]
    shown = [(each["text"], each["ephemeral_to"]) for each in await person.messages()]
    assert shown == [("private", "U_REQUESTER"), ("public", None), ("fifth", "U_REQUESTER")]


async def test_a_response_url_ends_after_half_an_hour(session: aiohttp.ClientSession) -> None:
    now = [1_700_000_000.0]
    async with Sandbox(clock=lambda: now[0]) as sandbox:
        url = sandbox.installation.response_url("U_REQUESTER", "C_FINANCE")
        now[0] += 1801
        async with session.post(url, json={"text": "late"}) as response:
            assert (await response.json())["error"] == "expired_url"


async def test_the_original_can_be_replaced_or_deleted(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    sent = await client.chat_postEphemeral(channel="C_FINANCE", user="U_REVIEWER", text="x", blocks=CARD)
    await clicked(person, sent["message_ts"])
    payload = json.loads(parse_qs(plain_app.requests[-1][1])["payload"][0])
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True
    url = payload["response_url"]

    async with person.session.post(url, json={"text": "done", "replace_original": True}):
        assert [each["text"] for each in await person.messages()] == ["done"]
    async with person.session.post(url, json={"delete_original": True}):
        assert await person.messages() == []


# --- faults


async def test_a_method_fails_as_often_as_told(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", method="chat.postMessage", error="fatal_error", times=2)
    assert (await client.auth_test())["ok"]
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            await client.chat_postMessage(channel="C_FINANCE", text="x")
    assert (await client.chat_postMessage(channel="C_FINANCE", text="x"))["ok"]


async def test_a_rate_limit_carries_retry_after(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", status=429)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C_FINANCE", text="x")
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "1"


async def test_a_dropped_answer_leaves_the_work_done(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", method="chat.postMessage", drop=True)
    unretried = AsyncWebClient(client.token, client.base_url, session=client.session, retry_handlers=[])
    with pytest.raises(aiohttp.ClientError):
        await unretried.chat_postMessage(channel="C_FINANCE", text="once")
    assert [each["text"] for each in await person.messages()] == ["once"]


async def test_a_delivery_arrives_again_word_for_word(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    ts = (await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=CARD))["ts"]
    await until(lambda: len(plain_app.requests) == 1)
    await person.do("faults", redeliver=2)

    await clicked(person, ts)

    bodies = [body for _, body in plain_app.requests[1:]]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1


async def test_a_delivery_can_fail_before_it_reaches_the_app(person: Person, plain_app: PlainApp) -> None:
    await person.do("faults", method="events", status=500)
    said = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi")
    assert said["status"] == 500
    await until(lambda: plain_app.requests)
    assert plain_app.requests[0][0]["X-Slack-Retry-Num"] == "1"


async def test_faults_can_be_taken_back(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", error="fatal_error", times=9)
    await person.do("faults", clear=True)
    assert (await client.auth_test())["ok"]


# --- the stream, the page, and other people's pages


async def test_changes_are_streamed_as_they_happen(client: AsyncWebClient, person: Person) -> None:
    async with person.session.get(person.sandbox.url + "/sandbox/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b'data: {"kind": "hello"}\n'
        await client.chat_postMessage(channel="C_FINANCE", text="x")
        kinds: dict[str, Json] = {}
        while "message" not in kinds:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                change = json.loads(line[6:])
                kinds[change["kind"]] = change
        assert kinds["message"]["message"]["text"] == "x"


async def test_the_page_may_load_nothing_from_elsewhere(person: Person) -> None:
    async with person.session.get(person.sandbox.url + "/") as response:
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        page = await response.text()
    assert "://" not in page
    for file in Path(__file__).parents[2].joinpath("bot/sandbox/page").iterdir():
        async with person.session.get(f"{person.sandbox.url}/page/{file.name}") as response:
            assert response.status == 200
            assert "innerHTML" not in await response.text()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
    ],
    ids=["foreign origin", "opaque origin", "other port", "rebound name"],
)
@pytest.mark.parametrize("path", ["/sandbox/messages", "/sandbox/faults", "/api/chat.postMessage"])
async def test_another_page_cannot_drive_the_workspace(
    person: Person, headers: dict[str, str], path: str
) -> None:
    fields = {"user": "U_REQUESTER", "channel": "C_FINANCE", "text": "x", "token": "xoxb-sandbox"}
    async with person.session.post(person.sandbox.url + path, json=fields, headers=headers) as response:
        assert response.status == 403
    assert await person.messages() == []


async def test_our_own_page_is_let_in(person: Person) -> None:
    headers = {"Origin": person.sandbox.url}
    fields = {"user": "U_REQUESTER", "channel": "C_FINANCE", "text": "x"}
    async with person.session.post(
        person.sandbox.url + "/sandbox/messages", json=fields, headers=headers
    ) as response:
        assert response.status == 200
