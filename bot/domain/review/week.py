"""How a week went: how much was decided, how fast, and where people and policy saw it differently. Pure.

All of it is counted from what is stored of reviews and their payments (law 9 in ARCHITECTURE.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from bot.domain.conversation import DecisionKind
from bot.domain.judgement import RECOMMENDED_CODE, Finding, Severity, Source
from bot.domain.matrix import APPROVERS
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState

OVER_LIMIT = "amount_over_limit"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one payment waited: ``took`` until it was decided or passed a stage."""

    took: timedelta
    review_id: str
    ref: int


@dataclass(frozen=True, slots=True)
class WaitingTimes:
    """How long payments waited; of ``name``, which is a group, a person, or empty for all of them."""

    name: str
    count: int
    median: timedelta
    slowest: Wait


@dataclass(frozen=True, slots=True)
class RaisedLimit:
    """A limit (major units) that would have spared ``spared`` payments, and none that was rejected."""

    currency: str
    limit: Decimal
    spared: int


@dataclass(frozen=True, slots=True)
class RuleOverrides:
    """How often people approved, and rejected, what a rule had flagged.

    ``alone_approved`` and ``alone_rejected`` are those in which nothing else was found. ``rule`` is the table
    of the policy that the findings name, empty where they name none. ``grave`` is whether it flags high risk.
    """

    code: str
    approved: int
    rejected: int
    alone_approved: int
    alone_rejected: int
    rule: str
    grave: bool
    limits: tuple[RaisedLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekMedian:
    """The median time to a decision of the week that ended at ``until`` (aware UTC)."""

    until: datetime
    median: timedelta
    count: int


@dataclass(frozen=True, slots=True)
class Week:
    """What happened from ``begin`` until ``end`` (aware UTC), and what waits at its end.

    ``submitted`` and ``automatic`` count payments of reviews that were submitted in it; ``approved`` and
    ``rejected`` what people decided in it; ``not_approved`` what was open when its review was closed in it.
    ``times`` are from submission, or correction, to decision; ``waited`` those of each submitter.
    ``false_calm`` are payments, by review and reference, which were recommended for approval and rejected.
    """

    begin: datetime
    end: datetime
    submitted: int = 0
    automatic: int = 0
    approved: int = 0
    rejected: int = 0
    not_approved: int = 0
    waiting: int = 0
    held: int = 0
    times: WaitingTimes | None = None
    stages: tuple[WaitingTimes, ...] = ()
    waited: tuple[WaitingTimes, ...] = ()
    overrides: tuple[RuleOverrides, ...] = ()
    false_calm: tuple[tuple[str, int], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.submitted or self.approved or self.rejected or self.waiting or self.held)


@dataclass(slots=True)
class _RuleCount:
    approved: list[tuple[ReviewedTransaction, Finding, bool]] = field(default_factory=list)
    rejected: list[tuple[ReviewedTransaction, Finding, bool]] = field(default_factory=list)


class WeekCount:
    """Counts a week review by review, so that never more than one of them need be at hand."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self._begin, self._end = begin, end
        self._counts: dict[str, int] = defaultdict(int)
        self._waits: list[Wait] = []
        self._stages: dict[str, list[Wait]] = defaultdict(list)
        self._submitters: dict[str, list[Wait]] = defaultdict(list)
        self._rules: dict[str, _RuleCount] = defaultdict(_RuleCount)
        self._false_calm: list[tuple[str, int]] = []

    def add(self, state: ReviewState, flagged: Iterable[ReviewedTransaction]) -> None:
        """Count a review, with its flagged payments."""
        if self._within(state.created_at):
            self._counts["submitted"] += state.total
            self._counts["automatic"] += state.routine
        if state.closed_at is None:
            self._counts["waiting"] += state.undecided
            self._counts["held"] += state.held
        elif self._within(state.closed_at):
            self._counts["not_approved"] += state.waiting
        for entry in flagged:
            self._add_payment(state, entry)

    def result(self) -> Week:
        """What was counted."""
        return Week(
            begin=self._begin,
            end=self._end,
            **self._counts,
            times=_times("", self._waits),
            stages=_slowest_first(self._stages),
            waited=_slowest_first(self._submitters),
            overrides=_overrides(self._rules),
            false_calm=tuple(self._false_calm),
        )

    def _within(self, at: datetime) -> bool:
        return self._begin <= at < self._end

    def _add_payment(self, state: ReviewState, entry: ReviewedTransaction) -> None:
        came = entry.amended.at if entry.amended else state.created_at
        self._add_stages(state, entry, came)
        decision = entry.decision
        if decision is None or not entry.decided or not self._within(decision.since or decision.at):
            return
        wait = Wait(max((decision.since or decision.at) - came, timedelta()), state.id, decision.ref)
        self._waits.append(wait)
        self._submitters[state.submitter].append(wait)
        approves = decision.kind is DecisionKind.APPROVED
        self._counts["approved" if approves else "rejected"] += 1
        recommended = entry.judgement is not None and entry.judgement.recommended
        if recommended and not approves:
            self._false_calm.append((state.id, decision.ref))
        findings = entry.judgement.findings if entry.judgement else ()
        for finding in {finding.code: finding for finding in findings}.values():
            if finding.source is Source.RULE and finding.code != RECOMMENDED_CODE:
                count = self._rules[finding.code]
                alone = all(other.code == finding.code for other in findings)
                (count.approved if approves else count.rejected).append((entry, finding, alone))

    def _add_stages(self, state: ReviewState, entry: ReviewedTransaction, came: datetime) -> None:
        """Count the stages that a payment passed in the week, each from the end of the one before it."""
        stages = entry.route.stages if entry.route else ()
        last = len(stages) - 1 if stages else 0
        since = came
        for number in range(last + 1):
            passed = self._passed(entry, number, last)
            if passed is None:
                return
            if self._within(passed):
                group = stages[number].group if stages else APPROVERS
                took = max(passed - since, timedelta())
                self._stages[group].append(Wait(took, state.id, entry.transaction.ref))
            since = max(since, passed)

    @staticmethod
    def _passed(entry: ReviewedTransaction, number: int, last: int) -> datetime | None:
        decision = entry.decision if entry.decided else None
        if number == last:
            return (decision.since or decision.at) if decision else None
        beyond = bool(decision) or any(vote.stage > number for vote in entry.votes)
        given = [vote.at for vote in entry.votes if vote.stage == number]
        return max(given) if beyond and given else None


def _times(name: str, waits: Sequence[Wait]) -> WaitingTimes | None:
    if not waits:
        return None
    middle = timedelta(seconds=median(wait.took.total_seconds() for wait in waits))
    return WaitingTimes(name, len(waits), middle, max(waits, key=lambda wait: wait.took))


def _slowest_first(waits: dict[str, list[Wait]]) -> tuple[WaitingTimes, ...]:
    times = [found for name in waits if (found := _times(name, waits[name]))]
    return tuple(sorted(times, key=lambda found: found.slowest.took, reverse=True))


def _overrides(rules: dict[str, _RuleCount]) -> tuple[RuleOverrides, ...]:
    found = [_overrides_of(code, count) for code, count in rules.items() if count.approved]
    return tuple(sorted(found, key=lambda rule: (-rule.approved, rule.code)))


def _overrides_of(code: str, count: _RuleCount) -> RuleOverrides:
    every = [*count.approved, *count.rejected]
    named = [finding.policy for _, finding, _ in every if finding.policy.startswith("rules.")]
    return RuleOverrides(
        code=code,
        approved=len(count.approved),
        rejected=len(count.rejected),
        alone_approved=sum(alone for _, _, alone in count.approved),
        alone_rejected=sum(alone for _, _, alone in count.rejected),
        rule=".".join(named[0].split(" ")[0].split(".")[:2]) if named else "",
        grave=any(finding.severity is Severity.HIGH for _, finding, _ in every),
        limits=_raised_limits(count) if code == OVER_LIMIT else (),
    )


def _raised_limits(count: _RuleCount) -> tuple[RaisedLimit, ...]:
    """By currency the limit that spares the most of what was approved, and nothing that was rejected.

    A payment with other findings stays flagged whatever the limit is. Limits of a vendor, category or profile
    are not looked at.
    """
    spared: dict[str, list[Decimal]] = defaultdict(list)
    kept: dict[str, list[Decimal]] = defaultdict(list)
    for into, payments in ((spared, count.approved), (kept, count.rejected)):
        for entry, finding, alone in payments:
            payment = entry.transaction
            if alone and finding.policy.startswith(f"limits.{payment.currency} ="):
                into[payment.currency].append(abs(payment.amount))
    raised = []
    for currency, amounts in sorted(spared.items()):
        lowest_rejected = min(kept[currency], default=None)
        safe = [amount for amount in amounts if lowest_rejected is None or amount < lowest_rejected]
        if safe:
            raised.append(RaisedLimit(currency, max(safe), len(safe)))
    return tuple(raised)
