"""Slack's limits on blocks and views, each at its edge and one past it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.blocks import validation
from bot.sandbox.blocks.layout_blocks import LONGEST_MESSAGE_BLOCKS

from ..block_kit import (
    Json,
    actions,
    button,
    input_block,
    modal,
    mrkdwn,
    option,
    plain,
    rows,
    section,
    select,
    text_input,
)

RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "user", "user_id": "U_REVIEWER"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
        },
    ],
}
CONFIRM = {
    "title": plain("Sure?"),
    "text": mrkdwn("All of it."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
CHECKS = {"type": "checkboxes", "action_id": "c", "options": [option("a")]}

VALID: dict[str, list[Json]] = {
    "fifty blocks": [{"type": "divider"}] * 50,
    "section at its limit": [section("x" * 3000)],
    "ten fields at their limit": [{"type": "section", "fields": [mrkdwn("x" * 1000)] * 10}],
    "header at its limit": [{"type": "header", "text": plain("x" * 150)}],
    "every element of actions": [
        actions(button(confirm=CONFIRM, style="danger", value="v"), select("a", "b"), CHECKS),
        actions({"type": "overflow", "action_id": "o", "options": [option(value) for value in "abcde"]}),
        actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-22"}),
    ],
    "accessory": [section(accessory=button())],
    "same action id in two blocks": [actions(button()), actions(button())],
    "context": [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    "rich text": [RICH],
    "markdown": [{"type": "markdown", "text": "# x"}],
    "table": [{"type": "table", "rows": rows(100, 2), "column_settings": [None, {"align": "right"}]}],
    "data table": [{"type": "data_table", "caption": "All", "rows": rows(101)}],
    "input in a message": [input_block("b", text_input())],
    "image": [{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}],
}


def table(**more: Any) -> Json:
    return {"type": "table", "rows": rows(2), **more}


INVALID: dict[str, tuple[list[Any], str, str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "/blocks", "no more than 50 items allowed"),
    "section of 3001": ([section("x" * 3001)], "/blocks/0/text/text", "must be less than 3001 characters"),
    "empty text": ([section("")], "/blocks/0/text/text", "must be more than 0 characters"),
    "field of 2001": (
        [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
        "/blocks/0/fields/0/text",
        "must be less than 2001 characters",
    ),
    "11 fields": ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "/blocks/0/fields", "no more than 10"),
    "nothing in a section": ([{"type": "section"}], "/blocks/0", "must define either `text` or `fields`"),
    "header of 151": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text", "less than 151"),
    "header in mrkdwn": (
        [{"type": "header", "text": mrkdwn("x")}],
        "/blocks/0/text/type",
        "unsupported type",
    ),
    "unknown block": ([{"type": "invented"}], "/blocks/0/type", "unsupported type: invented"),
    "unknown key": ([section(colour="red")], "/blocks/0", "invalid additional property: colour"),
    "no type": ([{"text": plain("x")}], "/blocks/0", "missing required field: type"),
    "not an object": (["x"], "/blocks/0", "must be an object"),
    "alert in a message": ([{"type": "alert", "text": plain("x")}], "/blocks/0/type", "unsupported type"),
    "no elements": ([actions()], "/blocks/0/elements", "no fewer than 1 items required"),
    "26 elements": (
        [actions(*(button(str(number)) for number in range(26)))],
        "/blocks/0/elements",
        "no more than 25 items allowed",
    ),
    "11 in a context": (
        [{"type": "context", "elements": [mrkdwn("x")] * 11}],
        "/blocks/0/elements",
        "no more than 10",
    ),
    "button label of 76": (
        [actions(button(label="x" * 76))],
        "/blocks/0/elements/0/text/text",
        "less than 76",
    ),
    "button value of 2001": (
        [actions(button(value="x" * 2001))],
        "/blocks/0/elements/0/value",
        "less than 2001",
    ),
    "button style": ([actions(button(style="green"))], "/blocks/0/elements/0/style", "must be one of"),
    "mrkdwn in a button": (
        [actions({"type": "button", "text": mrkdwn("x"), "action_id": "a"})],
        "/blocks/0/elements/0/text/type",
        "unsupported type",
    ),
    "action id of 256": ([actions(button("x" * 256))], "/blocks/0/elements/0/action_id", "less than 256"),
    "action id twice": ([actions(button(), button())], "/blocks/0/elements", "action_id go already exists"),
    "block id twice": (
        [section(block_id="a"), section(block_id="a")],
        "/blocks/1/block_id",
        "block_id a already exists",
    ),
    "101 options": (
        [actions(select(*(str(number) for number in range(101))))],
        "/blocks/0/elements/0/options",
        "no more than 100",
    ),
    "option of 76": (
        [actions({**select(), "options": [option("a", "x" * 76)]})],
        "/blocks/0/elements/0/options/0/text/text",
        "less than 76",
    ),
    "option value of 151": (
        [actions({**select(), "options": [option("x" * 150, "x"), option("y" * 151, "y")]})],
        "/blocks/0/elements/0/options/1/value",
        "less than 151",
    ),
    "no options at all": (
        [actions({"type": "static_select", "action_id": "a"})],
        "/blocks/0/elements/0",
        "exactly one of",
    ),
    "initial option not offered": (
        [actions(select("a", initial_option=option("b")))],
        "/blocks/0/elements/0",
        "initial option must be one of the options",
    ),
    "six in an overflow": (
        [actions({"type": "overflow", "action_id": "o", "options": [option(value) for value in "abcdef"]})],
        "/blocks/0/elements/0/options",
        "no more than 5",
    ),
    "confirm of 301": (
        [actions(button(confirm={**CONFIRM, "text": mrkdwn("x" * 301)}))],
        "/blocks/0/elements/0/confirm/text/text",
        "less than 301",
    ),
    "confirm without deny": (
        [actions(button(confirm={key: CONFIRM[key] for key in ("title", "text", "confirm")}))],
        "/blocks/0/elements/0/confirm",
        "missing required field: deny",
    ),
    "text input in actions": ([actions(text_input())], "/blocks/0/elements/0/type", "unsupported type"),
    "file input in a message": (
        [input_block("f", {"type": "file_input", "action_id": "f"})],
        "/blocks/0/element",
        "unsupported type: file_input",
    ),
    "date": (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "22.11.2026"})],
        "/blocks/0/elements/0/initial_date",
        "must be a date",
    ),
    "101 table rows": ([{"type": "table", "rows": rows(101)}], "/blocks/0/rows", "no more than 100"),
    "21 columns": ([{"type": "table", "rows": rows(1, 21)}], "/blocks/0/rows/0", "no more than 20"),
    "two tables": ([table(), table()], "/blocks", "only_one_table_allowed"),
    "102 data rows": (
        [{"type": "data_table", "caption": "x", "rows": rows(102)}],
        "/blocks/0/rows",
        "no more than 101",
    ),
    "ragged data table": (
        [{"type": "data_table", "caption": "x", "rows": [*rows(1, 2), *rows(1, 3)]}],
        "/blocks/0/rows/1",
        "must have 2 cells",
    ),
    "markdown of 12001": ([{"type": "markdown", "text": "x" * 12_001}], "/blocks/0/text", "less than 12001"),
    "markdown in all": (
        [{"type": "markdown", "text": "x" * 6001}] * 2,
        "/blocks",
        "less than 12001 characters in all",
    ),
    "image without alt": (
        [{"type": "image", "image_url": "https://example.com/a.png"}],
        "/blocks/0",
        "missing required field: alt_text",
    ),
    "rich text style": (
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "x", "style": {"loud": True}}],
                    }
                ],
            }
        ],
        "/blocks/0/elements/0/elements/0/style",
        "invalid additional property: loud",
    ),
}


@pytest.mark.parametrize("blocks", VALID.values(), ids=VALID.keys())
def test_blocks_within_the_limits_are_taken(blocks: list[Json]) -> None:
    assert validation.problems_of(blocks, "message") == []


@pytest.mark.parametrize(("blocks", "path", "reason"), INVALID.values(), ids=INVALID.keys())
def test_blocks_past_a_limit_are_named_by_path_and_reason(blocks: list[Json], path: str, reason: str) -> None:
    problems = validation.problems_of(blocks, "message")

    assert (problems[0].path, reason in problems[0].reason) == (path, True), problems


INVALID_VIEWS: dict[str, tuple[Json, str]] = {
    "title of 25": (modal(section(), title=plain("x" * 25)), "/view/title/text"),
    "no title": ({"type": "modal", "blocks": []}, "/view"),
    "input without submit": (
        {key: value for key, value in modal(input_block("b", text_input())).items() if key != "submit"},
        "/view",
    ),
    "private metadata of 3001": (modal(section(), private_metadata="x" * 3001), "/view/private_metadata"),
    "callback id of 256": (modal(section(), callback_id="x" * 256), "/view/callback_id"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "/view/blocks"),
    "table in a modal": (modal(table()), "/view/blocks/0/type"),
    "unknown key": (modal(section(), colour="red"), "/view"),
    "home as a modal": ({"type": "home", "blocks": []}, "/view/type"),
}


@pytest.mark.parametrize(("view", "path"), INVALID_VIEWS.values(), ids=INVALID_VIEWS.keys())
def test_views_past_a_limit_are_named_by_path(view: Json, path: str) -> None:
    assert path in [problem.path for problem in validation.problems_of_view(view, "modal")]


def test_a_modal_may_hold_what_a_message_may_not() -> None:
    file_input = {"type": "file_input", "action_id": "f", "filetypes": ["csv"], "max_files": 10}
    view = modal(input_block("f", file_input), {"type": "alert", "text": plain("x"), "level": "info"})

    assert validation.problems_of_view(view, "modal") == []


async def test_the_api_answers_as_slack_does(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[section("x" * 3001)])

    assert refused.value.response["error"] == "invalid_blocks"
    answer = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert refused.value.response["errors"] == [answer]
    assert refused.value.response["response_metadata"]["messages"] == [f"[ERROR] {answer}"]


async def test_a_whole_message_has_a_ceiling_of_its_own(client: AsyncWebClient) -> None:
    blocks = [section("x" * 2500)] * 5
    assert (await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=blocks))["ok"]

    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[*blocks, section("x" * 600)])
    assert LONGEST_MESSAGE_BLOCKS == 13_200


async def test_blocks_can_be_checked_without_a_token(client: AsyncWebClient) -> None:
    anyone = AsyncWebClient(base_url=client.base_url, session=client.session)

    assert (await anyone.api_call("blocks.validate", json={"blocks": [section()]}))["ok"]
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await anyone.api_call("blocks.validate", json={"blocks": [section("")]})


async def test_ids_that_are_missing_are_made_up(client: AsyncWebClient) -> None:
    nameless = {"type": "button", "text": plain("Go")}
    posted = await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[actions(nameless)])

    block = posted["message"]["blocks"][0]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]
