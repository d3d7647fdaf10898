"""A step is stored whole or not at all, wherever memory or the disk ends."""

import contextlib
from pathlib import Path

from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.policy import default_policy
from bot.domain.review.state import review_id
from bot.store import StoreUnavailable
from bot.store.keys import ReviewKeys
from tests.store.servers import one_server
from tests.store.test_reviews import actor, origin, payments, waiting
from tests.wired import TEAM, Wired, wired

ROWS = 2000  # some hundred kilobytes in one step


async def test_a_step_in_which_memory_ends_is_whole_or_absent(tmp_path: Path) -> None:
    async with one_server(tmp_path) as server, wired(server.url) as service:
        ends = set()
        for room in (-1000, 30_000, 200_000, 10_000_000):
            request = f"with room for {room}"
            keys = ReviewKeys(TEAM, review_id(TEAM, request, 5))
            await service.stores.policies.keep(default_policy())
            used = (await server.ask("INFO", "memory"))["used_memory"]
            await server.configure(maxmemory=used + room)
            with contextlib.suppress(*StoreUnavailable):
                await service.submit(origin(request), payments(ROWS))
            await server.configure(maxmemory=0)
            left = await server.ask("EXISTS", keys.state, keys.audit, keys.turns, keys.judgements)
            if left:
                await _is_whole(service, keys.review)
            ends.add("whole" if left else "absent")
            await service.submit(origin(request), payments(ROWS))  # again, now that there is room
            await _is_whole(service, keys.review)
        assert ends == {"whole", "absent"}


async def _is_whole(service: Wired, review: str) -> None:
    loaded = await service.reviews.load_whole(TEAM, review)
    assert loaded is not None
    assert len(loaded.entries) == loaded.state.total == ROWS
    assert [one.event for one in await service.reviews.audit(TEAM, review)].count("submitted") == 1


def _log_of(folder: Path) -> Path:
    (log,) = folder.rglob("*.incr.aof")
    return log


async def test_a_step_that_the_disk_has_only_the_beginning_of_is_absent(tmp_path: Path) -> None:
    """As a power failure leaves it, wherever in the step it came."""
    ask = (DecisionRequest(kind=DecisionKind.APPROVED),)
    async with one_server(tmp_path) as server, wired(server.url) as service:
        review = await waiting(service, 3)
        log = _log_of(tmp_path)
        before = log.stat().st_size
        await service.decide(TEAM, review, ask, actor())
        server.kill()
        whole = log.read_bytes()
        end = whole.index(b"EXEC", before)
        for part in (0.02, 0.3, 0.6, 1.0):
            log.write_bytes(whole[: before + int((end - before) * part)])
            await server.start()
            loaded = await service.reviews.load_whole(TEAM, review)
            assert loaded is not None
            assert (loaded.state.approved, loaded.state.undecided) == (0, 3)
            assert not any(entry.decision for entry in loaded.entries.values())
            assert "decided" not in [one.event for one in await service.reviews.audit(TEAM, review)]
            server.kill()
        log.write_bytes(whole)
        await server.start()
        review_state = await service.reviews.state(TEAM, review)
        assert review_state is not None
        assert (review_state.approved, review_state.undecided) == (3, 0)
