"""People and vendors taken out of reviews: what is gone, what stays provable, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.application.check import check_review
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.forgetting import GONE, Forgetting
from bot.domain.review.outcome import Outcome
from bot.domain.review.transition import Actor
from bot.intake import read_text
from bot.store.audit import AuditTrails
from bot.store.forgetting import Loss, Order, TrailBroken
from bot.store.keys import ReviewKeys
from bot.store.trail_lines import line_of
from tests.store.audited import assess, decide, origin, served, service_on, show
from tests.wired import TEAM, Wired, keys_that_expire

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
TYPED = """1. $15000 to Rosa Luxner Design. Memo: logo by Rosa Luxner, IBAN DE89 3704 0044 0532 0130 00
2. $12000 to Acme Corp. Memo: pens
3. $14000 to ROSA LUXNER DESIGN Ltd. Memo: second half of the posters"""
ORDER = Order("vendor", "forgotten-1", "U_DPO", "asked us to, case 17", AT)
VENDOR = "Rosa Luxner Design"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[Wired, Redis]]:
    async with served(tmp_path) as (service, redis):
        yield service, redis


def acting(text: str, user: str = "U_BEN") -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text=text, now=datetime.now(UTC))


async def talked_about(service: Wired, request: str = "one", *, closed: bool = True) -> ReviewKeys:
    """A review with words of several people about all of its payments."""
    handed = origin(request).model_copy(update={"source": "rosa luxner.csv"})
    typed = TYPED if request == "one" else TYPED.replace("000 to", "001 to")
    taken = await service.offer(handed, read_text(typed, currency="USD"))
    await assess(service, taken.id)
    asks = DecisionRequest(kind=DecisionKind.REJECTED, refs=(1,), reason="the studio in Mill Lane moved away")
    await service.decide(TEAM, taken.id, (asks,), acting("reject 1: the studio in Mill Lane moved away"))
    await decide(service, TEAM, taken.id, DecisionKind.APPROVED, 3, "U_EVA")
    await decide(service, TEAM, taken.id, DecisionKind.APPROVED, 2, "U_ANA")  # is refused, and told
    await decide(service, TEAM, taken.id, DecisionKind.APPROVED, 2, "U_EVA")
    if closed:
        await service.exit(TEAM, taken.id, acting("exit", "U_EVA"))
    await show(service, TEAM, taken.id)
    return ReviewKeys(TEAM, taken.id)


async def all_text(redis: Redis, keys: ReviewKeys) -> str:
    """All that is stored of a review, with its lines unpacked."""
    found: list[Any] = [str(line_of(1, str(line))) for line in await redis.lrange(keys.audit, 0, -1)]
    found += await redis.lrange(keys.turns, 0, -1)
    for name in (keys.state, keys.messages, keys.refused, keys.refusals):
        found += (await redis.hgetall(name)).items()
    return "\n".join(map(str, found))


async def vendor_of(service: Wired, keys: ReviewKeys) -> Forgetting:
    spelt = await service.stores.forgetting.spellings(TEAM, keys.review, VENDOR)
    return Forgetting("forgotten-1", vendors=spelt | {VENDOR})


async def test_a_vendor_is_gone_from_a_review_whose_trail_stays_whole_and_says_so(
    office: tuple[Wired, Redis],
) -> None:
    service, redis = office
    keys = await talked_about(service)
    before = await all_text(redis, keys)
    of = await vendor_of(service, keys)
    assert of.vendors == {VENDOR, "ROSA LUXNER DESIGN Ltd"}
    expected = await service.stores.forgetting.loss(TEAM, keys.review, of)
    loss = await service.stores.forgetting.forget(TEAM, keys.review, of, ORDER)
    assert loss == expected
    assert loss.refs == {1, 3}
    left = await all_text(redis, keys)
    for word in ("rosa", "luxner", "DE89 37", "logo", "posters", "Mill Lane"):
        assert word.casefold() in before.casefold(), word
        assert word.casefold() not in left.casefold(), word
    for word in ("Acme Corp", "pens", "15000", "12000", "14000", "U_BEN", "U_EVA"):
        assert word in left, word
    checked = await AuditTrails(redis).check(TEAM, keys.review, AT)
    assert (checked.broken, len(checked.forgettings)) == (None, 1)
    told = checked.forgettings[0]
    assert (told.actor, told.at, told.detail["reason"]) == ("U_DPO", AT, "asked us to, case 17")
    await show(service, TEAM, keys.review)
    assert await check_review(service.stores, TEAM, keys.review) == []
    review = await service.reviews.load_whole(TEAM, keys.review)
    assert review is not None
    payment = review.entries[1].transaction
    assert (payment.vendor, payment.memo, f"{payment.amount}") == ("forgotten-1", GONE, "15000")
    decision = review.entries[1].decision
    assert decision is not None
    assert (decision.kind, decision.by, decision.reason) == (DecisionKind.REJECTED, "U_BEN", GONE)


async def test_a_person_stands_by_pseudonym_and_two_who_decided_remain_two(
    office: tuple[Wired, Redis],
) -> None:
    service, redis = office
    keys = await talked_about(service)
    ben = Forgetting("forgotten-1", person="U_BEN", names=frozenset({"Ben Hur"}))
    assert await service.stores.forgetting.forget(TEAM, keys.review, ben, ORDER)
    left = await all_text(redis, keys)
    assert "U_BEN" not in left
    assert "Mill Lane" not in left  # his reason, and what the bot said of it
    assert "Rosa Luxner" in left
    review = await service.reviews.load_whole(TEAM, keys.review)
    assert review is not None
    deciders = {entry.decision.by for entry in review.entries.values() if entry.decision}
    assert deciders == {"forgotten-1", "U_EVA"}
    eva = Forgetting("forgotten-2", person="U_EVA")
    assert await service.stores.forgetting.forget(TEAM, keys.review, eva, ORDER)
    checked = await AuditTrails(redis).check(TEAM, keys.review, AT)
    assert (checked.broken, len(checked.forgettings)) == (None, 2)
    await show(service, TEAM, keys.review)
    assert await check_review(service.stores, TEAM, keys.review) == []


async def test_all_personal_text_of_a_review_goes_and_amounts_and_decisions_stay(
    office: tuple[Wired, Redis],
) -> None:
    service, redis = office
    keys = await talked_about(service)
    of = Forgetting("forgotten")
    assert await service.stores.forgetting.forget(TEAM, keys.review, of, ORDER)
    left = await all_text(redis, keys)
    for word in ("Rosa", "Acme", "pens", "Mill Lane", "DE89 37"):
        assert word not in left, word
    for word in ("15000", "12000", "U_BEN", "U_EVA", "rejected", "approved"):
        assert word in left, word
    assert (await AuditTrails(redis).check(TEAM, keys.review, AT)).broken is None
    await show(service, TEAM, keys.review)
    assert await check_review(service.stores, TEAM, keys.review) == []


async def test_where_the_conversation_alone_loses_words_the_trail_says_so_and_stays_whole(
    office: tuple[Wired, Redis],
) -> None:
    service, redis = office
    keys = await talked_about(service)
    turn = str(await redis.lindex(keys.turns, 0)).replace("3 payments", "3 payments of Otto Katz")
    await redis.lset(keys.turns, 0, turn)
    loss = await service.stores.forgetting.forget(
        TEAM, keys.review, Forgetting("forgotten-1", vendors=frozenset({"Otto Katz"})), ORDER
    )
    assert (loss.lines, loss.turns) == (0, 1)
    checked = await AuditTrails(redis).check(TEAM, keys.review, AT)
    assert (checked.broken, len(checked.forgettings)) == (None, 1)


async def test_forgetting_again_changes_nothing(office: tuple[Wired, Redis]) -> None:
    service, redis = office
    keys = await talked_about(service)
    for of in (await vendor_of(service, keys), Forgetting("forgotten-2", person="U_BEN"), Forgetting("gone")):
        assert await service.stores.forgetting.forget(TEAM, keys.review, of, ORDER)
        once = await redis.lrange(keys.audit, 0, -1)
        assert not await service.stores.forgetting.forget(TEAM, keys.review, of, ORDER)
        assert await redis.lrange(keys.audit, 0, -1) == once


async def test_two_processes_at_once_forget_once(office: tuple[Wired, Redis]) -> None:
    service, redis = office
    keys = await talked_about(service)
    of = await vendor_of(service, keys)
    other = service_on(redis)
    losses = await asyncio.gather(
        *(each.stores.forgetting.forget(TEAM, keys.review, of, ORDER) for each in (service, other) * 3)
    )
    assert sum(map(bool, losses)) == 1
    assert len((await AuditTrails(redis).check(TEAM, keys.review, AT)).forgettings) == 1


async def test_an_open_review_is_left_as_it_is_and_one_that_lost_words_is_never_opened_again(
    office: tuple[Wired, Redis],
) -> None:
    service, redis = office
    keys = await talked_about(service, closed=False)
    of = await vendor_of(service, keys)
    before = await all_text(redis, keys)
    loss = await service.stores.forgetting.forget(TEAM, keys.review, of, ORDER)
    assert loss.is_open
    assert await all_text(redis, keys) == before
    await service.exit(TEAM, keys.review, acting("exit", "U_EVA"))
    assert await service.stores.forgetting.forget(TEAM, keys.review, of, ORDER)
    answer = await service.deciding.reopen(TEAM, keys.review, acting("reopen", "U_EVA"))
    assert answer.outcome is Outcome.FORGOTTEN


async def test_of_a_review_that_has_expired_the_trail_alone_loses_words(office: tuple[Wired, Redis]) -> None:
    service, redis = office
    keys = await talked_about(service)
    await redis.delete(*keys_that_expire(keys))
    assert await service.stores.forgetting.forget(TEAM, keys.review, await vendor_of(service, keys), ORDER)
    assert "Luxner" not in await all_text(redis, keys)
    checked = await AuditTrails(redis).check(TEAM, keys.review, datetime(2029, 1, 1, tzinfo=UTC))
    assert (checked.broken, len(checked.forgettings)) == (None, 1)
    assert await redis.exists(keys.state, keys.turns) == 0


async def test_a_line_without_words_counts_only_as_it_was_vouched_for(office: tuple[Wired, Redis]) -> None:
    service, redis = office
    keys = await talked_about(service)
    await service.stores.forgetting.forget(TEAM, keys.review, await vendor_of(service, keys), ORDER)
    whole = list(map(str, await redis.lrange(keys.audit, 0, -1)))

    async def broken() -> Any:
        checked = await AuditTrails(redis).check(TEAM, keys.review, AT)
        return checked.broken and checked.broken.seq

    assert await broken() is None
    rows = next(at for at, line in enumerate(whole) if '"event":"rows"' in str(line_of(1, line)))
    plain = str(line_of(1, whole[rows])).replace("15000", "99000")
    await redis.lset(keys.audit, rows, plain)
    assert await broken() == rows + 1
    await redis.lset(keys.audit, rows, whole[rows])
    untouched = next(at for at, line in enumerate(whole) if "U_EVA" in line and '"decided"' in line)
    await redis.lset(keys.audit, untouched, whole[untouched].replace("U_EVA", "U_MAX"))
    assert await broken() is not None
    await redis.lset(keys.audit, untouched, whole[untouched])
    last = str(line_of(1, whole[-1]))
    await redis.lset(keys.audit, -1, last.replace("U_DPO", "U_MAX"))
    assert await broken() is not None
    await redis.lset(keys.audit, -1, whole[-1])
    await redis.rpop(keys.audit)
    assert await broken() is not None


async def test_a_trail_that_is_broken_already_is_left_alone(office: tuple[Wired, Redis]) -> None:
    service, redis = office
    keys = await talked_about(service)
    of = await vendor_of(service, keys)
    first = await redis.lindex(keys.audit, 0)
    await redis.lset(keys.audit, 0, str(line_of(1, str(first))).replace("U_ANA", "U_MAX"))
    with pytest.raises(TrailBroken):
        await service.stores.forgetting.forget(TEAM, keys.review, of, ORDER)


async def test_the_same_person_gets_the_same_pseudonym_and_another_one_another(
    office: tuple[Wired, Redis],
) -> None:
    service, redis = office
    store = service.stores.forgetting
    orders = [await store.order(TEAM, f"person {user}", ORDER) for user in ("U_BEN", "U_EVA", "U_BEN")]
    assert [order.pseudonym for order in orders] == ["forgotten-1", "forgotten-2", "forgotten-1"]
    assert "U_BEN" not in str(await redis.hgetall("cs:{keeping T1}:forgettings"))
    assert len(await store.orders(TEAM)) == 2
    assert not Loss()
