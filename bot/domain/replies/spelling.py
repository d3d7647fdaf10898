"""How a reply is typed: spaces, accents and cases that make no difference to its meaning."""

import re
import unicodedata

from bot.domain.names import is_invisible
from bot.domain.replies.phrases import LETTERS

# Accents may follow their letter, as some keyboards send them. Nothing here poses as a plain letter.
_MARKS = set("\u0300\u0301\u0302\u0303\u0308\u0327¿")
_WRITTEN = LETTERS | {char.upper() for char in LETTERS if char != "ß"} | _MARKS


def single_spaced(line: str) -> str:
    """The line with one plain space for every run of spaces of any kind, and none at its ends."""
    spaced = (" " if char == "\t" or unicodedata.category(char) == "Zs" else char for char in line)
    return re.sub(" +", " ", "".join(spaced)).strip(" ")


def plain_command(command: str) -> str | None:
    """A command in lower case and composed (NFC); ``None`` where a character in it stands in no phrase."""
    typed = command.replace("’", "'").replace("–", "-")
    if not all(char.isprintable() if char.isascii() else char in _WRITTEN for char in typed):
        return None
    return unicodedata.normalize("NFC", typed).lower()


def folded(text: str) -> str:
    """The text in lower case, without accents and what nobody sees, so that words can be compared."""
    visible = "".join(char for char in text if not is_invisible(char))
    apart = unicodedata.normalize("NFKD", visible).casefold().replace("’", "'")
    return "".join(char for char in apart if unicodedata.category(char) != "Mn")
