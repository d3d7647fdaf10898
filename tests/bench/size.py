"""The largest batch, as a file that somebody hands in.

How long until it waits for decisions, how much memory that takes, and how many bytes are kept for ever of
each of its payments. The bot's process is started for each file anew, since its peak is measured.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp

from bot.app import Bot
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import FileRef, Origin
from bot.store import connect
from bot.store.keys import ReviewKeys
from tests.bench.figures import Figure, Json, Measured
from tests.bench.house import CHANNEL, SUBMITTER, TEAM, House
from tests.bench.programs import NotMeasurable, bot, running
from tests.cli.test_size import ledger
from tests.intake.workbooks import Value, xlsx

BENCH = "size"
ROWS = 50_000
SECONDS, MEGABYTES, FOR_EVER = 20, 400, 120  # the goals; bytes of a payment
PATIENCE = 600.0  # seconds


async def measure(house: House, quick: bool) -> Measured:
    """A CSV and a workbook with as many payments; a tenth of them where it is to be quick."""
    rows = ROWS // 10 if quick else ROWS
    files: dict[str, Callable[[int], bytes]] = {"CSV": csv_of, "XLSX": workbook_of}
    redis = connect(house.redis_url)
    figures: list[Figure] = []
    details: Json = {}
    try:
        for kind, made in files.items():
            name, content = f"{rows:,} rows, {kind}", made(rows)
            async with house.bot() as here, running(house.folder, bot(), house.environment) as program:
                file = await _uploaded(house, f"payments.{kind.lower()}", content)
                began, cpu = time.perf_counter(), program.cpu_seconds()
                state = await _waiting(here, file)
                seconds, spent = time.perf_counter() - began, program.cpu_seconds() - cpu
                peak = _peak_megabytes(program.pid)
            figures += [
                Figure(BENCH, f"{name}: until it waits for decisions", "s", seconds, goal=SECONDS),
                Figure(BENCH, f"{name}: CPU of the bot's process", "s", spent),
                Figure(BENCH, f"{name}: peak of its memory", "MB", peak, goal=MEGABYTES),
            ]
            used = int(await redis.memory_usage(ReviewKeys(TEAM, state.id).audit, samples=0) or 0)
            details[kind] = {"flagged": state.flagged, "audit": used}
        figures.append(Figure(BENCH, "kept for ever of a payment", "B", used / rows, goal=FOR_EVER))
    finally:
        await redis.aclose()
    return Measured(figures, details)


def csv_of(rows: int) -> bytes:
    """Payments of three months, nearly all of them routine."""
    return ledger(rows).encode()


def workbook_of(rows: int) -> bytes:
    """As many payments to others, since the same ones would have been submitted before."""
    header, *lines = (line.split(",") for line in ledger(rows).replace("Vendor", "Supplier").splitlines())
    table: list[list[Value]] = [[*header]]
    table += [[*line[:2], float(line[2]), *line[3:]] for line in lines]
    return xlsx({"Payments": table})


async def _uploaded(house: House, name: str, content: bytes) -> FileRef:
    """A file in the workspace; nobody has told the bot of it."""
    form = aiohttp.FormData(quote_fields=False)
    for field, value in (("user", SUBMITTER), ("channel", CHANNEL), ("comment", "payments")):
        form.add_field(field, value)
    form.add_field("file", content, filename=name)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{house.sandbox.url}/sandbox/files", data=form) as response,
    ):
        (file,) = (await response.json())["response"]["files"]
    return FileRef(id=file, name=name, size=len(content))


async def _waiting(here: Bot, file: FileRef) -> ReviewState:
    """The review of a file that is handed in, as soon as it waits for decisions."""
    before = set(await here.stores.reviews.open_reviews(TEAM, newest=10))
    request = f"bench {secrets.token_hex(8)}"
    origin = Origin(
        team=TEAM, submitter=SUBMITTER, request=request, channel=CHANNEL, told_in=CHANNEL, source=file.name
    )
    await here.use_cases.submit.hand_in(origin, "", (file,))
    async with asyncio.timeout(PATIENCE):
        while True:  # another process judges it, and Redis has no event to wait for
            for name in set(await here.stores.reviews.open_reviews(TEAM, newest=10)) - before:
                state = await here.stores.reviews.state(TEAM, name)
                if state is not None and state.status is ReviewStatus.WAITING:
                    return state
            await asyncio.sleep(0.05)


def _peak_megabytes(pid: int) -> float:
    """The most memory that a process has had in use."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        raise NotMeasurable("The peak of a process is read from /proc, so from Linux.")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    assert peak is not None
    return int(peak[1]) / 1024
