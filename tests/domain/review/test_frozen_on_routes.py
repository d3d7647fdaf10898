"""Over random routes, people and orders of clicks: nothing frozen is approved without another person's call.

Nor is it approved by fewer different entitled people than its route asks for, or by who brought it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Change, DecisionKind, DecisionRequest
from bot.domain.judgement import Judgement
from bot.domain.people import Approvers
from bot.domain.review import approvals
from bot.domain.review.amending import amend, withdraw
from bot.domain.review.approving import Authority
from bot.domain.review.audit_entries import judged
from bot.domain.review.call_back_checks import call_back_problems
from bot.domain.review.call_backs import call_backs_in
from bot.domain.review.calling_back import note_call_back
from bot.domain.review.correction import correct
from bot.domain.review.judged_again import judged_anew
from bot.domain.review.outcome import RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.route_checks import route_problems
from bot.domain.review.transition import Actor
from bot.domain.routing import Route, Stage
from tests.domain.review.test_calling_back import CHANGED, FAILED, NOW, PAYMENT, REPORT, actor
from tests.domain.review.test_review import review

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
NAMES = [f"U_{name}" for name in ("ANA", "BEN", "CHI", "DOV", "EVA")]
PERSON = st.sampled_from(NAMES)
GROUP = st.sampled_from(["approvers", "controllers", "board"])
# What leads somewhere comes often, so that much is approved in the end.
DEEDS = st.sampled_from(
    ["approve"] * 12
    + ["confirm"] * 6
    + ["amend", "back"] * 2
    + ["all", "deny", "correct", "undo", "hold", "reject", "withdraw", "old button"]
)
ROUTES = st.one_of(
    st.none(),
    st.builds(
        Route,
        name=st.just("r"),
        stages=st.lists(
            st.builds(Stage, group=GROUP, count=st.integers(1, 2), fallback=st.sampled_from(["", "board"])),
            min_size=1,
            max_size=2,
        ).map(tuple),
        last_fallback=st.sampled_from(["", "controllers"]),
        by_stage=st.booleans(),
    ),
)
STAFF = st.builds(
    Approvers,
    people=st.just(frozenset(NAMES)),
    groups=st.fixed_dictionaries(
        {name: st.frozensets(PERSON, min_size=3) for name in ("controllers", "board")}
    ),
    named=st.frozensets(PERSON, min_size=3),
    away=st.dictionaries(PERSON, st.one_of(st.just(""), PERSON), max_size=1),
)


@dataclass
class Played:
    """One payment as the clicks so far have left it, and its trail."""

    now: Review
    trail: list[AuditEntry] = field(default_factory=list)

    @property
    def entry(self) -> ReviewedTransaction:
        return self.now.entries[1]

    def take(self, result: RequestResult) -> None:
        """Take a step as the store does, and judge at once what was corrected."""
        step = result.transition
        if step is None:
            return
        self.trail += step.audit
        changes: dict[str, object] = {
            "votes": approvals.votes_in(self.trail),
            "call_backs": call_backs_in(self.trail),
        }
        if 1 in step.undone:
            changes["decision"] = None
        for decision in step.decisions:
            if decision.ref == 1:
                changes |= {"decision": decision, "place": len(self.trail)}
        for amendment in step.amendments:
            if amendment.payment is None:
                changes["withdrawal"] = amendment
                continue
            versions = (*self.entry.earlier, self.entry.transaction, amendment.payment)
            found = self.entry.judgement.findings if self.entry.judgement else ()
            # The rule finds nothing about the new account; what was found before stays.
            again = judged_anew(versions, found, Judgement(ref=1))
            self.trail += judged([again], NOW)
            changes |= {"earlier": versions[:-1], "transaction": versions[-1], "judgement": again}
        entry = self.entry.model_copy(update=changes)
        self.now = Review(step.state.but(rejudging=()), {1: entry})


@settings(max_examples=400, deadline=None)
@given(
    way=ROUTES,
    days=st.lists(STAFF, min_size=1, max_size=3),
    brought=st.frozensets(PERSON, max_size=1),
    clicks=st.lists(st.tuples(PERSON, DEEDS), min_size=8, max_size=40),
)
def test_nothing_frozen_is_approved_without_a_call_by_another_than_who_approved_or_brought_it(
    way: Route | None,
    days: Sequence[Approvers],
    brought: frozenset[str],
    clicks: Sequence[tuple[str, str]],
) -> None:
    judgement = Judgement(ref=1, findings=(CHANGED,))
    frozen = ReviewedTransaction(transaction=PAYMENT, judgement=judgement, route=way)
    state = review().state.but(brought_by=tuple(brought))
    played = Played(Review(state, {1: frozen}), list(judged([judgement], NOW)))
    for minute, (user, does) in enumerate(clicks):
        staff = days[minute * len(days) // len(clicks)]
        before = played.entry
        played.take(_done(played.now, actor(user, minute), does, staff))
        decision = played.entry.decision
        if decision and decision is not before.decision and decision.kind is A:
            _is_right(played, before, staff, user)
    assert not list(call_back_problems({1: played.entry}, played.trail, played.now.state.barred))
    assert not list(route_problems({1: played.entry}))


def _is_right(played: Played, before: ReviewedTransaction, staff: Approvers, user: str) -> None:
    """What was just approved by somebody was called about by another, and went its whole route."""
    event("approved")
    barred = played.now.state.barred
    approved = [vote.by for vote in before.votes if vote.approves] + [user]
    assert before.call_backs
    newest = before.call_backs[-1]
    assert newest.confirmed
    assert newest.by not in {*approved, *barred}
    assert not barred & set(approved)
    route = Authority("", staff, barred).route(before)
    assert len(set(approved)) == len(approved) == route.eyes


def _done(now: Review, by: Actor, does: str, staff: Approvers) -> RequestResult:
    version = now.entries[1].version
    named, calls = DecisionRequest(kind=A, refs=(1,)), len(now.entries[1].call_backs)
    match does:
        case "confirm" | "deny":
            return note_call_back(now, {1: version}, REPORT if does == "confirm" else FAILED, by, staff)
        case "hold" | "reject":
            return now.decide((named.model_copy(update={"kind": H if does == "hold" else R}),), by, staff)
        case "correct" | "undo":
            change = Change(refs=(1,), kind=A if does == "correct" else None)
            return correct(now, (change,), by, staff, timedelta(hours=2))
        case "amend" | "back":
            account = f"GB{version}" if does == "amend" else PAYMENT.account
            typed = {"account": account, "amount": Decimal(500 + version)}
            return amend(now, 1, version, lambda payment: payment.model_copy(update=typed), by)
        case "withdraw":
            return withdraw(now, (1,), by)
        case "old button":
            shown = {1: max(calls - 1, 0)}
            token = now.state.content_token
            return now.decide((named,), by, staff, token, {1: version}, frozenset({1}), shown)
        case _:
            return now.decide((DecisionRequest(kind=A) if does == "all" else named,), by, staff)
