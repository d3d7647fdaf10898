"""``countersign policy apply | history | diff``: put a policy into force, and see what changed."""

import getpass
import json
import os
import re
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import typer
from rich.console import Console
from rich.text import Text

from bot.app import utc_now
from bot.application.apply_policy import ApplyPolicy, PolicyProposal, in_words
from bot.application.current_policy import PolicyUnreadable, stored_policy
from bot.cli.failures import CommandError
from bot.cli.stores import configured_stores
from bot.config.policy_loading import SanctionsLoader, read_policy_file
from bot.domain.policy import Policy
from bot.domain.policy.change_words import PolicyChange
from bot.domain.policy.changes import changes_between
from bot.store import AppliedPolicy, Stores

VERSION = re.compile(r"[0-9a-f]{12}")


async def apply_policy(file: Path, data: Path | None, *, loosen: bool, ask: bool) -> None:
    """Print what a file changes, then put it into force; ``ask`` whether to, where somebody sits there.

    Raises ``PolicyError`` where the file is wrong, or loosens without ``loosen``, and ``CommandError`` where
    it was not put into force for another reason.
    """
    written = read_policy_file(file)
    SanctionsLoader().load(written.policy)
    async with configured_stores(data) as stores:
        bring = ApplyPolicy(stores.policies, stores.policy_history, utc_now)
        proposal = await bring.compare(written)
        await put_into_force(proposal, bring.apply, file, loosen=loosen, ask=ask)


class Bring(Protocol):
    """Puts a policy into force, brought by somebody from a place; ``None`` where another came meanwhile."""

    async def __call__(
        self, proposal: PolicyProposal, by: str, place: str, *, loosen: bool
    ) -> AppliedPolicy | None:
        """Raises ``PolicyRefused``."""


async def put_into_force(
    proposal: PolicyProposal, bring: Bring, file: Path, *, loosen: bool, ask: bool
) -> None:
    """Print what a policy changes, then put it into force; raises as ``apply_policy`` does."""
    version = proposal.written.policy.version
    if proposal.is_in_force:
        print(f"{file.name} (version {version}) is in force already.")
        return
    if proposal.before or not proposal.loosens:
        _print_changes(proposal)
    if ask and (loosen or not proposal.loosens) and sys.stdin.isatty():
        typer.confirm("Put it into force?", abort=True)
    applied = await bring(proposal, user(), place_of(file.name), loosen=loosen)
    if applied is None:
        raise CommandError("Another policy came into force meanwhile; run this again.")
    print(f"Policy {applied.number} (version {version}) is in force.")


async def print_history(data: Path | None, as_json: bool) -> None:
    """Print every policy that came into force, newest first: who brought it, and what it changed."""
    async with configured_stores(data) as stores:
        entries = await stores.policy_history.entries()
        changes = [await _changes(stores, before, after) for before, after in _pairs(entries)]
    told = list(zip(entries, changes, strict=True))[::-1]
    if as_json:
        print(json.dumps([_entry_as_json(entry, of) for entry, of in told], ensure_ascii=False))
    elif not told:
        print("No policy was ever brought; the default one judges, and nobody may decide.")
    else:
        for entry, of in told:
            print(f"Policy {in_words(entry)}{', allowed to loosen' if entry.loosened else ''}")
            _print_lines(["(cannot be read by this version of the bot)"] if of is None else _lines(of))


async def print_diff(first: str, second: str | None, data: Path | None, as_json: bool) -> None:
    """Print what changes from the policy in force to ``first``, or from ``first`` to ``second``.

    Each is a file, a version or a number of the history; raises ``CommandError`` where there is none such.
    """
    async with configured_stores(data) as stores:
        newest = await stores.policy_history.newest()
        if second is not None:
            before, after = await _named(stores, first), await _named(stores, second)
        elif newest is None:
            raise CommandError("No policy is in force yet; name two to compare.")
        else:
            before, after = await stored_policy(stores.policies, newest), await _named(stores, first)
    changes = changes_between(before, after)
    if as_json:
        ends = {"from": before.version, "to": after.version}
        print(json.dumps({**ends, "changes": [_as_json(change) for change in changes]}, ensure_ascii=False))
    else:
        print(f"From version {before.version} to version {after.version}:")
        _print_lines(_lines(changes) or ["nothing changes"])


async def _named(stores: Stores, name: str) -> Policy:
    """The policy of a file, of a version, or of a number of the history."""
    if Path(name).is_file():  # noqa: ASYNC240 - nothing else goes on in a command
        return read_policy_file(Path(name)).policy
    found: Policy | None = None
    if VERSION.fullmatch(name):
        found = await stores.policies.policy(name)
    elif name.isdecimal():
        for entry in await stores.policy_history.entries():
            if entry.number == int(name):
                found = await stored_policy(stores.policies, entry)
    if found is None:
        raise CommandError(f"{name!r} is neither a policy file nor a version or number of the history.")
    return found


def _pairs(entries: Sequence[AppliedPolicy]) -> Iterator[tuple[AppliedPolicy | None, AppliedPolicy]]:
    return zip([None, *entries], entries, strict=False)


async def _changes(
    stores: Stores, before: AppliedPolicy | None, after: AppliedPolicy
) -> tuple[PolicyChange, ...] | None:
    """What an entry of the history changed, ``None`` where this version cannot read it."""
    try:
        policies = [await stored_policy(stores.policies, entry) for entry in (before, after) if entry]
    except PolicyUnreadable:
        return None
    return changes_between(*policies) if before else ()


def _print_changes(proposal: PolicyProposal) -> None:
    if proposal.before is None or proposal.before.is_that_of_all:
        print(f"The first policy: {proposal.written.name} (version {proposal.written.policy.version}).")
        return
    print(f"In force: policy {in_words(proposal.before)}.")
    print(f"{proposal.written.name} (version {proposal.written.policy.version}) changes:")
    _print_lines(_lines(proposal.changes) or ["nothing that counts"])


def _lines(changes: Sequence[PolicyChange]) -> list[str]:
    return [f"{change.words}{'  (loosens)' if change.loosens else ''}" for change in changes]


def _print_lines(lines: Sequence[str]) -> None:
    console = Console()
    for line in lines:
        console.print(Text(f"  {line}"), style="bold" if line.endswith("(loosens)") else "", soft_wrap=True)


def _entry_as_json(entry: AppliedPolicy, changes: Sequence[PolicyChange] | None) -> dict[str, object]:
    told = None if changes is None else [_as_json(change) for change in changes]
    return {**entry.model_dump(mode="json"), "changes": told}


def _as_json(change: PolicyChange) -> dict[str, str | bool]:
    return {"change": change.words, "loosens": change.loosens}


def place_of(what: str) -> str:
    """From where something is brought: this machine, and what it is."""
    return f"{socket.gethostname()}: {what}"


def user() -> str:
    """Who brings it, as the system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may have no name for its user
        return f"user {os.getuid()}"
