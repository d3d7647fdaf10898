"""The pictures of README.md and deploy/SANDBOX.md, by their names: people at work in the demo's workspace.

They are kept where COUNTERSIGN_SCREENSHOTS names a folder; look at each before it goes to deploy/pictures.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli.panel import Panel
from tests.browser.conftest import GUIDE
from tests.browser.kit import NARROW, Size, Window, Windows, open_windows
from tests.office import SEED, Office, open_office

LARGE: Size = {"width": 1360, "height": 1040}
FORM: Size = {"width": 620, "height": 900}
LATELY = datetime.now(UTC).date() - timedelta(days=3)
NOVEMBER = f"""date,vendor,amount,currency,memo,invoice
{LATELY},Unicorn LLC,1500.00,USD,Quarterly supplies,U-31
{LATELY},Acme Corp,12000.00,USD,Workshop in May,A-7
{LATELY},Globex,4200.00,USD,Office chairs for the new room,G-77
{LATELY},Globex,4200.00,USD,Office chairs for the new room,G-77
{LATELY},Initech,23000.00,USD,Consulting in October,I-9
{LATELY},Staples,120.50,USD,Paper,S-4
{LATELY},Hooli,310.00,USD,Tea for the kitchen,H-2
"""
VENDORS = (
    *("Old Mill Logistics", "Northwind Couriers", "Lumen Office Furniture", "Tallgrass Consulting"),
    *("Harbour Lights Events", "Meridian Cloud Hosting", "Brightleaf Catering", "Quill & Sons Printing"),
    *("Bluewater Cleaning", "Fernhill Landscaping", "Copperfield Tools", "Saltmarsh Insurance"),
)


def quarter() -> bytes:
    """Payments of a quarter: some above the limit, some handed in twice, some that say nothing."""
    rows = ["date,vendor,amount,currency,memo,invoice"]
    for number in range(60):
        vendor, day = VENDORS[number % 12], LATELY - timedelta(days=number)
        amount, memo = 240 + 17 * number, f"Order {4100 + number}"
        if number % 7 == 0:
            amount = 10_400 + 730 * number
        elif number % 5 == 0:
            amount, memo = 1_100 + 90 * number, "misc"
        row = f"{day},{vendor},{amount}.50,USD,{memo},{vendor[:2].upper()}-{300 + number}"
        rows += [row, row] if number % 11 == 3 else [row]
    return "\n".join(rows).encode()


async def menu(window: Window, number: int, entry: str, words: str, button: str) -> None:
    """Choose an entry of the menu of a payment on the card, and say so much in its form."""
    await window.click(window.page.locator("article .overflow summary").nth(number))
    await window.click(window.page.get_by_text(entry, exact=True).filter(visible=True).first)
    await window.modal().locator("textarea").fill(words)
    await window.click(window.modal().get_by_role("button", name=button, exact=True))
    await window.modal().wait_for(state="detached")


async def test_a_card_with_a_question_a_hold_and_the_conversation_beside_it(
    office: Office, windows: Windows
) -> None:
    await office.drop("U_REQUESTER", "november.csv", NOVEMBER.encode(), "<@U_BOT> the first week of November")
    card = await office.card("3 of 7")
    ben = await windows.open("#ben/C_FINANCE", size=LARGE)
    await ben.sees("Initech", "It repeats")
    await menu(ben, 0, "Put on hold", "until the order is signed", "Put on hold")
    await ben.sees("until the order is signed")
    await office.reply("U_SECOND", "ask 2: which project is this?", card)
    question = await office.said("asks you about this payment")
    await office.reply("U_REQUESTER", "Project Skylark", question)
    await office.reply("U_REVIEWER", "why 4?", card)
    await office.said("was flagged")
    await ben.click(ben.page.locator("article .replies"))
    await ben.sees("Project Skylark", "was flagged", where="#thread")
    await ben.sees("has answered")
    await ben.page.mouse.move(0, 0)
    await ben.fits()
    await ben.picture("review")


async def test_the_desk_and_the_page_before_a_decision_about_many(office: Office, windows: Windows) -> None:
    await office.drop("U_REQUESTER", "quarter.csv", quarter())
    await office.card("need a decision")
    ben = await windows.open("#ben/C_FINANCE", size=FORM)
    await ben.click(ben.button("Open my desk"))
    await ben.sees("Found:", where="dialog.modal")
    boxes = ben.modal().get_by_role("checkbox")
    for number in (1, 2):
        await boxes.nth(number).check()
    await ben.sees("Selected: 2 payments", where="dialog.modal")
    await ben.picture("desk")
    await ben.click(ben.modal().get_by_role("button", name="Select all").first)
    await ben.click(ben.button("Approve…"))
    await ben.sees("The largest:", "High risk", where="dialog.modal")
    for number in (2, 3):
        await ben.modal().get_by_role("checkbox").nth(number).check()
    await ben.sees("2 ticked", where="dialog.modal")
    await ben.picture("bulk")


async def test_the_workspace_in_a_box(office: Office, windows: Windows) -> None:
    await office.command("U_REQUESTER", SEED)
    await office.card("1 of 3")
    ana = await windows.open("#ana/C_FINANCE")
    await ana.sees("Acme Corp")
    await ana.picture("channel")
    await ana.click(ana.page.locator("article .replies"))
    await ana.sees("You can say", where="#thread")
    await ana.picture("thread")
    dark = await windows.open("#ana/C_FINANCE", colours="dark")
    await dark.click(dark.page.locator("article .replies"))
    await dark.sees("You can say", where="#thread")
    await dark.picture("dark")
    narrow = await windows.open("#ben/C_FINANCE", size=NARROW)
    await narrow.sees("Acme Corp")
    await narrow.picture("narrow")
    wide = await windows.open("#ana/C_FINANCE", size={"width": 1920, "height": 1080})
    await wide.click(wide.page.locator("article .replies"))
    await wide.sees("You can say", where="#thread")
    await wide.picture("wide")
    ben = await windows.open("#ben/home")
    await ben.sees("Waiting for you", "1 of 3 payments waits")
    await ben.picture("home")


async def test_a_form_that_was_refused(office: Office, windows: Windows) -> None:
    await office.command("U_REQUESTER", SEED)
    await office.card("1 of 3")
    ana = await windows.open("#ana/C_FINANCE")
    await ana.click(ana.composer())
    await ana.type("/transactions")
    await ana.press("Enter")
    await ana.modal().wait_for()
    await ana.type("no payment at all")
    await ana.click(ana.button("Submit"))
    await ana.page.locator("dialog.modal .error").first.wait_for()
    await ana.picture("modal")


async def test_what_just_happened_with_what_the_bot_stored_and_did(tmp_path: Path) -> None:
    offices: list[Office] = []
    panel = Panel(lambda what, detail: offices[0].sandbox.tell(what, detail) if offices else None)
    guide = json.loads(GUIDE.read_text("utf-8"))
    async with open_office(tmp_path, app=guide, observer=panel) as office:
        offices.append(office)
        async with open_windows(office.sandbox.url) as windows:
            ana = await windows.open(size={"width": 1280, "height": 860})
            await ana.click(ana.page.get_by_text("What just happened"))
            await ana.click(ana.page.get_by_role("button", name="Submit three sample payments"))
            await ana.sees("1 of 3 payments needs a decision")
            await ana.sees("chat.postMessage", "job publish done", where="#flow")
            await ana.picture("panel")
