"""``countersign migrate``: what is stored, brought to the layout of this version."""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.app import utc_now
from bot.application.migrate import MigrateReviews, Survey
from bot.cli.failures import CommandError
from bot.cli.progress import counted
from bot.cli.stores import stores_of_any_layout
from bot.config.logs import configure_logs
from bot.domain.text import plural
from bot.store import LAYOUT, Lack

NAMED = 5  # reviews that stand in one sentence
EVERY = 1_000  # reviews between two lines of progress, where there is no terminal

Confirm = Callable[[], None]
"""Asks whoever is there; raises where they say no."""


async def migrate(data: Path | None, *, dry_run: bool, confirm: Confirm) -> None:
    """Print what there is to do, and do it once that is confirmed; ``dry_run`` only prints.

    Raises ``CommandError`` where something is left that could not be done.
    """
    configure_logs("WARNING", "console")  # a line for each review would hide what is told
    async with stores_of_any_layout(data) as stores:
        migration = MigrateReviews(stores, utc_now)
        survey = await migration.survey()
        print(_told(survey))
        if dry_run or _is_done(survey):
            return
        confirm()
        try:
            with _progress(2 * survey.reviews) as done:  # it looks once more in the end
                left = await migration.run(done)
        except asyncio.CancelledError:
            print("Stopped half-way; what was done stays. Run it again to go on.", file=sys.stderr)
            raise
    if not _is_done(left):
        raise CommandError(_why_not(left))
    print(f"{plural(survey.older, 'review')} brought forward. What is stored has layout {LAYOUT} now.")


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, else a line on stderr now and then."""
    looked_at = 0
    with counted("Reviews", total) as shown:

        def more(reviews: int) -> None:
            nonlocal looked_at
            shown(reviews)
            before, looked_at = looked_at, looked_at + reviews
            if before // EVERY < looked_at // EVERY and not sys.stderr.isatty():
                print(f"{looked_at:,} of {total:,} reviews looked at", file=sys.stderr, flush=True)

        yield more


def _is_done(survey: Survey) -> bool:
    return survey.layout in (None, LAYOUT) and not survey.older and not survey.unreadable


def _told(survey: Survey) -> str:
    if survey.layout is None:
        return "Nothing is stored yet, so that there is nothing to do."
    lines = [
        f"What is stored has layout {survey.layout}, this version's is {LAYOUT}.",
        f"{survey.older:,} of {plural(survey.reviews, 'review')} must be brought forward:",
        *(f"{survey.lacks[lack]:>9,}  {lack.value}" for lack in Lack if survey.lacks[lack]),
    ]
    if not survey.older:
        lines[1:] = [f"All of {plural(survey.reviews, 'review')} are as this version keeps them."]
    if survey.unreadable:
        lines.append(f"{_unreadable(survey)}; see countersign doctor --audit.")
    if _is_done(survey):
        lines.append("There is nothing to do.")
    return "\n".join(lines)


def _why_not(left: Survey) -> str:
    number = f"what is stored keeps layout {left.layout}"
    if left.unreadable:
        return f"{_unreadable(left)}, so that {number}; mend them, and run it again."
    return (
        f"{plural(left.older, 'review')} still lack something, so that {number}; "
        "stop what runs of an older version, and run it again."
    )


def _unreadable(survey: Survey) -> str:
    names = [f"{found.review_id} ({found.team})" for found in survey.unreadable]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{plural(len(names), 'review')} cannot be read ({', '.join(names[:NAMED])}{more})"
