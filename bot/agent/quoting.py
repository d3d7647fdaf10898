"""How people's text reaches the model: as rows that no memo can leave, forge or swell."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from bot.domain.transaction import MEMO_LIMIT, VENDOR_LIMIT, Transaction

ROW_TOKENS = 30
WORD = 10
_SHARES = (10_000, 400, 250, 160, 120, 90, 75, 60, 50, 40, 35, ROW_TOKENS)
_LENGTHS = (
    (VENDOR_LIMIT, MEMO_LIMIT),
    (120, 300),
    (80, 200),
    (70, 140),
    (60, 100),
    (50, 80),
    (40, 60),
    (30, 40),
    (20, 20),
    (8, 8),
    (5, 3),
)
_PIECES = re.compile(r"[A-Za-z]+|[0-9]+|[^\x00-\x7f]|[!-/:-@\[-`{-~\t]")
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}


def one_line(text: str, limit: int) -> str:
    """``text`` on one line, without characters that cannot be seen, at most ``limit`` long.

    Tabs and line ends become spaces; zero-width, bidirectional, tag and variation characters, which
    can carry text that only a model reads, are dropped. A cut is marked with ``…``.
    """
    # Some servers take "<|im_start|>" inside a text for the start of a message; OpenAI's does not.
    text = text.replace("<|", "< |").replace("|>", "| >")
    seen = (" " if char.isspace() else "" if _unseen(char) else char for char in text)
    line = re.sub(" +", " ", "".join(seen)).strip()
    return _cut(line, limit)


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN or 0xFE00 <= ord(char) <= 0xFE0F or ord(char) >= 0xE0000


def quoted_rows(transactions: Sequence[Transaction]) -> str:
    """The user message about these transactions: begin mark, one line for each, end mark.

    Long texts are shortened only where the rows together would pass ``ROW_TOKENS`` each, the longest
    first; a row within that share is never shortened for the sake of others.
    """
    written = [_versions(transaction) for transaction in transactions]
    for most in _SHARES:
        chosen = [next((one for one in row if one[0] <= most), row[-1]) for row in written]
        if sum(weight for weight, _ in chosen) <= ROW_TOKENS * len(chosen):
            break
    rows = [row for _, row in chosen]
    begin, end = marks(transactions)
    return "\n".join((f"begin {begin}", *rows, f"end {end}"))


def marks(transactions: Sequence[Transaction]) -> tuple[str, str]:
    """Two marks that an answer repeats, to show that it is about these rows and saw both their ends."""
    digest = hashlib.sha256("".join(f"{one.ref} {one.content_hash}\n" for one in transactions).encode())
    return digest.hexdigest()[:4], digest.hexdigest()[-4:]


def _versions(transaction: Transaction) -> list[tuple[int, str]]:
    """The row with its weight: whole, then, where that is a heavy one, shorter and shorter."""
    amount = f"{transaction.amount:f}"
    if "." in amount:
        amount = amount.rstrip("0").rstrip(".")
    facts = (str(transaction.ref), f"{amount} {transaction.currency}")
    vendor = one_line(transaction.vendor, VENDOR_LIMIT)
    memo = () if transaction.memo is None else (one_line(transaction.memo, MEMO_LIMIT),)
    versions: list[tuple[int, str]] = []
    for vendor_limit, memo_limit in _LENGTHS:
        row = "\t".join((*facts, _cut(vendor, vendor_limit), *(_cut(text, memo_limit) for text in memo)))
        versions.append((_weight(row), row))
        if versions[0][0] <= ROW_TOKENS:
            break
    return versions


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
    return -(-word // (3 if piece.isupper() else 6)) + len(piece) - word
