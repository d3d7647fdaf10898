"""What a process does about the policy: bring its file, follow what is in force, tell the operators."""

import hashlib
import socket
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial

import structlog

from bot import metrics
from bot.application.apply_policy import ApplyPolicy, in_words, some_of
from bot.application.current_policy import CurrentPolicy, PolicyUnreadable, stored_policy
from bot.application.ports import Clock, TryLater
from bot.application.repeating import repeating
from bot.config.policy_loading import PolicyFile
from bot.domain.policy import PolicyError
from bot.domain.policy.changes import changes_between
from bot.domain.policy.written import WrittenPolicy
from bot.store import AppliedPolicy, PolicyArchive, PolicyHistory, StoreUnavailable, said_by_redis

log = structlog.get_logger()

LOOK_SECONDS = 1.0
END_SECONDS = 1.0  # for which the end of a process waits for a look that has begun
RACES = 10  # how often others may come between comparing and applying, before it is left to the next look
RECENT = timedelta(days=7)  # what loosened before is no news
RECENT_ENTRIES = 20

Tell = Callable[[str], Awaitable[None]]
"""Tells the operators one sentence; raises where that cannot be done now."""


class PolicyWatch:
    """Brings the file of a process at its start and when it changes, and looks after what is in force.

    ``file`` is ``None`` where the process has none. A file that loosens is brought only where ``loosen``
    allows it. Whatever is refused leaves in force what is.
    """

    def __init__(
        self,
        current: CurrentPolicy,
        policies: PolicyArchive,
        history: PolicyHistory,
        *,
        file: PolicyFile | None,
        loosen: bool,
        now: Clock,
    ) -> None:
        self._current = current
        self._policies = policies
        self._history = history
        self._apply = ApplyPolicy(policies, history, now)
        self._file = file
        self._loosen = loosen
        self._now = now
        self._brought: tuple[int, ...] | None = None  # the stamp of the file when it was last brought
        self._seen: tuple[int, ...] | None = None  # its stamp at the last look
        self._written: WrittenPolicy | None = None  # what it said, where that could be read
        self._refusal: PolicyError | None = None
        self._refused_beside: AppliedPolicy | None = None
        self._news: dict[str, str] = {}  # what is still to be told, by its name
        self._noted: set[str] = set()
        self._looked_at: AppliedPolicy | None = None
        self._is_away = False

    async def begin(self) -> None:
        """Bring the file, and take over what is in force; where Redis is away, that is left to ``look``.

        Raises ``PolicyError`` where the file is refused and nothing is in force that could stay so, and
        ``PolicyUnreadable``.
        """
        try:
            if self._file:
                await self._bring(self._file)
            await self._current.refresh()
        except StoreUnavailable as error:
            log.warning("policy not read", error=type(error).__name__)
        else:
            if self._refusal and not self._current.applied:
                raise self._refusal
            self._log_refusal()
            self._count()

    async def look(self, tell: Tell) -> None:
        """One look at file and Redis: bring what has changed, and tell what the operators must know."""
        if self._file and self._must_bring(self._file):
            await self._bring(self._file)
            self._log_refusal()
        await self._current.refresh()
        self._count()
        if self._file:
            self._note_disagreement(self._file)
        await self._note_loosening()
        await self._tell(tell)

    def _must_bring(self, file: PolicyFile) -> bool:
        if self._brought is None:
            return True
        before, self._seen = self._seen, file.stamp()
        # Twice the same: while somebody writes a file, its beginning may be a policy too.
        is_changed = self._brought != self._seen == before
        is_lost = self._current.applied is None and self._refusal is None  # Redis was emptied
        return is_changed or is_lost

    def watching(self, tell: Tell) -> AbstractAsyncContextManager[None]:
        """Look every second until the block is left."""
        look = partial(self._look_again, tell)
        return repeating(look, LOOK_SECONDS, name="policy", at_once=True, patience=END_SECONDS)

    async def _look_again(self, tell: Tell) -> None:
        try:
            await self.look(tell)
            self._is_away = False
        except (*StoreUnavailable, PolicyUnreadable) as error:
            if not self._is_away:
                log.error("policy not read", error=said_by_redis(error) or type(error).__name__)
            self._is_away = True
            if isinstance(error, PolicyUnreadable):
                metrics.policy_disagrees("unreadable")
        except TryLater:
            pass  # Slack wants to be left alone; the news waits
        except Exception as error:  # the watch must live, whatever Slack's client raises
            log.error("the operators were not told of the policy", exc_info=error)

    async def _bring(self, file: PolicyFile) -> None:
        stamp = file.stamp()
        self._written = self._refusal = None
        try:
            self._written = file.read()
            done = await self._put_in_force(file, self._written)
        except PolicyError as error:
            version = self._written.policy.version if self._written else ""
            self._note("refused", f"{version} {error}", f"{_host()} refuses a policy file. {error}")
            self._refusal, self._refused_beside = error, await self._history.newest()
            done = True
        self._brought = stamp if done else None

    def _log_refusal(self) -> None:
        if self._refusal:
            log.error("the policy file is refused, what is in force stays", error=str(self._refusal))

    async def _put_in_force(self, file: PolicyFile, written: WrittenPolicy) -> bool:
        """Whether the file's policy is in force now; not where others came between, again and again."""
        for _ in range(RACES):
            proposal = await self._apply.compare(written)
            if proposal.is_in_force:
                return True
            place = f"{_host()}: {file.path.name}"
            applied = await self._apply.apply(proposal, file.brought_by, place, loosen=self._loosen)
            if applied:
                log.debug("policy in force", number=applied.number, version=applied.version)
                return True
        return False

    def _count(self) -> None:
        applied, why = self._current.applied, ""
        if self._refusal:
            why = "refused"
        elif self._disagrees():
            why = "file"
        metrics.policy_looked_at(applied.number if applied else 0, why)

    def _disagrees(self) -> bool:
        """Whether a policy is in force that is not the one of this process's file."""
        applied, written = self._current.applied, self._written
        return applied is not None and written is not None and written.policy != self._current()

    def _note_disagreement(self, file: PolicyFile) -> None:
        applied, written = self._current.applied, self._written
        if applied is None or written is None or not self._disagrees():
            return
        if self._refusal and applied == self._refused_beside:
            return  # told as a refusal
        version = written.policy.version
        self._note(
            "disagrees",
            f"{version} {applied.number} {applied.version}",
            f"{_host()} has a policy file, {file.path.name}, of version {version}. In force is "
            f"policy {in_words(applied)}; that counts, until the file changes or a process with it starts.",
        )

    async def _note_loosening(self) -> None:
        """Note what was allowed to loosen of late, whoever brought it."""
        applied = self._current.applied
        if applied == self._looked_at:
            return
        entries = await self._history.entries(RECENT_ENTRIES)
        for number, entry in enumerate(entries):
            if entry.loosened and entry.at > self._now() - RECENT:
                words = await self._loosening(entries[number - 1] if number else None, entry)
                key = f"{entry.number} {entry.version}"
                self._note("loosens", key, f"In force is policy {in_words(entry)}. {words}")
        self._looked_at = applied

    async def _loosening(self, before: AppliedPolicy | None, after: AppliedPolicy) -> str:
        try:
            policies = [await stored_policy(self._policies, entry) for entry in (before, after) if entry]
        except PolicyUnreadable as error:
            return str(error)
        words = [change.words for change in changes_between(*policies) if change.loosens] if before else []
        return f"It loosens the one before: {some_of(words)}." if words else "Its file sets nothing."

    def _note(self, kind: str, key: str, sentence: str) -> None:
        name = hashlib.sha256(f"{kind} {key}".encode()).hexdigest()[:16]
        if name not in self._noted:
            self._noted.add(name)
            self._news[name] = sentence
            if kind != "refused":
                log.warning("policy", news=kind, key=key)

    async def _tell(self, tell: Tell) -> None:
        """Tell what no other process has told."""
        for name, sentence in tuple(self._news.items()):
            if await self._history.may_tell(name):
                try:
                    await tell(sentence)
                except BaseException:
                    await self._history.was_not_told(name)
                    raise
            del self._news[name]


def _host() -> str:
    return socket.gethostname()
