"""The conversation of a review: its turns, and what a human's reply can mean."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator


class Party(StrEnum):
    """The two parties of the conversation."""

    HUMAN = "human"
    FINANCE_BOT = "finance_bot"


class Medium(StrEnum):
    """By which way a turn came."""

    BUTTON = "button"
    THREAD_REPLY = "thread reply"
    COMMAND = "command"
    API = "API"


class TurnKind(StrEnum):
    """What a turn is, so that it can be shown and answered as such.

    ``UNREAD`` and ``UNREAD_QUESTION`` wait for the model. The second gets an answer in any case; the first
    may be talk among people, and then gets none.
    """

    PLAIN = "plain"
    UNREAD = "unread"
    UNREAD_QUESTION = "unread question"
    OPENING = "opening"
    PROPOSAL = "proposal"
    SUMMARY = "summary"
    MODEL = "model"


class Turn(BaseModel):
    """One message of the conversation; ``at`` is aware UTC, ``actor`` the Slack id of a human.

    ``how`` is the way it came, ``form`` what kind of turn it is. ``seq`` counts from 1 inside the review and
    is given by the store; ``proposal`` is the id of what a turn proposes. ``refs`` are the payments that a
    turn of the bot is about, where its text names only some of them.
    """

    model_config = ConfigDict(frozen=True)

    who: Party
    how: Medium
    text: str
    at: datetime
    actor: str | None = None
    form: TurnKind = TurnKind.PLAIN
    proposal: str = ""
    seq: int = 0
    refs: tuple[int, ...] = ()


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


class DecisionRequest(BaseModel):
    """One decision somebody asks for; ``refs`` is ``None`` for everything that is undecided.

    ``but`` names what a general one leaves out; what is undecided is only known when the step is taken.
    """

    model_config = ConfigDict(frozen=True)

    kind: DecisionKind
    refs: tuple[int, ...] | None = None
    reason: str = ""
    but: tuple[int, ...] = ()

    @field_validator("reason")
    @classmethod
    def _on_one_line(cls, reason: str) -> str:
        # A reason stands inside lines of ours, so it must not be able to fake one.
        return " ".join(reason.split())


class Change(BaseModel):
    """What a decision made before is to become; ``None`` takes it back, so that it is undecided again."""

    model_config = ConfigDict(frozen=True)

    refs: tuple[int, ...]
    kind: DecisionKind | None = None
    reason: str = ""

    @field_validator("reason")
    @classmethod
    def _on_one_line(cls, reason: str) -> str:
        return " ".join(reason.split())


class Correct(BaseModel):
    """The reply asks to replace or take back decisions that its author made."""

    model_config = ConfigDict(frozen=True)

    changes: tuple[Change, ...]
    means: Literal["correct"] = "correct"


class Decide(BaseModel):
    """The reply asks for decisions, all of which were understood."""

    model_config = ConfigDict(frozen=True)

    asks: tuple[DecisionRequest, ...]


class Skip(BaseModel):
    """The reply asks to hold everything that is undecided; nothing is approved."""

    model_config = ConfigDict(frozen=True)

    means: Literal["skip"] = "skip"  # by which a stored proposal is read back as this kind


class Exit(BaseModel):
    """The reply asks to end the review; what is undecided is held."""

    model_config = ConfigDict(frozen=True)

    means: Literal["exit"] = "exit"


class Why(BaseModel):
    """The reply asks why payments were flagged or not; ``refs`` is empty for all undecided ones."""

    model_config = ConfigDict(frozen=True)

    refs: tuple[int, ...] = ()


class Help(BaseModel):
    """The reply asks what can be said here."""

    model_config = ConfigDict(frozen=True)


class ShowStatus(BaseModel):
    """The reply asks how far the review is."""

    model_config = ConfigDict(frozen=True)


class DescribePayments(BaseModel):
    """The reply asks what is known of the payments with these references."""

    model_config = ConfigDict(frozen=True)

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


class ListPayments(BaseModel):
    """The reply asks which payments there are: those with these references, in this order.

    ``refs`` is ``None`` for all undecided ones, and empty where none is as it was described.
    """

    model_config = ConfigDict(frozen=True)

    refs: tuple[int, ...] | None = None
    order: PaymentOrder = PaymentOrder.REFERENCE


class SumPayments(BaseModel):
    """The reply asks what payments add up to; ``refs`` is ``None`` for all of the review."""

    model_config = ConfigDict(frozen=True)

    refs: tuple[int, ...] | None = None


class AskHistory(BaseModel):
    """The reply asks what a vendor was paid before; ``vendor`` is its name as a payment here has it."""

    model_config = ConfigDict(frozen=True)

    vendor: str


class AskMyDecisions(BaseModel):
    """The reply asks what its author has decided in this review; ``kind`` is ``None`` for every decision."""

    model_config = ConfigDict(frozen=True)

    kind: DecisionKind | None = None


class ReviewFact(StrEnum):
    """What can be asked about a review as a whole: who submitted it, and who may decide."""

    SUBMITTER = "submitter"
    DECIDERS = "deciders"


class TellFact(BaseModel):
    """The reply asks about the review as a whole."""

    model_config = ConfigDict(frozen=True)

    what: ReviewFact


class Talk(BaseModel):
    """People talk to each other: the reply is kept, and gets no answer."""

    model_config = ConfigDict(frozen=True)


class Unclear(BaseModel):
    """Not understood, so nothing is done (law 7 in ARCHITECTURE.md); ``question`` goes back to the human."""

    model_config = ConfigDict(frozen=True)

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
)
"""A reply that is answered from what is stored."""

Reading = Decide | Correct | Skip | Exit | Question | Talk | Unclear
