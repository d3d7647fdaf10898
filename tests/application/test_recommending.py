"""A policy that approves nothing by itself: the bot recommends, people decide, one click follows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.policy import HumanInputMode, ModelUse, Policy, PolicyError, default_policy
from bot.domain.text import counts
from tests.office import SEED, TEAM, Json, Office, open_office, sandbox_policy, shows

RECOMMENDING = sandbox_policy(model=ModelUse(recommend_only=True))


def says(page: Json, *words: str) -> bool:
    """Whether a modal says all of this."""
    return shows({"text": "", "blocks": [page["view"]]}, *words)


async def submit(office: Office, page: Json) -> None:
    """Do what the page about many shows."""
    user = page["user"]
    await office.do(f"views/{page['id']}/submit", user=user, values={"reason": {"reason": ""}})


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, policy=RECOMMENDING) as opened:
        yield opened


async def test_everything_waits_and_one_click_approves_what_the_bot_recommends(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("3 of 3 payments need a decision")
    assert shows(card, "This is a recommendation", "To approve: 2.", "Approval recommended", "risk")
    opening = await office.said("3 payments assessed: 0 approved automatically", "To approve: 2.")
    assert not shows(opening, "Unicorn")
    assert shows(opening, "#2 USD 12,000.00 to Acme Corp")
    await office.click("U_REVIEWER", card, "hold", 3)
    card = await office.card("2 of 3 payments")
    assert shows(card, "Approve recommended (1)")
    await office.click("U_REVIEWER", card, "approve_recommended")
    (page,) = await office.views("U_REVIEWER")
    assert says(page, "This approves 1 payment, USD 1,500.00.", "#1 USD 1,500.00 to", "Approve 1")
    assert not says(page, "12,000")
    assert (await office.review_state(card)).approved == 0
    await submit(office, page)
    card = await office.card("1 of 3 payments")
    review_state = await office.review_state(card)
    assert (review_state.approved, review_state.held, review_state.undecided, review_state.recommended) == (
        1,
        1,
        1,
        0,
    )
    assert not shows(card, "Approve recommended")
    (decided,) = [
        one.detail["ref"]
        for one in await office.bot.stores.reviews.audit(TEAM, review_state.id)
        if one.event == "decided" and one.detail["kind"] == "approved"
    ]
    assert decided == 1
    await office.said("approved 1 payment, USD 1,500.00")


async def test_a_second_click_and_the_submitters_change_nothing(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("3 of 3 payment")
    await office.click("U_REQUESTER", card, "approve_recommended")
    await office.told("U_REQUESTER", "You brought these payments")
    value = next(
        one["value"] for one in card["blocks"][-1]["elements"] if one["action_id"] == "approve_recommended"
    )
    assert await office.views("U_REQUESTER") == []
    await office.click("U_REVIEWER", card, "approve_recommended")
    (page,) = await office.views("U_REVIEWER")
    await office.fault(redeliver=True, times=1)
    await submit(office, page)
    card = await office.card("1 of 3 payments")
    await office.click("U_SECOND", card, "approve_recommended", value=value, force=True)
    await office.told("U_SECOND", "Nothing is left to decide here.")
    assert (await office.review_state(card)).approved == 2


async def test_what_was_taken_back_is_not_approved_by_any_click_from_before(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    old = await office.card("3 of 3 payments need a decision")
    value = next(
        one["value"] for one in old["blocks"][-1]["elements"] if one["action_id"] == "approve_recommended"
    )
    await office.click("U_SECOND", old, "approve_recommended")
    (page,) = await office.views("U_SECOND")
    assert says(page, "This approves 2 payments")
    await office.reply("U_REVIEWER", "approve 3", old)
    await office.card("2 of 3 payments")
    await office.reply("U_REVIEWER", "undo 3", old)
    card = await office.card("3 of 3 payments need a decision")
    await office.said("Taken back: #3")
    await submit(office, page)
    (told,) = await office.views("U_SECOND")
    assert says(told, "took a decision back since")
    card = await office.card("3 of 3 payments need a decision")
    assert shows(card, "Approve recommended (1)")
    # A button from before shows what is recommended now.
    await office.click("U_SECOND", card, "approve_recommended", value=value, force=True)
    page = (await office.views("U_SECOND"))[-1]
    assert says(page, "This approves 1 payment, USD 1,500.00.")
    await submit(office, page)
    review_state = await office.review_state(await office.card("2 of 3 payments"))
    assert (
        review_state.approved,
        review_state.undecided,
        review_state.recommended,
        review_state.reopened,
    ) == (1, 2, 0, (3,))


async def test_a_heap_of_recommended_ones_is_shown_with_its_count_sums_and_largest(office: Office) -> None:
    rows = [f"{100 + number},Shop {number},chairs {number}" for number in range(12)]
    await office.command("U_REQUESTER", "amount,vendor,memo\n" + "\n".join(rows))
    card = await office.card("12 of 12 payments")
    await office.click("U_REVIEWER", card, "approve_recommended")
    (page,) = await office.views("U_REVIEWER")
    assert says(page, "This approves 12 payments, USD 1,266.00.", "The largest:", "#12 USD 111.00")
    assert (await office.review_state(card)).approved == 0
    await submit(office, page)
    assert (await office.review_state(card)).approved == 12


async def test_with_nobody_to_ask_nothing_is_approved(tmp_path: Path) -> None:
    policy = RECOMMENDING.model_copy(update={"human_input_mode": HumanInputMode.NEVER})
    async with open_office(tmp_path, policy=policy) as office:
        await office.command("U_REQUESTER", SEED)
        review_state = await office.review_state(await office.card("is closed"))
        assert "0 approved automatically, 0 approved, 0 rejected, 3 not approved" in counts(review_state)
        assert review_state.recommended == 0


def test_the_table_of_the_model_is_read_and_named_where_it_is_wrong() -> None:
    policy = Policy.from_toml("[model]\nrecommend_only = true\ntokens_a_day = 0\n")
    assert (policy.model.recommend_only, policy.model.tokens_a_day) == (True, 0)
    assert policy.model.tokens_a_review == default_policy().model.tokens_a_review == 2_000_000
    assert policy.version != default_policy().version
    for line, words in (
        ("tokens_a_day = -1", "Line 2, model.tokens_a_day: this must not be below 0"),
        ("tokens_a_day = 1.5", "Line 2, model.tokens_a_day: this must be a whole number"),
        ("recommend_only = 'yes'", "Line 2, model.recommend_only: this must be true or false"),
        ("tokens = 1", "the keys are recommend_only, tokens_a_review, tokens_a_day"),
    ):
        with pytest.raises(PolicyError, match=words):
            Policy.from_toml(f"[model]\n{line}\n")
