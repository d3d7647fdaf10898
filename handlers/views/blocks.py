"""Small Block Kit parts, and Slack's limits; people's text always goes into ``plain_text``."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.names import visible
from bot.domain.review.forgetting import PSEUDONYM

Block = dict[str, Any]

# Documented limits, see api.slack.com/reference/block-kit; the last one is not documented
# (slackapi/bolt-js#2509) and holds for all blocks of one message together.
HEADER_TEXT = 150
SECTION_TEXT = 3000
CONTEXT_TEXT = 2000
MESSAGE_CHARACTERS = 13_000


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters, an ellipsis among them."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def plain_text(text: str, limit: int) -> Block:
    """Text that may come from people, as it is: no markup, no mentions, no emoji names, cut to ``limit``."""
    return {"type": "plain_text", "text": clip(visible(text), limit) or "–", "emoji": False}


def plain_lines(lines: list[str], limit: int) -> Block:
    """Lines of text that may come from people; none can fake a further line. Cut to ``limit`` in all."""
    shown = "\n".join(visible(line) for line in lines if line)
    return {"type": "plain_text", "text": clip(shown, limit) or "–", "emoji": False}


def plain_sections(lines: list[str], most: int = MESSAGE_CHARACTERS - 3000) -> list[Block]:
    """Lines of text that may come from people, in as many sections as they need.

    ``most`` is how many characters they may take as they are sent; what is beyond is cut.
    """
    pieces: list[list[str]] = [[]]
    room, left = SECTION_TEXT, most
    for line in (clip(visible(line), SECTION_TEXT - 1) for line in lines if line):
        cost = len(json.dumps(line)) + 1
        if cost > left:
            pieces[-1].append("…")
            break
        if len(line) + 3 > room:
            pieces.append([])
            room = SECTION_TEXT
        pieces[-1].append(line)
        room, left = room - len(line) - 1, left - cost
    return [section(plain_lines(piece, SECTION_TEXT)) for piece in pieces]


def mrkdwn(text: str) -> Block:
    """The bot's own words with Slack's markup; nothing that people typed goes in here but Slack's ids."""
    return {"type": "mrkdwn", "text": text}


def rich_line(*elements: Block) -> Block:
    """A line of rich text, in which no mark-up of people's works; made of ``rich_text`` and ``bold``."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def rich_text(text: str, limit: int = SECTION_TEXT) -> Block:
    """A piece of such a line, which may come from people, as it is."""
    return {"type": "text", "text": clip(visible(text), limit) or "–"}


def bold(text: str, limit: int = SECTION_TEXT) -> Block:
    """A bold piece of such a line, which may come from people."""
    return rich_text(text, limit) | {"style": {"bold": True}}


def section(text: Block, accessory: Block | None = None) -> Block:
    """A paragraph, with a button or menu beside it where there is one."""
    block: Block = {"type": "section", "text": text}
    return block | {"accessory": accessory} if accessory else block


def sentence_blocks(text: str) -> list[Block]:
    """One sentence as a whole message."""
    return [section(plain_text(text, SECTION_TEXT))]


def context(*elements: Block) -> Block:
    """Small grey text."""
    return {"type": "context", "elements": list(elements)}


def header(text: str) -> Block:
    """A heading of at most ``HEADER_TEXT`` characters."""
    return {"type": "header", "text": plain_text(text, HEADER_TEXT)}


def actions(block_id: str, *buttons: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(buttons)}


def button(
    text: str, action_id: str, value: str, style: str | None = None, confirm: Block | None = None
) -> Block:
    """A button; ``value`` comes back with a click, ``style`` is Slack's ``primary`` or ``danger``."""
    block: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": text, "emoji": False},
        "action_id": action_id,
        "value": value,
    }
    if style:
        block["style"] = style
    return block | {"confirm": confirm} if confirm else block


def overflow(action_id: str, choices: Mapping[str, str]) -> Block:
    """A menu behind three dots: what each entry says, by the value that comes back with it."""
    options = [
        {"text": {"type": "plain_text", "text": text}, "value": value} for value, text in choices.items()
    ]
    return {"type": "overflow", "action_id": action_id, "options": options}


def confirm(title: str, text: str, yes: str, style: str = "primary") -> Block:
    """The question that a button asks before it counts as pressed; ``yes`` stands on what goes on."""
    return {
        "title": {"type": "plain_text", "text": clip(title, 100)},
        "text": {"type": "plain_text", "text": clip(text, 300)},
        "confirm": {"type": "plain_text", "text": clip(yes, 30)},
        "deny": {"type": "plain_text", "text": "Cancel"},
        "style": style,
    }


def person(user: str) -> str:
    """A mention, where the actor is a person; the bot by its name."""
    if user.startswith(PSEUDONYM):
        return user  # nobody any more, and still not the bot
    return f"<@{user}>" if user.startswith(("U", "W")) else "Countersign"


def approver(name: str) -> str:
    """A mention of a person or of a user group whom the policy names."""
    return f"<!subteam^{name}>" if name.startswith("S") else f"<@{name}>"


def ago(at: datetime) -> str:
    """How long ago something was, which Slack brings up to date: ``2 days ago``."""
    return f"<!date^{int(at.timestamp())}^{{ago}}|{when(at)}>"


def when(at: datetime) -> str:
    """``22 Nov 12:04 UTC``."""
    return f"{at.day} {at:%b %H:%M} UTC"


def encoded_length(blocks: list[Block]) -> int:
    """Characters of the blocks as they are sent to Slack."""
    return len(json.dumps(blocks, separators=(",", ":")))
