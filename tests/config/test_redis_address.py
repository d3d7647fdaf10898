"""REDIS_URL names one server, one that Sentinel watches, or a Cluster."""

import contextlib

import pytest
from docket._redis import RedisConnection

from bot.config.redis_address import Address, read_address
from bot.config.settings import SettingsError, read_settings
from bot.store import connect

SECRET = "s3cret/@,"
QUOTED = "s3cret%2F%40%2C"


def test_sentinels_are_read_with_the_service_the_database_and_who_we_are() -> None:
    url = f"rediss+sentinel://bot:{QUOTED}@a:26380,[::1],c/books/3?sentinel_password=x&ssl_ca_certs=/ca"
    assert read_address(url) == Address(
        kind="sentinel",
        tls=True,
        hosts=(("a", 26380), ("::1", None), ("c", None)),
        service="books",
        db=3,
        username="bot",
        password=SECRET,
        options=(("sentinel_password", "x"), ("ssl_ca_certs", "/ca")),
    )


@pytest.mark.parametrize(
    "url",
    [
        "redis://db/2",
        "unix:///run/redis.sock?db=1",
        "redis+sentinel://a:1,b:2,c/books/1",
        "rediss+sentinel://u:p@a/books?sentinel_username=s",
        "redis+cluster://node:7000",
        "rediss+cluster://u:p@node",
    ],
)
async def test_what_the_settings_take_both_the_store_and_the_queue_can_connect_to(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    assert read_settings().redis_url == url
    async with contextlib.aclosing(connect(url)):
        pass
    assert RedisConnection(url).url == url


@pytest.mark.parametrize(
    "url",
    [
        f"redis+sentinel://:{QUOTED}@a,b",  # no service
        f"redis+sentinel://:{QUOTED}@/books",
        f"redis+sentinel://:{SECRET}@a:x/books",
        f"redis+sentinel://:{QUOTED}@a/books/two",
        f"redis+cluster://:{QUOTED}@a:1,b:2",
        f"redis+cluster://:{QUOTED}@",
        f"redis+memory://:{QUOTED}@a",
        f"memory://{QUOTED}",
    ],
)
def test_what_is_no_address_is_said_without_the_password_in_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(SettingsError, match="redis\\+sentinel://host:26379,host:26379/service") as wrong:
        read_settings()
    with pytest.raises(ValueError, match="not the address") as raised:
        connect(url)
    for said in (str(wrong.value), str(raised.value)):
        assert "s3cret" not in said
