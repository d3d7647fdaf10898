"""Whatever people write is shown as what it is: nothing runs, nothing breaks the page, nobody is pinged."""

import csv
import io
import json
import unicodedata

import pytest

from handlers.cards import PAGE
from tests.browser.kit import NARROW, Windows
from tests.office import Office
from tests.real_data import real_file

OWN = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "<javascript:alert(1)|click here>",
    "</div></article><h1>gone</h1>",
    "{{constructor.constructor('alert(1)')()}}",
    "<!channel> <!here> <@U_REVIEWER>",
    "W" * 400,
    "a\u0337\u0338\u0335" * 60,
    "Acme\u200b Corp\u202eproC emcA\u2066",
)
UPLOAD = """async (name) => {
  const { upload } = await import("/page/door.js");
  await upload({ user: "U_REQUESTER", channel: "C_FINANCE", comment: "look" }, [new File(["a"], name)]);
}"""
SCRIPTS = "() => document.querySelectorAll('#messages :is(script, iframe, img, object, h1)').length"
STRAY = """() => [...document.querySelectorAll('#messages a')].map((a) => a.getAttribute('href'))
  .filter((href) => !/^(https?:|mailto:|[/]#|[/]sandbox[/]files[/])/.test(href))"""
PINGS = "() => document.querySelectorAll('#messages .section .mention, #messages .section a').length"
UNSEEN = {"Cf", "Cc", "Co", "Cs", "Zl", "Zp"}


def texts() -> list[str]:
    lines = real_file("hostile-text.jsonl").read_text().splitlines()
    return [str(json.loads(line)["text"]) for line in lines]


async def said_and_shown(office: Office, windows: Windows, hostile: list[str]) -> None:
    """Each as a message and as the name of a file."""
    window = await windows.open(size=NARROW)
    for text in hostile:
        await office.do("messages", user="U_REQUESTER", channel="C_FINANCE", text=text)
        await window.page.evaluate(UPLOAD, text[:200])
    await window.page.locator("#messages .file").nth(len(hostile) - 1).wait_for()
    await window.fits()
    await window.picture("hostile-messages")
    assert await window.page.evaluate(SCRIPTS) == 0
    assert await window.page.evaluate(STRAY) == []


async def put_on_cards(office: Office, windows: Windows, hostile: list[str]) -> None:
    """Each as the vendor and the memo of a payment; every page of the card is looked at."""
    window = await windows.open("#ben/C_FINANCE", size=NARROW)
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["amount", "currency", "vendor", "memo"])
    rows.writerows(["20000.00", "USD", f"{text[:190]} v", text[:500]] for text in hostile)
    await office.drop("U_REQUESTER", "payments.csv", table.getvalue().encode())
    card = await office.card("need a decision")
    shown = window.page.locator(f"article[data-ts='{card['ts']}']")
    pages = -(-len(hostile) // PAGE)
    for number in range(1, pages + 1):
        await shown.get_by_text(f"page {number} of {pages}").wait_for()
        assert await window.page.evaluate(SCRIPTS) == 0
        assert await window.page.evaluate(PINGS) == 0
        await window.fits()
        text = await shown.inner_text()
        assert [each for each in text if each != "\n" and unicodedata.category(each) in UNSEEN] == []
        if number < pages:
            await window.button("Next page").click()
    await window.picture("hostile-card")


async def test_our_own_samples(office: Office, windows: Windows) -> None:
    await said_and_shown(office, windows, list(OWN))
    await put_on_cards(office, windows, list(OWN))


@pytest.mark.timeout(180)
async def test_all_known_ones_as_messages_and_file_names(office: Office, windows: Windows) -> None:
    await said_and_shown(office, windows, texts())


@pytest.mark.timeout(180)
async def test_all_known_ones_on_cards(office: Office, windows: Windows) -> None:
    await put_on_cards(office, windows, texts())
