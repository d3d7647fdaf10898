"""Long texts are read beside the event loop, which goes on with everybody else's clicks meanwhile."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application import submit, take_in
from bot.application.off_loop import READ_AT_ONCE, read_off_loop
from bot.application.ports import FetchedFile
from bot.application.take_in import TakeInFiles
from bot.domain.submission import FileRef, Origin
from bot.intake import Intake, IntakeError, MappingOf, no_mapping, read_text
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin
from tests.wired import TEAM, Wired, wired

LONGEST = 40_000  # characters of a message in Slack
BUSY = "$5 to Acme Corp. Memo: chairs for the office\n" * (LONGEST // 45)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path) as url, wired(url) as opened:
        yield opened


@contextlib.asynccontextmanager
async def counting() -> AsyncIterator[list[None]]:
    """How often the event loop has come round."""
    turns: list[None] = []

    async def turn() -> None:
        while True:
            turns.append(None)
            await asyncio.sleep(0)

    task = asyncio.create_task(turn())
    await asyncio.sleep(0)
    try:
        yield turns
    finally:
        task.cancel()


async def test_the_event_loop_goes_on_while_the_longest_message_is_read() -> None:
    async with counting() as turns:
        before = len(turns)
        intake = await read_off_loop(BUSY, lambda typed: read_text(typed, currency="USD"))
        assert len(turns) - before > 1
    assert len(intake.transactions) == LONGEST // 45


async def test_a_short_text_is_read_where_it_arrives() -> None:
    async with counting() as turns:
        before = len(turns)
        await read_off_loop("$5 to A", lambda typed: read_text(typed, currency="USD"))
        assert len(turns) == before


async def test_what_is_wrong_with_a_long_text_is_told_as_of_a_short_one() -> None:
    for words in ("hello", "hello " * READ_AT_ONCE):
        with pytest.raises(IntakeError, match="no payment in the text"):
            await read_off_loop(words, lambda typed: read_text(typed, currency="USD"))


class Silent:
    """A publisher of which nothing is asked but the files."""

    async def fetch(self, team: str, file: FileRef, most: int) -> FetchedFile:
        return FetchedFile(b"amount,vendor\n5,A\n", "U_ANA")

    async def tell(self, origin: Origin, text: str) -> None:
        raise AssertionError(text)

    async def receipt(self, *_: object) -> None:
        pass

    draft = receipt


async def test_every_way_in_reads_a_long_text_beside_the_loop(
    service: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: list[bool] = []

    def noting(text: str, *, currency: str, mapping_of: MappingOf = no_mapping) -> Intake:
        readers.append(threading.current_thread() is threading.main_thread())
        return read_text(text, currency=currency, mapping_of=mapping_of)

    monkeypatch.setattr(submit, "read_text", noting)
    monkeypatch.setattr(take_in, "read_text", noting)
    await service.submitting.hand_in(origin("text"), BUSY)
    await service.submitting.hand_in(origin("beside"), BUSY, (FileRef(id="F1", name="p.csv"),))
    files = TakeInFiles(
        submit=service.submitting,
        columns=service.asking_columns,
        drafts=service.stores.drafts,
        policy=lambda: service.policy,
        publisher=Silent(),  # type: ignore[arg-type]  # the rest of a publisher is not asked for
    )
    (key,) = [key for key in service.queue.keys if key.startswith("take_in")]
    await files.take_in(TEAM, key.removeprefix(f"take_in:{TEAM}:"))
    assert readers == [False] * 3
    await service.submitting.hand_in(origin("short"), "$5 to A")
    assert readers == [False] * 3 + [True]
