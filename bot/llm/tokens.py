"""About how many tokens a text costs, told without the vocabulary of any model."""

import re
from functools import lru_cache

_PIECES = re.compile(r"[A-Za-z]+|[0-9]+|[^\x00-\x7f]|[!-/:-@\[-`{-~\t]")
# Letters. What is longer is a code or gibberish, which costs a token for each letter or two.
_LONGEST_WORD = 10


def about_tokens(text: str) -> int:
    """The tokens of a text by OpenAI's o200k_base, rather too many than too few."""
    return 1 + sum(map(_piece_tokens, _PIECES.findall(text)))


@lru_cache(maxsize=4096)
def _piece_tokens(piece: str) -> int:
    if not piece.isascii():
        return 3 if piece > "\uffff" else 1 if piece < "\u0250" else 2
    if piece.isdigit():
        return -(-len(piece) // 3)
    if not piece.isalpha():
        return 1
    word = min(len(piece), _LONGEST_WORD)
    return -(-word // (3 if piece.isupper() else 6)) + len(piece) - word
