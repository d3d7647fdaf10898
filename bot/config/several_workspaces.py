"""The settings by which many workspaces install the bot, checked together."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.config.settings import Settings, SettingsError, exposed_secrets

REDIRECT_PATH = "/slack/oauth_redirect"
INSTALL_PATH = "/slack/install"
# What is set for several workspaces alone.
OF_SEVERAL_WORKSPACES = (
    *("slack_client_id", "slack_client_secret", "public_url"),
    *("installation_keys", "installation_keys_file"),
)


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The app as Slack's OAuth knows it, the bot's public address, and the keys of what is kept.

    ``keys`` are the newest first.
    """

    client_id: str
    client_secret: str = field(repr=False)
    url: str
    keys: tuple[str, ...] = field(repr=False)

    @property
    def install_url(self) -> str:
        """Where somebody begins to install the bot."""
        return f"{self.url.rstrip('/')}{INSTALL_PATH}"

    @property
    def redirect_uri(self) -> str:
        """Where Slack sends whoever has consented."""
        return f"{self.url.rstrip('/')}{REDIRECT_PATH}"


def oauth_client(settings: Settings) -> OAuthClient | None:
    """How workspaces install the bot; ``None`` where it works for one, by a token of its own.

    Raises ``SettingsError`` where only some of what is needed is set, or something that does not go with it.
    """
    if settings.slack_client_id is None:
        if settings.slack_client_secret or settings.installation_keys or settings.installation_keys_file:
            raise SettingsError("SLACK_CLIENT_ID is not set; for one workspace, set SLACK_BOT_TOKEN alone.")
        return None
    if settings.slack_bot_token is not None:
        raise SettingsError(
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set; with several workspaces, each has a token of "
            f"its own: leave out SLACK_BOT_TOKEN, and install the bot at {INSTALL_PATH}."
        )
    if settings.slack_app_token is not None:
        raise SettingsError(
            "SLACK_APP_TOKEN and SLACK_CLIENT_ID are both set; workspaces are served over HTTP."
        )
    if settings.slack_client_secret is None:
        raise SettingsError("SLACK_CLIENT_SECRET is not set; SLACK_CLIENT_ID needs it.")
    if settings.public_url is None:
        raise SettingsError("COUNTERSIGN_URL is not set; Slack sends whoever installs the bot there.")
    if settings.channel or settings.operators:
        name = "COUNTERSIGN_CHANNEL" if settings.channel else "COUNTERSIGN_OPERATORS"
        raise SettingsError(
            f"{name} is a channel of one workspace; for each of several, say countersign workspaces set."
        )
    secret = settings.slack_client_secret.get_secret_value()
    return OAuthClient(settings.slack_client_id, secret, settings.public_url, installation_keys(settings))


def installation_keys(settings: Settings) -> tuple[str, ...]:
    """The keys of what is kept of workspaces, newest first; raises ``SettingsError`` where there is none."""
    path = settings.installation_keys_file
    if (settings.installation_keys is None) == (path is None):
        raise SettingsError(
            "Set either COUNTERSIGN_INSTALLATION_KEYS or COUNTERSIGN_INSTALLATION_KEYS_FILE; "
            "countersign workspaces new-key makes one."
        )
    text = settings.installation_keys.get_secret_value() if settings.installation_keys else _read(path)
    keys = tuple(key for key in text.replace(",", " ").split() if key)
    if not keys:
        raise SettingsError(f"There is no key in {path or 'COUNTERSIGN_INSTALLATION_KEYS'}.")
    return keys


def _read(path: Path | None) -> str:
    try:
        return path.read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"COUNTERSIGN_INSTALLATION_KEYS_FILE: {path} cannot be read as text.") from None


def exposed_keys(settings: Settings) -> str | None:
    """A sentence of advice where other users of this machine can read the file of keys; else ``None``."""
    return exposed_secrets(settings.installation_keys_file) if settings.installation_keys_file else None
