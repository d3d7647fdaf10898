"""Reactions and pins, by people and by the app, and what the app hears of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from ..conftest import Json, Person, PlainApp, until

BEN = {"user": "U_REVIEWER", "channel": "C_FINANCE"}


def events_of(plain_app: PlainApp, kind: str) -> list[Json]:
    events = [json.loads(body)["event"] for _, body in plain_app.requests]
    return [event for event in events if event["type"] == kind]


@pytest.fixture
async def ts(person: Person, plain_app: PlainApp) -> str:
    """A message of ana's."""
    answer = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="pay this")
    return str(answer["response"]["ts"])


async def test_the_app_hears_of_a_reaction_and_of_its_end(
    person: Person, plain_app: PlainApp, ts: str
) -> None:
    assert (await person.do("reactions", **BEN, ts=ts, name=":eyes:"))["ok"]
    assert (await person.messages())[0]["reactions"] == [
        {"name": "eyes", "users": ["U_REVIEWER"], "count": 1}
    ]
    assert (await person.do("reactions", **BEN, ts=ts, name="eyes", remove=True))["ok"]
    assert (await person.messages())[0]["reactions"] == []

    (added,), (removed,) = events_of(plain_app, "reaction_added"), events_of(plain_app, "reaction_removed")
    for event in (added, removed):
        assert (event["user"], event["item_user"], event["reaction"]) == (
            "U_REVIEWER",
            "U_REQUESTER",
            "eyes",
        )
        assert event["item"] == {"type": "message", "channel": "C_FINANCE", "ts": ts}


async def test_the_app_hears_of_a_pin_and_of_its_end(
    client: AsyncWebClient, person: Person, plain_app: PlainApp, ts: str
) -> None:
    assert (await person.do("pins", **BEN, ts=ts))["ok"]
    (item,) = (await client.pins_list(channel="C_FINANCE"))["items"]
    assert (await person.do("pins", **BEN, ts=ts, remove=True))["ok"]

    (added,), (removed,) = events_of(plain_app, "pin_added"), events_of(plain_app, "pin_removed")
    assert (added["user"], added["channel_id"], added["item_user"]) == (
        "U_REVIEWER",
        "C_FINANCE",
        "U_REQUESTER",
    )
    assert (added["item"], added["pin_count"]) == (item, "1")
    assert (item["created_by"], item["message"]["text"]) == ("U_REVIEWER", "pay this")
    assert added["pinned_info"]["pinned_by"] == "U_REVIEWER"
    assert "has_pins" not in added
    assert (removed["pin_count"], removed["has_pins"]) == ("0", False)


async def test_the_app_hears_of_its_own_marks_too(
    client: AsyncWebClient, plain_app: PlainApp, ts: str
) -> None:
    at: Any = {"channel": "C_FINANCE", "timestamp": ts}
    await client.reactions_add(**at, name="eyes")
    await client.pins_add(**at)
    await client.reactions_remove(**at, name="eyes")
    await client.pins_remove(**at)
    kinds = ("reaction_added", "pin_added", "reaction_removed", "pin_removed")
    await until(lambda: all(events_of(plain_app, kind) for kind in kinds))
    assert [events_of(plain_app, kind)[0]["user"] for kind in kinds] == ["U_BOT"] * 4


async def test_an_app_hears_of_no_marks_where_it_is_not(
    client: AsyncWebClient, person: Person, plain_app: PlainApp, ts: str
) -> None:
    await client.conversations_leave(channel="C_FINANCE")
    assert (await person.do("reactions", **BEN, ts=ts, name="eyes"))["ok"]
    assert (await person.do("pins", **BEN, ts=ts))["ok"]
    assert events_of(plain_app, "reaction_added") == events_of(plain_app, "pin_added") == []


@pytest.mark.parametrize(
    ("act", "fields", "status", "error"),
    [
        ("reactions", {"name": "no emoji"}, 400, "invalid_name"),
        ("reactions", {"name": "eyes", "remove": True}, 400, "no_reaction"),
        ("reactions", {}, 400, "missing_name"),
        ("reactions", {"name": "eyes", "ts": "1.000001"}, 404, "message_not_found"),
        ("pins", {"remove": True}, 400, "no_pin"),
        ("pins", {"user": "U_NOBODY"}, 404, "user_not_found"),
    ],
)
async def test_a_mark_that_cannot_be_is_named(
    person: Person, ts: str, act: str, fields: Json, status: int, error: str
) -> None:
    asked = {**BEN, "ts": ts, **fields}
    assert await person.post(f"/sandbox/{act}", **asked) == (status, {"ok": False, "error": error})
