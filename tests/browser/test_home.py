"""Home of an approver, a submitter and an onlooker, what they find, and the submitter's direct message."""

from tests.browser.kit import NARROW, Size, Window, Windows
from tests.office import Office

LEDGER = b"""amount,vendor,memo,invoice
12000,Acme Corp,Reimbursement,INV-77
15000,Globex,Server racks,INV-78
20,Hooli,Tea,INV-79
"""
TELEPHONE: Size = {"width": 375, "height": 740}


# Whether the search field has room for what it says as long as nothing is typed in it.
PLACEHOLDER = """() => {
  const field = document.querySelector("#main input[placeholder]");
  if (!field) return false;
  const style = getComputedStyle(field), words = document.createElement("canvas").getContext("2d");
  words.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return words.measureText(field.placeholder).width < room;
}"""


async def submitted(office: Office) -> str:
    await office.drop("U_REQUESTER", "payments.csv", LEDGER)
    return (await office.review_state(await office.card("2 of 3"))).id


async def look(window: Window, name: str) -> None:
    await window.fits()
    await window.picture(name)


async def test_home_has_what_waits_and_what_is_ones_own(office: Office, windows: Windows) -> None:
    review = await submitted(office)
    ben = await windows.open("#ben/home")
    await ben.sees("Waiting for you", review, "2 of 3 payments wait", "USD 27,000.00", "high risk", "Yours")
    await ben.button("Open desk").wait_for()
    await look(ben, "home-ben")
    ana = await windows.open("#ana/home")
    await ana.sees("Yours", review, "1 approved automatically, 2 need a decision")
    await ana.button("My payments").wait_for()
    assert not await ana.page.get_by_text("Waiting for you").count()
    await look(ana, "home-ana")
    dov = await windows.open("#dov/home")
    await dov.sees("You have not submitted any payments yet.")
    assert not await dov.page.get_by_text(review).count()
    await look(dov, "home-dov")
    dark = await windows.open("#ben/home", colours="dark")
    await dark.sees("Waiting for you", review)
    await look(dark, "home-dark")
    narrow = await windows.open("#ben/home", size=TELEPHONE)
    await narrow.sees("Waiting for you", review)
    await narrow.page.wait_for_function(PLACEHOLDER)
    await look(narrow, "home-375")


async def test_a_payment_is_found_on_home_and_behind_the_command(office: Office, windows: Windows) -> None:
    await submitted(office)
    ben = await windows.open("#ben/home")
    field = ben.page.get_by_label("Find a payment or a review")
    await ben.click(field)
    await ben.type("INV-78")
    await ben.press("Enter")
    await ben.sees("USD 15,000.00 to Globex", "Found for")
    assert not await ben.page.get_by_text("to Acme Corp").count()
    await look(ben, "home-found")
    ana = await windows.open("#ana/C_FINANCE")
    await ana.click(ana.composer())
    await ana.type("/transactions find acme")
    await ana.press("Enter")
    await ana.sees("USD 12,000.00 to Acme Corp · invoice INV-77", "needs a decision")
    await look(ana, "find-acme")


async def test_the_submitter_reads_how_their_payments_stand(office: Office, windows: Windows) -> None:
    review = await submitted(office)
    ana = await windows.open("#ana/dm")
    await ana.sees(f"Your payments, {review}", "1 approved automatically, 2 need a decision")
    await look(ana, "direct-message-received")
    card = await office.card()
    await office.reply("U_REVIEWER", "hold 1: waiting for the receipt", card)
    await office.reply("U_REVIEWER", "reject 2: wrong account", card)
    await ana.sees("On hold", "waiting for the receipt", "Rejected", "wrong account", "by @ben")
    await look(ana, "direct-message")
    dark = await windows.open("#ana/dm", size=NARROW, colours="dark")
    await dark.sees("Rejected", "wrong account")
    await look(dark, "direct-message-dark")
    await office.reply("U_REVIEWER", "approve 1", card)
    await ana.sees(f"{review} is decided: 2 approved", "1 rejected (USD 15,000.00)")
    await ana.click(ana.composer())
    await ana.type("what happened to my payments?")
    await ana.press("Enter")
    await ana.sees("Your payments", "1 approved automatically, 1 approved, 1 rejected")
    await look(ana, "direct-message-end")
    assert await ana.page.locator("article").get_by_text(f"Your payments, {review}").count() == 1
    await ana.click(ana.page.get_by_role("link", name=review).first)
