"""The bot of an installation as it is kept: encrypted, so that whoever reads Redis has no token.

Fernet is AES-128-CBC with HMAC-SHA256 (github.com/fernet/spec). The text inside names its installation,
so that what is copied from one workspace to another is not taken for that one's.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.config.errors import LoggableError
from bot.domain.installation import Installation, InstalledBot


class InstallationUnreadable(LoggableError):
    """The encrypted text of an installation cannot be read with the keys of this process."""


class BadKey(ValueError):
    """A key is none of Fernet's: 32 bytes as URL-safe base64; the message does not quote it."""


class InstallationCipher:
    """Encrypts with the newest of several keys, and reads what any of them encrypted."""

    def __init__(self, keys: Sequence[str]) -> None:
        """``keys`` are the newest first, at least one; raises ``BadKey``."""
        try:
            fernets = [Fernet(key) for key in keys]
            self._newest, self._all = fernets[0], MultiFernet(fernets)
        except (ValueError, IndexError):
            raise BadKey("not a key of 32 bytes as URL-safe base64") from None

    def encrypt(self, bot: InstalledBot) -> str:
        """The text to be kept, under the newest key."""
        return self._newest.encrypt(json.dumps(_as_json(bot)).encode()).decode()

    def decrypt(self, home: str, text: str) -> InstalledBot:
        """The bot that is kept for an installation; raises ``InstallationUnreadable``."""
        try:
            bot = _of_json(json.loads(self._all.decrypt(text)))
        except (InvalidToken, ValueError, LookupError, TypeError):
            raise InstallationUnreadable(
                f"The installation of {home} cannot be read with COUNTERSIGN_INSTALLATION_KEYS; "
                "put the key back that it was encrypted with, or have it installed again."
            ) from None
        if bot.installation.home != home:
            raise InstallationUnreadable(f"What is kept for {home} is of another installation.")
        return bot

    def is_under_newest(self, text: str) -> bool:
        """Whether a text was encrypted with the newest key."""
        try:
            self._newest.decrypt(text)
        except InvalidToken:
            return False
        return True


def new_key() -> str:
    """A new random key."""
    return Fernet.generate_key().decode()


def _as_json(bot: InstalledBot) -> dict[str, Any]:
    return {
        **asdict(bot),
        "scopes": sorted(bot.scopes),
        "installed_at": bot.installed_at.isoformat(),
        "lapses": bot.lapses.isoformat() if bot.lapses else None,
    }


def _of_json(fields: dict[str, Any]) -> InstalledBot:
    lapses = fields["lapses"]
    return InstalledBot(
        **{
            **fields,
            "installation": Installation(**fields["installation"]),
            "scopes": frozenset(fields["scopes"]),
            "installed_at": datetime.fromisoformat(fields["installed_at"]),
            "lapses": datetime.fromisoformat(lapses) if lapses else None,
        }
    )
