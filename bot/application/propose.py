"""Proposing and asking: what was understood is shown whole, and done only when its author confirms it."""

from collections.abc import Iterable
from datetime import datetime

from bot.application.frozen import approvable
from bot.domain import text
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import (
    Correct,
    Decide,
    DecisionKind,
    DecisionRequest,
    Exit,
    OnIt,
    Release,
    Reopen,
    Skip,
    Turn,
    TurnKind,
    Unclear,
    Withdraw,
)
from bot.domain.judgement import Severity
from bot.domain.payment_facts import PaymentFacts
from bot.domain.people import Approvers
from bot.domain.proposal import effect, in_words
from bot.domain.review.decision import FINANCE_BOT, Proposal
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor, Transition, bot_turn, human_turn

PROPOSAL_PREFIX = "P-"  # of a proposal's id; the number of the turn it was read from follows

# What a reply can ask to be done: at once, or as a proposal.
Doable = Decide | Correct | Skip | Exit

# What a reply can ask for that moves payments or the review on and decides nothing: done where it is exact.
Moving = Release | Reopen | Withdraw | OnIt


def approved_unseen(review: Review, requests: Iterable[DecisionRequest]) -> list[ReviewedTransaction]:
    """What words would approve that was corrected or called about: nobody knows what their author saw of it.

    What is approved has been seen (law 12 in ARCHITECTURE.md).
    """
    approving = [request for request in requests if request.kind is DecisionKind.APPROVED]
    refs = {
        ref for request in approving for ref in (review.entries if request.refs is None else request.refs)
    }
    entries = (review.entries[ref] for ref in sorted(refs & review.entries.keys()))
    return [
        entry
        for entry in entries
        if (entry.earlier or entry.call_backs) and entry.open and not entry.rejudging
    ]


def asked(review: Review, unclear: Unclear, actor: Actor) -> RequestResult:
    """The reply with the bot's question; what this person says next may answer it."""
    seq, question = review.state.turns + 1, unclear.question
    audit = (read_entry(seq, question, FINANCE_BOT, actor.now),)
    turns = (human_turn(actor), bot_turn(question, actor.now))
    step = Transition(review.state.asking(actor.user, seq + 1), turns=turns, audit=audit)
    return RequestResult(Outcome.RECORDED, step)


def proposed(review: Review, reading: Doable, actor: Actor, notes: tuple[str, ...] = ()) -> RequestResult:
    """The reply with a proposal of what was understood, which its author has to confirm."""
    seq = review.state.turns + 1
    state, turn = proposal_step(review, reading, seq=seq, by=actor.user, now=actor.now, notes=notes)
    words = f"I understood: {state.proposal.words}." if state.proposal else turn.text
    step = Transition(
        state,
        turns=(human_turn(actor), turn),
        audit=(read_entry(seq, words, FINANCE_BOT, actor.now),),
    )
    return RequestResult(Outcome.RECORDED, step)


def too_early(review: Review, reading: Doable, actor: Actor, approvers: Approvers) -> RequestResult | None:
    """Why nothing would come of this proposal now; ``None`` where something may.

    It would be decided by people whose turn it is, and whose proposal it must not replace.
    """
    if not isinstance(reading, Decide):
        return None
    result = review.decide(reading.asks, actor, approvers)
    return result if result.outcome is Outcome.NOT_YOUR_STAGE else None


def proposal_step(
    review: Review,
    reading: Doable,
    *,
    seq: int,
    by: str,
    now: datetime,
    notes: tuple[str, ...] = (),
) -> tuple[ReviewState, Turn]:
    """The state with a proposal made of turn ``seq``, which replaces the one that stood, and the turn of it.

    ``by`` is the Slack id of whose words it reads, ``notes`` say what it leaves out. The review has the
    payments that the reading is about. What a call to a vendor keeps this person from approving is left out;
    where nothing else is there, the turn says so, and nothing is proposed.
    """
    possible = approvable(review, reading, by)
    if possible.reading is None:
        said = " ".join((*possible.notes, "Nothing was changed."))
        return review.state.but(proposal=None), bot_turn(said, now)
    reading, notes = possible.reading, (*notes, *possible.notes)
    payments = tuple(map(payment_facts, review.entries.values()))
    shown, refs = effect(reading, payments, notes)
    if isinstance(reading, Exit):
        shown = f"{shown}\n{text.closing(review.state)}"
    proposal = Proposal(
        id=f"{PROPOSAL_PREFIX}{seq}",
        by=by,
        words=in_words(reading),
        reading=reading.asks if isinstance(reading, Decide) else reading,
    )
    turn = bot_turn(shown, now, TurnKind.PROPOSAL, proposal.id, refs)
    return review.state.but(proposal=proposal), turn


def proposal_turn(proposal: Proposal) -> int:
    """The turn that a proposal was read from."""
    return int(proposal.id.removeprefix(PROPOSAL_PREFIX))


def payment_facts(entry: ReviewedTransaction) -> PaymentFacts:
    """A payment as far as a reply can name it, a proposal shows it, or the model is told of it."""
    findings = entry.judgement.findings if entry.judgement else ()
    risk = text.worst(entry)
    return PaymentFacts(
        ref=entry.transaction.ref,
        vendor=entry.transaction.vendor,
        amount=entry.transaction.amount,
        currency=entry.transaction.currency,
        undecided=entry.undecided,
        decided="withdrawn" if entry.withdrawn else entry.decision.kind.value if entry.decision else "",
        memo=entry.transaction.memo,
        findings=tuple(finding.evidence for finding in findings),
        codes=tuple(finding.code for finding in findings),
        high_risk=risk is Severity.HIGH,
        medium_risk=risk is Severity.MEDIUM,
        flagged=entry.flagged,
    )


def read_entry(seq: int, words: str, actor: str, at: datetime) -> AuditEntry:
    """The audit trail's word for a reply that was read by others than the exact grammar."""
    return AuditEntry(event="read", actor=actor, at=at, detail={"turn": seq, "answer": words})
