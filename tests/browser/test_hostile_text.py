"""Whatever people write is shown as what it is: nothing runs, nothing breaks the page, nobody is pinged."""

import asyncio
import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from bot.store.submissions import BATCHES
from handlers.views.card import PAGE
from tests.browser.kit import NARROW, Window, Windows
from tests.office import Office, cards
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
PAYMENT = b"amount,currency,vendor,memo\n20000.00,USD,Acme Corp,Chairs\n"
SCRIPTS = """() => document.querySelectorAll(`:is(#messages, .modal-body) :is(script, iframe, img, object,
  embed, style, link, h1, svg, form, [onerror], [onload], [onclick], [onmouseover], [style])`).length"""
STRAY = """() => [...document.querySelectorAll(':is(#messages, .modal-body) a')]
  .map((a) => a.getAttribute('href'))
  .filter((href) => !/^(https?:|mailto:|[/]#|[/]sandbox[/]files[/])/.test(href))"""
CARDS = "#messages .message:has(.header)"
# on a card, in a page behind it, and in the name of a file, nothing of what people wrote is a mention, a link
# or in bold
PINGS = f"""() => document.querySelectorAll(`:is({CARDS}, .modal-body) .section
  :is(.mention, a, strong, em, s, code, pre),
  #messages .file :is(.mention, a, em, s, code, pre)`).length"""
NAMED = (
    f"() => [...new Set([...document.querySelectorAll('{CARDS} .mention')].map((node) => node.textContent))]"
)
PEOPLE = re.compile("@(ana|ben|chi|u_p[0-9]+)")  # who submitted, and who decides
LOUD = re.compile(r"<!(here|channel|everyone|subteam)|<@(?!U_REQUESTER>|U_REVIEWER>|U_SECOND>|U_P[0-9]+>)")
UNSEEN = {"Cf", "Cc", "Co", "Cs", "Zl", "Zp"}
# what Unicode calls default ignorable without its being a format character, and blanks that are no spaces
BLANK = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0}


def unseen(char: str) -> bool:
    return char != "\n" and (unicodedata.category(char) in UNSEEN or ord(char) in BLANK)


def written_out(text: str) -> set[str]:
    """How the invisible characters of a text stand in a card; white space stands there as a space."""
    return {f"[U+{ord(char):04X}]" for char in text if unseen(char) and not char.isspace()}


async def nothing_ran_or_broke(window: Window) -> None:
    """A script that ran would have opened a dialog or failed; either fails the test when it ends."""
    assert await window.page.evaluate(SCRIPTS) == 0
    assert await window.page.evaluate(STRAY) == []
    await window.fits()


async def nobody_is_pinged(window: Window, office: Office) -> None:
    assert await window.page.evaluate(PINGS) == 0
    named = await window.page.evaluate(NAMED)
    assert [name for name in named if not PEOPLE.fullmatch(name)] == []
    said = [one for one in (await office.state())["messages"] if one["user"] == "U_BOT"]
    assert said
    assert [text for one in said for text in loud_texts(one) if LOUD.search(text)] == []


def loud_texts(part: Any) -> Iterator[str]:
    """Every text of a message in which Slack would find a mention: its own, and mrkdwn in its blocks."""
    if isinstance(part, list):
        for each in part:
            yield from loud_texts(each)
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str) and part.get("type") in (None, "mrkdwn"):
            yield part["text"]
        assert part.get("type") != "broadcast"
        for value in part.values():
            yield from loud_texts(value)


def texts() -> list[str]:
    lines = real_file("hostile-text.jsonl").read_text().splitlines()
    return [str(json.loads(line)["text"]) for line in lines]


async def share(office: Office, name: str, comment: str, content: bytes, user: str = "U_REQUESTER") -> None:
    """A file of any name; a multipart header cannot carry them all."""
    form = aiohttp.FormData({"user": user, "channel": "C_FINANCE", "comment": comment})
    form.add_field("names", json.dumps([name]))
    form.add_field("file", content, filename="file")
    async with office.session.post(f"{office.sandbox.url}/sandbox/files", data=form) as response:
        assert response.status == 200, name


