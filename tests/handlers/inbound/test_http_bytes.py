"""What no client would send, byte by byte: heads and bodies beyond reason, lies about lengths, old HTTP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from handlers.inbound.http import LARGEST_BODY, LARGEST_HEAD
from tests.handlers.inbound.edge import BODY, JSON, Edge, edge_of, entries, logged
from tests.office import open_office

LAST = "Connection: close"
PIECE = b"%x\r\n" % 100_000 + b"x" * 100_000 + b"\r\n"


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    """An edge that serves Slack as ever after all that came, and has logged neither trace nor content."""
    with logged() as written:
        async with open_office(tmp_path, with_worker=False) as office, edge_of(office) as edge:
            yield edge
            assert await edge.post(BODY, JSON) == 200
    assert not [entry for entry in entries(written) if "exception" in entry]
    assert "secret words" not in written.getvalue()


@pytest.mark.parametrize("length", [20_000, 100_000, 1_000_000])
async def test_headers_beyond_reason_are_refused_however_they_arrive(edge: Edge, length: int) -> None:
    review_state = edge.head(
        "X-Big: " + "secret words" * (length // 12), f"Content-Length: {len(BODY)}", LAST
    )
    async with edge.wire() as wire:
        await wire.send(review_state + BODY)
        assert await wire.status() in {400, 431}
    async with edge.wire() as wire:
        for start in range(0, len(review_state), 4096):
            await wire.send(review_state[start : start + 4096])
        # Whoever is cut off while sending may not get to read why.
        assert await wire.status() in {0, 400, 431}


async def test_headers_without_an_end_are_refused_as_soon_as_they_are_too_long(edge: Edge) -> None:
    async with edge.wire() as wire:
        await wire.send(edge.head()[:-2] + b"X-Big: " + b"x" * LARGEST_HEAD)
        assert await wire.status() == 400


async def test_too_many_headers_are_too_much(edge: Edge) -> None:
    many = [f"X-{number}: secret words" for number in range(5_000)]
    async with edge.wire() as wire:
        await wire.send(edge.head(*many, f"Content-Length: {len(BODY)}") + BODY)
        assert await wire.status() in {400, 431}


async def test_a_query_beyond_reason_is_refused_too(edge: Edge) -> None:
    review_state = edge.head(f"Content-Length: {len(BODY)}", LAST)
    long = review_state.replace(b"/slack/events", b"/slack/events?q=" + b"x" * LARGEST_HEAD)
    assert (await edge.said_to(long + BODY))[0] in {400, 431}


async def test_a_body_without_an_end_is_answered_before_it(edge: Edge) -> None:
    async with edge.wire() as wire:
        await wire.send(edge.head("Transfer-Encoding: chunked") + PIECE * (LARGEST_BODY // 100_000 + 1))
        assert await wire.status() == 413


async def test_nonsense_after_the_answer_closes_the_connection_and_no_more(edge: Edge) -> None:
    async with edge.wire() as wire:
        await wire.send(edge.head("Transfer-Encoding: chunked", stamp="1"))
        assert await wire.status() == 401
        await wire.send(b"secret words\r\n")
        assert await wire.statuses() == []


async def test_a_chunked_body_as_a_proxy_may_send_it_is_a_body(edge: Edge) -> None:
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY)
    assert await edge.said_to(edge.head("Transfer-Encoding: chunked", LAST) + pieces + b"0\r\n\r\n") == [200]


async def test_a_content_length_that_lies_gets_nothing_in(edge: Edge) -> None:
    short = edge.head(f"Content-Length: {len(BODY) - 5}")
    # What is left over begins the next request, and is none.
    assert await edge.said_to(short + BODY) == [400, 400]
    for lie in ("-1", "1e3", "99999999999999999999", "5, 6", "0x10", "secret words"):
        async with edge.wire() as wire:
            await wire.send(edge.head(f"Content-Length: {lie}") + BODY)
            wire.writer.write_eof()
            assert await wire.status() in {0, 400}, lie
    two = edge.head("Content-Length: 5", f"Content-Length: {len(BODY)}")
    assert await edge.said_to(two + BODY) == [400]


async def test_a_sender_who_hangs_up_in_the_middle_leaves_no_trace(edge: Edge) -> None:
    for raw in (b"", b"POST", edge.head("Content-Length: 100"), edge.head("Content-Length: 100") + BODY):
        async with edge.wire() as wire:
            await wire.send(raw)
            wire.writer.write_eof()
            assert await wire.status() == 0


async def test_requests_that_do_not_wait_for_answers_get_them_in_order(edge: Edge) -> None:
    good = edge.head(f"Content-Length: {len(BODY)}") + BODY
    stale = edge.head(f"Content-Length: {len(BODY)}", stamp="1") + BODY
    last = edge.head(f"Content-Length: {len(BODY)}", LAST) + BODY
    assert await edge.said_to(good + stale + good + last) == [200, 401, 200, 200]
    # The end of one and the beginning of the next in one piece, the rest later.
    async with edge.wire() as wire:
        await wire.send(good + last[:30])
        assert await wire.status() == 200
        await wire.send(last[30:])
        assert await wire.statuses() == [200]


async def test_old_and_other_http_is_answered(edge: Edge) -> None:
    review_state = edge.head(f"Content-Length: {len(BODY)}", LAST)
    assert await edge.said_to(review_state.replace(b"HTTP/1.1", b"HTTP/1.0") + BODY) == [200]
    assert await edge.said_to(review_state.replace(b"Host: x\r\n", b"") + BODY) == [400]
    assert await edge.said_to(b"GET /healthz HTTP/1.0\r\n\r\n") == [200]
    assert await edge.said_to(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello") == [400]
    assert await edge.said_to(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") != [200]


async def test_other_methods_and_protocols_are_none_of_its(edge: Edge) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
        assert await edge.said_to(
            f"{method} /slack/events HTTP/1.1\r\nHost: x\r\n{LAST}\r\n\r\n".encode()
        ) == [405]
    async with edge.wire() as wire:
        await wire.send(b"CONNECT slack.com:443 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await wire.status() == 404
    upgrade = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    assert await edge.said_to(upgrade) == [200]


@pytest.mark.parametrize(
    "path", ["/slack/events/", "//slack/events", "/%", "/%00", "/..", "*", "http://[", "/é"]
)
async def test_other_addresses_are_not_found_whatever_the_host_is_called(edge: Edge, path: str) -> None:
    for host in ("x", "[", "evil.example/", ""):
        raw = f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{LAST}\r\nContent-Length: 0\r\n\r\n".encode()
        assert (await edge.said_to(raw))[0] in {400, 404}, host


async def test_what_asks_before_it_sends_is_told_to_send(edge: Edge) -> None:
    async with edge.wire() as wire:
        await wire.send(edge.head(f"Content-Length: {len(BODY)}", "Expect: 100-continue", LAST))
        assert await wire.status() == 100
        await wire.send(BODY)
        assert await wire.statuses() == [200]


async def test_headers_that_only_our_own_framework_sets_open_nothing(edge: Edge) -> None:
    body = b"payload=" + quote(json.dumps({"type": "block_actions"})).encode()
    inner = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "approve"}
    assert await edge.post(body, headers={**inner, "X-Slack-Signature": "v0=0"}) == 401
    assert await edge.post(body, headers=inner) in {200, 400, 404}
