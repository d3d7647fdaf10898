"""Many workspaces in one process: each request and each job is for one, by its token, policy and channels."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog

from bot.application.at_work import (
    AtWork,
    NoWorkspace,
    at_work,
    is_at_work_for,
    set_to_work,
    set_to_work_within,
)
from bot.application.current_policy import CurrentPolicy, PolicyUnreadable, stored_policy
from bot.application.installations import Installations, ServedWorkspace
from bot.application.ports import RefusedForGood, TryLater
from bot.application.token_renewal import RenewTokens
from bot.domain.installation import InstalledBot
from bot.domain.policy import Policy
from bot.store import InstallationUnreadable, PolicyArchive

log = structlog.get_logger()

SLACK_AWAY = 30.0  # seconds until a job is tried again whose token has lapsed and could not be renewed


class NotInstalled(RefusedForGood):
    """A job is for a workspace that the bot was taken out of."""

    def __init__(self, home: str) -> None:
        super().__init__(
            f"Countersign is not installed in {home} any more, so nothing was done there. "
            "What was submitted and decided is stored. It can be installed again."
        )


class Workspaces:
    """Sets tasks to work for a workspace, and says what counts there.

    ``common`` is the policy of all that brought none of their own.
    """

    def __init__(
        self,
        installations: Installations,
        policies: PolicyArchive,
        common: CurrentPolicy,
        renewal: RenewTokens,
    ) -> None:
        self._installations = installations
        self._policies = policies
        self._common = common
        self._renewal = renewal

    async def begin(self, home: str) -> bool:
        """Set this task to work for an installation, as it stands now; whether the bot is installed there.

        Raises what ``StoreUnavailable`` names, ``InstallationUnreadable`` and ``PolicyUnreadable``.
        """
        set_to_work(None)
        workspace, _ = await asyncio.gather(self._installations.workspace(home), self._common.refresh())
        if workspace is not None:
            workspace = await self._renewal.fresh(workspace)
        if workspace is None:
            return False
        set_to_work(AtWork(workspace, await self._policy_of(workspace)))
        return True

    async def begin_job(self, home: str) -> None:
        """Set the task of a job to work for an installation.

        Raises ``NotInstalled``, ``TryLater`` where its token has lapsed and Slack gives no other just now,
        and what ``begin`` raises.
        """
        if not await self.begin(home):
            raise NotInstalled(home)
        if self._renewal.has_lapsed(at_work().workspace.bot):
            raise TryLater(SLACK_AWAY)

    async def ensure(self, home: str) -> None:
        """Set a task to work for an installation unless it is already; raises what ``begin_job`` raises."""
        if not is_at_work_for(home):
            await self.begin_job(home)

    @contextlib.asynccontextmanager
    async def within(self, home: str) -> AsyncIterator[bool]:
        """Be at work for an installation in this block; gives whether the bot is installed there."""
        with set_to_work_within():
            yield await self.begin(home)

    async def _policy_of(self, workspace: ServedWorkspace) -> Policy:
        if workspace.policy is None:
            return self._common()
        return await stored_policy(self._policies, workspace.policy)

    def for_each_that_has_operators(
        self, alarm: Callable[[str], Awaitable[None]]
    ) -> Callable[[str], Awaitable[None]]:
        """An alarm that the operators of every workspace hear, each in their own channel and once.

        Where it cannot be told in some, it raises the first error after all others were told; sounded again,
        it is told in these alone.
        """
        told: dict[str, set[str]] = {}  # homes by the sentence that some others still have to hear

        async def alarm_all(sentence: str) -> None:
            heard, failures = told.setdefault(sentence, set()), list[Exception]()
            for home in await self.homes():
                if home in heard:
                    continue
                try:
                    async with self.within(home) as is_served:
                        if is_served and operators():
                            await alarm(sentence)
                except (InstallationUnreadable, PolicyUnreadable) as error:
                    # Its channel is not known before somebody mends that, which others need not wait for.
                    log.warning("operators not told", installation=home, error=type(error).__name__)
                except Exception as error:  # whatever it is in one workspace, it is none of the others'
                    failures.append(error)
                    continue
                heard.add(home)
            if failures:
                raise failures[0]
            del told[sentence]

        return alarm_all

    async def homes(self) -> Sequence[str]:
        """The ids of all that the bot is installed in, in order."""
        return await self._installations.homes()


def policy() -> Policy:
    """The policy that counts where this task is at work; raises ``NoWorkspace``."""
    return at_work().policy


def our_bot() -> InstalledBot:
    """The bot where this task is at work; raises ``NoWorkspace``."""
    return at_work().workspace.bot


def card_channel() -> str | None:
    """Where cards go where this task is at work, ``None`` where people submit; raises ``NoWorkspace``."""
    return at_work().workspace.channel


def operators() -> str | None:
    """The channel of the operators where this task is at work; ``None`` also where it is for no workspace."""
    try:
        return at_work().workspace.operators
    except NoWorkspace:
        return None
