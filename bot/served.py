"""Whom a process serves: the workspace of its token, or all that installed the bot by OAuth.

Everything else of the bot is put together in ``bot/app.py``, and is the same for both.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_sdk.web.async_client import AsyncWebClient

from bot.application import workspaces as at_work_in
from bot.application.current_policy import CurrentPolicy
from bot.application.installations import Installations
from bot.application.ports import ChosenChannel, Clock, OurBot, PolicyInForce, RefreshPolicy
from bot.application.teams import ManyTeams, OneTeam, Teams
from bot.application.token_renewal import RenewTokens
from bot.application.workspaces import Workspaces
from bot.config.settings import Settings, SettingsError
from bot.config.several_workspaces import OAuthClient
from bot.store import BadKey, InstallationCipher, Stores
from handlers.inbound.signature import SignatureCheck
from handlers.inbound.workspace_gate import WorkspaceGate
from handlers.outbound.client import SlackRefused, client_options, identify_bot, slack_client
from handlers.outbound.token_exchange import exchange_by
from handlers.outbound.workspace_client import WorkspaceClient

Alarm = Callable[[str], Awaitable[None]]
"""Tells operators a sentence."""


@dataclass(frozen=True, slots=True)
class ManyWorkspaces:
    """What belongs to installing the bot in many workspaces; ``anonymous`` is a client without a token."""

    oauth: OAuthClient
    installations: Installations
    workspaces: Workspaces
    anonymous: AsyncWebClient


@dataclass(frozen=True, slots=True)
class Served:
    """Whom a process serves, and what counts there.

    ``client`` is that of jobs; ``to_all_operators`` makes of an alarm for the operators at work one for those
    of every workspace. ``many`` is ``None`` where the process serves one workspace.
    """

    client: AsyncWebClient
    our_bot: OurBot
    policy: PolicyInForce
    refresh_policy: RefreshPolicy
    channel: ChosenChannel
    operators: ChosenChannel
    teams: Teams
    to_all_operators: Callable[[Alarm], Alarm]
    many: ManyWorkspaces | None = None


async def one_workspace(settings: Settings, current: CurrentPolicy, session: aiohttp.ClientSession) -> Served:
    """The workspace of SLACK_BOT_TOKEN; raises ``SettingsError`` where it is missing, or Slack refuses it."""
    if settings.slack_bot_token is None:
        raise SettingsError("SLACK_BOT_TOKEN is not set; the bot needs it to speak in Slack.")
    client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
    try:
        bot = await identify_bot(client)
    except SlackRefused as error:
        raise SettingsError(str(error)) from None
    return Served(
        client=client,
        our_bot=lambda: bot,
        policy=current,
        refresh_policy=current.refresh,
        channel=lambda: settings.channel,
        operators=lambda: settings.operators,
        teams=OneTeam(bot.installation.home),
        to_all_operators=lambda alarm: alarm,
    )


@contextlib.asynccontextmanager
async def many_workspaces(
    oauth: OAuthClient,
    settings: Settings,
    stores: Stores,
    current: CurrentPolicy,
    session: aiohttp.ClientSession,
    now: Clock,
) -> AsyncIterator[Served]:
    """All workspaces that installed the bot; raises ``SettingsError`` where a key of theirs is none."""
    options = client_options(settings.slack_api_url, session)
    anonymous = AsyncWebClient(**options)
    installations = installations_of(oauth.keys, stores)
    renew = exchange_by(anonymous, oauth.client_id, oauth.client_secret, now)
    renewal = RenewTokens(installations, stores.installations, renew, now)
    workspaces = Workspaces(installations, stores.policies, current, renewal)
    async with renewal.finishing():
        yield Served(
            client=WorkspaceClient(at_work_in.our_bot, **options),
            our_bot=at_work_in.our_bot,
            policy=at_work_in.policy,
            refresh_policy=workspaces.ensure,
            channel=at_work_in.card_channel,
            operators=at_work_in.operators,
            teams=ManyTeams(workspaces),
            to_all_operators=workspaces.for_each_that_has_operators,
            many=ManyWorkspaces(oauth, installations, workspaces, anonymous),
        )


def installations_of(keys: Sequence[str], stores: Stores) -> Installations:
    """The installations that these keys of the settings open, the newest first; raises ``SettingsError``."""
    try:
        return Installations(stores.installations, InstallationCipher(keys))
    except BadKey as error:
        raise SettingsError(f"One of COUNTERSIGN_INSTALLATION_KEYS is {error}.") from None


def gate_of(served: Served) -> Callable[[SignatureCheck], AsyncMiddleware] | None:
    """The gate of a process that serves many workspaces, made of its check of signatures; else ``None``."""
    many = served.many
    if many is None:
        return None
    return lambda signature: WorkspaceGate(signature, many.workspaces, many.oauth.install_url)
