"""The workspaces that a worker looks after: the one, or in turn each of many."""

import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from bot.application.current_policy import PolicyUnreadable
from bot.application.workspaces import Workspaces
from bot.store import InstallationUnreadable

log = structlog.get_logger()

PORTION = 50  # of many workspaces, looked at in one turn, so that a thousand of them cost no more than these


class Teams(Protocol):
    """Whom a worker looks after, by the ids of workspaces or organisations."""

    async def portion(self) -> Sequence[str]:
        """Those that are looked at now; all of them come in turn. Raises what ``StoreUnavailable`` names."""

    async def served(self, teams: Collection[str]) -> Collection[str]:
        """Those of ``teams`` for which something can be done; raises what ``StoreUnavailable`` names."""

    def within(self, team: str) -> AbstractAsyncContextManager[bool]:
        """Be at work for one of them in a block; gives whether anything can be done for it."""


class OneTeam:
    """The one workspace that a token is of; where jobs name another, they fail and say so."""

    def __init__(self, team: str) -> None:
        self._team = team

    async def portion(self) -> Sequence[str]:
        """That workspace."""
        return (self._team,)

    async def served(self, teams: Collection[str]) -> Collection[str]:
        """All of them."""
        return teams

    @contextlib.asynccontextmanager
    async def within(self, team: str) -> AsyncIterator[bool]:
        """Nothing need be set."""
        yield True


class ManyTeams:
    """Those that have installed the bot."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._after = ""
        self._unreadable: set[str] = set()  # of which the log tells once

    async def portion(self) -> Sequence[str]:
        """Some of them in order, behind those that came before; after the last come the first."""
        homes = await self._workspaces.homes()
        following = [home for home in homes if home > self._after] or list(homes)
        portion = following[:PORTION]
        self._after = portion[-1] if portion else ""
        return portion

    async def served(self, teams: Collection[str]) -> Collection[str]:
        """Those where the bot is installed."""
        return set(teams).intersection(await self._workspaces.homes()) if teams else ()

    @contextlib.asynccontextmanager
    async def within(self, team: str) -> AsyncIterator[bool]:
        """Be at work for one of them; nothing can be done for one of which token or policy cannot be read."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                is_served = await stack.enter_async_context(self._workspaces.within(team))
                self._unreadable.discard(team)
            except (InstallationUnreadable, PolicyUnreadable) as error:
                is_served = False
                if team not in self._unreadable:
                    self._unreadable.add(team)
                    log.error("workspace not looked after", installation=team, error=str(error))
            yield is_served
