"""Text of people and of models on one line, without what cannot be seen."""

import re
import unicodedata

# Control, format, unassigned, private and surrogate characters, by their Unicode category.
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}


def printable_line(text: str, limit: int) -> str:
    """``text`` on one line, without characters that cannot be seen, at most ``limit`` characters long.

    Tabs and line ends become spaces; zero-width, bidirectional, tag and variation characters, which
    can carry text that only a model reads, are dropped. A cut is marked with ``…``.
    """
    if text.isascii() and text.isprintable() and "|" not in text and "  " not in text:
        return cut(text.strip(" "), limit)  # nothing below would change it, and nearly every text is so
    # Some servers take "<|im_start|>" inside a text for the start of a message; OpenAI's does not.
    text = text.replace("<|", "< |").replace("|>", "| >")
    visible = (" " if char.isspace() else "" if _is_unseen(char) else char for char in text)
    line = re.sub(" +", " ", "".join(visible)).strip()
    return cut(line, limit)


def cut(line: str, limit: int) -> str:
    """The line, or as much of it as ``limit`` characters have room for, with ``…`` as the last of them."""
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _is_unseen(char: str) -> bool:
    """Also variation selectors, and everything from the tag characters on."""
    return unicodedata.category(char) in _UNSEEN or 0xFE00 <= ord(char) <= 0xFE0F or ord(char) >= 0xE0000
