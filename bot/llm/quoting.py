"""How people's text reaches the model: as rows that no memo can leave, forge or swell."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from bot.domain.transaction import MEMO_LIMIT, VENDOR_LIMIT, Transaction

ROW_TOKENS = 30
# Where there are few rows, they have this together: the longest memo and vendor of one row take less.
CALL_TOKENS = 1_500
# Of a memo or vendor that is longer, at least so many characters have to be sent for a row to be judged.
MEMO_SENT = 120
VENDOR_SENT = 40
WORD = 10
# Facts are told in what ordinary rows leave of 26 tokens, with the prompt's share of a full call (5 to 6).
FACTS_TOKENS = 4
WITH_FACTS_TOKENS = 20
FACT_LIMIT = 80
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
    if text.isascii() and text.isprintable() and "|" not in text and "  " not in text:
        return _cut(text.strip(" "), limit)  # nothing below would change it, and nearly every text is so
    # Some servers take "<|im_start|>" inside a text for the start of a message; OpenAI's does not.
    text = text.replace("<|", "< |").replace("|>", "| >")
    seen = (" " if char.isspace() else "" if _unseen(char) else char for char in text)
    line = re.sub(" +", " ", "".join(seen)).strip()
    return _cut(line, limit)


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN or 0xFE00 <= ord(char) <= 0xFE0F or ord(char) >= 0xE0000


class Version(NamedTuple):
    """A row as it may be sent; ``legible`` where enough of it is left to judge it by."""

    weight: int
    text: str
    legible: bool


class Quoted(NamedTuple):
    """The user message about some transactions, and the references of those it cuts too short to judge."""

    text: str
    cut: frozenset[int]


def quoted_rows(transactions: Sequence[Transaction], facts: Mapping[str, str] | None = None) -> str:
    """The text of :func:`quoted`."""
    return quoted(transactions, facts).text


def quoted(transactions: Sequence[Transaction], facts: Mapping[str, str] | None = None) -> Quoted:
    """The user message about these transactions: begin mark, one line for each, end mark.

    Long texts are shortened only where the rows together would pass ``ROW_TOKENS`` each and
    ``CALL_TOKENS``, the longest first; a row within that share is never shortened for the sake of
    others. ``facts`` about a vendor stand on a line of their own below its first row, as many of them
    as there is room for.
    """
    written = [_versions(transaction) for transaction in transactions]
    for most in _SHARES:
        chosen = [next((one for one in row if one.weight <= most), row[-1]) for row in written]
        weight = sum(one.weight for one in chosen)
        if weight <= max(CALL_TOKENS, ROW_TOKENS * len(chosen)):
            break
    told = _facts(transactions, facts, weight) if facts else {}
    begin, end = marks(transactions)
    lines = [f"begin {begin}"]
    for place, one in enumerate(chosen):
        lines += [one.text, f"= {told[place]}"] if place in told else [one.text]
    cut = (row.ref for row, one in zip(transactions, chosen, strict=True) if not one.legible)
    return Quoted("\n".join((*lines, f"end {end}")), frozenset(cut))


def _facts(transactions: Sequence[Transaction], facts: Mapping[str, str], weight: int) -> dict[int, str]:
    """What is told, by the place of the row above it; first of those vendors who are paid most at once."""
    count = len(transactions)
    room = min(FACTS_TOKENS * count, WITH_FACTS_TOKENS * count - weight)
    first: dict[str, int] = {}
    largest: dict[str, Decimal] = {}
    for place, one in enumerate(transactions):
        if facts.get(one.vendor):
            first.setdefault(one.vendor, place)
            largest[one.vendor] = max(largest.get(one.vendor, Decimal(0)), abs(one.amount))
    told: dict[int, str] = {}
    for vendor in sorted(first, key=lambda name: (-largest[name], first[name])):
        line = one_line(facts[vendor], FACT_LIMIT)
        cost = about_tokens(line) + 2
        if cost <= room:
            told[first[vendor]] = line
            room -= cost
    return told


def marks(transactions: Sequence[Transaction]) -> tuple[str, str]:
    """Two marks that an answer repeats, to show that it is about these rows and saw both their ends."""
    digest = hashlib.sha256("".join(f"{one.ref} {one.content_hash}\n" for one in transactions).encode())
    return digest.hexdigest()[:4], digest.hexdigest()[-4:]


def _versions(transaction: Transaction) -> list[Version]:
    """The row with its weight: whole, then, where that is a heavy one, shorter and shorter."""
    amount = f"{transaction.amount:f}"
    if "." in amount:
        amount = amount.rstrip("0").rstrip(".")
    facts = (str(transaction.ref), f"{amount} {transaction.currency}")
    vendor = one_line(transaction.vendor, VENDOR_LIMIT)
    memo = () if transaction.memo is None else (one_line(transaction.memo, MEMO_LIMIT),)
    versions: list[Version] = []
    for vendor_limit, memo_limit in _LENGTHS:
        row = "\t".join((*facts, _cut(vendor, vendor_limit), *(_cut(text, memo_limit) for text in memo)))
        legible = (vendor_limit >= VENDOR_SENT or len(vendor) <= vendor_limit) and (
            memo_limit >= MEMO_SENT or all(len(text) <= memo_limit for text in memo)
        )
        versions.append(Version(about_tokens(row), row, legible))
        if versions[0].weight <= ROW_TOKENS:
            break
    return versions


def about_tokens(text: str) -> int:
    """About how many tokens a text costs, rather too many than too few."""
    return 1 + sum(map(_piece_weight, _PIECES.findall(text)))


@lru_cache(maxsize=4096)
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
