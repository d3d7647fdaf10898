"""The conversation of a review: its turns, and what a human's reply can mean."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator


class _Frozen(BaseModel):
    """A value that is never changed."""

    model_config = ConfigDict(frozen=True)


class Party(StrEnum):
    """The two parties of the conversation."""

    HUMAN = "human"
    FINANCE_BOT = "finance_bot"


class Medium(StrEnum):
    """By which way a turn came."""

    BUTTON = "button"
    THREAD_REPLY = "thread reply"
    COMMAND = "command"
    DIRECT_MESSAGE = "direct message"
    API = "API"


class TurnKind(StrEnum):
    """What a turn is, so that it can be shown and answered as such.

    ``UNREAD`` and ``UNREAD_QUESTION`` wait for the model. The second gets an answer in any case; the first
    may be talk among people, and then gets none. What people do by button shows on the card and not in the
    thread, unless it is ``TOLD``: one line about many payments.
    """

    PLAIN = "plain"
    UNREAD = "unread"
    UNREAD_QUESTION = "unread question"
    OPENING = "opening"
    PROPOSAL = "proposal"
    SUMMARY = "summary"
    MODEL = "model"
    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"
    EVIDENCE = "evidence"
    TOLD = "told"
    ESCALATION = "escalation"
    STAND_IN = "stand-in"  # the bot's answer to a decision that somebody made for another, who is ``to``


class Turn(_Frozen):
    """One message of the conversation; ``at`` is aware UTC, ``actor`` the Slack id of a human.

    ``how`` is the way it came, ``form`` what kind of turn it is. ``seq`` counts from 1 inside the review and
    is given by the store; ``proposal`` is the id of what a turn proposes. ``refs`` are the payments that a
    turn of the bot is about, where its text names only some of them, or that a question, an answer, a note or
    evidence is about; ``to`` is the Slack id of whom such a turn is for, of an escalation several with spaces
    between them.
    """

    who: Party
    how: Medium
    text: str
    at: datetime
    actor: str | None = None
    form: TurnKind = TurnKind.PLAIN
    proposal: str = ""
    seq: int = 0
    refs: tuple[int, ...] = ()
    to: str = ""


class DecisionKind(StrEnum):
    """What a human may decide about a flagged transaction."""

    APPROVED = "approved"
    REJECTED = "rejected"
    HELD = "held"


VERB_OF: Mapping[DecisionKind, str] = {
    DecisionKind.APPROVED: "approve",
    DecisionKind.REJECTED: "reject",
    DecisionKind.HELD: "hold",
}
"""The one English verb for each decision: in buttons, in proposals, in the model's answers."""

KIND_OF: Mapping[str, DecisionKind] = {verb: kind for kind, verb in VERB_OF.items()}
"""The decision for each of those verbs."""


class DecisionRequest(_Frozen):
    """One decision somebody asks for; ``refs`` is ``None`` for everything that is undecided.

    ``but`` names what a general one leaves out; what is undecided is only known when the step is taken.
    """

    kind: DecisionKind
    refs: tuple[int, ...] | None = None
    reason: str = ""
    but: tuple[int, ...] = ()

    @field_validator("reason")
    @classmethod
    def _on_one_line(cls, reason: str) -> str:
        # A reason stands inside lines of ours, so it must not be able to fake one.
        return " ".join(reason.split())


class Change(_Frozen):
    """What a decision made before is to become; ``None`` takes it back, so that it is undecided again."""

    refs: tuple[int, ...]
    kind: DecisionKind | None = None
    reason: str = ""

    @field_validator("reason")
    @classmethod
    def _on_one_line(cls, reason: str) -> str:
        return " ".join(reason.split())


class Correct(_Frozen):
    """The reply asks to replace or take back decisions that its author made."""

    changes: tuple[Change, ...]
    means: Literal["correct"] = "correct"


class Decide(_Frozen):
    """The reply asks for decisions, all of which were understood."""

    asks: tuple[DecisionRequest, ...]


class Skip(_Frozen):
    """The reply asks to hold everything that is undecided; nothing is approved."""

    means: Literal["skip"] = "skip"  # by which a stored proposal is read back as this kind


