"""A policy of one workspace's own is held against the one that counts there when it comes into force."""

from contextlib import aclosing
from pathlib import Path

import pytest

from bot.app import utc_now
from bot.application.apply_policy import ApplyPolicy, PolicyRefused
from bot.application.own_policy import OwnPolicy
from bot.domain.policy.written import WrittenPolicy
from bot.store import Stores, connect
from bot.store.opened import stores_over
from bot.store.topology.embedded import embedded_server

LOOSE, STRICT, OWN = (f'approvers = ["U_BEN"]\n[limits]\nUSD = {limit}\n' for limit in (1000, 10, 500))


async def bring_for_all(stores: Stores, text: str) -> None:
    apply = ApplyPolicy(stores.policies, stores.policy_history, utc_now)
    assert await apply.apply(await apply.compare(WrittenPolicy.of("all.toml", text)), "x", "y", loosen=True)


async def test_what_tightens_a_policy_that_gave_way_meanwhile_is_compared_again(tmp_path: Path) -> None:
    async with embedded_server(tmp_path) as url, aclosing(connect(url)) as redis:
        stores = stores_over(redis)
        own = OwnPolicy("T_ONE", stores.policies, stores.policy_history, utc_now)
        await bring_for_all(stores, LOOSE)
        proposal = await own.compare(WrittenPolicy.of("own.toml", OWN))
        assert not proposal.loosens
        await bring_for_all(stores, STRICT)  # while somebody reads what would change
        assert await own.bring(proposal, "x", "y", loosen=False) is None
        again = await own.compare(WrittenPolicy.of("own.toml", OWN))
        with pytest.raises(PolicyRefused):
            await own.bring(again, "x", "y", loosen=False)
        assert await stores.policy_history.of_workspace("T_ONE").newest() is None
        assert await own.bring(again, "x", "y", loosen=True)
