"""Routes where it is not known who is in a group, or where anybody in the channel decides."""

import contextlib
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.check import check_review
from bot.application.ports import NotEstablished
from bot.domain.conversation import DecisionKind
from bot.domain.policy import Policy
from bot.domain.review.outcome import Outcome
from bot.domain.transaction import Transaction
from bot.store.keys import policy as policy_key
from bot.store.topology.embedded import embedded_server
from tests.application.test_routes import Desk
from tests.store.audited import origin, show
from tests.wired import TEAM, Townspeople, Wired, wired

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
GROUPED = """
approvers = ["U_BEN"]
last_fallback = "owners"
[groups]
board = ["S0BOARD"]
helpers = ["U_HAL"]
owners = ["U_GUS"]
[[routes]]
name = "large"
over = { USD = 5_000 }
stages = [{ from = "board", fallback = "helpers" }]
"""
ANYBODY = """
approvers = ["anyone"]
last_fallback = "owners"
[groups]
controllers = ["U_CHI", "U_EVA"]
owners = ["U_GUS"]
[[routes]]
name = "two"
over = { USD = 50_000 }
stages = [{ from = "controllers" }, { from = "approvers" }]
[[routes]]
name = "pair"
over = { USD = 5_000 }
stages = [{ from = "approvers", needs = 2, fallback = "owners" }]
"""
ROWS = [
    Transaction(ref=1, amount=Decimal(60_000), currency="USD", vendor="Acme"),
    Transaction(ref=2, amount=Decimal(12_000), currency="USD", vendor="Globex"),
]


class Slack(Townspeople):
    """A workspace with one group, of which it can fall silent."""

    silent = False

    async def people_of_group(self, team: str, group: str) -> frozenset[str]:
        if self.silent:
            raise NotEstablished
        return frozenset({"U_FAY"})

    async def people_in_channel(self, team: str, channel: str) -> frozenset[str]:
        return frozenset({"U_ANA", "U_BEN", "U_CHI", "U_EVA", "U_DOV"})


@contextlib.asynccontextmanager
async def opened(folder: Path, slack: Slack, policy: str) -> AsyncIterator[Desk]:
    async with embedded_server(folder) as url, wired(url) as process:
        process.policy = Policy.from_toml(policy)
        process.access = process.access_through(slack)
        state = await process.submit(origin(), ROWS)
        await process.assess(state.id)
        yield Desk(process, state.id)
        await show(process, TEAM, state.id)
        assert await check_review(process.stores, TEAM, state.id) == []


@pytest.mark.parametrize("user", ["U_HAL", "U_GUS"])
async def test_a_group_that_slack_does_not_tell_of_is_not_taken_for_empty(tmp_path: Path, user: str) -> None:
    slack = Slack()
    async with opened(tmp_path, slack, GROUPED) as desk:
        slack.silent = True
        assert await desk.outcome(user, A, 2) is Outcome.NOT_YOUR_STAGE
        assert (await desk.entry(2)).undecided
        slack.silent = False
        assert await desk.outcome("U_FAY", A, 2) is Outcome.RECORDED


async def test_where_anybody_in_the_channel_decides_a_later_stage_keeps_nobody_back(tmp_path: Path) -> None:
    async with opened(tmp_path, Slack(), ANYBODY) as desk:
        assert (await desk.decide("U_CHI", A, 1)).given == (1,)
        assert await desk.outcome("U_CHI", A, 1) is Outcome.NOT_YOUR_STAGE
        assert [one.by for one in (await desk.decide("U_DOV", A, 1)).recorded] == ["U_DOV"]


async def test_where_anybody_in_the_channel_decides_no_fallback_joins_them(tmp_path: Path) -> None:
    async with opened(tmp_path, Slack(), ANYBODY) as desk:
        assert await desk.outcome("U_GUS", A, 2) is Outcome.NOT_YOUR_STAGE
        assert (await desk.decide("U_BEN", A, 2)).given == (2,)
        assert await desk.outcome("U_BEN", A, 2) is Outcome.NOT_YOUR_STAGE
        assert [one.by for one in (await desk.decide("U_DOV", A, 2)).recorded] == ["U_DOV"]


@pytest.mark.parametrize("needs", ["all", "majority"])
def test_nobody_counts_most_of_a_channel(needs: str) -> None:
    with pytest.raises(ValueError, match='routes, pair: with approvers = "anyone" nobody knows'):
        Policy.from_toml(ANYBODY.replace("needs = 2", f'needs = "{needs}"'))


async def test_a_corrected_payment_keeps_its_route_where_the_policy_that_chose_it_is_lost(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, Slack(), GROUPED) as desk:
        process = desk.process
        state = await process.reviews.state(TEAM, desk.review_id)
        assert state is not None
        await process.redis.delete(policy_key(state.policy_version))
        other = Wired(process.redis, policy=Policy.from_toml('approvers = ["U_BEN", "U_FAY"]'))
        typed = {"amount": "13000", "currency": "USD", "vendor": "Globex"}
        result = await other.amending.correct(
            TEAM, desk.review_id, 2, 1, typed, desk.actor("U_ANA"), idempotency_key="form"
        )
        assert result.outcome is Outcome.RECORDED
        await other.assess(desk.review_id)
        entry = await desk.entry(2)
        assert entry.version == 2
        assert [stage.group for stage in entry.route.stages] == ["board"]  # type: ignore[union-attr]
        assert await desk.outcome("U_BEN", A, 2) is Outcome.NOT_YOUR_STAGE
