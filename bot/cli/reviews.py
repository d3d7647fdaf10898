"""``countersign list``: the reviews in Redis, the newest first."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.cli.failures import CommandError
from bot.cli.stores import configured_stores, names_of
from bot.domain import text as wording
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.store import Stores

STATES = ("open", "closed", "all")


async def list_reviews(which: str, limit: int, as_json: bool, team: str | None, data: Path | None) -> None:
    """Print a line for each review that is ``which``, ``limit`` of them at the most.

    Raises ``CommandError`` where ``which`` is none of ``STATES``.
    """
    if which not in STATES:
        raise CommandError(f"{which!r} is none of {', '.join(STATES)}.")
    async with configured_stores(data) as stores:
        found = sorted(await _states(stores, which, team), key=lambda state: state.created_at, reverse=True)
        shown = found[:limit]
        names = {state.team: await names_of(stores, state.team, [state.submitter]) for state in shown}
        for state in shown:
            by = names[state.team].get(state.submitter, state.submitter)
            print(json.dumps(_document(state, by), ensure_ascii=False)) if as_json else _print_line(state, by)
        if len(found) > limit and not as_json:
            print(f"... and {len(found) - limit:,} older; say --limit {len(found)}")
        if not found and not as_json:
            print("No review." if which == "all" else f"No review is {which}.")


async def _states(stores: Stores, which: str, team: str | None) -> list[ReviewState]:
    found = []
    async for of_team, review_id in stores.audit.named(None, team):
        state = await stores.reviews.state(of_team, review_id)
        if state is None:
            continue  # expired; its trail stays
        is_closed = state.status is ReviewStatus.CLOSED
        if which == "all" or is_closed == (which == "closed"):
            found.append(state)
    return found


def _document(state: ReviewState, by: str) -> dict[str, Any]:
    counts = ("total", "flagged", "undecided", "approved", "rejected", "held", "withdrawn")
    return {
        "team": state.team,
        "review": state.id,
        "status": state.status.value,
        "submitted_at": state.created_at.isoformat(),
        "submitter": state.submitter,
        "submitter_name": by if by != state.submitter else None,
        "totals": {currency: f"{amount:f}" for currency, amount in state.totals.items()},
        **{name: getattr(state, name) for name in counts},
    }


def _print_line(state: ReviewState, by: str) -> None:
    # Text, not markup: what people wrote is shown as they wrote it.
    line = Text(f"{state.created_at:%Y-%m-%d %H:%M} UTC  {wording.status(state)}  by {by}")
    Console(soft_wrap=True).print(line)
