"""Tokens that lapse are replaced before they do, by one process only: a refresh token is good once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import structlog

from bot.application.installations import Installations, ServedWorkspace
from bot.application.ports import Clock
from bot.domain.installation import InstalledBot
from bot.store import InstallationStore, StoreUnavailable

log = structlog.get_logger()

# Slack's tokens work for 12 hours (docs.slack.dev/authentication/using-token-rotation).
EARLY = timedelta(hours=2)  # before it lapses, a token is replaced while whoever needs it goes on
AT_LAST = timedelta(minutes=2)  # before it lapses, whoever needs it waits for the new one
PATIENCE = 1.5  # seconds for which a request or a job waits for the process that is replacing its token
LOOKS = 15

RenewToken = Callable[[InstalledBot], Awaitable[InstalledBot]]
"""Slack's new token for a refresh token; raises ``TokenNotRenewed``."""


class TokenNotRenewed(Exception):
    """Slack gave no new token; with ``for_good`` it never will for this refresh token."""

    def __init__(self, *, for_good: bool) -> None:
        super().__init__(for_good)
        self.for_good = for_good


class RenewTokens:
    """Replaces tokens that lapse; those that work for good stay as they are."""

    def __init__(
        self, installations: Installations, store: InstallationStore, renew: RenewToken, now: Clock
    ) -> None:
        self._installations = installations
        self._store = store
        self._renew = renew
        self._now = now
        self._ahead: dict[str, asyncio.Task[None]] = {}
        self._given: dict[str, tuple[InstalledBot, InstalledBot]] = {}  # by home, what is not kept yet

    def has_lapsed(self, bot: InstalledBot) -> bool:
        """Whether Slack takes a token no more, because its time is over."""
        return bot.lapses is not None and bot.lapses <= self._now()

    async def fresh(self, workspace: ServedWorkspace) -> ServedWorkspace | None:
        """The workspace with a token that works for a while, or with the one it has where Slack is away.

        ``None`` where that has lapsed and Slack will give no other: the bot must be installed again.
        """
        bot = workspace.bot
        if bot.lapses is None or not bot.refresh_token or bot.lapses - self._now() > EARLY:
            return workspace
        if bot.lapses - self._now() > AT_LAST:
            self._renew_ahead(bot)
            return workspace
        return await self._renewed(workspace)

    def _renew_ahead(self, bot: InstalledBot) -> None:
        """Begin to replace a token that still works for some time, and let nobody wait for it."""
        home = bot.installation.home
        if home not in self._ahead:
            task = asyncio.create_task(self._ahead_of_time(bot), name="renewing a token")
            self._ahead[home] = task
            task.add_done_callback(lambda _: self._ahead.pop(home, None))

    @contextlib.asynccontextmanager
    async def finishing(self) -> AsyncIterator[None]:
        """Finish, at the end of the block, what was begun: a refresh token that was used is worth nothing."""
        try:
            yield
        finally:
            if self._ahead:
                await asyncio.wait(self._ahead.values(), timeout=PATIENCE)

    async def _ahead_of_time(self, bot: InstalledBot) -> None:
        with contextlib.suppress(*StoreUnavailable):
            await self._once(bot)

    async def _renewed(self, workspace: ServedWorkspace) -> ServedWorkspace | None:
        """The workspace when its token was replaced, by this process or another, or could not be."""
        for _ in range(LOOKS):
            tried = await self._once(workspace.bot)
            now = await self._installations.workspace(workspace.home)
            if tried or now is None or now.bot != workspace.bot:
                return now
            await asyncio.sleep(PATIENCE / LOOKS)
        return workspace

    async def _once(self, bot: InstalledBot) -> bool:
        """Replace a token unless another process is at it; whether this one has tried."""
        home = bot.installation.home
        if not await self._store.begin_refresh(home):
            return False
        try:
            now = await self._installations.workspace(home)
            if now is None or now.bot != bot:
                return True
            try:
                await self._replace(bot)
            except TokenNotRenewed as error:
                log.error("token not renewed", installation=home, for_good=error.for_good)
                if error.for_good and self.has_lapsed(bot):
                    await self._installations.renew(bot, None)
            return True
        finally:
            await self._store.end_refresh(home)

    async def _replace(self, bot: InstalledBot) -> None:
        """Put Slack's new token in the place of one; raises ``TokenNotRenewed``.

        Slack gives it once. Where Redis is away just then it is remembered, and kept at the next try.
        """
        home = bot.installation.home
        before, after = self._given.get(home, (None, bot))
        if before != bot:
            after = await self._renew(bot)
        self._given[home] = bot, after
        await self._installations.renew(bot, after)
        del self._given[home]
