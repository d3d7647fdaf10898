"""The figures of ``countersign eval`` as tables of a page, between two marks."""

from collections.abc import Iterable

from bot.cli.evaluation_tables import (
    ALARM_COLUMNS,
    alarm_rows,
    flooded,
    flooding_lines,
    goal_lines,
    hostile_lines,
    in_bounds,
    percent,
)
from bot.evaluation import EvaluationReport
from bot.evaluation.flooding import FIRST

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def with_figures(page: str, report: EvaluationReport) -> str:
    """The page with these figures between its marks; raises ``ValueError`` where it has no marks."""
    before, after = around_figures(page)
    return f"{before}{BEGIN}\n{figures(report)}\n{END}{after}"


def around_figures(page: str) -> tuple[str, str]:
    """What stands before and after the marks of a page; raises ``ValueError`` where it has no marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page needs the marks {BEGIN} and {END}")
    return before, after


def figures(report: EvaluationReport) -> str:
    """Tables in Markdown: files, kinds, false alarms by rule; then hostile texts, floods and goals."""
    return "\n\n".join(
        (
            f"Policy `{report.policy}`, judged by `{report.judged_by}`, seed {report.seed}, "
            f"{report.plants} cases of each kind in each file.",
            "\n".join(_files(report)),
            "\n".join(_kinds(report)),
            "\n".join(_alarms(report)),
            "\n".join(
                f"- {line.strip()}"
                for line in (*hostile_lines(report.hostile), *flooding_lines(report.floods))
            ),
            "\n".join(_goals(report)),
        )
    )


def _files(report: EvaluationReport) -> Iterable[str]:
    yield from _head(
        "File", "Rows", "Flagged of all", "Judged half", "False alarms / 1,000", "ms / 1,000 rows"
    )
    for file in report.files:
        milliseconds = 1e6 * file.policy_seconds / max(file.rows, 1)
        yield (
            f"| {file.name} | {file.rows:,} | {percent(file.whole_share)} | {file.judged:,} "
            f"| {file.alarms_per_1000:.1f} | {milliseconds:.0f} |"
        )


def _kinds(report: EvaluationReport) -> Iterable[str]:
    yield from _head(
        "Kind",
        "Of",
        "Bounds",
        "Planted",
        "Found by name",
        "Flagged for any reason",
        "False alarms / 1,000",
        f"First {FIRST} in a flood",
    )
    floods = {kind.kind: kind for kind in report.floods.kinds}
    for total in report.kinds:
        yield (
            f"| {total.kind} | {total.group.value} | {in_bounds(total.group)} | {total.planted:,} "
            f"| {percent(total.recall)} | {percent(total.flagged_share)} | {total.alarms_per_1000:.1f} "
            f"| {flooded(floods.get(total.kind))} |"
        )


def _alarms(report: EvaluationReport) -> Iterable[str]:
    yield "False alarms for 1,000 clean rows, by rule:\n"
    yield from _head(*ALARM_COLUMNS)
    for cells in alarm_rows(report.files):
        yield f"| {' | '.join(cells)} |"


def _goals(report: EvaluationReport) -> Iterable[str]:
    summary, *missed = goal_lines(report)
    yield summary + ("\n" if missed else "")
    yield from (f"- {line.strip()}" for line in missed)


def _head(*names: str) -> Iterable[str]:
    yield f"| {' | '.join(names)} |"
    yield f"| --- {'| ---: ' * (len(names) - 1)}|"
