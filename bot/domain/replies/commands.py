"""What complete commands and questions come to without a look at any payment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lark import Token, Tree

from bot.domain.conversation import (
    KIND_OF,
    AskMyDecisions,
    Change,
    Correct,
    Decide,
    DecisionKind,
    DecisionRequest,
    DescribePayments,
    Exit,
    Help,
    ListPayments,
    PaymentOrder,
    Reading,
    ReviewFact,
    ShowStatus,
    Skip,
    SumPayments,
    TellFact,
    Unclear,
    Why,
)
from bot.domain.replies.grammar import Clause
from bot.domain.replies.guard import unfit
from bot.domain.replies.lexicon import DECISIONS, Lexicon
from bot.domain.replies.numbers import SMALL
from bot.domain.replies.question import CannotTell, unclear
from bot.domain.replies.syntax import references_in


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reply comes to.

    ``exact`` acts at once. ``checked`` says that it must be held against the payments first, since a number
    may be an amount, and a range hold what is not open. ``is_yes`` marks a bare yes, ``refused`` a reason or
    note that may be more than one, which no other way to read the reply can help. ``effect`` is what is
    decided about each open payment.
    """

    reading: Reading
    exact: bool = False
    checked: bool = False
    is_yes: bool = False
    refused: bool = False
    notes: tuple[str, ...] = ()
    effect: frozenset[tuple[int, DecisionKind, str]] = frozenset()


def exact_meaning(clauses: Sequence[Clause], lexicon: Lexicon) -> Meant | None:
    """What complete commands or a question come to without any payment; ``None`` where those are needed."""
    if not clauses or not all(clause.plain for clause in clauses):
        return None
    try:
        return _exact(clauses, lexicon)
    except CannotTell as doubt:
        return Meant(unclear(str(doubt)))


def _exact(clauses: Sequence[Clause], lexicon: Lexicon) -> Meant | None:
    requests: list[DecisionRequest] = []
    changes: list[Change] = []
    checked = False
    for clause in clauses:
        written = written_refs(clause)
        if written is None:
            return None
        refs, but, ranged = written
        checked = checked or bool(ranged) or any(ref > SMALL for ref in (*(refs or ()), *but))
        if clause.act not in DECISIONS and clause.act != "undo" and not clause.act.startswith("change "):
            return question_of(clause, refs) if len(clauses) == 1 and not but else None
        if clause.selection is None and not (clause.alone and lexicon.asking.issuperset(clause.courtesies)):
            return None
        kind = KIND_OF.get(clause.act.removeprefix("change "))
        if clause.reason and kind and (refusal := unfit(clause.reason, kind, lexicon)):
            return Meant(unclear(refusal), refused=True)
        # A reason may name which payments are meant, and an approval's note is shown before it is taken.
        checked = checked or bool(clause.reason) or bool(clause.courtesies and refs is None)
        if (clause.reason and kind is DecisionKind.APPROVED) or (clause.answers and refs is None):
            return None
        if clause.act in DECISIONS and kind:
            requests.append(DecisionRequest(kind=kind, refs=refs, reason=clause.reason, but=but))
        elif refs is None or but:
            return None
        else:
            changes.append(Change(refs=refs, kind=kind, reason=clause.reason))
    reading = together(requests, changes)
    return Meant(reading, exact=not isinstance(reading, Unclear), checked=checked)


def together(requests: Sequence[DecisionRequest], changes: Sequence[Change]) -> Reading:
    if requests and changes:
        return unclear("Please send decisions and corrections in messages of their own")
    return Correct(changes=tuple(changes)) if changes else merged_requests(requests)


