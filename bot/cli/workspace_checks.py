"""What ``doctor`` says of a deployment that many workspaces install the bot in."""

from bot.config.settings import Settings, SettingsError
from bot.config.several_workspaces import OAuthClient, exposed_keys, oauth_client
from bot.domain.text import plural
from bot.served import installations_of
from bot.store import Stores, StoreUnavailable, open_stores
from bot.store.topology.configured import redis_of
from bot.store.topology.embedded import EmbeddedServerError
from bot.store.topology.health import Check

NAMED = 5  # workspaces that stand in one line


async def check_workspaces(settings: Settings) -> list[Check]:
    """Whether the settings go together, and what is kept of workspaces can be read by them."""
    try:
        client = oauth_client(settings)
        if client is None:
            return []
        is_signed = settings.slack_signing_secret is not None
        checks: list[Check] = [
            ("OAuth client", True, f"workspaces install the bot at {client.install_url}"),
            _transport(client),
            ("Slack signing secret", is_signed, "set" if is_signed else "SLACK_SIGNING_SECRET is not set"),
        ]
        if advice := exposed_keys(settings):
            checks.append(("keys", False, advice))
        async with redis_of(settings) as url, open_stores(url) as stores:
            return [*checks, *await _installed(client, stores)]
    except SettingsError as error:
        return [("OAuth client", False, str(error))]
    except (*StoreUnavailable, EmbeddedServerError, OSError):
        return checks  # the checks of the store say so


def _transport(client: OAuthClient) -> Check:
    if client.url.startswith("https://"):
        return ("COUNTERSIGN_URL", True, client.url)
    return ("COUNTERSIGN_URL", False, f"{client.url}: Slack leads back over TLS alone; use https://")


async def _installed(client: OAuthClient, stores: Stores) -> list[Check]:
    installations = installations_of(client.keys, stores)
    found = [(home, workspace) async for home, workspace in installations.all()]
    unreadable = [home for home, workspace in found if workspace is None]
    if unreadable:
        named = f"{', '.join(unreadable[:NAMED])}{' and more' if len(unreadable) > NAMED else ''}"
        mend = "put the key back that they were encrypted with, or have them installed again"
        return [("workspaces", False, f"{len(unreadable)} cannot be read ({named}); {mend}")]
    checks: list[Check] = [("workspaces", True, f"{plural(len(found), 'installation')}")]
    if older := await installations.under_older_keys():
        sentence = f"{plural(len(older), 'installation')} under an older key: countersign workspaces encrypt"
        checks.append(("keys", False, sentence))
    return checks
