"""Every block and element is shown as in Slack, and using one tells the app what Slack would tell it."""

from collections.abc import AsyncIterator

import pytest

from tests.browser.any_app import AnyApp, Json, asking, button, modal, mrkdwn, open_any_app, plain
from tests.browser.blocks_shown import SHOWN
from tests.browser.elements_used import ENTERED, OPTIONS, RED, USED, Use
from tests.browser.kit import Windows, open_windows

SURE = {"title": plain("Sure?"), "text": mrkdwn("*Really*"), "confirm": plain("Yes"), "deny": plain("No")}


@pytest.fixture
async def any_app() -> AsyncIterator[AnyApp]:
    async with open_any_app() as opened:
        yield opened


@pytest.fixture
async def windows(any_app: AnyApp) -> AsyncIterator[Windows]:
    async with open_windows(any_app.sandbox.url) as opened:
        yield opened


@pytest.mark.parametrize("kind", ["message", "modal", "home"])
async def test_every_block_is_shown(any_app: AnyApp, windows: Windows, kind: str) -> None:
    only_in_messages = {"table", "file", "context_actions"} if kind != "message" else set()
    shown = [each for each in SHOWN if each[1]["type"] not in only_in_messages]
    blocks = [block for _, block, _ in shown]
    window = await windows.open("#ana/C_GENERAL")
    if kind == "message":
        ts = await any_app.post(*blocks)
        surface = window.page.locator(f"article[data-ts='{ts}'] .body")
    elif kind == "modal":
        await opened(any_app, modal("shown", *blocks))
        surface = window.page.locator("dialog .modal-body")
    else:
        await any_app.call("views.publish", user_id="U_REQUESTER", view={"type": "home", "blocks": blocks})
        await window.page.get_by_role("button", name="app Home").click()
        surface = window.page.locator(".home")
    await surface.wait_for()
    for index, (name, _, parts) in enumerate(shown):
        node = surface.locator("> .block").nth(index)
        for selector, words in parts:
            found = node.locator(selector) if selector else node
            assert await found.count() == 1, (name, selector)
            assert words in (await found.text_content() or ""), (name, selector)
            assert await found.is_visible(), (name, selector)
    await window.fits()
    await window.picture(f"blocks-{kind}")


async def opened(any_app: AnyApp, view: Json) -> None:
    """A modal in front of ana, as an answer to a command."""

    async def open_it(said: Json) -> None:
        await any_app.call("views.open", trigger_id=said["trigger_id"], view=view)

    any_app.on["/open"] = open_it
    await any_app.do("commands", user="U_REQUESTER", channel="C_GENERAL", command="/open", text="")
    await any_app.next()


ONLY_IN_SECTIONS = ("multi_",)


@pytest.mark.parametrize(("name", "element", "use", "told"), USED, ids=[name for name, *_ in USED])
async def test_using_an_element_tells_the_app(
    any_app: AnyApp, windows: Windows, name: str, element: Json, use: Use, told: Json
) -> None:
    used = {**element, "action_id": "used"}
    block: Json = {"block_id": "b"}
    if element["type"].startswith(ONLY_IN_SECTIONS):
        block |= {"type": "section", "text": plain("one"), "accessory": used}
    else:
        block |= {"type": "actions", "elements": [used]}
    window = await windows.open("#ana/C_GENERAL")
    await any_app.post(block)
    await use(window, window.page.locator("[data-action=used]"))
    action, state = await any_app.action()
    assert (action["type"], action["action_id"], action["block_id"]) == (element["type"], "used", "b")
    assert {key: action[key] for key in told} == told
    if element["type"] not in ("button", "overflow"):
        assert state["b"]["used"] == {"type": element["type"], **told}
    await window.fits()


