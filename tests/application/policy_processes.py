"""Processes of the bot that share one Redis, as far as the policy goes: a world for tests."""

from datetime import UTC, datetime
from pathlib import Path

from redis.asyncio import Redis

from bot.application.apply_policy import ApplyPolicy
from bot.application.current_policy import CurrentPolicy
from bot.application.policy_watch import PolicyWatch
from bot.application.ports import TryLater
from bot.config.policy_loading import PolicyFile
from bot.domain.policy.written import WrittenPolicy
from bot.store import stores_over

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
STRICT = 'approvers = ["U1"]\nlimits.USD = 100\n'
LOOSE = 'approvers = ["U1", "U2"]\nlimits.USD = 500\n'


class Process:
    """What one process of the bot knows and tells of the policy."""

    def __init__(self, redis: Redis, file: Path | None = None, *, loosen: bool = False) -> None:
        stores = stores_over(redis)
        self.history, self.policies, self.told = stores.policy_history, stores.policies, list[str]()
        self.current = CurrentPolicy(self.policies, self.history)
        self.apply = ApplyPolicy(self.policies, self.history, lambda: NOW)
        self.now, self.slack_answers = NOW, True
        self.watch = PolicyWatch(
            self.current,
            self.policies,
            self.history,
            file=PolicyFile(file) if file else None,
            loosen=loosen,
            now=lambda: self.now,
        )

    async def tell(self, sentence: str) -> None:
        if not self.slack_answers:
            raise TryLater(1)
        self.told.append(sentence)

    async def look(self, times: int = 2) -> None:
        """As often as it takes to see that a file has changed and stays so."""
        for _ in range(times):
            await self.watch.look(self.tell)

    async def bring(self, text: str, *, loosen: bool = True) -> bool:
        """As ``countersign policy apply`` does."""
        proposal = await self.apply.compare(WrittenPolicy.of("ours.toml", text))
        return await self.apply.apply(proposal, "ana", "desk: ours.toml", loosen=loosen) is not None

    @property
    def limit(self) -> int:
        return int(self.current().limits["USD"])

    async def in_force(self) -> list[tuple[int, str, bool]]:
        return [(entry.number, entry.brought_by, entry.loosened) for entry in await self.history.entries()]


def write(file: Path, text: str) -> None:
    file.write_text(text)


def remove(file: Path) -> None:
    file.unlink()
