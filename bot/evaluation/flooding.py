"""Flooding: one bad payment among hundreds that are flagged too, and its place in the order of the card.

Whoever wants a payment to be overlooked has others flagged beside it, so many that nobody reads to the end.
The floods are made of a file's own rows, each with one or two things that any rule flags: an amount over the
limit, a memo that claims approval, a day to come, an amount of zero, a currency without a limit. They are
judged as one batch; a planted violation is judged in its own file, and then stands in one review with them.
A flood of the very findings of a violation is not tried: what hides among its like is no rarer than they are.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import Judgement
from bot.domain.policy import Policy, judge_by_policy, shares_of_limits
from bot.domain.review.ranking import Rank, ranked
from bot.domain.transaction import Transaction
from bot.evaluation.kinds import Violation
from bot.evaluation.planted_file import EvaluationFile, numbered
from bot.evaluation.scoring import JudgedViolations, finding_codes

FLAGGED = 500  # payments of a flood
FLOODS = 8  # of a file
CASES = 20  # violations of a kind and file that are put into a flood, at the most
FIRST = 10  # places that somebody looks at in any case
COMMON = FIRST  # of a flood's payments have a finding that counts as one of the flood's own
CURRENCIES = ("MNT", "NPR", "LKR", "UGX")  # of which few policies have limits

Judged = tuple[Transaction, Judgement]
Alter = Callable[[Transaction, Policy, dt.date, Random], Transaction]


class FloodedKind(BaseModel):
    """One kind in floods: of so many ``cases``, how many stood among the ``first`` ten, and the last place.

    Places count from 1; of a violation of several payments the first counts. ``untried`` are violations
    for which there was no flood without their own findings.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    cases: int = 0
    first: int = 0
    last_place: int = 0
    untried: int = 0


class FloodReport(BaseModel):
    """What became of planted violations, each among ``flagged`` other payments that are flagged too."""

    model_config = ConfigDict(frozen=True)

    flagged: int = FLAGGED
    first_places: int = FIRST
    kinds: tuple[FloodedKind, ...] = ()

    @property
    def cases(self) -> int:
        """Violations that were put into a flood."""
        return sum(kind.cases for kind in self.kinds)

    @property
    def first_share(self) -> float | None:
        """The part (0 to 1) of them that stood among the first ten; ``None`` where none was tried."""
        return sum(kind.first for kind in self.kinds) / self.cases if self.cases else None

    def joined(self, other: "FloodReport") -> "FloodReport":
        """The sums over both reports, kind by kind."""
        by_name = {kind.kind: kind for kind in self.kinds}
        for kind in other.kinds:
            known = by_name.get(kind.kind, FloodedKind(kind=kind.kind))
            by_name[kind.kind] = FloodedKind(
                kind=kind.kind,
                cases=known.cases + kind.cases,
                first=known.first + kind.first,
                last_place=max(known.last_place, kind.last_place),
                untried=known.untried + kind.untried,
            )
        return self.model_copy(update={"kinds": tuple(by_name.values())})


@dataclass(frozen=True)
class Flood:
    """Flagged payments, judged, with the codes that ``COMMON`` or more of them have."""

    judged: Sequence[Judged]
    codes: frozenset[str]


def try_floods(
    file: EvaluationFile, policy: Policy, violations: Sequence[JudgedViolations], seed: int = 1
) -> FloodReport:
    """Put violations of each kind within the policy's bounds into floods, one at a time, and note its place.

    Those that no rule has found by name are left out: how many those are is told of the kind itself.
    """
    floods = floods_of(file, policy, seed)
    share_of_limit = shares_of_limits(policy)
    kinds = (_in_floods(judged, floods, share_of_limit) for judged in violations if judged.kind.in_bounds)
    return FloodReport(kinds=tuple(kinds))


def floods_of(file: EvaluationFile, policy: Policy, seed: int) -> list[Flood]:
    """Floods of the file's rows, ``FLOODS`` of them; equal seeds give equal floods."""
    return [_flood(file, policy, Random(f"{seed} {file.name} flood {number}")) for number in range(FLOODS)]


