"""Several workspaces and an organisation install the bot, and each works in it as if it were alone."""

import asyncio
from pathlib import Path

import pytest

from bot.app import utc_now
from bot.application.at_work import at_work
from bot.application.ports import TryLater
from bot.store import AppliedPolicy
from tests.conftest import every_key_has_its_lifetime
from tests.office import SEED
from tests.several_offices import GRID, ORGANISATION, POLICY, TEAMS, OfficeOf, open_town

pytestmark = pytest.mark.filterwarnings(
    "ignore:BasicAuth is deprecated:DeprecationWarning"
)  # slack-sdk's use


async def submit_and_decide(office: OfficeOf) -> str:
    """Ana submits three payments, Ben approves the one that waits; the name of the review."""
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.said("You can say")
    await office.click("U_REVIEWER", card, "approve", 2)
    decided = await office.card("everything is decided")
    return str(decided["metadata"]["event_payload"]["review"])


async def test_three_workspaces_and_an_organisation_work_side_by_side(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        offices = [town.office(team) for team in (*TEAMS, GRID)]
        # Nobody asks Slack who the bot is: what was said when it was installed counts.
        await offices[0].fault(method="auth.test", error="internal_error", times=999)
        reviews = await asyncio.gather(*(submit_and_decide(office) for office in offices))
        for office, review in zip(offices, reviews, strict=True):
            assert await town.bot.stores.reviews.open_reviews(office.home, newest=5) == [review]
            shown = str(await office.state())
            assert not [other for other in reviews if other != review and other in shown]
        await every_key_has_its_lifetime(town.bot.redis_url)


@pytest.mark.parametrize("method", ["auth.teams.list", "usergroups.users.list"])
async def test_a_group_of_one_workspace_of_an_organisation_decides_there(tmp_path: Path, method: str) -> None:
    async with open_town(tmp_path, installed=(GRID,), policy='approvers = ["S_APPROVERS"]\n') as town:
        office = town.office(GRID)
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3")
        await office.click("U_OUTSIDER", card, "approve", 2)
        await office.told("U_OUTSIDER", "You are not an approver here")
        # Where Slack does not say which workspaces there are, or who is in it there, nobody is known to be.
        for name in (ORGANISATION, "S_APPROVERS"):
            await town.bot.stores.people.forget(ORGANISATION, name)
        await office.fault(method=method, error="internal_error", times=99)
        await office.click("U_REVIEWER", card, "approve", 2)
        await office.told("U_REVIEWER", "Slack did not tell me just now whether you may decide")
        assert (await office.review_state(card)).undecided == 1
        await office.fault(clear=True)
        await office.click("U_REVIEWER", card, "approve", 2)
        await office.card("everything is decided")


async def test_each_goes_by_its_own_policy_and_channels_and_its_operators_alone_hear_of_it(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path, installed=TEAMS) as town:
        one, two, three = (town.office(team) for team in TEAMS)
        await town.bring('approvers = ["U_SECOND"]\n[limits]\nUSD = 100\n', two.home)
        await town.bring("approvers = []\n", three.home)
        await town.bot.stores.installations.set(two.home, {"channel": "C_SHARED"})
        for home, channel in ((two.home, "C_GENERAL"), (three.home, "C_SHARED")):
            await town.bot.stores.installations.set(home, {"operators": channel})

        await submit_and_decide(one)
        await two.command("U_REQUESTER", SEED)
        card = await two.card("3 of 3")
        assert card["channel"] == "C_SHARED"
        await two.said("You can say")
        await two.click("U_REVIEWER", card, "approve", 2)
        await two.told("U_REVIEWER", "You are not an approver here")
        assert (await two.review_state(card)).undecided == 3
        await two.reply("U_SECOND", "hold 2: ask ana", card)
        await two.said("On hold: #2")

        await three.command("U_REQUESTER", SEED)
        await three.card("1 of 3")
        told = await three.said("waits for a decision, and nobody may decide")
        assert told["channel"] == "C_SHARED"
        for office in (one, two):
            assert "nobody may decide" not in str(await office.state())


async def test_a_policy_that_came_meanwhile_counts_at_the_next_click(tmp_path: Path) -> None:
    async with open_town(tmp_path, installed=TEAMS[:2]) as town:
        one, two = (town.office(team) for team in TEAMS[:2])
        cards = []
        for office in (one, two):
            await office.command("U_REQUESTER", SEED)
            cards.append(await office.card("1 of 3"))
            await office.said("You can say")
        await town.bring('approvers = ["U_SECOND"]\n', two.home)
        await one.click("U_REVIEWER", cards[0], "approve", 2)
        await two.click("U_REVIEWER", cards[1], "approve", 2)
        await one.card("everything is decided")
        assert (await two.review_state(cards[1])).undecided == 1
        await two.click("U_SECOND", cards[1], "approve", 2)
        await two.card("everything is decided")


async def test_operators_hear_of_the_jobs_of_their_own_workspace(tmp_path: Path) -> None:
    async with open_town(tmp_path, installed=TEAMS[:2]) as town:
        one, two = (town.office(team) for team in TEAMS[:2])
        for office in (one, two):
            await town.bot.stores.installations.set(office.home, {"operators": "C_GENERAL"})
        await two.fault(method="chat.postMessage", error="is_archived")
        await two.command("U_REQUESTER", SEED)
        told = await two.said("the channel is archived", "countersign retry")
        assert told["channel"] == "C_GENERAL"
        assert "archived" not in str(await one.state())


async def test_news_for_all_operators_are_told_once_in_each_workspace_whatever_fails_in_another(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path, installed=TEAMS[:2]) as town:
        one, two = (town.office(team) for team in TEAMS[:2])
        await town.bot.stores.installations.put("T_A_LOST", "under a key that nobody has any more")
        many = town.bot.served.many
        assert many is not None
        for office in (one, two):
            await town.bot.stores.installations.set(office.home, {"operators": "C_GENERAL"})
        heard: list[tuple[str, str]] = []
        is_away = True

        async def alarm(sentence: str) -> None:
            home = at_work().workspace.home
            if is_away and home == one.home:
                raise TryLater(1)
            heard.append((home, sentence))

        alarm_all = many.workspaces.for_each_that_has_operators(alarm)
        for _ in range(3):
            with pytest.raises(TryLater):
                await alarm_all("news")
        is_away = False
        await alarm_all("news")
        assert heard == [(two.home, "news"), (one.home, "news")]
        await alarm_all("news")  # the same once more, later: that is news again
        assert len(heard) == 4


async def test_what_is_due_is_done_while_the_installation_or_policy_of_another_cannot_be_read(
    tmp_path: Path,
) -> None:
    policy = f"{POLICY}[reminders]\nexpire_days = 2\n"
    async with open_town(tmp_path, installed=TEAMS[:2], policy=policy) as town:
        one, two = (town.office(team) for team in TEAMS[:2])
        stores = town.bot.stores
        await one.command("U_REQUESTER", SEED)
        card = await one.card("1 of 3")
        await stores.installations.put("T_A_LOST", "under a key that nobody has any more")
        lost = AppliedPolicy(number=1, version="lost", brought_by="x", brought_from="y", at=utc_now())
        assert await stores.policy_history.of_workspace(two.home).put_in_force(lost, None)
        await one.advance(days=7)
        await one.said("Nobody decided")
        assert (await one.review_state(card)).approved == 0
