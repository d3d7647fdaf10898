"""``countersign eval``: violations planted into files, and what the policy and the model find of them."""

import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from bot.cli.evaluation_page import around_figures, with_figures
from bot.cli.evaluation_tables import print_tables
from bot.cli.failures import CommandError
from bot.cli.files import read_files
from bot.cli.progress import tracked
from bot.config.policy_loading import SanctionsLoader, read_policy
from bot.config.settings import Settings, read_settings
from bot.domain.judgement import Verdict
from bot.domain.policy import Policy, SanctionsList, judge_by_policy
from bot.domain.transaction import Transaction
from bot.evaluation import SAMPLE_FILES, EvaluationFile, EvaluationReport, FileReport, judge_violations, score
from bot.evaluation.alarms import alarms_by_rule
from bot.evaluation.flooding import FloodReport, try_floods
from bot.evaluation.goals import goals_of
from bot.evaluation.hostile_texts import HostileTextReport, read_hostile_texts, try_hostile_texts
from bot.evaluation.kinds import KINDS
from bot.evaluation.model_scoring import ModelReport, score_model
from bot.evaluation.report import totals_by_kind
from bot.evaluation.scripted_models import SCRIPTED_MODELS, dictated_model, obedient_model
from bot.intake import Intake, IntakeError, SaidMapping, read_file
from bot.llm import CallLimit, ChatModel, ModelContext, assessment_prompt, describe_model, policy_in_brief
from bot.llm.configured import model_of


class EvaluationRequest(NamedTuple):
    """What is to be measured; ``model`` is ``configured``, ``none`` or the name of a scripted one.

    The files are read as ``mapping`` says.
    """

    files: Sequence[Path]
    policy: Path | None
    history: Path | None
    hostile: Path | None
    seed: int
    plants: int
    model: str
    mapping: Sequence[str] = ()


class RuleBook(NamedTuple):
    """What the rules go by: a policy, and the sanctions list that it names."""

    policy: Policy
    sanctions: SanctionsList | None


class Measured(NamedTuple):
    """The figures of one file."""

    file: FileReport
    asked: ModelReport | None
    hostile: HostileTextReport
    floods: FloodReport


class FigureTargets(NamedTuple):
    """Where the figures go, beside the terminal."""

    as_json: bool
    save: Path | None
    chart: Path | None
    page: Path | None


async def evaluate(request: EvaluationRequest, targets: FigureTargets) -> None:
    """Measure over the files, or over the samples of our own, and print the figures.

    Raises ``IntakeError`` where a file cannot be measured over, ``CommandError`` where the chart or the page
    cannot be written.
    """
    if targets.chart is not None:
        _chart_can_be_drawn()
    if targets.page is not None:
        _page_can_be_filled(targets.page)
    settings = read_settings()
    policy = read_policy(request.policy or settings.policy)
    rule_book = RuleBook(policy, SanctionsLoader().load(policy))
    texts = _texts(request.hostile)
    fields = _fields(request, policy)
    async with _model(request.model, settings) as model:
        context = ModelContext(
            assessment_prompt(policy_in_brief(policy)), call_limit=CallLimit(settings.openai_concurrency)
        )
        measured = [
            await _measured(field, intake, rule_book, texts, model, context, request)
            for field, intake in fields
        ]
    _show(_report(measured, policy, model, request, settings), targets)


def _show(report: EvaluationReport, targets: FigureTargets) -> None:
    document = report.model_dump_json(indent=1)
    if targets.save is not None:
        targets.save.write_text(f"{document}\n", encoding="utf-8")
    if targets.chart is not None:
        from bot.cli.evaluation_chart import draw

        draw(report, targets.chart)
    if targets.page is not None:
        text = targets.page.read_text(encoding="utf-8")
        targets.page.write_text(with_figures(text, report), encoding="utf-8")
    if targets.as_json:
        print(document)
    else:
        print_tables(report)


