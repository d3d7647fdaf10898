"""Installations in Redis: the encrypted bot of each, the settings of its workspace, states of consent."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts.replace_installation import ReplaceInstallationScript

# Attempts to install the bot within ``INSTALL_STATE_LIFE``, for all workspaces together. Anybody can begin
# one, and each keeps a key; each that comes back is a call of ``oauth.v2.access``, of which Slack allows an
# app some 100 a minute, and by which tokens are refreshed too.
MOST_BEGUN = 600


class TooManyBegun(Exception):
    """More attempts to install the bot were begun of late than anybody means."""


@dataclass(frozen=True, slots=True)
class StoredWorkspace:
    """One installation as it is stored: the ``encrypted`` bot, its settings by name.

    ``policy_line`` is the last line of the history of its own policies, ``None`` where it has none.
    """

    encrypted: str
    settings: Mapping[str, str]
    policy_line: str | None = None


class InstallationStore:
    """Installations by ``home``, the id of a workspace or an organisation.

    Tokens are seen here as texts that somebody else encrypts. Raises what ``StoreUnavailable`` names.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._replace = ReplaceInstallationScript(redis)

    async def workspace(self, home: str) -> StoredWorkspace | None:
        """One installation as it is stored, in one round trip; ``None`` where the bot is not installed."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hget(keys.INSTALLATIONS, home)
            pipe.hgetall(keys.workspace_settings(home))
            pipe.lindex(keys.policy_history(home), -1)
            encrypted, settings, policy = await pipe.execute()
        if encrypted is None:
            return None
        return StoredWorkspace(str(encrypted), settings, policy)

    async def homes(self) -> list[str]:
        """The ids of all workspaces and organisations that the bot is installed in, in order."""
        return sorted(cast("list[str]", await self._redis.hkeys(keys.INSTALLATIONS)))

    async def put(self, home: str, encrypted: str) -> None:
        """Keep an installation, in place of one that may be there."""
        await self._redis.hset(keys.INSTALLATIONS, home, encrypted)

    async def replace(self, home: str, seen: str, encrypted: str) -> bool:
        """Keep an installation in place of the text that was ``seen``; whether that stood there still."""
        return await self._replace(home, seen, encrypted)

    async def remove(self, home: str, seen: str) -> bool:
        """Forget the installation whose text was ``seen``; whether that stood there still."""
        return await self._replace(home, seen, "")

    async def settings(self, home: str) -> dict[str, str]:
        """What a workspace set, by name; it stays when the bot is taken out, and counts when it is back."""
        return cast("dict[str, str]", await self._redis.hgetall(keys.workspace_settings(home)))

    async def set(self, home: str, settings: Mapping[str, str]) -> None:
        """Set these settings of a workspace; an empty value takes one back."""
        key = keys.workspace_settings(home)
        async with self._redis.pipeline(transaction=True) as pipe:
            for name, value in settings.items():
                if value:
                    pipe.hset(key, name, value)
                else:
                    pipe.hdel(key, name)
            await pipe.execute()

    async def forget_settings(self, home: str) -> None:
        """Forget what a workspace set."""
        await self._redis.delete(keys.workspace_settings(home))

    async def issue_state(self) -> str:
        """A new random name for one attempt to install the bot, good once and for ten minutes.

        Raises ``TooManyBegun`` where as many were begun as within ten minutes may be.
        """
        if int(await self._redis.get(keys.INSTALLS_BEGUN) or 0) >= MOST_BEGUN:
            raise TooManyBegun
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(keys.INSTALLS_BEGUN)
            pipe.expire(keys.INSTALLS_BEGUN, keys.INSTALL_STATE_LIFE, nx=True)
            await pipe.execute()
        state = secrets.token_urlsafe(32)
        await self._redis.set(keys.install_state(state), 1, ex=keys.INSTALL_STATE_LIFE)
        return state

    async def use_state(self, state: str) -> bool:
        """Use up a state; whether it was issued, is not too old, and was not used before."""
        return bool(await self._redis.delete(keys.install_state(state)))

    async def begin_refresh(self, home: str) -> bool:
        """Whether this process is to refresh a token now, for which it has ``REFRESH_LIFE``."""
        return bool(await self._redis.set(keys.token_refresh(home), 1, nx=True, ex=keys.REFRESH_LIFE))

    async def end_refresh(self, home: str) -> None:
        """Let others refresh that token."""
        await self._redis.delete(keys.token_refresh(home))
