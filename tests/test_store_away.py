"""Redis that says no, says nothing, or is gone: a clear sentence, no acknowledgement, nothing half-done."""

import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, ResponseError

from bot.app import working
from tests.conftest import every_key_has_its_lifetime
from tests.handlers.inbound.edge import Edge, edge_of
from tests.office import TEAM, Json, Office, open_office, shows
from tests.store.servers import Server, eventually, one_server

UNCHANGED = "nothing was changed"
LATE = "Please look at the card before you try again"
SLACK_SECONDS = 3.0
PAYMENTS = "amount,vendor,memo\n" + "".join(f"{12000 + ref},Vendor {ref},Chairs\n" for ref in range(1, 9))


@dataclass(frozen=True, slots=True)
class Desk:
    """An office over HTTP with a server of its own, and a review of eight undecided payments in it."""

    office: Office
    edge: Edge
    server: Server
    card: Json

    async def approve(self, ref: int) -> int:
        """Click; the status that Slack gets."""
        answer = await self.office.click("U_REVIEWER", self.card, "approve", ref)
        return int(answer["status"])

    async def refused(self, ref: int, words: str = UNCHANGED) -> None:
        """A click now is not acknowledged, and its person hears ``words`` in time."""
        before = await self._heard(words)
        began = time.monotonic()
        assert await self.approve(ref) == 503
        await self.office.until(lambda state: _count(state, words) > before)
        assert time.monotonic() - began < SLACK_SECONDS

    async def taken(self, ref: int) -> None:
        """The same click works once the server does, without a restart of the bot; it counts once."""

        async def done() -> bool:
            return await self.approve(ref) == 200

        await eventually(done)
        assert await self.decided(ref) == 1

    async def decided(self, ref: int) -> int:
        """How many decisions the audit trail has of a payment."""
        trail = await self.office.bot.stores.reviews.audit(
            TEAM, (await self.office.review_state(self.card)).id
        )
        return [one.detail["ref"] for one in trail if one.event == "decided"].count(ref)

    async def _heard(self, words: str) -> int:
        return _count(await self.office.state(), words)


def _count(state: Json, words: str) -> int:
    return sum(one["ephemeral_to"] == "U_REVIEWER" and shows(one, words) for one in state["messages"])


@contextlib.asynccontextmanager
async def opened(folder: Path, *, jobs_go_on: bool = True, **options: str) -> AsyncIterator[Desk]:
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(one_server(folder / "server", **options))
        # Nobody delivers again by himself: each test clicks when it wants to.
        office = await stack.enter_async_context(
            open_office(folder, redis_url=server.url, with_worker=False, retry_delays=())
        )
        edge = await stack.enter_async_context(edge_of(office))
        office.sandbox.deliver_to(f"{edge.url}/slack/events")
        async with contextlib.AsyncExitStack() as beginning:
            await beginning.enter_async_context(working(office.bot))
            await office.command("U_REQUESTER", PAYMENTS)
            card = await office.card("8 of 8 payments need")
            await office.said("You can say")
            if jobs_go_on:
                stack.push_async_exit(beginning.pop_all())
        yield Desk(office, edge, server, card)
        await every_key_has_its_lifetime(server.url)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(tmp_path) as one:
        yield one


# What makes the server refuse, and what mends it; reads go on with the first three.
REFUSALS: dict[str, tuple[list[str], list[str]]] = {
    "OOM": (["CONFIG SET maxmemory 1"], ["CONFIG SET maxmemory 0"]),
    "NOREPLICAS": (["CONFIG SET min-replicas-to-write 1"], ["CONFIG SET min-replicas-to-write 0"]),
    "READONLY": (["REPLICAOF 127.0.0.1 1"], ["REPLICAOF NO ONE"]),
    "MASTERDOWN": (
        ["CONFIG SET replica-serve-stale-data no", "REPLICAOF 127.0.0.1 1"],
        ["REPLICAOF NO ONE"],
    ),
}


async def test_each_no_of_the_server_changes_nothing_and_is_said(desk: Desk) -> None:
    for ref, (name, (spoil, mend)) in enumerate(REFUSALS.items(), start=1):
        for command in spoil:
            await desk.server.ask(*command.split())
        await desk.refused(ref)
        for command in mend:
            await desk.server.ask(*command.split())
        await desk.taken(ref)
        assert await desk.decided(ref) == 1, name


