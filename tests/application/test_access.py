"""Who may look: what Slack is asked about many reviews at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.ports import NotEstablished
from bot.domain.policy import Policy
from bot.store.topology.embedded import embedded_server
from tests.domain.payments import pay
from tests.store.audited import origin
from tests.wired import TEAM, Townspeople, Wired, wired


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


async def test_a_group_that_the_policy_names_for_other_payments_opens_no_review(service: Wired) -> None:
    matrix = Policy.from_toml(
        """
        approvers = ["U_BEN"]
        [groups]
        board = ["U_FAY"]
        payroll = ["U_PAY"]
        [[routes]]
        name = "large"
        over = { GBP = 5_000 }
        stages = [{ from = "board" }]
        [[routes]]
        name = "payroll"
        vendor = ["Payroll Services"]
        stages = [{ from = "payroll" }]
        """
    )
    service.policy = service.policy.model_copy(
        update={"approvers": matrix.approvers, "groups": matrix.groups, "routes": matrix.routes}
    )
    created = await service.submit(origin(), [pay(90_000)])
    await service.assess(created.id)
    state = await service.reviews.state(TEAM, created.id)
    assert state is not None
    access = service.access_through(NoChannels())
    seen = [user for user in ("U_BEN", "U_FAY", "U_PAY") if await access.may_look(state, user)]
    decide = [user for user in ("U_BEN", "U_FAY", "U_PAY") if await access.decidable([state], user)]
    assert (seen, decide) == (["U_FAY"], ["U_FAY"])


class NoChannels(Townspeople):
    """A workspace in which nobody is in the channel of the card."""

    async def people_in_channel(self, team: str, channel: str) -> frozenset[str]:
        return frozenset()
