"""How people's text reaches the model: as rows that no memo can leave, forge or swell."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from bot.domain.transaction import MEMO_LIMIT, VENDOR_LIMIT, Transaction

ROW_TOKENS = 30
WORD = 14
_LENGTHS = ((VENDOR_LIMIT, MEMO_LIMIT), (80, 200), (60, 100), (40, 60), (30, 30), (20, 12), (8, 4))
_PIECES = re.compile(r"[A-Za-z]+|[0-9]+|[^\x00-\x7f]|[!-/:-@\[-`{-~\t]")
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}


def one_line(text: str, limit: int) -> str:
    """``text`` on one line, without characters that cannot be seen, at most ``limit`` long.

    Tabs and line ends become spaces; zero-width, bidirectional, tag and variation characters, which
    can carry text that only a model reads, are dropped. A cut is marked with ``…``.
    """
    seen = (" " if char.isspace() else "" if _unseen(char) else char for char in text)
    line = re.sub(" +", " ", "".join(seen)).strip()
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN or 0xFE00 <= ord(char) <= 0xFE0F or ord(char) >= 0xE0000


def quoted_rows(transactions: Sequence[Transaction]) -> str:
    """The user message about these transactions: begin mark, one line for each, end mark.

    Long texts are shortened only where the rows together would pass ``ROW_TOKENS`` each.
    """
    for vendor_limit, memo_limit in _LENGTHS:
        rows = [_row(transaction, vendor_limit, memo_limit) for transaction in transactions]
        if sum(map(_weight, rows)) <= ROW_TOKENS * len(rows):
            break
    begin, end = marks(transactions)
    return "\n".join((f"begin {begin}", *rows, f"end {end}"))


def marks(transactions: Sequence[Transaction]) -> tuple[str, str]:
    """Two marks that an answer repeats, to show that it is about these rows and saw both their ends."""
    digest = hashlib.sha256("".join(f"{one.ref} {one.content_hash}\n" for one in transactions).encode())
    return digest.hexdigest()[:4], digest.hexdigest()[-4:]


def _row(transaction: Transaction, vendor_limit: int, memo_limit: int) -> str:
    amount = f"{transaction.amount:f}"
    if "." in amount:
        amount = amount.rstrip("0").rstrip(".")
    fields = [
        str(transaction.ref),
        f"{amount} {transaction.currency}",
        one_line(transaction.vendor, vendor_limit),
    ]
    if transaction.memo is not None:
        fields.append(one_line(transaction.memo, memo_limit))
    return "\t".join(fields)


def _weight(row: str) -> int:
    """About how many tokens a row costs, rather too many than too few."""
    return 1 + sum(_piece_weight(piece) for piece in _PIECES.findall(row))


def _piece_weight(piece: str) -> int:
    if not piece.isascii():
        return 3 if piece > "\uffff" else 1 if piece < "\u0250" else 2
    if piece.isdigit():
        return -(-len(piece) // 3)
    if not piece.isalpha():
        return 1
    # No word is as long as a code or gibberish, which costs a token for every letter or two.
    word = min(len(piece), WORD)
    return -(-word // (3 if piece.isupper() else 4)) + len(piece) - word
