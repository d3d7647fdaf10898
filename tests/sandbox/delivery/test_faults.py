"""Faults on order: calls that fail, deliveries that come twice, late or not at all."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from ..block_kit import actions, button
from ..conftest import Json, Person, PlainApp, until


def texts_of(plain_app: PlainApp) -> list[str]:
    return [json.loads(body)["event"]["text"] for _, body in plain_app.requests]


async def say(person: Person, text: str) -> Json:
    return await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text=text)


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
    assert [message["text"] for message in await person.messages()] == ["once"]


async def test_a_delivery_arrives_again_word_for_word(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    ts = (await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[actions(button())]))["ts"]
    await until(lambda: len(plain_app.requests) == 1)
    await person.do("faults", redeliver=2)

    await person.do("actions", user="U_REVIEWER", channel="C_FINANCE", message_ts=ts, action_id="go")

    bodies = [body for _, body in plain_app.requests[1:]]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1


async def test_a_delivery_can_fail_before_it_reaches_the_app(person: Person, plain_app: PlainApp) -> None:
    await person.do("faults", method="events", status=500)
    answer = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi")
    assert answer["status"] == 500
    await until(lambda: plain_app.requests)
    assert plain_app.requests[0][0]["X-Slack-Retry-Num"] == "1"


async def test_faults_can_be_taken_back(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", error="fatal_error", times=9)
    await person.do("faults", clear=True)
    assert (await client.auth_test())["ok"]


async def test_a_held_delivery_is_overtaken_by_the_next(person: Person, plain_app: PlainApp) -> None:
    await person.do("faults", hold=True)
    first = asyncio.create_task(say(person, "first"))
    async with asyncio.timeout(5):
        while not await person.messages():  # posted, and held on its way to the app
            pass

    assert (await say(person, "second"))["ok"]
    assert (await first)["ok"]

    assert texts_of(plain_app) == ["second", "first"]


async def test_faults_taken_back_let_held_deliveries_go(person: Person, plain_app: PlainApp) -> None:
    await person.do("faults", hold=True, method="events")
    held = asyncio.create_task(say(person, "held"))
    async with asyncio.timeout(5):
        while not await person.messages():
            pass
    assert plain_app.requests == []

    await person.do("faults", clear=True)

    assert (await held)["ok"]
    assert texts_of(plain_app) == ["held"]
