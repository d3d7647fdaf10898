"""A person's text as Slack hands it to an app: as mrkdwn, and as the `rich_text` block beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

from ..slack_json import Json

MARKUP: Final = re.compile(r"(<[@#!][^<>]+>|<https?://[^<>]+>)")
# Slack links a bare host name only with a known top-level domain; these are the usual ones of its list.
TOP_LEVEL_DOMAINS: Final = (
    "com|org|net|edu|gov|info|biz|io|ai|co|dev|app|eu|uk|de|at|ch|fr|it|es|nl|be|se|no|dk|pl|us|ca|au|jp|in"
)
LABELS: Final = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
LINK: Final = re.compile(
    r"(?P<url>https?://[^\s<>]*[^\s<>.,;:!?)])"
    rf"|(?P<mail>(?<![\w.+-])[\w.+-]+@{LABELS}(?:{TOP_LEVEL_DOMAINS})(?![\w-]|\.\w))"
    rf"|(?P<bare>(?<![\w@./:#$-]){LABELS}(?:{TOP_LEVEL_DOMAINS})(?![\w@-]|\.\w)(?:/[^\s<>]*[^\s<>.,;:!?)])?)",
    re.IGNORECASE,
)


def to_mrkdwn(text: str, people: Mapping[str, str], *, links: bool = True) -> str:
    """Mentions and addresses as links, `&<>` escaped, markup left alone; `people` are user ids by name."""
    named = re.compile(r"(?<![\w@])@(" + "|".join(map(re.escape, people)) + r")\b")
    pieces = MARKUP.split(text)
    for index in range(0, len(pieces), 2):
        plain = pieces[index].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        plain = LINK.sub(_link, plain) if links else plain
        pieces[index] = named.sub(lambda match: f"<@{people[match[1]]}>", plain)
    return "".join(pieces)


def _link(match: re.Match[str]) -> str:
    if match["mail"]:
        return f"<mailto:{match[0]}|{match[0]}>"
    return f"<http://{match[0]}|{match[0]}>" if match["bare"] else f"<{match[0]}>"


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


def rich_text_block(text: str, block_id: str) -> list[Json]:
    """The `rich_text` block of a text in mrkdwn, in a list; an empty list for an empty text."""
    elements: list[Json] = []
    for index, piece in enumerate(FENCE.split(text)):
        if index % 2:
            content = [{"type": "text", "text": unescape(piece)}]
            elements.append({"type": "rich_text_preformatted", "border": 0, "elements": content})
        else:
            elements += _sections(piece)
    return [{"type": "rich_text", "block_id": block_id, "elements": elements}] if elements else []


def _sections(text: str) -> Iterator[Json]:
    """The quotes and other sections of a text: runs of quoted lines and of unquoted ones."""
    lines = text.splitlines(keepends=True)
    while lines:
        quoted = lines[0].startswith(QUOTE)
        run: list[str] = []
        while lines and lines[0].startswith(QUOTE) == quoted:
            run.append(lines.pop(0).removeprefix(QUOTE))
        kind = "rich_text_quote" if quoted else "rich_text_section"
        yield {"type": kind, "elements": list(_inline_elements("".join(run), {}))}


def _inline_elements(text: str, style: Mapping[str, bool]) -> Iterator[Json]:
    """The pieces of a text: words, people, channels, links and emoji, each in its style."""
    styled = {"style": dict(style)} if style else {}
    end = 0
    for match in INLINE.finditer(text):
        if match.start() > end:
            yield {"type": "text", "text": unescape(text[end : match.start()]), **styled}
        end = match.end()
        if match["markup"]:
            yield {**_reference(match["markup"]), **styled}
        elif match["emoji"]:
            yield {"type": "emoji", "name": match["emoji"], **styled}
        elif match["code"]:
            yield {"type": "text", "text": unescape(match["code"]), "style": {**style, "code": True}}
        else:
            yield from _inline_elements(match["styled"], {**style, STYLES[match["mark"]]: True})
    if end < len(text):
        yield {"type": "text", "text": unescape(text[end:]), **styled}


def _reference(markup: str) -> Json:
    """The element of what stands between `<` and `>`: a person, channel, broadcast or link."""
    target, _, label = markup.partition("|")
    if target[0] in REFERENCES:
        kind, key = REFERENCES[target[0]]
        return {"type": kind, key: target[1:]}
    link = {"type": "link", "url": unescape(target)}
    return link | ({"text": unescape(label)} if label else {})
