"""``countersign show``: one review from Redis, whole."""

import json
import re
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.app import redis_of
from bot.domain import wording
from bot.domain.review import Review
from bot.settings import SettingsError, read_settings
from bot.store import ReviewStore, connect


async def run_show(review: str, as_json: bool, team: str | None, data: Path | None) -> None:
    """Print transactions, findings, decisions, conversation and audit trail."""
    settings = read_settings()
    if not re.fullmatch(r"R-[0-9A-Z]{5,12}", review.upper()):
        raise SettingsError(f"{review!r} is not the name of a review; they look like R-7K3F2.")
    if data is not None:
        settings = settings.model_copy(update={"data": data, "redis_url": None})
    async with redis_of(settings) as url:
        client = connect(url)
        try:
            await _show(ReviewStore(client), review.upper(), as_json, team)
        finally:
            await client.aclose()


async def _show(store: ReviewStore, name: str, as_json: bool, team: str | None) -> None:
    teams = [team] if team else await store.teams_of(name)
    if not teams:
        raise SettingsError(f"There is no review {name}.")
    if len(teams) > 1:
        raise SettingsError(f"{name} is in several workspaces ({', '.join(teams)}); say --team.")
    review = await store.load(teams[0], name)
    if review is None:
        raise SettingsError(f"There is no review {name} in workspace {teams[0]}.")
    turns = await store.turns(teams[0], name)
    audit = await store.audit(teams[0], name)
    if as_json:
        document = {
            "review": review.head.model_dump(mode="json")
            | {"cost": None if review.head.cost is None else f"{review.head.cost:f}"},
            "transactions": [entry.model_dump(mode="json") for entry in review.entries.values()],
            "conversation": [turn.model_dump(mode="json") for turn in turns],
            "audit": [entry.model_dump(mode="json") for entry in audit],
        }
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return
    _print(review)
    console = Console()
    console.print("\nConversation", style="bold")
    for turn in turns:
        who = turn.actor or turn.who.value
        console.print(Text(f"{turn.at:%Y-%m-%d %H:%M:%S} UTC  {who} ({turn.how.value}): {turn.text}"))
    console.print("\nAudit trail", style="bold")
    for number, entry in enumerate(audit, start=1):
        detail = json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
        console.print(
            Text(f"{number:>4}  {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.event}  {entry.actor}  {detail}")
        )


def _print(review: Review) -> None:
    console = Console()
    console.print(Text(wording.status(review.head)), style="bold")
    for entry in review.entries.values():
        console.print(Text(f"{wording.one_line(entry)}: {wording.outcome_of(entry)}"))
        if entry.flagged:
            console.print(Text(f"      {wording.reasons(entry)}"), style="dim")
