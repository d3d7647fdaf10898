"""The bot behind Sentinels: the primary is killed in the midst of decisions, and it goes on with its heir."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.review.outcome import Outcome
from bot.store import StoreUnavailable
from bot.store.keys import ReviewKeys
from tests.conftest import every_key_has_its_lifetime
from tests.office import SEED, TEAM, open_office
from tests.store.servers import eventually, watched_servers
from tests.store.test_reviews import actor, waiting
from tests.wired import TEAM as TEAM_OF_REVIEWS
from tests.wired import wired

COUNT = 60


async def test_decisions_that_a_replica_had_survive_the_death_of_the_primary(tmp_path: Path) -> None:
    """What was acknowledged and replicated is there; what came after the last copy may be lost, and then
    it is undecided again, as a whole: never decided twice, never half."""
    async with watched_servers(tmp_path) as watched, wired(watched.url) as service:
        review = await waiting(service, COUNT)
        acknowledged: list[int] = []

        async def decide(ref: int) -> bool:
            ask = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,)),)
            with contextlib.suppress(*StoreUnavailable):
                answer = await service.decide(TEAM_OF_REVIEWS, review, ask, actor(text=f"approve {ref}"))
                return answer.outcome in (Outcome.RECORDED, Outcome.ALREADY_DECIDED)
            return False

        async def click_through() -> None:
            for ref in range(1, COUNT + 1):
                if await decide(ref):
                    acknowledged.append(ref)
                await asyncio.sleep(0.01)

        primary = await watched.primary()
        clicking = asyncio.create_task(click_through())
        await eventually(lambda: _at_least(acknowledged, 10))
        safe = list(acknowledged)
        assert await primary.ask("WAIT", 1, 10_000) == 1
        primary.kill()
        await watched.failed_over(primary)
        await clicking

        loaded = await service.reviews.load_whole(TEAM_OF_REVIEWS, review)
        assert loaded is not None
        kept = {ref for ref, entry in loaded.entries.items() if entry.decision}
        assert kept >= set(safe)
        for ref in range(1, COUNT + 1):
            await eventually(lambda ref=ref: decide(ref))  # type: ignore[misc]
        trail = await service.reviews.audit(TEAM_OF_REVIEWS, review)
        decided_refs = [entry.detail["ref"] for entry in trail if entry.event == "decided"]
        assert sorted(decided_refs) == list(range(1, COUNT + 1))
        review_state = await service.reviews.state(TEAM_OF_REVIEWS, review)
        assert review_state is not None
        assert (review_state.approved, review_state.undecided) == (COUNT, 0)
        await every_key_has_its_lifetime(watched.url)


async def _at_least(acknowledged: list[int], count: int) -> bool:
    return len(acknowledged) >= count


async def test_the_whole_job_goes_on_with_another_primary(tmp_path: Path) -> None:
    async with watched_servers(tmp_path) as watched, open_office(tmp_path, redis_url=watched.url) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3 payments needs")
        await office.said("You can say")
        primary = await watched.primary()
        assert await primary.ask("WAIT", 1, 10_000) == 1
        primary.kill()
        await office.click("U_REVIEWER", card, "approve", 2)
        await office.told("U_REVIEWER", "My records")
        await watched.failed_over(primary)

        async def taken() -> bool:
            with contextlib.suppress(*StoreUnavailable):
                await office.click("U_REVIEWER", card, "approve", 2, force=True)
                return (await office.review_state(card)).approved == 1
            return False

        await eventually(taken)
        await office.said("All payments have been processed.")
        await office.reply("U_REVIEWER", "exit", card)
        await office.card("is closed")
        audit = await office.bot.stores.reviews.audit(TEAM, (await office.review_state(card)).id)
        assert [entry.event for entry in audit].count("decided") == 1


async def test_a_primary_that_its_replicas_have_left_takes_no_more_decisions(tmp_path: Path) -> None:
    """It does not know yet that it has an heir, and the bot is still connected to it: without
    ``min-replicas-to-write`` it would take a decision that nobody ever sees again."""
    async with (
        watched_servers(tmp_path, replicas=2, min_replicas_to_write="1") as watched,
        wired(watched.url) as service,
    ):
        review = await waiting(service, 2)
        former = await watched.primary()
        await watched.sentinels[0].ask("SENTINEL", "FAILOVER", "books")
        heir = await watched.failed_over(former)

        async def followed() -> bool:
            return bool((await heir.ask("ROLE"))[2])

        await eventually(followed)
        assert (await former.ask("ROLE"))[0] == "master"
        ask = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(1,)),)
        with pytest.raises(StoreUnavailable):
            await service.decide(TEAM_OF_REVIEWS, review, ask, actor())
        answer = await service.decide(TEAM_OF_REVIEWS, review, ask, actor())
        assert answer.outcome is Outcome.RECORDED
        assert await heir.ask("HGET", ReviewKeys(TEAM_OF_REVIEWS, review).state, "approved") == "1"
