"""The fields of a payment in which people write what they like."""

from bot.domain.transaction import Transaction

# How evidence names a field.
MEMO, VENDOR, INVOICE = "memo", "vendor's name", "invoice number"


def free_texts(transaction: Transaction) -> list[tuple[str, str]]:
    """Each field with anything in it: its name in words, and its text; the memo comes first."""
    fields = (
        (MEMO, transaction.memo),
        (VENDOR, transaction.vendor),
        ("category", transaction.category),
        (INVOICE, transaction.invoice),
        ("account", transaction.account),
        ("card", transaction.card),
    )
    return [(name, text) for name, text in fields if text]
