"""Ana corrects a payment and withdraws another by mouse and keyboard; ben sees both versions and decides."""

import pytest

from tests.browser.kit import WIDE, Size, Windows
from tests.office import Office

TELEPHONE: Size = {"width": 375, "height": 740}
ROWS = "$12000 to Acme Corp. Memo: Workshop in May\n$15000 to Globex. Memo: Server racks"


@pytest.mark.parametrize(
    ("name", "size", "colours"),
    [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("narrow", TELEPHONE, "light")],
)
async def test_ana_corrects_and_withdraws(
    office: Office, windows: Windows, name: str, size: Size, colours: str
) -> None:
    await office.command("U_REQUESTER", ROWS)
    card = await office.card()
    await office.until(lambda state: any("Globex" in str(one["blocks"]) for one in state["messages"]))
    ana = await windows.open(
        "#ana/D_U_REQUESTER", size=size, colours="dark" if colours == "dark" else "light"
    )
    await ana.click(ana.button("My payments"))
    await ana.sees("Acme Corp", "Globex", where="dialog.modal")
    await ana.picture(f"correcting-list-{name}")

    await ana.click(ana.modal().get_by_role("button", name="Correct", exact=True).first)
    await ana.sees("Correct payment #1", where="dialog.modal")
    amount = ana.page.locator("dialog.modal").last.get_by_label("Amount")
    await amount.fill("about nine")
    await ana.click(ana.page.locator("dialog.modal").last.get_by_role("button", name="Correct", exact=True))
    await ana.sees("about nine", where="dialog.modal")
    await ana.picture(f"correcting-error-{name}")
    assert await amount.input_value() == "about nine"  # nothing that was typed is lost
    await amount.fill("9000")
    await ana.picture(f"correcting-form-{name}")
    await ana.click(ana.page.locator("dialog.modal").last.get_by_role("button", name="Correct", exact=True))
    await ana.sees("was USD 12,000.00", where="dialog.modal")
    await ana.picture(f"correcting-corrected-{name}")

    await ana.click(ana.modal().get_by_role("button", name="Withdraw", exact=True).last)
    await ana.sees("withdrawn for good", where="dialog.confirm")
    await ana.click(ana.page.locator("dialog.confirm .danger"))
    await ana.sees("#2 was withdrawn.", where="dialog.modal")
    await ana.fits()
    await ana.picture(f"correcting-withdrawn-{name}")

    ben = await windows.open("#ben/C_FINANCE", size=size, colours="dark" if colours == "dark" else "light")
    await ben.sees("Corrected", "was USD 12,000.00")
    await ben.fits()
    await ben.picture(f"correcting-card-{name}")
    state = await office.review_state(card)
    assert (state.withdrawn, state.corrections, state.undecided) == (1, 1, 1)
