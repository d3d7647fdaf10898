"""What whoever watches a workspace sees of its app: what the app is, and the steps between the two."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..conftest import Json, Person, PlainApp

APP = {"name": "Chaser", "commands": [["/chase", "Chase a payment"]], "shortcuts": [["chase", "Chase this"]]}


class Watching:
    """The stream of changes, as a page reads it."""

    def __init__(self, stream: aiohttp.ClientResponse) -> None:
        self.stream = stream

    async def next(self, kind: str) -> Json:
        """The next change of this kind."""
        async for line in self.stream.content:
            if line.startswith(b"data: "):
                change: Json = json.loads(line[6:])
                if change["kind"] == kind:
                    return change
        raise AssertionError(f"the stream ended without {kind}")


@pytest.fixture
async def watching(person: Person, running: AsyncExitStack) -> AsyncIterator[Watching]:
    async with person.session.get(person.sandbox.url + "/sandbox/events") as stream:
        watching = Watching(stream)
        await watching.next("hello")
        yield watching


async def test_the_page_is_told_of_the_app_it_is_for(session: aiohttp.ClientSession) -> None:
    async with Sandbox(app=APP) as sandbox:
        assert (await Person(sandbox, session).state())["app"] == APP
    async with Sandbox() as sandbox:
        assert (await Person(sandbox, session).state())["app"] is None


async def test_an_app_tells_what_it_did_by_itself(person: Person, watching: Watching) -> None:
    person.sandbox.tell("Turn stored", "review 7, awaiting approval")
    note = await watching.next("note")
    assert note | {"at": 0} == {
        "kind": "note",
        "what": "Turn stored",
        "detail": "review 7, awaiting approval",
        "at": 0,
    }

    assert (await person.do("notes", what="Job done", detail=""))["ok"]
    assert (await watching.next("note"))["what"] == "Job done"


async def test_a_long_note_is_cut(person: Person, watching: Watching) -> None:
    await person.do("notes", what="w" * 81, detail="d" * 301)
    note = await watching.next("note")
    assert (note["what"], note["detail"]) == ("w" * 80, "d" * 300)


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"what": "x"}, "missing_detail"), ({"detail": "x"}, "missing_what"), ({"what": 1}, "missing_what")],
)
async def test_a_note_has_two_texts(person: Person, fields: Json, error: str) -> None:
    assert await person.post("/sandbox/notes", **fields) == (400, {"ok": False, "error": error})


async def test_every_step_says_when_it_was_made(
    session: aiohttp.ClientSession, plain_app: PlainApp, running: AsyncExitStack
) -> None:
    sandbox = await running.enter_async_context(Sandbox(clock=lambda: 1_700_000_000.5))
    sandbox.deliver_to(plain_app.url)
    person = Person(sandbox, session)
    client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
    async with session.get(sandbox.url + "/sandbox/events") as stream:
        watching = Watching(stream)
        await watching.next("hello")
        await client.auth_test()
        sandbox.tell("Job done", "")
        await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi")
        steps = [await watching.next(kind) for kind in ("api", "note", "delivery")]
    assert [step["at"] for step in steps] == [1_700_000_000.5] * 3


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
