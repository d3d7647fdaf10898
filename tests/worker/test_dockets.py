"""Several queues of jobs, each for its share of the workspaces."""

import contextlib
from pathlib import Path

import pytest
from redis.crc import key_slot

from bot.app import assembled, working
from bot.config.settings import SettingsError
from bot.store import Job, connect
from bot.worker.dockets import Dockets, open_dockets, queue_name
from bot.worker.plain_docket import PlainDocket
from tests.office import SEED, cards, open_office
from tests.several_offices import Town, open_town
from tests.store.servers import cluster_of_three, eventually

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

# Of two queues, the first has the jobs of one workspace, and the second those of the other.
ONE, TWO = "T_SANDBOX", "T_THREE"


async def jobs_of(url: str, number: int, name: str = "publish") -> set[str]:
    """The workspaces of the jobs of a name that a queue knows."""
    async with contextlib.aclosing(connect(url)) as redis:
        found: set[str] = set()
        for prefix in (queue_name(number), f"{{{queue_name(number)}}}"):
            match = f"{prefix}:runs:{name}:*"
            found |= {
                str(key).removeprefix(f"{prefix}:runs:{name}:").split(":")[0]
                async for key in redis.scan_iter(match=match, count=1000)
            }
    return found


async def submit(town: Town, *teams: str) -> None:
    for team in teams:
        await town.office(team).command("U_REQUESTER", SEED)


async def both_decide(town: Town) -> None:
    """In both workspaces somebody decides what waits there, and the bot goes on to the summary."""
    for team in (ONE, TWO):
        office = town.office(team)
        card = await office.card("1 of 3")
        await office.click("U_REVIEWER", card, "approve", 2)
        await office.said("All payments have been processed.")


@pytest.mark.unit
def test_the_share_of_a_workspace_does_not_change_with_the_process() -> None:
    # Written down here: a process of another version must send a workspace's jobs to the same queue.
    dockets = Dockets([PlainDocket(queue_name(number)) for number in (1, 2, 3)])
    shares = {team: dockets.of(team).name for team in ("T_SANDBOX", "T_TWO", "T_THREE", "E_GRID", "")}
    assert shares == {
        "T_SANDBOX": "countersign-2",
        "T_TWO": "countersign",
        "T_THREE": "countersign-2",
        "E_GRID": "countersign-2",
        "": "countersign",
    }
    jobs = [
        Job("publish", "a", ("T_SANDBOX", "R-1", 1)),
        Job("digest", "b", ("T_TWO",)),
        Job("x", "c", ()),
    ]
    by_name = {docket.name: [job.key for job in share] for docket, share in dockets.shared_out(jobs).items()}
    assert by_name == {"countersign-2": ["a"], "countersign": ["b", "c"]}


async def test_each_workspace_has_its_jobs_in_one_queue_and_one_process_does_both(tmp_path: Path) -> None:
    async with open_town(tmp_path, queues=2) as town:
        await submit(town, ONE, TWO)
        await both_decide(town)
        url = town.bot.redis_url
        assert (await jobs_of(url, 1), await jobs_of(url, 2)) == ({ONE}, {TWO})
        assert [queue.workers for queue in await town.bot.dockets.state()] == [1, 1]


async def test_a_queue_without_a_worker_waits_and_holds_up_no_other(tmp_path: Path) -> None:
    async with open_town(tmp_path, queues=2, with_worker=False) as town:
        await submit(town, TWO, ONE)
        async with working(town.bot, [1]):
            await town.office(ONE).card("1 of 3")
            first, second = await town.bot.dockets.state()
            assert (first.workers, second.workers, second.jobs > 0) == (1, 0, True)
            assert cards(await town.office(TWO).state()) == []
            async with working(town.bot, [2]):
                await town.office(TWO).card("1 of 3")


async def test_fewer_or_more_queues_than_before_lose_no_job(tmp_path: Path) -> None:
    async with open_town(tmp_path, queues=2, with_worker=False) as town:
        await submit(town, ONE, TWO)

        async def are_queued() -> bool:
            return bool(await jobs_of(town.bot.redis_url, 2, "assess"))

        await eventually(are_queued)
        # A queue that there is no more still has the job; the sweep finds it in its outbox.
        one_queue = town.bot.settings.model_copy(update={"queues": 1, "redis_url": town.bot.redis_url})
        async with assembled(one_queue) as bot, working(bot):
            await town.office(TWO).card("1 of 3")
            await town.office(ONE).card("1 of 3")
        async with working(town.bot):
            await both_decide(town)
            for team in (ONE, TWO):
                assert len(cards(await town.office(team).state())) == 1


async def test_a_queue_that_there_is_not_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with open_office(tmp_path, with_worker=False) as office:
        with pytest.raises(SettingsError, match=r"There is no queue 2; COUNTERSIGN_QUEUES .* from 1 to 1"):
            working(office.bot, [1, 2])


async def test_on_a_cluster_the_queues_stand_on_different_servers_and_both_work(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path / "servers") as (node, *_):
        url = f"redis+cluster://127.0.0.1:{node.port}"
        async with open_dockets(url, 2) as dockets:
            thirds = [key_slot(docket.stream_key.encode()) * 3 // 16384 for docket in dockets.all]
        assert thirds == [0, 1]
        async with open_town(tmp_path / "town", queues=2, redis_url=url) as town:
            await submit(town, ONE, TWO)
            await both_decide(town)
        assert (await jobs_of(url, 1), await jobs_of(url, 2)) == ({ONE}, {TWO})


async def test_with_the_sweep_in_one_queue_and_all_jobs_in_another_what_the_queues_lose_is_done(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path, queues=2, with_worker=False) as town:
        await submit(town, TWO)

        async def are_queued() -> bool:
            return bool(await jobs_of(town.bot.redis_url, 2, "assess"))

        await eventually(are_queued)
        async with contextlib.aclosing(connect(town.bot.redis_url)) as redis:
            keys = [key async for key in redis.scan_iter(match="countersign*", count=1000)]
            assert await redis.delete(*keys)
        async with working(town.bot):
            await town.office(TWO).card("1 of 3")
