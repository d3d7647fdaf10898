"""From the start of the process to the first acknowledged click."""

import asyncio
import socket
import time

from bot.app import Bot
from tests.bench.figures import Measured, compared
from tests.bench.house import House, card_of, click, payments, submitted
from tests.bench.load import answered, signed
from tests.bench.programs import START_SECONDS, bare, bot, launched, not_started

TRY_EVERY = 0.005


async def measure(house: House, quick: bool) -> Measured:
    """In turn with Bolt's guide under the same uvicorn; Redis runs already. The median of some starts."""
    ours: list[float] = []
    floor: list[float] = []
    async with house.bot() as here:
        for _ in range(2 if quick else 5):
            ours.append(await _first_ack(house, bot("--no-worker"), await _body(here)))
            floor.append(await _first_ack(house, bare("docs"), await _body(here)))
    return Measured([compared("start", "first click acknowledged, against Bolt's guide", "s", ours, floor)])


async def _body(here: Bot) -> bytes:
    review_state = await submitted(here, payments(3, flagged=True))
    return click(review_state, 1, await card_of(here, review_state))


async def _first_ack(house: House, arguments: tuple[str, ...], body: bytes) -> float:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = house.environment | {"PORT": str(port)}
    began = time.perf_counter()
    with launched(house.folder, arguments, settings) as (_, told):
        # In a thread: the workspace that the server asks who it is lives in this loop.
        if not await asyncio.to_thread(_acknowledged, port, signed(body, house.sandbox.signing_secret, port)):
            raise not_started(told)
        return time.perf_counter() - began


def _acknowledged(port: int, request: bytes) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS) as connection:
                connection.sendall(request)
                return answered(connection)
        except ConnectionRefusedError:
            time.sleep(TRY_EVERY)
    return False
