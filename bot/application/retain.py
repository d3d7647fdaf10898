"""Retention: the personal text of reviews that were closed long enough ago is forgotten, day by day."""

from datetime import datetime

import structlog

from bot.application.forget import held_by
from bot.application.ports import Clock, PolicyInForce
from bot.domain.review.forgetting import Forgetting
from bot.store import Stores
from bot.store.forgetting import Order, TrailBroken

MOST = 100  # reviews a run; what is left is due at once again
PSEUDONYM = "forgotten"  # of every vendor in a review without its text

log = structlog.get_logger()


class ForgetTexts:
    """Forgets what the policy in force keeps no longer. Raises what ``StoreUnavailable`` names."""

    def __init__(self, *, stores: Stores, policy: PolicyInForce, now: Clock) -> None:
        self._stores = stores
        self._policy = policy
        self._now = now

    async def is_due(self, team: str) -> bool:
        """Whether a review of this workspace was closed long enough ago; without a setting, never."""
        return bool(await self._due(team, 1))

    async def forget(self, team: str) -> None:
        """Forget what is due, the earliest first; safe to run twice, late, or side by side.

        What is under a legal hold, or open again, or has a trail that is not whole, stays as it is.
        """
        settings, now = self._policy().retention, self._now()
        reason = f"[retention] text_days = {settings.text_days}, policy {self._policy().version}"
        order = Order("text", PSEUDONYM, "retention", reason, now)
        for review_id, closed_at in await self._due(team, MOST):
            # Asked for each, since somebody who puts one on hold meanwhile is told that nothing of it goes.
            holds = await self._stores.legal_holds.standing(team)
            try:
                if await held_by(self._stores, team, review_id, holds) is None:
                    await self._stores.forgetting.forget(team, review_id, Forgetting(PSEUDONYM), order)
            except TrailBroken as error:
                log.error("nothing is forgotten of a review", review=review_id, team=team, why=str(error))
            await self._stores.retained.note(team, closed_at)

    async def _due(self, team: str, most: int) -> list[tuple[str, float]]:
        life = self._policy().retention.text_life
        if life is None:
            return []
        until: datetime = self._now() - life
        return await self._stores.retained.closed_by(team, until, most)
