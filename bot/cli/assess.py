"""``countersign assess``: what would be flagged, without Slack or Redis."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.failures import CommandError
from bot.cli.files import FilesRead, PastFile, as_options, read_files
from bot.cli.progress import counted
from bot.cli.rule_summary import RuleCount, rule_summary
from bot.config.policy_loading import SanctionsLoader, read_policy
from bot.config.settings import Settings, read_settings
from bot.domain.judgement import Judgement, Verdict
from bot.domain.money import format_amount, minor_digits
from bot.domain.names import visible
from bot.domain.policy import (
    History,
    PastExtent,
    PastPayment,
    Policy,
    judge_by_policy,
    past_is_short,
    past_payments_from,
    shares_of_limits,
)
from bot.domain.review.ranking import Rank, ranked
from bot.domain.text import SHORT_PAST, plural, totals_in_words
from bot.domain.transaction import Transaction
from bot.intake import Intake, SaidMapping, join_intakes
from bot.llm import (
    POLICY_ONLY,
    Assessment,
    CallLimit,
    ModelContext,
    assess_batch,
    assessment_prompt,
    describe_model,
    merge,
    policy_in_brief,
    rows_to_send,
)
from bot.llm.configured import model_of
from bot.store.slim import slim


class AssessRequest(NamedTuple):
    """What is to be judged: files, read as ``mapping`` says, by which policy, beside which history.

    ``today`` is the day of submission; ``ask_model`` says whether a model that is set is asked. ``profile``
    names the one that judges it, as in a channel that has one; empty for none.
    """

    files: Sequence[Path]
    mapping: Sequence[str]
    policy: Path | None
    history: Path | None
    today: date
    ask_model: bool
    profile: str = ""


class _Judged(NamedTuple):
    """A batch with the verdicts on it, what the model used for them, and whether the past is short."""

    batch: Intake
    judgements: tuple[Judgement, ...]
    model: str
    assessment: Assessment | None
    short_past: bool


async def assess_files(request: AssessRequest, as_json: bool) -> bool:
    """Judge the rows of all files as one batch, print what was found, and say whether every row was read.

    Raises ``OpenQuestion`` where a file has two readings, and ``CommandError``, ``IntakeError``,
    ``PolicyError`` or ``SettingsError`` where it cannot begin.
    """
    settings = read_settings()
    policy = read_policy(request.policy or settings.policy)
    said = SaidMapping.read(request.mapping)
    read = read_files(request.files, policy.currency, said, request.history)
    judged = await _judge(read, policy, settings, request)
    by_rule = rule_summary(judged.batch.transactions, judged.judgements)
    payments = zip(judged.batch.transactions, judged.judgements, strict=True)
    ranking = ranked(payments, shares_of_limits(policy, request.profile))
    if as_json:
        _print_json(read.files, judged, by_rule, ranking)
    else:
        _print_table(read.files, judged, by_rule, ranking)
    return not judged.batch.errors


def _profile(policy: Policy, name: str) -> str:
    if name and name not in policy.profiles:
        known = ", ".join(policy.profiles) or "none"
        raise CommandError(f"The policy has no profile {visible(name)}; it has {known}.")
    return name


async def _judge(read: FilesRead, policy: Policy, settings: Settings, request: AssessRequest) -> _Judged:
    batch = join_intakes(read.files)
    paid = None if read.history is None else _history(read.history)
    sanctions = SanctionsLoader().load(policy)
    profile = _profile(policy, request.profile)
    with counted("Judging by the policy", len(batch.transactions)) as done:
        judgements = judge_by_policy(
            policy, batch.transactions, paid, request.today, sanctions, profile, done
        )
    assessment: Assessment | None = None
    async with model_of(settings) as configured:
        model = configured if request.ask_model else None
        if model is not None:
            sent = rows_to_send(batch.transactions, judgements)
            context = ModelContext(
                assessment_prompt(policy_in_brief(policy)), call_limit=CallLimit(settings.openai_concurrency)
            )
            with counted("Asking the model", len(sent)) as done:
                assessment = await assess_batch(model, sent, context, done)
            judgements = merge(judgements, assessment, [transaction.ref for transaction in sent])
    short_past = paid is not None and past_is_short(policy, paid)
    if policy.model.recommend_only:
        judgements = tuple(judgement.left_to_a_human() for judgement in judgements)
    return _Judged(batch, judgements, describe_model(model), assessment, short_past)


def _history(past: PastFile) -> History:
    """What was paid before, out of a file of any length."""
    vendors: set[str] = set()
    payments: list[PastPayment] = []
    with counted("Reading the history") as done:
        for intake in past.portions():
            vendors.update(transaction.vendor for transaction in intake.transactions)
            payments += map(slim, past_payments_from(intake.transactions, past.path.name))
            done(len(intake.transactions))
    return History(vendors=frozenset(vendors), payments=tuple(payments), extent=PastExtent.of(payments))


def _print_json(
    files: Sequence[Intake], judged: _Judged, by_rule: Sequence[RuleCount], ranking: Sequence[Rank]
) -> None:
    batch, judgements, model, assessment, short_past = judged
    for intake in files:
        read = {"file": intake.name, "map": dict(intake.read_as), "notes": intake.notes}
        print(json.dumps({"read": read}, ensure_ascii=False))
    for error in batch.errors:
        print(json.dumps({"row": error.row, "error": str(error)}, ensure_ascii=False))
    # Of one payment alone a place says nothing.
    places = enumerate(ranking if len(ranking) > 1 else (), start=1)
    ranks = {rank.ref: {"rank": place, "ranked_by": rank.in_words} for place, rank in places}
    for transaction, judgement in zip(batch.transactions, judgements, strict=True):
        fields = _fields(transaction, judgement) | ranks.get(transaction.ref, {})
        print(json.dumps(fields, ensure_ascii=False))
    flagged = sum(judgement.verdict is Verdict.FLAGGED for judgement in judgements)
    summary: dict[str, Any] = {
        "transactions": len(judgements),
        "flagged": flagged,
        "routine": len(judgements) - flagged,
        "rejected_rows": len(batch.errors),
        "rules": [_rule_fields(count) for count in by_rule],
        "model": model,
        "prompt_tokens": assessment.prompt_tokens if assessment else 0,
        "completion_tokens": assessment.completion_tokens if assessment else 0,
    }
    if short_past:
        summary["short_past"] = True
    print(json.dumps({"summary": summary}))


def _rule_fields(count: RuleCount) -> dict[str, Any]:
    return {
        "code": count.code,
        "source": count.source,
        "payments": count.payments,
        "alone": count.alone,
        "sums": {currency: f"{amount:.{minor_digits(currency)}f}" for currency, amount in count.sums.items()},
    }


def _fields(transaction: Transaction, judgement: Judgement) -> dict[str, Any]:
    return {
        "ref": transaction.ref,
        "row": transaction.row,
        "date": transaction.date.isoformat() if transaction.date else None,
        "amount": f"{transaction.amount:.{minor_digits(transaction.currency)}f}",
        "currency": transaction.currency,
        "vendor": transaction.vendor,
        "memo": transaction.memo,
        "verdict": judgement.verdict.value,
        "findings": [finding.model_dump(mode="json") for finding in judgement.findings],
    }


def _print_table(
    files: Sequence[Intake], judged: _Judged, by_rule: Sequence[RuleCount], ranking: Sequence[Rank]
) -> None:
    batch, judgements, model, _, short_past = judged
    console = Console()
    if short_past:
        console.print(SHORT_PAST, style="dim")
    for error in batch.errors:
        console.print(Text(f"refused: {error}"), style="yellow")
    for note in batch.notes:
        console.print(Text(note), style="dim")
    for intake in files:
        if intake.read_as:
            how = Text(f"{intake.name} read as: {as_options(intake.read_as)}")
            console.print(how, style="dim", soft_wrap=True)  # so that it can be copied
    table = Table("#", "Amount", "Vendor", "Memo", "Why")
    judged_payments = zip(batch.transactions, judgements, strict=True)
    payments = {payment.ref: (payment, judgement) for payment, judgement in judged_payments}
    for rank in ranking:
        transaction, judgement = payments[rank.ref]
        amount = format_amount(transaction.amount, transaction.currency)
        why = "; ".join(finding.evidence for finding in judgement.findings)
        cells = (str(transaction.ref), amount, transaction.vendor, transaction.memo or "", why)
        # Text, not markup: a vendor called "[bold]" is a vendor.
        table.add_row(*(Text(cell) for cell in cells))
    if table.row_count:
        console.print(table)
    if by_rule:
        console.print(_rule_table(by_rule))
    count, flagged = plural(len(judgements), "payment"), table.row_count
    refused = plural(len(batch.errors), "row")
    console.print(
        f"{count}: {len(judgements) - flagged:,} routine, {flagged:,} flagged, {refused} refused. "
        f"Judged by: {_model_in_words(model)}."
    )


def _model_in_words(model: str) -> str:
    return "the policy alone, since no model is set" if model == POLICY_ONLY else f"the policy and {model}"


def _rule_table(by_rule: Sequence[RuleCount]) -> Table:
    table = Table("Why flagged", "Payments", "By this alone", "Sum")
    for count in by_rule:
        cells = (count.code, f"{count.payments:,}", f"{count.alone:,}", totals_in_words(count.sums))
        table.add_row(*map(Text, cells))
    return table
