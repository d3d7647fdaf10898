"""False alarms by rule: flagged rows in which nothing is planted, by the codes of their findings."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import Judgement
from bot.evaluation.scoring import finding_codes

OVER_LIMIT = "amount_over_limit"  # no alarm but what the limit is for: each such payment is left to a human


class RuleAlarms(BaseModel):
    """Clean rows with a finding of this ``code``: in all, and those of them that are not over the limit."""

    model_config = ConfigDict(frozen=True)

    code: str
    rows: int
    within_limit: int


class CleanRows(BaseModel):
    """The clean rows of one or several files, and how many of them each rule flags.

    Of all ``rows``, ``rows_within_limit`` are not over the limit; ``flagged`` and ``flagged_within_limit`` of
    them have a finding. A row counts for each of its codes.
    """

    model_config = ConfigDict(frozen=True)

    rows: int = 0
    rows_within_limit: int = 0
    flagged: int = 0
    flagged_within_limit: int = 0
    rules: tuple[RuleAlarms, ...] = ()

    def per_1000(self, count: int) -> float:
        """For a thousand clean rows."""
        return 1000 * count / self.rows if self.rows else 0.0

    def per_1000_within_limit(self, count: int) -> float:
        """For a thousand clean rows that are not over the limit."""
        return 1000 * count / self.rows_within_limit if self.rows_within_limit else 0.0


def alarms_by_rule(judgements: Sequence[Judgement]) -> CleanRows:
    """What is flagged of the rows of a file in which nothing is planted."""
    within = [judgement for judgement in judgements if OVER_LIMIT not in finding_codes(judgement)]
    rows, rows_within = _counted(judgements), _counted(within)
    return CleanRows(
        rows=len(judgements),
        rows_within_limit=len(within),
        flagged=sum(bool(judgement.findings) for judgement in judgements),
        flagged_within_limit=sum(bool(judgement.findings) for judgement in within),
        rules=tuple(
            RuleAlarms(code=code, rows=count, within_limit=rows_within[code])
            for code, count in sorted(rows.items(), key=lambda item: (-item[1], item[0]))
        ),
    )


def sum_of_alarms(files: Iterable[CleanRows]) -> CleanRows:
    """The counts over several files."""
    parts = list(files)
    rows, within = Counter[str](), Counter[str]()
    for rule in (rule for part in parts for rule in part.rules):
        rows[rule.code] += rule.rows
        within[rule.code] += rule.within_limit
    return CleanRows(
        rows=sum(part.rows for part in parts),
        rows_within_limit=sum(part.rows_within_limit for part in parts),
        flagged=sum(part.flagged for part in parts),
        flagged_within_limit=sum(part.flagged_within_limit for part in parts),
        rules=tuple(
            RuleAlarms(code=code, rows=count, within_limit=within[code])
            for code, count in sorted(rows.items(), key=lambda item: (-item[1], item[0]))
        ),
    )


def _counted(judgements: Iterable[Judgement]) -> Counter[str]:
    return Counter(code for judgement in judgements for code in finding_codes(judgement))
