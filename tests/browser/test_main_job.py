"""The whole job by mouse and keyboard: ana submits, ben decides, dov looks on, each in their own window."""

from datetime import UTC, datetime, timedelta

from tests.browser.kit import Windows
from tests.office import SEED, Office, shows

LATELY = datetime.now(UTC).date() - timedelta(days=3)
BATCH = f"""date,vendor,amount,currency,memo
{LATELY},Globex,12500.00,USD,Server racks
{LATELY},Initech,18000.00,USD,Consulting
{LATELY},Staples,120.50,USD,Paper
"""


async def test_three_people_in_three_windows(office: Office, windows: Windows) -> None:
    ana = await windows.open("#ana/C_FINANCE")
    ben = await windows.open("#ben/C_FINANCE")
    dov = await windows.open("#dov/C_FINANCE")

    await ana.click(ana.composer())
    await ana.type("/transactions")
    await ana.press("Enter")
    await ana.sees("Payments, one a line", where="dialog.modal")
    await ana.page.keyboard.insert_text(SEED)
    await ana.click(ana.button("Submit"))
    await ana.modal().wait_for(state="detached")

    for window in (ana, ben, dov):
        await window.sees("1 of 3 payments needs a decision", "Acme Corp", "above the limit")
    assert not await ben.page.get_by_text("Only visible to you").count()

    # Who submitted does not decide, and neither does an outsider.
    await ana.click(ana.button("Approve"))
    await ana.sees("somebody else has to decide")
    await dov.click(dov.button("Approve"))
    await dov.sees("Only visible to you")
    await ben.sees("1 of 3 payments needs a decision")

    await ben.click(ben.button("Approve"))
    for window in (ana, ben, dov):
        await window.sees("everything is decided", "Approved")

    await ben.click(ben.page.locator("article .replies"))
    await ben.sees("All payments have been processed.", where="#thread")
    await ben.thread().wait_for()
    await ben.type("exit")
    await ben.press("Enter")
    for window in (ana, ben, dov):
        await window.sees("is closed")
    assert "is closed" in (await office.card())["blocks"][0]["text"]["text"]


async def test_a_file_is_dropped_and_decided_by_words_in_the_thread(office: Office, windows: Windows) -> None:
    ana = await windows.open("#ana/C_FINANCE")
    await ana.drop("payments.csv", BATCH)  # anywhere in the channel; the app is called by itself
    await ana.type("please check")
    await ana.press("Enter")
    await ana.sees("payments.csv", "2 of 3 payments need a decision", "Initech")

    ben = await windows.open("#ben/C_FINANCE")
    await ben.click(ben.page.locator("article .replies"))
    await ben.type("reject 2: duplicate")
    await ben.press("Enter")
    await ana.sees("1 of 3 payments needs a decision", "1 rejected")
    await ben.sees("Rejected: #2 (duplicate)", where="#thread")


async def test_what_many_come_to_is_seen_first_and_can_be_left(office: Office, windows: Windows) -> None:
    await office.command("U_REQUESTER", SEED)
    ben = await windows.open("#ben/C_FINANCE")
    await ben.click(ben.button("Approve all"))
    await ben.sees("Nothing is selected yet", "#2 USD 12,000.00 to Acme Corp", where="dialog.modal")
    await ben.press("Escape")
    await ben.modal().wait_for(state="detached")
    assert shows(await office.card(), "1 of 3 payments needs a decision")

    await ben.click(ben.button("Approve all"))
    await ben.click(ben.modal().get_by_role("checkbox"))
    await ben.sees("This approves 1 payment, USD 12,000.00.", where="dialog.modal")
    await ben.page.get_by_label("Reason (needed for high risk)").fill("the annual order")
    await ben.click(ben.button("Approve 1"))
    await ben.sees("everything is decided")


async def test_a_reader_of_old_messages_is_left_in_peace(office: Office, windows: Windows) -> None:
    ana = await windows.open("#ana/C_GENERAL")
    for number in range(1, 101):
        await office.do("messages", user="U_OUTSIDER", channel="C_GENERAL", text=f"message {number}.")
    await ana.page.get_by_text("message 100.").wait_for()
    assert await ana.page.locator("#messages .message").count() == 100
    top = "() => { const box = document.querySelector('#scroll'); return box.scrollTop; }"
    assert await ana.page.evaluate(top) > 0, "whoever reads the newest stays with them"

    await ana.page.locator("#scroll").evaluate("(box) => box.scrollTo(0, 0)")
    await office.do("messages", user="U_OUTSIDER", channel="C_GENERAL", text="one more.")
    await ana.page.get_by_text("one more.").wait_for()
    assert await ana.page.evaluate(top) == 0


async def test_the_app_has_a_home_and_messages_of_its_own(office: Office, windows: Windows) -> None:
    await office.command("U_REQUESTER", SEED)
    await office.card("1 of 3")
    ben = await windows.open("#ben/C_FINANCE")
    await ben.click(ben.page.get_by_role("button", name="countersign Home"))
    await ben.sees("Waiting for you", "1 of")
    await ben.picture("home")
    await ben.click(ben.button("Messages"))
    await ben.composer().wait_for()
    await ben.click(ben.page.get_by_role("button", name="Home", exact=True))
    await ben.click(ben.page.locator(".home").get_by_role("link", name="#finance-approvals"))
    await ben.sees("Acme Corp")


async def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(office: Office, windows: Windows) -> None:
    ana = await windows.open("#ana/C_FINANCE")
    await ana.click(ana.composer())
    await ana.type("/transactions")
    await ana.press("Enter")
    await ana.modal().wait_for()
    await ana.type("no payment at all")
    await ana.click(ana.button("Submit"))
    await ana.page.locator("dialog.modal .error").first.wait_for()
    await ana.picture("modal-error")
    assert await ana.page.locator("dialog.modal textarea").input_value() == "no payment at all"
    assert await ana.page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    await ana.press("Escape")
    await ana.modal().wait_for(state="detached")
    assert await office.views("U_REQUESTER") == []
