"""The figures of each file, and of each kind of violations over all files."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.evaluation.alarms import CleanRows
from bot.evaluation.kinds import ViolationGroup
from bot.evaluation.scoring import KindScore, MissedRow


class FileReport(BaseModel):
    """The figures of one file.

    ``whole_flagged`` of all its ``rows`` are flagged without any past; ``refused`` rows could not be read.
    ``alarms`` of the ``judged`` rows, the later half, are flagged with the ``past`` rows of the earlier half
    (or of another file) as the history, and ``clean`` has these rule by rule. ``is_cards`` says whether it is
    a statement of purchase cards rather than a ledger. ``policy_seconds`` is what judging all rows once took,
    ``seconds`` everything.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    refused: int
    whole_flagged: int
    past: int
    judged: int
    alarms: int
    clean: CleanRows = CleanRows()
    is_cards: bool = False
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

    ``in_bounds`` says whether the policy promises to find it, or whether it is beyond the policy's bounds.
    ``recall`` and ``flagged_share`` are the found and the flagged part of the planted rows (0 to 1), ``None``
    where nothing was planted.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    group: ViolationGroup
    in_bounds: bool
    planted: int
    found: int
    flagged: int
    recall: float | None
    flagged_share: float | None
    alarms_per_1000: float
    misses: tuple[MissedRow, ...]


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
        in_bounds=scores[0].group.in_bounds,
        planted=planted,
        found=found,
        flagged=flagged,
        recall=found / planted if planted else None,
        flagged_share=flagged / planted if planted else None,
        alarms_per_1000=1000 * alarms / clean if clean else 0.0,
        misses=tuple(miss for kind_score in scores for miss in kind_score.misses),
    )
