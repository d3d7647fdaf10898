"""What people of Slack expect of its page: menus, tables, links, what is new, their own messages in view."""

from collections.abc import AsyncIterator

import pytest

from tests.browser.any_app import AnyApp, Json, asking, button, modal, mrkdwn, open_any_app, plain
from tests.browser.kit import NARROW, Windows, open_windows
from tests.browser.test_accessibility import LOOKS, looks_right

APP = {"name": "Chaser", "commands": [["/open", "Open a form"]], "shortcuts": []}
PEOPLE = [f"Vendor {number} Holdings International" for number in range(1, 13)]
OPTIONS = [{"text": plain(name), "value": name} for name in PEOPLE]
FOUND = {"text": plain("Acme Corp"), "value": "acme"}


@pytest.fixture
async def any_app() -> AsyncIterator[AnyApp]:
    async with open_any_app(APP) as opened:
        yield opened


@pytest.fixture
async def windows(any_app: AnyApp) -> AsyncIterator[Windows]:
    async with open_windows(any_app.sandbox.url) as opened:
        yield opened


def raw(*words: str) -> list[Json]:
    return [{"type": "raw_text", "text": each} for each in words]


WIDE_TABLE: Json = {
    "type": "table",
    "rows": [
        raw("Vendor", "Amount", "Invoice", "Why it was flagged", "Who decided", "When", "Reason"),
        raw("Bartholomew Fotheringay & Sons", "USD 12,000.00", "INV-2026-000123", "above the limit of 10,000",
            "ben", "2026-11-28 14:02", "checked with the supplier by telephone"),
    ],
}  # fmt: skip


async def test_a_wide_table_is_scrolled_in_its_box_and_breaks_no_word(
    any_app: AnyApp, windows: Windows
) -> None:
    window = await windows.open("#ana/C_GENERAL", size=NARROW)
    await any_app.post(WIDE_TABLE)
    box = window.page.locator(".table-box")
    await box.wait_for()
    await window.fits()
    assert await box.evaluate("(node) => node.scrollWidth > node.clientWidth")
    heights = await box.locator("td").evaluate_all("(cells) => cells.map((cell) => cell.clientHeight)")
    assert max(heights) < 40, "each cell is one line"
    await window.picture("wide-table")


