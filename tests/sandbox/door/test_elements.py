"""Elements that ask the app for their options, that stand inside other blocks, or on the Home tab."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from ..block_kit import actions, button, input_block, modal, option, plain, section, select, text_input
from ..conftest import Json, Person, PlainApp, until

VENDOR = {"type": "external_select", "action_id": "vendor", "min_query_length": 1}


def heard(plain_app: PlainApp) -> Json:
    """The last interaction that the app heard of."""
    payload: Json = json.loads(parse_qs(plain_app.requests[-1][1])["payload"][0])
    return payload


async def trigger(person: Person, plain_app: PlainApp) -> str:
    await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")
    return parse_qs(plain_app.requests[-1][1])["trigger_id"][0]


async def asked(person: Person, typed: str, **place: Any) -> Json:
    """What the door answers when somebody types in the menu."""
    return await person.do(
        "suggestions", user="U_REQUESTER", action_id="vendor", block_id="v", value=typed, **place
    )


async def test_a_menu_in_a_form_asks_the_app_for_its_options(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    view = modal(input_block("v", VENDOR), input_block("note", text_input(), optional=True))
    opened = (await client.views_open(trigger_id=await trigger(person, plain_app), view=view))["view"]
    offered = [option("acme", "Acme Corp")]
    plain_app.answers = [web.json_response({"options": offered})]

    answer = await asked(person, "ac", view_id=opened["id"])

    assert answer["response"] == {"options": offered}
    said = heard(plain_app)
    assert (said["type"], said["action_id"], said["block_id"]) == ("block_suggestion", "vendor", "v")
    assert (said["value"], said["view"]["id"], said["container"]["type"]) == ("ac", opened["id"], "view")
    assert "trigger_id" not in said

    path = f"views/{opened['id']}/submit"
    assert (await person.do(path, user="U_REQUESTER", values={"v": {"vendor": offered[0]}}))["ok"]
    values = heard(plain_app)["view"]["state"]["values"]
    assert values["v"]["vendor"] == {"type": "external_select", "selected_option": offered[0]}


async def test_a_menu_in_a_message_waits_for_as_many_characters_as_it_asks_for(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    several = {**VENDOR, "type": "multi_external_select", "min_query_length": 2}
    posted = await client.chat_postMessage(
        channel="C_FINANCE", text="x", blocks=[section(block_id="v", accessory=several)]
    )
    place = {"channel": "C_FINANCE", "message_ts": posted["ts"]}
    await until(lambda: plain_app.requests)  # the event of the message

    assert (await asked(person, "a", **place))["response"] == {"options": []}
    assert len(plain_app.requests) == 1
    plain_app.answers = [
        web.json_response({"option_groups": [{"label": plain("Paid"), "options": [option("a")]}]})
    ]
    answer = await asked(person, "ac", **place)
    assert answer["response"]["option_groups"][0]["options"] == [option("a")]
    assert heard(plain_app)["message"]["ts"] == posted["ts"]

    await person.do("actions", user="U_REQUESTER", action_id="vendor", selected=[option("a")], **place)
    said = heard(plain_app)
    assert said["actions"][0]["selected_options"] == [option("a")]
    assert said["state"]["values"]["v"]["vendor"]["selected_options"] == [option("a")]


@pytest.mark.parametrize("body", [{}, {"options": [{"text": plain("x" * 76), "value": "v"}]}])
async def test_options_that_slack_would_not_show_are_refused(
    client: AsyncWebClient, person: Person, plain_app: PlainApp, body: Json
) -> None:
    posted = await client.chat_postMessage(
        channel="C_FINANCE", text="x", blocks=[{**actions(VENDOR), "block_id": "v"}]
    )
    await until(lambda: plain_app.requests)  # the event of the message
    plain_app.answers = [web.json_response(body)]
    answer = await asked(person, "ac", channel="C_FINANCE", message_ts=posted["ts"])
    assert (answer["ok"], answer["response"]["error"]) == (False, "invalid_options")


async def test_a_button_inside_a_container_is_pressed_as_any_other(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    inner = [section("12,000 USD"), actions(button("approve", value="1"), block_id="inner")]
    container = {"type": "container", "title": plain("#1"), "is_collapsible": True, "child_blocks": inner}
    posted = await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[container])

    place = {"channel": "C_FINANCE", "message_ts": posted["ts"]}
    await person.do("actions", user="U_REVIEWER", action_id="approve", block_id="inner", **place)

    action = heard(plain_app)["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("approve", "inner", "1")
    twice = {**container, "child_blocks": [section(block_id="b"), section(block_id="b")]}
    with pytest.raises(SlackApiError, match="already exists"):
        await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[twice])
    shut = {**container, "is_collapsible": False, "default_collapsed": True}
    with pytest.raises(SlackApiError, match="requires is_collapsible"):
        await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[shut])


async def test_the_home_tab_says_what_was_entered_on_it(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    blocks = [
        input_block("search", text_input("words"), optional=True),
        actions(select("open", "held", action_id="state"), button("find"), block_id="filter"),
    ]
    home = {"type": "home", "blocks": blocks}
    view = (await client.views_publish(user_id="U_REVIEWER", view=home))["view"]

    async def press(**values: Any) -> Json:
        await person.do("actions", user="U_REVIEWER", view_id=view["id"], action_id="find", values=values)
        said = heard(plain_app)
        assert "state" not in said
        seen: Json = said["view"]["state"]["values"]
        return seen

    values = await press(search={"words": "acme"}, filter={"state": "held"})
    assert values["search"]["words"]["value"] == "acme"
    assert values["filter"]["state"]["selected_option"]["value"] == "held"

    published = await client.views_publish(user_id="U_REVIEWER", view=home, hash=view["hash"])
    assert published["view"]["state"]["values"]["search"]["words"]["value"] == "acme"
    assert (await press())["search"]["words"]["value"] == "acme", "what stays on the tab is kept"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id="U_REVIEWER", view=home, hash=view["hash"])
