"""Which installation a click or a reply is of; what is of another one reaches no review."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.application.ports import NotEstablished
from bot.sandbox import TeamIds
from tests.office import FINANCE, SEED, TEAM, Json, Office, open_office

ORGANISATION = TeamIds(enterprise="E_ORG", org_wide=True)


async def submitted(office: Office) -> Json:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.said("You can say")
    return card


async def press(office: Office, card: Json, **named: Any) -> None:
    """Approve payment 2, in a request that names the workspace as given."""
    (value,) = {
        element["value"]
        for block in card["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == "approve"
    }
    body = {
        "type": "block_actions",
        "user": {"id": "U_REVIEWER", "team_id": named.pop("home", TEAM)},
        "channel": {"id": FINANCE},
        "container": {"type": "message", "message_ts": card["ts"], "channel_id": FINANCE},
        "actions": [{"type": "button", "action_id": "approve", "block_id": "transaction 2", "value": value}],
        **named,
    }
    answer = await office.bot.slack.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert answer.status == 200


async def decided(office: Office, team: str) -> int:
    """How many payments of the one open review are decided."""
    (review,) = await office.bot.stores.reviews.open_reviews(team, newest=1)
    state = await office.bot.stores.reviews.state(team, review)
    assert state is not None
    return state.approved + state.rejected + state.held


async def test_in_an_organisation_clicks_replies_and_forms_meet_in_one_review(tmp_path: Path) -> None:
    async with open_office(tmp_path, team_ids=ORGANISATION) as office:
        card = await submitted(office)
        await office.reply("U_REVIEWER", "hold 2: ask Ana", card)
        await office.said("On hold: #2")
        await office.click("U_REVIEWER", card, "everything")
        (form,) = await office.views("U_REVIEWER")
        assert "Unicorn" in str(form)
        await office.close("U_REVIEWER", await office.card())
        await office.card("is closed")


@pytest.mark.parametrize("home", [TEAM, "T_ELSEWHERE"])
async def test_a_click_without_a_workspace_is_of_its_organisation_wherever_its_person_is_at_home(
    tmp_path: Path, home: str
) -> None:
    async with open_office(tmp_path, team_ids=ORGANISATION) as office:
        card = await submitted(office)
        await office.do("people", member="U_REVIEWER", team_id=home)
        enterprise = {"id": "E_ORG", "name": "Org"}
        await press(office, card, team=None, enterprise=enterprise, is_enterprise_install=True, home=home)
        await office.card("everything is decided")


async def test_a_button_of_another_installation_reaches_no_review(tmp_path: Path) -> None:
    async with open_office(tmp_path, team_ids=ORGANISATION) as office:
        card = await submitted(office)
        foreign: list[Json] = [
            {"team": None, "enterprise": {"id": "E_OTHER"}, "is_enterprise_install": True},
            {"team": {"id": "T_OTHER"}, "enterprise": None, "is_enterprise_install": False},
            {"team": {"id": TEAM}, "enterprise": {"id": "E_ORG"}, "is_enterprise_install": False},
            {"team": {"id": "E_ORG"}, "enterprise": {"id": "E_OTHER"}, "is_enterprise_install": True},
        ]
        for named in foreign:
            await press(office, card, **named)
        assert await decided(office, "E_ORG") == 0


async def test_a_button_of_another_workspace_reaches_no_review(office: Office) -> None:
    card = await submitted(office)
    await press(office, card, team={"id": "T_OTHER"}, is_enterprise_install=False)
    await press(office, card, team=None, enterprise={"id": "E_ORG"}, is_enterprise_install=True)
    assert await decided(office, TEAM) == 0
    await press(office, card, team={"id": TEAM}, is_enterprise_install=False, home="T_OTHER")
    assert await decided(office, TEAM) == 0
    await press(office, card, team={"id": TEAM}, is_enterprise_install=False)
    assert await decided(office, TEAM) == 1


async def test_a_reply_in_a_channel_of_another_workspace_is_of_the_installation(tmp_path: Path) -> None:
    async with open_office(tmp_path, team_ids=TeamIds(channel="T_HOST")) as office:
        card = await submitted(office)
        await office.reply("U_REVIEWER", "approve 2", card)
        await office.card("everything is decided")


@pytest.mark.parametrize(("number", "cursor"), [(1, "more"), (21, "")])
async def test_a_group_is_not_established_where_some_workspaces_are_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, cursor: str
) -> None:
    async def tells(**_: Any) -> Any:
        teams = [{"id": f"T{place}"} for place in range(number)]
        return SimpleNamespace(data={"teams": teams, "response_metadata": {"next_cursor": cursor}})

    async with open_office(tmp_path, team_ids=ORGANISATION, with_worker=False) as office:
        directory: Any = office.bot.use_cases.access._directory
        monkeypatch.setattr(directory._client, "auth_teams_list", tells)
        with pytest.raises(NotEstablished, match="more than 20 workspaces"):
            await directory.people_of_group("E_ORG", "S_APPROVERS")


@pytest.mark.parametrize("method", ["auth.teams.list", "usergroups.users.list"])
async def test_who_is_in_a_group_of_an_organisation_is_established_or_not_and_nothing_between(
    tmp_path: Path, method: str
) -> None:
    async with open_office(tmp_path, team_ids=ORGANISATION, with_worker=False) as office:
        directory: Any = office.bot.use_cases.access._directory
        assert await directory.people_of_group("E_ORG", "S_APPROVERS") == {"U_REVIEWER", "U_SECOND"}
        assert await directory.people_of_group("E_ORG", "S_NOSUCH") == frozenset()
        for name in ("E_ORG", "S_APPROVERS"):
            await directory.forget(name)
        await office.fault(method=method, error="internal_error", times=99)
        with pytest.raises(NotEstablished, match="internal_error"):
            await directory.people_of_group("E_ORG", "S_APPROVERS")
