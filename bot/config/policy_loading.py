"""The policy in force and its sanctions list, read from their files again when these change."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.domain.policy import Policy, PolicyError, SanctionsList, default_policy, read_sanctions

log = structlog.get_logger()


class PolicyLoader:
    """Called, answers the policy in force; a file that becomes wrong while the bot runs changes nothing."""

    def __init__(self, path: Path | None) -> None:
        """Read the file, or take the default policy without one; raises ``PolicyError`` where it is wrong."""
        self._path = path
        self._stamp = self._stamp_now()
        self._policy = read_policy(path)

    def __call__(self) -> Policy:
        """The policy as the file has it now, or had it when it was last right."""
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._policy = read_policy(self._path)
                log.info("policy read", version=self._policy.version)
            except PolicyError as error:
                log.error("policy file is wrong, the old policy stays", error=str(error))
        return self._policy

    def _stamp_now(self) -> tuple[int, ...] | None:
        if self._path is None:
            return None
        try:
            status = self._path.stat()
        except OSError:
            return ()
        # The inode too: a file that was moved into place may have the time and size of the old one.
        return (status.st_mtime_ns, status.st_size, status.st_ino)


def read_policy(path: Path | None) -> Policy:
    """The policy of a file, or the default one; raises ``PolicyError`` naming file, line and key."""
    if path is None:
        return default_policy()
    try:
        return Policy.from_toml(path.read_text(encoding="utf-8-sig"))
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read ({type(error).__name__}).") from None


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
