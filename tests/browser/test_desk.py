"""A ledger through the desk: every flagged payment is decided, and nothing is approved that was not seen.

The figure of actions is what a person clicks and types: a menu counts as two, opening it and choosing.
"""

import re
import sys
from typing import Literal

import pytest

from tests.browser.kit import WIDE, Size, Window, Windows
from tests.browser.ledger import ledger
from tests.browser.test_accessibility import looks_right
from tests.office import Office, shows
from tests.real_data import real_file

MOST_ACTIONS = 40
PHONE: Size = {"width": 375, "height": 740}


class Walk:
    """One approver at their desk, whose clicks are counted; a menu counts as two."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.window.actions = 0

    async def press(self, name: str) -> None:
        await self.window.click(self.window.modal().get_by_role("button", name=name).first)

    async def choose(self, menu: str, option: str) -> None:
        select = self.window.modal().get_by_label(menu, exact=True)
        label = await select.locator("option", has_text=option).first.text_content()
        before = await self.window.modal().text_content()
        self.window.actions += 2
        await select.select_option(label=label)
        # What is pressed before the desk shows the choice may be about what it showed before.
        await self.window.page.wait_for_function(
            "(before) => document.querySelector('dialog.modal').textContent !== before", arg=before
        )

    async def give_reason(self, label: str, reason: str) -> None:
        await self.window.click(self.window.modal().get_by_label(label))
        await self.window.type(reason)

    async def submit(self, verb: str) -> None:
        """Press the button of the page that shows what will be done, and be back at the desk."""
        await self.window.click(self.window.modal().locator("footer .primary"))
        await self.window.sees(f"You {verb}", where="dialog.modal")

    async def by_name(self) -> int:
        """Tick everything of high risk, ten at a time, each ten once they stand there; how many tens."""
        tens = 0
        while True:
            tick = self.window.modal().get_by_role("button", name=re.compile("^Tick these"))
            while await tick.count():
                before = await tick.count()
                await self.window.click(tick.first)
                tens += 1
                await self.window.page.wait_for_function(
                    """(before) => [...document.querySelectorAll('dialog.modal button')]
                         .filter((node) => node.textContent.startsWith('Tick these')).length < before""",
                    arg=before,
                )
            forward = self.window.modal().get_by_role("button", name="Next page")
            if not await forward.count():
                return tens
            page = await self.window.modal().get_by_text("of high risk", exact=False).last.text_content()
            await self.window.click(forward)
            await self.window.page.wait_for_function(
                "(page) => !document.querySelector('dialog.modal').textContent.includes(page)", arg=page
            )


async def through(office: Office, windows: Windows, name: str, content: bytes, pictures: str) -> Window:
    """The whole ledger decided at one desk; prints what it took."""
    await office.drop("U_REQUESTER", name, content)
    card = await office.card("need a decision")
    before = await office.review_state(card)
    ben = await windows.open("#ben/C_FINANCE")
    walk = Walk(ben)

    await ben.click(ben.button("Open my desk"))
    await ben.sees("Found:", where="dialog.modal")
    await ben.picture(f"{pictures}-desk")
    await walk.choose("Which risk", "All but high risk")
    await walk.press("Approve all")
    await ben.sees("This approves", "The largest:", where="dialog.modal")
    await ben.picture(f"{pictures}-approve")
    await walk.submit("approved")

    await walk.choose("Which risk", "High risk")
    await walk.choose("Which finding", "Paid twice")
    await walk.press("Reject all")
    await ben.sees("This rejects", where="dialog.modal")
    await walk.give_reason("Reason", "paid twice")
    await ben.picture(f"{pictures}-reject")
    await walk.submit("rejected")

    await walk.choose("Which finding", "Any finding")
    await walk.press("Approve all")
    await ben.sees("Nothing is selected yet", where="dialog.modal")
    await walk.by_name()
    await walk.give_reason("Reason (needed for high risk)", "contracts of the year")
    await ben.picture(f"{pictures}-by-name")
    await walk.submit("approved")

    await office.until(lambda state: any(shows(one, "everything is decided") for one in state["messages"]))
    after = await office.review_state(card)
    assert (after.undecided, after.approved + after.rejected) == (0, before.flagged)
    sys.stdout.write(f"\n{name}: {before.flagged} flagged payments decided in {ben.actions} actions\n")
    assert ben.actions <= MOST_ACTIONS
    return ben


async def test_a_ledger_of_444_flagged_payments_goes_through_in_forty_actions(
    office: Office, windows: Windows
) -> None:
    ben = await through(office, windows, "ledger.csv", ledger(), "desk")
    await ben.press("Escape")
    await ben.sees("approved")
    await ben.picture("desk-done")


async def test_the_desk_is_left_by_pressing_escape_however_often(office: Office, windows: Windows) -> None:
    await office.drop("U_REQUESTER", "ledger.csv", ledger(rows=60, over=12, twice=0, lesser=0))
    ben = await windows.open("#ben/C_FINANCE")
    await ben.click(ben.button("Open my desk"))
    await ben.sees("My desk", where="dialog.modal")
    for _ in range(4):
        await ben.press("Escape")
    await ben.modal().wait_for(state="detached")
    assert not await ben.page.locator("dialog.modal").count()


async def test_the_real_ledger_goes_through_in_forty_actions(office: Office, windows: Windows) -> None:
    content = real_file("oxford-spend-2015-jul-sep.csv").read_bytes()
    await through(office, windows, "oxford.csv", content, "oxford")


@pytest.mark.parametrize(
    ("look", "size", "colours"),
    [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("phone", PHONE, "dark")],
    ids=["light", "dark", "phone"],
)
async def test_the_desk_can_be_used_by_everybody(
    office: Office, windows: Windows, look: str, size: Size, colours: Literal["light", "dark"]
) -> None:
    rows = [f"{11_000 + number}.50,Builder {number} of a long name Limited,Chairs" for number in range(1, 15)]
    rows += [f"{2_000 + number},Shop {number},misc" for number in range(1, 15)]
    await office.command("U_REQUESTER", "amount,vendor,memo\n" + "\n".join(rows))
    await office.card("28 of 28")
    ben = await windows.open("#ben/C_FINANCE", size=size, colours=colours)
    await ben.click(ben.button("Open my desk"))
    await ben.sees("Page 1 of 2", where="dialog.modal")
    boxes = ben.modal().get_by_role("checkbox")
    await boxes.nth(0).check()
    await boxes.nth(16).check()
    await ben.sees("Selected: 2 payments", where="dialog.modal")
    await looks_right(ben, f"desk-{look}-payments")
    await ben.click(ben.button("Select all 28 found"))
    await ben.sees("Selected: 28 payments", where="dialog.modal")
    await ben.click(ben.button("Approve…"))
    await ben.sees("This approves 14 payments", where="dialog.modal")
    await looks_right(ben, f"desk-{look}-bulk")
    await ben.press("Escape")
    await ben.click(ben.button("Amount or words…"))
    await ben.sees("Amount from", where="dialog.modal")
    await looks_right(ben, f"desk-{look}-filter")


async def test_two_at_their_desks_move_nothing_of_each_other(office: Office, windows: Windows) -> None:
    rows = [f"{2_000 + number},Shop {number},misc" for number in range(1, 29)]
    await office.command("U_REQUESTER", "amount,vendor,memo\n" + "\n".join(rows))
    await office.card("28 of 28")
    ben, chi = await windows.open("#ben/C_FINANCE"), await windows.open("#chi/C_FINANCE")
    for window in (ben, chi):
        await window.click(window.button("Open my desk"))
        await window.sees("Page 1 of 2", where="dialog.modal")
    await ben.click(ben.button("Next page"))
    await ben.sees("Page 2 of 2", where="dialog.modal")
    await chi.modal().get_by_role("checkbox").first.check()
    await chi.sees("Selected: 1 payment", where="dialog.modal")
    await chi.click(chi.button("Approve…"))
    await chi.click(chi.button("Approve 1"))
    await chi.sees("You approved 1 payment", where="dialog.modal")
    await ben.sees("Page 2 of 2", "Nothing is selected", where="dialog.modal")
    await ben.picture("desk-two-ben")
    await chi.picture("desk-two-chi")
