"""The file of a backup: lines of JSON, packed with gzip; the last one says what all before must be.

::

    {"countersign_backup": 1, "id": "...", "made": "2026-11-29T12:00:00Z", "version": "0.2.0", "layout": 2}
    {"key": "cs:...", "type": "hash", "until": 1790000000000, "value": ["field", "value", ...]}
    {"review": ["T1", "R-7K3F2"], "keys": [{"key": ...}, ...], "jobs": [[...], ...], "opened": "...", ...}
    {"shard": 3, "jobs": [["job", "assess", ...], ...]}
    {"end": true, "reviews": 12, "entries": 340, "keys": 512, "jobs": 3, "sha256": "..."}

``until`` is epoch milliseconds, ``null`` for what does not end; ``"more": true`` stands where elements go on
from a line before. ``sha256`` is that of all lines before, unpacked, each with its newline. Bytes that are no
text are lone surrogates, as Python's ``surrogateescape`` has them, so that they come back as they were.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bot import __version__
from bot.store.copies import JobsCopy, Record
from bot.store.keys import ReviewKeys
from bot.store.scripts.copy import KeyCopy, ReviewCopy

FORMAT = 1
LARGEST_LINE = 512 * 1024 * 1024  # bytes; the largest review has some 20 MB


class BackupUnreadable(Exception):
    """A file is no backup, or not all of one; the message is one sentence."""


@dataclass(slots=True)
class Counts:
    """What a backup holds: reviews, entries of their audit trails, keys of all, and jobs that wait."""

    reviews: int = 0
    entries: int = 0
    keys: int = 0
    jobs: int = 0

    def add(self, record: Record) -> None:
        """Count one record more."""
        match record:
            case KeyCopy():
                self.keys += not record.more
            case JobsCopy():
                self.jobs += len(record.jobs)
            case ReviewCopy():
                audit = ReviewKeys(record.team, record.review).audit
                self.reviews += 1
                self.jobs += len(record.jobs)
                self.keys += len(record.keys)
                self.entries += sum(len(copy.elements) for copy in record.keys if copy.key == audit)


@dataclass(frozen=True, slots=True)
class Backup:
    """What the first line of a backup says; ``made`` is aware UTC, ``layout`` that of what was stored."""

    id: str
    made: datetime
    version: str
    layout: int


class BackupWriter:
    """Writes a backup to an open file; ``finish`` ends it, and without that it is none."""

    def __init__(self, file: IO[bytes], layout: int) -> None:
        self._packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)
        self._hash = hashlib.sha256()
        self.counts = Counts()
        made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        first = {"countersign_backup": FORMAT, "id": os.urandom(8).hex(), "made": made}
        self._line({**first, "version": __version__, "layout": layout})

    def write(self, record: Record) -> None:
        """Add one record."""
        self.counts.add(record)
        match record:
            case KeyCopy():
                self._line(_key(record))
            case ReviewCopy(team, review, keys, jobs, opened, timer):
                about = {"review": [team, review], "keys": [_key(copy) for copy in keys], "jobs": jobs}
                self._line({**about, "opened": opened, "timer": timer})
            case JobsCopy(shard, jobs):
                self._line({"shard": shard, "jobs": jobs})

    def finish(self) -> Counts:
        """Write the last line; the file is the caller's to close."""
        counts = self.counts
        told = {name: getattr(counts, name) for name in ("reviews", "entries", "keys", "jobs")}
        self._line({"end": True, **told, "sha256": self._hash.hexdigest()})
        self._packed.close()
        return counts

    def _line(self, content: dict[str, Any]) -> None:
        line = json.dumps(content, separators=(",", ":")).encode() + b"\n"
        self._hash.update(line)
        self._packed.write(line)


def read_backup(path: Path) -> Backup:
    """What the first line says; raises ``BackupUnreadable`` and ``OSError``."""
    with path.open("rb") as file:
        return _backup_of(next(_lines(file, path), b""), path)


def records_in(path: Path) -> Iterator[Record]:
    """All records of a backup, as they are read; the last of them is given before the whole is known.

    Raises ``BackupUnreadable`` where a line cannot be read, or, in the end, where the whole is not what was
    written, and ``OSError``.
    """
    with path.open("rb") as file:
        lines, hashed, counts = _lines(file, path), hashlib.sha256(), Counts()
        first = next(lines, b"")
        _backup_of(first, path)
        hashed.update(first)
        for line in lines:
            content = _json(line, path)
            if "end" in content:
                told = {name: getattr(counts, name) for name in ("reviews", "entries", "keys", "jobs")}
                if content != {"end": True, **told, "sha256": hashed.hexdigest()} or next(lines, None):
                    raise BackupUnreadable(f"{path} is not as it was written; take another backup.")
                return
            hashed.update(line)
            record = _record(content, path)
            counts.add(record)
            yield record
    raise BackupUnreadable(f"{path} is cut off; take another backup.")


def _lines(file: IO[bytes], path: Path) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
            while line := unpacked.readline(LARGEST_LINE):
                yield line
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BackupUnreadable(f"{path} is no backup of Countersign, or damaged.") from error
    except EOFError as error:
        raise BackupUnreadable(f"{path} is cut off; take another backup.") from error


def _backup_of(line: bytes, path: Path) -> Backup:
    match _json(line, path):
        case {"countersign_backup": int(form)} if form != FORMAT:
            raise BackupUnreadable(f"{path} has a newer form ({form}); use the version that wrote it.")
        case {
            "countersign_backup": _,
            "id": str(name),
            "made": str(at),
            "version": str(by),
            "layout": int(of),
        }:
            return Backup(name, datetime.fromisoformat(at), by, of)
    raise BackupUnreadable(f"{path} is no backup of Countersign, or damaged.")


def _json(line: bytes, path: Path) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BackupUnreadable(f"{path} is no backup of Countersign, or damaged.") from error
    return content if isinstance(content, dict) else {}


def _key(copy: KeyCopy) -> dict[str, Any]:
    content = {"key": copy.key, "type": copy.kind, "until": copy.until, "value": copy.elements}
    return content | ({"more": True} if copy.more else {})


def _record(content: dict[str, Any], path: Path) -> Record:
    match content:
        case {"key": str()}:
            return _key_copy(content, path)
        case {"shard": int(shard), "jobs": list(jobs)}:
            return JobsCopy(shard, jobs)
        case {"review": [str(team), str(review)], "keys": list(keys), "jobs": list(jobs), **rest}:
            copies = [_key_copy(copy, path) for copy in keys]
            return ReviewCopy(team, review, copies, jobs, rest.get("opened"), rest.get("timer"))
    raise BackupUnreadable(f"{path} is no backup of Countersign, or damaged.")


def _key_copy(content: Any, path: Path) -> KeyCopy:
    match content:
        case {"key": str(key), "type": str(kind), "until": int() | None as until, "value": list(value)} if (
            key.startswith("cs:") and kind in ("hash", "list", "set", "zset", "string")
        ):
            return KeyCopy(key, kind, until, value, "more" in content)
    raise BackupUnreadable(f"{path} is no backup of Countersign, or damaged.")
