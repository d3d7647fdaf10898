"""The figures of a whole run, as they are printed, drawn, and written as JSON."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bot.evaluation.hostile_texts import HostileTextReport
from bot.evaluation.kinds import ViolationGroup
from bot.evaluation.model_scoring import ModelReport
from bot.evaluation.scoring import KindScore, MissedRow

FORMAT = "countersign-eval-1"  # of the JSON; a changed name or meaning of a field makes another one


class FileReport(BaseModel):
    """The figures of one file.

    ``whole_flagged`` of all its ``rows`` are flagged without any past; ``refused`` rows could not be read.
    ``alarms`` of the ``judged`` rows, the later half, are flagged with the ``past`` rows of the earlier half
    (or of another file) as the history. ``policy_seconds`` is what judging all rows once took, ``seconds``
    everything.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    refused: int
    whole_flagged: int
    past: int
    judged: int
    alarms: int
    scores: tuple[KindScore, ...]
    policy_seconds: float
    seconds: float

    @property
    def whole_share(self) -> float:
        """The part (0 to 1) of all rows that is flagged without any past."""
        return self.whole_flagged / self.rows if self.rows else 0.0

    @property
    def alarms_per_1000(self) -> float:
        """Flagged rows for a thousand judged ones in which nothing is planted."""
        return 1000 * self.alarms / self.judged if self.judged else 0.0


class KindTotal(BaseModel):
    """One kind over all files; counts are rows, as in ``KindScore``.

    ``recall`` and ``flagged_share`` are the found and the flagged part of the planted rows (0 to 1), ``None``
    where nothing was planted.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    group: ViolationGroup
    planted: int
    found: int
    flagged: int
    recall: float | None
    flagged_share: float | None
    alarms_per_1000: float
    misses: tuple[MissedRow, ...]


class EvaluationReport(BaseModel):
    """Everything that was measured; two runs with one seed differ in seconds alone.

    ``policy`` is the version of the policy, ``judged_by`` the model's name or that there is none. ``asked``
    is what a model added, with its tokens and its cost for a thousand rows sent (in the currency of the
    prices); where the policy alone judged, the three are ``None``.
    """

    model_config = ConfigDict(frozen=True)

    format: str = FORMAT
    policy: str
    judged_by: str
    seed: int
    plants: int
    files: tuple[FileReport, ...]
    kinds: tuple[KindTotal, ...]
    asked: ModelReport | None = None
    tokens_per_1000: tuple[float, float] | None = None
    cost_per_1000: Decimal | None = None
    hostile: HostileTextReport


def totals_by_kind(files: Sequence[FileReport]) -> tuple[KindTotal, ...]:
    """The figures of each kind over all files, in the order of the first file."""
    scores_by_kind: dict[str, list[KindScore]] = {}
    for file in files:
        for kind_score in file.scores:
            scores_by_kind.setdefault(kind_score.kind, []).append(kind_score)
    return tuple(map(_total, scores_by_kind.values()))


def _total(scores: Sequence[KindScore]) -> KindTotal:
    planted, found, flagged, clean, alarms = (
        sum(getattr(kind_score, count) for kind_score in scores)
        for count in ("planted", "found", "flagged", "clean", "alarms")
    )
    return KindTotal(
        kind=scores[0].kind,
        group=scores[0].group,
        planted=planted,
        found=found,
        flagged=flagged,
        recall=found / planted if planted else None,
        flagged_share=flagged / planted if planted else None,
        alarms_per_1000=1000 * alarms / clean if clean else 0.0,
        misses=tuple(miss for kind_score in scores for miss in kind_score.misses),
    )
