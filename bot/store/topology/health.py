"""What ``doctor`` says of a Redis: one server, the primary that Sentinel names, or each node of a Cluster."""

import re
from collections.abc import Awaitable, Callable, Iterable
from importlib import resources
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, RedisError, ResponseError

from bot.store.topology.cluster import Cluster
from bot.store.topology.connection import StoreUnavailable, connect

OLDEST_REDIS = 7
OLDEST_VALKEY = 8

Check = tuple[str, bool, str]
Asks = Callable[..., Awaitable[Any]]

# A command that the user may not use fails in the midst of a step and leaves the half of it, so all are
# asked for beforehand.
MAY = """
local refused = {}
for _, command in ipairs(ARGV) do
  if not redis.acl_check_cmd(command, 'cs:{0}:outbox', 'x', 'x') then table.insert(refused, command) end
end
return refused
"""


async def check_store(url: str) -> list[Check]:
    """Name, whether it is fine, and what is so or what to mend; one row a check."""
    client = connect(url)
    try:
        nodes = await _nodes(client)
        rows = [await _checks(ask, where) for where, ask in nodes.items()]
        return list(_worst_of(row for node in rows for row in node))
    except NoPermissionError as error:
        return [("Redis", False, f"refuses INFO ({type(error).__name__}); allow it to this user")]
    except StoreUnavailable as error:
        why = type(error.__cause__ or error).__name__
        return [("Redis", False, f"does not answer ({why}); check REDIS_URL")]
    except RedisError as error:
        return [("Redis", False, f"refuses INFO ({type(error).__name__}); allow it to this user")]
    finally:
        await client.aclose()


async def _nodes(client: Redis) -> dict[str, Asks]:
    """How to ask each server that takes writes, by what to call it."""
    cluster: object = client  # the types call every client the same
    if not isinstance(cluster, Cluster):
        return {"": client.execute_command}
    await cluster.initialize()
    return {f" ({node.name})": node.execute_command for node in cluster.get_primaries()}


def _worst_of(rows: Iterable[Check]) -> Iterable[Check]:
    """One row a name: the first that asks for something, else the first."""
    found: dict[str, Check] = {}
    for row in rows:
        if row[0] not in found or (found[row[0]][1] and not row[1]):
            found[row[0]] = row
    return found.values()


async def _checks(ask: Asks, where: str) -> list[Check]:
    about: dict[str, Any] = {}
    for section in ("server", "persistence", "memory", "replication", "cluster"):
        about |= await ask("INFO", section)
    rows = [_version(about), await _log(ask, about), _eviction(about)]
    rows += [row for row in (await _replicas(ask, about), _role(about, where), await _may(ask)) if row]
    return [(name, fine, said if fine else f"{said}{where}") for name, fine, said in rows]


def _version(about: dict[str, Any]) -> Check:
    valkey = "valkey_version" in about
    version = str(about["valkey_version" if valkey else "redis_version"])
    oldest = OLDEST_VALKEY if valkey else OLDEST_REDIS
    recent = int(version.split(".")[0]) >= oldest
    name = f"{'Valkey' if valkey else 'Redis'} version"
    return (name, recent, version if recent else f"{version}; at least {oldest} is needed")


async def _log(ask: Asks, about: dict[str, Any]) -> Check:
    if not about["aof_enabled"]:
        return ("append-only file", False, "off: a restart may lose decisions; set appendonly yes")
    fsync = await _config(ask, "appendfsync")
    if fsync in (None, "always"):
        said = "on" if fsync else "on (whether with appendfsync always, this server does not tell)"
        return ("append-only file", True, said)
    lost = "the last second of decisions" if fsync == "everysec" else "decisions"
    return ("append-only file", False, f"{fsync}: a power failure may lose {lost}; set appendfsync always")


def _eviction(about: dict[str, Any]) -> Check:
    policy = str(about.get("maxmemory_policy", ""))
    fine = policy == "noeviction"
    return ("eviction", fine, policy if fine else f"{policy}: reviews may vanish; set noeviction")


async def _replicas(ask: Asks, about: dict[str, Any]) -> Check | None:
    """A failover may lose what no replica had; how much is for ``min-replicas-to-write`` to bound."""
    if about["role"] != "master" or not about["connected_slaves"]:
        return None
    least = await _config(ask, "min-replicas-to-write")
    lag = await _config(ask, "min-replicas-max-lag")
    if least == "0" or lag == "0":
        said = "a primary that is cut off goes on taking decisions, and a failover loses them"
        return ("replicas", False, f"{said}; set min-replicas-to-write 1")
    said = f"{about['connected_slaves']} connected"
    return ("replicas", True, said if least is None else f"{said}; without {least} in {lag} s, no writes")


def _role(about: dict[str, Any], where: str) -> Check | None:
    if about["role"] != "master":
        return (
            "role",
            False,
            "a replica takes no decisions; REDIS_URL must name the primary or the Sentinels",
        )
    if about.get("cluster_enabled") and not where:
        return ("role", False, "this is a node of a Cluster; write redis+cluster:// in REDIS_URL")
    return None


async def _may(ask: Asks) -> Check | None:
    scripts = [
        one for one in resources.files("bot.store").joinpath("scripts").iterdir() if one.name.endswith(".lua")
    ]
    calls = {call for one in scripts for call in re.findall(r"redis\.call\('(\w+)'", one.read_text("utf-8"))}
    refused = await ask("EVAL", MAY, 0, *sorted(calls))
    if not refused:
        return None
    names = ", ".join(str(one) for one in refused)
    return ("permissions", False, f"this user may not use {names}; a step would be left half-done")


async def _config(ask: Asks, name: str) -> str | None:
    """A setting of the server, or ``None`` where it is not told, as by many that are rented."""
    try:
        found: dict[str, str] = await ask("CONFIG GET", name)
    except ResponseError:
        return None
    return found.get(name)
