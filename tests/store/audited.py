"""A service on a server of its own, and reviews with all that an audit trail can tell."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.transition import Actor
from bot.domain.submission import Origin
from bot.intake import read_text
from bot.store import MessageStore, PostedCard, PostedThread, connect
from bot.store.keys import ReviewKeys
from bot.store.topology.embedded import embedded_server
from tests.wired import TEAM, Wired

TYPED = """1. $1500 to Unicorn LLC. Memo: Quarterly supplies.
2. $12000 to Acme Corp. Memo: =cmd|' /C calc'!A0
3. $-40.50 to CyberSins Ltd. Memo: refund
4. $15000 to Globex. Memo: ΩΩΩ 🙂"""


def origin(request: str = "one", team: str = TEAM) -> Origin:
    return Origin(team=team, submitter="U_ANA", request=request, channel="C1", told_in="C1", source="text")


def actor(text: str = "approve", user: str = "U_BEN") -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text=text, now=datetime.now(UTC))


def service_on(redis: Redis, now: datetime | None = None) -> Wired:
    return Wired(redis, now=now)


@contextlib.asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Wired, Redis]]:
    async with embedded_server(folder) as url:
        redis = connect(url)
        try:
            yield service_on(redis), redis
        finally:
            await redis.aclose()


async def decided(service: Wired, request: str = "one", team: str = TEAM) -> ReviewKeys:
    """A review as typed, judged, refused once, decided, and closed, shown as it is."""
    # The same payments twice would not be taken as a batch of their own.
    typed = TYPED if request == "one" else TYPED.replace("0 to", "1 to")
    taken = await service.offer(origin(request, team), read_text(typed, currency="USD"))
    await assess(service, taken.id, team)
    await decide(service, team, taken.id, DecisionKind.APPROVED, 4, "U_ANA")
    await decide(service, team, taken.id, DecisionKind.APPROVED, 4)
    await decide(service, team, taken.id, DecisionKind.REJECTED, 2)
    await service.exit(team, taken.id, actor("exit"))
    await show(service, team, taken.id)
    return ReviewKeys(team, taken.id)


async def assess(service: Wired, review: str, team: str = TEAM) -> None:
    await service.assess(review, team)


async def decide(
    service: Wired, team: str, review: str, kind: DecisionKind, ref: int, user: str = "U_BEN"
) -> None:
    asks = (DecisionRequest(kind=kind, refs=(ref,), reason="no PO" if kind is DecisionKind.REJECTED else ""),)
    await service.decide(team, review, asks, actor(f"{kind.value} {ref}", user))


async def show(service: Wired, team: str, review: str) -> None:
    """Note what a publisher notes when Slack shows everything, with every job done."""
    await service.stores.outbox.drop(await service.stores.outbox.waiting())
    review_state = await service.reviews.state(team, review)
    assert review_state is not None
    await note(
        service.stores.messages,
        ReviewKeys(team, review),
        card=PostedCard(ts="1.2"),
        thread=PostedThread(turn=review_state.turns),
        version=review_state.version,
    )


async def note(messages: MessageStore, keys: ReviewKeys, **changed: Any) -> None:
    """Change what is known of a review's messages, whatever it is by now."""
    before = await messages.posted(keys.team, keys.review)
    assert await messages.replace(keys.team, keys.review, before, replace(before, **changed))
