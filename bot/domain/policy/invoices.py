"""When two invoice numbers mean the same invoice, however each of them is typed."""

import re
import unicodedata
from functools import lru_cache

from bot.domain.names import plain_letters

# A number in which letters may stand for digits, as in 1OO, and the digits that they stand for.
_NUMBER = re.compile(r"(?<![^\W\d_])[0-9oil]*[0-9][0-9oil]*(?![^\W\d_])")
_AS_DIGITS = str.maketrans("oil", "011")

# Words that only say that an invoice number follows, in English, German, French and Spanish.
INVOICE_WORDS = frozenset(
    {
        *("inv", "invoice", "in", "no", "nr", "number", "num", "ref", "bill"),
        *("rechnung", "rg", "re", "factura", "facture"),
    }
)


@lru_cache(maxsize=16_384)
def invoice_key(invoice: str | None) -> str:
    """One spelling for one invoice: ``INV-001``, ``inv 1`` and ``1`` are equal; empty without a digit.

    Words that only say "invoice" are dropped and other letters kept (``CN-7``, ``2026/A12``). Letters that
    stand for digits (``1OO``), foreign letters and invisible characters are read as what they look like.
    """
    plain = plain_letters(unicodedata.normalize("NFKC", invoice or "")).casefold()
    plain = _NUMBER.sub(lambda number: number[0].translate(_AS_DIGITS), plain)
    parts = re.findall(r"[0-9]+|[^\W\d_]+", plain)
    kept = [
        part.lstrip("0") or "0" if part.isdigit() else part for part in parts if part not in INVOICE_WORDS
    ]
    return "-".join(kept) if any(part.isdigit() for part in kept) else ""
