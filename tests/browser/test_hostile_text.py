"""Whatever people write is shown as what it is: nothing runs, nothing breaks the page, nobody is pinged."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from bot.application.bulk import RISKY_PAGE
from bot.domain.review.selection import PAGE as DESK_PAGE
from bot.store.submissions import BATCHES
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
  embed, style, link, h1, svg, form, [onerror], [onload], [onclick], [onmouseover],
  [style]:not(.menu))`).length"""
STRAY = """() => [...document.querySelectorAll(':is(#messages, .modal-body) a')]
  .map((a) => a.getAttribute('href'))
  .filter((href) => !/^(https?:|mailto:|[/]#|[/]sandbox[/]files[/])/.test(href))"""
A_CARD = 6  # a card shows eight where they are short; signs beyond ASCII take six characters each
CARDS = "#messages .message:has(.header)"
MENUS = f"{CARDS} .overflow"
# On a card and in a form nothing of what people wrote is a mention, a link or in bold, and in the name of a
# file neither: what is so there says one of the bot's own words, but for amounts and vendors in rich text.
PINGS = f"""() => document.querySelectorAll(`:is({CARDS}, .modal-body) :is(em, s, code, pre, blockquote),
  :is({CARDS}, .modal-body) .rich :is(.mention, a),
  #messages .file :is(.mention, a, em, s, code, pre)`).length"""
MARKED = f"""(tag) => [...new Set([...document.querySelectorAll(`:is({CARDS}, .modal-body) .block ${{tag}}`)]
  .filter((node) => !node.closest('.rich')).map((node) => node.textContent))]"""
OURS = re.compile(
    r"[A-Z]{3} [\d,.]+ to decide( · \d+ high risk)?|Note:|Why you:|By (finding|vendor)|Nothing is selected\."
    r"|Selected: \d+ payments?, [A-Z]{3} [\d,.]+|This approves \d+ payments?, [A-Z]{3} [\d,.]+\."
    r"|Nothing is selected yet: tick payments below, one by one or ten at a time\."
)
PEOPLE = re.compile("@(ana|ben|chi|u_p[0-9]+)")  # who submitted, and who decides
CARD_LINK = re.compile("Card of R-[A-Z0-9]+")
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


async def nothing_is_marked(window: Window) -> None:
    assert await window.page.evaluate(PINGS) == 0
    for tag, own in ((".mention", PEOPLE), ("strong", OURS), ("a", CARD_LINK)):
        marked = await window.page.evaluate(MARKED, tag)
        assert [text for text in marked if not own.fullmatch(text)] == [], tag


