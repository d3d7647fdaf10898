"""What ``doctor`` says of who gets at a Redis: whether it asks who is there, who can listen on the way."""

import ipaddress
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from redis.exceptions import RedisError

from bot.config.redis_address import Address, read_address, without_login
from bot.store.topology.connection import StoreUnavailable, connect
from bot.store.topology.health import Check

WHO_CAN = "can read and change every review"


async def check_access(url: str) -> list[Check]:
    """The checks of the Redis at ``url``, which answers; it is also asked without user and password."""
    address = read_address(url)
    if not address.hosts and _is_private(Path(unquote(urlsplit(url).path))):
        return [("Redis access", True, "a socket that only its owner can open")]
    return [transport(address), await _password(url)]


def transport(address: Address) -> Check:
    """Whether somebody between the bot and Redis could listen."""
    name = "Redis transport"
    if not address.hosts:
        return (name, True, "a socket of this machine")
    if address.tls:
        if dict(address.options).get("ssl_cert_reqs") == "none":
            return (name, False, f"TLS to whoever answers, who {WHO_CAN}; leave out ssl_cert_reqs=none")
        return (name, True, "TLS")
    if all(_is_loopback(host) for host, _ in address.hosts):
        return (name, True, "inside this machine")
    return (name, False, f"plain text: who listens on the way {WHO_CAN}; use TLS (rediss://)")


async def _password(url: str) -> Check:
    """Ask without a password: one that is set and not needed keeps nobody out."""
    client = connect(without_login(url))
    try:
        await client.ping()
    except (RedisError, *StoreUnavailable):  # a Cluster's client refuses with an error of its own
        return ("Redis password", True, "asked for")
    finally:
        await client.aclose()
    return ("Redis password", False, f"not asked for: who reaches it {WHO_CAN}; set one, or an ACL user")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_private(socket: Path) -> bool:
    """Whether the socket or a folder on the way to it keeps all others of the machine out."""
    try:
        if not socket.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return True
        folders = socket.resolve().parents
        return any(not folder.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH) for folder in folders)
    except OSError:
        return False
