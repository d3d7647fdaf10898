"""Folders whose files only their owner may read: memos, decisions and tokens of a workspace are in them."""

import os
from pathlib import Path

from bot.config.errors import LoggableError


class ForeignFolder(LoggableError):
    """A folder is not the user's own; the message says which, and what to do."""


def make_private(folder: Path) -> None:
    """Make a folder that only this user can look into, or close the one that is there.

    Raises ``ForeignFolder`` where it belongs to another user, who could open it again.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise ForeignFolder(
            f"The folder {folder.resolve()} belongs to another user, who could read what is kept in it; "
            "choose one of your own."
        )
    folder.chmod(0o700)


def close_files(folder: Path) -> None:
    """Close what is in a folder that only this program writes to: files to 0600, folders to 0700."""
    for path in folder.rglob("*"):
        if path.is_symlink() or path.is_socket():
            continue
        path.chmod(0o700 if path.is_dir() else 0o600)
