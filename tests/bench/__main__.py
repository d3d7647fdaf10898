"""``python -m tests.bench``: what the bot costs, each figure beside its own floor. Writes nothing."""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TextIO

from bot.config.logs import configure_logs
from tests.bench import clicks, commands, decisions, judged, resident, size, sizes, start, stored
from tests.bench.figures import Json, Measured, table
from tests.bench.house import House, opened
from tests.bench.programs import NotMeasurable

Bench = Callable[[House, bool], Awaitable[Measured]]

BENCHES: dict[str, Bench] = {
    "click": clicks.measure,
    "decide": decisions.rate,
    "cost": decisions.cost,
    "judge": judged.measure,
    "commands": commands.measure,
    "bytes": stored.measure,
    "size": size.measure,
    "start": start.measure,
    "resident": resident.measure,
    "sizes": sizes.measure,
}


async def measured(names: list[str], quick: bool, told: TextIO) -> Json:
    """Each bench in a house of its own, so that none meets what another left; its table is told at once."""
    figures: list[Json] = []
    details: Json = {}
    began = time.monotonic()
    for name in names:
        async with opened() as house:
            found = await BENCHES[name](house, quick)
        figures += [one.as_json() for one in found.figures]
        details[name] = found.details
        told.write(f"{table(found.figures)}\n\n")
        told.flush()
    return {
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "processors": os.cpu_count(),
        },
        "quick": quick,
        "seconds": round(time.monotonic() - began, 1),
        "figures": figures,
        "details": details,
    }


def main() -> None:
    """Measure what was asked for; all of it by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    parser.add_argument("--only", action="append", choices=BENCHES, metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="fewer rounds: noisier, in a third of the time")
    asked = parser.parse_args()
    configure_logs("WARNING", "console")
    told = sys.stderr if asked.json else sys.stdout
    try:
        found = asyncio.run(measured(asked.only or list(BENCHES), asked.quick, told))
    except NotMeasurable as error:
        sys.exit(f"bench: {error}")
    if asked.json:
        sys.stdout.write(f"{json.dumps(found, indent=1)}\n")
    else:
        missed = sum(one["met"] is False for one in found["figures"])
        sys.stdout.write(f"{found['seconds']:.0f} s; {missed} goals missed\n")


if __name__ == "__main__":
    main()
