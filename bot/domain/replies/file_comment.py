"""Which payments files are for, as somebody says beside them: "receipt for 3"."""

import re

# Words before a number that name a payment with it; a number without one may be anything else.
BEFORE = (
    *("for", "payment", "payments", "für", "zu", "zahlung", "zahlungen", "para", "pago", "pagos"),
    *("pour", "paiement", "paiements", "per", "pagamento", "pagamenti", "voor", "betaling", "betalingen"),
    *("do", "dla", "płatność", "płatności", "pagamentos"),
)
AND = ("and", "und", "y", "et", "e", "en", "i", "&", r"\+", ",")

_NUMBER = r"#?\d{1,5}"
_LIST = rf"{_NUMBER}(?:\s*(?:{'|'.join(AND)})\s*{_NUMBER})*"
# Not the day of a date, the beginning of an amount, or a number in front of a name or a currency.
_END = r"(?![\w]|[.,:/-]\d|\s+(?-i:[A-ZÄÖÜ€$£]))"
_NAMED = re.compile(rf"(?:^\s*|\b(?:{'|'.join(BEFORE)})\s+|(?=#))(?P<list>{_LIST}){_END}", re.IGNORECASE)
_REF = re.compile(r"\d{1,5}")


def payments_named(comment: str, total: int) -> tuple[int, ...]:
    """References of the payments that a comment names; none where it names none of the ``total``, or others.

    A number counts behind ``#``, behind a word as "for" or "payment", and at the beginning.
    """
    found = [int(ref) for match in _NAMED.finditer(comment) for ref in _REF.findall(match["list"])]
    refs = tuple(sorted(set(found)))
    return refs if all(1 <= ref <= total for ref in refs) else ()
