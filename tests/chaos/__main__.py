"""``python -m tests.chaos``: run, print one line of figures, exit 1 if anything is wrong."""

import argparse
import asyncio
import json
import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.figures import figures_of, line_of
from tests.chaos.plan import Scale, planned
from tests.chaos.run import run

MOST_TOLD = 40


def main() -> int:
    """Run once; 1 if the judge found anything. With ``--rolling``, restart in order instead of killing."""
    if "--rolling" in sys.argv[1:]:
        from tests.chaos import rolling

        return rolling.main([word for word in sys.argv[1:] if word != "--rolling"])
    asked = _arguments()
    scale = Scale(
        asked.seed, asked.interactions, asked.reviews, asked.people, asked.kills, float(asked.seconds)
    )
    plan = planned(scale)
    # A bot that is killed while it connects is no error of the sandbox's server.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    _say(f"seed {scale.seed}; kills at {plan.deaths()}")
    folder = Path(tempfile.mkdtemp(prefix="countersign-chaos-"))
    result = asyncio.run(run(plan, folder))
    figures = figures_of(scale, result)
    if asked.json:
        found = [
            {"wrong": one.wrong.value, "review": one.review, "words": one.words} for one in result.findings
        ]
        sys.stdout.write(json.dumps({**figures, "findings": found}) + "\n")
    else:
        sys.stdout.write(line_of(figures) + "\n")
    if not result.findings:
        shutil.rmtree(folder)
        return 0
    for one in result.findings[:MOST_TOLD]:
        _say(f"{one.wrong.value}: {one.review or '-'}: {one.words}")
    if len(result.findings) > MOST_TOLD:
        _say(f"... and {len(result.findings) - MOST_TOLD} more.")
    _say(f"Again: python -m tests.chaos {_again(scale)}; data and logs: {folder}")
    return 1


def _arguments() -> argparse.Namespace:
    usual = Scale(int(time.time()))
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=usual.seed)
    for name in ("interactions", "reviews", "people", "kills", "seconds"):
        parser.add_argument(f"--{name}", type=int, default=int(getattr(usual, name)))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _again(scale: Scale) -> str:
    names = ("seed", "interactions", "reviews", "people", "kills", "seconds")
    return " ".join(f"--{name} {int(getattr(scale, name))}" for name in names)


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
