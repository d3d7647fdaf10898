"""The page loads nothing foreign, and no other page can act in the workspace, by whatever address."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..conftest import Json, Person

FIELDS = {"user": "U_REQUESTER", "channel": "C_FINANCE", "text": "x", "token": "xoxb-sandbox"}
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
FOLLOWED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


async def status_of(person: Person, path: str, headers: dict[str, str], **fields: str) -> int:
    """What a GET comes to, with the fields as its query."""
    url = person.sandbox.url + path
    async with person.session.get(url, params=fields, headers=headers, allow_redirects=False) as response:
        return response.status


async def test_the_page_may_load_nothing_from_elsewhere(person: Person) -> None:
    async with person.session.get(person.sandbox.url + "/") as response:
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        page = await response.text()
    assert "://" not in page
    for file in Path(__file__).parents[3].joinpath("bot/sandbox/page").iterdir():
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
        {"Host": "evil.example:$port"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": "10.0.0.1:$port"},
        {"Host": "127.0.0.1.evil.example:$port"},
        {"Host": "[::1"},
        {"Host": "127.0.0.1:port"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        FOLLOWED,
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/sandbox/messages", "/sandbox/faults", "/api/chat.postMessage"])
async def test_another_page_cannot_drive_the_workspace(
    person: Person, headers: dict[str, str], path: str
) -> None:
    port = person.sandbox.url.rpartition(":")[2]
    given = {name: value.replace("$port", port) for name, value in headers.items()}
    url = person.sandbox.url + path
    async with person.session.post(url, json=FIELDS, headers=given) as response:
        assert response.status == 403
    assert await person.messages() == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/api/chat.postMessage", {"channel": "C_FINANCE", "text": "x", "token": "xoxb-sandbox"}),
        ("/api/auth.test", {"token": "xoxb-sandbox"}),
        ("/sandbox/state", {}),
        ("/sandbox/events", {}),
        ("/sandbox/files/F1", {}),
        ("/files-pri/T_SANDBOX-F1/F1", {}),
        ("/files-pri/T_SANDBOX-F1/download/F1", {}),
        ("/link/", {"ticket": "x"}),
        ("/page/main.js", {}),
    ],
)
async def test_a_get_from_another_site_reads_and_does_nothing(
    person: Person, path: str, fields: Json
) -> None:
    """A browser sends it without asking, with the token that stands in the address."""
    for headers in (CROSS_SITE, CROSS_SITE | {"Sec-Fetch-Site": "same-site"}, FOLLOWED):
        assert await status_of(person, path, headers, **fields) == 403
    assert await person.messages() == []


@pytest.mark.parametrize("path", ["/upload/v1/T_SANDBOX-F1", "/response/T_SANDBOX/x"])
async def test_nothing_is_uploaded_or_answered_from_another_site(person: Person, path: str) -> None:
    async with person.session.post(person.sandbox.url + path, data=b"x", headers=CROSS_SITE) as response:
        assert response.status == 403


async def test_another_page_cannot_listen_as_the_app(person: Person, client: AsyncWebClient) -> None:
    opened = await AsyncWebClient(
        person.sandbox.app_token, base_url=person.sandbox.api_url, session=person.session
    ).apps_connections_open(app_token=person.sandbox.app_token)
    for headers in (CROSS_SITE, {"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await person.session.ws_connect(opened["url"], headers=headers)
        assert refused.value.status == 403
    async with person.session.ws_connect(opened["url"]) as connection:  # the ticket was not used up
        assert (await connection.receive_json())["type"] == "hello"


async def test_links_to_what_only_shows_something_are_followed(person: Person) -> None:
    query = {"client_id": Sandbox.client_id, "scope": "commands", "redirect_uri": "http://127.0.0.1:1/"}
    for path, fields in (("/", {}), ("/archives/C_FINANCE/p1", {}), ("/oauth/v2/authorize", query)):
        assert await status_of(person, path, FOLLOWED, **fields) == 200
        assert await status_of(person, path, CROSS_SITE, **fields) == 403
        assert await status_of(person, path, FOLLOWED | {"Sec-Fetch-Dest": "iframe"}, **fields) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "$url"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Host": "localhost:$port", "Origin": "http://localhost:$port"},
        {"Host": "[::1]:$port"},
    ],
    ids=str,
)
async def test_our_own_page_is_let_in(person: Person, headers: dict[str, str]) -> None:
    url, port = person.sandbox.url, person.sandbox.url.rpartition(":")[2]
    given = {name: value.replace("$url", url).replace("$port", port) for name, value in headers.items()}
    async with person.session.post(url + "/sandbox/messages", json=FIELDS, headers=given) as response:
        assert response.status == 200


async def test_a_sandbox_for_the_network_is_reached_by_address_and_not_by_a_foreign_name(
    session: aiohttp.ClientSession,
) -> None:
    async with Sandbox(host="0.0.0.0") as sandbox:
        port = sandbox.url.rpartition(":")[2]
        for host, status in (
            (f"10.0.0.1:{port}", 200),
            (f"localhost:{port}", 200),
            (f"evil.example:{port}", 403),
            ("10.0.0.1:1", 403),
        ):
            async with session.get(sandbox.url + "/sandbox/state", headers={"Host": host}) as response:
                assert response.status == status, host
