"""Conversing: a reply in the thread is read once, where it arrives, and stored with what was read."""

from dataclasses import dataclass
from datetime import datetime

from bot.application.decide import DecidePayments, wanted_by_correction
from bot.application.ports import PolicyInForce
from bot.application.steps import FLAGGED, NO_PAYMENTS, UNDECIDED, ReviewSteps, Wanted, wanted_by
from bot.domain import text
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import (
    Correct,
    Decide,
    DescribePayment,
    Exit,
    Help,
    Reading,
    ReviewFact,
    ShowStatus,
    Skip,
    TellFact,
    TurnKind,
    Unclear,
    Why,
)
from bot.domain.replies.payment import FlaggedPayment
from bot.domain.replies.proposal import in_words
from bot.domain.replies.reader import Certainty, ReplyReading, read_described, read_reply
from bot.domain.review.decision import FINANCE_BOT, Decision, Proposal
from bot.domain.review.outcome import PRIVATE, Outcome, RequestResult
from bot.domain.review.review import REST, Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor, Transition, bot_turn, human_turn

PROPOSAL_PREFIX = "P-"  # of a proposal's id; the number of the turn it was read from follows

# What a reply can ask to be done: at once, or as a proposal.
Doable = Decide | Correct | Skip | Exit


@dataclass(frozen=True, slots=True)
class ReplyResult:
    """What came of a reply; ``private`` is a sentence for its author alone, ``already`` what it is about."""

    outcome: Outcome
    private: str = ""
    already: tuple[Decision, ...] = ()


class Converse:
    """Takes what humans say in a review's thread."""

    def __init__(
        self, *, steps: ReviewSteps, decide: DecidePayments, policy: PolicyInForce, has_model: bool
    ) -> None:
        self._steps = steps
        self._decide = decide
        self._policy = policy
        self._has_model = has_model

    async def reply(
        self, team: str, review_id: str, actor: Actor, *, idempotency_key: str | None = None
    ) -> ReplyResult:
        """Store what a human said, with its decisions where it is an exact command.

        ``actor.text`` is the reply. A described payment becomes a proposal, a question is answered from what
        is stored, and what no code can read is queued for the model, where there is one.
        ``idempotency_key`` names the message, which is stored once. Raises ``Contended``, and what
        ``StoreUnavailable`` names.
        """
        reply = read_reply(actor.text)

        def answer(review: Review) -> RequestResult:
            return self._answer(review, reply, actor)

        result = await self._steps.take(
            team,
            review_id,
            answer,
            wanted=_wanted(reply),
            actor=actor,
            idempotency_key=idempotency_key,
        )
        # People may go on talking below a review that is closed.
        is_talk = isinstance(reply.reading, Unclear)
        private = (
            text.refusal(result)
            if result.outcome in PRIVATE and not (is_talk and result.outcome is Outcome.CLOSED)
            else ""
        )
        return ReplyResult(result.outcome, private, result.already if private else ())

    def _answer(self, review: Review, reply: ReplyReading, actor: Actor) -> RequestResult:
        match reply.reading:
            case Decide(asks=requests):
                result = self._decide.answered(review, requests, actor)
            case Skip():
                result = self._decide.answered(review, (REST,), actor)
            case Correct():
                result = self._decide.corrected(review, reply.reading, actor)
            case Exit():
                return self._decide.ended(review, actor)
            case Unclear():
                return self._talk(review, reply, actor)
            case question:
                words = _looked_up(review, question)
                return _answered(review, actor, words)
        if result.transition is None and result.outcome not in PRIVATE:
            # Why a reply changed nothing belongs into the conversation, where it concerns everybody.
            refused = _answered(review, actor, text.refusal(result))
            return result.by(refused.transition) if refused.transition else result
        return result

    def _talk(self, review: Review, reply: ReplyReading, actor: Actor) -> RequestResult:
        """What is no exact command: a proposal, a question, work for the model, or talk among people."""
        if review.state.status is ReviewStatus.CLOSED:
            return RequestResult(Outcome.CLOSED)  # people may go on talking; the bot does not
        if review.may_decide(actor.user, self._policy().approvers) is not None:
            step = Transition(review.state, turns=(human_turn(actor),), jobs=())
            return RequestResult(Outcome.RECORDED, step)  # talk among others is kept, not answered
        describable = reply.certainty is Certainty.DESCRIBABLE
        payments = tuple(map(flagged_payment, review.entries.values()))
        reply = read_described(reply, payments)
        if reply.certainty is Certainty.UNREAD and self._has_model:
            unread = human_turn(actor).model_copy(update={"form": TurnKind.UNREAD})
            return RequestResult(
                Outcome.RECORDED, Transition(review.state, turns=(unread,), jobs=("answer",))
            )
        if isinstance(reply.reading, Doable):
            return _proposed(review, reply.reading, actor)
        question = reply.reading.question if isinstance(reply.reading, Unclear) else text.CAN_SAY
        return _answered(review, actor, question, audited=describable)


