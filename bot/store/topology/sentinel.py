"""Connections to the server that Sentinels call the primary."""

from typing import Any
from urllib.parse import urlencode

from redis.asyncio.connection import parse_url
from redis.asyncio.sentinel import (
    MasterNotFoundError,
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.exceptions import RedisError

from bot.config.redis_address import SENTINEL_PORT, Address
from bot.store.faults import StoreRefused
from bot.store.topology.pool import Pool

SENTINEL_SECONDS = 0.5  # for each Sentinel, since two dead ones of three may be asked first


class _Sentinels(Sentinel):
    """Asks Sentinel for the new primary as soon as it is chosen, before the failover is complete.

    The library's own question (``SENTINEL MASTERS``) is answered with the old primary until then.
    """

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Host and port of the primary; raises ``MasterNotFoundError`` where no Sentinel knows it."""
        for place, client in enumerate(self.sentinels):
            try:
                address = await client.sentinel_get_master_addr_by_name(service_name)
            except RedisError:
                continue
            if isinstance(address, tuple):
                self.sentinels.insert(
                    0, self.sentinels.pop(place)
                )  # this Sentinel is asked first from now on
                return str(address[0]), int(address[1])
        raise MasterNotFoundError(f"No Sentinel answers that knows {service_name}.")


class _LeavesRefusing:
    """Closes a connection whose server refuses writes: its replicas may have a new primary by now.

    The next connection is made to the server that the Sentinels name then.
    """

    async def read_response(self, *args: Any, **options: Any) -> Any:
        """The answer to a command; where it is a refusal, the connection is closed."""
        try:
            return await super().read_response(*args, **options)  # type: ignore[misc]
        except StoreRefused:
            await self.disconnect()  # type: ignore[attr-defined]
            raise


class _Connection(_LeavesRefusing, SentinelManagedConnection):
    pass


class _TLSConnection(_LeavesRefusing, SentinelManagedSSLConnection):
    pass


class SentinelPool(SentinelConnectionPool, Pool):
    """Connections to whatever server the Sentinels call the primary when they are opened."""

    async def aclose(self) -> None:
        """Close the connections to the servers and to the Sentinels."""
        await super().aclose()
        await self.sentinel_manager.aclose()


def sentinel_pool(address: Address, options: dict[str, Any]) -> SentinelPool:
    """A pool for an address with Sentinels, with ``options`` as redis-py takes them.

    User and password of the address are for the servers; the query's ``sentinel_username`` and
    ``sentinel_password`` are for the Sentinels.
    """
    query = dict(address.options)
    login = {name: query.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    parsed: dict[str, Any] = {**parse_url(f"redis://?{urlencode(query)}")}
    tls = {name: value for name, value in parsed.items() if name.startswith("ssl_")} if address.tls else {}
    sentinel = _Sentinels(  # type: ignore[no-untyped-call]
        [(host, port or SENTINEL_PORT) for host, port in address.hosts],
        sentinel_kwargs={
            **login,
            **tls,
            "ssl": address.tls,
            "decode_responses": True,
            "socket_timeout": SENTINEL_SECONDS,
            "socket_connect_timeout": SENTINEL_SECONDS,
            "retry": options["retry"],
        },
    )
    own: dict[str, Any] = {"username": address.username, "password": address.password, "db": address.db}
    own["connection_class"] = _TLSConnection if address.tls else _Connection
    return SentinelPool(address.service, sentinel, **options | own | parsed)  # type: ignore[no-untyped-call]
