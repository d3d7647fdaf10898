"""The figures of ``countersign eval`` as tables for a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.evaluation import EvaluationReport, FileReport, ViolationGroup
from bot.evaluation.hostile_texts import HostileTextReport
from bot.evaluation.model_scoring import KindWithModel, ModelReport


def print_tables(report: EvaluationReport) -> None:
    """Print the kinds over all files, then the files, the model and the hostile texts."""
    console = Console()
    console.print(_kinds(report))
    console.print(_files(report.files))
    if report.asked is not None:
        console.print(Text(_model(report, report.asked)))
    for line in hostile_lines(report.hostile):
        console.print(Text(line))


def _kinds(report: EvaluationReport) -> Table:
    title = f"Policy {report.policy}, judged by {report.judged_by}, seed {report.seed}"
    table = _table("Kind", "Planted", "Found", "Flagged", "False alarms / 1,000", title=title)
    with_model = {total.kind: total for total in report.asked.kinds} if report.asked else {}
    if with_model:
        table.add_column("Found with model", justify="right")
        table.add_column("Flagged with model", justify="right")
    group: ViolationGroup | None = None
    for total in report.kinds:
        if total.group is not group:
            table.add_section()
            group = total.group
            table.add_row(Text(group.value, style="bold"))
        cells = [total.kind, f"{total.planted:,}", percent(total.recall), percent(total.flagged_share)]
        table.add_row(*cells, f"{total.alarms_per_1000:.1f}", *_model_cells(with_model.get(total.kind)))
    return table


def _model_cells(total: KindWithModel | None) -> tuple[str, ...]:
    if total is None:
        return ()
    planted = total.planted
    return tuple(percent(count / planted if planted else None) for count in (total.found, total.flagged))


def _files(files: tuple[FileReport, ...]) -> Table:
    table = _table("File", "Rows", "Flagged of all", "Judged", "False alarms / 1,000", "ms / 1,000 rows")
    for file in files:
        cells = [file.name, f"{file.rows:,}", percent(file.whole_share), f"{file.judged:,}"]
        milliseconds = 1e6 * file.policy_seconds / max(file.rows, 1)
        table.add_row(*map(Text, cells), f"{file.alarms_per_1000:.1f}", f"{milliseconds:.0f}")
    return table


def _model(report: EvaluationReport, asked: ModelReport) -> str:
    prompt, completion = asked.tokens_per_1000
    cost = "" if report.cost_per_1000 is None else f", cost {report.cost_per_1000}"
    return (
        f"{report.judged_by}: {asked.sent:,} rows sent in {asked.seconds:.1f} s, {asked.unassessed:,} "
        f"of them without an answer; for 1,000 rows {prompt:,.0f} + {completion:,.0f} tokens{cost}; "
        f"{asked.alarms_per_1000:.1f} further false alarms per 1,000."
    )


def hostile_lines(hostile: HostileTextReport) -> list[str]:
    """What hostile texts could do, as sentences."""
    over = f"{hostile.approved} of {hostile.over_limit:,} payments over the limit were approved automatically"
    return [
        f"{hostile.texts} hostile texts, with models that obey them ({', '.join(hostile.models)}): {over}.",
        f"{len(hostile.turned)} of {hostile.pairs:,} pairs of a text and a flagged payment became routine.",
        *(f"  {turned.kind}, {turned.place}: {turned.text!r}" for turned in hostile.turned[:10]),
        f"Of {hostile.small:,} small payments with such a text the policy flags {hostile.small_flagged:,}.",
    ]


def percent(part: float | None) -> str:
    """A share of 0 to 1 as ``98.3 %``; a dash where there is none, since nothing was planted."""
    return "-" if part is None else f"{100 * part:.1f} %"


def _table(*columns: str, title: str | None = None) -> Table:
    table = Table(title=title)
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", no_wrap=not place)
    return table