def proposal_step(state: ReviewState, reading: Doable, *, seq: int, by: str) -> tuple[ReviewState, Proposal]:
    """The state with a proposal made of turn ``seq``, which replaces the one that stood."""
    proposal = Proposal(
        id=f"{PROPOSAL_PREFIX}{seq}",
        by=by,
        words=in_words(reading),
        reading=reading.asks if isinstance(reading, Decide) else reading,
    )
    return state.but(proposal=proposal), proposal


def proposal_turn(proposal: Proposal) -> int:
    """The turn that a proposal was read from."""
    return int(proposal.id.removeprefix(PROPOSAL_PREFIX))


def flagged_payment(entry: ReviewedTransaction) -> FlaggedPayment:
    """A payment as far as a reply can name it."""
    findings = entry.judgement.findings if entry.judgement else ()
    return FlaggedPayment(
        ref=entry.transaction.ref,
        vendor=entry.transaction.vendor,
        amount=entry.transaction.amount,
        currency=entry.transaction.currency,
        undecided=entry.undecided,
        decided=entry.decision.kind.value if entry.decision else "",
        memo=entry.transaction.memo,
        findings=tuple(finding.evidence for finding in findings),
    )


def read_entry(seq: int, words: str, actor: str, at: datetime) -> AuditEntry:
    """The audit trail's word for a reply that was read by others than the exact grammar."""
    return AuditEntry(event="read", actor=actor, at=at, detail={"turn": seq, "answer": words})


def _wanted(reply: ReplyReading) -> Wanted:
    """Which payments must be loaded to answer a reply."""
    match reply.reading:
        case Decide(asks=requests):
            return wanted_by(requests)
        case Correct():
            return wanted_by_correction(reply.reading)
        case Skip() | Exit() | TellFact(what=ReviewFact.OPEN) | Why(ref=None):
            return UNDECIDED
        case Why(ref=ref) | DescribePayment(about=ref):
            return Wanted((ref,) if ref else ())
        case _:
            return FLAGGED if reply.certainty is Certainty.DESCRIBABLE else NO_PAYMENTS


def _answered(review: Review, actor: Actor, words: str, *, audited: bool = False) -> RequestResult:
    """The reply with the bot's answer to it."""
    audit = (read_entry(review.state.turns + 1, words, FINANCE_BOT, actor.now),) if audited else ()
    turns = (human_turn(actor), bot_turn(words, actor.now))
    return RequestResult(Outcome.RECORDED, Transition(review.state, turns=turns, audit=audit))


def _proposed(review: Review, reading: Doable, actor: Actor) -> RequestResult:
    """The reply with a proposal of what was understood, which its author has to confirm."""
    seq = review.state.turns + 1
    state, proposal = proposal_step(review.state, reading, seq=seq, by=actor.user)
    words = f"I understood: {proposal.words}."
    step = Transition(
        state,
        turns=(human_turn(actor), bot_turn(words, actor.now, TurnKind.PROPOSAL, proposal.id)),
        audit=(read_entry(seq, words, FINANCE_BOT, actor.now),),
    )
    return RequestResult(Outcome.RECORDED, step)


def _looked_up(review: Review, question: Reading) -> str:
    """What state alone answers: why, what, who, how much, status, help."""
    entries = tuple(review.entries.values())
    match question:
        case ShowStatus():
            return text.status(review.state)
        case TellFact(what=ReviewFact.SUBMITTER):
            return text.submitter(review.state)
        case TellFact():
            return text.still_open(entries)
        case DescribePayment(about=ref):
            unknown = RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=(ref,))
            return text.what(entries[0]) if entries else text.refusal(unknown)
        case Why(ref=ref) if ref and not entries:
            return text.refusal(RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=(ref,)))
        case Why():
            reasons = [text.why(entry) for entry in entries[: text.LISTED]]
            return "\n".join(reasons) or "Nothing is undecided here."
        case Help() | _:
            return text.CAN_SAY
