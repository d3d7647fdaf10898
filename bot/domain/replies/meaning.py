"""What the clauses of a reply come to: decisions, corrections, or a question, asked or asked back."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lark import Token, Tree

from bot.domain.conversation import (
    AskHistory,
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
    Talk,
    TellFact,
    Unclear,
    Why,
)
from bot.domain.lists import joined_with_and
from bot.domain.names import folded_name
from bot.domain.replies.grammar import Clause
from bot.domain.replies.guard import picks, unfit
from bot.domain.replies.lexicon import DECISIONS, Lexicon
from bot.domain.replies.numbers import SMALL
from bot.domain.replies.payment import PaymentFacts
from bot.domain.replies.question import unclear
from bot.domain.replies.selection import (
    HEAP,
    CannotTell,
    Selected,
    Selector,
    has_symbol,
    listed,
    only_open,
    references_in,
)
from bot.domain.replies.tokens import tokens_of, typed_plainly
from bot.domain.replies.vendors import VendorNames
from bot.domain.replies.verbs import KIND_OF


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
        written = _written_refs(clause)
        if written is None:
            return None
        refs, but, ranged = written
        checked = checked or bool(ranged) or any(ref > SMALL for ref in (*(refs or ()), *but))
        if clause.act not in DECISIONS and clause.act != "undo" and not clause.act.startswith("change "):
            return _question(clause, refs) if len(clauses) == 1 and not but else None
        if clause.selection is None and not clause.alone:
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
    reading = _together(requests, changes)
    return Meant(reading, exact=not isinstance(reading, Unclear), checked=checked)


def _together(requests: Sequence[DecisionRequest], changes: Sequence[Change]) -> Reading:
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


def _written_refs(clause: Clause) -> tuple[tuple[int, ...] | None, tuple[int, ...], bool] | None:
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
    ranged = any(one.ranged for one in references_in(selection))
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


def _as_selected(refs: tuple[int, ...] | None) -> Selected | None:
    return None if refs is None else Selected(refs, frozenset(refs))


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


def _effect(reading: Reading, payments: Sequence[PaymentFacts]) -> frozenset[tuple[int, DecisionKind, str]]:
    """What is decided about each payment, however that is said."""
    asks = reading.asks if isinstance(reading, Decide) else ()
    named = {ref for ask in asks for ref in ask.refs or ()}
    every = {payment.ref for payment in payments if payment.undecided and payment.flagged} - named
    return frozenset(
        (ref, ask.kind, ask.reason)
        for ask in asks
        for ref in (every - set(ask.but) if ask.refs is None else ask.refs)
    )


def meaning_in_review(
    clauses: Sequence[Clause], lexicon: Lexicon, payments: Sequence[PaymentFacts], total: int
) -> Meant:
    """What the clauses come to among the payments of a review; a question back where that cannot be told."""
    try:
        meant = _InReview(clauses, lexicon, payments, total).meant()
        return replace(meant, effect=_effect(meant.reading, payments))
    except CannotTell as doubt:
        return Meant(
            unclear(
                str(doubt),
                doubt.among,
                next((clause.act for clause in clauses if clause.act in DECISIONS), "approve"),
            )
        )


class _InReview:
    """The clauses of one reply, held against the payments of its review."""

    def __init__(
        self, clauses: Sequence[Clause], lexicon: Lexicon, payments: Sequence[PaymentFacts], total: int
    ) -> None:
        self._clauses = clauses
        self._lexicon = lexicon
        self._payments = payments
        self._known = {payment.ref: payment for payment in payments}
        self._open = [payment for payment in payments if payment.undecided and payment.flagged]
        self._total = total
        self._notes: list[str] = []

    def meant(self) -> Meant:
        acts = [clause.act for clause in self._clauses]
        if set(acts) == {"yes"}:
            return self._yes()
        clauses = [clause for clause in self._clauses if clause.act != "yes"]
        if all(act in (*DECISIONS, "undo") or act.startswith("change ") for act in acts if act != "yes"):
            return self._decided(clauses, plain=len(clauses) == len(acts))
        if len(clauses) != 1:
            raise CannotTell("Please send decisions and anything else in messages of their own")
        return self._asked(clauses[0])

    def _yes(self) -> Meant:
        if not self._open:
            return Meant(Talk(), is_yes=True)
        if len(self._open) > 1:
            raise CannotTell(
                f"{len(self._open)} payments are open, and I am not sure what you say yes to", self._open
            )
        request = DecisionRequest(kind=DecisionKind.APPROVED, refs=(self._open[0].ref,))
        return Meant(Decide(asks=(request,)), is_yes=True)

    def _asked(self, clause: Clause) -> Meant:
        refs = None
        if clause.selection is not None:
            refs = self._asked_about(clause)
        if clause.act == "history":
            if not refs or len({self._known[ref].vendor for ref in refs if ref in self._known}) != 1:
                raise CannotTell("I am not sure which vendor you mean")
            return Meant(AskHistory(vendor=self._known[refs[0]].vendor))
        return _question(clause, refs)

    def _asked_about(self, clause: Clause) -> tuple[int, ...]:
        """What a question is about: open payments; all, where none of those is meant or a state is named."""
        decimal_comma = self._lexicon.language.decimal_comma
        every = Selector(self._payments, self._total, decimal_comma, asks=True)
        if clause.selection is None:
            return ()
        if not self._has(clause, "STATE"):
            with contextlib.suppress(CannotTell):
                return (
                    Selector(self._open, self._total, decimal_comma, asks=True).select(clause.selection).refs
                )
        try:
            return every.select(clause.selection).refs
        except CannotTell:
            if clause.act == "list":
                return ()
            raise

    def _decided(self, clauses: Sequence[Clause], plain: bool) -> Meant:
        for clause in clauses:
            written = _written_refs(clause)
            if written and (doubt := self._doubt_about(clause, _as_selected(written[0]))):
                return Meant(unclear(doubt), refused=True)
        if (
            plain
            and all(clause.plain for clause in clauses)
            and (exact := exact_meaning(clauses, self._lexicon))
        ):
            if isinstance(exact.reading, Unclear):
                return exact
            if not self._misfits(exact.reading):
                return exact
        requests: list[DecisionRequest] = []
        changes: list[Change] = []
        selected = self._selected(clauses)
        for clause, chosen in zip(clauses, selected, strict=True):
            kind = KIND_OF.get(clause.act.removeprefix("change "))
            if clause.reason and kind and (refusal := unfit(clause.reason, kind, self._lexicon)):
                return Meant(unclear(refusal), refused=True)
            if clause.reason and clause.selection is None and len(self._open) > 1:
                raise CannotTell("I am not sure which payments you mean")
            if doubt := self._doubt_about(clause, chosen):
                return Meant(unclear(doubt), refused=True)
            if clause.act in DECISIONS and kind and not (clause.amends and self._all_decided(chosen.refs)):
                refs = self._decidable(chosen, kind)
                requests.append(DecisionRequest(kind=kind, refs=refs, reason=clause.reason))
            else:
                changes.append(Change(refs=chosen.refs, kind=kind, reason=clause.reason))
        reading = _together(requests, changes)
        return Meant(reading, notes=tuple(self._notes))

    def _doubt_about(self, clause: Clause, chosen: Selected | None) -> str | None:
        """Why words beside a decision may choose other payments than the decision itself, or nothing at all.

        ``chosen`` are the payments that it is about, ``None`` for everything that is open.
        """
        if clause.reason and self._names_others(clause, chosen):
            return "I am not sure whether that is a reason, or which payments you mean"
        if chosen is None and any(self._is_vendor(word) for word in clause.courtesies):
            return "I am not sure which payments you mean"
        if (
            chosen is None
            and clause.act == "approve"
            and clause.last
            and (clause.answers or not clause.exact)
        ):
            return "I am not sure whether you approve everything, or only say how it looks"
        return None

    def _is_vendor(self, courtesy: str) -> bool:
        """Whether a courtesy is also the name of a vendor: "approve ty"."""
        return any(courtesy in folded_name(payment.vendor).split() for payment in self._open)

    def _names_others(self, clause: Clause, chosen: Selected | None) -> bool:
        """Whether a reason may say which payments are meant: it names a vendor of others, or picks some."""
        words = tokens_of(typed_plainly(clause.reason))
        names = VendorNames(self._open)
        refs = [payment.ref for payment in self._open] if chosen is None else chosen.refs
        own = {self._known[ref].vendor for ref in refs if ref in self._known}
        for found in (names.longest(words, at) for at in range(len(words))):
            if found and (len(own) > 1 or {payment.vendor for payment in names.named(found[1])[0]} - own):
                return True
        approves = clause.act == "approve"
        return (approves or chosen is None) and picks(words, self._lexicon, every=approves and chosen is None)

    def _misfits(self, reading: Reading) -> bool:
        """Whether it names a number that may be an amount or is not there, or by a range what is not open."""
        if not isinstance(reading, Decide):
            return False
        ranged = {
            ref
            for clause in self._clauses
            if clause.selection is not None
            for written in references_in(clause.selection)
            for ref in written.ranged
        }
        named = [ref for request in reading.asks for ref in (*(request.refs or ()), *request.but)]
        amounts = {abs(payment.amount): payment.ref for payment in self._open}
        return any(
            (ref in ranged and ref not in self._open_refs())
            or (ref > SMALL and (ref > self._total or amounts.get(Decimal(ref), ref) != ref))
            for ref in named
        )

    def _open_refs(self) -> set[int]:
        return {payment.ref for payment in self._open}

    def _all_decided(self, refs: Sequence[int]) -> bool:
        decided = {ref in self._known and not self._known[ref].undecided for ref in refs}
        if len(decided) > 1:
            raise CannotTell("Some of these are decided and some are not; please send them one by one")
        return decided == {True}

    def _selected(self, clauses: Sequence[Clause]) -> list[Selected]:
        """What each clause selects; "the rest" is what no other one does."""
        decimal_comma = self._lexicon.language.decimal_comma
        found: dict[int, Selected] = {}
        for last in (False, True):
            others = {ref for selected in found.values() for ref in selected.refs}
            for at, clause in enumerate(clauses):
                if at in found or self._has(clause, "REST") != last:
                    continue
                if self._has(clause, "IT") and len(clauses) > 1:
                    raise CannotTell("I am not sure what “it” is")
                if self._has(clause, "STATE") and not only_open(clause.selection):
                    raise CannotTell("I am not sure whether you mean what is open")
                if clause.selection is None:
                    found[at] = self._bare(len(clauses))
                else:
                    # What moves no money may be said of all vendors of a name; the proposal shows each.
                    widens = clause.act in ("reject", "hold")
                    selector = Selector(self._open, self._total, decimal_comma, widens=widens)
                    found[at] = selector.select(clause.selection, others)
        return [found[at] for at in range(len(clauses))]

    def _bare(self, clauses: int) -> Selected:
        """A verb alone: the one payment that is left."""
        if len(self._open) != 1 or clauses > 1:
            raise CannotTell(
                f"{len(self._open)} payments are open, and I am not sure which you mean", self._open
            )
        return Selected((self._open[0].ref,), frozenset({self._open[0].ref}))

    def _has(self, clause: Clause, symbol: str) -> bool:
        if clause.selection is None:
            return False
        return has_symbol(clause.selection, symbol)

    def _decidable(self, chosen: Selected, kind: DecisionKind) -> tuple[int, ...]:
        """The open ones; a range loses what is not open, and a heap to approve what is high risk."""
        shut = [ref for ref in chosen.refs if ref not in self._open_refs()]
        if wrong := [ref for ref in shut if ref not in chosen.ranged]:
            raise CannotTell(
                f"There is nothing to decide about {joined_with_and(f'#{ref}' for ref in wrong)}"
            )
        refs = [ref for ref in chosen.refs if ref not in shut]
        if shut:
            self._notes.append(
                f"Left out, since nothing is open about {'it' if len(shut) == 1 else 'them'}: {_brief(shut)}."
            )
        if kind is DecisionKind.APPROVED and len(refs) > HEAP:
            risky = [ref for ref in refs if self._known[ref].high_risk and ref not in chosen.named]
            refs = [ref for ref in refs if ref not in risky]
            if risky:
                shown = listed([self._known[ref] for ref in risky])
                self._notes.append(f"Left out, since high risk is approved by name{shown}.")
        if not refs:
            raise CannotTell(
                "Nothing of that is open" if shut else "All of these are high risk, so please name each one"
            )
        return tuple(refs)


def _brief(refs: Sequence[int]) -> str:
    more = f" and {len(refs) - 10:,} more" if len(refs) > 10 else ""
    return f"{', '.join(f'#{ref}' for ref in refs[:10])}{more}"


def _question(clause: Clause, refs: tuple[int, ...] | None) -> Meant:
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
