"""``countersign show``."""

import asyncio
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, DocumentOption


def show_command(
    review: Annotated[str, typer.Argument(help="The review's id, as R-7K3F2.")],
    as_json: DocumentOption = False,
    team: Annotated[str | None, typer.Option(help="The workspace, where several share one Redis.")] = None,
    data: DataOption = None,
) -> None:
    """One review from Redis: transactions, findings, decisions, conversation, audit trail."""
    from bot.cli.show import show_review

    asyncio.run(show_review(review, as_json, team, data))