async def said_and_shown(office: Office, windows: Windows, hostile: list[str]) -> None:
    """Each as a message and as the name of a file."""
    for text in hostile:
        await office.do("messages", user="U_REQUESTER", channel="C_FINANCE", text=text)
        await share(office, text[:200], "look", b"a")
    window = await windows.open(size=NARROW)
    files = window.page.locator("#messages .file")
    await files.nth(len(hostile) - 1).wait_for()
    await nothing_ran_or_broke(window)
    assert await window.page.evaluate(PINGS) == 0
    names = await files.locator("strong").all_text_contents()
    assert names == [text[:200] for text in hostile], "a name is shown as it is, character by character"
    await window.picture("hostile-messages")


async def put_on_cards(office: Office, windows: Windows, hostile: list[str]) -> None:
    """Each as the vendor and the memo of a payment; the card and every page behind it are looked at."""
    window = await windows.open("#ben/C_FINANCE", size=NARROW)
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["amount", "currency", "vendor", "memo"])
    rows.writerows(["20000.00", "USD", f"{text[:190]} v", text[:500]] for text in hostile)
    await office.drop("U_REQUESTER", "payments.csv", table.getvalue().encode())
    card = await office.card("need a decision")
    shown = window.page.locator(f"article[data-ts='{card['ts']}']")
    pages = -(-len(hostile) // PAGE)
    read = ""
    for number in range(1, pages + 1):
        if number == 2:
            await window.page.get_by_role("button", name=f"More payments: page 2 of {pages}").click()
        elif number > 2:
            await window.button("Next page").click()
        place = window.modal() if number > 1 else shown
        words = f"Page {number} of {pages} ·" if number > 1 else f"here are the {PAGE} riskiest of"
        await place.get_by_text(words).wait_for()
        await nothing_ran_or_broke(window)
        await nobody_is_pinged(window, office)
        text = await place.inner_text()
        assert [each for each in text if unseen(each)] == []
        read += text
    for text in hostile:
        assert [mark for mark in written_out(text[:150]) if mark not in read] == [], text
    await window.picture("hostile-card")


async def taken_in_by_name(office: Office, windows: Windows, hostile: list[str]) -> None:
    """Each as the name of a file with a payment; the card says where the payment came from."""
    for number, text in enumerate(hostile):
        user = f"U_P{number // BATCHES}"  # one person may hand in so many within a minute
        if number % BATCHES == 0:
            await office.do("people", member=user, name=user.lower(), kind="member")
            await office.do("members", user="U_REQUESTER", channel="C_FINANCE", member=user)
        await share(office, f"{text[:100]}.csv", "<@U_BOT> look", PAYMENT, user)
    while len(cards(await office.state())) < len(hostile):  # noqa: ASYNC110 - the test has its own limit
        await asyncio.sleep(0.2)
    window = await windows.open("#ben/C_FINANCE", size=NARROW)
    await window.page.locator(CARDS).nth(len(hostile) - 1).wait_for()
    await nothing_ran_or_broke(window)
    await nobody_is_pinged(window, office)
    read = "\n".join(await window.page.locator(CARDS).all_inner_texts())
    assert [each for each in read if unseen(each)] == []
    for text in hostile:
        assert [mark for mark in written_out(text[:15]) if mark not in read] == [], text
    await window.picture("hostile-files")


@pytest.mark.skip(reason="to be walked anew: the card and its words have changed since this was written")
async def test_our_own_samples(office: Office, windows: Windows) -> None:
    await said_and_shown(office, windows, list(OWN))
    await put_on_cards(office, windows, list(OWN))


@pytest.mark.skip(reason="to be walked anew: the card and its words have changed since this was written")
async def test_our_own_samples_as_files_that_are_read(office: Office, windows: Windows) -> None:
    await taken_in_by_name(office, windows, list(OWN))


@pytest.mark.timeout(180)
async def test_all_known_ones_as_messages_and_file_names(office: Office, windows: Windows) -> None:
    await said_and_shown(office, windows, texts())


@pytest.mark.timeout(180)
@pytest.mark.skip(reason="to be walked anew: the card and its words have changed since this was written")
async def test_all_known_ones_on_cards(office: Office, windows: Windows) -> None:
    await put_on_cards(office, windows, texts())


@pytest.mark.timeout(180)
@pytest.mark.skip(reason="to be walked anew: the card and its words have changed since this was written")
async def test_all_known_ones_as_files_that_are_read(office: Office, windows: Windows) -> None:
    await taken_in_by_name(office, windows, texts())
