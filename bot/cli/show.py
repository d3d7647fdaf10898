"""``countersign show``: one review from Redis, whole."""

import json
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.cli.stored import review_name, stored
from bot.config.settings import SettingsError
from bot.domain import text as wording
from bot.domain.review.review import Review
from bot.store import ReviewStore


async def run_show(review: str, as_json: bool, team: str | None, data: Path | None) -> None:
    """Print transactions, findings, decisions, conversation and audit trail."""
    name = review_name(review)
    async with stored(data) as redis:
        await _show(ReviewStore(redis), name, as_json, team)


async def _show(store: ReviewStore, name: str, as_json: bool, team: str | None) -> None:
    teams = await store.teams_of(name, team)
    if not teams:
        raise SettingsError(f"There is no review {name}{f' in workspace {team}' if team else ''}.")
    if len(teams) > 1:
        raise SettingsError(f"{name} is in several workspaces ({', '.join(teams)}); say --team.")
    review = await store.load(teams[0], name)
    if review is None:
        raise SettingsError(
            f"{name} has expired; its audit trail is there for ever: countersign audit export {name}."
        )
    turns = await store.turns(teams[0], name)
    audit = await store.audit(teams[0], name)
    if as_json:
        document = {
            "review": review.state.model_dump(mode="json")
            | {"cost": None if review.state.cost is None else f"{review.state.cost:f}"},
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
    console.print(Text(wording.status(review.state)), style="bold")
    for entry in review.entries.values():
        console.print(Text(f"{wording.one_line(entry)}: {wording.outcome_of(entry)}"))
        if entry.flagged:
            console.print(Text(f"      {wording.reasons(entry)}"), style="dim")
