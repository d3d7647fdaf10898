"""What ``doctor`` says of a Redis: one server, the primary that Sentinel names, or each node of a Cluster."""

import re
from collections.abc import Iterable
from importlib import resources
from typing import Any

from redis.exceptions import NoPermissionError, RedisError, ResponseError

from bot.store.topology.connection import StoreUnavailable, connect
from bot.store.topology.nodes import Execute, nodes_of

OLDEST_REDIS = 7
OLDEST_VALKEY = 8

Check = tuple[str, bool, str]  # its name, whether it is fine, and what is so or what to mend
Info = dict[str, Any]  # a server's answer to INFO

# Answers those commands of ARGV that the user may not use. A refusal in the middle of a step would leave it
# half done, so all commands are checked beforehand.
REFUSED_COMMANDS = """
local refused = {}
for _, command in ipairs(ARGV) do
  -- Some take several keys, so that each argument is one that the bot may have.
  local key = 'cs:{0}:outbox'
  if not redis.acl_check_cmd(command, key, key, key) then table.insert(refused, command) end
end
return refused
"""


async def check_store(url: str) -> list[Check]:
    """The checks of the Redis at ``url``; of several nodes, the first that needs mending for each check.

    Where it cannot be asked, the one check is called ``Redis``.
    """
    client = connect(url)
    try:
        nodes = await nodes_of(client)
        checks = [await _node_checks(execute, where) for where, execute in nodes.items()]
        return list(_worst(check for node in checks for check in node))
    except NoPermissionError as error:
        return [("Redis", False, f"refuses INFO ({type(error).__name__}); allow it to this user")]
    except StoreUnavailable as error:
        why = type(error.__cause__ or error).__name__
        return [("Redis", False, f"does not answer ({why}); check REDIS_URL")]
    except RedisError as error:
        return [("Redis", False, f"refuses INFO ({type(error).__name__}); allow it to this user")]
    finally:
        await client.aclose()


def _worst(checks: Iterable[Check]) -> Iterable[Check]:
    """One check a name: the first that needs mending, else the first."""
    worst: dict[str, Check] = {}
    for check in checks:
        name, fine, _ = check
        if name not in worst or (worst[name][1] and not fine):
            worst[name] = check
    return worst.values()


async def _node_checks(execute: Execute, where: str) -> list[Check]:
    info: Info = {}
    for section in ("server", "persistence", "memory", "replication", "cluster"):
        info |= await execute("INFO", section)
    checks: list[Check | None] = [_version(info), await _append_only_file(execute, info), _eviction(info)]
    checks += [await _replicas(execute, info), _role(info, where), await _permissions(execute)]
    return [
        (name, fine, sentence if fine else f"{sentence}{where}")
        for name, fine, sentence in (check for check in checks if check is not None)
    ]


def _version(info: Info) -> Check:
    is_valkey = "valkey_version" in info
    version = str(info["valkey_version" if is_valkey else "redis_version"])
    oldest = OLDEST_VALKEY if is_valkey else OLDEST_REDIS
    recent = int(version.split(".")[0]) >= oldest
    name = f"{'Valkey' if is_valkey else 'Redis'} version"
    return (name, recent, version if recent else f"{version}; at least {oldest} is needed")


async def _append_only_file(execute: Execute, info: Info) -> Check:
    if not info["aof_enabled"]:
        return ("append-only file", False, "off: a restart may lose decisions; set appendonly yes")
    fsync = await _config(execute, "appendfsync")
    if fsync in (None, "always"):
        sentence = "on" if fsync else "on (whether with appendfsync always, this server does not tell)"
        return ("append-only file", True, sentence)
    lost = "the last second of decisions" if fsync == "everysec" else "decisions"
    return ("append-only file", False, f"{fsync}: a power failure may lose {lost}; set appendfsync always")


def _eviction(info: Info) -> Check:
    policy = str(info.get("maxmemory_policy", ""))
    fine = policy == "noeviction"
    return ("eviction", fine, policy if fine else f"{policy}: reviews may vanish; set noeviction")


async def _replicas(execute: Execute, info: Info) -> Check | None:
    """A failover loses what no replica has received; ``min-replicas-to-write`` bounds how much that is."""
    if info["role"] != "master" or not info["connected_slaves"]:
        return None
    least = await _config(execute, "min-replicas-to-write")
    lag = await _config(execute, "min-replicas-max-lag")
    if least == "0" or lag == "0":
        sentence = "a primary that is cut off goes on taking decisions, and a failover loses them"
        return ("replicas", False, f"{sentence}; set min-replicas-to-write 1")
    connected = f"{info['connected_slaves']} connected"
    bound = "" if least is None else f"; without {least} in {lag} s, no writes"
    return ("replicas", True, f"{connected}{bound}")


def _role(info: Info, where: str) -> Check | None:
    if info["role"] != "master":
        return (
            "role",
            False,
            "a replica takes no decisions; REDIS_URL must name the primary or the Sentinels",
        )
    if info.get("cluster_enabled") and not where:
        return ("role", False, "this is a node of a Cluster; write redis+cluster:// in REDIS_URL")
    return None


async def _permissions(execute: Execute) -> Check | None:
    """Whether the user may use every command that a script calls."""
    folder = resources.files("bot.store").joinpath("scripts")
    scripts = [file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".lua")]
    commands = {name for script in scripts for name in re.findall(r"redis\.call\('(\w+)'", script)}
    refused = await execute("EVAL", REFUSED_COMMANDS, 0, *sorted(commands))
    if not refused:
        return None
    names = ", ".join(map(str, refused))
    return ("permissions", False, f"this user may not use {names}; a step would be left half-done")


async def _config(execute: Execute, name: str) -> str | None:
    """A setting of the server, or ``None`` where the server does not tell it, as many hosted ones."""
    try:
        settings: dict[str, str] = await execute("CONFIG GET", name)
    except ResponseError:
        return None
    return settings.get(name)
