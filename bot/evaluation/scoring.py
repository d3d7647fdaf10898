"""What was found of the planted, and what was flagged that nobody planted."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import Judgement, Verdict
from bot.domain.policy import History, Policy, SanctionsList, history_of, judge_by_policy, past_payments_from
from bot.domain.transaction import Transaction
from bot.evaluation.kinds import KINDS, Group, Kind
from bot.evaluation.payment_generator import CannotPlant, Case, Ground

MISSES_TOLD = 5


class Miss(BaseModel):
    """A planted row that none of its kind's codes stands on."""

    model_config = ConfigDict(frozen=True)

    way: str
    vendor: str
    amount: str
    memo: str | None
    date: dt.date | None
    codes: tuple[str, ...]


class Score(BaseModel):
    """What became of one kind in one file; all counts are rows.

    ``found`` carry a code of the kind, ``flagged`` any finding; ``alarms`` are ``clean`` rows with a code of
    the kind where nothing is planted, ``drawn_in`` clean rows flagged only since a plant stands beside them.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    group: Group
    planted: int
    found: int
    flagged: int
    clean: int
    alarms: int
    drawn_in: int
    misses: tuple[Miss, ...] = ()
    why_no_more: str = ""


@dataclass(frozen=True)
class Field:
    """One file: what was paid before, what is to be judged, and the day it is handed in."""

    name: str
    past: tuple[Transaction, ...]
    rows: tuple[Transaction, ...]
    today: dt.date

    @classmethod
    def halves(cls, name: str, transactions: Sequence[Transaction]) -> "Field":
        """The earlier half as the past; no day is torn. Raises ``ValueError`` where there are no dates."""
        dates = sorted(one.date for one in transactions if one.date)
        if not dates:
            raise ValueError(f"{name} has no dates, and its earlier half is the past of the later")
        middle = dates[len(dates) // 2]
        before = tuple(one for one in transactions if one.date and one.date < middle)
        rest = [one for one in transactions if not (one.date and one.date < middle)]
        return cls(name, before, _numbered(rest), dates[-1])

    @classmethod
    def after(cls, name: str, past: Sequence[Transaction], transactions: Sequence[Transaction]) -> "Field":
        """All of a file, with another's payments as the past. Raises ``ValueError`` where it has no dates."""
        if not (dates := [one.date for one in transactions if one.date]):
            raise ValueError(f"{name} has no dates, and violations are planted on days")
        return cls(name, tuple(past), _numbered(transactions), max(dates))

    @cached_property
    def history(self) -> History:
        return history_of(self.past, "the past")

    def ground(self, kind: Kind, policy: Policy, seed: int) -> Ground:
        return Ground(policy, self.past, self.rows, self.today, Random(f"{seed} {self.name} {kind.name}"))


@dataclass(frozen=True)
class Stage:
    """A file with the cases of one kind in it. The clean rows keep their references and come first."""

    rows: tuple[Transaction, ...]
    history: History
    planted: tuple[tuple[int, Case], ...]  # reference of each row to be found, and its case
    clean: int


def cases_of(kind: Kind, on: Ground, count: int) -> tuple[list[Case], str]:
    """Up to ``count`` cases, and why they are not more."""
    cases: list[Case] = []
    try:
        while len(cases) < count:
            cases.append(kind.plant(on))
    except CannotPlant as why:
        return cases, str(why)
    return cases, ""


def staged(field: Field, cases: Sequence[Case]) -> Stage:
    """The cases put into the file."""
    beside = [one for case in cases for one in case.beside]
    placed = [(one, case) for case in cases for one in case.rows]
    rows = _numbered([*field.rows, *beside, *(one for one, _ in placed)])
    start = len(field.rows) + len(beside)
    before = _numbered([one for case in cases for one in case.before])
    history = History(
        vendors=field.history.vendors | {one.vendor for one in before},
        payments=(*field.history.payments, *past_payments_from(before, "the planted past")),
    )
    planted = tuple((start + at, case) for at, (_, case) in enumerate(placed, start=1))
    return Stage(rows, history, planted, len(field.rows))


def _numbered(rows: Sequence[Transaction]) -> tuple[Transaction, ...]:
    return tuple(one.model_copy(update={"ref": ref}) for ref, one in enumerate(rows, start=1))


@dataclass(frozen=True)
class Trial:
    """One kind planted into one file and judged by the policy.

    ``judged`` are all rows of the stage, ``baseline`` the clean ones with nothing planted, ``why`` says why
    no more was planted.
    """

    kind: Kind
    stage: Stage
    judged: Sequence[Judgement]
    baseline: Sequence[Judgement]
    why: str = ""

    @cached_property
    def plants(self) -> list[tuple[Transaction, Case, Judgement]]:
        """Each row to be found, its case, and what was found about it."""
        return [(self.stage.rows[ref - 1], case, self.judged[ref - 1]) for ref, case in self.stage.planted]


def trials(
    field: Field,
    policy: Policy,
    *,
    seed: int = 1,
    plants: int = 20,
    kinds: Sequence[Kind] = KINDS,
    sanctions: SanctionsList | None = None,
) -> Iterator[Trial]:
    """Each kind planted alone into the file, so that none disturbs another.

    ``sanctions`` is the list that the policy names; a kind that has one of its own is judged by that.
    """
    baselines: dict[tuple[str, bool], Sequence[Judgement]] = {}
    for kind in kinds:
        own = kind.policy(policy)
        key = own.version, kind.sanctions is not None
        listed = kind.sanctions or sanctions
        if key not in baselines:
            baselines[key] = judge_by_policy(own, field.rows, field.history, field.today, listed)
        cases, why = cases_of(kind, field.ground(kind, own, seed), plants)
        stage = staged(field, cases)
        judged = judge_by_policy(own, stage.rows, stage.history, field.today, listed)
        yield Trial(kind, stage, judged, baselines[key], why)


def score(trial: Trial) -> Score:
    """What the policy alone made of it."""
    kind, planted = trial.kind, trial.plants
    missed = [one for one in planted if not codes(one[2]) & kind.codes]
    return Score(
        kind=kind.name,
        group=kind.group,
        planted=len(planted),
        found=len(planted) - len(missed),
        flagged=sum(judgement.verdict is Verdict.FLAGGED for _, _, judgement in planted),
        clean=trial.stage.clean,
        alarms=sum(bool(codes(one) & kind.codes) for one in trial.baseline),
        drawn_in=sum(
            after.verdict is Verdict.FLAGGED and before.verdict is Verdict.ROUTINE
            for after, before in zip(trial.judged, trial.baseline, strict=False)
        ),
        misses=tuple(_miss(*one) for one in missed[:MISSES_TOLD]),
        why_no_more=trial.why,
    )


def codes(judgement: Judgement) -> frozenset[str]:
    """What was found, by code."""
    return frozenset(found.code for found in judgement.findings)


def _miss(one: Transaction, case: Case, judgement: Judgement) -> Miss:
    return Miss(
        way=case.way,
        vendor=one.vendor,
        amount=f"{one.amount} {one.currency}",
        memo=one.memo,
        date=one.date,
        codes=tuple(sorted(codes(judgement))),
    )
