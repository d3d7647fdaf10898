"""The files of a policy: its text, and the sanctions list that it names, read again when it changes."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.domain.policy import Policy, PolicyError, SanctionsList, default_policy, read_sanctions
from bot.domain.policy.written import WrittenPolicy

log = structlog.get_logger()


class PolicyFile:
    """The policy file of a process. ``brought_by`` stands in the history of what is brought from it.

    ``complete`` makes the text that counts of the text that was read.
    """

    def __init__(
        self, path: Path, *, brought_by: str = "file", complete: Callable[[str], str] | None = None
    ) -> None:
        self.path = path
        self.brought_by = brought_by
        self._complete = complete

    def stamp(self) -> tuple[int, ...]:
        """What differs after any change of the file; empty where there is none."""
        try:
            status = self.path.stat()
        except OSError:
            return ()
        # The inode too: a file that was moved into place may have the time and size of the old one.
        return (status.st_mtime_ns, status.st_size, status.st_ino)

    def read(self) -> WrittenPolicy:
        """What the file says; raises ``PolicyError`` naming file, line and key."""
        return read_policy_file(self.path, self._complete)


def read_policy_file(path: Path, complete: Callable[[str], str] | None = None) -> WrittenPolicy:
    """The text of a file and the policy that it is; raises ``PolicyError`` naming file, line and key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return WrittenPolicy.of(path.name, complete(text) if complete else text)
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read ({type(error).__name__}).") from None


def read_policy(path: Path | None) -> Policy:
    """The policy of a file, or the default one; raises ``PolicyError`` naming file, line and key."""
    return default_policy() if path is None else read_policy_file(path).policy


class SanctionsLoader:
    """Answers the sanctions list that a policy names, read again when its file changes."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int, int, str], SanctionsList] = {}

    def __call__(self, policy: Policy) -> SanctionsList | None:
        """The list, or ``None`` where the policy names none or the list cannot be read.

        What cannot be read is logged, and the rule ``sanctioned_name`` flags every payment meanwhile.
        """
        try:
            return self.load(policy)
        except PolicyError as error:
            log.error("the sanctions list cannot be read", error=str(error))
            return None

    def load(self, policy: Policy) -> SanctionsList | None:
        """The list, or ``None`` where the policy names none; raises ``PolicyError`` where it is wrong."""
        rule = policy.rules.sanctioned_name
        if not rule.file:
            return None
        path = Path(rule.file)
        try:
            status = path.stat()
            key = (rule.file, status.st_mtime_ns, status.st_size, str(rule.as_of))
            if key not in self._read:
                as_of = rule.as_of or datetime.fromtimestamp(status.st_mtime, UTC).date()
                text = path.read_text(encoding="utf-8-sig", errors="replace")
                _check_form(text)
                self._read = {key: read_sanctions(text, as_of)}
            return self._read[key]
        except (OSError, ValueError, csv.Error) as error:
            why = type(error).__name__ if isinstance(error, OSError) else str(error)
            raise PolicyError(f"rules.sanctioned_name.file: {path} cannot be read ({why}).") from None


def _check_form(text: str) -> None:
    """Raise ``ValueError`` where most rows have no number before the name: an error page is no list."""
    rows = [row for row in csv.reader(io.StringIO(text)) if len(row) > 1]
    numbered = sum(row[0].strip().isdecimal() for row in rows)
    if rows and 2 * numbered <= len(rows):
        raise ValueError("most rows of it do not begin with a number, as those of OFAC's SDN.CSV do")