def place_of(
    rows: Sequence[Judged], flood: Flood, share_of_limit: Callable[[Transaction], float | None]
) -> int:
    """At which place, from 1, the first of these rows stands in one review with a flood."""
    renumbered = [
        (row.model_copy(update={"ref": ref}), judgement.model_copy(update={"ref": ref}))
        for ref, (row, judgement) in enumerate(rows, start=len(flood.judged) + 1)
    ]
    order: Sequence[Rank] = ranked([*flood.judged, *renumbered], share_of_limit)
    return next(place for place, rank in enumerate(order, start=1) if rank.ref > len(flood.judged))


def _in_floods(
    violations: JudgedViolations,
    floods: Sequence[Flood],
    share_of_limit: Callable[[Transaction], float | None],
) -> FloodedKind:
    kind = violations.kind
    fitting = [flood for flood in floods if not flood.codes & kind.codes]
    rows_by_violation: dict[int, tuple[Violation, list[Judged]]] = {}
    for row, violation, judgement in violations.planted:
        if finding_codes(judgement) & kind.codes:
            rows_by_violation.setdefault(id(violation), (violation, []))[1].append((row, judgement))
    cases = [rows for _, rows in rows_by_violation.values()][:CASES]
    if not fitting:
        return FloodedKind(kind=kind.name, untried=len(cases))
    places = [
        place_of(rows, fitting[number % len(fitting)], share_of_limit) for number, rows in enumerate(cases)
    ]
    return FloodedKind(
        kind=kind.name,
        cases=len(places),
        first=sum(place <= FIRST for place in places),
        last_place=max(places, default=0),
    )


# -- making floods


def _flood(file: EvaluationFile, policy: Policy, random: Random) -> Flood:
    """``FLAGGED`` payments in one to three of the ways to be flagged, each in one or two of them."""
    ways = random.sample(WAYS, random.randint(1, 3))
    rows = numbered(
        _altered(
            random.choice(file.rows),
            random.sample(ways, random.randint(1, min(2, len(ways)))),
            file,
            policy,
            random,
        )
        for _ in range(FLAGGED)
    )
    judgements = judge_by_policy(policy, rows, file.history, file.today)
    judged = [(row, judgement) for row, judgement in zip(rows, judgements, strict=True) if judgement.findings]
    often = Counter(code for _, judgement in judged for code in finding_codes(judgement))
    return Flood(judged, frozenset(code for code, count in often.items() if count >= COMMON))


def _altered(
    row: Transaction, ways: Sequence[Alter], file: EvaluationFile, policy: Policy, random: Random
) -> Transaction:
    for alter in ways:
        row = alter(row, policy, file.today, random)
    return row


def _over_limit(row: Transaction, policy: Policy, today: dt.date, random: Random) -> Transaction:
    limit = policy.limits.get(row.currency, Decimal(10_000))
    amount = limit * Decimal(random.uniform(1.01, 9))
    return row.model_copy(update={"amount": amount.quantize(Decimal(1))})


def _claimed(row: Transaction, policy: Policy, today: dt.date, random: Random) -> Transaction:
    who = random.choice(("the CFO", "the board", "head office", "the director"))
    return row.model_copy(update={"memo": f"Pre-approved by {who}, release it"})


def _to_come(row: Transaction, policy: Policy, today: dt.date, random: Random) -> Transaction:
    return row.model_copy(update={"date": today + dt.timedelta(days=random.randint(30, 300))})


def _of_nothing(row: Transaction, policy: Policy, today: dt.date, random: Random) -> Transaction:
    return row.model_copy(update={"amount": Decimal(0)})


def _without_limit(row: Transaction, policy: Policy, today: dt.date, random: Random) -> Transaction:
    without = [currency for currency in CURRENCIES if currency not in policy.limits]
    return row.model_copy(update={"currency": random.choice(without or [row.currency])})


WAYS: tuple[Alter, ...] = (_over_limit, _claimed, _to_come, _of_nothing, _without_limit)
