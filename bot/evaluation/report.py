"""The figures of a whole run, as they are printed, drawn, and written as JSON."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bot.evaluation.hostile_texts import HostileReport
from bot.evaluation.kinds import Group
from bot.evaluation.model_scoring import Asked
from bot.evaluation.scoring import Miss, Score

FORMAT = "countersign-eval-1"


class FileReport(BaseModel):
    """One file. ``whole_flagged`` of all its ``rows`` are flagged without any past, ``alarms`` of the
    ``judged`` later half with the earlier half as the past; ``refused`` rows could not be read.
    ``policy_seconds`` is what judging all rows once took, ``seconds`` everything."""

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    refused: int
    whole_flagged: int
    past: int
    judged: int
    alarms: int
    scores: tuple[Score, ...]
    policy_seconds: float
    seconds: float

    @property
    def whole_share(self) -> float:
        return self.whole_flagged / self.rows if self.rows else 0.0

    @property
    def alarms_per_1000(self) -> float:
        return 1000 * self.alarms / self.judged if self.judged else 0.0


class Total(BaseModel):
    """One kind over all files; ``recall`` and ``flagged_share`` are parts of ``planted``, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    kind: str
    group: Group
    planted: int
    found: int
    flagged: int
    recall: float | None
    flagged_share: float | None
    alarms_per_1000: float
    misses: tuple[Miss, ...]


class Report(BaseModel):
    """Everything that was measured; two runs with the same seed differ in seconds alone.

    ``asked`` is what a model added, with its tokens and cost for a thousand rows sent (in whatever currency
    the prices are); where the policy alone judged there is none.
    """

    model_config = ConfigDict(frozen=True)

    format: str = FORMAT
    policy: str
    judged_by: str
    seed: int
    plants: int
    files: tuple[FileReport, ...]
    kinds: tuple[Total, ...]
    asked: Asked | None = None
    tokens_per_1000: tuple[float, float] | None = None
    cost_per_1000: Decimal | None = None
    hostile: HostileReport


def totals(files: Sequence[FileReport]) -> tuple[Total, ...]:
    """The kinds over all files, in the order of the first."""
    by_kind: dict[str, list[Score]] = {}
    for file in files:
        for one in file.scores:
            by_kind.setdefault(one.kind, []).append(one)
    return tuple(map(_total, by_kind.values()))


def _total(scores: Sequence[Score]) -> Total:
    planted = sum(one.planted for one in scores)
    found, flagged = sum(one.found for one in scores), sum(one.flagged for one in scores)
    clean = sum(one.clean for one in scores)
    return Total(
        kind=scores[0].kind,
        group=scores[0].group,
        planted=planted,
        found=found,
        flagged=flagged,
        recall=found / planted if planted else None,
        flagged_share=flagged / planted if planted else None,
        alarms_per_1000=1000 * sum(one.alarms for one in scores) / clean if clean else 0.0,
        misses=tuple(miss for one in scores for miss in one.misses),
    )
