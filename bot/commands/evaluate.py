"""``countersign eval``: violations planted into files, and what the policy and the model find of them."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.domain.judgement import Verdict
from bot.domain.policy import Policy, assess
from bot.evaluation import SAMPLES, Field, FileReport, Group, Report, score, trials
from bot.evaluation.report import totals
from bot.intake import Intake, IntakeError, read_file
from bot.policy_source import read_policy
from bot.settings import read_settings


async def run_eval(
    files: Sequence[Path],
    policy_file: Path | None,
    history: Path | None,
    seed: int,
    plants: int,
    as_json: bool,
) -> None:
    """Measure over the files, or over the samples of our own, and print the figures."""
    settings = read_settings()
    policy = read_policy(policy_file or settings.policy)
    paid = None if history is None else _file(history, policy)
    intakes = [_file(file, policy) for file in files] or [
        _read(name, made(seed), policy) for name, made in SAMPLES.items()
    ]
    reports = tuple(_measured(intake, paid, policy, seed, plants) for intake in intakes)
    report = Report(
        policy=policy.version,
        judged_by="policy-only",
        seed=seed,
        plants=plants,
        files=reports,
        kinds=totals(reports),
    )
    print_json(report) if as_json else print_tables(report)


def _file(file: Path, policy: Policy) -> Intake:
    return _read(file.name, file.read_bytes(), policy)


def _read(name: str, content: bytes, policy: Policy) -> Intake:
    try:
        return read_file(name, content, currency=policy.currency)
    except IntakeError as error:
        raise IntakeError(f"{name}: {error}") from None


def _measured(intake: Intake, paid: Intake | None, policy: Policy, seed: int, plants: int) -> FileReport:
    started = time.perf_counter()
    field = _field(intake, paid)
    baseline = assess(policy, field.rows, field.history, field.today)
    whole = assess(policy, intake.transactions, today=field.today)
    scores = tuple(map(score, trials(field, policy, seed=seed, plants=plants)))
    return FileReport(
        name=field.name,
        rows=len(intake.transactions),
        refused=len(intake.errors),
        whole_flagged=sum(one.verdict is Verdict.FLAGGED for one in whole),
        past=len(field.past),
        judged=len(field.rows),
        alarms=sum(one.verdict is Verdict.FLAGGED for one in baseline),
        scores=scores,
        seconds=time.perf_counter() - started,
    )


def _field(intake: Intake, paid: Intake | None) -> Field:
    name = intake.name or "the file"
    try:
        if paid is None:
            return Field.halves(name, intake.transactions)
        return Field.after(name, paid.transactions, intake.transactions)
    except ValueError as error:
        raise IntakeError(f"{error}.") from None


def print_json(report: Report) -> None:
    print(json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1))


def print_tables(report: Report) -> None:
    """The kinds over all files, then the files."""
    console = Console()
    table = Table("Kind", "Planted", "Found", "Flagged", "False alarms / 1,000", title=_title(report))
    for column in table.columns[1:]:
        column.justify = "right"
    group: Group | None = None
    for one in report.kinds:
        if one.group is not group:
            table.add_section()
            group = one.group
        cells = (one.kind, f"{one.planted:,}", share(one.recall), share(one.flagged_share))
        table.add_row(*map(Text, cells), f"{one.alarms_per_1000:.1f}")
    console.print(table)
    by_file = Table("File", "Rows", "Flagged of all", "Judged half", "False alarms / 1,000", "Seconds")
    for column in by_file.columns[1:]:
        column.justify = "right"
    for file in report.files:
        cells = (file.name, f"{file.rows:,}", f"{file.whole_share:.2%}", f"{file.judged:,}")
        by_file.add_row(*map(Text, cells), f"{file.alarms_per_1000:.1f}", f"{file.seconds:.1f}")
    console.print(by_file)


def share(part: float | None) -> str:
    """``98.3 %``; nothing planted has no share."""
    return "-" if part is None else f"{100 * part:.1f} %"


def _title(report: Report) -> str:
    return f"Policy {report.policy}, judged by {report.judged_by}, seed {report.seed}"
