"""What REDIS_URL says: one server, one that Sentinel names, or a Cluster."""

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
    """An address in parts; for a socket ``hosts`` is empty, and only Sentinel has several and a ``service``.

    ``options`` are the query's, unread; names that begin with ``sentinel_`` are for the Sentinels.
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
    """The parts of ``url``; raises ``ValueError``, which does not quote it: it may carry a password."""
    try:
        return _read(url)
    except ValueError:
        raise ValueError("this is not the address of a Redis") from None


def _read(url: str) -> Address:
    # Several hosts are more than urlsplit takes apart, so they are cut out first.
    scheme, _, rest = url.partition("://")
    cut = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    who, _, places = rest[:cut].rpartition("@")
    beyond = urlsplit(f"{scheme}://host{rest[cut:]}")
    kind = KINDS.get(scheme)
    if kind is None or (kind == "cluster" and "," in places):
        raise ValueError("no such form")
    hosts = tuple(_host(one) for one in places.split(",") if one) if kind == "sentinel" else _one(places)
    path = [part for part in beyond.path.split("/") if part]
    if scheme == "unix" and not path:
        raise ValueError("no path")
    if scheme != "unix" and (not hosts or (kind == "sentinel" and not path)):
        raise ValueError("no host, or no service")
    numbers = path[1:] if kind == "sentinel" else path
    username, _, password = who.partition(":")
    return Address(
        kind=kind,
        tls=scheme.startswith("rediss"),
        hosts=hosts,
        service=path[0] if kind == "sentinel" else "",
        db=_number(numbers) if scheme != "unix" else 0,
        username=unquote(username) or None,
        password=unquote(password) or None,
        options=tuple(parse_qsl(beyond.query, keep_blank_values=True)),
    )


def _one(place: str) -> tuple[tuple[str, int | None], ...]:
    return (_host(place),) if place else ()


def _host(place: str) -> tuple[str, int | None]:
    parts = urlsplit(f"//{place}")
    if not parts.hostname or parts.port == 0:
        raise ValueError("no host, or no port")
    return parts.hostname, parts.port


def _number(path: list[str]) -> int:
    if len(path) > 1:
        raise ValueError("more than a database")
    return int(path[0]) if path else 0
