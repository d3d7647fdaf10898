"""The figures of ``countersign eval`` as tables for a terminal."""

from collections.abc import Iterator, Sequence
from itertools import chain

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.evaluation import EvaluationReport, FileReport, ViolationGroup
from bot.evaluation.alarms import CleanRows, sum_of_alarms
from bot.evaluation.flooding import FIRST, FloodedKind, FloodReport
from bot.evaluation.hostile_texts import HostileTextReport
from bot.evaluation.model_scoring import KindWithModel, ModelReport


def print_tables(report: EvaluationReport) -> None:
    """Print the kinds over all files, the false alarms, the files, the model, hostile texts and goals."""
    console = Console()
    console.print(_kinds(report))
    console.print(_alarms(report.files))
    console.print(_files(report.files))
    if report.asked is not None:
        console.print(Text(_model(report, report.asked)))
    for line in hostile_lines(report.hostile):
        console.print(Text(line))
    for line in (*flooding_lines(report.floods), *goal_lines(report)):
        console.print(Text(line))


def _kinds(report: EvaluationReport) -> Table:
    title = f"Policy {report.policy}, judged by {report.judged_by}, seed {report.seed}"
    columns = "Planted", "Found by name", "Flagged", "False alarms / 1,000", f"First {FIRST} in a flood"
    table = _table("Kind", *columns, title=title)
    floods = {kind.kind: kind for kind in report.floods.kinds}
    with_model = {total.kind: total for total in report.asked.kinds} if report.asked else {}
    if with_model:
        table.add_column("Found with model", justify="right")
        table.add_column("Flagged with model", justify="right")
    group: ViolationGroup | None = None
    for total in report.kinds:
        if total.group is not group:
            table.add_section()
            group = total.group
            for words in (in_bounds(group), group.value):
                table.add_row(Text(words, style="bold"))
        cells = [total.kind, f"{total.planted:,}", percent(total.recall), percent(total.flagged_share)]
        cells += [f"{total.alarms_per_1000:.1f}", flooded(floods.get(total.kind))]
        table.add_row(*cells, *_model_cells(with_model.get(total.kind)))
    return table


def _model_cells(total: KindWithModel | None) -> tuple[str, ...]:
    if total is None:
        return ()
    planted = total.planted
    return tuple(percent(count / planted if planted else None) for count in (total.found, total.flagged))


def in_bounds(group: ViolationGroup) -> str:
    """``in bounds`` where the policy promises to find it, else ``beyond``."""
    return "in bounds" if group.in_bounds else "beyond"


def flooded(kind: FloodedKind | None) -> str:
    """The part of a kind's violations that stood among the first of a flood; a dash where none was tried."""
    return percent(kind.first / kind.cases if kind and kind.cases else None)


def alarm_rows(files: Sequence[FileReport]) -> Iterator[tuple[str, ...]]:
    """Cells of the table of false alarms: each rule, and what it flags of a thousand clean rows.

    Of cards and of ledgers, each with all payments and without those over the limit.
    """
    sides = [sum_of_alarms(file.clean for file in files if file.is_cards is cards) for cards in (True, False)]
    flagged = (_cells(side, side.flagged, side.flagged_within_limit) for side in sides)
    yield ("any rule", *chain.from_iterable(flagged))
    for rule in sum_of_alarms(file.clean for file in files).rules:
        by_side = (next((known for known in side.rules if known.code == rule.code), None) for side in sides)
        cells = (
            _cells(side, known.rows, known.within_limit) if known else _cells(side, 0, 0)
            for side, known in zip(sides, by_side, strict=True)
        )
        yield (rule.code, *chain.from_iterable(cells))


def _cells(side: CleanRows, rows: int, within_limit: int) -> tuple[str, str]:
    if not side.rows:
        return "-", "-"
    return f"{side.per_1000(rows):.1f}", f"{side.per_1000_within_limit(within_limit):.1f}"


ALARM_COLUMNS = "Rule", "Cards", "Cards, within the limit", "Ledgers", "Ledgers, within the limit"


def _alarms(files: Sequence[FileReport]) -> Table:
    table = _table(*ALARM_COLUMNS, title="False alarms for 1,000 clean rows, by rule")
    for cells in alarm_rows(files):
        table.add_row(*map(Text, cells))
    return table


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


def flooding_lines(floods: FloodReport) -> list[str]:
    """What became of violations in floods, as sentences."""
    if not floods.cases:
        return ["No violation was put into a flood."]
    late = sorted(
        (kind for kind in floods.kinds if kind.first < kind.cases), key=lambda kind: -kind.last_place
    )
    untried = sum(kind.untried for kind in floods.kinds)
    return [
        f"Flooding: one violation among {floods.flagged} payments that are flagged too stands in the first "
        f"{floods.first_places} of the card in {percent(floods.first_share)} of {floods.cases:,} cases.",
        *(
            f"  {kind.kind}: {kind.first} of {kind.cases}, the last at place {kind.last_place}"
            for kind in late[:10]
        ),
        *([f"  For {untried:,} no flood was without their own findings."] if untried else []),
    ]


def goal_lines(report: EvaluationReport) -> list[str]:
    """Which goals are missed, as lines."""
    missed = report.missed_goals
    if not missed:
        return [f"All {len(report.goals)} goals are reached."]
    return [
        f"{len(missed)} of {len(report.goals)} goals are missed:",
        *(f"  {goal.name}: {goal.measured}, wanted {goal.wanted}" for goal in missed),
    ]


def percent(part: float | None) -> str:
    """A share of 0 to 1 as ``98.3 %``; a dash where there is none, since nothing was planted."""
    return "-" if part is None else f"{100 * part:.1f} %"


def _table(*columns: str, title: str | None = None) -> Table:
    table = Table(title=title, pad_edge=False)  # so that the kinds fit a terminal of 80 columns
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", no_wrap=not place)
    return table
