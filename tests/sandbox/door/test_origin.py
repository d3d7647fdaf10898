"""The page loads nothing foreign, and no other page can act in the workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..conftest import Person


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
    ],
    ids=["foreign origin", "opaque origin", "other port", "rebound name"],
)
@pytest.mark.parametrize("path", ["/sandbox/messages", "/sandbox/faults", "/api/chat.postMessage"])
async def test_another_page_cannot_drive_the_workspace(
    person: Person, headers: dict[str, str], path: str
) -> None:
    fields = {"user": "U_REQUESTER", "channel": "C_FINANCE", "text": "x", "token": "xoxb-sandbox"}
    async with person.session.post(person.sandbox.url + path, json=fields, headers=headers) as response:
        assert response.status == 403
    assert await person.messages() == []


async def test_our_own_page_is_let_in(person: Person) -> None:
    headers = {"Origin": person.sandbox.url}
    fields = {"user": "U_REQUESTER", "channel": "C_FINANCE", "text": "x"}
    async with person.session.post(
        person.sandbox.url + "/sandbox/messages", json=fields, headers=headers
    ) as response:
        assert response.status == 200
