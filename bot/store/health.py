"""What ``doctor`` says of a Redis server."""

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.connection import StoreUnavailable, connect

OLDEST_REDIS = 7
OLDEST_VALKEY = 8

Check = tuple[str, bool, str]


async def check_store(url: str) -> list[Check]:
    """Name, whether it is fine, and what is so or what to mend; one row a check."""
    client = connect(url)
    try:
        return await _checks(client)
    except StoreUnavailable as error:
        return [("Redis", False, f"does not answer ({type(error).__name__}); check REDIS_URL")]
    except RedisError as error:
        return [("Redis", False, f"refuses INFO ({type(error).__name__}); allow it to this user")]
    finally:
        await client.aclose()


async def _checks(client: Redis) -> list[Check]:
    server = await client.info("server")
    persistence = await client.info("persistence")
    memory = await client.info("memory")
    valkey = "valkey_version" in server
    version = str(server["valkey_version" if valkey else "redis_version"])
    oldest = OLDEST_VALKEY if valkey else OLDEST_REDIS
    recent = int(version.split(".")[0]) >= oldest
    name = "Valkey" if valkey else "Redis"
    append_only = bool(persistence["aof_enabled"])
    policy = str(memory.get("maxmemory_policy", ""))
    return [
        (f"{name} version", recent, version if recent else f"{version}; at least {oldest} is needed"),
        (
            "append-only file",
            append_only,
            "on" if append_only else "off: a restart may lose decisions; set appendonly yes",
        ),
        (
            "eviction",
            policy == "noeviction",
            policy if policy == "noeviction" else f"{policy}: reviews may vanish; set noeviction",
        ),
    ]
