"""What a workspace stores: JSON documents by kind and key, and the bytes of files, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from ..slack_json import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS docs
  (kind TEXT, key TEXT, doc TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (file_id TEXT PRIMARY KEY, bytes BLOB NOT NULL);
"""


class SqliteStore:
    """Documents and file bytes; every `put` is committed before it returns, so a killed process loses none.

    Without a folder the store lives in memory and ends with the process.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        path = ":memory:" if folder is None else str(folder / "workspace.sqlite3")
        self._db = sqlite3.connect(path, isolation_level=None)
        # WAL with NORMAL survives a killed process; only a power cut may lose the last commits.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def put(self, kind: str, key: str, doc: Json) -> None:
        """Store a document, in place of the one with this kind and key."""
        self._db.execute("INSERT OR REPLACE INTO docs VALUES (?, ?, ?)", (kind, key, json.dumps(doc)))

    def drop(self, kind: str, key: str) -> None:
        """Delete a document, if there is one."""
        self._db.execute("DELETE FROM docs WHERE kind = ? AND key = ?", (kind, key))

    def all(self, kind: str) -> list[Json]:
        """Every document of a kind, by key in ascending order."""
        rows = self._db.execute("SELECT doc FROM docs WHERE kind = ? ORDER BY key", (kind,))
        return [json.loads(doc) for (doc,) in rows]

    def put_content(self, file_id: str, content: bytes) -> None:
        """Store the bytes of a file."""
        self._db.execute("INSERT OR REPLACE INTO contents VALUES (?, ?)", (file_id, content))

    def content(self, file_id: str) -> bytes | None:
        """The bytes of a file, or None where none were uploaded."""
        row = self._db.execute("SELECT bytes FROM contents WHERE file_id = ?", (file_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Close the database; the store is not usable afterwards."""
        self._db.close()
