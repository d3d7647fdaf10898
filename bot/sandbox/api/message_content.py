"""Whether Slack would take the text and blocks of a message."""

from __future__ import annotations

from typing import Any, Final

from ..blocks.validation import problems_of, too_long
from ..workspace.errors import ApiError

LONGEST_TEXT: Final = 40_000  # characters; docs.slack.dev/reference/methods/chat.postMessage


def check_blocks(blocks: Any) -> None:
    """Raise ApiError for blocks that chat.postMessage would refuse."""
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if problems := problems_of(blocks, "message"):
        raise ApiError.of_problems("invalid_blocks", problems)
    if too_long(blocks):
        raise ApiError("msg_blocks_too_long")


def check_text(text: str) -> None:
    """Raise ApiError for a text that chat.postMessage would refuse."""
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")
