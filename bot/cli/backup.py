"""``countersign backup`` and ``countersign restore``."""

import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO

from bot.application.apply_policy import in_words
from bot.cli.backup_file import BackupUnreadable, BackupWriter, Counts, read_backup, records_in
from bot.cli.failures import CommandError
from bot.cli.progress import counted
from bot.cli.stores import stores_of_any_layout
from bot.domain.text import plural
from bot.store import LAYOUT, Stores
from bot.store.restoring import NotEmpty


async def back_up(file: Path, data: Path | None) -> None:
    """Write all that is stored to a file that is not there yet, for its owner's eyes, and say what it is.

    Raises ``CommandError`` where the file is there, and what ``StoreUnavailable`` names; no half of a backup
    is left under its name.
    """
    async with stores_of_any_layout(data) as stores:
        number = await stores.layout.begin()
        with _new_file(file) as opened, counted("Copying records") as done:
            backup = BackupWriter(opened, number)
            async for record in stores.copies.records():
                backup.write(record)
                done(1)
            counts = backup.finish()
    size, digest = _size_and_digest(file)
    print(f"{file}: {_counts_in_words(counts)}, {size:,} bytes.")
    print(f"SHA-256 {digest}")


async def restore(file: Path, data: Path | None, only_check: bool) -> None:
    """Put a backup into an empty Redis, once the whole file is known to be as it was written.

    Raises ``CommandError`` where it is not, or Redis is not empty, and ``UnreadableLayout`` where this
    version cannot work with what the backup holds; nothing is changed then.
    """
    try:
        backup = read_backup(file)
        counts = Counts()
        with counted("Reading the backup") as done:
            for record in records_in(file):
                counts.add(record)
                done(1)
        print(
            f"{file}, made {backup.made:%Y-%m-%d %H:%M} UTC by {backup.version}: {_counts_in_words(counts)}."
        )
        if only_check:
            return
        async with stores_of_any_layout(data) as stores:
            stores.layout.check(backup.layout)
            restoring = stores.restoring
            await restoring.begin(backup.id)
            with counted("Restoring records") as done:
                for record in records_in(file):
                    await restoring.put(record)
                    done(1)
            await restoring.finish(backup.layout)
            policies = [line async for line in _in_force(stores)]
    except (BackupUnreadable, NotEmpty) as error:
        raise CommandError(str(error)) from error
    ended = f" {plural(restoring.ended, 'key')} had ended since." if restoring.ended else ""
    print(f"All of it is restored.{ended} Now run: countersign audit verify, and countersign doctor --audit.")
    for line in policies:
        print(line)
    if policies:
        print(
            "Before bots and workers start, bring what came into force since: by this one others may decide."
        )
    if backup.layout < LAYOUT:
        print(f"It has layout {backup.layout}, this version's is {LAYOUT}: countersign migrate.")


async def _in_force(stores: Stores) -> AsyncIterator[str]:
    """A sentence for each policy that is in force now: that of all, and those of single workspaces."""
    if (of_all := await stores.policy_history.newest()) is not None:
        yield f"In force again is policy {in_words(of_all)}."
    for home in await stores.installations.homes():
        own = await stores.policy_history.of_workspace(home).newest()
        if own is not None and not own.is_that_of_all:
            yield f"In force again in {home} is policy {in_words(own)}."


@contextlib.contextmanager
def _new_file(file: Path) -> Iterator[IO[bytes]]:
    """A file that nobody else may read, and that has its name only once it is whole and on disk."""
    if file.exists():
        raise CommandError(f"{file} exists already; name another file.")
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def _size_and_digest(file: Path) -> tuple[int, str]:
    with file.open("rb") as opened:
        return os.fstat(opened.fileno()).st_size, hashlib.file_digest(opened, "sha256").hexdigest()


def _counts_in_words(counts: Counts) -> str:
    audit = f"{plural(counts.reviews, 'review')} with {plural(counts.entries, 'line')} of trails"
    return f"{audit}, {plural(counts.keys, 'key')}, {plural(counts.jobs, 'waiting job')}"