def merged_requests(requests: Iterable[DecisionRequest]) -> Decide | Unclear:
    """Several requests as one reading, equal ones brought together; ``Unclear`` where they contradict."""
    refs_by_decision: dict[tuple[DecisionKind, str], set[int]] = {}
    general: list[DecisionRequest] = []
    decision_by_ref: dict[int, tuple[DecisionKind, str]] = {}
    for request in requests:
        if request.refs is None:
            general += [] if request in general else [request]
            continue
        decision = (request.kind, request.reason)
        if any(decision_by_ref.setdefault(ref, decision) != decision for ref in request.refs):
            return unclear("You asked for different things for the same payment")
        refs_by_decision.setdefault(decision, set()).update(request.refs)
    if len(general) > 1 or (general and not set(decision_by_ref) <= set(general[0].but)):
        return unclear('"All" and single payments in one message contradict each other')
    named = [
        DecisionRequest(kind=kind, refs=tuple(sorted(refs)), reason=reason)
        for (kind, reason), refs in refs_by_decision.items()
    ]
    return Decide(asks=(*named, *general))


def written_refs(clause: Clause) -> tuple[tuple[int, ...] | None, tuple[int, ...], bool] | None:
    """References as written, those left out, and whether there is a range; ``None`` for a description."""
    if clause.selection is None:
        return None, (), False
    selection = clause.selection
    unions = [part for part in selection.children if isinstance(part, Tree)]
    out = next(
        (part.value for part in selection.children if isinstance(part, Token) and part.type == "EXCEPT"), None
    )
    parts = [_plain_union(union) for union in unions]
    if None in parts or (out and not out[1]):
        return None
    ranged = any(written.ranged for written in references_in(selection))
    refs, but = parts[0], parts[1] if len(parts) > 1 else ()
    if selection.data == "all_but":
        refs, but = None, parts[0]
    if but is None or (selection.data == "all_but" and refs is None and but == ()):
        return None
    every = refs == _EVERY
    if but and not every and refs is not None:
        left = tuple(ref for ref in refs if ref not in but)
        return (left, (), ranged) if left and set(but) <= set(refs) else None
    return (None if every else refs), but or (), ranged


_NOUNS = ("PAYMENT", "PAYMENTS")


_EVERY = (0,)  # stands for "all" among references, which begin at 1


def _plain_union(union: Tree[Token]) -> tuple[int, ...] | None:
    """The references of a list with nothing else but nouns, ``_EVERY`` for "all"; ``None`` for any other."""
    refs: set[int] = set()
    for described in union.find_data("described"):
        symbols = [part.type if isinstance(part, Token) else "tree" for part in described.children]
        if set(symbols) <= {"ALL", *_NOUNS} and "ALL" in symbols:
            return _EVERY if len(union.children) == 1 else None
        if symbols.count("REFS") != 1 or not set(symbols) <= {"REFS", *_NOUNS} or symbols[-1] != "REFS":
            return None
        written = next(references_in(described))
        if not written.refs:
            raise CannotTell("References go from low to high")
        refs.update(written.refs)
    return tuple(sorted(refs))


def question_of(clause: Clause, refs: tuple[int, ...] | None) -> Meant:
    """The reading of a question, or of what ends a review."""
    order = PaymentOrder(clause.order) if clause.order else PaymentOrder.REFERENCE
    readings: dict[str, Reading] = {
        "skip": Skip(),
        "exit": Exit(),
        "help": Help(),
        "status": ShowStatus(),
        "why": Why(refs=refs or ()),
        "what": DescribePayments(refs=refs or ()),
        "list": ListPayments(refs=refs, order=order),
        "total": SumPayments(refs=refs),
        "submitter": TellFact(what=ReviewFact.SUBMITTER),
        "deciders": TellFact(what=ReviewFact.DECIDERS),
        "mine": AskMyDecisions(),
        "mine_approved": AskMyDecisions(kind=DecisionKind.APPROVED),
        "mine_rejected": AskMyDecisions(kind=DecisionKind.REJECTED),
        "mine_held": AskMyDecisions(kind=DecisionKind.HELD),
    }
    if clause.act not in readings:
        raise CannotTell("I am not sure which vendor you mean")
    return Meant(readings[clause.act], exact=True)
