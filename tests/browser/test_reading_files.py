"""Files that need a word of their submitter: a strange export, a file twice, a filtered workbook."""

from tests.browser.kit import Size, Window, Windows
from tests.intake.workbooks import rows_xml, xlsx
from tests.office import Office, cards

HEADER = (
    '"Auftragskonto";"Buchungstag";"Verwendungszweck";"Beguenstigter/Zahlungspflichtiger";'
    '"Betrag";"Waehrung"\n'
)
OURS = "DE89370400440532013000"
NOVEMBER = HEADER + "".join(
    f'"{OURS}";"{day:02}.11.26";"RE {880 + day}";"{vendor}";"-{amount}";"EUR"\n'
    for day, vendor, amount in (
        (5, "Falkenrot GmbH", "1.143,41"),
        (6, "Marlow AG", "20,00"),
        (9, "Larkfield GmbH", "12.310,40"),
    )
)
DECEMBER = NOVEMBER.replace(".11.26", ".12.26").replace("RE 88", "RE 91").replace("1.143,41", "1.150,00")
NARROW: Size = {"width": 375, "height": 740}


async def dropped(window: Window, name: str, content: str) -> None:
    """A file dropped on the channel and sent."""
    await window.drop(name, content)
    await window.press("Enter")


async def test_a_german_export_is_asked_about_once_and_next_month_is_not(
    office: Office, windows: Windows
) -> None:
    window = await windows.open()
    await dropped(window, "november.csv", NOVEMBER)
    await window.sees("One question before I read november.csv")
    await window.picture("mapping-question")
    await window.click(window.button("Answer"))
    await window.sees("It cannot be read like this yet", where="dialog.modal")
    await window.picture("mapping-form")
    await window.modal().get_by_label("What is money out").select_option("With a minus, or under credit")
    await window.sees("3 payments, EUR 13,473.81, 2026-11-05 to 2026-11-09", where="dialog.modal")
    await window.fits()
    await window.picture("mapping-preview")
    await window.click(window.button("Read it like this"))
    await window.sees("1 of 3 payments needs a decision", "Larkfield GmbH")
    await window.picture("mapping-card")

    await dropped(window, "december.csv", DECEMBER)
    await window.sees("Columns read as on")
    await window.picture("mapping-remembered")
    await office.until(lambda state: len(cards(state)) == 2)


async def test_the_form_fits_a_phone_in_the_dark(office: Office, windows: Windows) -> None:
    window = await windows.open(size=NARROW, colours="dark")
    await dropped(window, "november.csv", NOVEMBER)
    await window.click(window.button("Answer"))
    await window.sees("It cannot be read like this yet", where="dialog.modal")
    await window.fits()
    await window.picture("mapping-phone")


async def test_the_same_file_twice_is_said_to_be_the_same(office: Office, windows: Windows) -> None:
    window = await windows.open()
    table = "date,amount,vendor,memo\n" + "".join(
        f"2026-11-{day:02},{day}2.40,Vendor {day},Paper {day}\n" for day in range(10, 16)
    )
    await dropped(window, "payments.csv", table)
    await window.sees("is closed", "approved automatically")  # by itself: nobody has to decide anything
    await dropped(window, "payments-again.csv", table)
    await window.sees("(6 of 6 rows)")
    await window.picture("same-file-twice")


async def test_a_filtered_workbook_names_the_rows_that_nobody_sees(office: Office, windows: Windows) -> None:
    window = await windows.open()
    rows = rows_xml(
        [
            ["Date", "Vendor", "Amount", "Memo"],
            ["2026-11-10", "Harrow Ltd", 120.5, "pipes"],
            ["2026-11-11", "Marlow Ltd", 9400, "cancelled, do not pay"],
        ]
    )
    hidden = rows.replace('<row r="3"', '<row r="3" hidden="1"')
    content = xlsx({"Pay": hidden}, below='<autoFilter ref="A1:D3"/>')
    await office.drop("U_REQUESTER", "filtered.xlsx", content)
    await window.sees("1 row of filtered.xlsx could not be read", "hidden in the workbook")
    await window.picture("filtered-workbook")
