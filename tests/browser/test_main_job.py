"""The whole job by mouse and keyboard: ana submits, ben decides, dov looks on, each in their own window."""

from tests.browser.kit import Windows
from tests.office import SEED, Office, shows

BATCH = """date,vendor,amount,currency,memo
2026-11-02,Globex,12500.00,USD,Server racks
2026-11-02,Initech,18000.00,USD,Consulting
2026-11-04,Staples,120.50,USD,Paper
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
        await window.sees("1 of 3 payments need a decision", "Acme Corp", "above the limit")
    assert not await ben.page.get_by_text("Only visible to you").count()

    # Who submitted does not decide, and neither does an outsider.
    await ana.click(ana.button("Approve"))
    await ana.sees("somebody else has to decide")
    await dov.click(dov.button("Approve"))
    await dov.sees("Only visible to you")
    await ben.sees("1 of 3 payments need a decision")

    await ben.click(ben.button("Approve"))
    for window in (ana, ben, dov):
        await window.sees("everything is decided", "Approved")

    await ben.click(ben.page.locator("article .replies"))
    await ben.sees("All transactions have been processed.", where="#thread")
    await ben.thread().wait_for()
    await ben.type("exit")
    await ben.press("Enter")
    for window in (ana, ben, dov):
        await window.sees("is closed")
    assert "is closed" in (await office.card())["blocks"][0]["text"]["text"]


async def test_a_file_is_dropped_and_decided_by_words_in_the_thread(office: Office, windows: Windows) -> None:
    ana = await windows.open("#ana/C_FINANCE")
    await ana.click(ana.composer())
    await ana.type("@countersign please check")
    await ana.drop("payments.csv", BATCH, where="#composer form")
    await ana.press("Enter")
    await ana.sees("payments.csv", "2 of 3 payments need a decision", "Initech")

    ben = await windows.open("#ben/C_FINANCE")
    await ben.click(ben.page.locator("article .replies"))
    await ben.type("reject 2: duplicate")
    await ben.press("Enter")
    await ana.sees("1 of 3 payments need a decision", "duplicate")


async def test_a_question_to_be_sure_can_be_declined(office: Office, windows: Windows) -> None:
    await office.command("U_REQUESTER", SEED)
    ben = await windows.open("#ben/C_FINANCE")
    await ben.click(ben.button("Approve all"))
    await ben.sees("Approve 1 undecided payment", where="dialog.confirm")
    await ben.picture("confirm")
    await ben.press("Escape")
    await ben.page.locator("dialog.confirm").wait_for(state="detached")
    assert shows(await office.card(), "1 of 3 payments need a decision")

    await ben.click(ben.button("Approve all"))
    await ben.click(ben.page.locator("dialog.confirm .primary"))
    await ben.sees("everything is decided")


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
    await ana.press("Escape")
    await ana.modal().wait_for(state="detached")
    assert await office.views("U_REQUESTER") == []
