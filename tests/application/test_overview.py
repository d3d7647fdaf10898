"""What one person finds among many reviews, most of which they may not see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.overview import FOUND_READ, LookOver
from bot.domain.transaction import Transaction
from bot.store.topology.embedded import embedded_server
from tests.domain.payments import pay
from tests.store.audited import origin
from tests.wired import TEAM, Townspeople, Wired, wired

OPEN, CLOSED_ROOM = "C1", "C_PRIVATE"
UNSEEN = 130  # more than one answer reads, and more than an index once kept of a term


class TwoRooms(Townspeople):
    """A workspace in which one channel has nobody in it that is asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def people_in_channel(self, team: str, channel: str) -> frozenset[str]:
        self.asked.append(channel)
        return frozenset() if channel == CLOSED_ROOM else await super().people_in_channel(team, channel)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path) as url, wired(url) as opened:
        yield opened


async def brought(service: Wired, number: int, channel: str, payment: Transaction) -> str:
    whence = origin(f"r{number}").model_copy(update={"channel": channel})
    state = await service.submit(whence, [payment])
    await service.index.submitted(state, [payment])
    return state.id


def looking(service: Wired, directory: TwoRooms) -> LookOver:
    stores = service.stores
    policy = service.policy.model_copy(update={"approvers": ("U_BOSS",)})
    return LookOver(
        reviews=stores.reviews,
        lists=stores.review_lists,
        index=stores.payment_index,
        messages=stores.messages,
        homes=stores.homes,
        policy=lambda: policy,
        access=service.access_through(directory, policy),
        now=service.now,
    )


async def test_what_one_may_see_is_found_behind_any_number_of_reviews_that_one_may_not(
    service: Wired,
) -> None:
    mine = await brought(service, 0, OPEN, pay(12_000, vendor="Acme Corp"))
    for number in range(1, UNSEEN):
        await brought(service, number, CLOSED_ROOM, pay(12_000, vendor="Acme Corp"))
    directory = TwoRooms()
    for text in ("acme", "12000"):
        found = await looking(service, directory).find(TEAM, "U_DOV", text)
        assert [one.review.state.id for one in found.payments] == [mine], text
    assert sorted(set(directory.asked)) == [OPEN, CLOSED_ROOM]
    assert len(directory.asked) == 4, "each channel is asked about once for an answer"
    assert UNSEEN < FOUND_READ
