"""``countersign workspaces``: who installed the bot, and what each workspace has of its own."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import utc_now
from bot.application.apply_policy import in_words
from bot.application.installations import CHANNEL, OPERATORS, Installations, ServedWorkspace
from bot.application.own_policy import OwnPolicy
from bot.cli.failures import CommandError
from bot.cli.policy_history import place_of, put_into_force, user
from bot.cli.stores import configured_stores
from bot.config.policy_loading import SanctionsLoader, read_policy_file
from bot.config.settings import read_settings
from bot.config.several_workspaces import installation_keys
from bot.domain.names import visible
from bot.domain.text import plural
from bot.served import installations_of
from bot.store import Stores

CHANNEL_ID = re.compile(r"[CG][A-Z0-9_]{1,40}")
UNREADABLE = "cannot be read with the keys of the settings"


@dataclass(frozen=True, slots=True)
class Wishes:
    """Settings that a workspace gets; ``None`` leaves one as it is, an empty text takes it back."""

    channel: str | None = None
    operators: str | None = None
    policy: Path | None = None
    common_policy: bool = False


async def list_workspaces(data: Path | None, as_json: bool) -> None:
    """Print all of them, in the order of their ids."""
    async with configured_stores(data) as stores:
        found = [(home, workspace) async for home, workspace in _installations(stores).all()]
    if as_json:
        print(json.dumps([_document(home, workspace) for home, workspace in found], ensure_ascii=False))
        return
    if not found:
        print("No workspace has installed the bot; it is installed at /slack/install.")
        return
    table = Table("Id", "Name", "Installed", "Cards go to", "Operators", "Policy")
    for home, workspace in found:
        table.add_row(*(Text(cell) for cell in _row(home, workspace)))
    Console().print(table)


def _row(home: str, workspace: ServedWorkspace | None) -> tuple[str, ...]:
    if workspace is None:
        return home, UNREADABLE, "", "", "", ""
    bot = workspace.bot
    policy = f"its own, version {workspace.policy.version}" if workspace.policy else "that of all"
    since = f"{bot.installed_at:%Y-%m-%d} by {bot.installed_by}"
    channel, operators = workspace.channel or "where people submit", workspace.operators or "nobody"
    return home, visible(bot.name), since, channel, operators, policy


def _document(home: str, workspace: ServedWorkspace | None) -> dict[str, object]:
    """An installation as JSON, without any token."""
    if workspace is None:
        return {"id": home, "error": UNREADABLE}
    bot = workspace.bot
    return {
        "id": home,
        "name": bot.name,
        "organisation": bot.installation.enterprise or None,
        "organisation_wide": bot.installation.org_wide,
        "installed_at": bot.installed_at.isoformat(),
        "installed_by": bot.installed_by,
        "scopes": sorted(bot.scopes),
        "token_lapses": bot.lapses.isoformat() if bot.lapses else None,
        "channel": workspace.channel,
        "operators": workspace.operators,
        "policy": workspace.policy.model_dump(mode="json") if workspace.policy else None,
    }


async def show_workspace(home: str, data: Path | None, as_json: bool) -> None:
    """Print one of them; raises ``CommandError`` where it has not installed the bot."""
    async with configured_stores(data) as stores:
        workspace = await _found(stores, home)
    document = _document(home, workspace)
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
        return
    document["scopes"] = ", ".join(sorted(workspace.bot.scopes))
    document["policy"] = in_words(workspace.policy) if workspace.policy else "that of all workspaces"
    for name, value in document.items():
        print(f"{name.replace('_', ' ')}: {visible(str(value)) if value not in (None, '') else '-'}")


async def set_workspace(home: str, wishes: Wishes, data: Path | None, *, loosen: bool, ask: bool) -> None:
    """Set what is wished; raises ``CommandError`` and ``PolicyError`` where that cannot be, or not all of it.

    A policy is brought first, so that nothing is set where it is refused.
    """
    channels = {CHANNEL: wishes.channel, OPERATORS: wishes.operators}
    chosen = {name: channel for name, channel in channels.items() if channel is not None}
    for channel in chosen.values():
        if channel and not CHANNEL_ID.fullmatch(channel):
            raise CommandError(f"{channel!r} is not the id of a channel; they look like C0123ABCD.")
    if wishes.policy and wishes.common_policy:
        raise CommandError("Say --policy or --common-policy, not both.")
    if not chosen and not wishes.policy and not wishes.common_policy:
        raise CommandError("Say what to set: --channel, --operators, --policy or --common-policy.")
    async with configured_stores(data) as stores:
        await _found(stores, home)
        own = OwnPolicy(home, stores.policies, stores.policy_history, utc_now)
        if wishes.policy:
            await _bring(own, wishes.policy, loosen=loosen, ask=ask)
        if wishes.common_policy:
            await _go_back(own, home, loosen=loosen)
        if chosen:
            await stores.installations.set(home, chosen)
            said = (f"{name} {channel or 'none'}" for name, channel in chosen.items())
            print(f"{home}: {', '.join(said)}.")


async def _bring(own: OwnPolicy, file: Path, *, loosen: bool, ask: bool) -> None:
    """Put a policy into force for one workspace, compared with the one that counts there now."""
    written = read_policy_file(file)
    SanctionsLoader().load(written.policy)
    await put_into_force(await own.compare(written), own.bring, file, loosen=loosen, ask=ask)


async def _go_back(own: OwnPolicy, home: str, *, loosen: bool) -> None:
    """Let a workspace go by the policy of all again."""
    changes = await own.changes_to_that_of_all()
    if changes is None:
        print(f"{home} goes by the policy of all workspaces already.")
        return
    for change in changes:
        print(f"  {visible(change.words)}{'  (loosens)' if change.loosens else ''}")
    if not await own.follow_that_of_all(user(), place_of("countersign workspaces"), loosen=loosen):
        raise CommandError("Another policy came into force meanwhile; run this again.")
    print(f"{home} goes by the policy of all workspaces.")


async def remove_workspace(home: str, data: Path | None, *, ask: bool) -> None:
    """Forget an installation; raises ``CommandError`` where there is none."""
    async with configured_stores(data) as stores:
        if await stores.installations.workspace(home) is None:
            raise _not_installed(home)
        if ask and sys.stdin.isatty():
            typer.confirm(f"Forget the token and the channels of {home}?", abort=True)
        await _installations(stores).remove(home)
        await stores.installations.forget_settings(home)
    print(f"{home} is forgotten; its reviews and trails stay. Take the bot out of it in Slack as well.")


async def encrypt_anew(data: Path | None) -> None:
    """Put every token under the newest key; raises ``InstallationUnreadable`` where one cannot be read."""
    async with configured_stores(data) as stores:
        changed = await _installations(stores).encrypt_anew()
    print(f"{plural(changed, 'installation')} put under the newest key.")


def _installations(stores: Stores) -> Installations:
    return installations_of(installation_keys(read_settings()), stores)


async def _found(stores: Stores, home: str) -> ServedWorkspace:
    workspace = await _installations(stores).workspace(home)
    if workspace is None:
        raise _not_installed(home)
    return workspace


def _not_installed(home: str) -> CommandError:
    advice = "countersign workspaces list names those that have"
    return CommandError(f"{home!r} has not installed the bot; {advice}.")