async def test_a_data_table_has_pages_and_is_sorted_by_a_heading(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    numbers = [{"type": "raw_number", "value": value, "text": f"{value}.00"} for value in (30, 4, 500, 20)]
    rows = [raw("Sum"), *([number] for number in numbers)]
    await any_app.post({"type": "data_table", "caption": "Sums", "page_size": 3, "rows": rows})
    await window.sees("30.00", "500.00", "1–3 of 4")
    await window.click(window.button("Next"))
    await window.sees("20.00", "4–4 of 4")
    await window.click(window.button("Sum"))
    await window.sees("1–3 of 4")
    assert await window.page.locator("tbody th").all_inner_texts() == ["4.00", "20.00", "30.00"]
    await window.click(window.button("Sum"))
    assert await window.page.locator("tbody th").first.inner_text() == "500.00"


async def test_a_menu_is_whole_wherever_it_opens(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL", size=NARROW)
    for number in range(12):
        overflow = {"type": "overflow", "action_id": f"menu {number}", "options": OPTIONS[:5]}
        text = mrkdwn(f"*#{number}* Acme Corp, 12,000 USD, Reimbursement of travel expenses")
        await any_app.post({"type": "section", "text": text, "accessory": overflow})
    await window.sees("#11")
    for name in ("menu 11", "menu 9"):
        box = window.page.locator(f"[data-action='{name}']")
        await window.click(box.locator("summary"))
        menu = await box.locator(".menu").bounding_box()
        assert menu is not None
        assert menu["y"] >= 0
        assert menu["y"] + menu["height"] <= NARROW["height"]
        assert menu["x"] >= 0
        assert menu["x"] + menu["width"] <= NARROW["width"]
        await window.picture(f"overflow-{name.split()[1]}")
        await window.press("ArrowDown")
        await window.press("ArrowDown")
        assert await window.page.evaluate("document.activeElement.textContent") == PEOPLE[1]
        await window.press("Escape")
        assert await box.get_attribute("open") is None


async def test_choices_stay_open_and_focused_when_the_app_updates_the_form(
    any_app: AnyApp, windows: Windows
) -> None:
    many = {"type": "multi_static_select", "action_id": "vendors", "options": OPTIONS}
    ticks = {"type": "checkboxes", "action_id": "ticks", "options": OPTIONS[:3]}
    long: list[Json] = [{"type": "section", "text": mrkdwn(f"line {number}")} for number in range(30)]
    blocks: list[Json] = [
        *long,
        {"type": "actions", "block_id": "t", "elements": [ticks]},
        {"type": "section", "block_id": "v", "text": plain("Vendors"), "accessory": many},
    ]

    async def open_it(said: Json) -> None:
        await any_app.call("views.open", trigger_id=said["trigger_id"], view=modal("desk", *blocks))

    async def count(said: Json) -> None:
        chosen = said["view"]["state"]["values"]
        title = (
            f"{sum(len(each.get('selected_options', [])) for b in chosen.values() for each in b.values())}"
        )
        view = modal("desk", *blocks, title=f"{title} chosen")
        await any_app.call("views.update", view_id=said["view"]["id"], hash=said["view"]["hash"], view=view)

    any_app.on |= {"/open": open_it, "ticks": count, "vendors": count}
    window = await windows.open("#ana/C_GENERAL")
    await any_app.do("commands", user="U_REQUESTER", channel="C_GENERAL", command="/open", text="")
    await window.modal().wait_for()
    await window.click(window.page.locator("[data-action=ticks]").get_by_text(PEOPLE[1]))
    await window.page.get_by_role("dialog", name="1 chosen").wait_for()
    assert await window.page.evaluate("document.activeElement.value") == PEOPLE[1]
    assert await window.page.locator(".modal-body").evaluate("(node) => node.scrollTop") > 0

    menu = window.page.locator("[data-action=vendors]")
    await window.click(menu.locator("summary"))
    await menu.get_by_label("Search the choices").fill("vendor 1")
    assert await menu.locator(".choice:visible").count() == 4
    await window.click(menu.get_by_text(PEOPLE[0], exact=True))
    await window.page.get_by_role("dialog", name="2 chosen").wait_for()
    search = menu.get_by_label("Search the choices")
    assert await search.input_value() == "vendor 1"
    await search.fill("")
    await window.click(menu.get_by_text(PEOPLE[4], exact=True))
    await window.page.get_by_role("dialog", name="3 chosen").wait_for()
    assert await menu.get_attribute("open") is not None
    await window.picture("multi-select")
    await window.press("Escape")
    assert await menu.get_attribute("open") is None
    assert await window.modal().is_visible(), "Escape closes the menu first"


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
async def test_options_come_from_the_app_as_one_types(
    any_app: AnyApp, windows: Windows, several: bool
) -> None:
    kind = "multi_external_select" if several else "external_select"
    asked: list[str] = []

    async def open_it(said: Json) -> None:
        element = {"type": kind, "action_id": "vendor", "min_query_length": 2}
        await any_app.call("views.open", trigger_id=said["trigger_id"], view=modal("f", asking("v", element)))

    async def offer(said: Json) -> Json:
        asked.append(said["value"])
        return {"option_groups": [{"label": plain("Paid before"), "options": [FOUND, OPTIONS[0]]}]}

    any_app.on |= {"/open": open_it, "vendor": offer}
    window = await windows.open("#ana/C_GENERAL")
    await any_app.do("commands", user="U_REQUESTER", channel="C_GENERAL", command="/open", text="")
    await window.click(window.modal().locator("summary"))
    await window.type("ac")
    await window.sees("Paid before", where="dialog")
    await window.picture(f"external-{several}")
    await window.click(window.modal().get_by_role("button", name="Acme Corp"))
    if several:
        await window.click(window.modal().get_by_role("button", name=PEOPLE[0]))
        await window.press("Escape")
    await window.sees("Acme Corp", where="dialog summary")
    await window.click(window.button("Go on"))
    while (said := await any_app.next()).get("type") != "view_submission":
        pass
    held = said["view"]["state"]["values"]["v"]["vendor"]
    assert asked == ["ac"]
    if several:
        assert held == {"type": kind, "selected_options": [FOUND, OPTIONS[0]]}
    else:
        assert held == {"type": kind, "selected_option": FOUND}


async def test_a_container_opens_where_it_stands_and_stays_as_it_was_left(
    any_app: AnyApp, windows: Windows
) -> None:
    def payment(word: str) -> Json:
        return {
            "type": "container",
            "block_id": "p1",
            "title": plain(f"#1 Acme Corp {word}"),
            "is_collapsible": True,
            "default_collapsed": True,
            "child_blocks": [
                {"type": "actions", "block_id": "in", "elements": [button("approve", "Approve")]}
            ],
        }

    window = await windows.open("#ana/C_GENERAL")
    ts = await any_app.post(payment("waits"))
    await window.sees("#1 Acme Corp waits")
    assert not await window.button("Approve").is_visible()
    await window.click(window.page.get_by_text("#1 Acme Corp waits"))
    await window.click(window.button("Approve"))
    assert (await any_app.action())[0]["block_id"] == "in"
    await any_app.call("chat.update", channel="C_GENERAL", ts=ts, text="x", blocks=[payment("changed")])
    await window.sees("#1 Acme Corp changed")
    assert await window.button("Approve").is_visible()


async def test_links_to_messages_and_files_open_in_the_page(any_app: AnyApp, windows: Windows) -> None:
    first = await any_app.post(text="the card", channel="C_FINANCE")
    reply = await any_app.say("U_REVIEWER", "the answer", channel="C_FINANCE", thread_ts=first)
    for number in range(40):
        await any_app.say("U_REVIEWER", f"later {number}", channel="C_FINANCE")
    links = []
    for ts in (first, reply):
        said = await any_app.call("chat.getPermalink", channel="C_FINANCE", message_ts=ts)
        links.append(said["permalink"])
    upload = await any_app.call("files.getUploadURLExternal", filename="sums.csv", length=3)
    await any_app.session.post(upload["upload_url"], data=b"a,b")
    direct = (await any_app.call("conversations.open", users="U_REQUESTER"))["channel"]["id"]
    done = await any_app.call(
        "files.completeUploadExternal",
        files=[{"id": upload["file_id"]}],
        channel_id=direct,
        initial_comment=f"<{links[0]}|The card> <{links[1]}|The answer>",
    )
    permalink = done["files"][0]["permalink"]
    await any_app.post(
        {"type": "section", "text": mrkdwn(f"<{permalink}|All sums>")},
        {"type": "actions", "elements": [button("go", "Go to the card", url=links[0])]},
        channel=direct,
    )
    window = await windows.open("#ana/dm")
    for what in (window.page.locator(".file"), window.page.get_by_role("link", name="All sums")):
        async with window.page.expect_download() as loading:
            await window.click(what)
        content = await (await loading.value).path()
        assert content.read_bytes() == b"a,b"
    await window.picture("direct-file")

    await window.click(window.page.get_by_role("link", name="The card"))
    found = window.page.locator("#messages .message.found")
    await found.wait_for()
    assert await found.get_attribute("data-ts") == first
    assert await found.evaluate("(node) => { const { top } = node.getBoundingClientRect(); return top > 0; }")
    await window.press("Escape")
    await window.open("#ana/dm")
    await window.click(window.page.get_by_role("link", name="The answer"))
    await window.sees("the answer", where="#thread .message.found")
    await window.open("#ana/dm")
    await window.click(window.button("Go to the card"))
    await found.wait_for()
    assert len(window.page.context.pages) == 1
    await window.page.goto(links[1])
    await window.sees("the answer", where="#thread .message.found")

    await any_app.call("chat.postMessage", channel="C_FINANCE", text=f"<{permalink}|not for all>")
    other = await windows.open("#dov/C_FINANCE")
    await other.click(other.page.get_by_role("link", name="not for all"))
    await other.sees("That file is not here, or not for you to see.")
    other.trouble.clear()  # the browser tells of the 404 that it got
    stranger = await any_app.session.get(
        f"{any_app.sandbox.url}/sandbox/files/{upload['file_id']}", params={"user": "U_OUTSIDER"}
    )
    assert stranger.status == 404, "a file in direct messages is for those two alone"


async def test_whoever_writes_sees_what_they_wrote(any_app: AnyApp, windows: Windows) -> None:
    for number in range(60):
        await any_app.say("U_OUTSIDER", f"message {number}.")
    window = await windows.open("#ana/C_GENERAL")
    await window.page.locator("#scroll").evaluate("(box) => box.scrollTo(0, 0)")
    await window.click(window.composer())
    await window.type("my word")
    await window.press("Enter")
    mine = window.page.locator("#messages .message").last
    await mine.get_by_text("my word").wait_for()
    box = window.page.locator("#scroll")
    await box.evaluate("(node) => new Promise(requestAnimationFrame)")
    assert await box.evaluate("(node) => node.scrollHeight - node.scrollTop - node.clientHeight") < 5


async def test_the_home_tab_takes_words_and_choices(any_app: AnyApp, windows: Windows) -> None:
    words = {"type": "plain_text_input", "action_id": "words"}
    state = {"type": "static_select", "action_id": "state", "options": OPTIONS[:3]}
    search = {"type": "actions", "block_id": "s", "elements": [state, button("find", "Find")]}
    view: Json = {"type": "home", "blocks": [asking("Search", words, optional=True), search]}
    await any_app.call("views.publish", user_id="U_REQUESTER", view=view)
    window = await windows.open("#ana/home")
    await window.page.get_by_label("Search").fill("acme")
    await window.page.locator("[data-action=state]").select_option(PEOPLE[1])
    assert (await any_app.action())[0]["action_id"] == "state"
    await window.click(window.button("Find"))
    action, values = await any_app.action()
    assert action["action_id"] == "find"
    assert values["Search"]["words"]["value"] == "acme"
    assert values["s"]["state"]["selected_option"] == OPTIONS[1]

    answer = {"type": "section", "text": plain("1 payment found")}
    await any_app.call(
        "views.publish", user_id="U_REQUESTER", view={**view, "blocks": [*view["blocks"], answer]}
    )
    await window.sees("1 payment found")
    assert await window.page.get_by_label("Search").input_value() == "acme"


async def test_an_unknown_command_is_answered_by_slackbot_and_a_space_makes_it_a_message(
    any_app: AnyApp, windows: Windows
) -> None:
    window = await windows.open("#ana/C_GENERAL")
    await window.click(window.composer())
    await window.type("/opne")
    await window.press("Enter")
    await window.sees("is not a valid command", where="article.private")
    assert any_app.heard.empty()
    await window.type(" /opne it is")
    await window.press("Enter")
    await window.sees("/opne it is", where="article:not(.private)")


async def test_direct_messages_of_the_app_are_counted_in_the_sidebar(
    any_app: AnyApp, windows: Windows
) -> None:
    window = await windows.open("#ana/C_GENERAL")
    direct = (await any_app.call("conversations.open", users="U_REQUESTER"))["channel"]["id"]
    ts = await any_app.post(channel=direct, text="a question")
    await any_app.post(channel=direct, text="another")
    await any_app.say("U_REVIEWER", "look @ana", channel="C_FINANCE")
    await window.button("Chaser 2 unread").wait_for()
    await window.button("# finance-approvals 1 unread").wait_for()
    await window.picture("sidebar-counts")
    await window.click(window.button("Chaser 2 unread"))
    await any_app.call("chat.update", channel=direct, ts=ts, text="a question, answered")
    await window.sees("a question, answered")
    assert await window.button("Chaser").count() == 1

    await window.drop("receipt.csv", "a,b")
    assert await window.composer().input_value() == "", "in direct messages nobody needs to be called"
    await window.page.locator("article").first.hover()
    await window.click(window.button("Reply in thread").first)
    await window.drop("invoice.csv", "a,b", where="#thread")
    await window.click(window.thread())
    await window.press("Enter")
    await window.sees("invoice.csv", where="#thread article")
    await any_app.call("chat.delete", channel=direct, ts=ts)


async def test_what_only_one_person_sees_in_a_thread_is_no_reply(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    ts = await any_app.post(text="the card")
    await any_app.call(
        "chat.postEphemeral", channel="C_GENERAL", user="U_REQUESTER", text="psst", thread_ts=ts
    )
    await any_app.post(text="next")
    await window.sees("next")
    assert not await window.page.locator(".replies").count()
    await window.page.locator(f"article[data-ts='{ts}']").hover()
    await window.click(window.button("Reply in thread").first)
    await window.sees("psst", where="#thread .private")


@pytest.mark.parametrize(("look", "size", "colours"), LOOKS, ids=[look for look, _, _ in LOOKS])
async def test_all_of_this_can_be_used_by_everybody(
    any_app: AnyApp, windows: Windows, look: str, size: object, colours: object
) -> None:
    overflow = {"type": "overflow", "action_id": "menu", "options": OPTIONS[:3]}
    deciding = [button("approve", "Approve", style="primary"), button("reject", "Reject", style="danger")]
    inner = [{"type": "actions", "elements": [*deciding, overflow]}]
    box = {"type": "container", "title": plain("#1 Acme"), "is_collapsible": True, "child_blocks": inner}
    rows = [raw("Vendor", "Why"), *(raw(name, "above the limit") for name in PEOPLE)]
    pages = {"type": "data_table", "caption": "By vendor", "rows": rows}
    many = {"type": "multi_static_select", "action_id": "vendors", "options": OPTIONS}
    section = {"type": "section", "text": plain("Vendors"), "accessory": many}
    await any_app.post(WIDE_TABLE, box, pages, section)
    window = await windows.open("#ana/C_GENERAL", size=size, colours=colours)  # type: ignore[arg-type]
    await window.sees("#1 Acme", "1–5 of 12")
    await looks_right(window, f"{look}-like-slack")
    await window.click(window.page.locator("[data-action=vendors] summary"))
    await looks_right(window, f"{look}-like-slack-menu")
