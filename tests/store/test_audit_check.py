"""The check of a whole review: silent where all is well, and each thing that does not fit is named."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.application.check import check_review
from bot.domain.conversation import Change, DecisionKind
from bot.domain.policy import HumanInputMode, default_policy
from bot.domain.review.correction import correct
from bot.domain.review.state import ReviewStatus
from bot.domain.review.sums import with_sums
from bot.intake import read_text
from bot.store import AuditTrails, CardIntent, MessageStore, PostedThread, TurnsIntent
from bot.store.keys import ReviewKeys
from tests.domain.approvers import approvers
from tests.office import PATIENCE, SEED, Office
from tests.office import TEAM as OFFICE
from tests.store.audited import TYPED, actor, assess, decide, decided, note, origin, served, show
from tests.wired import TEAM, Wired, keys_that_expire


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Wired, Redis]]:
    async with served(tmp_path) as opened:
        yield opened


async def wrong(service: Wired, keys: ReviewKeys) -> list[str]:
    return await check_review(service.stores, keys.team, keys.review)


async def test_a_review_is_whole_at_each_stage_and_every_one_is_found(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    ended = await decided(service)
    review_state = await service.offer(origin("two", "T2"), read_text(TYPED, currency="USD"))
    fresh = ReviewKeys("T2", review_state.id)
    await show(service, "T2", review_state.id)
    assert await wrong(service, fresh) == []
    await assess(service, review_state.id, "T2")
    await show(service, "T2", review_state.id)
    assert [await wrong(service, one) for one in (ended, fresh)] == [[], []]
    await redis.delete(fresh.audit)
    found = {one async for one in AuditTrails(redis).named()}
    assert found == {(TEAM, ended.review), ("T2", review_state.id)}
    await redis.delete(*keys_that_expire(ended))
    assert "not followed by the review's state" in (await wrong(service, ended))[0]


async def test_what_a_review_without_a_human_held_is_whole(kept: tuple[Wired, Redis]) -> None:
    service, _ = kept
    never = default_policy().model_copy(update={"human_input_mode": HumanInputMode.NEVER})
    service.policy = never
    review_state = await service.offer(origin(), read_text(TYPED, currency="USD"))
    await assess(service, review_state.id)
    await show(service, TEAM, review_state.id)
    assert await wrong(service, ReviewKeys(TEAM, review_state.id)) == []


async def test_of_corrections_from_the_same_state_one_is_taken_and_the_trail_keeps_every_decision(
    kept: tuple[Wired, Redis],
) -> None:
    service, _ = kept
    review_state = await service.offer(origin(), read_text(TYPED, currency="USD"))
    await assess(service, review_state.id)
    await decide(service, TEAM, review_state.id, DecisionKind.APPROVED, 4)
    loaded = await service.reviews.load_whole(TEAM, review_state.id)
    assert loaded is not None
    steps = []
    for kind in (DecisionKind.REJECTED, DecisionKind.HELD, None):
        change = Change(refs=(4,), kind=kind)
        steps.append(
            correct(
                loaded, [change], actor("sorry"), approvers(actor("").user), timedelta(minutes=10)
            ).transition
        )
    taken = await asyncio.gather(
        *(service.reviews.commit(loaded.state, with_sums(step, loaded.entries)) for step in steps if step)
    )
    assert sorted(type(one).__name__ for one in taken) == ["Committed", "NotCommitted", "NotCommitted"]
    for text in ("change 4 to approve", "change 4 to reject: no PO", "undo 4", "approve 4", "undo 4"):
        await service.reply(TEAM, review_state.id, actor(text))
    await show(service, TEAM, review_state.id)
    assert await wrong(service, ReviewKeys(TEAM, review_state.id)) == []
    after = await service.reviews.load_whole(TEAM, review_state.id)
    assert after is not None
    assert after.entries[4].undecided
    assert (after.state.approved, after.state.undecided) == (0, after.state.flagged)


Harm = Callable[[Redis, ReviewKeys], Awaitable[object]]

HARMS: list[tuple[str, Harm, str]] = [
    ("counter", lambda redis, keys: redis.hincrby(keys.state, "approved", 1), "counts 2 approved"),
    ("decision lost", lambda redis, keys: redis.hdel(keys.decisions, "4"), "a decision about #4 that is not"),
    ("finding lost", lambda redis, keys: redis.hdel(keys.judgements, "2"), "#2 is decided and was never"),
    (
        "turns lost",
        lambda redis, keys: redis.ltrim(keys.turns, 0, 1),
        "the decision about #2 is not in the conversation",
    ),
    ("unknown", lambda redis, keys: redis.hset(keys.decisions, "9", "4"), "#9 is decided and is no payment"),
    ("flag", lambda redis, keys: redis.hset(keys.judgements, "9", "2"), "#9 is flagged and is no payment"),
    (
        "other finding",
        lambda redis, keys: redis.hset(keys.judgements, "2", "3"),
        "cannot be read (ValueError)",
    ),
    (
        "unreadable",
        lambda redis, keys: redis.hset(keys.decisions, "2", "[]"),
        "cannot be read (ValueError)",
    ),
    (
        "digest",
        lambda redis, keys: redis.hset(keys.state, "digest", "0" * 64),
        "not those that were submitted",
    ),
    ("totals", lambda redis, keys: redis.hset(keys.state, "totals", "{}"), "not the sums"),
    ("reopened", lambda redis, keys: redis.hset(keys.state, "status", "waiting"), "ends it 1 times"),
    ("listed", lambda redis, keys: redis.zadd(keys.open, {f"{TEAM} {keys.review}": 1}), "and listed as open"),
    ("judged", lambda redis, keys: redis.hset(keys.state, "judged", "3"), "3 of 4 payments are judged"),
    ("card", lambda redis, keys: note(MessageStore(redis), keys, card=CardIntent()), "card was never posted"),
    ("stale", lambda redis, keys: redis.hset(keys.messages, "version", "2"), "Slack shows version 2, and"),
    (
        "begun",
        lambda redis, keys: note(
            MessageStore(redis), keys, thread=PostedThread(turn=4, intent=TurnsIntent(last=5))
        ),
        "a message was begun",
    ),
    ("cut", lambda redis, keys: redis.rpop(keys.audit), "audit trail: entry 8 is missing"),
]


@pytest.mark.parametrize(
    ("harm", "says"), [(harm, says) for _, harm, says in HARMS], ids=[one[0] for one in HARMS]
)
async def test_what_does_not_fit_is_named(kept: tuple[Wired, Redis], harm: Harm, says: str) -> None:
    service, redis = kept
    keys = await decided(service)
    assert await wrong(service, keys) == []
    await harm(redis, keys)
    assert any(says in one for one in await wrong(service, keys)), await wrong(service, keys)


async def test_a_job_left_in_the_outbox_is_named(
    kept: tuple[Wired, Redis], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, _ = kept
    keys, other = await decided(service), await decided(service, "two")
    await service.commit(keys.review)  # and then the process dies
    review_state = await service.reviews.state(TEAM, keys.review)
    assert review_state is not None
    due = f"Slack shows version {review_state.version - 1}, and version {review_state.version} is due"
    assert await wrong(service, keys) == [due]  # its job may still be at it
    monkeypatch.setattr("bot.application.check.IN_TIME", timedelta(0))
    job = f"a job stands in the outbox: publish for version {review_state.version}"
    assert await wrong(service, keys) == [job, due]
    assert await wrong(service, other) == []


async def test_only_what_asks_for_a_publication_makes_one_due(kept: tuple[Wired, Redis]) -> None:
    service, _ = kept
    keys = await decided(service)
    await service.commit(keys.review, jobs=())
    assert await wrong(service, keys) == []


async def test_the_trail_alone_is_checked_of_what_has_expired(
    kept: tuple[Wired, Redis], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, redis = kept
    keys = await decided(service)
    await redis.delete(keys.state, keys.judgements, keys.decisions, keys.turns, keys.messages)
    monkeypatch.setattr("bot.store.audit.REVIEW_LIFE", timedelta(0))
    assert await wrong(service, keys) == []
    assert await check_review(service.stores, TEAM, "R-NONE1") == []


async def test_what_people_did_in_slack_is_whole_and_shown(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.click("U_OUTSIDER", card, "approve", 2)
    await office.reply("U_REVIEWER", "reject 2: duplicate", card)
    await office.said("All payments have been processed.")
    await office.reply("U_REVIEWER", "exit", card)
    review = (await office.review_state(card)).id
    for _ in range(int(PATIENCE / 0.05)):
        found = await check_review(office.bot.stores, OFFICE, review)
        if not found:
            break
        await asyncio.sleep(0.05)  # what was just decided takes a moment to be shown
    assert found == []
    assert (await office.review_state(card)).status is ReviewStatus.CLOSED
