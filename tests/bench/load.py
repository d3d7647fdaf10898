"""People who click: a client process with keep-alive connections, each one click at a time."""

import hashlib
import hmac
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

# Blocking sockets and requests signed beforehand, so that next to nothing of what is timed is the client.
ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Fired:
    """What came of the clicks: seconds of each, seconds of all, and how many answers were not 200."""

    latencies: list[float]
    seconds: float
    refused: int


def signed(body: bytes, secret: str, port: int) -> bytes:
    """A whole HTTP request as Slack sends it."""
    stamp = str(int(time.time())).encode()
    signature = hmac.new(secret.encode(), b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
    return (
        b"POST /slack/events HTTP/1.1\r\n"
        b"Host: 127.0.0.1:%d\r\n"
        b"User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        b"Accept-Encoding: gzip,deflate\r\nAccept: application/json,*/*\r\n"
        b"X-Slack-Signature: v0=%s\r\nX-Slack-Request-Timestamp: %s\r\n"
        b"Content-Length: %d\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n%s"
    ) % (port, signature.encode(), stamp, len(body), body)


def fire(port: int, secret: str, people: Sequence[Sequence[bytes]]) -> Fired:
    """Each person sends their bodies in order, on a connection of their own, as fast as answers come."""
    prepared = [[signed(body, secret, port) for body in bodies] for bodies in people]
    latencies: list[list[float]] = [[] for _ in people]
    refused = [0] * len(people)
    ready = threading.Barrier(len(people) + 1)

    def person(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.wait()
            for request in prepared[number]:
                began = time.perf_counter()
                connection.sendall(request)
                fine = answered(connection)
                latencies[number].append(time.perf_counter() - began)
                refused[number] += not fine

    threads = [threading.Thread(target=person, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return Fired([one for each in latencies for one in each], seconds, sum(refused))


def answered(connection: socket.socket) -> bool:
    """Read one answer to its end; whether it was 200."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        got += piece
    review_state, _, body = got.partition(b"\r\n\r\n")
    lines = review_state.lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return b" 200 " in lines[0]
