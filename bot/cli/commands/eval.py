"""``countersign eval``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import DocumentOption, MapOption, ModelOption, PolicyOption


def eval_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Dated payments as files; without any, our own samples.")
    ] = None,
    policy: PolicyOption = None,
    history: Annotated[
        Path | None, typer.Option(help="Payments made before; else the earlier half of each file.")
    ] = None,
    hostile: Annotated[
        Path | None, typer.Option(help='Lines of JSON with a "text" each, beside our own hostile texts.')
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed plants the same.")] = 1,
    plants: Annotated[int, typer.Option(min=1, max=500, help="Cases of each kind in each file.")] = 60,
    as_json: DocumentOption = False,
    chart: Annotated[Path | None, typer.Option(help="Draw the figures into this PNG.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write the figures into this file, as JSON.")] = None,
    page: Annotated[
        Path | None, typer.Option(help="Put the tables between the marks of this page (JUDGEMENT.md).")
    ] = None,
    mapping: MapOption = None,
    model: ModelOption = True,
    scripted: Annotated[
        str | None, typer.Option(help="Ask a scripted model instead: obedient, dictated or anxious.")
    ] = None,
) -> None:
    """Plant violations into files and measure what is found, and what is flagged that should not be."""
    from bot.cli.evaluate import EvaluationRequest, FigureTargets, evaluate
    from bot.evaluation.scripted_models import SCRIPTED_MODELS

    if scripted is not None and scripted not in SCRIPTED_MODELS:
        raise typer.BadParameter(
            f"{scripted!r} is none of {', '.join(SCRIPTED_MODELS)}", param_hint="--scripted"
        )
    model_name = scripted or ("configured" if model else "none")
    request = EvaluationRequest(
        files or [], policy, history, hostile, seed, plants, model_name, mapping or []
    )
    asyncio.run(evaluate(request, FigureTargets(as_json, save, chart, page)))