async def test_a_date_and_time_is_told_in_seconds(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    element = {"type": "datetimepicker", "action_id": "when", "initial_date_time": 1767268800}
    await any_app.post({"type": "actions", "elements": [element]})
    node = window.page.locator("[data-action=when]")
    await node.fill("2026-05-04T10:30")
    seconds = await window.page.evaluate("new Date('2026-05-04T10:30') / 1000")
    assert (await any_app.action())[0]["selected_date_time"] == seconds


async def test_a_year_typed_by_keyboard_is_one_date(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    await any_app.post({"type": "actions", "elements": [{"type": "datepicker", "action_id": "day"}]})
    await window.page.locator("[data-action=day]").focus()
    await window.page.keyboard.type("05052026")
    await window.press("Tab")
    assert (await any_app.action())[0]["selected_date"] == "2026-05-05"
    assert any_app.heard.empty()


@pytest.mark.parametrize(
    "element",
    [
        button("used", "Go", value="v"),
        {"type": "static_select", "action_id": "used", "options": OPTIONS, "initial_option": RED},
        {"type": "checkboxes", "action_id": "used", "options": OPTIONS, "initial_options": [RED]},
    ],
    ids=lambda element: str(element["type"]),
)
async def test_whoever_declines_has_done_nothing(any_app: AnyApp, windows: Windows, element: Json) -> None:
    window = await windows.open("#ana/C_GENERAL")
    await any_app.post({"type": "actions", "elements": [{**element, "confirm": SURE}]})
    node = window.page.locator("[data-action=used]")
    asked = window.page.locator("dialog.confirm")

    async def use() -> None:
        if element["type"] == "static_select":
            await node.select_option("Blue")
        elif element["type"] == "checkboxes":
            await node.get_by_text("Blue").click()
        else:
            await node.click()

    await use()
    await asked.locator("strong").get_by_text("Really").wait_for()
    await window.press("Escape")
    await asked.wait_for(state="detached")
    assert any_app.heard.empty()
    if element["type"] == "static_select":
        assert await node.input_value() == "red"
    elif element["type"] == "checkboxes":
        assert await node.locator("input:checked").count() == 1

    await use()
    await asked.get_by_role("button", name="Yes").click()
    action, _ = await any_app.action()
    assert action["action_id"] == "used"


async def test_everything_entered_in_a_form_is_submitted(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    blocks = [asking(name, {**element, "action_id": "entered"}) for name, element, _, _ in ENTERED]
    await opened(any_app, modal("all", *blocks, asking("files", {"type": "file_input", "action_id": "f"})))
    form = window.page.locator("dialog .modal-body")
    for name, _, use, _ in ENTERED:
        await use(window, form.locator(f"[data-block='{name}'] [data-action=entered]"))
        await form.locator(f"[data-block='{name}'] .label").click()  # as a person does, to close a menu
    await window.choose(form.locator("[data-action=f]"), "a.csv", b"a,b")
    await window.sees("a.csv", where="dialog")
    await window.fits()
    await window.picture("blocks-form")
    await window.button("Go on").click()
    said = await any_app.next()
    assert said["type"] == "view_submission", "an input that does not ask for it tells nothing before"
    values = said["view"]["state"]["values"]
    for name, element, _, told in ENTERED:
        assert values[name]["entered"] == {"type": element["type"], **told}
    assert [file["name"] for file in values["files"]["f"]["files"]] == ["a.csv"]


async def test_enter_tells_the_app_where_an_input_asks_for_it(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    every = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    await opened(
        any_app,
        modal(
            "told",
            asking("on enter", {"type": "plain_text_input", "action_id": "enter"}, dispatch_action=True),
            asking(
                "always", {"type": "plain_text_input", "action_id": "each", **every}, dispatch_action=True
            ),
            asking("never", {"type": "plain_text_input", "action_id": "none"}),
        ),
    )
    await window.page.locator("[data-action=enter]").fill("ab")
    await window.press("Enter")
    assert (await any_app.action())[0]["value"] == "ab"
    await window.page.locator("[data-action=each]").focus()
    await window.page.keyboard.type("xy")
    assert [(await any_app.action())[0]["value"] for _ in "xy"] == ["x", "xy"]
    await window.page.locator("[data-action=none]").fill("z")
    await window.press("Enter")
    said = await any_app.next()
    assert said["type"] == "view_submission", "in any other input it submits the form"


async def test_a_picture_that_lies_in_the_workspace_is_shown(any_app: AnyApp, windows: Windows) -> None:
    window = await windows.open("#ana/C_GENERAL")
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    upload = await any_app.call("files.getUploadURLExternal", filename="dot.png", length=len(dot))
    await any_app.session.post(upload["upload_url"], data=dot)
    await any_app.call("files.completeUploadExternal", files=[{"id": upload["file_id"]}])
    await any_app.post({"type": "image", "slack_file": {"id": upload["file_id"]}, "alt_text": "a dot"})
    picture = window.page.get_by_role("img", name="a dot")
    await picture.wait_for()
    assert await picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 1
