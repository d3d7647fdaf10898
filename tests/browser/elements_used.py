"""Each element and input, how a person uses it, and what the app hears of it."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.browser.any_app import Json, plain
from tests.browser.kit import Node, Window

OPTIONS = [{"text": plain(name), "value": name.lower()} for name in ("Red", "Green", "Blue")]
RED, GREEN, BLUE = OPTIONS
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
