"""``countersign doctor``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def doctor_command(
    audit: Annotated[
        bool, typer.Option("--audit", help="Check every stored review instead, as after a restore.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help="With --audit: the data folder of a demo.")] = None,
) -> None:
    """Check every setting against the real thing, and say what to mend."""
    from bot.cli.doctor import check_reviews, check_settings

    if not asyncio.run(check_reviews(data) if audit else check_settings()):
        raise typer.Exit(1)
