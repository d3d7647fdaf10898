"""Two versions of one payment compared: what was changed, in words for people."""

from bot.domain.bounds import shortened
from bot.domain.lists import joined_with_and
from bot.domain.money import format_amount
from bot.domain.names import visible
from bot.domain.transaction import Transaction

QUOTED = 60  # characters of a text that a sentence about a change quotes
ENDING = 4  # characters of a bank account that are shown
PAYEE = ("vendor", "account")
_TEXTS = ("vendor", "memo", "invoice", "account", "date", "category")


def changed_fields(before: Transaction, after: Transaction) -> tuple[str, ...]:
    """The names of the fields in which two versions differ; amount and currency are one, ``amount``."""
    money = ("amount",) if _money(before) != _money(after) else ()
    return money + tuple(name for name in _TEXTS if getattr(before, name) != getattr(after, name))


def changes_in_words(before: Transaction, after: Transaction) -> str:
    """``the amount from USD 12,000.00 to USD 9,000.00 and the memo from “Trip” to “Workshop”``."""
    return joined_with_and(
        [
            f"the {name} from {_shown(before, name)} to {_shown(after, name)}"
            for name in changed_fields(before, after)
        ]
    )


def is_about_payee(before: Transaction, after: Transaction) -> bool:
    """Whether the money goes to somebody else, by name or by bank account."""
    return any(name in PAYEE for name in changed_fields(before, after))


def _money(payment: Transaction) -> str:
    return format_amount(payment.amount, payment.currency)


def _shown(payment: Transaction, name: str) -> str:
    if name == "amount":
        return _money(payment)
    value = getattr(payment, name)
    if value is None or value == "":
        return "none"
    if name == "date":
        return str(value)
    if name == "account":  # of which people see the end alone, as on the card
        return f"the one ending in {value[-ENDING:]}"
    return f"“{shortened(visible(value), QUOTED)}”"
