"""Jobs that Slack refuses until somebody mends the cause: ended at once, told once, taken up again."""

import asyncio
from pathlib import Path

from bot.store import DeadLetter, JobAttempts
from bot.store.keys import DEAD_LETTERS
from tests.office import PATIENCE, TEAM, Office, open_office, shows
from tests.worker.test_jobs import TWO, published, redis_of


async def test_a_job_that_slack_refuses_for_good_ends_at_once_and_one_letter_stands_for_it(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path, operators="C_GENERAL") as office, redis_of(office) as redis:
        letters = JobAttempts(redis)
        await office.command("U_REQUESTER", TWO)
        card = await office.card("2 of 2")
        await office.said("You can say")
        await published(office, card)
        for ref in (1, 2):
            await office.fault(method="chat.update", error="is_archived")
            await office.click("U_REVIEWER", card, "approve", ref)
            async with asyncio.timeout(PATIENCE):
                while await office.bot.stores.outbox.waiting() or not await letters.dead():  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
                while [key async for key in redis.scan_iter(match="cs:job:*")]:  # noqa: ASYNC110 - as below
                    await asyncio.sleep(0.02)
        alarm = await office.said("<#C_FINANCE>", "is archived", "Then run: countersign retry")
        assert alarm["channel"] == "C_GENERAL"
        (letter,) = await letters.dead()
        review = (await office.review_state(card)).id
        assert (letter.key, letter.begun) == (f"publish:{TEAM}:{review}", 1)
        assert review in letter.cause
        await letters.ask_again(letter)
        await office.card("everything is decided")
        async with asyncio.timeout(PATIENCE):
            while await letters.dead():  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        told = [one for one in (await office.state())["messages"] if shows(one, "is archived")]
        assert sorted(one["channel"] for one in told) == ["C_GENERAL", "D_U_REQUESTER"]


async def test_what_is_shown_at_last_leaves_no_dead_letter(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office, redis_of(office) as redis:
        letters = JobAttempts(redis)
        await office.command("U_REQUESTER", TWO)
        card = await office.card("2 of 2")
        await published(office, card)
        await office.fault(method="chat.update", error="is_archived")
        await office.click("U_REVIEWER", card, "approve", 1)
        await office.said("is archived")
        await office.click("U_REVIEWER", card, "approve", 2)
        await office.card("everything is decided")
        async with asyncio.timeout(PATIENCE):
            while await letters.dead():  # noqa: ASYNC110 - nothing is to be seen in Slack
                await asyncio.sleep(0.02)


async def test_a_letter_that_was_written_anew_is_not_dropped_for_the_one_before(office: Office) -> None:
    async with redis_of(office) as redis:
        letters = JobAttempts(redis)
        now = office.bot.use_cases.now()
        ids = (TEAM, "R-00000", 1)
        letter = DeadLetter(
            job="publish", key="k", ids=ids, begun=1, failed=1, reference="", at=now, cause="x"
        )
        await redis.hset(DEAD_LETTERS, "k", "no letter")
        assert await letters.bury(letter)
        assert not await letters.bury(letter)
        await letters.ask_again(letter)
        assert await letters.bury(letter)  # it was tried again, and failed before the sweep dropped it
        await letters.drop(letter)
        assert await letters.dead() == [letter]
        await letters.ask_again(letter)
        await letters.drop(letter)
        assert await letters.dead() == []
