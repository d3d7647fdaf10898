"""Every block and element is shown as in Slack, and using one tells the app what Slack would tell it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.browser.any_app import AnyApp, Json, asking, button, modal, mrkdwn, open_any_app, plain
from tests.browser.kit import Node, Window, Windows, open_windows

OPTIONS = [{"text": plain(name), "value": name.lower()} for name in ("Red", "Green", "Blue")]
RED, GREEN, BLUE = OPTIONS
SURE = {"title": plain("Sure?"), "text": mrkdwn("*Really*"), "confirm": plain("Yes"), "deny": plain("No")}


@pytest.fixture
async def any_app() -> AsyncIterator[AnyApp]:
    async with open_any_app() as opened:
        yield opened


@pytest.fixture
async def windows(any_app: AnyApp) -> AsyncIterator[Windows]:
    async with open_windows(any_app.sandbox.url) as opened:
        yield opened


def text(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                text("bold", bold=True),
                text("slanted", italic=True),
                text("gone", strike=True),
                text("code", code=True),
                {"type": "link", "url": "https://example.com/a", "text": "a link"},
                {"type": "emoji", "name": "tada"},
                {"type": "user", "user_id": "U_REVIEWER"},
                {"type": "usergroup", "usergroup_id": "S_APPROVERS"},
                {"type": "channel", "channel_id": "C_FINANCE"},
                {"type": "broadcast", "range": "here"},
                {"type": "date", "timestamp": 1720710212, "format": "on {date_num}", "fallback": "some day"},
                {"type": "color", "value": "#aa3300"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "offset": 2,
            "elements": [{"type": "rich_text_section", "elements": [text("third")]}],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [{"type": "rich_text_section", "elements": [text("inner")]}],
        },
        {"type": "rich_text_quote", "elements": [text("quoted")]},
        {"type": "rich_text_preformatted", "elements": [text("a  b\n  c")]},
    ],
}
TABLE: Json = {
    "type": "table",
    "column_settings": [None, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Vendor"}, {"type": "raw_text", "text": "Amount"}],
        [
            {"type": "raw_text", "text": "Acme"},
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [text("12", bold=True)]}],
            },
        ],
    ],
}
FIGURES: Json = {
    "type": "data_table",
    "caption": "Figures",
    "rows": [[{"type": "raw_text", "text": "Sum"}], [{"type": "raw_number", "value": 5, "text": "5.00"}]],
}
MARKDOWN = """# Title
**bold** and *slanted* and `code`, ~~gone~~, [a link](https://example.com)

- one
  - inner
- two

1. first

| a | b |
|---|--:|
| 1 | 2 |

> quoted

```
x < y
```
---
[no link](javascript:alert(1))"""

# block -> what can be found in it: (selector, or nothing for the block itself; text)
SHOWN: list[tuple[str, Json, list[tuple[str, str]]]] = [
    ("header", {"type": "header", "text": plain("A *header* :tada:")}, [("", "A *header* 🎉")]),
    (
        "section",
        {
            "type": "section",
            "text": mrkdwn("*strong* words"),
            "fields": [plain("one"), mrkdwn("_two_")],
            "accessory": {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "a cat"},
        },
        [
            ("strong", "strong"),
            (".fields .words >> nth=0", "one"),
            (".fields em", "two"),
            ("[role=img]", "a cat"),
        ],
    ),
    (
        "context",
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "a dog"},
                mrkdwn("*small*"),
                plain("print"),
            ],
        },
        [("[role=img]", "a dog"), ("strong", "small"), (".words >> nth=1", "print")],
    ),
    ("divider", {"type": "divider"}, [("", "")]),
    (
        "image",
        {
            "type": "image",
            "image_url": "https://example.com/x.png",
            "alt_text": "a chart",
            "title": plain("Sales"),
        },
        [("[role=img]", "a chart"), (".fine", "Sales")],
    ),
    (
        "rich_text",
        RICH,
        [
            ("strong", "bold"),
            ("em", "slanted"),
            ("s", "gone"),
            ("code", "code"),
            ("a[href='https://example.com/a']", "a link"),
            (".words >> nth=0", "🎉"),
            (".mention >> nth=0", "@ben"),
            (".mention >> nth=1", "@S_APPROVERS"),
            ("a.mention", "#finance-approvals"),
            (".mention >> nth=3", "@here"),
            (".words >> nth=0", "on 2024-07-11"),
            (".words >> nth=0", "#aa3300"),
            ("ol[start='3'] li", "third"),
            ("ul.indent-1 li", "inner"),
            ("blockquote", "quoted"),
            ("pre", "a  b\n  c"),
        ],
    ),
    (
        "table",
        TABLE,
        [
            ("th >> nth=0", "Vendor"),
            ("td >> nth=0", "Acme"),
            ("td.align-right strong", "12"),
        ],
    ),
    ("data_table", FIGURES, [("caption", "Figures"), ("td.align-right", "5.00")]),
    (
        "markdown",
        {"type": "markdown", "text": MARKDOWN},
        [
            (".heading", "Title"),
            ("p strong", "bold"),
            ("p em", "slanted"),
            ("p code", "code"),
            ("p s", "gone"),
            ("a", "a link"),
            ("ul ul li", "inner"),
            ("ol li", "first"),
            ("td.align-right", "2"),
            ("blockquote", "quoted"),
            ("pre", "x < y"),
            ("hr", ""),
            ("p >> nth=-1", "no link"),
        ],
    ),
    (
        "a block it does not know",
        {"type": "file", "external_id": "F1", "source": "remote"},
        [("", '"external_id": "F1"')],
    ),
    (
        "another",
        {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete")}],
        },
        [("", '"trash"')],
    ),
]


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


Use = Callable[[Window, Node], Awaitable[Any]]


def menu(option: str) -> Use:
    async def choose(window: Window, node: Node) -> None:
        await node.locator("summary").click()
        await node.get_by_text(option).click()

    return choose


def select_by_keys(first_letter: str) -> Use:
    async def choose(window: Window, node: Node) -> None:
        await node.focus()
        await window.press(first_letter)

    return choose


async def press_enter(window: Window, node: Node) -> None:
    await node.focus()
    await window.press("Enter")


async def menu_by_keys(window: Window, node: Node) -> None:
    await node.locator("summary").focus()
    await window.press("Enter")
    await window.press("Tab")
    await window.press("Space" if await node.locator("input").count() else "Enter")


async def arrow_down(window: Window, node: Node) -> None:
    await node.locator("input").first.focus()
    await window.press("ArrowDown")


# element, how it is used, what the app hears of it
USED: list[tuple[str, Json, Use, Json]] = [
    ("button", {"type": "button", "text": plain("Go"), "value": "v"}, lambda _, n: n.click(), {"value": "v"}),
    (
        "button by keyboard",
        {"type": "button", "text": plain("Go"), "value": "v"},
        press_enter,
        {"value": "v"},
    ),
    ("overflow", {"type": "overflow", "options": OPTIONS}, menu("Green"), {"selected_option": GREEN}),
    (
        "overflow by keyboard",
        {"type": "overflow", "options": OPTIONS},
        menu_by_keys,
        {"selected_option": RED},
    ),
    (
        "static_select",
        {"type": "static_select", "options": OPTIONS, "initial_option": RED},
        lambda _, n: n.select_option("Blue"),
        {"selected_option": BLUE},
    ),
    (
        "static_select by keyboard",
        {"type": "static_select", "options": OPTIONS},
        select_by_keys("g"),
        {"selected_option": GREEN},
    ),
    (
        "static_select with groups",
        {
            "type": "static_select",
            "option_groups": [
                {"label": plain("Warm"), "options": [RED]},
                {"label": plain("Cold"), "options": [GREEN, BLUE]},
            ],
        },
        lambda _, n: n.select_option("Blue"),
        {"selected_option": BLUE},
    ),
    (
        "users_select",
        {"type": "users_select"},
        lambda _, n: n.select_option("@ben"),
        {"selected_user": "U_REVIEWER"},
    ),
    (
        "conversations_select",
        {"type": "conversations_select"},
        lambda _, n: n.select_option("#general"),
        {"selected_conversation": "C_GENERAL"},
    ),
    (
        "channels_select",
        {"type": "channels_select", "initial_channel": "C_GENERAL"},
        lambda _, n: n.select_option("#finance-approvals"),
        {"selected_channel": "C_FINANCE"},
    ),
    (
        "multi_static_select",
        {"type": "multi_static_select", "options": OPTIONS, "initial_options": [RED]},
        menu("Blue"),
        {"selected_options": [RED, BLUE]},
    ),
    (
        "multi_static_select by keyboard",
        {"type": "multi_static_select", "options": OPTIONS},
        menu_by_keys,
        {"selected_options": [RED]},
    ),
    (
        "multi_users_select",
        {"type": "multi_users_select"},
        menu("@chi"),
        {"selected_users": ["U_SECOND"]},
    ),
    (
        "multi_conversations_select",
        {"type": "multi_conversations_select"},
        menu("#general"),
        {"selected_conversations": ["C_GENERAL"]},
    ),
    (
        "multi_channels_select",
        {"type": "multi_channels_select"},
        menu("#general"),
        {"selected_channels": ["C_GENERAL"]},
    ),
    (
        "checkboxes",
        {"type": "checkboxes", "options": OPTIONS, "initial_options": [RED]},
        lambda _, n: n.get_by_text("Green").click(),
        {"selected_options": [RED, GREEN]},
    ),
    (
        "radio_buttons",
        {"type": "radio_buttons", "options": OPTIONS},
        lambda _, n: n.get_by_text("Green").click(),
        {"selected_option": GREEN},
    ),
    (
        "radio_buttons by keyboard",
        {"type": "radio_buttons", "options": OPTIONS, "initial_option": RED},
        arrow_down,
        {"selected_option": GREEN},
    ),
    (
        "datepicker",
        {"type": "datepicker", "initial_date": "2026-01-02"},
        lambda _, n: n.fill("2026-05-04"),
        {"selected_date": "2026-05-04"},
    ),
    (
        "timepicker",
        {"type": "timepicker"},
        lambda _, n: n.fill("13:37"),
        {"selected_time": "13:37"},
    ),
]
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


ENTERED: list[tuple[str, Json, Use, Json]] = [
    ("words", {"type": "plain_text_input"}, lambda _, n: n.fill("some words"), {"value": "some words"}),
    (
        "lines",
        {"type": "plain_text_input", "multiline": True, "initial_value": "a\nb"},
        lambda _, n: n.fill("c\nd"),
        {"value": "c\nd"},
    ),
    (
        "number",
        {"type": "number_input", "is_decimal_allowed": True},
        lambda _, n: n.fill("12.5"),
        {"value": "12.5"},
    ),
    ("mail", {"type": "email_text_input"}, lambda _, n: n.fill("a@b.example"), {"value": "a@b.example"}),
    (
        "address",
        {"type": "url_text_input"},
        lambda _, n: n.fill("https://b.example"),
        {"value": "https://b.example"},
    ),
    *(
        (f"chosen by {name}", element, use, told)
        for name, element, use, told in USED
        if element["type"] not in ("button", "overflow") and "keyboard" not in name
    ),
]


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
