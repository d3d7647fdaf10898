"""A real Bolt app lives in the sandbox, over Socket Mode and over HTTP."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from .conftest import Json, Person, until

CARD: list[Json] = [
    {"type": "section", "block_id": "what", "text": {"type": "mrkdwn", "text": "*$12,000* to Acme"}},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            {
                "type": "button",
                "action_id": "approve",
                "value": "R-1:1",
                "style": "primary",
                "text": {"type": "plain_text", "text": "Approve"},
            },
            {
                "type": "static_select",
                "action_id": "why",
                "placeholder": {"type": "plain_text", "text": "Why?"},
                "options": [{"text": {"type": "plain_text", "text": "Late"}, "value": "late"}],
            },
        ],
    },
]
FORM: Json = {
    "type": "modal",
    "callback_id": "submit_batch",
    "title": {"type": "plain_text", "text": "Submit payments"},
    "submit": {"type": "plain_text", "text": "Submit"},
    "blocks": [
        {
            "type": "input",
            "block_id": "text",
            "label": {"type": "plain_text", "text": "Payments"},
            "element": {"type": "plain_text_input", "action_id": "lines", "multiline": True},
        }
    ],
}


class Desk:
    """A small app of every kind of listener; it notes what reached it."""

    def __init__(self, client: AsyncWebClient, secret: str) -> None:
        self.app = AsyncApp(client=client, signing_secret=secret, process_before_response=True)
        self.heard: list[Json] = []
        self.app.command("/transactions")(self.command)
        self.app.action("approve")(self.approve)
        self.app.action("why")(self.note)
        self.app.view("submit_batch")(self.submitted)
        self.app.shortcut("review_message")(self.note)
        self.app.event("app_mention")(self.mentioned)
        for event in ("message", "file_shared", "app_home_opened"):
            self.app.event(event)(self.note_event)

    async def note(self, body: Json, ack: Any) -> None:
        self.heard.append(body)
        await ack()

    async def note_event(self, body: Json) -> None:
        self.heard.append(body)

    async def command(self, body: Json, ack: Any, client: AsyncWebClient) -> None:
        self.heard.append(body)
        if body["text"]:
            await ack(f"Understood: {body['text']}")
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await ack()

    async def mentioned(self, body: Json, say: Any) -> None:
        self.heard.append(body)
        await say(text="A card", blocks=CARD, thread_ts=body["event"]["ts"])

    async def approve(self, body: Json, ack: Any, respond: Any) -> None:
        self.heard.append(body)
        await ack()
        await respond(replace_original=True, text=f"Approved by <@{body['user']['id']}>")

    async def submitted(self, body: Json, ack: Any) -> None:
        self.heard.append(body)
        if body["view"]["state"]["values"]["text"]["lines"]["value"] == "nonsense":
            await ack(response_action="errors", errors={"text": "That is no payment."})
        else:
            await ack()

    def of_type(self, kind: str) -> list[Json]:
        return [body for body in self.heard if kind in (body.get("type"), body.get("event", {}).get("type"))]


async def over_sockets(sandbox: Sandbox, desk: Desk, running: AsyncExitStack) -> None:
    handler = AsyncSocketModeHandler(desk.app, sandbox.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    running.push_async_callback(handler.close_async)
    await until(lambda: sandbox.connections == 1)


async def over_http(sandbox: Sandbox, desk: Desk, running: AsyncExitStack) -> None:
    async def handle(request: web.Request) -> web.Response:
        bolt_request = AsyncBoltRequest(
            body=await request.text(), headers={name: [value] for name, value in request.headers.items()}
        )
        answer = await desk.app.async_dispatch(bolt_request)
        content_type = answer.headers.get("content-type", ["text/plain"])[0].partition(";")[0]
        return web.Response(status=answer.status, text=answer.body, content_type=content_type)

    application = web.Application()
    application.router.add_post("/slack/events", handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    running.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sandbox.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")


@pytest.fixture(params=[over_sockets, over_http], ids=["sockets", "http"])
async def desk(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    running: AsyncExitStack,
) -> Desk:
    desk = Desk(client, sandbox.signing_secret)
    await request.param(sandbox, desk, running)
    return desk


async def test_a_mention_brings_a_card_into_the_thread(desk: Desk, person: Person) -> None:
    answer = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="@app look")

    assert answer["ok"], answer
    assert answer["response"]["channel"] == "C_FINANCE"
    mention = desk.of_type("app_mention")[0]
    assert mention["event"]["text"] == "<@U_BOT> look"
    assert mention["authorizations"][0]["user_id"] == "U_BOT"
    card = (await person.messages())[-1]
    assert card["thread_ts"] == answer["response"]["ts"]
    assert [block["block_id"] for block in card["blocks"]] == ["what", "decide"]


async def test_a_click_replaces_the_card_through_its_response_url(desk: Desk, person: Person) -> None:
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="<@U_BOT> look")
    card = (await person.messages())[-1]

    answer = await person.do(
        "actions", user="U_REVIEWER", channel="C_FINANCE", message_ts=card["ts"], action_id="approve"
    )

    assert answer["ok"], answer
    payload = desk.of_type("block_actions")[0]
    assert payload["user"] == {
        "id": "U_REVIEWER",
        "username": "ben",
        "name": "ben",
        "team_id": "T_SANDBOX",
    }
    assert payload["actions"][0]["value"] == "R-1:1"
    assert payload["actions"][0]["block_id"] == "decide"
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == card["ts"]
    assert payload["message"]["thread_ts"] == card["thread_ts"]
    assert "metadata" not in payload["message"]
    now = (await person.messages())[-1]
    assert (now["ts"], now["text"], now["blocks"]) == (card["ts"], "Approved by <@U_REVIEWER>", None)


async def test_a_choice_carries_the_option_and_the_state(desk: Desk, person: Person) -> None:
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="<@U_BOT> look")
    ts = (await person.messages())[-1]["ts"]

    await person.do(
        "actions", user="U_REVIEWER", channel="C_FINANCE", message_ts=ts, action_id="why", selected="late"
    )

    payload = desk.of_type("block_actions")[0]
    assert payload["actions"][0]["selected_option"]["value"] == "late"
    assert payload["state"]["values"]["decide"]["why"]["selected_option"]["value"] == "late"


async def test_what_a_command_acknowledges_with_is_for_that_person_only(desk: Desk, person: Person) -> None:
    result = await person.do(
        "commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions", text="$5 to A & B"
    )

    assert result["ok"], result
    assert result["status"] == 200
    assert desk.heard[0]["user_name"] == "ana"
    answer = (await person.messages())[-1]
    assert answer["text"] == "Understood: $5 to A &amp; B"
    assert answer["ephemeral_to"] == "U_REQUESTER"


async def test_a_form_is_kept_open_by_errors_and_closed_by_an_empty_answer(
    desk: Desk, person: Person
) -> None:
    await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions", text="")
    view = (await person.state())["views"][0]
    assert view["user"] == "U_REQUESTER"
    path = f"views/{view['id']}/submit"

    refused = await person.do(path, user="U_REQUESTER", values={"lines": "nonsense"})
    assert refused["response"]["errors"] == {"text": "That is no payment."}
    assert (await person.state())["views"][0]["id"] == view["id"]

    taken = await person.do(path, user="U_REQUESTER", values={"text": {"lines": "$5 to Acme"}})
    assert taken["ok"]
    assert (await person.state())["views"] == []
    values = desk.of_type("view_submission")[-1]["view"]["state"]["values"]
    assert values == {"text": {"lines": {"type": "plain_text_input", "value": "$5 to Acme"}}}


async def test_a_shortcut_carries_the_message(desk: Desk, person: Person) -> None:
    result = await person.do("messages", user="U_REQUESTER", channel="C_GENERAL", text="$5 to Acme")
    ts = result["response"]["ts"]

    answer = await person.do(
        "shortcuts", user="U_REVIEWER", channel="C_GENERAL", message_ts=ts, callback_id="review_message"
    )

    assert answer["ok"], answer
    payload = desk.of_type("message_action")[0]
    assert payload["message"]["text"] == "$5 to Acme"
    assert payload["message"]["user"] == "U_REQUESTER"
    assert payload["channel"] == {"id": "C_GENERAL", "name": "general"}


async def test_the_home_tab_tells_who_opened_it(desk: Desk, person: Person, client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    await client.views_publish(user_id="U_REVIEWER", view=home)

    assert (await person.do("home", user="U_REVIEWER"))["ok"]

    opened = desk.of_type("app_home_opened")[0]["event"]
    assert (opened["user"], opened["tab"]) == ("U_REVIEWER", "home")
    assert opened["view"]["blocks"][0]["type"] == "divider"
    assert (await person.state())["homes"]["U_REVIEWER"]["type"] == "home"


async def test_the_app_hears_its_own_posts_but_ignores_them(
    desk: Desk, client: AsyncWebClient, person: Person
) -> None:
    await client.chat_postMessage(channel="C_FINANCE", text="mine")
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="yours")

    await until(lambda: desk.of_type("message"))
    assert [body["event"]["text"] for body in desk.of_type("message")] == ["yours"]
