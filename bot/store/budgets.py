"""What the model may cost: counted for a review and for a workspace's day (UTC) before it is spent."""

from datetime import datetime

from redis.asyncio import Redis

from bot import metrics
from bot.domain.policy import ModelUse
from bot.store import keys
from bot.store.keys import SPENT_LIFE, ReviewKeys
from bot.store.scripts import lua

LIFE = int(SPENT_LIFE.total_seconds())


class TokenBudgets:
    """The counts of tokens, by review and by workspace and day.

    Where a process dies between reserving and settling, what it had reserved stays counted.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._spend = redis.register_script(lua("spend"))

    def of(self, use: ModelUse, team: str, review: str, now: datetime) -> "ReviewBudget":
        """The budget of one review, within that of this day."""
        return ReviewBudget(self, use, ReviewKeys(team, review).spent, keys.spent(team, now))

    async def spend(self, key: str, tokens: int, most: int = 0) -> bool:
        """Add to a count, or take from it where ``tokens`` is negative; whether that was done.

        Nothing is counted where the count would pass ``most`` (0: no bound).
        """
        return bool(await self._spend(keys=[key], args=[tokens, most, LIFE]))

    async def spent(self, key: str) -> int:
        """How many tokens are counted under a key."""
        return int(await self._redis.get(key) or 0)

    async def spent_on(self, team: str, now: datetime) -> int:
        """How many tokens the workspace has spent on this day, with what calls in flight may cost."""
        return await self.spent(keys.spent(team, now))

    async def add(self, team: str, now: datetime, tokens: int) -> None:
        """Count what was spent already, outside of any review's budget."""
        if tokens:
            await self.spend(keys.spent(team, now), tokens)


class ReviewBudget:
    """The tokens of one review within those of the day; the ``Budget`` that ``bot.llm`` asks."""

    def __init__(self, budgets: TokenBudgets, use: ModelUse, review: str, day: str) -> None:
        self._budgets = budgets
        self._use = use
        self._review = review
        self._day = day

    async def reserve(self, tokens: int) -> str:
        """Count tokens for review and day; empty, or a phrase that says whose budget has no room for them."""
        review, day = self._use.tokens_a_review, self._use.tokens_a_day
        if not await self._budgets.spend(self._review, tokens, review):
            metrics.budget_refused("review")
            return f"the review's budget of {review:,} tokens is spent"
        if not await self._budgets.spend(self._day, tokens, day):
            await self._budgets.spend(self._review, -tokens)
            metrics.budget_refused("day")
            return f"the day's budget of {day:,} tokens is spent"
        return ""

    async def settle(self, reserved: int, spent: int) -> None:
        """Replace what was reserved by what the call has cost, in tokens."""
        if spent != reserved:
            await self._budgets.spend(self._review, spent - reserved)
            await self._budgets.spend(self._day, spent - reserved)
