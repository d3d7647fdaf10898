"""One policy in force: whatever becomes of a file, and whichever process is asked, the same people decide."""

import contextlib
from pathlib import Path

from bot.app import utc_now
from bot.application.apply_policy import ApplyPolicy
from bot.domain.policy.written import WrittenPolicy
from tests.office import Json, Office, open_office

OPERATORS = "C_GENERAL"
OURS = 'approvers = ["U_REVIEWER"]\n[limits]\nUSD = 9_000\n'
BATCH = "12000 USD | Acme Corp | Reimbursement\n15000 USD | Globex | Server racks"


async def card_of(office: Office) -> Json:
    await office.command("U_REQUESTER", BATCH)
    return await office.card("2 of 2 payments need")


async def test_a_policy_file_that_is_cut_to_nothing_lets_nobody_else_decide(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(OURS)
    async with open_office(tmp_path, policy_file=file, operators=OPERATORS) as office:
        card = await card_of(office)
        for ref, content in enumerate(("", "# to do\n"), start=1):
            file.write_text(content)
            await office.click("U_SECOND", card, "approve", ref)
            assert (await office.review_state(card)).approved == 0
            await office.said("policy.toml", "sets nothing")
            await office.click("U_SECOND", card, "approve", ref)
            assert (await office.review_state(card)).approved == 0
        await office.click("U_REVIEWER", card, "approve", 1)
        assert (await office.review_state(card)).approved == 1


async def test_a_second_process_without_a_file_lets_the_same_people_decide(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(OURS)
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(
            open_office(tmp_path, policy_file=file, with_worker=False)  # its worker would post elsewhere
        )
        second = await stack.enter_async_context(
            open_office(tmp_path, policy_of_redis=True, redis_url=first.bot.redis_url)
        )
        assert second.bot.use_cases.policy() == first.bot.use_cases.policy()
        assert second.bot.use_cases.policy().approvers == ("U_REVIEWER",)
        card = await card_of(second)
        await second.click("U_SECOND", card, "approve", 1)
        assert (await second.review_state(card)).approved == 0
        await second.click("U_REVIEWER", card, "approve", 1)
        assert (await second.review_state(card)).approved == 1


async def test_a_policy_that_somebody_applies_counts_at_the_next_click(tmp_path: Path) -> None:
    async with open_office(tmp_path, policy_of_redis=True) as office:
        await bring(office, OURS)
        card = await card_of(office)
        await office.click("U_SECOND", card, "approve", 1)
        assert (await office.review_state(card)).approved == 0
        await bring(office, OURS.replace("U_REVIEWER", "U_SECOND"))
        await office.click("U_SECOND", card, "approve", 1)
        assert (await office.review_state(card)).approved == 1
        await bring(office, OURS)
        await office.click("U_SECOND", card, "approve", 2)
        assert (await office.review_state(card)).approved == 1


async def bring(office: Office, text: str) -> None:
    """As ``countersign policy apply --loosen`` does."""
    stores = office.bot.stores
    apply = ApplyPolicy(stores.policies, stores.policy_history, utc_now)
    proposal = await apply.compare(WrittenPolicy.of("ours.toml", text))
    assert await apply.apply(proposal, "ana", "desk: ours.toml", loosen=True)
