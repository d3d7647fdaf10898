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

SENTINEL_SECONDS = 0.5  # two dead ones of three may come first


class _Sentinels(Sentinel):
    """Names the heir as soon as it is chosen; what the library asks names the former until all is over."""

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        for at, one in enumerate(self.sentinels):
            try:
                address = await one.sentinel_get_master_addr_by_name(service_name)
            except RedisError:
                continue
            if isinstance(address, tuple):
                self.sentinels.insert(0, self.sentinels.pop(at))  # it is asked first from now on
                return str(address[0]), int(address[1])
        raise MasterNotFoundError(f"No Sentinel answers that knows {service_name}.")


class _AsksAgain:
    """A primary that its replicas have left may have an heir, whom the Sentinels know."""

    async def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return await super().read_response(*args, **options)  # type: ignore[misc]
        except StoreRefused:
            await self.disconnect()  # type: ignore[attr-defined]
            raise


class _Connection(_AsksAgain, SentinelManagedConnection):
    pass


class _TLSConnection(_AsksAgain, SentinelManagedSSLConnection):
    pass


class SentinelPool(SentinelConnectionPool, Pool):
    """Connections to whatever server the Sentinels call the primary when they are opened."""

    async def aclose(self) -> None:
        await super().aclose()
        await self.sentinel_manager.aclose()


def sentinel_pool(address: Address, options: dict[str, Any]) -> SentinelPool:
    """The address names who we are to the servers; options with ``sentinel_`` before them, to the others."""
    asked = dict(address.options)
    theirs = {name: asked.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    more: dict[str, Any] = {**parse_url(f"redis://?{urlencode(asked)}")}
    tls = {name: value for name, value in more.items() if name.startswith("ssl_")} if address.tls else {}
    sentinel = _Sentinels(  # type: ignore[no-untyped-call]
        [(host, port or SENTINEL_PORT) for host, port in address.hosts],
        sentinel_kwargs={
            **theirs,
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
    return SentinelPool(address.service, sentinel, **options | own | more)  # type: ignore[no-untyped-call]
