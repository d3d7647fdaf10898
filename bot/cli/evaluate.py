"""``countersign eval``: violations planted into files, and what the policy and the model find of them."""

import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from bot.app import model_of
from bot.cli.evaluation_page import with_figures
from bot.cli.evaluation_tables import print_tables
from bot.config.policy_source import SanctionsSource, read_policy
from bot.config.settings import Settings, SettingsError, read_settings
from bot.domain.judgement import Verdict
from bot.domain.policy import Policy, SanctionsList, judge_by_policy
from bot.evaluation import SAMPLE_FILES, EvaluationFile, EvaluationReport, FileReport, judge_violations, score
from bot.evaluation.hostile_texts import HostileTextReport, read_hostile_texts, try_hostile_texts
from bot.evaluation.model_scoring import ModelReport, score_model
from bot.evaluation.report import totals_by_kind
from bot.evaluation.scripted_models import SCRIPTED_MODELS, dictated_model, obedient_model
from bot.intake import Intake, IntakeError, read_file
from bot.llm import Asking, ChatModel, Lanes, assessing, describe_model, in_brief


class Wanted(NamedTuple):
    """What one run is asked for; ``model`` is ``configured``, ``none`` or the name of a scripted one."""

    files: Sequence[Path]
    policy: Path | None
    history: Path | None
    hostile: Path | None
    seed: int
    plants: int
    model: str


class Judging(NamedTuple):
    """What the rules go by: a policy, and the sanctions list that it names."""

    policy: Policy
    sanctions: SanctionsList | None


class Measured(NamedTuple):
    file: FileReport
    asked: ModelReport | None
    hostile: HostileTextReport


class Output(NamedTuple):
    """Where the figures go, beside the terminal."""

    as_json: bool
    save: Path | None
    chart: Path | None
    page: Path | None


async def run_eval(wanted: Wanted, output: Output) -> None:
    """Measure over the files, or over the samples of our own, and print the figures."""
    if output.chart is not None:
        _chart_can_be_drawn()
    settings = read_settings()
    policy = read_policy(wanted.policy or settings.policy)
    judging = Judging(policy, SanctionsSource().of(policy))
    texts = _texts(wanted.hostile)
    fields = _fields(wanted, policy)
    async with _model(wanted.model, settings) as model:
        asking = Asking(assessing(in_brief(policy)), lanes=Lanes(settings.openai_concurrency))
        done = [await _measured(*one, judging, texts, model, asking, wanted) for one in fields]
    _show(_report(done, policy, model, wanted, settings), output)


def _show(report: EvaluationReport, output: Output) -> None:
    told = report.model_dump_json(indent=1)
    if output.save is not None:
        output.save.write_text(f"{told}\n", encoding="utf-8")
    if output.chart is not None:
        from bot.cli.evaluation_chart import draw

        draw(report, output.chart)
    if output.page is not None:
        text = output.page.read_text(encoding="utf-8")
        try:
            output.page.write_text(with_figures(text, report), encoding="utf-8")
        except ValueError as error:
            raise SettingsError(f"{output.page}: {error}.") from None
    if output.as_json:
        print(told)
    else:
        print_tables(report)


def _texts(file: Path | None) -> tuple[str, ...]:
    try:
        return read_hostile_texts("" if file is None else file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise IntakeError(f"{file}: {error}.") from None


def _fields(wanted: Wanted, policy: Policy) -> list[tuple[EvaluationFile, Intake]]:
    paid = None if wanted.history is None else _file(wanted.history, policy)
    intakes = [_file(file, policy) for file in wanted.files] or [
        _read(name, made(wanted.seed), policy) for name, made in SAMPLE_FILES.items()
    ]
    return [(_field(intake, paid), intake) for intake in intakes]


def _file(file: Path, policy: Policy) -> Intake:
    return _read(file.name, file.read_bytes(), policy)


def _read(name: str, content: bytes, policy: Policy) -> Intake:
    try:
        return read_file(name, content, currency=policy.currency)
    except IntakeError as error:
        raise IntakeError(f"{name}: {error}") from None


def _field(intake: Intake, paid: Intake | None) -> EvaluationFile:
    name = intake.name or "the file"
    try:
        if paid is None:
            return EvaluationFile.halves(name, intake.transactions)
        return EvaluationFile.after(name, paid.transactions, intake.transactions)
    except ValueError as error:
        raise IntakeError(f"{error}.") from None


@contextlib.asynccontextmanager
async def _model(name: str, settings: Settings) -> AsyncIterator[ChatModel | None]:
    if name == "configured":
        async with model_of(settings) as model:
            yield model
    else:
        yield SCRIPTED_MODELS[name]() if name in SCRIPTED_MODELS else None


async def _measured(
    field: EvaluationFile,
    intake: Intake,
    judging: Judging,
    texts: Sequence[str],
    model: ChatModel | None,
    asking: Asking,
    wanted: Wanted,
) -> Measured:
    policy, sanctions = judging
    started = time.perf_counter()
    whole = judge_by_policy(policy, intake.transactions, today=field.today, sanctions=sanctions)
    took = time.perf_counter() - started
    baseline = judge_by_policy(policy, field.rows, field.history, field.today, sanctions)
    tried = list(judge_violations(field, policy, seed=wanted.seed, plants=wanted.plants, sanctions=sanctions))
    asked = None if model is None else await score_model(model, asking, field, policy, tried, wanted.seed)
    hostile = await try_hostile_texts(
        field, policy, texts, [obedient_model(), dictated_model()], wanted.seed, sanctions
    )
    file = FileReport(
        name=field.name,
        rows=len(intake.transactions),
        refused=len(intake.errors),
        whole_flagged=sum(one.verdict is Verdict.FLAGGED for one in whole),
        past=len(field.past),
        judged=len(field.rows),
        alarms=sum(one.verdict is Verdict.FLAGGED for one in baseline),
        scores=tuple(map(score, tried)),
        policy_seconds=took,
        seconds=time.perf_counter() - started,
    )
    return Measured(file, asked, hostile)


def _report(
    done: Sequence[Measured], policy: Policy, model: ChatModel | None, wanted: Wanted, settings: Settings
) -> EvaluationReport:
    files = tuple(one.file for one in done)
    asked = (
        None
        if model is None
        else reduce(ModelReport.joined, (one.asked for one in done if one.asked), ModelReport())
    )
    prices = settings.openai_prompt_price, settings.openai_completion_price
    return EvaluationReport(
        policy=policy.version,
        judged_by=describe_model(model),
        seed=wanted.seed,
        plants=wanted.plants,
        files=files,
        kinds=totals_by_kind(files),
        asked=asked,
        tokens_per_1000=asked.tokens_per_1000 if asked else None,
        cost_per_1000=asked.cost_per_1000(*prices) if asked else None,
        hostile=reduce(HostileTextReport.joined, (one.hostile for one in done)),
    )


def _chart_can_be_drawn() -> None:
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SettingsError("The chart needs matplotlib: pip install 'countersign[eval]'.") from None
