"""Passing on what others wrote and uploaded: whose it is stays with it."""

from __future__ import annotations

import json

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from ..conftest import Json, Person, PlainApp

ANA = {"user": "U_REQUESTER", "channel": "C_FINANCE"}
DOV = {"user": "U_OUTSIDER", "channel": "C_FINANCE"}


async def uploaded(person: Person, user: str, channel: str = "C_FINANCE") -> str:
    """The id of a file that somebody has dropped into a channel."""
    form = aiohttp.FormData({"user": user, "channel": channel, "comment": ""})
    form.add_field("file", b"a,b", filename="a.csv")
    async with person.session.post(person.sandbox.url + "/sandbox/files", data=form) as response:
        return str((await response.json())["response"]["files"][0])


def messages_of(plain_app: PlainApp) -> list[Json]:
    events = [json.loads(body)["event"] for _, body in plain_app.requests]
    return [event for event in events if event["type"] == "message"]


async def test_a_file_of_somebody_else_says_who_uploaded_it(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    file = await uploaded(person, "U_REQUESTER")
    plain_app.requests.clear()
    await person.do("messages", user="U_OUTSIDER", channel="C_GENERAL", text="<@U_BOT>", files=[file])
    by_type = {json.loads(body)["event"]["type"]: json.loads(body)["event"] for _, body in plain_app.requests}
    assert set(by_type) == {"message", "app_mention", "file_shared"}
    shared = by_type["message"]
    assert (shared["user"], shared["files"][0]["user"]) == ("U_OUTSIDER", "U_REQUESTER")
    assert by_type["file_shared"]["user_id"] == "U_OUTSIDER"
    described = (await client.files_info(file=file))["file"]
    assert described["channels"] == ["C_FINANCE", "C_GENERAL"]

    await person.do("messages", **DOV, files=[file])  # a file needs no words
    assert (await person.messages())[-1]["text"] == ""


async def test_a_message_that_is_passed_on_says_whose_it_was(
    person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    file = await uploaded(person, "U_REQUESTER")
    first = (await person.messages())[-1]
    plain_app.requests.clear()
    await person.do("messages", **DOV, text="see here", forward={"channel": "C_FINANCE", "ts": first["ts"]})
    (heard,) = messages_of(plain_app)
    assert (heard["user"], heard["text"], "files" in heard) == ("U_OUTSIDER", "see here", False)
    (attachment,) = heard["attachments"]
    assert (attachment["author_id"], attachment["is_share"], attachment["is_msg_unfurl"]) == (
        "U_REQUESTER",
        True,
        True,
    )
    assert (attachment["channel_id"], attachment["ts"]) == ("C_FINANCE", first["ts"])
    assert (attachment["files"][0]["id"], attachment["files"][0]["user"]) == (file, "U_REQUESTER")
    history = await client.conversations_history(channel="C_FINANCE", limit=1)
    assert history["messages"][0]["attachments"] == heard["attachments"]


async def test_only_what_somebody_can_read_is_passed_on(person: Person, client: AsyncWebClient) -> None:
    theirs = (await client.chat_postMessage(channel="C_SHARED", text="x"))["ts"]
    private = (await client.chat_postEphemeral(channel="C_FINANCE", user="U_OUTSIDER", text="x"))[
        "message_ts"
    ]
    for channel, ts in (("C_SHARED", theirs), ("C_FINANCE", private), ("C_FINANCE", "1.000001")):
        asked = await person.post("/sandbox/messages", **DOV, forward={"channel": channel, "ts": ts})
        assert asked == (404, {"ok": False, "error": "message_not_found"})


@pytest.mark.parametrize(
    ("files", "status", "error"),
    [(["F_NONE"], 404, "file_not_found"), ("F1", 400, "invalid_files"), ([1], 400, "invalid_files")],
)
async def test_only_files_that_are_there_are_shared(
    person: Person, files: object, status: int, error: str
) -> None:
    asked = await person.post("/sandbox/messages", **ANA, text="x", files=files)
    assert asked == (status, {"ok": False, "error": error})


async def test_a_file_that_was_begun_and_never_sent_is_shared_by_nobody(
    person: Person, client: AsyncWebClient
) -> None:
    begun = await client.files_getUploadURLExternal(filename="a.csv", length=3)
    asked = await person.post("/sandbox/messages", **ANA, files=[begun["file_id"]])
    assert asked == (404, {"ok": False, "error": "file_not_found"})
