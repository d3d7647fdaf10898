"""How full Redis is, as an operator reads it: of several nodes the fullest, and whether any evicts."""

from pathlib import Path

from bot.store import connect
from bot.store.topology.memory import StoreMemory
from tests.store.servers import cluster_of_three, one_server

MEGABYTE = 1_000_000


async def test_memory_limit_and_eviction_are_read_and_a_server_that_does_not_tell_is_let_be(
    tmp_path: Path,
) -> None:
    async with one_server(tmp_path) as server:
        redis = connect(server.url)
        try:
            memory = await StoreMemory(redis).read()
            assert memory is not None
            assert memory.used_bytes > 100_000
            assert (memory.limit_bytes, memory.eviction_off) == (0, True)
            await server.configure(maxmemory=str(64 * MEGABYTE), maxmemory_policy="allkeys-lru")
            memory = await StoreMemory(redis).read()
            assert memory is not None
            assert (memory.limit_bytes, memory.eviction_off) == (64 * MEGABYTE, False)
        finally:
            await redis.aclose()
        await server.ask("ACL", "SETUSER", "bot", "on", ">pw", "~*", "&*", "+@all", "-info")
        mute = connect(server.url.replace("//", "//bot:pw@"))
        try:
            assert await StoreMemory(mute).read() is None
        finally:
            await mute.aclose()


async def test_of_a_cluster_the_node_counts_that_is_nearest_to_its_limit(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path) as nodes:
        await nodes[0].configure(maxmemory=str(900 * MEGABYTE))
        await nodes[1].configure(maxmemory=str(64 * MEGABYTE))
        await nodes[2].configure(maxmemory_policy="volatile-lru")
        redis = connect(nodes[0].url.replace("redis", "redis+cluster"))
        try:
            memory = await StoreMemory(redis).read()
        finally:
            await redis.aclose()
        assert memory is not None
        assert (memory.limit_bytes, memory.eviction_off) == (64 * MEGABYTE, False)
