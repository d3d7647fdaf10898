"""What the people of a run have in common: what is due by now, and which batches are still to come."""

import asyncio
import time
from dataclasses import dataclass, field

from tests.chaos.plan import Plan
from tests.chaos.town import Town

SUBMITTING = 0.7  # of the time that people act; the last batches need some of it too


@dataclass(slots=True)
class Crowd:
    """What all of them share: how many deeds are due by now, which batches are still to be submitted."""

    plan: Plan
    town: Town
    begun: float = field(default_factory=time.monotonic)
    batches: int = 0
    said: int = 0

    async def next(self) -> bool:
        """Wait until another deed is due; false at the end."""
        scale = self.plan.scale
        if self.town.acts >= scale.interactions:
            return False
        due = self.begun + scale.acting * self.town.acts / scale.interactions
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        return True

    def batch(self) -> int | None:
        """The number of the batch that is due to be submitted."""
        share = (time.monotonic() - self.begun) / (self.plan.scale.acting * SUBMITTING)
        if self.batches >= len(self.plan.sizes) or self.batches > share * len(self.plan.sizes):
            return None
        self.batches += 1
        return self.batches - 1

    def word(self) -> int:
        """A number that nobody has said before, so that what is said twice can be told from it."""
        self.said += 1
        return self.said
