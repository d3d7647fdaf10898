"""What complete commands and questions come to without a look at any payment."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import conversation
from bot.domain.conversation import (
    KIND_OF,
    Change,
    Correct,
    Decide,
    DecisionKind,
    DecisionRequest,
    Reading,
    Unclear,
)
from bot.domain.replies.guard import longer_than_a_reason, unfit
from bot.domain.replies.lexicon import DECISIONS, Lexicon
from bot.domain.replies.numbers import SMALL
from bot.domain.replies.question import CannotTell, unclear
from bot.domain.replies.selection import plainly_written
from bot.domain.replies.syntax import Clause


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reply comes to.

    ``exact`` acts at once. ``checked`` says that it must be held against the payments first, since a number
    may be an amount, and a range hold what is not open. ``refused`` marks a reason or note that may be more
    than one, which no other way to read the reply can help. ``effect`` is the decision about each payment.
    """

    reading: Reading
    exact: bool = False
    checked: bool = False
    refused: bool = False
    notes: tuple[str, ...] = ()
    effect: frozenset[tuple[int, DecisionKind, str]] = frozenset()


def exact_meaning(clauses: Sequence[Clause], lexicon: Lexicon) -> Meant | None:
    """What complete commands or a question come to without any payment; ``None`` where those are needed."""
    if not clauses or not all(clause.plain for clause in clauses):
        return None
    parts: list[DecisionRequest | Change] = []
    checked = False
    try:
        for clause in clauses:
            if (written := plainly_written(clause.selection)) is None:
                return None
            refs, but = written
            if not clause.verb.decides:
                alone = len(clauses) == 1 and not but
                return question_of(clause, refs) if alone and _is_complete(clause, refs) else None
            if clause.selection is None and not stands_for_all(clause, lexicon):
                return None
            if refusal := unfit(clause.reason, clause.act, lexicon):
                return Meant(unclear(refusal), refused=True)
            corrects = clause.act not in DECISIONS
            # The note of an approval is shown before it is taken.
            if (clause.reason and clause.act.endswith("approve")) or (refs is None and clause.verb.answers):
                return None
            if corrects and (refs is None or but):
                return None
            # A reason may name which payments are meant, and a courtesy a vendor.
            ranged = clause.selection is not None and clause.selection.ranged
            checked |= bool(ranged or clause.reason or (clause.courtesies and refs is None))
            checked |= any(ref > SMALL for ref in (*(refs or ()), *but))
            parts.append(part_of(clause, refs, but, corrects=corrects))
    except CannotTell as doubt:
        return Meant(unclear(str(doubt)))
    reading = together(parts)
    return Meant(reading, exact=not isinstance(reading, Unclear), checked=checked)


def stands_for_all(clause: Clause, lexicon: Lexicon) -> bool:
    """Whether a verb without any payments means everything that is undecided."""
    return clause.plain and clause.verb.alone and lexicon.asking.issuperset(clause.courtesies)


def merged_requests(requests: Sequence[DecisionRequest]) -> Decide | Unclear:
    """Several requests as one reading, equal ones brought together; ``Unclear`` where they contradict."""
    decided: dict[int, tuple[DecisionKind, str]] = {}
    for request in requests:
        decision = (request.kind, request.reason)
        if any(decided.setdefault(ref, decision) != decision for ref in request.refs or ()):
            return unclear("You asked for different things for the same payment")
    general = [*dict.fromkeys(request for request in requests if request.refs is None)]
    if len(general) > 1 or (general and not decided.keys() <= set(general[0].but)):
        return unclear('"All" and single payments in one message contradict each other')
    refs_by_decision: dict[tuple[DecisionKind, str], list[int]] = {}
    for ref, decision in decided.items():
        refs_by_decision.setdefault(decision, []).append(ref)
    named = [
        DecisionRequest(kind=kind, refs=tuple(sorted(refs)), reason=reason)
        for (kind, reason), refs in refs_by_decision.items()
    ]
    return Decide(asks=(*named, *general))


def _is_complete(clause: Clause, refs: tuple[int, ...] | None) -> bool:
    """Whether a clause that decides nothing says by itself which payments it is about."""
    return not clause.verb.handles or bool(refs and clause.selection and not clause.selection.ranged)


def question_of(clause: Clause, refs: tuple[int, ...] | None) -> Meant:
    """The reading of what decides nothing: a question, what ends a review, a note; else ``CannotTell``."""
    if clause.verb.writes and not clause.reason:
        raise CannotTell("Please say in the same line what you want to ask or to note")
    if too_long := longer_than_a_reason(clause.reason):
        raise CannotTell(too_long)
    order = conversation.PaymentOrder(clause.order or "reference")
    readings: dict[str, Reading] = {
        "skip": conversation.Skip(),
        "exit": conversation.Exit(),
        "close": conversation.Exit(),
        "reopen": conversation.Reopen(),
        "release": conversation.Release(refs=refs or ()),
        "withdraw": conversation.Withdraw(refs=refs or ()),
        "ask": conversation.AskSubmitter(refs=refs or (), question=clause.reason),
        "note": conversation.AddNote(refs=refs or (), text=clause.reason),
        "help": conversation.Help(),
        "status": conversation.ShowStatus(),
        "why": conversation.Why(refs=refs or ()),
        "what": conversation.DescribePayments(refs=refs or ()),
        "list": conversation.ListPayments(refs=refs, order=order),
        "total": conversation.SumPayments(refs=refs),
        "submitter": conversation.TellFact(what=conversation.ReviewFact.SUBMITTER),
        "deciders": conversation.TellFact(what=conversation.ReviewFact.DECIDERS),
        "mine": conversation.AskMyDecisions(),
        **{f"mine_{kind}": conversation.AskMyDecisions(kind=kind) for kind in DecisionKind},
    }
    if clause.act not in readings:
        raise CannotTell("I am not sure which vendor you mean")
    return Meant(readings[clause.act], exact=True)


def part_of(
    clause: Clause, refs: tuple[int, ...] | None, but: tuple[int, ...] = (), *, corrects: bool
) -> DecisionRequest | Change:
    """What a clause asks for about these payments: to decide them, or to change what was decided."""
    kind = KIND_OF.get(clause.act.removeprefix("change "))
    if corrects or kind is None:
        return Change(refs=refs or (), kind=kind, reason=clause.reason)
    return DecisionRequest(kind=kind, refs=refs, reason=clause.reason, but=but)


def together(parts: Sequence[DecisionRequest | Change]) -> Reading:
    changes = tuple(part for part in parts if isinstance(part, Change))
    requests = [part for part in parts if isinstance(part, DecisionRequest)]
    if requests and changes:
        return unclear("Please send decisions and corrections in messages of their own")
    return Correct(changes=changes) if changes else merged_requests(requests)
