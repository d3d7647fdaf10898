"""A person's text: linked and escaped as Slack hands it on, and as the rich text beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

from ..slack_json import Json

MARKUP: Final = re.compile(r"(<[@#!][^<>]+>|<https?://[^<>]+>)")
# Slack links a bare name only where it ends as domains do; these are the usual ones of its longer list.
ENDINGS: Final = (
    "com|org|net|edu|gov|info|biz|io|ai|co|dev|app|eu|uk|de|at|ch|fr|it|es|nl|be|se|no|dk|pl|us|ca|au|jp|in"
)
LABELS: Final = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
LINK: Final = re.compile(
    r"(?P<url>https?://[^\s<>]*[^\s<>.,;:!?)])"
    rf"|(?P<mail>(?<![\w.+-])[\w.+-]+@{LABELS}(?:{ENDINGS})(?![\w-]|\.\w))"
    rf"|(?P<bare>(?<![\w@./:#$-]){LABELS}(?:{ENDINGS})(?![\w@-]|\.\w)(?:/[^\s<>]*[^\s<>.,;:!?)])?)",
    re.IGNORECASE,
)


def as_typed(text: str, people: Mapping[str, str], *, links: bool = True) -> str:
    """Names linked, `&<>` escaped, addresses linked, markup left alone; `people` are ids by name."""
    named = re.compile(r"(?<![\w@])@(" + "|".join(map(re.escape, people)) + r")\b")
    pieces = MARKUP.split(text)
    for index in range(0, len(pieces), 2):
        plain = pieces[index].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        plain = LINK.sub(linked, plain) if links else plain
        pieces[index] = named.sub(lambda found: f"<@{people[found[1]]}>", plain)
    return "".join(pieces)


def linked(found: re.Match[str]) -> str:
    if found["mail"]:
        return f"<mailto:{found[0]}|{found[0]}>"
    return f"<http://{found[0]}|{found[0]}>" if found["bare"] else f"<{found[0]}>"


# --- rich text -------------------------------------------------------------------------------------

FENCE: Final = re.compile(r"```\n?(.*?)\n?```\n?", re.DOTALL)
QUOTE: Final = "&gt; "
INLINE: Final = re.compile(
    r"<(?P<markup>[^<>]+)>"
    r"|(?<!\w):(?P<emoji>[a-z][a-z0-9_+'-]*|[+-]1):(?!\w)"
    r"|(?<!\w)`(?P<code>[^`\n]+)`(?!\w)"
    r"|(?<!\w)(?P<mark>[*_~])(?P<styled>\S(?:[^\n]*?\S)?)(?P=mark)(?!\w)"
)
STYLES: Final = {"*": "bold", "_": "italic", "~": "strike"}
REFERENCES: Final = {"@": ("user", "user_id"), "#": ("channel", "channel_id"), "!": ("broadcast", "range")}


def rich_text(text: str, block_id: str) -> list[Json]:
    """The `rich_text` block that stands beside a person's text."""
    elements: list[Json] = []
    for index, piece in enumerate(FENCE.split(text)):
        if index % 2:
            shown = [{"type": "text", "text": unescape(piece)}]
            elements.append({"type": "rich_text_preformatted", "border": 0, "elements": shown})
        else:
            elements += paragraphs(piece)
    return [{"type": "rich_text", "block_id": block_id, "elements": elements}] if elements else []


def paragraphs(text: str) -> Iterator[Json]:
    """Runs of quoted and of other lines."""
    lines = text.splitlines(keepends=True)
    while lines:
        quoted = lines[0].startswith(QUOTE)
        run: list[str] = []
        while lines and lines[0].startswith(QUOTE) == quoted:
            run.append(lines.pop(0).removeprefix(QUOTE))
        kind = "rich_text_quote" if quoted else "rich_text_section"
        yield {"type": kind, "elements": list(spans("".join(run), {}))}


def spans(text: str, style: Mapping[str, bool]) -> Iterator[Json]:
    """The pieces of a line: words, people, channels, links, emoji, each in its style."""
    styled = {"style": dict(style)} if style else {}
    end = 0
    for found in INLINE.finditer(text):
        if found.start() > end:
            yield {"type": "text", "text": unescape(text[end : found.start()]), **styled}
        end = found.end()
        if found["markup"]:
            yield {**reference(found["markup"]), **styled}
        elif found["emoji"]:
            yield {"type": "emoji", "name": found["emoji"], **styled}
        elif found["code"]:
            yield {"type": "text", "text": unescape(found["code"]), "style": {**style, "code": True}}
        else:
            yield from spans(found["styled"], {**style, STYLES[found["mark"]]: True})
    if end < len(text):
        yield {"type": "text", "text": unescape(text[end:]), **styled}


def reference(markup: str) -> Json:
    target, _, label = markup.partition("|")
    if target[0] in REFERENCES:
        kind, key = REFERENCES[target[0]]
        return {"type": kind, key: target[1:]}
    link = {"type": "link", "url": unescape(target)}
    return link | ({"text": unescape(label)} if label else {})
