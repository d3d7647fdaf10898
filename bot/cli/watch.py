"""``countersign watch``: what happens in a review, as it happens, in whichever process."""

import asyncio
import json
import re
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from bot.cli.failures import CommandError
from bot.cli.stores import configured_stores, read_review_id, team_of_review
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Turn
from bot.domain.review.state import ReviewStatus
from bot.store import Stores

SECONDS = 0.3  # between two looks; a trail is a list, on which nobody can wait
_PLACE = re.compile(r"(\d+)\.(\d+)")


class Place(NamedTuple):
    """How far somebody has read: entries of the audit trail, and turns of the conversation."""

    entries: int
    turns: int

    def __str__(self) -> str:
        return f"{self.entries}.{self.turns}"


async def watch_review(review: str, after: str, follow: bool, team: str | None, data: Path | None) -> None:
    """Print a line of JSON for each event after the place ``after``, until the review is closed.

    Each line has the ``place`` behind it, from which another run goes on. With ``follow`` it goes on after
    the closing too, since a closed review can be opened again. Raises ``CommandError`` where there is no such
    review or place.
    """
    place = _read_place(after)
    review_id = read_review_id(review)
    async with configured_stores(data) as stores:
        of_team = await team_of_review(stores, review_id, team)
        while True:
            state = await stores.reviews.state(of_team, review_id)
            place = await _print_news(stores, of_team, review_id, place)
            if not follow and (state is None or state.status is ReviewStatus.CLOSED):
                return
            await asyncio.sleep(SECONDS)


def _read_place(text: str) -> Place:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise CommandError(f"{text!r} is no place; they look like 12.4, as each line has one.")
    return Place(int(found[1]), int(found[2]))


async def _print_news(stores: Stores, team: str, review_id: str, place: Place) -> Place:
    """Print what is there after a place, and return the place behind it."""
    entries = await stores.reviews.audit(team, review_id, after=place.entries)
    turns = await stores.reviews.turns(team, review_id, after=place.turns)
    # A turn comes before what was made of it, both of which were stored at one moment.
    news: list[tuple[datetime, int, AuditEntry | Turn]] = sorted(
        chain(((turn.at, 0, turn) for turn in turns), ((entry.at, 1, entry) for entry in entries)),
        key=lambda one: one[:2],
    )
    for _, _, event in news:
        if isinstance(event, Turn):
            place = place._replace(turns=place.turns + 1)
            told = _turn(event)
        else:
            place = place._replace(entries=place.entries + 1)
            told = {"event": event.event, "at": event.at, "actor": event.actor, "detail": event.detail}
        told = {"place": str(place), "team": team, "review": review_id} | told
        print(json.dumps(told, ensure_ascii=False, default=datetime.isoformat), flush=True)
    return place


def _turn(turn: Turn) -> dict[str, Any]:
    about = {"seq": turn.seq, "how": turn.how.value, "kind": turn.form.value, "text": turn.text}
    return {"event": "turn", "at": turn.at, "actor": turn.actor or turn.who.value, "detail": about}
