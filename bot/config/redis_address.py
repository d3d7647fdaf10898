"""The address in REDIS_URL: of one server, of a server that Sentinel names, or of a Cluster."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Kind = Literal["server", "sentinel", "cluster"]

KINDS: dict[str, Kind] = {
    "redis": "server",
    "rediss": "server",
    "unix": "server",
    "redis+sentinel": "sentinel",
    "rediss+sentinel": "sentinel",
    "redis+cluster": "cluster",
    "rediss+cluster": "cluster",
}
SENTINEL_PORT = 26379


@dataclass(frozen=True, slots=True)
class Address:
    """An address in parts.

    ``hosts`` is empty for a unix socket and has several only for Sentinel; a port is ``None`` where the
    address has none. ``service`` is the name of the primary, for Sentinel alone. ``options`` are those of the
    query; names that begin with ``sentinel_`` are for the Sentinels.
    """

    kind: Kind
    tls: bool
    hosts: tuple[tuple[str, int | None], ...]
    service: str
    db: int
    username: str | None
    password: str | None
    options: tuple[tuple[str, str], ...]


def read_address(url: str) -> Address:
    """The parts of ``url``; raises ``ValueError``, which does not quote it, since it may carry a password."""
    try:
        return _parse(url)
    except ValueError:
        raise ValueError("this is not the address of a Redis") from None


def without_login(url: str) -> str:
    """An address that ``read_address`` can read, without user and password."""
    scheme, _, rest = url.partition("://")
    end = min((place for place in map(rest.find, "/?#") if place >= 0), default=len(rest))
    tail = re.sub(r"(?<=[?&])(?:username|password)=[^&#]*&?", "", rest[end:])
    return f"{scheme}://{rest[:end].rpartition('@')[2]}{tail}"


def _parse(url: str) -> Address:
    # urlsplit cannot take several hosts apart, so that they are cut out first.
    scheme, _, rest = url.partition("://")
    end = min((place for place in map(rest.find, "/?#") if place >= 0), default=len(rest))
    login, _, places = rest[:end].rpartition("@")
    path_and_query = urlsplit(f"{scheme}://host{rest[end:]}")
    kind = KINDS.get(scheme)
    if kind is None or (kind == "cluster" and "," in places):
        raise ValueError("no such form")
    written = places.split(",") if kind == "sentinel" else [places]
    hosts = tuple(_host(place) for place in written if place)
    path = [part for part in path_and_query.path.split("/") if part]
    if scheme == "unix" and not path:
        raise ValueError("no path")
    if scheme != "unix" and (not hosts or (kind == "sentinel" and not path)):
        raise ValueError("no host, or no service")
    database = path[1:] if kind == "sentinel" else path
    username, _, password = login.partition(":")
    return Address(
        kind=kind,
        tls=scheme.startswith("rediss"),
        hosts=hosts,
        service=path[0] if kind == "sentinel" else "",
        db=_database(database) if scheme != "unix" else 0,
        username=unquote(username) or None,
        password=unquote(password) or None,
        options=tuple(parse_qsl(path_and_query.query, keep_blank_values=True)),
    )


def _host(place: str) -> tuple[str, int | None]:
    parts = urlsplit(f"//{place}")
    if not parts.hostname or parts.port == 0:
        raise ValueError("no host, or no port")
    return parts.hostname, parts.port


def _database(path: list[str]) -> int:
    if len(path) > 1:
        raise ValueError("more than a database")
    return int(path[0]) if path else 0
