"""Who may look: what Slack is asked about many reviews at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.ports import NotEstablished
from bot.store.topology.embedded import embedded_server
from tests.domain.payments import pay
from tests.store.audited import origin
from tests.wired import Townspeople, Wired, wired


class Silent(Townspeople):
    """A workspace that tells nothing of groups and channels; ``asked`` are those it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def people_of_group(self, team: str, group: str) -> frozenset[str]:
        self.asked.append(group)
        raise NotEstablished("missing_scope")

    async def people_in_channel(self, team: str, channel: str) -> frozenset[str]:
        self.asked.append(channel)
        raise NotEstablished("missing_scope")


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path) as url, wired(url) as opened:
        yield opened


async def test_of_many_reviews_slack_is_asked_once_about_each_group_and_channel(service: Wired) -> None:
    states = [await service.submit(origin(f"r{number}"), [pay(5)]) for number in range(3)]
    policy = service.policy.model_copy(update={"approvers": ("S1", "S2")})
    directory = Silent()
    access = service.access_through(directory, policy)
    assert await access.visible(states, "U_DOV") == []
    assert sorted(directory.asked) == sorted(["S1", "S2", states[0].channel])
    assert await access.visible(states, states[0].submitter) == states
