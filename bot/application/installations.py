"""The installations of the bot: found by a request or a job, kept, renewed, and taken out.

What a process remembers is what it last decrypted, under the text that it decrypted. That text is read from
Redis at each request, so that a token that was revoked or renewed anywhere counts nowhere any more.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from bot.application.current_policy import PolicyUnreadable
from bot.domain.installation import InstalledBot
from bot.store import (
    AppliedPolicy,
    InstallationCipher,
    InstallationStore,
    InstallationUnreadable,
    JobAttempts,
    applied_policy,
)

REMEMBERED = 2_000  # installations of which the decrypted bot stays in memory, a KB each
CHANNEL, OPERATORS = "channel", "operators"  # names of what a workspace sets for itself


@dataclass(frozen=True, slots=True)
class ServedWorkspace:
    """An installation at the moment of a request or a job: the bot there, and what was set for it.

    ``channel`` is where cards go, ``None`` where people submit; ``operators`` is the channel that hears what
    needs attention. Both are Slack's ids. ``policy`` is the one that was brought for this workspace alone.
    """

    bot: InstalledBot
    policy: AppliedPolicy | None = None
    channel: str | None = None
    operators: str | None = None

    @property
    def home(self) -> str:
        """The id that everything of it is stored under."""
        return self.bot.installation.home


class Installations:
    """All of them, by the id of a workspace or, where the bot is in all of it, of an organisation.

    Raises what ``StoreUnavailable`` names, ``InstallationUnreadable`` and ``PolicyUnreadable``.
    """

    def __init__(
        self, store: InstallationStore, cipher: InstallationCipher, remembered: int = REMEMBERED
    ) -> None:
        self._store = store
        self._cipher = cipher
        self._remembered = remembered
        self._known: OrderedDict[str, tuple[str, InstalledBot]] = OrderedDict()

    async def workspace(self, home: str) -> ServedWorkspace | None:
        """An installation as it stands now; ``None`` where the bot is not installed."""
        stored = await self._store.workspace(home)
        if stored is None:
            self._known.pop(home, None)
            return None
        bot = self._bot(home, stored.encrypted)
        channel, operators = stored.settings.get(CHANNEL), stored.settings.get(OPERATORS)
        try:
            policy = applied_policy(stored.policy_line)
        except ValueError:
            raise PolicyUnreadable(
                f"The last line of the history of {home}'s own policies cannot be read."
            ) from None
        own = None if policy is None or policy.is_that_of_all else policy
        return ServedWorkspace(bot, own, channel or None, operators or None)

    def _bot(self, home: str, encrypted: str) -> InstalledBot:
        """The bot in a text; decrypted once, as long as it is remembered."""
        known = self._known.get(home)
        if known is None or known[0] != encrypted:
            known = (encrypted, self._cipher.decrypt(home, encrypted))
            self._known[home] = known
        self._known.move_to_end(home)
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return known[1]

    async def keep(self, bot: InstalledBot) -> None:
        """Keep what somebody has consented to, in place of an earlier installation."""
        await self._store.put(bot.installation.home, self._cipher.encrypt(bot))

    async def renew(self, before: InstalledBot, after: InstalledBot | None) -> bool:
        """Keep a bot with another token in place of the one before, or none; whether that was still there."""
        home = before.installation.home
        stored = await self._store.workspace(home)
        if stored is None or self._cipher.decrypt(home, stored.encrypted) != before:
            return False
        encrypted = self._cipher.encrypt(after) if after else ""
        return await self._store.replace(home, stored.encrypted, encrypted)

    async def remove(self, home: str, ended: datetime | None = None) -> bool:
        """Forget an installation that ended at a moment (aware UTC), or at once; whether there was one.

        News of an end that come after somebody has installed the bot anew are about the one before. Where
        what is kept cannot be read, it is forgotten: nothing can be done with it.
        """
        while (stored := await self._store.workspace(home)) is not None:
            if ended is not None and self._installed_after(home, stored.encrypted, ended):
                return False
            if await self._store.remove(home, stored.encrypted):
                self._known.pop(home, None)
                return True
        return False

    def _installed_after(self, home: str, encrypted: str, moment: datetime) -> bool:
        try:
            return self._cipher.decrypt(home, encrypted).installed_at > moment
        except InstallationUnreadable:
            return False

    async def homes(self) -> list[str]:
        """The ids of all of them, in order."""
        return await self._store.homes()

    async def all(self) -> AsyncIterator[tuple[str, ServedWorkspace | None]]:
        """Each installation by its id, in order; ``None`` for one that cannot be read."""
        for home in await self._store.homes():
            try:
                if (workspace := await self.workspace(home)) is not None:
                    yield home, workspace
            except InstallationUnreadable:
                yield home, None

    async def under_older_keys(self) -> list[str]:
        """The ids of those that the newest key cannot read."""
        older: list[str] = []
        for home in await self._store.homes():
            stored = await self._store.workspace(home)
            if stored is not None and not self._cipher.is_under_newest(stored.encrypted):
                older.append(home)
        return older

    async def encrypt_anew(self) -> int:
        """Put all under the newest key, however many older ones they are under; how many were changed."""
        changed = 0
        for home in await self.under_older_keys():
            while (stored := await self._store.workspace(home)) is not None:
                if self._cipher.is_under_newest(stored.encrypted):
                    break
                anew = self._cipher.encrypt(self._cipher.decrypt(home, stored.encrypted))
                if await self._store.replace(home, stored.encrypted, anew):
                    changed += 1
                    break
        return changed


async def resume_jobs(attempts: JobAttempts, home: str) -> int:
    """Have what was given up for a cause in a workspace tried again, now that the bot is back; how much.

    Raises what ``StoreUnavailable`` names.
    """
    letters = [letter for letter in await attempts.dead() if letter.cause and letter.ids[:1] == (home,)]
    for letter in letters:
        await attempts.ask_again(letter)
    return len(letters)
