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
from bot.domain.replies.guard import longer_than_a_reason
from bot.domain.replies.lexicon import DECISIONS, Lexicon
from bot.domain.replies.numbers import SMALL
from bot.domain.replies.question import CannotTell, unclear
from bot.domain.replies.selection import plainly_written
from bot.domain.replies.syntax import Clause

HEAP = 10  # payments up to which a reply acts and a proposal shows each; of more, high risk is left out


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reply comes to.

    ``exact`` acts at once. ``refused`` marks a reason or note that may be more than one, which no other
    way to read the reply can help. ``notes`` are sentences about what a proposal leaves out.
    """

    reading: Reading
    exact: bool = False
    refused: bool = False
    notes: tuple[str, ...] = ()


def exact_meaning(clauses: Sequence[Clause]) -> Meant | None:
    """What clauses come to that are complete without any payment; ``None`` where payments are needed.

    Those are needed for a number that may be an amount, a range, a heap, and a reason that may name some.
    """
    if not clauses or not all(clause.plain for clause in clauses):
        return None
    parts: list[DecisionRequest | Change] = []
    try:
        for clause in clauses:
            refs, but = plainly_written(clause.selection) or ((), (0,))
            named = bool(refs and clause.selection and not clause.selection.ranged)
            if (
                len(clauses) == 1
                and not but
                and not clause.verb.decides
                and (named or not clause.verb.handles)
                and (named or clause.selection is None or clause.act != "on_it")
            ):
                return Meant(question_of(clause, refs), exact=True)
            if not (clause.verb.decides and named and refs) or clause.reason or max(refs) > SMALL:
                return None
            parts.append(part_of(clause, refs, corrects=clause.act not in DECISIONS))
    except CannotTell as doubt:
        return Meant(unclear(str(doubt)))
    reading = together(parts)
    many = isinstance(reading, Decide) and sum(len(ask.refs or ()) for ask in reading.asks) > HEAP
    return None if many else Meant(reading, exact=not isinstance(reading, Unclear))


def is_complete(clause: Clause, lexicon: Lexicon) -> bool:
    """Whether a decision is a command that may act at once, once it is clear which payments it is about."""
    if not clause.plain or (clause.reason and clause.act.endswith("approve")):
        return False  # the note of an approval is shown before it is taken
    if clause.selection is None:
        return clause.act in DECISIONS and stands_for_all(clause, lexicon)
    written = plainly_written(clause.selection)
    if written is None or (written[0] is None and clause.verb.answers):
        return False
    return clause.act in DECISIONS or (written[0] is not None and not written[1])


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


def question_of(clause: Clause, refs: tuple[int, ...] | None) -> Reading:
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
        "on_it": conversation.OnIt(refs=refs or ()),
        "nudge": conversation.Nudge(),
        "release": conversation.Release(refs=refs or ()),
        "withdraw": conversation.Withdraw(refs=refs or ()),
        "ask": conversation.AskSubmitter(refs=refs or (), question=clause.reason),
        "note": conversation.AddNote(refs=refs or (), text=clause.reason),
        "help": conversation.Help(),
        "status": conversation.ShowStatus(),
        "became": conversation.AskOutcomes(),
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
    return readings[clause.act]


def part_of(clause: Clause, refs: tuple[int, ...], *, corrects: bool) -> DecisionRequest | Change:
    """What a clause asks for about these payments: to decide them, or to change what was decided."""
    kind = KIND_OF.get(clause.act.removeprefix("change "))
    if corrects or kind is None:
        return Change(refs=refs, kind=kind, reason=clause.reason)
    return DecisionRequest(kind=kind, refs=refs, reason=clause.reason)


def together(parts: Sequence[DecisionRequest | Change]) -> Reading:
    changes = tuple(part for part in parts if isinstance(part, Change))
    requests = [part for part in parts if isinstance(part, DecisionRequest)]
    if requests and changes:
        return unclear("Please send decisions and corrections in messages of their own")
    return Correct(changes=changes) if changes else merged_requests(requests)
