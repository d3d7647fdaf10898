"""How people's text reaches the model: as rows that no memo can leave, forge or swell."""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.domain.transaction import MEMO_LIMIT, VENDOR_LIMIT, Transaction
from bot.llm.printable import cut, printable_line
from bot.llm.tokens import about_tokens

ROW_TOKENS = 30
# Where there are few rows, they have this together: the longest memo and vendor of one row take less.
CALL_TOKENS = 1_500
# Of a memo or vendor that is longer, at least so many characters have to be sent for a row to be judged.
MEMO_SENT = 120
VENDOR_SENT = 40
# Facts are told in what ordinary rows leave of 26 tokens, with the prompt's share of a full call (5 to 6).
FACTS_TOKENS = 4
WITH_FACTS_TOKENS = 20
FACT_LIMIT = 80  # characters
# How many tokens any row may cost, from more than any row does down to the share of each. The first of these
# under which the rows together fit is taken: so the heaviest rows are shortened first, and in small steps, to
# lose little more than they must.
_MOST_TOKENS = (10_000, 400, 250, 160, 120, 90, 75, 60, 50, 40, 35, ROW_TOKENS)


class TextLimits(NamedTuple):
    """How many characters of a vendor and of a memo are sent."""

    vendor: int
    memo: int


# The lengths in which a row may be sent, longest first; the vendor keeps the larger part of its text. The
# last ones are for texts that cost up to three tokens a character, so that any row fits into ``ROW_TOKENS``.
_TEXT_LIMITS = (
    TextLimits(vendor=VENDOR_LIMIT, memo=MEMO_LIMIT),
    TextLimits(vendor=120, memo=300),
    TextLimits(vendor=80, memo=200),
    TextLimits(vendor=70, memo=140),
    TextLimits(vendor=60, memo=100),
    TextLimits(vendor=50, memo=80),
    TextLimits(vendor=40, memo=60),
    TextLimits(vendor=30, memo=40),
    TextLimits(vendor=20, memo=20),
    TextLimits(vendor=8, memo=8),
    TextLimits(vendor=5, memo=3),
)


class RowVersion(NamedTuple):
    """A row as it may be sent, with about how many tokens it costs.

    It is ``legible`` where enough of its texts is left to judge the payment by.
    """

    tokens: int
    text: str
    legible: bool


class QuotedRows(NamedTuple):
    """The user message about some payments, and the references of those it cuts too short to judge."""

    text: str
    cut: frozenset[int]


def quoted_rows(transactions: Sequence[Transaction], facts: Mapping[str, str] | None = None) -> QuotedRows:
    """The user message about these payments: begin mark, one line for each, end mark.

    Long texts are shortened only where the rows together would pass ``ROW_TOKENS`` each and
    ``CALL_TOKENS``, the longest first; a row within that share is never shortened for the sake of
    others. ``facts`` about a vendor stand on a line of their own below its first row, as many of them
    as there is room for.
    """
    versions_of_rows = [_versions(transaction) for transaction in transactions]
    room = max(CALL_TOKENS, ROW_TOKENS * len(transactions))
    for most in _MOST_TOKENS:
        chosen = [_longest_within(most, versions) for versions in versions_of_rows]
        tokens = sum(version.tokens for version in chosen)
        if tokens <= room:
            break
    fact_lines = _fact_lines(transactions, facts, tokens) if facts else {}
    begin, end = marks(transactions)
    lines = [f"begin {begin}"]
    for place, version in enumerate(chosen):
        lines.append(version.text)
        if place in fact_lines:
            lines.append(f"= {fact_lines[place]}")
    illegible = (
        transaction.ref
        for transaction, version in zip(transactions, chosen, strict=True)
        if not version.legible
    )
    return QuotedRows("\n".join((*lines, f"end {end}")), frozenset(illegible))


def _longest_within(most: int, versions: Sequence[RowVersion]) -> RowVersion:
    return next((version for version in versions if version.tokens <= most), versions[-1])


def _fact_lines(
    transactions: Sequence[Transaction], facts: Mapping[str, str], row_tokens: int
) -> dict[int, str]:
    """What is told, by the place of the row above it; first of those vendors who are paid most at once."""
    count = len(transactions)
    room = min(FACTS_TOKENS * count, WITH_FACTS_TOKENS * count - row_tokens)
    first_place: dict[str, int] = {}
    largest: dict[str, Decimal] = {}
    for place, transaction in enumerate(transactions):
        vendor = transaction.vendor
        if facts.get(vendor):
            first_place.setdefault(vendor, place)
            largest[vendor] = max(largest.get(vendor, Decimal(0)), abs(transaction.amount))
    lines: dict[int, str] = {}
    for vendor in sorted(first_place, key=lambda name: (-largest[name], first_place[name])):
        line = printable_line(facts[vendor], FACT_LIMIT)
        tokens = about_tokens(line) + 2  # with the "= " before it and the line end
        if tokens <= room:
            lines[first_place[vendor]] = line
            room -= tokens
    return lines


def marks(transactions: Sequence[Transaction]) -> tuple[str, str]:
    """Two marks that an answer repeats, to show that it is about these rows and saw both their ends."""
    rows = "".join(f"{transaction.ref} {transaction.content_hash}\n" for transaction in transactions)
    digest = hashlib.sha256(rows.encode()).hexdigest()
    return digest[:4], digest[-4:]


def _versions(transaction: Transaction) -> list[RowVersion]:
    """The row whole, then, where that is a heavy one, shorter and shorter."""
    amount = f"{transaction.amount:f}"
    if "." in amount:
        amount = amount.rstrip("0").rstrip(".")
    fields = (str(transaction.ref), f"{amount} {transaction.currency}")
    vendor = printable_line(transaction.vendor, VENDOR_LIMIT)
    memo = () if transaction.memo is None else (printable_line(transaction.memo, MEMO_LIMIT),)
    versions: list[RowVersion] = []
    for limits in _TEXT_LIMITS:
        row = "\t".join((*fields, cut(vendor, limits.vendor), *(cut(text, limits.memo) for text in memo)))
        legible = (limits.vendor >= VENDOR_SENT or len(vendor) <= limits.vendor) and (
            limits.memo >= MEMO_SENT or all(len(text) <= limits.memo for text in memo)
        )
        versions.append(RowVersion(about_tokens(row), row, legible))
        if versions[0].tokens <= ROW_TOKENS:
            break
    return versions
