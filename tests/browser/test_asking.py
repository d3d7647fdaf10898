"""Hold, ask, answer with a receipt, approve with a note: ben and ana, each in their own window."""

from typing import Literal

import pytest

from tests.browser.kit import NARROW, WIDE, Size, Window, Windows
from tests.office import SEED, Office

PHONE: Size = {"width": 375, "height": 740}
RECEIPT = b"%PDF-1.4 the receipt of Acme Corp"
Colours = Literal["light", "dark"]


async def say(window: Window, text: str) -> None:
    await window.click(window.thread())
    await window.type(text)
    await window.press("Enter")


@pytest.mark.parametrize(("size", "colours"), [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light")])
async def test_a_question_is_answered_with_a_receipt_before_the_payment_is_approved(
    office: Office, windows: Windows, size: Size, colours: Colours
) -> None:
    name = f"asking-{colours}-{size['width']}"
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    ben = await windows.open("#ben/C_FINANCE", size=size, colours=colours)
    await ben.click(ben.page.locator("article .replies"))
    await say(ben, "hold 2: waiting for the receipt")
    await ben.sees("On hold", where="#thread")
    await say(ben, "ask 2: which project is this? Please send the receipt.")
    await ben.sees("I sent the question in a direct message", where="#thread")
    await ben.picture(f"{name}-1-asked")

    message = await office.said("asks you about this payment")
    ana = await windows.open(f"#ana/{message['channel']}", size=size, colours=colours)
    await ana.sees("which project is this?", "Acme Corp")
    await ana.picture(f"{name}-2-direct-message")
    await ana.click(ana.button("Answer"))
    await ana.sees("Your answer", where="dialog.modal")
    await ana.modal().locator("textarea").fill("Project Skylark. The receipt is attached.")
    await ana.choose(ana.modal().locator("input[type=file]"), "receipt.pdf", RECEIPT)
    await ana.sees("receipt.pdf", where="dialog.modal")
    await ana.fits()
    await ana.picture(f"{name}-3-form")
    await ana.click(ana.modal().get_by_role("button", name="Send"))
    await ana.modal().wait_for(state="detached")
    await ana.sees("Your answer:", "You can add to it in this thread.")
    await ana.fits()
    await ana.picture(f"{name}-4-answered")

    await ben.sees("Project Skylark", "is kept as evidence", "Open the file", where="#thread")
    await ben.fits()
    await ben.picture(f"{name}-5-answer-in-the-thread")
    await say(ben, "note 2: seen the receipt, project is right")
    await ben.sees("Noted.", where="#thread")
    await say(ben, "approve 2")
    await ben.sees("Approved: #2", where="#thread")
    await ben.picture(f"{name}-6-approved")
    assert (await office.review_state(card)).approved == 1


async def test_the_answer_can_be_a_message_in_the_thread_of_the_question(
    office: Office, windows: Windows
) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await office.reply("U_REVIEWER", "ask 2: which project is this?", card)
    message = await office.said("asks you about this payment")
    ana = await windows.open(f"#ana/{message['channel']}", size=NARROW)
    await ana.sees("which project is this?")
    # Their message about the review may stand above it or below.
    asked = ana.page.locator(f"article[data-ts='{message['ts']}']")
    await asked.hover()
    await ana.click(asked.get_by_role("button", name="Reply"))
    await say(ana, "Project Skylark")
    await ana.sees("Your answer:")
    await office.said("Project Skylark", "answered about #2")


async def test_a_payment_is_asked_about_and_noted_from_its_menu(office: Office, windows: Windows) -> None:
    await office.command("U_REQUESTER", SEED)
    await office.card("need")
    ben = await windows.open("#ben/C_FINANCE")
    for entry, field, words, button in (
        ("Ask ana", "Question", "which project is this?", "Ask"),
        ("Add a note", "Note", "called them", "Save"),
    ):
        await ben.click(ben.page.locator("article details.overflow summary").first)
        await ben.click(ben.page.get_by_text(entry, exact=True).first)
        await ben.sees("Acme Corp", where="dialog.modal")
        await ben.page.get_by_label(field, exact=True).fill(words)
        await ben.picture(f"asking-menu-{field}")
        await ben.click(ben.modal().get_by_role("button", name=button, exact=True))
        await ben.modal().wait_for(state="detached")
    await ben.sees("asked", "1 note")
    await ben.picture("asking-menu-card")
    await office.said("asks you about this payment", "which project is this?")
