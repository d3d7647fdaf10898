"""What the HTTP edge lets through, over real HTTP."""

import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import working
from bot.store import StoreUnavailable, connect
from bot.store.topology.embedded import embedded_server
from handlers.inbound.http import LARGEST_BODY, quick_payload
from tests.handlers.inbound.edge import BODY, FORM, JSON, Edge, edge_of
from tests.office import SEED, TEAM, open_office

UNSIGNED: list[dict[str, str]] = [
    {"X-Slack-Signature": "v0=" + "0" * 64},
    {"X-Slack-Signature": "v1=nonsense"},
    {"X-Slack-Signature": ""},
    {"X-Slack-Signature": "v0=é"},
    {"X-Slack-Request-Timestamp": ""},
    {"X-Slack-Request-Timestamp": "yesterday"},
    {"X-Slack-Request-Timestamp": "1e9"},
    {"X-Slack-Request-Timestamp": "-1"},
    {"X-Slack-Request-Timestamp": "9" * 5000},
    {"X-Slack-Request-Timestamp": "١٧٠٠٠٠٠٠٠٠"},
]
MALFORMED: list[tuple[bytes, str]] = [
    (b"{nonsense", JSON),
    (b"{nonsense", "Application/JSON; charset=utf-8"),
    (b"{nonsense", FORM),
    (b"[]", JSON),
    (b'"text"', JSON),
    (b'{"text": "\xff"}', JSON),
    (BODY.decode().encode("utf-16"), JSON),
    (b"payload=%7Bnonsense", FORM),
    (b"payload=", FORM),
    (b"payload=[]", FORM),
    (b"command=/transactions&text=\xff", FORM),
    (b'{"a":' * 100_000, JSON),
    (b'{"a":' + b"9" * 5_000 + b"}", JSON),
]
MISSHAPEN: list[Any] = [
    {},
    {"type": "nonsense"},
    {"type": "block_actions"},
    {"type": "block_actions", "actions": []},
    {"type": "block_actions", "actions": [{"action_id": "approve"}], "team": {"id": "T"}},
    {"type": "view_submission", "view": {}},
    {"type": "event_callback", "event": {}},
    {"authorizations": "none"},
    {"enterprise": 5},
]


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_office(tmp_path, with_worker=False) as office, edge_of(office) as edge:
        yield edge


async def test_without_a_right_signature_and_time_nothing_gets_in(edge: Edge) -> None:
    assert await edge.post(BODY, JSON) == 200
    got = [await edge.post(BODY, JSON, headers) for headers in UNSIGNED]
    assert got == [401] * len(UNSIGNED)
    async with edge.session.post(f"{edge.url}/slack/events", data=BODY) as response:
        assert response.status == 401


async def test_a_stale_request_stays_outside_though_its_signature_is_right(edge: Edge) -> None:
    now = int(time.time())
    for seconds, status in ((-100_000, 401), (-302, 401), (-290, 200), (290, 200), (310, 401)):
        assert await edge.post(BODY, JSON, edge.signed(BODY, str(now + seconds))) == status, seconds


async def test_a_malformed_body_is_said_to_be_one(edge: Edge) -> None:
    got = [await edge.post(body, content_type) for body, content_type in MALFORMED]
    assert got == [400] * len(MALFORMED)


async def test_a_payload_of_a_shape_that_slack_never_sends_breaks_nothing(edge: Edge) -> None:
    for payload in MISSHAPEN:
        assert await edge.payload(payload) in {200, 400, 404}, payload
    assert await edge.post(BODY, JSON) == 200


async def test_a_body_over_a_megabyte_is_refused(edge: Edge) -> None:
    assert await edge.post(b"x" * (LARGEST_BODY + 1)) == 413
    assert await edge.post(b"x" * LARGEST_BODY) == 404


async def test_an_operator_finds_health_and_numbers_and_nobody_finds_more(edge: Edge) -> None:
    assert await edge.get("/healthz") == (200, "ok")
    assert await edge.get("/readyz") == (200, "ok")
    status, numbers = await edge.get("/metrics")
    assert status == 200
    assert "# TYPE" in numbers
    assert (await edge.get("/nowhere"))[0] == 404
    assert (await edge.get("/slack/events"))[0] == 405


