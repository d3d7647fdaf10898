"""The card as people see it, in a browser: what waits, pairs, the menu, details, what is on hold, the end."""

from tests.browser.kit import NARROW, Windows
from tests.office import Office, shows

BATCH = """date,vendor,amount,currency,memo,invoice
2026-11-24,Acme Corp,12000.00,USD,Reimbursement,INV-1
2026-11-24,Globex *Bold*,420.00,USD,Office chairs for the new room,INV-77
2026-11-25,Globex *Bold*,420.00,USD,Office chairs for the new room,INV-77
2026-11-25,Initech <b>,9800.00,USD,Consulting,INV-9
2026-11-26,Staples,120.50,USD,Paper,
"""


async def test_what_waits_is_read_decided_held_and_looked_at_on_the_card(
    office: Office, windows: Windows
) -> None:
    ana = await windows.open("#ana/C_FINANCE")
    await ana.drop("payments.csv", BATCH)
    await ana.type("please check")
    await ana.press("Enter")
    await ana.sees("payments.csv", "need a decision")
    ben = await windows.open("#ben/C_FINANCE")
    dark = await windows.open("#ben/C_FINANCE", colours="dark")
    narrow = await windows.open("#ben/C_FINANCE", size=NARROW)
    for window, name in ((ben, "light"), (dark, "dark"), (narrow, "narrow")):
        await window.sees("Acme Corp", "It repeats")
        await window.picture(f"card-{name}")
        await window.fits()

    await ben.click(ben.page.locator(".overflow summary").first)
    await ben.picture("card-menu")
    await ben.click(ben.page.get_by_text("Details", exact=True).first)
    await ben.sees("Why it was flagged", where="dialog.modal")
    await ben.picture("card-details")
    await ben.click(ben.page.get_by_role("button", name="Close", exact=True).first)

    await ben.click(ben.page.locator(".overflow summary").first)
    await ben.click(ben.page.get_by_text("Put on hold").first)
    await ben.modal().locator("textarea").fill("until the PO is there")
    await ben.click(ben.modal().get_by_role("button", name="Put on hold"))
    await ben.sees("until the PO is there")
    await ben.picture("card-held")
    assert shows(await office.card(), "On hold", "until the PO is there")

    await ben.click(ben.page.locator(".overflow summary").last)
    await ben.click(ben.page.get_by_text("Release", exact=True).last)
    await ben.sees("3 of 5 payments need a decision")
    state = await office.review_state(await office.card("3 of 5"))
    assert (state.undecided, state.held) == (3, 0)
