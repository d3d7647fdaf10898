"""What the commands share that read Redis: its stores, and ids of reviews as people type them."""

import contextlib
import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from bot.cli.failures import CommandError
from bot.config.settings import read_settings
from bot.store import Stores, open_stores
from bot.store.topology.configured import redis_of

REVIEW_ID = re.compile(r"R-[0-9A-Z]{5,12}")


@contextlib.asynccontextmanager
async def configured_stores(data: Path | None) -> AsyncIterator[Stores]:
    """The stores of the configured Redis, or of the one in a demo's data folder.

    Raises ``UnreadableLayout`` where this version cannot work with what is stored there.
    """
    async with stores_of_any_layout(data) as stores:
        await stores.layout.begin()
        yield stores


@contextlib.asynccontextmanager
async def stores_of_any_layout(data: Path | None) -> AsyncIterator[Stores]:
    """The stores that ``configured_stores`` gives, whatever their layout: for what mends that."""
    settings = read_settings()
    if data is not None:
        settings = settings.model_copy(update={"data": data, "redis_url": None})
    async with redis_of(settings) as url, open_stores(url) as stores:
        yield stores


def read_review_id(text: str) -> str:
    """The id as it is stored, in capitals; raises ``CommandError`` where the text cannot be one."""
    if not REVIEW_ID.fullmatch(text.upper()):
        raise CommandError(f"{text!r} is not the name of a review; they look like R-7K3F2.")
    return text.upper()


def no_such_review(review_id: str, team: str | None) -> CommandError:
    """The error for a review that neither a workspace nor all of them together ever had."""
    return CommandError(f"There is no review {review_id}{f' in workspace {team}' if team else ''}.")


async def team_of_review(stores: Stores, review_id: str, team: str | None) -> str:
    """The workspace of a review; raises ``CommandError`` where none has it, or several and none is named."""
    teams = await stores.audit.teams_of(review_id, team)
    if not teams:
        raise no_such_review(review_id, team)
    if len(teams) > 1:
        raise CommandError(f"{review_id} is in several workspaces ({', '.join(teams)}); say --team.")
    return teams[0]


async def names_of(stores: Stores, team: str, users: Iterable[str]) -> dict[str, str]:
    """What people call themselves, by Slack user id, as far as the bot has met them."""
    return await stores.names.of(team, users)


async def workspace_of(stores: Stores, team: str | None) -> str:
    """The workspace that was named, else the only one that ever had a review."""
    if team is not None:
        return team
    teams = sorted({team_of_trail async for team_of_trail, _ in stores.audit.named()})
    if len(teams) == 1:
        return teams[0]
    known = f" There are {', '.join(teams)}." if teams else " No workspace has a review yet."
    raise CommandError(f"Name the workspace with --team, as Slack does (T012AB3CD).{known}")