async def nobody_is_pinged(window: Window, office: Office) -> None:
    await nothing_is_marked(window)
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
    """Each as the vendor and the memo of a payment, as many a card as it has room for whatever they are."""
    for start in range(0, len(hostile), A_CARD):
        user = await somebody(office, start // A_CARD // BATCHES)
        await office.drop(user, "payments.csv", table(hostile[start : start + A_CARD]))
    wanted = -(-len(hostile) // A_CARD)
    await office.until(lambda state: len(cards(state)) == wanted)
    window = await windows.open("#ben/C_FINANCE", size=NARROW)
    await window.page.locator(MENUS).nth(len(hostile) - 1).wait_for()
    await nothing_ran_or_broke(window)
    await nobody_is_pinged(window, office)
    read = "\n".join(await window.page.locator(CARDS).all_inner_texts())
    assert [each for each in read if unseen(each)] == []
    for text in hostile:
        assert [mark for mark in written_out(text[:9]) if mark not in read] == [], text
    await window.picture("hostile-card")


async def looked_at_in_details(office: Office, windows: Windows, hostile: list[str]) -> None:
    """The details of each payment, in which everything is whole."""
    await put_on_cards(office, windows, hostile)
    window = windows.opened[-1]
    seen = set()
    for number in range(len(hostile)):
        await window.page.locator(MENUS).nth(number).locator("summary").click()
        await window.page.get_by_text("Details", exact=True).filter(visible=True).click()
        await window.sees("Why it was flagged", where="dialog.modal")
        await nothing_ran_or_broke(window)
        await nothing_is_marked(window)
        read = await window.modal().inner_text()
        assert [each for each in read if unseen(each)] == []
        seen.add(read)
        if number == 0:
            await window.picture("hostile-details")
        await window.press("Escape")
        await window.modal().wait_for(state="detached")
    for text in hostile:
        marks = written_out(text[:500])
        assert any(all(mark in read for mark in marks) for read in seen), text


async def put_on_the_desk(office: Office, windows: Windows, hostile: list[str]) -> None:
    """All in one review: in groups on the card, on each page of the desk, and before they are approved."""
    await office.drop("U_REQUESTER", "payments.csv", table(hostile))
    await office.card("need a decision")
    window = await windows.open("#ben/C_FINANCE", size=NARROW)
    await window.sees("By vendor")
    await nothing_ran_or_broke(window)
    await nobody_is_pinged(window, office)
    await window.button("Open my desk").click()
    read = await through_pages(office, window, "Page {} of {}", -(-len(hostile) // DESK_PAGE))
    for text in hostile:
        assert [mark for mark in written_out(text[:150]) if mark not in read] == [], text
    await window.picture("hostile-desk")
    await window.button(f"Approve all {len(hostile)} found…").click()
    await window.sees("Nothing is selected yet", where="dialog.modal")
    read = await through_pages(office, window, "Page {} of {} of high risk", -(-len(hostile) // RISKY_PAGE))
    await window.page.get_by_role("button", name="Tick these").first.click()
    await window.sees("The largest:", where="dialog.modal")
    await nothing_ran_or_broke(window)
    await nobody_is_pinged(window, office)
    for text in hostile:
        assert [mark for mark in written_out(text[:4]) if mark not in read] == [], text
    await window.picture("hostile-bulk")


async def through_pages(office: Office, window: Window, says: str, pages: int) -> str:
    """All that stands on the pages of the modal that is open; each is looked at."""
    read = ""
    for number in range(1, pages + 1):
        if number > 1:
            await window.button("Next page").click()
        if pages > 1:
            await window.modal().get_by_text(says.format(number, pages), exact=True).wait_for()
        await nothing_ran_or_broke(window)
        await nobody_is_pinged(window, office)
        text = await window.modal().inner_text()
        assert [each for each in text if unseen(each)] == []
        read += text
    return read


def table(hostile: list[str]) -> bytes:
    """A payment for each text, which is its vendor and its memo; all of them need a decision."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["amount", "currency", "vendor", "memo"])
    rows.writerows(["20000.00", "USD", f"{text[:190]} v", text[:500]] for text in hostile)
    return written.getvalue().encode()


async def somebody(office: Office, number: int) -> str:
    """A further person in the channel; one may hand in so many files within a minute."""
    user = f"U_P{number}"
    await office.do("people", member=user, name=user.lower(), kind="member")
    await office.do("members", user="U_REQUESTER", channel="C_FINANCE", member=user)
    return user


async def taken_in_by_name(office: Office, windows: Windows, hostile: list[str]) -> None:
    """Each as the name of a file with a payment; the card says where the payment came from."""
    for number, text in enumerate(hostile):
        if number % BATCHES == 0:
            user = await somebody(office, number // BATCHES)
        await share(office, f"{text[:100]}.csv", "<@U_BOT> look", PAYMENT, user)
    await office.until(lambda state: len(cards(state)) == len(hostile))
    window = await windows.open("#ben/C_FINANCE", size=NARROW)
    await window.page.locator(CARDS).nth(len(hostile) - 1).wait_for()
    await nothing_ran_or_broke(window)
    await nobody_is_pinged(window, office)
    read = "\n".join(await window.page.locator(CARDS).all_inner_texts())
    assert [each for each in read if unseen(each)] == []
    for text in hostile:
        assert [mark for mark in written_out(text[:15]) if mark not in read] == [], text
    await window.picture("hostile-files")


async def test_our_own_samples(office: Office, windows: Windows) -> None:
    await said_and_shown(office, windows, list(OWN))
    await looked_at_in_details(office, windows, list(OWN))


async def test_our_own_samples_on_the_desk(office: Office, windows: Windows) -> None:
    await put_on_the_desk(office, windows, list(OWN) * 3)


async def test_our_own_samples_as_files_that_are_read(office: Office, windows: Windows) -> None:
    await taken_in_by_name(office, windows, list(OWN))


@pytest.mark.timeout(180)
async def test_all_known_ones_as_messages_and_file_names(office: Office, windows: Windows) -> None:
    await said_and_shown(office, windows, texts())


@pytest.mark.timeout(300)
async def test_all_known_ones_on_cards_and_in_details(office: Office, windows: Windows) -> None:
    await looked_at_in_details(office, windows, texts())


@pytest.mark.timeout(300)
async def test_all_known_ones_on_the_desk(office: Office, windows: Windows) -> None:
    await put_on_the_desk(office, windows, texts())


@pytest.mark.timeout(180)
async def test_all_known_ones_as_files_that_are_read(office: Office, windows: Windows) -> None:
    await taken_in_by_name(office, windows, texts())
