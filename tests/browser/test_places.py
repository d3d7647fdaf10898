"""Getting about: what is unread, who sees what, two windows at once, menus, a telephone; for any app."""

from collections.abc import AsyncIterator

import pytest

from tests.browser.any_app import AnyApp, open_any_app
from tests.browser.kit import NARROW, Routed, Windows, open_windows

CHASER = {
    "name": "Chaser",
    "commands": [["/chase", "Chase a payment"], ["/chased", "What was chased"]],
    "shortcuts": [["chase", "Chase this"]],
}


@pytest.fixture
async def any_app() -> AsyncIterator[AnyApp]:
    async with open_any_app(CHASER) as opened:
        yield opened


@pytest.fixture
async def windows(any_app: AnyApp) -> AsyncIterator[Windows]:
    async with open_windows(any_app.sandbox.url) as opened:
        yield opened


async def test_the_page_knows_no_app_that_it_was_not_told_of() -> None:
    async with open_any_app() as unknown, open_windows(unknown.sandbox.url) as windows:
        window = await windows.open()
        await window.sees("Nothing here yet", "Type a message, or / for commands.")
        await window.click(window.composer())
        await window.type("/")
        assert not await window.page.get_by_role("option").count()
        words = await window.page.inner_text("body")
        for ours in ("transactions", "payment", "approves", "outsider", "Next:"):
            assert ours not in words
        await unknown.post({"type": "actions", "elements": [{"type": "datepicker", "action_id": "approve"}]})
        await unknown.say("U_REVIEWER", "hello", channel="C_FINANCE")
        await window.sees("hello")
        assert not await window.page.locator("#next").is_visible()
        await window.click(window.page.get_by_text("What just happened"))
        await window.sees("told of a message", where="#flow")


