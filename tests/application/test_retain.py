"""Retention: what is forgotten of closed reviews day by day, and what keeps it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from redis.asyncio import Redis

from bot.application.retain import ForgetTexts
from bot.domain.policy import default_policy
from bot.domain.retention_settings import RetentionSettings
from bot.store.audit import AuditTrails
from bot.store.forgetting import ForgettingStore, Loss
from bot.store.legal_holds import LegalHold
from tests.store.audited import served
from tests.store.test_forgetting import acting, all_text, talked_about
from tests.wired import TEAM, Wired

Served = tuple[Wired, Redis]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as (service, redis):
        yield service, redis


def keeping(service: Wired, days_later: float, text_days: int = 31) -> ForgetTexts:
    """Retention as it is so many days later."""
    policy = default_policy().model_copy(update={"retention": RetentionSettings(text_days=text_days)})
    now = datetime.now(UTC) + timedelta(days=days_later)
    return ForgetTexts(stores=service.stores, policy=lambda: policy, now=lambda: now)


async def test_the_text_of_a_review_goes_when_its_days_are_over_and_the_trail_says_why(
    office: Served,
) -> None:
    service, redis = office
    keys = await talked_about(service)
    await service.learn(keys.review)
    assert not await keeping(service, 30.9).is_due(TEAM)
    later = keeping(service, 31.1)
    assert await later.is_due(TEAM)
    await later.forget(TEAM)
    left = await all_text(redis, keys)
    assert "Rosa" not in left
    assert "Mill Lane" not in left
    assert "U_BEN" in left
    checked = await AuditTrails(redis).check(TEAM, keys.review, datetime.now(UTC))
    assert checked.broken is None
    (told,) = checked.forgettings
    assert (told.actor, told.detail["what"]) == ("retention", "text")
    assert str(told.detail["reason"]).startswith("[retention] text_days = 31, policy ")
    assert not await later.is_due(TEAM)
    once = await redis.lrange(keys.audit, 0, -1)
    await later.forget(TEAM)
    assert await redis.lrange(keys.audit, 0, -1) == once


async def test_without_a_setting_nothing_is_ever_forgotten(office: Served) -> None:
    service, redis = office
    keys = await talked_about(service)
    await service.learn(keys.review)
    ever = keeping(service, 399, text_days=0)
    assert not await ever.is_due(TEAM)
    await ever.forget(TEAM)
    assert "Rosa" in await all_text(redis, keys)


@pytest.mark.parametrize(
    ("what", "who"), [("review", ""), ("person", "U_BEN"), ("vendor", "rosa luxner design")]
)
async def test_a_legal_hold_keeps_it_until_it_ends(office: Served, what: str, who: str) -> None:
    service, redis = office
    keys = await talked_about(service)
    await service.learn(keys.review)
    now = datetime.now(UTC)
    hold = LegalHold(what=what, who=who or keys.review, by="U_LAW", reason="case 9", at=now)
    await service.stores.legal_holds.put(TEAM, hold)
    later = keeping(service, 32)
    await later.forget(TEAM)
    assert "Rosa" in await all_text(redis, keys)
    assert not await later.is_due(TEAM)
    await service.stores.legal_holds.put(TEAM, hold.model_copy(update={"ended_by": "U_LAW", "ended_at": now}))
    await service.stores.retained.look_again(TEAM)
    await later.forget(TEAM)
    assert "Rosa" not in await all_text(redis, keys)


@pytest.mark.parametrize("broken", ["another text", '{"event": "rows", "actor": "U_ANA"}'])
@pytest.mark.parametrize(("what", "who"), [("person", "U_NOBODY"), ("vendor", "Nobody Ltd")])
async def test_a_trail_that_is_not_whole_stays_as_it_is_and_holds_up_no_other(
    office: Served, what: str, who: str, broken: str
) -> None:
    service, redis = office
    spoilt, other = await talked_about(service), await talked_about(service, "two")
    for keys in (spoilt, other):
        await service.learn(keys.review)
    hold = LegalHold(what=what, who=who, by="U_LAW", reason="case 9", at=datetime.now(UTC))
    await service.stores.legal_holds.put(TEAM, hold)
    await redis.lset(spoilt.audit, 1, broken)
    before = await redis.lrange(spoilt.audit, 0, -1)
    later = keeping(service, 32)
    await later.forget(TEAM)
    assert await redis.lrange(spoilt.audit, 0, -1) == before
    assert "Rosa" not in await all_text(redis, other)
    assert not await later.is_due(TEAM)


async def test_a_hold_that_comes_while_others_are_forgotten_counts(
    office: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, redis = office
    first, second = await talked_about(service), await talked_about(service, "two")
    for keys in (first, second):
        await service.learn(keys.review)
    hold = LegalHold(what="review", who=second.review, by="U_LAW", reason="case 9", at=datetime.now(UTC))
    forget = ForgettingStore.forget

    async def and_hold(self: ForgettingStore, *about: Any) -> Loss:
        await service.stores.legal_holds.put(TEAM, hold)
        return await forget(self, *about)

    monkeypatch.setattr(ForgettingStore, "forget", and_hold)
    await keeping(service, 32).forget(TEAM)
    assert "Rosa" not in await all_text(redis, first)
    assert "Rosa" in await all_text(redis, second)


async def test_a_review_that_was_opened_again_counts_from_its_last_closing(office: Served) -> None:
    service, redis = office
    keys = await talked_about(service)
    await service.learn(keys.review)
    await service.deciding.reopen(TEAM, keys.review, acting("reopen", "U_EVA"))
    await keeping(service, 32).forget(TEAM)
    assert "Rosa" in await all_text(redis, keys)


@pytest.mark.parametrize("days", [-1, 1, 30, 391])
def test_days_in_which_a_review_can_be_opened_again_are_no_retention(days: int) -> None:
    with pytest.raises(ValidationError):
        RetentionSettings(text_days=days)
