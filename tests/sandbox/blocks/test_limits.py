"""Each of Slack's published limits, over HTTP: taken at its edge, and named by its path one past it."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.blocks.elements import ELEMENTS
from bot.sandbox.blocks.layout_blocks import BLOCKS

from ..block_kit import Json, actions, modal, select
from ..conftest import Person
from .limits import LIMITS, OF_BLOCKS, OF_ELEMENTS, VIEW_LIMITS, Limit


def test_every_block_and_element_has_a_limit_that_is_tried() -> None:
    assert {limit.of for limit in [*OF_BLOCKS, *OF_ELEMENTS]} >= {*BLOCKS, *ELEMENTS}


async def said_to(client: AsyncWebClient, person: Person, limit: Limit, size: int) -> list[str]:
    """What is wrong with a block of this size; nothing when it is taken."""
    built = limit.build(size)
    if limit.in_view:
        return await said_to_view(client, person, modal(built))
    return await problems("invalid_blocks", client.api_call("blocks.validate", json={"blocks": [built]}))


async def said_to_view(client: AsyncWebClient, person: Person, view: Json) -> list[str]:
    trigger = person.sandbox.installation.trigger_ids.issue("U_REQUESTER")
    return await problems("invalid_arguments", client.views_open(trigger_id=trigger, view=view))


async def problems(error: str, input_block: Awaitable[object]) -> list[str]:
    """What a call is refused for, each with its path; any other refusal is raised."""
    try:
        await input_block
    except SlackApiError as refused:
        if refused.response["error"] != error:
            raise
        return list(refused.response["errors"])
    return []


async def test_a_limit_is_taken_at_its_edge_and_named_past_it(client: AsyncWebClient, person: Person) -> None:
    wrong = {}
    for limit in LIMITS:
        at_edge = await said_to(client, person, limit, limit.most)
        past_it = await said_to(client, person, limit, limit.most + 1)
        if at_edge or not any(f"[json-pointer:{limit.path}]" in problem for problem in past_it):
            wrong[str(limit)] = (at_edge, past_it)
    assert not wrong


async def test_a_views_limit_is_taken_at_its_edge_and_named_past_it(
    client: AsyncWebClient, person: Person
) -> None:
    wrong = {}
    for what, (most, build, path) in VIEW_LIMITS.items():
        at_edge = await said_to_view(client, person, build(most))
        past_it = await said_to_view(client, person, build(most + 1))
        if at_edge or f"[json-pointer:{path}]" not in past_it[0]:
            wrong[what] = (at_edge, past_it)
    assert not wrong


async def test_a_message_takes_fifty_blocks_and_no_more(client: AsyncWebClient) -> None:
    line_of = [{"type": "divider"}]
    assert (await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=line_of * 50))["ok"]
    with pytest.raises(SlackApiError, match="no more than 50 items"):
        await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=line_of * 51)


async def test_a_menu_offers_something(client: AsyncWebClient, person: Person) -> None:
    for empty in (select(), {"type": "overflow", "action_id": "a", "options": []}):
        with pytest.raises(SlackApiError, match="no fewer than 1"):
            await client.api_call("blocks.validate", json={"blocks": [actions(empty)]})