class Exit(_Frozen):
    """The reply asks to close the review; what is undecided or on hold is not approved then."""

    means: Literal["exit"] = "exit"


class Release(_Frozen):
    """The reply asks to take payments off hold, so that they need a decision again."""

    refs: tuple[int, ...]
    means: Literal["release"] = "release"


class Reopen(_Frozen):
    """The reply asks to open a review again that is closed."""

    means: Literal["reopen"] = "reopen"


class AskSubmitter(_Frozen):
    """The reply puts a question about payments to who submitted them, in its author's own words."""

    refs: tuple[int, ...]
    question: str
    means: Literal["ask"] = "ask"


class AddNote(_Frozen):
    """The reply writes something down about payments, in its author's own words."""

    refs: tuple[int, ...]
    text: str
    means: Literal["note"] = "note"


class Withdraw(_Frozen):
    """Who submitted payments asks to take them back, so that nobody decides about them."""

    refs: tuple[int, ...]
    means: Literal["withdraw"] = "withdraw"


class OnIt(_Frozen):
    """The reply says that its author is on these payments; on the review where ``refs`` is empty."""

    refs: tuple[int, ...] = ()
    means: Literal["on it"] = "on it"


class Nudge(_Frozen):
    """Who brought the payments asks to have those reminded who can decide about them."""

    means: Literal["nudge"] = "nudge"


class Why(_Frozen):
    """The reply asks why payments were flagged or not; ``refs`` is empty for all undecided ones."""

    refs: tuple[int, ...] = ()


class Help(_Frozen):
    """The reply asks what can be said here."""


class ShowStatus(_Frozen):
    """The reply asks how far the review is."""


class AskOutcomes(_Frozen):
    """The reply asks what became of the payments, as whoever submitted them asks."""


class DescribePayments(_Frozen):
    """The reply asks what is known of the payments with these references."""

    refs: tuple[int, ...]


class PaymentOrder(StrEnum):
    """By what a list of payments is sorted, or grouped where that has few values."""

    REFERENCE = "reference"
    AMOUNT = "amount"
    VENDOR = "vendor"
    RISK = "risk"
    FINDING = "finding"
    STATE = "state"
    PERSON = "person"


class ListPayments(_Frozen):
    """The reply asks which payments there are: those with these references, in this order.

    ``refs`` is ``None`` for all undecided ones, and empty where none is as it was described.
    """

    refs: tuple[int, ...] | None = None
    order: PaymentOrder = PaymentOrder.REFERENCE


class SumPayments(_Frozen):
    """The reply asks what payments add up to; ``refs`` is ``None`` for all of the review."""

    refs: tuple[int, ...] | None = None


class AskHistory(_Frozen):
    """The reply asks what a vendor was paid before; ``vendor`` is its name as a payment here has it."""

    vendor: str


class AskMyDecisions(_Frozen):
    """The reply asks what its author has decided in this review; ``kind`` is ``None`` for every decision."""

    kind: DecisionKind | None = None


class ReviewFact(StrEnum):
    """What can be asked about a review as a whole: who submitted it, and who may decide."""

    SUBMITTER = "submitter"
    DECIDERS = "deciders"


class TellFact(_Frozen):
    """The reply asks about the review as a whole."""

    what: ReviewFact


class Talk(_Frozen):
    """People talk to each other: the reply is kept, and gets no answer."""


class Unclear(_Frozen):
    """Not understood, so nothing is done (law 7 in ARCHITECTURE.md); ``question`` goes back to the human."""

    question: str


Question = (
    Why
    | DescribePayments
    | ListPayments
    | SumPayments
    | AskHistory
    | AskMyDecisions
    | TellFact
    | Help
    | ShowStatus
    | AskOutcomes
)
"""A reply that is answered from what is stored."""

Handling = Release | Reopen | AskSubmitter | AddNote | Withdraw | OnIt | Nudge
"""A reply that moves payments or the review on and decides nothing."""

Reading = Decide | Correct | Skip | Exit | Handling | Question | Talk | Unclear
