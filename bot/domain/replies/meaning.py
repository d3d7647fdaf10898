"""What the clauses of a reply come to among the payments of its review."""

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.domain.conversation import (
    KIND_OF,
    AskHistory,
    Change,
    Decide,
    DecisionKind,
    DecisionRequest,
    Talk,
    Unclear,
)
from bot.domain.names import folded_name
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.commands import (
    HEAP,
    Meant,
    is_complete,
    part_of,
    question_of,
    stands_for_all,
    together,
)
from bot.domain.replies.guard import picks, unfit
from bot.domain.replies.lexicon import DECISIONS, Lexicon
from bot.domain.replies.question import CannotTell, briefly, listed, numbered, unclear
from bot.domain.replies.selection import Selected, Selector, names_everything, plainly_written
from bot.domain.replies.syntax import Clause
from bot.domain.replies.tokens import tokens_of, typed_plainly
from bot.domain.replies.vendors import VendorNames

_LOOKS = "I am not sure whether you approve everything, or only say how it looks"
_WHICH = "I am not sure which payments you mean"


def meaning_in_review(
    clauses: Sequence[Clause], lexicon: Lexicon, payments: Sequence[PaymentFacts], total: int
) -> Meant:
    """What the clauses come to among the payments of a review; a question back where that cannot be told."""
    try:
        return _InReview(clauses, lexicon, payments, total).meant()
    except CannotTell as doubt:
        verb = next((clause.act for clause in clauses if clause.act in DECISIONS), "approve")
        return Meant(unclear(str(doubt), doubt.among, verb))


def without_risky(
    requests: Sequence[DecisionRequest], payments: Sequence[PaymentFacts], named: Collection[int] = ()
) -> tuple[list[DecisionRequest], tuple[str, ...]]:
    """The requests without the high risk of a heap to approve, and a sentence that says what was left out.

    A heap is more than ``HEAP`` payments that are approved together; what is ``named`` one by one stays.
    """
    approvals = [request for request in requests if request.kind is DecisionKind.APPROVED]
    approved = {ref for request in approvals for ref in request.refs or ()}
    risky = [payment for payment in payments if payment.high_risk and payment.ref in approved - set(named)]
    if len(approved) <= HEAP or not risky:
        return [*requests], ()
    kept = set(approved) - {payment.ref for payment in risky}
    made = [
        request.model_copy(update={"refs": tuple(ref for ref in request.refs if ref in kept)})
        if request.kind is DecisionKind.APPROVED and request.refs is not None
        else request
        for request in requests
    ]
    note = f"Left out, since high risk is approved by name{listed(risky)}."
    return [request for request in made if request.refs != ()], (note,)


