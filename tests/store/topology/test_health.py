"""What the doctor says of replicas, of a Cluster, and of a user who may not do everything."""

from pathlib import Path

from bot.store.topology.health import check_store
from tests.store.servers import cluster_of_three, one_server, watched_servers

LOSSY = "a primary that is cut off goes on taking decisions, and a failover loses them"


async def checks_of(url: str) -> dict[str, tuple[bool, str]]:
    return {name: (fine, words) for name, fine, words in await check_store(url)}


async def test_a_log_that_is_written_a_second_late_and_a_user_without_a_command_are_to_be_mended(
    tmp_path: Path,
) -> None:
    async with one_server(tmp_path, appendfsync="everysec") as server:
        rows = await checks_of(server.url)
        words = "everysec: a power failure may lose the last second of decisions; set appendfsync always"
        assert rows["append-only file"] == (False, words)
        assert "permissions" not in rows
        await server.configure(appendfsync="always")
        await server.ask("ACL", "SETUSER", "bot", "on", ">pw", "~*", "&*", "+@all", "-xadd", "-config")
        rows = await checks_of(server.url.replace("//", "//bot:pw@"))
        assert rows["permissions"] == (
            False,
            "this user may not use XADD; a step would be left half-done",
        )
        assert rows["append-only file"][0]
        assert "does not tell" in rows["append-only file"][1]


async def test_sentinels_are_asked_for_the_primary_and_it_for_its_replicas(tmp_path: Path) -> None:
    async with watched_servers(tmp_path) as watched:
        assert (await checks_of(watched.url))["replicas"] == (False, f"{LOSSY}; set min-replicas-to-write 1")
        await watched.servers[0].configure(min_replicas_to_write=1)
        rows = await checks_of(watched.url)
        assert rows["replicas"] == (True, "1 connected; without 1 in 10 s, no writes")
        assert all(fine for fine, _ in rows.values())
        role = (await checks_of(watched.servers[1].url))["role"]
        assert role == (
            False,
            "a replica takes no decisions; REDIS_URL must name the primary or the Sentinels",
        )


async def test_each_node_of_a_cluster_is_looked_at(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path) as nodes:
        url = nodes[0].url.replace("redis", "redis+cluster")
        assert all(fine for fine, _ in (await checks_of(url)).values())
        await nodes[2].configure(maxmemory_policy="allkeys-lru")
        fine, words = (await checks_of(url))["eviction"]
        assert not fine
        assert words.endswith(f"set noeviction (127.0.0.1:{nodes[2].port})")
        assert not (await checks_of(nodes[0].url))["role"][0]
