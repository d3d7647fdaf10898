"""A service on a server of its own, and reviews with all that an audit trail can tell."""

import contextlib
import inspect
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.application.jobs import Work
from bot.application.service import Service
from redis.asyncio import Redis

from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.policy import default_policy
from bot.domain.review.transition import Actor
from bot.domain.submission import Origin
from bot.intake import read_text
from bot.store import Job, PaymentHistory, ReviewStore, Shelf, connect
from bot.store.keys import ReviewKeys
from bot.store.topology.embedded import embedded_server

TEAM = "T1"
TYPED = """1. $1500 to Unicorn LLC. Memo: Quarterly supplies.
2. $12000 to Acme Corp. Memo: =cmd|' /C calc'!A0
3. $-40.50 to CyberSins Ltd. Memo: refund
4. $15000 to Globex. Memo: ΩΩΩ 🙂"""


class NoQueue:
    """Jobs stay in the outbox; these tests run what they need themselves."""

    async def add(self, name: str, key: str, *ids: str | int, **more: Any) -> None:
        return None

    def hand(self, jobs: Sequence[Job]) -> None:
        return None


def origin(request: str = "one", team: str = TEAM) -> Origin:
    return Origin(team=team, submitter="U_ANA", request=request, channel="C1", told_in="C1", source="text")


def actor(text: str = "approve", user: str = "U_BEN") -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text=text, now=datetime.now(UTC))


def service_on(redis: Redis, now: datetime | None = None) -> Service:
    return Service(
        reviews=ReviewStore(redis),
        shelf=Shelf(redis),
        past=PaymentHistory(redis),
        queue=NoQueue(),
        policy=default_policy,
        model=None,
        now=lambda: now or datetime.now(UTC),
    )


@contextlib.asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Service, Redis]]:
    async with embedded_server(folder) as url:
        redis = connect(url)
        try:
            yield service_on(redis), redis
        finally:
            await redis.aclose()


async def decided(service: Service, request: str = "one", team: str = TEAM) -> ReviewKeys:
    """A review as typed, judged, refused once, decided, and closed, shown as it is."""
    taken = await service.offer(origin(request, team), read_text(TYPED, currency="USD"))
    await assess(service, taken.id, team)
    await decide(service, team, taken.id, DecisionKind.APPROVED, 4, "U_ANA")
    await decide(service, team, taken.id, DecisionKind.APPROVED, 4)
    await decide(service, team, taken.id, DecisionKind.REJECTED, 2)
    await service.exit(team, taken.id, actor("exit"))
    await show(service, team, taken.id)
    return ReviewKeys(team, taken.id)


async def assess(service: Service, review: str, team: str = TEAM) -> None:
    """As the job does; assessing shows nothing, so there is nobody to show it."""
    work: Any = Work
    missing = len(inspect.signature(Work).parameters) - 1
    await work(service, *[None] * missing).assess(team, review)


async def decide(
    service: Service, team: str, review: str, kind: DecisionKind, ref: int, user: str = "U_BEN"
) -> None:
    asks = (DecisionRequest(kind=kind, refs=(ref,), reason="no PO" if kind is DecisionKind.REJECTED else ""),)
    await service.decide(team, review, asks, actor(f"{kind.value} {ref}", user))


async def show(service: Service, team: str, review: str) -> None:
    """Note what a publisher notes when Slack shows everything, with every job done."""
    await service.reviews.drop_jobs(await service.reviews.waiting_jobs())
    review_state = await service.reviews.state(team, review)
    assert review_state is not None
    await service.shelf.note(
        team, review, card="1.2", version=str(review_state.version), turn=str(review_state.turns), turns=""
    )
