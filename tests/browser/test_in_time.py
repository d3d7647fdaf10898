"""What happens where nobody acts, and who is asked next, seen by the clock of the page."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

from bot.domain.matrix import RouteRule
from bot.domain.policy import Policy
from tests.browser.conftest import GUIDE
from tests.browser.kit import Windows, open_windows
from tests.browser.test_accessibility import looks_right
from tests.office import Office, open_office, sandbox_policy
from tests.test_in_time import ESCALATED, STEEL, berlin_policy, friday_afternoon, reminded


@contextlib.asynccontextmanager
async def opened(folder: Path, policy: Policy) -> AsyncIterator[tuple[Office, Windows]]:
    """An office with a policy of its own, and windows on its workspace."""
    guide = json.loads(GUIDE.read_text("utf-8"))
    async with (
        open_office(folder, policy=policy, app=guide) as office,
        open_windows(office.sandbox.url) as windows,
    ):
        yield office, windows


async def test_after_a_long_weekend_others_are_asked_and_after_ten_days_nothing_is_approved(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, berlin_policy()) as (office, windows):
        await friday_afternoon(office)
        chi = await windows.open("#chi/C_FINANCE")
        await office.command("U_REQUESTER", STEEL)
        await chi.sees("1 of 1 payment needs a decision")
        await chi.click(chi.button("Advance 1 day"))  # Saturday, Sunday, and Whit Monday
        await chi.click(chi.button("Advance to Monday 9:00"))
        assert reminded(await office.state()) == []
        await chi.click(chi.button("Advance 1 day"))  # Tuesday, 11:00 in Berlin
        await office.until(lambda state: "U_REVIEWER" in reminded(state))
        ben = await windows.open("#ben/D_U_REVIEWER")
        await ben.sees("Payments wait for you: 1 payment in 1 review")
        await looks_right(ben, "in-time-reminder")

        await office.advance(to=ESCALATED.replace(minute=3).isoformat())
        thread = await windows.open("#chi/C_FINANCE")
        await office.said("waits for a decision for 2 working days")
        await thread.click(thread.page.locator("article .replies"))
        await thread.sees("waits for a decision for 2 working days")
        await looks_right(thread, "in-time-escalation")

        await office.advance(to="2027-06-01T09:00:00+00:00")  # ten working days end on the Monday before
        await chi.sees("closed", "not approved")
        await looks_right(chi, "in-time-expired")


def two_stages() -> Policy:
    row = {"name": "large", "stages": [{"from": "controllers"}, {"from": "directors"}]}
    groups = {"controllers": ("U_REVIEWER",), "directors": ("U_SECOND",)}
    return sandbox_policy(groups=groups, routes=(RouteRule.model_validate(row),))


async def test_a_correction_after_the_first_stage_starts_the_route_again(tmp_path: Path) -> None:
    async with opened(tmp_path, two_stages()) as (office, windows):
        await office.command("U_REQUESTER", STEEL)
        ben, chi = await windows.open("#ben/C_FINANCE"), await windows.open("#chi/C_FINANCE")
        await ben.sees("waiting for controllers")
        await ben.click(ben.button("Approve"))
        await chi.sees("waiting for directors")
        await looks_right(chi, "in-time-first-stage")

        ana = await windows.open("#ana/D_U_REQUESTER")
        await ana.click(ana.button("My payments"))
        await ana.click(ana.modal().get_by_role("button", name="Correct", exact=True).first)
        await ana.sees("Correct payment #1", where="dialog.modal")
        await ana.page.locator("dialog.modal").last.get_by_label("Amount").fill("31500")
        await ana.click(
            ana.page.locator("dialog.modal").last.get_by_role("button", name="Correct", exact=True)
        )
        await chi.sees("was USD 31,000.00", "waiting for controllers")
        await looks_right(chi, "in-time-corrected")
        await chi.click(chi.button("Approve"))
        await chi.sees("#1 is not yours to decide now")
        state = await office.review_state(await office.card())
        assert (state.approved, state.undecided) == (0, 1)

        await ben.click(ben.button("Approve"))
        await chi.sees("waiting for directors")
        await chi.click(chi.button("Approve"))
        await chi.sees("everything is decided", "1 approved, USD 31,500.00")