async def test_redis_away_changes_nothing_and_the_same_click_works_when_it_is_back(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(embedded_server(tmp_path / "redis"))
        office = await stack.enter_async_context(open_office(tmp_path, redis_url=url, with_worker=False))
        edge = await stack.enter_async_context(edge_of(office))
        office.sandbox.deliver_to(f"{edge.url}/slack/events")
        async with working(office.bot):
            await office.command("U_REQUESTER", SEED)
            card = await office.card("1 of 3 payments needs")

        await shut_down(url)
        assert await edge.get("/readyz") == (503, "Redis does not answer")
        assert await edge.get("/healthz") == (200, "ok")
        answer = await office.click("U_REVIEWER", card, "approve", 2)
        assert (answer["ok"], answer["status"]) == (False, 503)
        await office.told("U_REVIEWER", "nothing was changed")

        await stack.enter_async_context(embedded_server(tmp_path / "redis"))
        assert await edge.get("/readyz") == (200, "ok")
        review_state = await office.review_state(card)
        assert (review_state.approved, review_state.undecided) == (0, 1)
        assert (await office.click("U_REVIEWER", card, "approve", 2))["status"] == 200
        async with working(office.bot):
            await office.card("everything is decided")
        audit = await office.bot.stores.reviews.audit(TEAM, review_state.id)
        assert [one.actor for one in audit if one.event == "decided"] == ["U_REVIEWER"]


async def test_a_reply_while_redis_is_away_is_told_and_recorded_once_when_slack_repeats_it(
    tmp_path: Path,
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(embedded_server(tmp_path / "redis"))
        office = await stack.enter_async_context(
            open_office(tmp_path, redis_url=url, with_worker=False, retry_delays=(0.0, 2.0, 2.0))
        )
        edge = await stack.enter_async_context(edge_of(office))
        office.sandbox.deliver_to(f"{edge.url}/slack/events")
        async with working(office.bot):
            await office.command("U_REQUESTER", SEED)
            card = await office.card("1 of 3 payments needs")

        await shut_down(url)
        answer = await office.reply("U_REVIEWER", "reject 2: duplicate", card)
        assert answer["status"] == 503
        await office.told("U_REVIEWER", "My records cannot be reached")
        await stack.enter_async_context(embedded_server(tmp_path / "redis"))
        async with working(office.bot):
            await office.said("Rejected: #2 (duplicate).")
        turns = await office.bot.stores.reviews.turns(TEAM, (await office.review_state(card)).id)
        assert [turn.text for turn in turns if turn.actor] == ["reject 2: duplicate"]
        told = [one for one in (await office.state())["messages"] if one["ephemeral_to"] == "U_REVIEWER"]
        assert len(told) == 1


async def shut_down(url: str) -> None:
    """Take the server away as a crash does, from a connection of our own."""
    redis = connect(url)
    with contextlib.suppress(*StoreUnavailable):
        await redis.shutdown(nosave=True, now=True, force=True)
    await redis.aclose()


@given(
    st.one_of(
        st.text(max_size=60),
        st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=30), st.integers()), max_size=5).map(
            lambda value: json.dumps(value, ensure_ascii=False)
        ),
    ),
    st.sampled_from([quote, quote_plus, lambda text: text, lambda text: quote(text).lower()]),
)
def test_a_click_decoded_in_c_is_what_the_standard_library_makes_of_it(
    text: str, encode: Callable[[str], str]
) -> None:
    body = b"payload=" + encode(text).encode("utf-8", "surrogatepass")
    quickly = quick_payload(body)
    if quickly is not None:
        assert quickly.decode() == parse_qs(body.decode(), keep_blank_values=True)["payload"][0]


def test_a_click_as_slack_sends_it_is_decoded_in_c() -> None:
    text = json.dumps({"a": "ä=+&% \n'", "b": [1, 2]})
    assert quick_payload(b"payload=" + quote_plus(text).encode()) == text.encode()
    assert quick_payload(b"payload=" + quote(text).encode()) == text.encode()


@pytest.mark.parametrize(
    "value", [b"%7B%7D%", b"%7B%7D%2", b"%7B%7D%%", b"%7B%7D%ZZ", b"%7B%3D%7D%4", b"%7B%3D%ZZ%7D", b"%5B%5D"]
)
def test_a_click_with_a_broken_escape_or_without_an_object_is_left_to_the_slow_way(value: bytes) -> None:
    assert quick_payload(b"payload=" + value) is None


def test_equals_signs_inside_a_click_are_decoded_in_c() -> None:
    text = json.dumps({"url": "https://example.com/?a=1&b=%3D", "c": "=="})
    assert quick_payload(b"payload=" + quote_plus(text).encode()) == text.encode()
