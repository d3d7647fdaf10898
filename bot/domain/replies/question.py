"""What the bot asks where it does not understand a reply: one sentence for the case, and one example."""

from collections.abc import Sequence

from bot.domain.conversation import Unclear
from bot.domain.replies.payment import PaymentFacts


def unclear(what: str, payments: Sequence[PaymentFacts] = (), verb: str = "approve") -> Unclear:
    """A question of a sentence without its full stop, with an example made of an open payment."""
    example = next((payment.ref for payment in payments if payment.undecided and payment.flagged), None)
    shown = f" You can say, for example: {verb} {example}." if example else ""
    return Unclear(question=f"{what}. Nothing was changed.{shown}")


def nothing_changed(what: str) -> Unclear:
    """A question that says that nothing was changed, of half a sentence that this can end."""
    return Unclear(question=f"{what}, so I changed nothing. Please name payments by their reference.")
