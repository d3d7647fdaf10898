"""The people of a route at the page: two stages, an absence, nobody left, somebody taken off."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.kit import WIDE, Window, open_windows
from tests.office import Office, open_office
from tests.test_people_of_routes import ANA, BEN, CHI, DOV, LARGE, OPERATORS, PAYMENT, routed_policy

CARD = "article .blocks"


@pytest.fixture
async def routed(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, policy=routed_policy(), operators=OPERATORS) as office:
        yield office


async def approve(window: Window) -> None:
    await window.click(window.page.locator("article").get_by_role("button", name="Approve", exact=True))


async def details(window: Window) -> None:
    await window.click(window.page.locator("article details.overflow summary").first)
    await window.click(window.page.get_by_text("Details", exact=True).first)


async def test_two_stages_with_a_majority_and_an_approver_who_is_added(routed: Office) -> None:
    await routed.command(ANA, PAYMENT)
    await routed.said("waiting for Controllers")
    async with open_windows(routed.sandbox.url) as windows:
        ben = await windows.open("#ben/C_FINANCE", size=WIDE)
        await ben.sees("Needs most of Controllers (2), then Board", "waiting for Controllers (0 of 2)")
        await ben.picture("route-1-waiting")
        await details(ben)
        await ben.sees("Why you:", "You can approve it now", where="dialog.modal")
        await ben.picture("route-2-why-me")
        await ben.click(ben.modal().get_by_role("button", name="Add an approver"))
        await ben.sees("Who must approve it too", where="dialog.modal")
        await ben.picture("route-3-add-an-approver")
        await ben.click(ben.page.locator("dialog.modal").last.get_by_role("button", name="Cancel"))
        await ben.page.get_by_text("Who must approve it too").wait_for(state="detached")
        await ben.click(ben.modal().get_by_role("button", name="Close", exact=True).last)
        await ben.page.locator("dialog.modal").wait_for(state="detached")
        await approve(ben)
        await ben.sees("waiting for Controllers (1 of 2)")
        chi = await windows.open("#chi/C_FINANCE", size=WIDE)
        await approve(chi)
        dov = await windows.open("#dov/C_FINANCE", size=WIDE)
        await dov.sees("waiting for Board")
        await dov.picture("route-4-board")
        await approve(dov)
        await dov.sees("1 approved")
        await dov.picture("route-5-approved")


async def test_ben_is_away_with_chi_standing_in_and_back_on_monday(tmp_path: Path) -> None:
    policy = routed_policy(
        groups={"controllers": [BEN], "board": [DOV]},
        routes=[LARGE | {"stages": [{"from": "controllers"}, {"from": "board"}]}],
        stand_ins={BEN: CHI},
    )
    async with (
        open_office(tmp_path, policy=policy) as office,
        open_windows(office.sandbox.url) as windows,
    ):
        await office.advance(to="2026-12-03T10:00:00Z")  # a Thursday
        await office.command(ANA, PAYMENT)
        await office.said("waiting for Controllers")
        ben = await windows.open("#ben/home", size=WIDE)
        await ben.sees("I will be away")
        await ben.picture("away-1-home")
        await ben.click(ben.button("I will be away"))
        await ben.sees("Who stands in", where="dialog.modal")
        await ben.picture("away-2-form")
        await ben.modal().locator("input[type=date]").nth(1).fill("2026-12-06")
        await ben.click(ben.modal().get_by_role("button", name="Note it"))
        await ben.sees("I am back", "back on Mon 7 Dec 2026")
        await ben.picture("away-3-noted")
        chi = await windows.open("#chi/C_FINANCE", size=WIDE)
        await chi.sees("@chi stands in for @ben")
        await chi.picture("away-4-card")
        await office.advance(to="2026-12-07T09:00:00Z")
        await chi.page.get_by_text("stands in for").wait_for(state="detached")
        await chi.picture("away-5-monday")


async def test_nobody_is_left_and_somebody_is_taken_off_in_mid_route(routed: Office) -> None:
    await routed.command(ANA, PAYMENT)
    await routed.said("waiting for Controllers")
    card = await routed.card()
    await routed.click(BEN, card, "approve", 1)
    await routed.said("1 of 2")
    async with open_windows(routed.sandbox.url) as windows:
        chi = await windows.open("#chi/C_FINANCE", size=WIDE)
        await routed.do("usergroups", usergroup="S_APPROVERS", users=[ANA])  # the only controller brought it
        await chi.sees("no longer in Controllers", "Too few people are left in Controllers")
        await chi.picture("off-1-nobody-left")
        operators = await windows.open("#chi/C_GENERAL", size=WIDE)
        await operators.sees("cannot be approved until people are back")
        await operators.picture("off-2-operators")
        await routed.do("usergroups", usergroup="S_APPROVERS", users=[CHI])
        await chi.page.get_by_text("Too few people are left").first.wait_for(state="detached")
        await details(chi)
        await chi.sees("no longer in Controllers", "You can approve it now", where="dialog.modal")
        await chi.picture("off-3-taken-off")
