"""Read a human's reply by code: what acts, what is proposed, what is answered, and what is left alone.

Two steps, so that payments are loaded only for the replies that need them:

1. ``read_reply`` needs nothing but the text. Where its ``needs`` is ``NOTHING`` that is all.
2. ``read_in_review`` reads the text again among the payments of the review, where ``needs`` asks for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conversation import Reading
from bot.domain.replies.payment import PaymentFacts


class Certainty(StrEnum):
    """What may be done with a reading.

    ``EXACT``: a complete command acts at once, a question is answered.
    ``DESCRIBED``: decisions are proposed, and done only when their author confirms them; a question is answered;
    ``Unclear`` is asked as it stands and not given to the model.
    ``UNREAD``: no code can read it. The reading is ``Unclear``; the model may try instead.
    ``TALK``: people talk to each other. The reading is ``Talk``; nothing is answered, and no model is asked.
    """

    EXACT = "exact"
    DESCRIBED = "described"
    UNREAD = "unread"
    TALK = "talk"


class Needs(StrEnum):
    """Which payments the second step needs: none (there is no second step), the flagged ones, or all."""

    NOTHING = "nothing"
    FLAGGED = "flagged"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """What a reply means as far as code can tell.

    ``notes`` are whole sentences about what a proposal leaves out and why, for people.
    """

    text: str
    reading: Reading
    certainty: Certainty
    needs: Needs = Needs.NOTHING
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a reply is said: the payments that ``needs`` asked for, in the order of their references.

    ``total`` is how many payments the review has. ``named`` says whether the reply is spoken to the bot: it names
    the bot, or follows a question that the bot put to its author.
    """

    payments: Sequence[PaymentFacts]
    total: int
    named: bool = False


def read_reply(text: str) -> ReplyReading:
    """The first step: read ``text`` alone; never raises."""
    raise NotImplementedError


def read_in_review(reply: ReplyReading, scene: Scene) -> ReplyReading:
    """The second step: read the reply among the payments of the review; never raises."""
    raise NotImplementedError
