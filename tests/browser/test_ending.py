"""The end of a review: closed with something on hold, opened again, decided; and taken away as a file."""

import csv
import io
from decimal import Decimal
from typing import Literal

import openpyxl
import pytest

from tests.browser.kit import WIDE, Size, Window, Windows
from tests.browser.test_accessibility import looks_right
from tests.office import Office

ROWS = """date,vendor,amount,currency,memo,invoice
2026-11-24,Acme Corp,12000.10,USD,Workshop in May,INV-1
2026-11-25,Initech,23000.25,USD,Consulting,INV-2
2026-11-25,Globex,15000.00,EUR,Server racks,INV-3
2026-11-26,Staples,120.50,USD,Paper,INV-4
"""
TELEPHONE: Size = {"width": 375, "height": 740}
Colours = Literal["light", "dark"]


async def held_and_approved(
    office: Office, windows: Windows, size: Size = WIDE, colours: Colours = "light"
) -> Window:
    """Ben's window on a card of four payments: one automatic, one approved, one on hold, one undecided."""
    await office.drop("U_REQUESTER", "payments.csv", ROWS.encode())
    card = await office.card("3 of 4")
    await office.reply("U_REVIEWER", "hold 2: until the contract is signed", card)
    await office.reply("U_REVIEWER", "approve 1", card)
    ben = await windows.open("#ben/C_FINANCE", size=size, colours=colours)
    await ben.sees(
        "1 of 4 payments needs a decision", "until the contract is signed", "1 approved, USD 12,000.10"
    )
    return ben


@pytest.mark.parametrize(
    ("look", "size", "colours"),
    [
        ("light", WIDE, "light"),
        ("dark", WIDE, "dark"),
        ("phone", TELEPHONE, "light"),
    ],
    ids=["light", "dark", "phone"],
)
async def test_a_review_is_closed_with_one_on_hold_opened_again_and_decided(
    office: Office, windows: Windows, look: str, size: Size, colours: Colours
) -> None:
    ben = await held_and_approved(office, windows, size, colours)
    await looks_right(ben, f"ending-{look}-card")
    await ben.click(ben.button("Close review"))
    await ben.sees(
        "1 payment needs a decision: EUR 15,000.00.",
        "1 payment is on hold: USD 23,000.25.",
        "They will not be approved. Whoever may decide can reopen the review for 30 days.",
        where="dialog.modal",
    )
    await looks_right(ben, f"ending-{look}-form")
    await ben.click(ben.modal().get_by_role("button", name="Cancel"))
    await ben.modal().wait_for(state="detached")
    assert (await office.review_state(await office.card("1 of 4"))).closed_at is None

    await ben.click(ben.button("Close review"))
    await ben.click(ben.modal().locator("footer .primary"))
    await ben.modal().wait_for(state="detached")
    await ben.sees("is closed", "2 payments not approved")
    assert not await ben.page.locator("article .actions").get_by_role("button", name="Approve").count()
    await looks_right(ben, f"ending-{look}-closed")
    await ben.click(ben.page.locator("article .replies"))
    await ben.sees("until the contract is signed", "Not approved", where="#thread table, #thread")
    await ben.whole("#thread .table-box")
    await looks_right(ben, f"ending-{look}-summary")
    if size["width"] < 760:
        await ben.click(ben.page.locator("#thread-close"))

    await ben.click(ben.page.locator("#messages").get_by_role("button", name="Reopen"))
    await ben.sees("1 of 4 payments needs a decision", "until the contract is signed")
    await looks_right(ben, f"ending-{look}-reopened")
    card = await office.card("1 of 4")
    held = ben.page.locator("#messages .actions[data-block='transaction 2']")
    await ben.click(held.get_by_role("button", name="Approve", exact=True))
    await ben.sees("2 approved, USD 35,000.35")
    rest = ben.page.locator("#messages .actions[data-block='transaction 3']")
    await ben.click(rest.get_by_role("button", name="Reject", exact=True))
    await ben.modal().locator("textarea").fill("no order was placed")
    await ben.click(ben.modal().locator("footer .primary, footer .danger"))
    await ben.sees("everything is decided")
    state = await office.review_state(card)
    assert (state.approved, state.rejected, state.held, state.undecided) == (2, 1, 0, 0)


async def downloaded(window: Window, which: str, kind: str) -> tuple[str, bytes]:
    """A file that was asked for by the card's button: the words above it, and its content."""
    await window.open("#ben/C_FINANCE")
    await window.click(window.button("Download"))
    await window.sees("Payments of", where="dialog.modal")
    await window.modal().get_by_label(which, exact=True).check()
    await window.modal().get_by_label(kind, exact=True).check()
    await window.fits()
    await window.picture("download-form")
    await window.click(window.modal().locator("footer .primary"))
    await window.sees("I send you the file in a direct message.", where="dialog.modal")
    await window.press("Escape")
    await window.modal().wait_for(state="detached")
    await window.open("#ben/dm")
    said = window.page.locator("article").filter(has=window.page.locator(".file")).last
    file = said.locator(".file").filter(has_text=".csv" if kind == "CSV" else ".xlsx")
    await file.wait_for()
    await window.picture("download-message")
    async with window.page.expect_download() as loading:
        await window.click(file)
    return await said.inner_text(), (await (await loading.value).path()).read_bytes()


def by_currency(rows: list[dict[str, str]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["Currency"]] = sums.get(row["Currency"], Decimal(0)) + Decimal(row["Amount"])
    return sums


async def test_what_is_downloaded_adds_up_to_what_the_card_says(office: Office, windows: Windows) -> None:
    ben = await held_and_approved(office, windows)
    card = await ben.page.locator("#messages article:has(.header)").inner_text()
    assert "EUR 15,000.00 to decide · 2 high risk · 1 on hold, USD 23,000.25" in card
    assert "USD 0.00" not in card
    assert "1 approved, USD 12,000.10 · 1 approved automatically, USD 120.50" in card

    said, content = await downloaded(ben, "All", "Workbook (XLSX)")
    assert "4 payments, EUR 15,000.00 + USD 35,120.85" in said
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    head, *lines = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert len(rows) == 4
    waits = [row for row in rows if row["State"] in ("needs a decision", "on hold")]
    assert by_currency(waits) == {"USD": Decimal("23000.25"), "EUR": Decimal("15000")}
    assert by_currency([row for row in rows if row["State"] == "approved"]) == {"USD": Decimal("12000.1")}
    automatic = [row for row in rows if row["State"] == "approved automatically"]
    assert by_currency(automatic) == {"USD": Decimal("120.5")}

    said, content = await downloaded(ben, "On hold", "CSV")
    assert "1 payment, USD 23,000.25" in said
    (held,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert (held["Vendor"], held["Amount"]) == ("Initech", "23000.25")
    assert (held["Decided by"], held["Reason"]) == ("ben (U_REVIEWER)", "until the contract is signed")
