"""Files from people and from the app, and who may read their bytes."""

from __future__ import annotations

import json
from io import BytesIO
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from ..block_kit import input_block, modal
from ..conftest import Json, Person, PlainApp

CONTENT = "Vendor;Betrag\nMüller;5,00\n".encode("cp1252")


async def dropped(person: Person, **fields: str) -> Json:
    form = aiohttp.FormData({"user": "U_REQUESTER", "channel": "C_FINANCE", **fields})
    form.add_field("file", CONTENT, filename="zahlungen.csv", content_type="text/csv")
    async with person.session.post(person.sandbox.url + "/sandbox/files", data=form) as response:
        assert response.status == 200
        answer: Json = await response.json()
        return answer


async def test_the_bytes_are_for_the_bots_token_only(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    answer = await dropped(person, comment="look")
    file = (await client.files_info(file=answer["response"]["files"][0]))["file"]
    assert (file["name"], file["size"], file["filetype"]) == ("zahlungen.csv", len(CONTENT), "csv")

    authorised = {"Authorization": f"Bearer {person.sandbox.bot_token}"}
    async with person.session.get(file["url_private_download"], headers=authorised) as response:
        assert await response.read() == CONTENT
    for headers in ({}, {"Authorization": "Bearer xoxb-wrong"}):
        async with person.session.get(file["url_private_download"], headers=headers) as response:
            assert response.content_type == "text/html"
            assert CONTENT not in await response.read()


async def test_a_dropped_file_is_a_message_with_the_comment(person: Person, plain_app: PlainApp) -> None:
    await dropped(person, comment="look")
    message = (await person.messages())[-1]
    assert (message["text"], message["user"]) == ("look", "U_REQUESTER")
    assert message["files"][0]["name"] == "zahlungen.csv"


async def test_the_app_can_upload_too(client: AsyncWebClient, person: Person) -> None:
    uploaded = await client.files_upload_v2(
        channel="C_FINANCE", filename="rows.csv", content="row,why\n7,no amount\n", initial_comment="One row"
    )

    assert uploaded["ok"]
    message = (await person.messages())[-1]
    assert (message["text"], message["user"]) == ("One row", "U_BOT")
    file = message["files"][0]
    async with person.session.get(person.sandbox.url + f"/sandbox/files/{file['id']}") as response:
        assert await response.text() == "row,why\n7,no amount\n"
        assert response.headers["Content-Disposition"] == "attachment"


async def test_a_file_goes_to_somebody_privately_by_the_id_of_their_messages(
    client: AsyncWebClient, person: Person
) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):  # slackapi/python-slack-sdk#1426
        await client.files_upload_v2(channel="U_REVIEWER", filename="a.csv", content="a")
    direct = (await client.conversations_open(users="U_REVIEWER"))["channel"]["id"]
    await client.files_upload_v2(channel=direct, filename="a.csv", content="a", initial_comment="Yours")

    message = (await person.messages(direct))[-1]
    assert (message["text"], message["files"][0]["name"]) == ("Yours", "a.csv")
    await client.conversations_leave(channel="C_GENERAL")
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.files_upload_v2(channel="C_GENERAL", filename="a.csv", content="a")


async def test_a_file_in_a_thread_of_direct_messages_is_told_as_such(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    asked = await client.chat_postMessage(channel="U_REQUESTER", text="Which project is this?")
    await dropped(person, channel="U_BOT", thread_ts=asked["ts"], comment="the receipt")

    events = [json.loads(body)["event"] for _, body in plain_app.requests if body.startswith("{")]
    told = next(event for event in events if event["type"] == "message" and event.get("files"))
    assert (told["channel_type"], told["channel"], told["subtype"]) == ("im", "D_U_REQUESTER", "file_share")
    assert (told["thread_ts"], told["parent_user_id"]) == (asked["ts"], "U_BOT")
    shared = next(event for event in events if event["type"] == "file_shared")
    assert shared["channel_id"] == "D_U_REQUESTER"


async def a_form(client: AsyncWebClient, person: Person, plain_app: PlainApp, **more: object) -> str:
    """The door's path to submit a modal that asks ana for files."""
    await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")
    trigger_id = parse_qs(plain_app.requests[-1][1])["trigger_id"][0]
    chooser = {"type": "file_input", "action_id": "files", **more}
    view = (await client.views_open(trigger_id=trigger_id, view=modal(input_block("files", chooser))))["view"]
    return f"views/{view['id']}/submit"


async def test_a_form_takes_files_that_are_in_no_message(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    path = await a_form(client, person, plain_app, max_files=1, filetypes=[".CSV"])
    ids = [(await dropped(person, purpose="view"))["response"]["files"][0] for _ in range(2)]
    assert await person.messages() == []

    too_many = await person.do(path, user="U_REQUESTER", values={"files": ids})
    assert "files" in too_many["response"]["errors"]
    status, unknown = await person.post(f"/sandbox/{path}", user="U_REQUESTER", values={"files": ["F0"]})
    assert (status, unknown["error"]) == (400, "no such file: F0")
    assert (await person.do(path, user="U_REQUESTER", values={"files": ids[:1]}))["ok"]

    submission = json.loads(parse_qs(plain_app.requests[-1][1])["payload"][0])
    given = submission["view"]["state"]["values"]["files"]["files"]
    file = (await client.files_info(file=ids[0]))["file"]
    assert given == {"type": "file_input", "files": [file]}
    assert (file["user"], file["user_team"], file["mode"]) == ("U_REQUESTER", "T_SANDBOX", "hosted")
    assert (file["name"], file["size"], file["mimetype"]) == ("zahlungen.csv", len(CONTENT), "text/csv")
    assert (file["channels"], file["groups"], file["ims"], file["is_public"]) == ([], [], [], False)
    headers = {"Authorization": f"Bearer {client.token}"}
    async with person.session.get(file["url_private_download"], headers=headers) as response:
        assert await response.read() == CONTENT


async def test_a_form_refuses_files_of_another_kind_unless_forced(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    path = await a_form(client, person, plain_app, filetypes=["xlsx", "pdf"])
    values = {"files": (await dropped(person, purpose="view"))["response"]["files"]}

    refused = await person.do(path, user="U_REQUESTER", values=values)
    assert (refused["status"], refused["response"]["errors"]) == (
        422,
        {"files": "Please add files of these types only: xlsx, pdf."},
    )
    assert (await person.do(path, user="U_REQUESTER", values=values, force=True))["ok"]


@pytest.mark.parametrize(
    ("purpose", "size", "status"), [("view", 10, 200), ("view", 11, 413), ("", 11, 200), ("", 21, 413)]
)
async def test_a_file_has_a_largest_size(
    person: Person, plain_app: PlainApp, purpose: str, size: int, status: int
) -> None:
    form = aiohttp.FormData({"user": "U_REQUESTER", "channel": "C_FINANCE", "purpose": purpose})
    form.add_field("file", BytesIO(b"x" * size * 1024 * 1024), filename="a.csv")
    async with person.session.post(person.sandbox.url + "/sandbox/files", data=form) as response:
        assert response.status == status


async def test_a_file_says_where_it_is_shared(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    place = {"C_FINANCE": ("channels", True), "U_BOT": ("ims", False)}
    for channel, (key, public) in place.items():
        file_id = (await dropped(person, channel=channel))["response"]["files"][0]
        file = (await client.files_info(file=file_id))["file"]
        assert (len(file[key]), file["is_public"]) == (1, public)


async def test_an_unknown_file_is_not_found(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_info(file="F0")
