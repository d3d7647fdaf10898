"""The policy in force: read from its file again when that changes, and kept when the change is wrong."""

from pathlib import Path

import structlog

from bot.domain.policy import Policy, PolicyError, default_policy, load

log = structlog.get_logger()


class PolicySource:
    """Answers the policy in force; a file that becomes wrong while the bot runs changes nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp = self._stamp_now()
        self._policy = read_policy(path)

    def __call__(self) -> Policy:
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
        return load(path.read_text(encoding="utf-8-sig"))
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read ({type(error).__name__}).") from None
