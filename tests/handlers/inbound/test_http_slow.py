"""Clients that take their time, or too many connections; others are served meanwhile."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from handlers.inbound import http_server
from tests.handlers.inbound.edge import BODY, JSON, Edge, edge_of, entries, logged
from tests.office import PATIENCE, open_office


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    """An edge that serves Slack as ever after all that was done to it, and has logged no trace."""
    with logged() as written:
        async with open_office(tmp_path, with_worker=False) as office, edge_of(office) as edge:
            yield edge
            assert await edge.post(BODY, JSON) == 200
    assert not [entry for entry in entries(written) if "exception" in entry]


@contextlib.contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Give connections that are made within only so long for a request."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http_server, "REQUEST_SECONDS", seconds)
        yield


async def test_who_connects_and_says_nothing_is_let_go(edge: Edge) -> None:
    with patience(0.3):
        assert await edge.said_to(b"") == []


async def test_headers_and_bodies_that_come_byte_by_byte_are_cut_off(edge: Edge) -> None:
    slow = [
        (b"", b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"x" * 10_000),
        (edge.head("Content-Length: 900000"), b"x" * 900_000),
        (edge.head("Transfer-Encoding: chunked"), b"1\r\nx\r\n" * 100_000),
    ]
    answered = [
        # Refused by their headers, they go on sending all the same.
        (edge.head("Content-Length: 900000", stamp="1"), b"x" * 900_000),
        (edge.head("Transfer-Encoding: chunked", stamp="1"), b"1\r\nx\r\n" * 100_000),
        # The first request is whole, the second is not.
        (edge.head(f"Content-Length: {len(BODY)}") + BODY + b"POST /slack", b"/" * 10_000),
    ]

    async def dripped(first: bytes, rest: bytes, has_answer: bool) -> list[int]:
        async with edge.wire() as wire:
            await wire.send(first)
            status = [await wire.status()] if has_answer else []
            async with asyncio.timeout(PATIENCE):
                await wire.drip(rest)
            return status + await wire.statuses()

    with patience(0.3):
        assert await asyncio.gather(*(dripped(*one, False) for one in slow)) == [[]] * 3
        assert await asyncio.gather(*(dripped(*one, True) for one in answered)) == [[401], [401], [200]]


async def test_who_does_not_read_the_answers_is_cut_off(edge: Edge) -> None:
    host, port = edge.url.removeprefix("http://").split(":")
    loop = asyncio.get_running_loop()
    with socket.socket() as deaf, patience(0.5):
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        await loop.sock_connect(deaf, (host, int(port)))
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                while True:
                    await loop.sock_sendall(deaf, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 100)


async def test_where_all_places_are_taken_the_longest_silence_makes_room(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "MOST_CONNECTIONS", 4)
    async with contextlib.AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(edge.wire()) for _ in range(12)]
        for wire in silent:
            await wire.send(b"POST /slack/events HTTP/1.1\r\nX-Slow: ")
        assert await edge.post(BODY, JSON) == 200
        # Eight went for those that came after them, and one for the request that was answered.
        assert [await wire.statuses() for wire in silent[:9]] == [[]] * 9
        await silent[-1].send(b"x\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        assert await silent[-1].statuses() == [401]


async def test_a_request_that_is_being_answered_is_not_the_one_that_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "MOST_CONNECTIONS", 2)
    async with open_office(tmp_path, with_worker=False) as office, edge_of(office) as edge:
        begun, going = asyncio.Event(), asyncio.Event()
        dispatch = office.bot.slack.async_dispatch

        async def held(request: object) -> object:
            begun.set()
            await going.wait()
            return await dispatch(request)  # type: ignore[arg-type]

        monkeypatch.setattr(office.bot.slack, "async_dispatch", held)
        slow = asyncio.create_task(edge.post(BODY, JSON))
        await begun.wait()
        async with contextlib.AsyncExitStack() as stack:
            silent = [await stack.enter_async_context(edge.wire()) for _ in range(4)]
            assert [await wire.statuses() for wire in silent[:3]] == [[]] * 3
            going.set()
            assert await slow == 200


def test_an_answer_of_several_pieces_is_not_held_back() -> None:
    with http_server._bound("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
