"""Read a human's reply once, by code: a command, a description to confirm, or a question.

Two steps, so that payments are loaded only for the replies that may describe them:

1. ``read_reply`` needs nothing but the text. ``EXACT`` is done at once.
2. ``read_described`` is called where the first step answers ``DESCRIBABLE``, with the flagged payments of
   the review.

What is ``UNREAD`` after that, the model may try to read, where there is one; else its question is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.conversation import Reading, Unclear
from bot.domain.replies.amendment import amended, read_amendment
from bot.domain.replies.description import describe, may_describe
from bot.domain.replies.grammar import read_exactly
from bot.domain.replies.payment import FlaggedPayment


class Certainty(StrEnum):
    """How sure the reading of a reply is, and so what may be done with it.

    ``EXACT``: a command or a question of the exact grammar, which acts or is answered at once.
    ``DESCRIBABLE``: no command, but it may describe payments: ask ``read_described``.
    ``DESCRIBED``: a proposal, done only when its author confirms it; with ``Unclear`` a question about what
    was described, which is asked as it stands and not given to the model.
    ``UNREAD``: no code can read it. The reading is ``Unclear``; the model may try instead.
    """

    EXACT = "exact"
    DESCRIBABLE = "describable"
    DESCRIBED = "described"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """What a reply means as far as code can tell; the reading is ``Unclear`` unless it was read."""

    text: str
    reading: Reading
    certainty: Certainty


def read_reply(text: str) -> ReplyReading:
    """The first step: read ``text`` by the exact grammar; never raises."""
    reading = read_exactly(text)
    if not isinstance(reading, Unclear):
        return ReplyReading(text, reading, Certainty.EXACT)
    describable = may_describe(text) or read_amendment(text) is not None
    return ReplyReading(text, reading, Certainty.DESCRIBABLE if describable else Certainty.UNREAD)


def read_described(reply: ReplyReading, payments: Sequence[FlaggedPayment]) -> ReplyReading:
    """The second step, for a ``DESCRIBABLE`` reply: what it says about these payments of the review.

    ``payments`` are all flagged ones, decided ones too. Any other reply is returned as it came; never raises.
    """
    if reply.certainty is not Certainty.DESCRIBABLE:
        return reply
    undecided = [payment for payment in payments if payment.undecided]
    reading: Reading | None = describe(reply.text, undecided)
    if reading is None and (wanted := read_amendment(reply.text)):
        reading = amended(wanted, payments)
    if reading is None:
        return replace(reply, certainty=Certainty.UNREAD)
    return replace(reply, reading=reading, certainty=Certainty.DESCRIBED)
