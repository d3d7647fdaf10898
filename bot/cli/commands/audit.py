"""``countersign audit verify``, ``countersign audit export`` and ``countersign audit absences``."""

import asyncio
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, DocumentOption, ReviewArgument, TeamOption

audit_commands = typer.Typer(help="The audit trails: verify them, export them.", no_args_is_help=True)


@audit_commands.command("verify")
def audit_verify_command(
    review: ReviewArgument = None,
    team: TeamOption = None,
    data: DataOption = None,
    as_json: DocumentOption = False,
) -> None:
    """Follow every hash chain to its end, and name the first entry that is not as it was written.

    Without a REVIEW the trails of absences, which say by what right somebody stood in, are among them.
    """
    from bot.cli.audit import verify_trails

    if not asyncio.run(verify_trails(review, team, data, as_json)):
        raise typer.Exit(1)


@audit_commands.command("absences")
def audit_absences_command(
    team: TeamOption = None, data: DataOption = None, as_json: DocumentOption = False
) -> None:
    """Print who said when that they are away or back and who stands in, and check the chain of it."""
    from bot.cli.audit import show_absences

    if not asyncio.run(show_absences(team, data, as_json)):
        raise typer.Exit(1)


@audit_commands.command("export")
def audit_export_command(
    review: ReviewArgument = None,
    form: Annotated[
        str, typer.Option("--format", help="jsonl (exact) or csv (for reading; no formula acts).")
    ] = "jsonl",
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """Print every entry."""
    from bot.cli.audit import ExportFormat, export_trails

    if form not in list(ExportFormat):
        raise typer.BadParameter(f"{form!r} is neither jsonl nor csv", param_hint="--format")
    asyncio.run(export_trails(review, ExportFormat(form), team, data))
