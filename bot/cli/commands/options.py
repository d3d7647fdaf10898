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
VendorOption = Annotated[str | None, typer.Option(help="A vendor, by name, in any spelling.")]
ByOption = Annotated[str | None, typer.Option(help="By whose order; without it, the user of this system.")]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="ROLE=COLUMN",
        help="Which column is what, where the file does not say: amount, debit, credit, direction, vendor, "
        "memo, date, currency, invoice, account, card, category; date= for none. Also dates=day-month, "
        "month-day, serial or month; decimal=comma or point; money-out=plus, minus or minus-in-credit; "
        "unit=1000; year=2026; currency-of-file=EUR. May be given several times.",
    ),
]
