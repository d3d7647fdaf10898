"""Installations over a real server: encrypted, found, renewed once, and ended by news of their own end."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.application.installations import Installations
from bot.application.token_renewal import RenewTokens
from bot.domain.installation import Installation, InstalledBot
from bot.store import (
    BadKey,
    InstallationCipher,
    InstallationStore,
    InstallationUnreadable,
    StoreAway,
    connect,
    keys,
    new_key,
)
from bot.store.topology.embedded import embedded_server
from tests.conftest import every_key_has_its_lifetime

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OLD, NEW = new_key(), new_key()


def bot_of(team: str, token: str = "xoxb-secret-1", **more: Any) -> InstalledBot:
    return replace(
        InstalledBot(
            Installation(team),
            f"Works of {team}",
            "U_BOT",
            "B_BOT",
            token,
            "U_ADMIN",
            NOON,
            frozenset({"commands"}),
        ),
        **more,
    )


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with embedded_server(tmp_path) as url, aclosing(connect(url)) as client:
        yield client
        await every_key_has_its_lifetime(url)


@pytest.fixture
def installations(redis: Redis) -> Installations:
    return Installations(InstallationStore(redis), InstallationCipher([OLD]))


def process(redis: Redis, *under: str, remembered: int = 10) -> Installations:
    """Another process with these keys."""
    return Installations(InstallationStore(redis), InstallationCipher(under), remembered)


async def stored_text(redis: Redis) -> str:
    return str(
        [await redis.hgetall(key) async for key in redis.scan_iter() if await redis.type(key) == "hash"]
    )


async def test_a_bot_is_found_as_it_was_kept_and_nothing_of_it_can_be_read_in_redis(
    redis: Redis, installations: Installations
) -> None:
    grid = Installation("", "E_ORG", org_wide=True)
    bots = [
        bot_of("T_ONE"),
        bot_of("T_TWO", "xoxe.xoxb-1-x", refresh_token="xoxe-1-secret", lapses=NOON + timedelta(hours=12)),
        bot_of("", "xoxb-org", installation=grid),
    ]
    for bot in bots:
        await installations.keep(bot)
    for bot in bots:
        found = await process(redis, OLD).workspace(bot.installation.home)
        assert found is not None
        assert found.bot == bot
    assert await installations.workspace("T_NONE") is None
    text = await stored_text(redis)
    assert "E_ORG" in text
    assert not [word for word in ("xoxb", "xoxe", "secret", "Works") if word in text]
    assert "xox" not in repr(bots)


async def test_a_token_that_was_taken_back_anywhere_counts_nowhere(
    redis: Redis, installations: Installations
) -> None:
    there = process(redis, OLD)
    await installations.keep(bot_of("T_ONE"))
    assert await there.workspace("T_ONE") is not None
    await installations.remove("T_ONE")
    assert await there.workspace("T_ONE") is None
    for token in ("xoxb-2", "xoxb-3"):  # the second one while there is the first
        await installations.keep(bot_of("T_ONE", token))
        found = await there.workspace("T_ONE")
        assert found is not None
        assert found.bot.token == token


async def test_it_remembers_no_more_than_its_bound(
    redis: Redis, installations: Installations, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        await installations.keep(bot_of(f"T_{number}"))
    decrypted: list[str] = []
    plain = InstallationCipher.decrypt

    def counted(cipher: InstallationCipher, home: str, text: str) -> InstalledBot:
        decrypted.append(home)
        return plain(cipher, home, text)

    monkeypatch.setattr(InstallationCipher, "decrypt", counted)
    small = process(redis, OLD, remembered=3)
    for team in ("T_0", "T_1", "T_0", "T_2", "T_0", "T_3", "T_0", "T_1"):
        assert await small.workspace(team) is not None
    assert decrypted == ["T_0", "T_1", "T_2", "T_3", "T_1"]


@pytest.mark.parametrize(("ended", "stays"), [(-1, True), (0, False), (1, False)])
async def test_news_of_an_end_before_the_installation_are_about_an_earlier_one(
    installations: Installations, ended: int, stays: bool
) -> None:
    await installations.keep(bot_of("T_ONE"))
    assert await installations.remove("T_ONE", NOON + timedelta(seconds=ended)) is not stays
    assert (await installations.workspace("T_ONE") is not None) is stays
    assert await installations.remove("T_ONE", NOON + timedelta(seconds=ended)) is False  # told twice


async def test_a_token_is_renewed_once_and_never_after_the_end(
    redis: Redis, installations: Installations
) -> None:
    first = bot_of("T_ONE", "xoxb-1", refresh_token="r-1")
    await installations.keep(first)
    second, third = (replace(first, token=f"xoxb-{number}") for number in (2, 3))
    assert await installations.renew(first, second)
    assert not await process(redis, OLD).renew(first, third)
    found = await installations.workspace("T_ONE")
    assert found is not None
    assert found.bot == second
    await installations.remove("T_ONE")
    assert not await installations.renew(second, third)
    assert await installations.workspace("T_ONE") is None


async def test_keys_are_changed_without_a_moment_in_which_nothing_can_be_read(
    redis: Redis, installations: Installations
) -> None:
    await installations.keep(bot_of("T_ONE"))
    both = process(redis, NEW, OLD)
    await both.keep(bot_of("T_TWO"))
    assert [home async for home, found in both.all() if found] == ["T_ONE", "T_TWO"]
    assert await both.under_older_keys() == ["T_ONE"]
    with pytest.raises(
        InstallationUnreadable, match="T_ONE cannot be read with COUNTERSIGN_INSTALLATION_KEYS"
    ):
        await process(redis, NEW).workspace("T_ONE")

    assert await both.encrypt_anew() == 1
    assert await both.encrypt_anew() == 0
    only_new = process(redis, NEW)
    found = await only_new.workspace("T_ONE")
    assert found is not None
    assert found.bot == bot_of("T_ONE")
    assert [(home, found is None) async for home, found in process(redis, OLD).all()] == [
        ("T_ONE", True),
        ("T_TWO", True),
    ]


async def test_what_is_copied_from_one_workspace_to_another_is_not_taken_for_its_own(
    redis: Redis, installations: Installations
) -> None:
    await installations.keep(bot_of("T_ONE"))
    copied = await redis.hget(keys.INSTALLATIONS, "T_ONE")
    await redis.hset(keys.INSTALLATIONS, "T_TWO", str(copied))
    with pytest.raises(InstallationUnreadable, match="of another installation"):
        await installations.workspace("T_TWO")


async def test_what_cannot_be_read_is_forgotten_when_the_bot_is_taken_out(
    redis: Redis, installations: Installations
) -> None:
    await installations.keep(bot_of("T_ONE"))
    assert await process(redis, NEW).remove("T_ONE", NOON)
    assert await installations.workspace("T_ONE") is None


async def test_what_a_workspace_set_stays_and_is_read_with_it(
    redis: Redis, installations: Installations
) -> None:
    store = InstallationStore(redis)
    await installations.keep(bot_of("T_ONE"))
    await store.set("T_ONE", {"channel": "C_FIN", "operators": "C_OPS"})
    found = await installations.workspace("T_ONE")
    assert found is not None
    assert (found.channel, found.operators) == ("C_FIN", "C_OPS")
    await store.set("T_ONE", {"operators": ""})
    found = await installations.workspace("T_ONE")
    assert found is not None
    assert (found.channel, found.operators) == ("C_FIN", None)


async def test_a_state_is_good_once_and_for_ten_minutes(redis: Redis) -> None:
    store = InstallationStore(redis)
    state = await store.issue_state()
    assert 595 < await redis.ttl(keys.install_state(state)) <= 600
    assert [await store.use_state(each) for each in (state, state, "guessed")] == [True, False, False]


async def test_one_process_at_a_time_refreshes_a_token(redis: Redis) -> None:
    store = InstallationStore(redis)
    assert [await store.begin_refresh(home) for home in ("T_ONE", "T_ONE", "T_TWO")] == [True, False, True]
    await store.end_refresh("T_ONE")
    assert await store.begin_refresh("T_ONE")


async def test_a_token_that_slack_gave_while_redis_was_away_is_kept_when_it_is_back(
    redis: Redis, installations: Installations, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []

    async def renew(bot: InstalledBot) -> InstalledBot:
        used.append(bot.refresh_token)
        lapses = NOON + timedelta(hours=12)
        return replace(bot, token=f"xoxb-{len(used) + 1}", refresh_token=f"r-{len(used) + 1}", lapses=lapses)

    async def away(*_: object) -> bool:
        raise StoreAway("away")

    tokens = RenewTokens(installations, InstallationStore(redis), renew, lambda: NOON)
    await installations.keep(bot_of("T_ONE", refresh_token="r-1", lapses=NOON + timedelta(minutes=1)))
    first = await installations.workspace("T_ONE")
    assert first is not None
    with monkeypatch.context() as broken:
        broken.setattr(InstallationStore, "replace", away)
        with pytest.raises(StoreAway):
            await tokens.fresh(first)
    fresh = await tokens.fresh(first)
    assert fresh is not None
    assert (fresh.bot.token, fresh.bot.refresh_token, used) == ("xoxb-2", "r-2", ["r-1"])
    # What is installed anew in between is another token, for which nothing was given.
    await installations.keep(bot_of("T_ONE", refresh_token="r-9", lapses=NOON + timedelta(minutes=1)))
    again = await installations.workspace("T_ONE")
    assert again is not None
    newest = await tokens.fresh(again)
    assert newest is not None
    assert (newest.bot.token, used) == ("xoxb-3", ["r-1", "r-9"])


@pytest.mark.parametrize("under", [[], ["short"], [OLD, "no key"]])
def test_what_is_no_key_is_refused_and_not_quoted(under: list[str]) -> None:
    with pytest.raises(BadKey) as refused:
        InstallationCipher(under)
    assert "32 bytes" in str(refused.value)
    assert "short" not in str(refused.value)