def _texts(file: Path | None) -> tuple[str, ...]:
    try:
        return read_hostile_texts("" if file is None else file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise IntakeError(f"{file}: {error}.") from None


def _fields(request: EvaluationRequest, policy: Policy) -> list[tuple[EvaluationFile, Intake]]:
    read = read_files(request.files, policy.currency, SaidMapping.read(request.mapping), request.history)
    intakes = read.files or tuple(
        read_file(name, made(request.seed), currency=policy.currency) for name, made in SAMPLE_FILES.items()
    )
    past = None
    if read.history is not None:
        past = [payment for portion in read.history.portions() for payment in portion.transactions]
    return [(_field(intake, past), intake) for intake in intakes]


def _field(intake: Intake, past: Sequence[Transaction] | None) -> EvaluationFile:
    name = intake.name or "the file"
    try:
        if past is None:
            return EvaluationFile.halves(name, intake.transactions)
        return EvaluationFile.after(name, past, intake.transactions)
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
    rule_book: RuleBook,
    texts: Sequence[str],
    model: ChatModel | None,
    context: ModelContext,
    request: EvaluationRequest,
) -> Measured:
    policy, sanctions = rule_book
    started = time.perf_counter()
    whole = judge_by_policy(policy, intake.transactions, today=field.today, sanctions=sanctions)
    policy_seconds = time.perf_counter() - started
    baseline = judge_by_policy(policy, field.rows, field.history, field.today, sanctions)
    judging = judge_violations(field, policy, seed=request.seed, plants=request.plants, sanctions=sanctions)
    tried = list(tracked(judging, f"{field.name}: kinds of violations", len(KINDS)))
    asked = None if model is None else await score_model(model, context, field, policy, tried, request.seed)
    hostile = await try_hostile_texts(
        field, policy, texts, [obedient_model(), dictated_model()], request.seed, sanctions
    )
    floods = try_floods(field, policy, tried, request.seed)
    file = FileReport(
        name=field.name,
        rows=len(intake.transactions),
        refused=len(intake.errors),
        whole_flagged=sum(judgement.verdict is Verdict.FLAGGED for judgement in whole),
        past=len(field.past),
        judged=len(field.rows),
        alarms=sum(judgement.verdict is Verdict.FLAGGED for judgement in baseline),
        clean=alarms_by_rule(baseline),
        is_cards=field.is_cards,
        scores=tuple(map(score, tried)),
        policy_seconds=policy_seconds,
        seconds=time.perf_counter() - started,
    )
    return Measured(file, asked, hostile, floods)


def _report(
    measured: Sequence[Measured],
    policy: Policy,
    model: ChatModel | None,
    request: EvaluationRequest,
    settings: Settings,
) -> EvaluationReport:
    files = tuple(part.file for part in measured)
    asked = (
        None
        if model is None
        else reduce(ModelReport.joined, (part.asked for part in measured if part.asked), ModelReport())
    )
    kinds = totals_by_kind(files)
    hostile = reduce(HostileTextReport.joined, (part.hostile for part in measured))
    floods = reduce(FloodReport.joined, (part.floods for part in measured))
    prices = settings.openai_prompt_price, settings.openai_completion_price
    return EvaluationReport(
        policy=policy.version,
        judged_by=describe_model(model),
        seed=request.seed,
        plants=request.plants,
        files=files,
        kinds=kinds,
        asked=asked,
        tokens_per_1000=asked.tokens_per_1000 if asked else None,
        cost_per_1000=asked.cost_per_1000(*prices) if asked else None,
        hostile=hostile,
        floods=floods,
        goals=goals_of(files, kinds, floods, hostile),
    )


def _chart_can_be_drawn() -> None:
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise CommandError("The chart needs matplotlib: pip install 'countersign[eval]'.") from None


def _page_can_be_filled(page: Path) -> None:
    try:
        around_figures(page.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CommandError(f"{page}: {error}.") from None
