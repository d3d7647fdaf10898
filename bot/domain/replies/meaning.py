"""What the clauses of a reply come to: decisions, corrections, or a question, asked or asked back."""

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.domain.conversation import (
    KIND_OF,
    AskHistory,
    Change,
    Decide,
    DecisionKind,
    DecisionRequest,
    Reading,
    Talk,
    Unclear,
)
from bot.domain.lists import joined_with_and
from bot.domain.names import folded_name
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.commands import Meant, exact_meaning, question_of, together, written_refs
from bot.domain.replies.grammar import Clause
from bot.domain.replies.guard import picks, unfit
from bot.domain.replies.lexicon import DECISIONS, Lexicon
from bot.domain.replies.numbers import SMALL
from bot.domain.replies.question import CannotTell, briefly, listed, unclear
from bot.domain.replies.selection import HEAP, Selected, Selector
from bot.domain.replies.syntax import has_symbol, names_all, only_open, references_in
from bot.domain.replies.tokens import tokens_of, typed_plainly
from bot.domain.replies.vendors import VendorNames


def _as_selected(refs: tuple[int, ...] | None) -> Selected | None:
    return None if refs is None else Selected(refs, frozenset(refs))


def _effect(reading: Reading, payments: Sequence[PaymentFacts]) -> frozenset[tuple[int, DecisionKind, str]]:
    """The decision and reason a reading gives each payment: equal for two wordings that mean the same."""
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


def without_risky(
    requests: Sequence[DecisionRequest], payments: Sequence[PaymentFacts], named: Collection[int] = ()
) -> tuple[list[DecisionRequest], tuple[str, ...]]:
    """The requests without the high risk of a heap to approve, and a sentence that says what was left out.

    A heap is more than ``HEAP`` payments that are approved together; what is ``named`` one by one stays.
    """
    approved = {
        ref for request in requests if request.kind is DecisionKind.APPROVED for ref in request.refs or ()
    }
    risky = [payment for payment in payments if payment.high_risk and payment.ref in approved - set(named)]
    if len(approved) <= HEAP or not risky:
        return [*requests], ()
    out = {payment.ref for payment in risky}
    kept = [
        request.model_copy(update={"refs": tuple(ref for ref in request.refs if ref not in out)})
        if request.kind is DecisionKind.APPROVED and request.refs is not None
        else request
        for request in requests
    ]
    note = f"Left out, since high risk is approved by name{listed(risky)}."
    return [request for request in kept if request.refs != ()], (note,)


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
        self._open_refs = frozenset(payment.ref for payment in self._open)
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
        return question_of(clause, refs)

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
            written = written_refs(clause)
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
        named = frozenset().union(*(chosen.named for chosen in selected))
        requests, left_out = without_risky(requests, self._payments, named)
        if left_out and not requests:
            raise CannotTell("All of these are high risk, so please name each one")
        reading = together(requests, changes)
        return Meant(reading, notes=(*self._notes, *left_out))

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
        """Whether a named number may be an amount, is no payment, or is one that a range must not take in."""
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
        # What is high risk is approved by name, and a long range names nothing.
        heaped = [
            ask for ask in reading.asks if ask.kind is DecisionKind.APPROVED and ranged & set(ask.refs or ())
        ]
        if without_risky(heaped, self._payments, frozenset(named) - ranged)[1]:
            return True
        amounts = {abs(payment.amount): payment.ref for payment in self._open}
        return any(
            (ref in ranged and ref not in self._open_refs)
            or (ref > SMALL and (ref > self._total or amounts.get(Decimal(ref), ref) != ref))
            for ref in named
        )

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
                every = names_all(clause.selection) and (clause.last or not self._has(clause, "ALL"))
                if clause.act == "approve" and not clause.exact and every:
                    raise CannotTell("I am not sure whether you approve everything, or only say how it looks")
                if clause.selection is None:
                    found[at] = self._bare(len(clauses))
                else:
                    # What moves no money may be said of all vendors of a name; the proposal shows each.
                    widens = clause.act in ("reject", "hold")
                    selector = Selector(self._changeable(clause), self._total, decimal_comma, widens=widens)
                    found[at] = selector.select(clause.selection, others)
        return [found[at] for at in range(len(clauses))]

    def _changeable(self, clause: Clause) -> Sequence[PaymentFacts]:
        """The payments that a clause can be about: the open ones, and of a correction the decided ones."""
        if clause.act in DECISIONS and not clause.amends:
            return self._open
        return [
            payment for payment in self._payments if payment.flagged and (payment.decided or clause.amends)
        ]

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
        shut = [ref for ref in chosen.refs if ref not in self._open_refs]
        if wrong := [ref for ref in shut if ref not in chosen.ranged]:
            raise CannotTell(
                f"There is nothing to decide about {joined_with_and(f'#{ref}' for ref in wrong)}"
            )
        refs = [ref for ref in chosen.refs if ref not in shut]
        if shut:
            them = "it" if len(shut) == 1 else "them"
            self._notes.append(f"Left out, since nothing is open about {them}: {briefly(shut)}.")
        if not refs:
            raise CannotTell("Nothing of that is open")
        return tuple(refs)