class _InReview:
    """The clauses of one reply, held against the payments of its review; what cannot be told is raised."""

    def __init__(
        self, clauses: Sequence[Clause], lexicon: Lexicon, payments: Sequence[PaymentFacts], total: int
    ) -> None:
        self._clauses, self._lexicon = clauses, lexicon
        self._payments, self._total = payments, total
        self._known = {payment.ref: payment for payment in payments}
        self._open = [payment for payment in payments if payment.waits]

    def meant(self) -> Meant:
        clauses = [clause for clause in self._clauses if clause.act != "yes"]
        if not clauses:
            return self._yes()
        if all(clause.verb.decides for clause in clauses):
            return self._decided(clauses)
        if len(clauses) != 1:
            raise CannotTell("Please send decisions and anything else in messages of their own")
        return self._asked(clauses[0])

    def _yes(self) -> Meant:
        if not self._open:
            return Meant(Talk())
        if len(self._open) > 1:
            many = f"{len(self._open)} payments are open, and I am not sure what you say yes to"
            raise CannotTell(many, self._open)
        request = DecisionRequest(kind=DecisionKind.APPROVED, refs=(self._open[0].ref,))
        return Meant(Decide(asks=(request,)))

    def _asked(self, clause: Clause) -> Meant:
        if clause.verb.handles or clause.act == "on_it":
            raise CannotTell("I am not sure which payments you mean, so please name them by their reference")
        refs = self._asked_about(clause)
        if clause.act != "history":
            return Meant(question_of(clause, refs), exact=True)
        if len({self._known[ref].vendor for ref in refs or () if ref in self._known}) != 1:
            raise CannotTell("I am not sure which vendor you mean")
        return Meant(AskHistory(vendor=self._known[(refs or ())[0]].vendor))

    def _asked_about(self, clause: Clause) -> tuple[int, ...] | None:
        """What a question is about: open payments; all, where none of those is meant or a state is named."""
        if clause.selection is None:
            return None
        among = Selector(self._payments, self._total, self._lexicon.language.decimal_comma, asks=True)
        if not clause.has("STATE"):
            with contextlib.suppress(CannotTell):
                return replace(among, payments=self._open).select(clause.selection).refs
        try:
            return among.select(clause.selection).refs
        except CannotTell:
            if clause.act == "list":
                return ()
            raise

    def _decided(self, clauses: Sequence[Clause]) -> Meant:
        """What the clauses decide; at once where they are complete, and name no heap and what they say."""
        parts: list[DecisionRequest | Change] = []
        notes: list[str] = []
        exact = all(is_complete(clause, self._lexicon) for clause in self._clauses)
        general = [names_everything(clause.selection) for clause in clauses]
        if exact and not self._open and all(general):
            # That nothing is left, or that the review is closed, is told when it is done.
            asks = (DecisionRequest(kind=KIND_OF[clause.act], reason=clause.reason) for clause in clauses)
            return Meant(Decide(asks=tuple(asks)), exact=True)
        selected = self._selected(clauses)
        for clause, chosen in zip(clauses, selected, strict=True):
            written = plainly_written(clause.selection)
            refusal = unfit(clause.reason, clause.act, self._lexicon)
            if refusal or (refusal := self._doubt_about(clause, written[0] if written else chosen.refs)):
                return Meant(unclear(refusal), refused=True)
            corrects = clause.act not in DECISIONS or (clause.amends and self._all_decided(chosen.refs))
            refs = chosen.refs if corrects else self._decidable(chosen, notes, told=exact)
            exact &= written is not None and written[0] in (None, refs)
            parts.append(part_of(clause, refs, corrects=corrects))
        named = frozenset().union(*(chosen.named for chosen in selected))
        requests = [part for part in parts if isinstance(part, DecisionRequest)]
        decided = [ref for request in requests for ref in request.refs or ()]
        if (
            any(general)
            and len(decided) > len(set(decided))
            and len({request.refs for request in requests}) > 1
        ):
            raise CannotTell('"All" and single payments in one message contradict each other')
        kept, left_out = without_risky(requests, self._payments, named)
        if left_out and not kept:
            raise CannotTell("All of these are high risk, so please name each one")
        reading = together([*kept, *(part for part in parts if isinstance(part, Change))])
        exact &= not (notes or left_out or len(decided) > HEAP)
        return Meant(reading, exact and not isinstance(reading, Unclear), notes=(*notes, *left_out))

    def _doubt_about(self, clause: Clause, refs: tuple[int, ...] | None) -> str | None:
        """Why words beside a decision may choose other payments than the decision itself, or nothing at all.

        ``refs`` are the payments that it is about, ``None`` for everything that is open.
        """
        if clause.reason and self._names_others(clause, refs):
            return "I am not sure whether that is a reason, or which payments you mean"
        if refs is not None:
            return None
        named = {word for payment in self._open for word in folded_name(payment.vendor).split()}
        if not named.isdisjoint(clause.courtesies):
            return _WHICH  # "approve ty", which thanks or names a vendor
        looks = clause.last and (clause.verb.answers or not clause.verb.exact)
        return _LOOKS if clause.act == "approve" and looks else None

    def _names_others(self, clause: Clause, refs: tuple[int, ...] | None) -> bool:
        """Whether a reason may say which payments are meant: it names a vendor of others, or picks some."""
        words = tokens_of(typed_plainly(clause.reason))
        names = VendorNames(self._open)
        meant = self._open if refs is None else [self._known[ref] for ref in refs if ref in self._known]
        own = {payment.vendor for payment in meant}
        for found in (names.longest(words, at) for at in range(len(words))):
            if found and (len(own) > 1 or {payment.vendor for payment in names.named(found[1])[0]} - own):
                return True
        approves = clause.act == "approve"
        return (approves or refs is None) and picks(words, self._lexicon, every=approves and refs is None)

    def _is_open(self, ref: int) -> bool:
        return ref in self._known and self._known[ref].waits

    def _is_held(self, ref: int) -> bool:
        return ref in self._known and self._known[ref].decided == "held"

    def _all_decided(self, refs: Sequence[int]) -> bool:
        decided = {ref in self._known and not self._known[ref].undecided for ref in refs}
        if len(decided) > 1:
            raise CannotTell("Some of these are decided and some are not; please send them one by one")
        return decided == {True}

    def _selected(self, clauses: Sequence[Clause]) -> list[Selected]:
        """What each clause selects; "the rest" is what no other one does."""
        found: dict[int, Selected] = {}
        for at in sorted(range(len(clauses)), key=lambda at: clauses[at].has("REST")):
            others = {ref for selected in found.values() for ref in selected.refs}
            found[at] = self._select(clauses[at], others, len(clauses))
        return [found[at] for at in range(len(clauses))]

    def _select(self, clause: Clause, others: Collection[int], clauses: int) -> Selected:
        if clause.selection is None:
            if stands_for_all(clause, self._lexicon):
                return Selected(tuple(payment.ref for payment in self._open))
            # A verb alone: the one payment that is left.
            if len(self._open) != 1 or clauses > 1:
                many = f"{len(self._open)} payments are open, and I am not sure which you mean"
                raise CannotTell(many, self._open)
            return Selected((self._open[0].ref,), frozenset({self._open[0].ref}))
        described = (*clause.selection.whole, *clause.selection.but)
        if not all(each.names_what_is_open for each in described if "STATE" in each.symbols):
            raise CannotTell("I am not sure whether you mean what is open")
        every = bool(clause.selection.whole) and not clause.selection.but
        every = every and all(each.symbols <= {"ALL", "PAYMENTS"} for each in described)
        looks = every and (clause.last or not clause.has("ALL"))
        if clause.act == "approve" and not clause.verb.exact and looks:
            raise CannotTell(_LOOKS)
        # What moves no money may be said of all vendors of a name; the proposal shows each.
        widens, comma = clause.act in ("reject", "hold"), self._lexicon.language.decimal_comma
        return Selector(self._changeable(clause), self._total, comma, widens).select(clause.selection, others)

    def _changeable(self, clause: Clause) -> Sequence[PaymentFacts]:
        """The payments that a clause can be about: the open ones, and of a correction the decided ones."""
        if clause.act in DECISIONS and not clause.amends:
            return self._open
        return [each for each in self._payments if each.flagged and (each.decided or clause.amends)]

    def _decidable(self, chosen: Selected, notes: list[str], *, told: bool) -> tuple[int, ...]:
        """The open ones of those; a range loses what is not open, which ``notes`` then say.

        Others that are named stay where ``told``: why nothing is decided about them is then told later.
        """
        # What is on hold is decided where it is named, and is no part of a range.
        shut = [
            ref
            for ref in chosen.refs
            if not (self._is_open(ref) or (self._is_held(ref) and ref not in chosen.ranged))
        ]
        if told and not chosen.ranged:
            return chosen.refs
        if wrong := [ref for ref in shut if ref not in chosen.ranged]:
            raise CannotTell(f"There is nothing to decide about {numbered(wrong)}")
        if len(shut) == len(chosen.refs):
            raise CannotTell("Nothing of that is open")
        if shut:
            them = "it" if len(shut) == 1 else "them"
            notes.append(f"Left out, since nothing is open about {them}: {briefly(shut)}.")
        return tuple(ref for ref in chosen.refs if ref not in shut)
