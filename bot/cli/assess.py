"""``countersign assess``: what would be flagged, without Slack or Redis."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import model_of
from bot.cli.files import read_payments
from bot.config.policy_loading import SanctionsLoader, read_policy
from bot.config.settings import read_settings
from bot.domain.judgement import Judgement, Verdict
from bot.domain.money import format_amount, minor_digits
from bot.domain.policy import history_of, judge_by_policy
from bot.domain.text import plural
from bot.domain.transaction import Transaction
from bot.intake import Intake, join_intakes
from bot.llm import (
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


async def assess_files(
    files: Sequence[Path],
    policy_file: Path | None,
    history: Path | None,
    today: date,
    as_json: bool,
    ask_model: bool,
) -> None:
    """Judge the rows of all files as one batch, and print what was found.

    Raises ``IntakeError``, ``PolicyError`` or ``SettingsError`` where it cannot begin.
    """
    settings = read_settings()
    policy = read_policy(policy_file or settings.policy)
    batch = join_intakes([read_payments(file, policy.currency) for file in files])
    paid = None
    if history is not None:
        paid = history_of(read_payments(history, policy.currency).transactions, history.name)
    judgements = judge_by_policy(policy, batch.transactions, paid, today, SanctionsLoader().load(policy))
    assessment: Assessment | None = None
    async with model_of(settings) as configured:
        model = configured if ask_model else None
        if model is not None:
            sent = rows_to_send(batch.transactions, judgements)
            context = ModelContext(
                assessment_prompt(policy_in_brief(policy)), call_limit=CallLimit(settings.openai_concurrency)
            )
            assessment = await assess_batch(model, sent, context)
            judgements = merge(judgements, assessment, [transaction.ref for transaction in sent])
    if policy.model.recommend_only:
        judgements = tuple(judgement.left_to_a_human() for judgement in judgements)
    if as_json:
        _print_json(batch, judgements, assessment, describe_model(model))
    else:
        _print_table(batch, judgements, describe_model(model))


def _print_json(
    batch: Intake, judgements: Sequence[Judgement], assessment: Assessment | None, model: str
) -> None:
    for error in batch.errors:
        print(json.dumps({"row": error.row, "error": str(error)}, ensure_ascii=False))
    for transaction, judgement in zip(batch.transactions, judgements, strict=True):
        print(json.dumps(_fields(transaction, judgement), ensure_ascii=False))
    flagged = sum(judgement.verdict is Verdict.FLAGGED for judgement in judgements)
    summary = {
        "transactions": len(judgements),
        "flagged": flagged,
        "routine": len(judgements) - flagged,
        "rejected_rows": len(batch.errors),
        "model": model,
        "prompt_tokens": assessment.prompt_tokens if assessment else 0,
        "completion_tokens": assessment.completion_tokens if assessment else 0,
    }
    print(json.dumps({"summary": summary}))


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


def _print_table(batch: Intake, judgements: Sequence[Judgement], model: str) -> None:
    console = Console()
    for error in batch.errors:
        console.print(Text(f"refused: {error}"), style="yellow")
    for note in batch.notes:
        console.print(Text(note), style="dim")
    table = Table("#", "Amount", "Vendor", "Memo", "Why")
    for transaction, judgement in zip(batch.transactions, judgements, strict=True):
        if judgement.verdict is Verdict.FLAGGED:
            amount = format_amount(transaction.amount, transaction.currency)
            why = "; ".join(finding.evidence for finding in judgement.findings)
            cells = (str(transaction.ref), amount, transaction.vendor, transaction.memo or "", why)
            # Text, not markup: a vendor called "[bold]" is a vendor.
            table.add_row(*(Text(cell) for cell in cells))
    if table.row_count:
        console.print(table)
    count, flagged = plural(len(judgements), "transaction"), table.row_count
    refused = plural(len(batch.errors), "row")
    console.print(
        f"{count}: {len(judgements) - flagged:,} routine, {flagged:,} flagged, {refused} refused. "
        f"Judged by: {model}."
    )
