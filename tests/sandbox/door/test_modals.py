"""Modals: opened once by a trigger, stacked, updated by hash, submitted and closed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..block_kit import actions, button, input_block, modal, plain, section, select, text_input
from ..conftest import Json, Person, PlainApp

FORM = modal(
    input_block("text", text_input()),
    input_block("note", text_input("note"), optional=True),
    callback_id="form",
)


async def trigger(person: Person, plain_app: PlainApp) -> str:
    await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")
    return parse_qs(plain_app.requests[-1][1])["trigger_id"][0]


def payload(plain_app: PlainApp) -> Json:
    parsed: Json = json.loads(parse_qs(plain_app.requests[-1][1])["payload"][0])
    return parsed


async def opened(client: AsyncWebClient, person: Person, plain_app: PlainApp, view: Json = FORM) -> Json:
    answer = await client.views_open(trigger_id=await trigger(person, plain_app), view=view)
    opened_view: Json = answer["view"]
    return opened_view


def saying(body: Json) -> web.Response:
    return web.json_response(body)


async def test_a_trigger_opens_one_view(client: AsyncWebClient, person: Person, plain_app: PlainApp) -> None:
    issued = await trigger(person, plain_app)
    view = (await client.views_open(trigger_id=issued, view=FORM))["view"]
    assert view["root_view_id"] == view["id"]

    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=issued, view=FORM)


async def test_a_trigger_is_soon_too_old(session: aiohttp.ClientSession, person: Person) -> None:
    now = [1_700_000_000.0]
    async with Sandbox(clock=lambda: now[0]) as sandbox:
        issued = sandbox.installation.trigger_ids.issue("U_REQUESTER")
        now[0] += 3
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client.views_open(trigger_id=issued, view=FORM)


async def test_an_invalid_view_is_refused_with_the_path(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await opened(client, person, plain_app, modal(section(), title=plain("x" * 25)))
    assert refused.value.response["error"] == "invalid_arguments"
    assert "/view/title/text" in refused.value.response["response_metadata"]["messages"][0]


async def test_what_is_required_is_asked_for_before_the_app_hears(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    view = await opened(client, person, plain_app)
    heard = len(plain_app.requests)

    answer = await person.do(f"views/{view['id']}/submit", user="U_REQUESTER", values={"note": "x"})

    assert answer["response"]["response_action"] == "errors"
    assert list(answer["response"]["errors"]) == ["text"]
    assert len(plain_app.requests) == heard


async def test_a_submission_carries_the_state(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    view = await opened(client, person, plain_app, {**FORM, "private_metadata": "m"})
    answer = await person.do(
        f"views/{view['id']}/submit", user="U_REQUESTER", values={"text": {"line": "five"}}
    )

    assert answer["ok"], answer
    submission = payload(plain_app)
    assert submission["type"] == "view_submission"
    assert submission["view"]["private_metadata"] == "m"
    assert submission["view"]["hash"] == view["hash"]
    assert submission["view"]["state"]["values"] == {
        "text": {"line": {"type": "plain_text_input", "value": "five"}},
        "note": {"note": {"type": "plain_text_input", "value": None}},
    }
    assert (await person.state())["views"] == []


async def test_an_answer_may_keep_update_push_or_clear(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    view = await opened(client, person, plain_app)
    other = modal(section("second"), title=plain("Second"))

    async def submit(view_id: str, body: Json) -> list[Json]:
        plain_app.answers = [saying(body)]
        answer = await person.do(f"views/{view_id}/submit", user="U_REQUESTER", values={})
        assert answer["ok"], answer
        views: list[Json] = (await person.state())["views"]
        return views

    await person.do(f"views/{view['id']}/submit", user="U_REQUESTER", values={"text": "x"})
    view = await opened(client, person, plain_app, modal(input_block("a", text_input(), optional=True)))
    kept = await submit(view["id"], {"response_action": "errors", "errors": {"a": "No."}})
    assert [record["id"] for record in kept] == [view["id"]]
    stacked = await submit(view["id"], {"response_action": "push", "view": other})
    assert stacked[1]["view"]["previous_view_id"] == view["id"]
    changed = await submit(
        stacked[1]["id"], {"response_action": "update", "view": {**other, "callback_id": "c"}}
    )
    assert changed[1]["view"]["callback_id"] == "c"
    assert await submit(stacked[1]["id"], {"response_action": "clear"}) == []


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"nowhere": "No."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "invent"},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
    ids=["error for no input", "no errors", "unknown action", "invalid view"],
)
async def test_an_answer_slack_would_not_take_leaves_the_form_open(
    client: AsyncWebClient, person: Person, plain_app: PlainApp, body: Json
) -> None:
    view = await opened(client, person, plain_app)
    plain_app.answers = [saying(body)]
    answer = await person.do(f"views/{view['id']}/submit", user="U_REQUESTER", values={"text": "x"})
    assert answer["ok"] is False
    assert len((await person.state())["views"]) == 1


async def test_an_update_needs_the_hash_it_has_seen(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    view = await opened(client, person, plain_app)
    changed: Any = await client.views_update(view_id=view["id"], hash=view["hash"], view=FORM)
    assert changed["view"]["hash"] != view["hash"]

    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=FORM)


async def test_a_stack_is_three_deep(client: AsyncWebClient, person: Person, plain_app: PlainApp) -> None:
    pushing = modal(actions(button("more")))
    view = await opened(client, person, plain_app, pushing)

    async def push() -> Json:
        top = (await person.state())["views"][-1]["id"]
        await person.do("actions", user="U_REQUESTER", view_id=top, action_id="more")
        answer: Any = await client.views_push(trigger_id=payload(plain_app)["trigger_id"], view=pushing)
        view: Json = answer["view"]
        return view

    await push()
    third = await push()
    assert third["root_view_id"] == view["id"]
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await push()


async def test_what_was_entered_is_kept_over_an_update(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    choosing = {**select("a", "b"), "action_id": "pick"}
    form = modal(input_block("text", text_input()), actions(choosing, block_id="choice"))
    view = await opened(client, person, plain_app, form)

    await person.do(
        "actions",
        user="U_REQUESTER",
        view_id=view["id"],
        action_id="pick",
        selected="b",
        values={"text": {"line": "typed"}},
    )
    acted = payload(plain_app)
    assert acted["container"] == {"type": "view", "view_id": view["id"]}
    assert acted["view"]["state"]["values"]["text"]["line"]["value"] == "typed"
    await client.views_update(view_id=view["id"], view=form)

    values = (await person.state())["views"][0]["view"]["state"]["values"]
    assert values["text"]["line"]["value"] == "typed"
    assert values["choice"]["pick"]["selected_option"]["value"] == "b"


async def test_whoever_is_quicker_than_an_update_loses_no_press(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    """A page that was drawn before an update sends what was ticked in elements that are gone by now."""
    press = actions(button("press"), block_id="buttons")
    ticks = [input_block(name, select("a", action_id=name), optional=True) for name in ("old", "new")]
    before = await opened(client, person, plain_app, modal(ticks[0], press, callback_id="form"))
    await client.views_update(view_id=before["id"], view=modal(ticks[1], press, callback_id="form"))
    click = {"user": "U_REQUESTER", "view_id": before["id"], "action_id": "press", "block_id": "buttons"}
    values = {"old": {"old": "a"}, "new": {"new": "no such option"}}

    assert (await person.do("actions", **click, hash=before["hash"], values=values))["ok"]
    assert payload(plain_app)["actions"][0]["action_id"] == "press"
    (record,) = (await person.state())["views"]
    now = record["view"]["hash"]
    assert now != before["hash"]
    for seen in ({}, {"hash": now}):
        status, answer = await person.post("/sandbox/actions", **click, **seen, values={"old": "a"})
        assert (status, answer["error"]) == (404, "no_such_element"), "nothing excuses a name that never was"

    submit = f"views/{before['id']}/submit"
    status, _ = await person.post(f"/sandbox/{submit}", user="U_REQUESTER", values=values, hash=now)
    assert status == 404
    assert (await person.do(submit, user="U_REQUESTER", values=values, hash=before["hash"]))["ok"]
    assert payload(plain_app)["view"]["state"]["values"].keys() <= {"new", "buttons"}


async def test_an_external_id_names_one_view(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    await opened(client, person, plain_app, {**FORM, "external_id": "x"})
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await opened(client, person, plain_app, {**FORM, "external_id": "x"})
    assert (await client.views_update(external_id="x", view={**FORM, "external_id": "x"}))["ok"]


async def test_closing_is_told_only_where_it_was_asked_for(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    quiet = await opened(client, person, plain_app)
    heard = len(plain_app.requests)
    await person.do(f"views/{quiet['id']}/close", user="U_REQUESTER")
    assert len(plain_app.requests) == heard

    telling = await opened(client, person, plain_app, {**FORM, "notify_on_close": True})
    await person.do(f"views/{telling['id']}/close", user="U_REQUESTER")
    closed = payload(plain_app)
    assert (closed["type"], closed["is_cleared"]) == ("view_closed", False)
    assert (await person.state())["views"] == []


async def test_a_form_belongs_to_one_person(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    view = await opened(client, person, plain_app)
    status, answer = await person.post(f"/sandbox/views/{view['id']}/submit", user="U_OUTSIDER", values={})
    assert (status, answer["error"]) == (404, "view_not_found")


async def test_the_conversation_a_person_is_in_is_filled_in(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    where = {"type": "conversations_select", "action_id": "where", "default_to_current_conversation": True}
    view = await opened(client, person, plain_app, modal(input_block("to", where)))
    assert view["state"]["values"]["to"]["where"]["selected_conversation"] == "C_FINANCE"
