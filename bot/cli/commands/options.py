"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ReviewArgument = Annotated[str | None, typer.Argument(help="The review's id; without it, all reviews.")]
TeamOption = Annotated[str | None, typer.Option(help="This workspace alone.")]
DataOption = Annotated[Path | None, typer.Option(help="The data folder of a demo.")]
PolicyOption = Annotated[Path | None, typer.Option(help="A policy file instead of the default.")]
ModelOption = Annotated[bool, typer.Option("--model/--no-model", help="Ask the model, if one is set.")]
DocumentOption = Annotated[bool, typer.Option("--json", help="One JSON document.")]
ReadyOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON when ready.")]
