"""How many planted violations the policy finds, and how many clean rows it flags."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import Judgement, Verdict
from bot.domain.policy import Policy, SanctionsList, judge_by_policy
from bot.domain.transaction import Transaction
from bot.evaluation.kinds import KINDS, Violation, ViolationGroup, ViolationKind
from bot.evaluation.planted_file import EvaluationFile, PlantedFile, violations_of, with_violations

MOST_MISSES = 5  # rows of a kind that were not found and stand in the report


class MissedRow(BaseModel):
    """A planted row that carries no code of its kind; ``codes`` are those of its other findings.

    ``way`` is the variant of the kind, ``amount`` is in major units with the currency's code behind it.
    """

    model_config = ConfigDict(frozen=True)

    way: str
    vendor: str
    amount: str
    memo: str | None
    date: dt.date | None
    codes: tuple[str, ...]


class KindScore(BaseModel):
    """What became of one kind in one file; all counts are rows.

    Of the ``planted`` rows ``found`` carry a code of the kind and ``flagged`` any finding. Of the ``clean``
    rows ``alarms`` carry a code of the kind where nothing is planted, and ``drawn_in`` are flagged only
    because a planted row stands beside them. ``why_no_more`` says why fewer were planted than asked for.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    group: ViolationGroup
    planted: int
    found: int
    flagged: int
    clean: int
    alarms: int
    drawn_in: int
    misses: tuple[MissedRow, ...] = ()
    why_no_more: str = ""


@dataclass(frozen=True)
class JudgedViolations:
    """The violations of one kind in one file, judged by the policy.

    ``judgements`` are those of all rows of the planted file, ``baseline`` those of the clean rows with
    nothing planted, ``why_no_more`` says why fewer were planted than asked for.
    """

    kind: ViolationKind
    file: PlantedFile
    judgements: Sequence[Judgement]
    baseline: Sequence[Judgement]
    why_no_more: str = ""

    @cached_property
    def planted(self) -> list[tuple[Transaction, Violation, Judgement]]:
        """Each row to be found, its violation, and what was found about it."""
        return [
            (self.file.rows[ref - 1], violation, self.judgements[ref - 1])
            for ref, violation in self.file.planted
        ]


def judge_violations(
    file: EvaluationFile,
    policy: Policy,
    *,
    seed: int = 1,
    plants: int = 20,
    kinds: Sequence[ViolationKind] = KINDS,
    sanctions: SanctionsList | None = None,
) -> Iterator[JudgedViolations]:
    """Plant up to ``plants`` violations of each kind into the file, each kind alone, and judge it.

    ``sanctions`` is the list that the policy names; a kind that has one of its own is judged by that.
    """
    baselines: dict[tuple[str, bool], Sequence[Judgement]] = {}
    for kind in kinds:
        kind_policy, kind_sanctions = kind.policy(policy), kind.sanctions or sanctions
        key = kind_policy.version, kind.sanctions is not None
        if key not in baselines:
            baselines[key] = judge_by_policy(kind_policy, file.rows, file.history, file.today, kind_sanctions)
        violations, why_no_more = violations_of(kind, file.generator(kind, kind_policy, seed), plants)
        planted = with_violations(file, violations)
        judgements = judge_by_policy(kind_policy, planted.rows, planted.history, file.today, kind_sanctions)
        yield JudgedViolations(kind, planted, judgements, baselines[key], why_no_more)


def score(judged: JudgedViolations) -> KindScore:
    """Count what the policy alone found of one kind, and its false alarms."""
    kind, planted = judged.kind, judged.planted
    missed = [
        _missed_row(row, violation, judgement)
        for row, violation, judgement in planted
        if not finding_codes(judgement) & kind.codes
    ]
    return KindScore(
        kind=kind.name,
        group=kind.group,
        planted=len(planted),
        found=len(planted) - len(missed),
        flagged=sum(judgement.verdict is Verdict.FLAGGED for _, _, judgement in planted),
        clean=judged.file.clean,
        alarms=sum(bool(finding_codes(judgement) & kind.codes) for judgement in judged.baseline),
        drawn_in=sum(
            after.verdict is Verdict.FLAGGED and before.verdict is Verdict.ROUTINE
            for after, before in zip(judged.judgements, judged.baseline, strict=False)
        ),
        misses=tuple(missed[:MOST_MISSES]),
        why_no_more=judged.why_no_more,
    )


def finding_codes(judgement: Judgement) -> frozenset[str]:
    """The codes of a judgement's findings."""
    return frozenset(finding.code for finding in judgement.findings)


def _missed_row(row: Transaction, violation: Violation, judgement: Judgement) -> MissedRow:
    return MissedRow(
        way=violation.way,
        vendor=row.vendor,
        amount=f"{row.amount} {row.currency}",
        memo=row.memo,
        date=row.date,
        codes=tuple(sorted(finding_codes(judgement))),
    )
