"""Characters in a text that nobody sees, told in words.

What a script needs to be written well is ordinary: joiners between letters of Indian and Arabic scripts and
inside emoji, direction marks beside letters that run from right to left, variants of an ideograph or emoji.
"""

import re
import unicodedata
from collections import Counter

from bot.domain.names import is_invisible

_JOINERS = "\u200c\u200d"
_DIRECTION_MARKS = "\u200e\u200f\u061c"
_RIGHT_TO_LEFT = ("R", "AL")
_FLAGS_OF_COUNTRIES = re.compile(
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|"
    "\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_KINDS = (
    (
        re.compile("[\u200b\u2060\ufeff\u180e\u00ad\u034f]"),
        "character without width",
        "characters without width",
    ),
    (re.compile("[\u200c\u200d]"), "joiner", "joiners"),
    (re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"), "direction mark", "direction marks"),
    (
        re.compile("[\U000e0000-\U000e007f]"),
        "hidden letter (tag character)",
        "hidden letters (tag characters)",
    ),
    (re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]"), "variation selector", "variation selectors"),
)


def hidden_in(text: str) -> str | None:
    """What is hidden in the text, as the end of a sentence with numbers; ``None`` where nothing is.

    ``2 characters without width and 1 direction mark``; the text itself is not repeated.
    """
    if text.isascii() and text.isprintable():
        return None
    shown = _FLAGS_OF_COUNTRIES.sub("", text)
    from_right = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in shown if char.isalpha())
    kinds = Counter(
        _kind_of(char)
        for at, char in enumerate(shown)
        if is_invisible(char) and not _is_ordinary(shown, at, char, from_right)
    )
    parts = [f"{count} {names[count > 1]}" for names, count in kinds.items()]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _kind_of(char: str) -> tuple[str, str]:
    for pattern, one, several in _KINDS:
        if pattern.match(char):
            return one, several
    if unicodedata.category(char) == "Cc":
        return "control character", "control characters"
    return "invisible character", "invisible characters"


def _is_ordinary(text: str, at: int, char: str, from_right: bool) -> bool:
    """Whether the script or emoji around an invisible character needs it.

    ``from_right`` says that letters of the text run from right to left.
    """
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if char in _JOINERS:
        return _needs_joiners(before) and (not after or _needs_joiners(after) or after.isspace())
    if char in _DIRECTION_MARKS:
        return from_right
    if "\ufe00" <= char <= "\ufe0f":
        return bool(before) and (
            _is_symbol(before) or "\u4e00" <= before <= "\u9fff" or before in "0123456789#*"
        )
    if "\U000e0100" <= char <= "\U000e01ef":
        return "\u3400" <= before <= "\u9fff"
    return False


def _needs_joiners(char: str) -> bool:
    """Whether it is an emoji, or of a script whose letters take other forms beside each other."""
    return bool(char) and ("\u0600" <= char <= "\u0dff" or _is_symbol(char) or char == "\ufe0f")


def _is_symbol(char: str) -> bool:
    return bool(char) and unicodedata.category(char) in ("So", "Sk", "Sm", "Po")
