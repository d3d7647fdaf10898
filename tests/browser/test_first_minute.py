"""A newcomer's first minute: from an empty channel to a decision, one click after the other."""

import re

from tests.browser.kit import Windows
from tests.office import Office

FEW = 6  # actions from page load to the first decided transaction


async def test_a_newcomer_decides_the_first_payment_in_a_few_actions(
    office: Office, windows: Windows
) -> None:
    window = await windows.open()
    await window.picture("empty")
    await window.click(window.page.get_by_role("button", name="Submit three sample payments"))
    await window.sees("1 of 3 payments needs a decision", "Nobody decides on their own payments")
    await window.picture("first-minute")
    await window.click(window.button("Look as ben"))
    await window.sees("Press Approve")
    await window.click(window.button("Approve"))
    await window.sees("everything is decided")
    assert window.actions <= FEW


async def test_the_same_by_keyboard_alone(office: Office, windows: Windows) -> None:
    window = await windows.open()
    await window.press("Tab")  # ana, of the people
    for _ in range(9):  # channels, direct messages, Home, advances of the clock, the channel itself
        await window.press("Tab")
    await window.press("Tab")
    await window.press("Enter")
    await window.sees("1 of 3 payments needs a decision")

    await window.person("ana").focus()
    await window.press("ArrowRight")
    assert await window.person("ben").get_attribute("aria-checked") == "true"
    await window.button("Approve").focus()
    await window.press("Enter")
    await window.sees("everything is decided")
    where = await window.page.evaluate("document.activeElement.closest('.message')?.dataset.ts")
    assert where == (await office.card())["ts"], "the focus is lost when the card changes"


async def test_the_sample_file_is_dropped_in_one_click(office: Office, windows: Windows) -> None:
    window = await windows.open()
    await window.click(window.page.get_by_role("button", name="Drop a file"))
    await window.sees("payments.csv", "2 of 4 payments need a decision", "Old Mill Logistics")


async def test_the_story_is_read_and_its_payments_submitted(office: Office, windows: Windows) -> None:
    window = await windows.open()
    await window.click(window.page.get_by_role("button", name="Read the seed's story"))
    await window.sees("A finance team pays bills", where="dialog.story")
    await window.picture("story")
    await window.click(window.button("Submit its three payments"))
    await window.sees("1 of 3 payments needs a decision", "Acme Corp")


async def test_hints_end_when_somebody_has_had_enough_of_them(office: Office, windows: Windows) -> None:
    window = await windows.open()
    await window.click(window.page.get_by_role("button", name="Submit three sample payments"))
    await window.click(window.button("No more hints"))
    await window.page.reload()
    await window.sees("1 of 3 payments needs a decision")
    assert not await window.page.locator("#next").is_visible()


async def test_hints_fit_a_card_of_any_size_and_the_end_of_a_review(office: Office, windows: Windows) -> None:
    hint = "#next"
    ben = await windows.open("#ben/C_FINANCE")
    rows = [f"{2_000 + number},Shop {number},misc" for number in range(1, 11)]
    await office.command("U_REQUESTER", "amount,vendor,memo\n" + "\n".join(rows))
    await ben.sees("10 of 10 payments need a decision")
    await ben.sees("press Open my desk", where=hint)
    await ben.picture("hint-desk")
    await office.command("U_REQUESTER", "12000 USD | Acme Corp | Reimbursement")
    await ben.sees("1 of 1 payment needs a decision")
    await ben.sees("Press Approve", where=hint)
    await ben.click(ben.button("Approve"))
    await ben.sees("press Open my desk", where=hint)  # the older review waits still

    await ben.sees("2 replies")  # a message that comes later moves the list, which closes the menu
    menu = ben.page.locator("article .overflow").first  # of the card with groups
    await ben.click(menu.locator("summary"))
    await ben.click(menu.get_by_role("button", name="Close review"))
    await ben.click(ben.modal().get_by_role("button", name="Close review"))
    await ben.sees("Decided.", where=hint)
    await ben.click(ben.button("Close review"))
    await ben.sees("Closed.", where=hint)


async def test_what_just_happened_is_told_to_whoever_asks(office: Office, windows: Windows) -> None:
    window = await windows.open()
    await window.click(window.page.get_by_text("What just happened"))
    await window.click(window.page.get_by_role("button", name="Submit three sample payments"))
    await window.sees("/transactions", "chat.postMessage", "acknowledged in", where="#flow")
    await window.sees("1 of 3 payments needs a decision")
    await window.picture("what-just-happened")


async def test_what_is_unread_is_kept_for_each_person(office: Office, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    unread = window.page.get_by_role("button", name="# finance-approvals unread")
    await office.command("U_OUTSIDER", "12000 USD | Acme Corp | Reimbursement")
    await unread.wait_for()
    await window.click(window.button("# finance-approvals unread"))
    await window.sees("Acme Corp")
    await window.click(window.button("# general"))
    await window.click(window.person("ben"))
    meant = window.page.get_by_role("button", name=re.compile(r"# finance-approvals \d unread"))
    await meant.wait_for()  # the card names who decides
    await window.page.reload()
    await meant.wait_for()
    await window.click(window.person("ana"))
    await unread.wait_for(state="detached")
    await meant.wait_for(state="detached")


async def test_commands_are_completed_by_keyboard(office: Office, windows: Windows) -> None:
    window = await windows.open()
    await window.click(window.composer())
    await window.type("/tr")
    await window.page.get_by_role("option").first.wait_for()
    for _ in range(3):
        await window.press("ArrowDown")
    await window.picture("commands")
    await window.press("Enter")
    assert await window.composer().input_value() == "/transactions waiting"
    await window.press("Escape")
    await window.press("Enter")
    await window.sees("Only visible to you")
