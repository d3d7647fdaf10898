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
from bot.config.policy_source import SanctionsSource, read_policy
from bot.config.settings import read_settings
from bot.domain.judgement import Judgement, Verdict
from bot.domain.money import format_amount, minor_digits
from bot.domain.policy import history_of, judge_by_policy
from bot.domain.text import plural
from bot.domain.transaction import Transaction
from bot.intake import Intake, IntakeError, join, read_file
from bot.llm import (
    Asking,
    Assessment,
    Lanes,
    assess,
    assessing,
    describe_model,
    in_brief,
    merge,
    rows_to_send,
)


async def run_assess(
    files: Sequence[Path],
    policy_file: Path | None,
    history: Path | None,
    today: date,
    as_json: bool,
    ask_model: bool,
) -> None:
    """Judge the rows of the files and print what was found."""
    settings = read_settings()
    policy = read_policy(policy_file or settings.policy)
    batch = join([_read(file, policy.currency) for file in files])
    paid = None
    if history is not None:
        paid = history_of(_read(history, policy.currency).transactions, history.name)
    sanctions = SanctionsSource().of(policy)
    judgements = judge_by_policy(policy, batch.transactions, paid, today, sanctions)
    assessment: Assessment | None = None
    async with model_of(settings) as configured:
        model = configured if ask_model else None
        if model is not None:
            sent = rows_to_send(batch.transactions, judgements)
            asking = Asking(assessing(in_brief(policy)), lanes=Lanes(settings.openai_concurrency))
            assessment = await assess(model, sent, asking)
            judgements = merge(judgements, assessment, [one.ref for one in sent])
    if policy.model.recommend_only:
        judgements = tuple(one.left_to_a_human() for one in judgements)
    if as_json:
        _print_json(batch, judgements, assessment, describe_model(model))
    else:
        _print_table(batch, judgements, describe_model(model))


def _read(file: Path, currency: str) -> Intake:
    try:
        return read_file(file.name, file.read_bytes(), currency=currency)
    except IntakeError as error:
        raise IntakeError(f"{file}: {error}") from None


def _print_json(
    batch: Intake, judgements: Sequence[Judgement], assessment: Assessment | None, model: str
) -> None:
    for error in batch.errors:
        print(json.dumps({"row": error.row, "error": str(error)}, ensure_ascii=False))
    for one, judgement in zip(batch.transactions, judgements, strict=True):
        print(json.dumps(_line(one, judgement), ensure_ascii=False))
    flagged = sum(one.verdict is Verdict.FLAGGED for one in judgements)
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


def _line(one: Transaction, judgement: Judgement) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "row": one.row,
        "date": one.date.isoformat() if one.date else None,
        "amount": f"{one.amount:.{minor_digits(one.currency)}f}",
        "currency": one.currency,
        "vendor": one.vendor,
        "memo": one.memo,
        "verdict": judgement.verdict.value,
        "findings": [found.model_dump(mode="json") for found in judgement.findings],
    }


def _print_table(batch: Intake, judgements: Sequence[Judgement], model: str) -> None:
    console = Console()
    for error in batch.errors:
        console.print(Text(f"refused: {error}"), style="yellow")
    for note in batch.notes:
        console.print(Text(note), style="dim")
    table = Table("#", "Amount", "Vendor", "Memo", "Why")
    for one, judgement in zip(batch.transactions, judgements, strict=True):
        if judgement.verdict is Verdict.FLAGGED:
            why = "; ".join(found.evidence for found in judgement.findings)
            amount = format_amount(one.amount, one.currency)
            # Text, not markup: a vendor called "[bold]" is a vendor.
            table.add_row(*(Text(cell) for cell in (str(one.ref), amount, one.vendor, one.memo or "", why)))
    if table.row_count:
        console.print(table)
    whole, flagged = plural(len(judgements), "transaction"), table.row_count
    refused = plural(len(batch.errors), "row")
    console.print(
        f"{whole}: {len(judgements) - flagged:,} routine, {flagged:,} flagged, {refused} refused. "
        f"Judged by: {model}."
    )
