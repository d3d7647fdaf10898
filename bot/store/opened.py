"""All stores over one connection, opened and closed together."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.store.audit import AuditTrails
from bot.store.drafts import Shelf
from bot.store.history import PaymentHistory
from bot.store.job_attempts import JobAttempts
from bot.store.pace import Pace
from bot.store.reviews import ReviewStore
from bot.store.topology.connection import connect


@dataclass(frozen=True, slots=True)
class Stores:
    """What the bot keeps in Redis, one attribute a store."""

    reviews: ReviewStore
    audit: AuditTrails
    history: PaymentHistory
    shelf: Shelf
    job_attempts: JobAttempts
    pace: Pace


@contextlib.asynccontextmanager
async def open_stores(url: str) -> AsyncIterator[Stores]:
    """The stores at ``url``, an address as ``connect`` takes it; the connections are closed on leaving.

    Nothing is sent before a store is asked for something. Raises ``ValueError`` where ``url`` is no address
    of a Redis.
    """
    async with contextlib.aclosing(connect(url)) as redis:
        yield Stores(
            reviews=ReviewStore(redis),
            audit=AuditTrails(redis),
            history=PaymentHistory(redis),
            shelf=Shelf(redis),
            job_attempts=JobAttempts(redis),
            pace=Pace(redis),
        )