async def test_a_password_that_is_not_ours_any_more_is_an_outage(desk: Desk) -> None:
    async with Redis(port=desk.server.port) as operator:
        await operator.config_set("requirepass", "other")
        await operator.client_kill_filter(_type="normal", skipme=True)
        await desk.refused(1)
        await operator.config_set("requirepass", "")
        await desk.taken(1)


async def test_a_full_disk_is_an_outage_until_there_is_room_again(tmp_path: Path) -> None:
    async with opened(tmp_path, appendfsync="everysec") as desk:
        desk.server.fill_disk()

        async def noticed() -> bool:
            with contextlib.suppress(ResponseError):
                await desk.server.ask("SET", "x", "y", "EX", "100")
            return bool((await desk.server.ask("INFO", "persistence"))["aof_last_write_status"] == "err")

        await eventually(noticed)
        await desk.refused(1)
        desk.server.empty_disk()
        await desk.taken(1)


async def test_a_server_that_a_full_disk_ends_has_acknowledged_nothing(tmp_path: Path) -> None:
    """With ``appendfsync always`` it ends rather than answer what it could not write."""
    async with opened(tmp_path, jobs_go_on=False) as desk:
        await desk.taken(8)  # so that who clicks is known, and the next click writes its decision alone
        desk.server.fill_disk(room=100)
        await desk.refused(1, LATE)
        await desk.refused(1)
        await desk.server.start()
        assert await desk.decided(1) == 0
        await desk.taken(1)


async def test_while_it_loads_after_a_restart_it_is_an_outage(desk: Desk) -> None:
    await desk.server.ask("EVAL", "for i = 1, 15000 do redis.call('SET', 'x', i, 'EX', 300) end", 0)
    desk.server.kill()
    await desk.refused(1)
    desk.server.spawn(key_load_delay="150")  # microseconds for each of them

    async def loading() -> bool:
        with contextlib.suppress(BusyLoadingError):
            await desk.server.ask("PING")
            raise AssertionError("it has loaded before anybody could click")
        return True

    await eventually(loading)
    await desk.refused(1)
    await desk.taken(1)


async def test_a_restart_between_two_clicks_is_not_noticed(desk: Desk) -> None:
    assert await desk.approve(1) == 200
    desk.server.kill()
    await desk.server.start()
    assert await desk.approve(2) == 200
    assert [await desk.decided(ref) for ref in (1, 2)] == [1, 1]


async def test_a_server_that_says_nothing_is_told_of_in_time(desk: Desk) -> None:
    with desk.server.frozen():
        await desk.refused(1, "did not answer in time")
        await desk.refused(2)
    await desk.taken(1)
    await desk.taken(2)


@pytest.mark.parametrize("taken", [True, False])
async def test_a_step_without_an_answer_is_told_as_what_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    """A frozen server takes it when it wakes; one that holds writes back forgets it with its sender."""
    reviews = desk.office.bot.stores.reviews
    commit = reviews.commit

    async def in_that_moment(*step: Any, **more: Any) -> Any:
        monkeypatch.setattr(reviews, "commit", commit)
        if taken:
            with desk.server.frozen():
                return await commit(*step, **more)
        await desk.server.ask("CLIENT", "PAUSE", 60_000, "WRITE")
        return await commit(*step, **more)

    monkeypatch.setattr(reviews, "commit", in_that_moment)
    await desk.refused(1, LATE)
    await desk.server.ask("CLIENT", "UNPAUSE")
    if taken:
        await eventually(partial(desk.decided, 1))
    else:
        assert await desk.decided(1) == 0
        await desk.taken(1)
    await desk.office.card("7 of 8")


async def test_a_step_that_is_stored_is_acknowledged_though_the_queue_says_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job stays in the outbox, and the sweep queues it."""
    reviews = desk.office.bot.stores.reviews
    commit = reviews.commit

    async def then_silence(*step: Any, **more: Any) -> Any:
        monkeypatch.setattr(reviews, "commit", commit)
        done = await commit(*step, **more)
        os.kill(desk.server.pid, signal.SIGSTOP)
        return done

    monkeypatch.setattr(reviews, "commit", then_silence)
    began = time.monotonic()
    try:
        assert await desk.approve(1) == 200
        assert time.monotonic() - began < SLACK_SECONDS
    finally:
        os.kill(desk.server.pid, signal.SIGCONT)
    await desk.office.card("7 of 8")
