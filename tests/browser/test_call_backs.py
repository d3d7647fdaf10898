"""A changed bank account at the page: frozen, called about in a form, approved by another person."""

from typing import Literal

import pytest

from tests.browser.kit import WIDE, Size, Window, Windows
from tests.browser.test_accessibility import looks_right
from tests.office import Office
from tests.test_call_backs import FILE

TELEPHONE: Size = {"width": 375, "height": 740}
Colours = Literal["light", "dark"]


async def fill_in(window: Window, source: str, result: str) -> None:
    form = window.modal()
    await form.get_by_label("Whom did you speak to?").fill("Maria Novak, accounts receivable")
    await form.get_by_label("Which number did you call?").fill("+44 20 7946 0018")
    await form.get_by_label(source, exact=True).check()
    await form.get_by_label(result, exact=True).check()


async def submit(window: Window) -> None:
    await window.click(window.modal().locator("footer .primary"))


@pytest.mark.parametrize(
    ("look", "size", "colours"),
    [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("phone", TELEPHONE, "light")],
    ids=["light", "dark", "phone"],
)
async def test_a_frozen_payment_is_called_about_and_approved_by_another_person(
    office: Office, windows: Windows, look: str, size: Size, colours: Colours
) -> None:
    await office.drop("U_REQUESTER", "run.csv", FILE.encode())
    await office.card("3 of 3 payments need")
    ben = await windows.open("#ben/C_FINANCE", size=size, colours=colours)
    await ben.sees("bank account changed. Nobody has called the vendor yet.")
    await looks_right(ben, f"call-back-{look}-frozen")
    row = ben.page.locator("#messages .actions[data-block='transaction 2']")
    assert not await row.get_by_role("button", name="Approve", exact=True).count()
    await ben.click(row.get_by_role("button", name="Note the call-back").first)
    await ben.sees("Call a number that you had before", where="dialog.modal")
    await looks_right(ben, f"call-back-{look}-form")
    await fill_in(ben, "This invoice, message or file", "The vendor confirmed the account")
    await submit(ben)
    await ben.sees("puts their own number there too", where="dialog.modal")
    await looks_right(ben, f"call-back-{look}-refused")
    await fill_in(ben, "Our vendor records", "Not confirmed: the payment stays frozen")
    await submit(ben)
    await ben.modal().wait_for(state="detached")
    await ben.sees("and the account was not confirmed")
    await looks_right(ben, f"call-back-{look}-not-confirmed")

    await ben.click(row.get_by_role("button", name="Note the call-back").first)
    await fill_in(ben, "Our vendor records", "The vendor confirmed the account")
    await ben.modal().get_by_role("checkbox").first.check()
    await looks_right(ben, f"call-back-{look}-filled-in")
    await submit(ben)
    await ben.modal().wait_for(state="detached")
    await ben.sees("Another person approves.")
    await looks_right(ben, f"call-back-{look}-confirmed")
    await ben.click(row.get_by_role("button", name="Approve", exact=True))
    await ben.sees("You noted the call-back on #2, so another person has to approve.")

    chi = await windows.open("#chi/C_FINANCE", size=size, colours=colours)
    await chi.sees("Another person approves.")
    rows = chi.page.locator("#messages .actions[data-block='transaction 2']")
    await chi.click(rows.locator("details.overflow summary"))
    await chi.click(rows.get_by_text("Details", exact=True))
    await chi.sees("Call to the vendor", "on +44 20 7946 0018", where="dialog.modal")
    await looks_right(chi, f"call-back-{look}-details")
    await chi.press("Escape")
    await chi.modal().wait_for(state="detached")
    await chi.click(rows.get_by_role("button", name="Approve", exact=True))
    await chi.modal().locator("textarea").fill("the vendor confirmed it")
    await chi.click(chi.modal().locator("footer .primary"))
    await chi.sees("1 approved, USD 500.00")
    await chi.click(chi.button("Approve all"))
    await chi.sees("Not approved here", "1 payment, in no count or sum above", where="dialog.modal")
    await looks_right(chi, f"call-back-{look}-many")
