"""What the bot asks where it does not understand a reply: one sentence for the case, and one example."""

from collections.abc import Iterable, Sequence

from bot.domain.conversation import Unclear
from bot.domain.lists import joined_with_and
from bot.domain.money import format_amount
from bot.domain.payment_facts import PaymentFacts


def unclear(what: str, payments: Sequence[PaymentFacts] = (), verb: str = "approve") -> Unclear:
    """A question of a sentence without its full stop, with an example made of an open payment."""
    example = next((payment.ref for payment in payments if payment.waits), None)
    shown = f" You can say, for example: {verb} {example}." if example else ""
    return Unclear(question=f"{what}. Nothing was changed.{shown}")


def nothing_changed(what: str) -> Unclear:
    """A question that says that nothing was changed, of half a sentence that this can end."""
    return Unclear(question=f"{what}, so I changed nothing. Please name payments by their reference.")


LISTED = 5  # payments that a question names


class CannotTell(Exception):
    """The words may mean one payment or another; the text is a question's first sentence, not its full stop.

    ``among`` are the payments that may be meant, of which an example can be made.
    """

    def __init__(self, words: str, among: Sequence[PaymentFacts] = ()) -> None:
        super().__init__(f"{words}{listed(among)}")
        self.among = among


def listed(payments: Sequence[PaymentFacts]) -> str:
    """``: #2 USD 500.00 to Initech, ...`` as the rest of a question; empty for none."""
    named = [payment_in_words(payment) for payment in payments[:LISTED]]
    more = f" and {len(payments) - LISTED:,} more" if len(payments) > LISTED else ""
    return f": {', '.join(named)}{more}" if named else ""


def payment_in_words(payment: PaymentFacts) -> str:
    """``#2 USD 500.00 to Initech``."""
    return f"#{payment.ref} {format_amount(payment.amount, payment.currency)} to {payment.vendor}"


def numbered(refs: Iterable[int]) -> str:
    """``#1, #2 and #3``."""
    return joined_with_and(f"#{ref}" for ref in refs)


def briefly(refs: Sequence[int]) -> str:
    """``#1, #2 and 7 more``, of at most ten."""
    more = f" and {len(refs) - 10:,} more" if len(refs) > 10 else ""
    return f"{', '.join(f'#{ref}' for ref in refs[:10])}{more}"