async def test_what_happens_while_the_page_still_loads_is_shown(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")

    async def held(route: Routed) -> None:
        """Let the page have the workspace only when it has heard of a message that is not in there yet."""
        before = await route.fetch()
        await any_app.say("U_REVIEWER", "just now")
        await window.sees("message", where="#flow-last")
        await route.fulfill(response=before)

    await window.page.route("**/sandbox/state", held)
    await window.page.reload()
    await window.sees("just now", where="#messages")


async def test_a_command_hint_can_be_clicked(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    await window.click(window.composer())
    await window.type("/cha")
    assert await window.page.get_by_role("option").count() == 2
    await window.click(window.page.get_by_role("option", name="/chased"))
    assert await window.composer().input_value() == "/chased"
    await window.press("Enter")
    assert (await any_app.next())["command"] == "/chased"


async def test_a_message_has_a_menu_for_mouse_and_keyboard(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    ts = await any_app.say("U_REVIEWER", "a message")
    message = window.page.locator(f"article[data-ts='{ts}']")
    menu = message.get_by_role("toolbar")
    await message.wait_for()
    assert not await menu.is_visible()
    await message.hover()
    await window.click(menu.get_by_role("button", name="Chase this"))
    said = await any_app.next()
    assert (said["type"], said["callback_id"], said["message"]["ts"]) == ("message_action", "chase", ts)

    await window.page.mouse.move(0, 0)
    await message.focus()
    await window.press("Tab")
    await window.press("Tab")
    await window.press("Enter")
    assert (await any_app.next())["callback_id"] == "chase"


async def test_a_new_reply_is_marked_for_those_who_follow_its_thread(
    any_app: AnyApp, windows: Windows
) -> None:
    ts = await any_app.say("U_REQUESTER", "what is this?")
    window = await windows.open("#ana/C_GENERAL")
    await any_app.say("U_REVIEWER", "a good question", thread_ts=ts)
    await window.sees("1 new", where="article .replies")
    await window.click(window.button("# finance-approvals"))
    await window.button("# general unread").wait_for()

    await window.click(window.person("dov"))  # who has nothing to do with it
    await window.button("# general unread").wait_for()  # a message dov has not seen
    await window.click(window.button("# general unread"))
    await window.sees("1 reply", where="article .replies")
    assert not await window.page.get_by_text("1 new").count()

    await window.click(window.person("ana"))
    await window.click(window.page.locator("article .replies"))
    await window.sees("a good question", where="#thread")
    await window.page.get_by_text("1 new").wait_for(state="detached")
    await any_app.say("U_REVIEWER", "still here?", thread_ts=ts)
    await window.sees("still here?", where="#thread")
    assert not await window.page.get_by_text("1 new").count(), "what is seen at once is never new"
    await window.click(window.button("# finance-approvals"))
    assert not await window.button("# general unread").count()


async def test_only_one_person_sees_what_is_only_for_them(any_app: AnyApp, windows: Windows) -> None:
    ana = await windows.open("#ana/C_GENERAL")
    ben = await windows.open("#ben/C_GENERAL")
    await any_app.call(
        "chat.postEphemeral", channel="C_GENERAL", user="U_REQUESTER", text="psst, <@U_REQUESTER>"
    )
    await any_app.say("U_SECOND", "for everybody")
    for window in (ana, ben):
        await window.sees("for everybody")
    private = ana.page.locator("article.private")
    assert await private.get_by_text("Only visible to you").is_visible()
    assert not await private.get_by_role("button", name="Reply in thread").count()
    assert not await ben.page.get_by_text("psst").count()


async def test_two_windows_follow_each_other_without_reload(any_app: AnyApp, windows: Windows) -> None:
    ana = await windows.open("#ana/C_GENERAL")
    ben = await windows.open("#ben/C_GENERAL")
    for window in (ana, ben):
        await window.page.evaluate("window.loaded = true")
    await ana.click(ana.composer())
    await ana.type("hello @ben")
    await ana.press("Enter")
    await ben.sees("hello", "@ben", where="article")
    ts = await ben.page.locator("article").first.get_attribute("data-ts")
    await any_app.do("messages", user="U_REQUESTER", channel="C_GENERAL", ts=ts, text="goodbye")
    for window in (ana, ben):
        await window.sees("goodbye", "(edited)")
    await any_app.call("reactions.add", channel="C_GENERAL", timestamp=ts, name="tada")
    for window in (ana, ben):
        await window.sees("🎉 1")
    await any_app.do("messages", user="U_REQUESTER", channel="C_GENERAL", ts=ts, delete=True)
    for window in (ana, ben):
        await window.page.get_by_text("goodbye").wait_for(state="detached")
        assert await window.page.evaluate("window.loaded")


async def test_the_developer_sees_request_turn_job_and_call_in_their_order(
    any_app: AnyApp, windows: Windows
) -> None:
    window = await windows.open("#ana/C_GENERAL")

    async def chase(said: object) -> None:
        any_app.sandbox.tell("turn stored", "<b>review 7</b>")

    any_app.on["/chase"] = chase
    await any_app.do("commands", user="U_REQUESTER", channel="C_GENERAL", command="/chase", text="")
    await any_app.do("notes", what="job done", detail="publish")
    await any_app.call("chat.postMessage", channel="C_GENERAL", text="chased")
    await window.click(window.page.get_by_text("What just happened"))
    await window.sees("chat.postMessage", where="#flow-lines")
    lines = window.page.locator("#flow-lines li")
    told = [(await each.get_attribute("class") or "").split()[0] for each in await lines.all()]
    assert told[:3] == ["in", "own", "own"], "a request comes before what was done while it was answered"
    # The posted message is an event too, which may be delivered before its call has ended.
    assert [one for one in told[3:] if one != "in"][:1] == ["out"], "a call comes after what it follows from"
    words = [" ".join((await each.inner_text()).split()) for each in await lines.all()]
    assert "Slack → app /chase acknowledged in" in words[0]
    assert words[1].endswith("the app itself turn stored <b>review 7</b>"), "plain text only"
    assert words[2].endswith("the app itself job done publish")
    assert "app → Slack chat.postMessage ok" in words[told.index("out")]
    colours = {
        await each.evaluate("(line) => getComputedStyle(line).borderLeftColor") for each in await lines.all()
    }
    assert len(colours) == 3


async def test_on_a_telephone_people_and_places_are_in_a_drawer(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL", size=NARROW)
    bar = await window.page.locator(".main .bar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] < 60, "one compact bar stands above the messages"
    assert not await window.person("ben").is_visible()
    menu = window.page.get_by_role("button", name="People and places")
    await menu.focus()
    await window.press("Enter")
    assert await window.page.evaluate("document.activeElement.dataset.key") == "U_REQUESTER"
    await window.picture("narrow-drawer")
    await window.press("Escape")
    assert await menu.evaluate("(node) => node === document.activeElement")
    assert not await window.person("ben").is_visible()

    await window.click(menu)
    await window.click(window.person("ben"))
    assert not await window.person("ben").is_visible()
    await window.sees("as ben")
    await window.click(menu)
    await window.click(window.page.get_by_role("button", name="# finance-approvals"))
    await window.sees("# finance-approvals", where=".main .bar")
    await any_app.say("U_SECOND", "news")
    await window.page.locator("#menu.unread").wait_for()


async def test_people_edit_and_delete_what_they_wrote_and_nothing_else(
    any_app: AnyApp, windows: Windows
) -> None:
    await any_app.say("U_REQUESTER", "@ben see acme.com & *this*")
    ana = await windows.open("#ana/C_GENERAL")
    ben = await windows.open("#ben/C_GENERAL")
    await ben.page.get_by_text("acme.com").first.hover()
    assert not await ben.button("Edit message").count()

    await ana.page.get_by_text("acme.com").first.hover()
    await ana.click(ana.button("Edit message"))
    words = ana.page.get_by_role("textbox", name="Message", exact=True)
    assert await words.input_value() == "@ben see acme.com & *this*"
    await words.fill("@ben see globex.com")
    await ana.click(ana.button("Save"))
    await ben.sees("globex.com", "(edited)")

    await ana.page.get_by_text("globex.com").first.hover()
    await ana.click(ana.button("Delete message"))
    await ana.click(ana.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True))
    await ben.page.get_by_text("globex.com").wait_for(state="detached")
