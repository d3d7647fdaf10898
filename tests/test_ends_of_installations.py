"""The bot is taken out of a workspace and comes back; its tokens lapse and are replaced."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.application.installations import Installations
from bot.sandbox.delivery.events import app_uninstalled, event_callback, tokens_revoked
from bot.sandbox.delivery.installation import Installation
from bot.sandbox.delivery.payloads import slash_command_payload
from bot.store import InstallationUnreadable, StoreAway
from tests.office import FINANCE, SEED, Json, cards
from tests.several_offices import GRID, ORGANISATION, TEAMS, OfficeOf, Town, open_town, until

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
HERE, THERE = TEAMS[1], TEAMS[2]
NOT_INSTALLED = "not installed in this workspace any more"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path, installed=(HERE, THERE)) as opened:
        yield opened


def in_sandbox(town: Town, team: str) -> Installation:
    installation = town.sandbox.installations.of_team(team)
    assert installation is not None
    return installation


async def homes(town: Town) -> list[str]:
    return await town.bot.stores.installations.homes()


async def submitted(office: OfficeOf) -> Json:
    await office.command("U_REQUESTER", SEED)
    return await office.card("1 of 3")


async def deliver(town: Town, team: str, *news: Json) -> None:
    """Events of Slack, whether or not it takes the app to be installed."""
    installation = in_sandbox(town, team)
    for event in news:
        result = await installation.sender.send("events", event_callback(installation.workspace, event))
        assert result.ok


async def typed(town: Town, team: str) -> Any:
    """What the bot answers to a command from a workspace that Slack still takes to have it."""
    installation = in_sandbox(town, team)
    payload = slash_command_payload(
        installation.workspace,
        "U_REQUESTER",
        FINANCE,
        "/transactions",
        SEED,
        "1.2.trigger",
        "http://127.0.0.1:1/x",
    )
    result = await installation.sender.send("commands", payload)
    assert result.ok
    return result.body


@pytest.mark.parametrize("held", [False, True])
async def test_taken_out_in_either_order_and_told_twice_it_is_forgotten_there_alone(
    town: Town, held: bool
) -> None:
    office = town.office(HERE)
    if held:
        await office.fault(method="events", hold=True)
    await office.fault(method="events", redeliver=1)
    await office.do("uninstall")
    assert await homes(town) == [THERE]
    assert "everything is decided" in str(await decided_in(town.office(THERE)))


async def decided_in(office: OfficeOf) -> Json:
    card = await submitted(office)
    await office.said("You can say")
    await office.click("U_REVIEWER", card, "approve", 2)
    return await office.card("everything is decided")


async def test_what_still_comes_from_there_is_answered_with_a_sentence_and_nothing_is_done(
    town: Town,
) -> None:
    office = town.office(HERE)
    card = await submitted(office)
    before = await office.review_state(card)
    await office.do("uninstall")
    answer = await typed(town, HERE)
    assert NOT_INSTALLED in answer["text"]
    assert "/slack/install" in answer["text"]
    row = next(block for block in card["blocks"] if block.get("block_id") == "transaction 2")
    click = {
        "type": "block_actions",
        "user": {"id": "U_REVIEWER", "team_id": HERE},
        "team": {"id": HERE},
        "channel": {"id": FINANCE},
        "actions": [{"type": "button", "action_id": "approve", "block_id": "transaction 2"}],
    }
    click["actions"][0]["value"] = row["elements"][0]["value"]  # type: ignore[index]
    form = {
        "type": "view_submission",
        "user": {"id": "U_REVIEWER", "team_id": HERE},
        "team": {"id": HERE},
        "view": {"id": "V1", "type": "modal", "callback_id": "submit", "private_metadata": "C_FINANCE"},
    }
    sender = in_sandbox(town, HERE).sender
    assert (await sender.send("interactive", click)).ok
    assert NOT_INSTALLED in str((await sender.send("interactive", form)).body)
    await deliver(town, HERE, {"type": "app_home_opened", "user": "U_REVIEWER", "channel": "D_U_REVIEWER"})
    assert await office.review_state(card) == before
    assert await town.bot.stores.reviews.open_reviews(HERE, newest=5) == [before.id]


async def test_news_of_an_end_that_come_after_it_was_installed_anew_change_nothing(town: Town) -> None:
    old = in_sandbox(town, HERE).uninstall()
    await town.install(HERE)
    await deliver(town, HERE, *old)
    assert await homes(town) == [THERE, HERE]
    await decided_in(town.office(HERE))


async def test_a_revoked_token_of_a_person_ends_nothing_and_one_of_the_bot_does(town: Town) -> None:
    workspace = in_sandbox(town, HERE).workspace
    persons = {**tokens_revoked(workspace), "tokens": {"oauth": ["U_REQUESTER"]}}
    await deliver(town, HERE, persons)
    assert await homes(town) == [THERE, HERE]
    await deliver(town, HERE, tokens_revoked(workspace))
    assert await homes(town) == [THERE]
    await deliver(town, HERE, app_uninstalled(workspace))
    assert await homes(town) == [THERE]


async def test_news_that_name_a_workspace_of_an_organisation_end_that_where_its_token_is_worthless(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path, installed=(GRID, THERE)) as town:
        grid = in_sandbox(town, GRID)
        news = app_uninstalled(grid.workspace)
        body = {**event_callback(grid.workspace, news), "authorizations": [], "team_id": "T_OF_GRID"}
        assert (await grid.sender.send("events", body)).ok
        assert await homes(town) == [ORGANISATION, THERE]
        grid.uninstall()
        assert (await grid.sender.send("events", body)).ok
        assert await homes(town) == [THERE]


async def test_jobs_of_a_workspace_that_left_are_kept_for_its_return(town: Town) -> None:
    office = town.office(HERE)
    await office.fault(method="chat.postMessage", status=500, times=3)
    await office.command("U_REQUESTER", SEED)
    await office.do("uninstall")
    dead = town.bot.stores.job_attempts

    async def are_kept() -> bool:
        return any(f"not installed in {HERE}" in letter.cause for letter in await dead.dead())

    await until(are_kept)
    assert cards(await office.state()) == []
    await town.install(HERE)
    await office.card("1 of 3")


async def test_a_token_is_replaced_before_it_lapses_once_and_nobody_notices(tmp_path: Path) -> None:
    async with open_town(tmp_path, installed=(HERE, GRID), rotation_seconds=43_200) as town:
        office, organisation = town.office(HERE), town.office(GRID)
        card = await submitted(office)
        await office.said("You can say")
        first = in_sandbox(town, HERE).tokens.token
        await office.advance(hours=10.5)
        await asyncio.gather(*(office.do("home", user=user) for user in ("U_REVIEWER", "U_SECOND")))

        async def is_replaced() -> bool:
            return in_sandbox(town, HERE).tokens.token != first

        await until(is_replaced)
        assert in_sandbox(town, HERE).tokens.token == f"{first}-2"  # once, whoever asked
        await office.advance(hours=13)
        await office.click("U_REVIEWER", card, "approve", 2)
        await office.card("everything is decided")
        assert in_sandbox(town, HERE).tokens.token == f"{first}-3"
        await submitted(organisation)
        kept = await town.bot.served.many.installations.workspace("E_GRID")  # type: ignore[union-attr]
        assert kept is not None
        assert kept.bot.token == in_sandbox(town, GRID).tokens.token


async def test_a_refresh_token_that_slack_refuses_ends_the_installation_when_its_token_has_lapsed(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path, installed=(HERE,), rotation_seconds=43_200) as town:
        office = town.office(HERE)
        # Before the clock is put forward: whoever looks after it first, request or worker, is refused.
        await office.fault(method="oauth.v2.access", error="invalid_refresh_token")
        await office.advance(hours=13)
        assert NOT_INSTALLED in (await typed(town, HERE))["text"]
        assert await homes(town) == []


async def test_with_slack_away_a_token_that_lapsed_is_replaced_when_slack_is_back(tmp_path: Path) -> None:
    async with open_town(tmp_path, installed=(HERE,), rotation_seconds=43_200) as town:
        office = town.office(HERE)
        card = await submitted(office)
        await office.said("You can say")
        await office.advance(hours=13)
        await office.fault(method="oauth.v2.access", status=503)
        await office.click("U_REVIEWER", card, "approve", 2)
        assert await homes(town) == [HERE]
        await office.click("U_REVIEWER", card, "approve", 2)
        await office.card("everything is decided")


@pytest.mark.parametrize("fault", [StoreAway("away"), InstallationUnreadable("lost key")])
async def test_where_an_installation_cannot_be_read_nothing_is_done_and_nothing_acknowledged(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    office = town.office(HERE)
    card = await submitted(office)
    await office.said("You can say")
    before = await office.review_state(card)

    async def unreadable(*_: object) -> None:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(Installations, "workspace", unreadable)
        answer = await office.click("U_REVIEWER", card, "approve", 2)
        assert answer["status"] == 503
        reply = await office.reply("U_REVIEWER", "approve 2", card)
        assert reply["status"] == 503
        assert await office.review_state(card) == before
    await office.told("U_REVIEWER", "nothing was changed")
