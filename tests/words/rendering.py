"""Messages and forms of Slack as plain text: what a person reads of them, a line each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

DATE = re.compile(r"<!date\^[^>|]*\|([^>]*)>")
AGO = re.compile(r"<!date\^[^>|]*\{ago\}[^>|]*\|[^>]*>")
PERSON = re.compile(r"<@U_([A-Z]+)>")
CHANNEL = re.compile(r"<#C_([A-Z]+)>")
LINK = re.compile(r"<[^|<>]+\|([^<>]+)>")


def lines_of(blocks: Sequence[Json]) -> list[str]:
    """What stands in blocks, with buttons and menus in brackets and nothing of what only a program reads."""
    return [line for block in blocks for line in _block(block)]


def message_lines(message: tuple[str, Sequence[Json]]) -> list[str]:
    """A message by its notification, and its blocks."""
    says, blocks = message
    return [f"(notification) {as_read(says)}", *lines_of(blocks)]


def view_lines(view: Json) -> list[str]:
    """A form or the Home tab: its title, its blocks, its buttons."""
    title = [f"= {_text(view['title'])} ="] if "title" in view else []
    ends = [f"[{_text(view[name])}]" for name in ("submit", "close") if name in view]
    return [*title, *lines_of(view["blocks"]), *([" ".join(ends)] if ends else [])]


def as_read(text: str) -> str:
    """Text with Slack's marks as people see them: mentions by name, times in words."""
    text = DATE.sub(r"\1", AGO.sub("2 hours ago", text))
    text = PERSON.sub(lambda match: f"@{match[1].lower()}", text)
    text = CHANNEL.sub(lambda match: f"#{match[1].lower()}", text)
    return LINK.sub(r"\1", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _text(part: Json) -> str:
    return as_read(str(part["text"]))


def _block(block: Json) -> Iterator[str]:
    kind = block["type"]
    if kind in ("section", "header"):
        yield from _section(block)
    elif kind == "context":
        yield " ".join(_text(element) for element in block["elements"] if "text" in element)
    elif kind == "rich_text":
        for element in block["elements"]:
            yield "".join(as_read(part.get("text", "")) for part in element["elements"])
    elif kind == "table":
        lines = (" | ".join(_text(cell) for cell in row) for row in block["rows"])
        yield from (line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)
    elif kind == "actions":
        yield " ".join(word for element in block["elements"] for word in _element(element))
    elif kind == "input":
        words = " ".join(_element(block["element"]))
        hint = f" ({_text(block['hint'])})" if "hint" in block else ""
        yield f"{_text(block['label'])}: {words}{hint}".rstrip(": ")


def _section(block: Json) -> Iterator[str]:
    if "text" in block:
        yield from _text(block["text"]).split("\n")
    yield from (line for field in block.get("fields", ()) for line in _text(field).split("\n"))
    if "accessory" in block:
        yield " ".join(_element(block["accessory"]))


def _element(element: Json) -> Iterator[str]:
    """The words of a button, a menu or a field, with what a button asks before it acts."""
    if element["type"] == "button":
        yield f"[{_text(element['text'])}]"
        if asks := element.get("confirm"):
            yield f"(asks: {_text(asks['title'])} {_text(asks['text'])} [{_text(asks['confirm'])}])"
        return
    if "placeholder" in element:
        yield _text(element["placeholder"])
    if "initial_value" in element:
        yield as_read(element["initial_value"])
    for option in _options(element):
        described = f", {_text(option['description'])}" if "description" in option else ""
        yield f"[{_text(option['text'])}{described}]"


def _options(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]
