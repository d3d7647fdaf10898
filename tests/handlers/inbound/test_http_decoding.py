"""Bodies that are text in some other way than Slack's: refused in a word, and never quoted in the log."""

import base64
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from handlers.inbound.http import MOST_FIELDS
from tests.handlers.inbound.edge import BODY, FORM, JSON, Edge, edge_of, entries, logged
from tests.office import open_office

WORDS = "canary words"
COMMAND = {"command": "/transactions", "text": WORDS, "team_id": "T_SANDBOX", "user_id": "U_REQUESTER"}
CLICK = {"type": "block_actions", "token": WORDS}


def form(**changes: str) -> bytes:
    return urlencode({**COMMAND, **changes}).encode()


def payload(value: Any) -> bytes:
    return b"payload=" + quote(json.dumps(value)).encode()


UTF_7 = json.dumps({"type": "url_verification", "challenge": WORDS}).replace("{", "+AHs-").encode()
MALFORMED: list[tuple[bytes, str]] = [
    # One name twice: which of the two is meant?
    (payload(CLICK) + b"&" + payload(CLICK), FORM),
    (payload(CLICK) + b"&%70ayload=%7B%7D", FORM),
    (form() + b"&text=" + WORDS.encode(), FORM),
    (form() + b"&a=1&a=2", FORM),
    # Escapes that are none, and escapes of what is no UTF-8.
    (form() + b"&a=%", FORM),
    (form() + b"&a=%4", FORM),
    (form() + b"&a=%zz", FORM),
    (form() + b"&a=%ff%fe", FORM),
    (form() + b"&a=%ed%a0%80", FORM),
    (form() + b"&a=%u0041", FORM),
    (payload(CLICK) + b"%", FORM),
    (payload(CLICK) + b"%zz", FORM),
    (b"payload=%7B%22token%22%3A%22%ff" + quote(WORDS).encode() + b"%22%7D", FORM),
    # NULs.
    (form(text=WORDS + "\0"), FORM),
    (form() + b"&a=\0", FORM),
    (payload(CLICK) + b"%00", FORM),
    (b'{"type": "' + WORDS.encode() + b'\0"}', JSON),
    # Other encodings than it says, or than Slack's.
    (UTF_7, JSON),
    (BODY.decode().encode("utf-16-le"), JSON),
    (BODY.decode().encode("utf-16-be"), JSON),
    (BODY.decode().encode("utf-32"), JSON),
    (b"\xef\xbb\xbf" + BODY, JSON),
    (json.dumps({"token": "caf\u00e9" + WORDS}, ensure_ascii=False).encode("latin-1"), JSON),
    (gzip.compress(BODY), JSON),
    (base64.b64encode(BODY), JSON),
    # A form of more fields than anybody has.
    ("&".join(f"{number}={WORDS}" for number in range(MOST_FIELDS + 1)).encode(), FORM),
    (b"&=" * 400_000, FORM),
]
OTHERWISE = [
    {"Content-Encoding": "gzip"},
    {"Content-Encoding": "identity, br"},
    {"Content-Type": "application/json; charset=utf-7"},
    {"Content-Type": 'application/json; charset="UTF-16LE"'},
    {"Content-Type": "application/json;charset = iso-8859-1; charset=utf-8"},
]
AS_EVER = [
    {"Content-Encoding": "identity"},
    {"Content-Type": 'Application/JSON; charset="UTF-8"'},
    {"Content-Type": "application/json;charset=utf-8"},
]


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    """An edge that serves Slack as ever after all that was sent to it, and has quoted nothing of that."""
    with logged() as written:
        async with open_office(tmp_path, with_worker=False) as office, edge_of(office) as edge:
            yield edge
            assert await edge.post(BODY, JSON) == 200
    assert not [entry for entry in entries(written) if "canary" in str(entry)]


async def test_what_cannot_be_read_in_one_way_only_is_not_read(edge: Edge) -> None:
    for body, content_type in MALFORMED:
        assert await edge.post(body, content_type) == 400, body[:200]
        assert await edge.post(body, content_type, {"X-Slack-Signature": "v0=0"}) in {400, 401}


async def test_only_utf_8_as_it_is_gets_in(edge: Edge) -> None:
    assert [await edge.post(BODY, JSON, headers) for headers in AS_EVER] == [200] * len(AS_EVER)
    for headers in OTHERWISE:
        assert await edge.post(BODY, JSON, headers) == 415, headers
        assert await edge.post(gzip.compress(BODY), JSON, headers) == 415, headers


@pytest.mark.parametrize("depth", [50, 200, 500, 900, 950, 990, 30_000])
async def test_nesting_of_any_depth_breaks_nothing(edge: Edge, depth: int) -> None:
    deep = "[" * depth + f'"{WORDS}"' + "]" * depth
    boxes = '{"a":' * depth + f'"{WORDS}"' + "}" * depth
    for nested in (deep, boxes):
        for text in (
            f'{{"type": "event_callback", "team_id": "T", "event": {{"type": "message", "text": {nested}}}}}',
            f'{{"type": "event_callback", "team_id": "T", "event": {nested}}}',
            f'{{"type": "view_submission", "team": {{"id": "T"}}, "view": {{"state": {nested}}}}}',
            f'{{"type": "block_actions", "team": {{"id": "T"}}, "actions": {nested}}}',
            f'{{"type": {nested}, "event_id": {nested}}}',
        ):
            assert await edge.post(text.encode(), JSON) < 500, text[:90]
            assert await edge.post(b"payload=" + quote(text).encode()) < 500, text[:90]


STRANGE = [
    '"\\ud800"',
    '"\\u0000"',
    "NaN",
    "1e999",
    "-Infinity",
    '"\\uffff"',
    "[]",
    "{}",
    "null",
    "true",
    "0",
]


@pytest.mark.parametrize("value", STRANGE)
async def test_strange_values_in_any_place_break_nothing(edge: Edge, value: str) -> None:
    for text in (
        f'{{"type": {value}, "{WORDS}": 1}}',
        f'{{"type": "url_verification", "challenge": {value}}}',
        f'{{"type": "event_callback", "event_ts": {value}, "event": {{"type": "message"}}}}',
        f'{{"type": "event_callback", "team_id": "T", "event": {{"type": "message", "text": {value}}}}}',
        f'{{"type": "event_callback", "team_id": "T_SANDBOX", "event_id": "E", "event": {{"type": "message",'
        f' "user": "U_REVIEWER", "channel": "D1", "channel_type": "im", "ts": "1.2", "text": {value}}}}}',
        f'{{"type": "event_callback", "event": {value}}}',
        f'{{"type": "block_actions", "actions": {value}, "view": {value}}}',
        f'{{"type": "block_actions", "actions": [{{"action_id": {value}}}]}}',
        f'{{"type": "event_callback", "team_id": {value}, "authorizations": [{{"team_id": {value}}}]}}',
        f'{{"type": "block_actions", "team": {{"id": {value}}}, "user": {value}}}',
        f'{{"type": "block_suggestion", "action_id": "x", "value": "{WORDS}"}}',
        f'{{"type": "dialog_submission", "callback_id": "x", "submission": {{"memo": "{WORDS}"}}}}',
        f'{{"type": "interactive_message", "callback_id": "x", "actions": [{{"value": "{WORDS}"}}]}}',
    ):
        assert await edge.post(text.encode(), JSON) < 500, text
        assert await edge.post(b"payload=" + quote(text).encode()) < 500, text
