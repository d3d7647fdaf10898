"""Whether the Slack workspace lets the bot work, for ``countersign doctor``."""

from collections.abc import Mapping

from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.installation import Installation
from bot.domain.people import Person
from bot.domain.policy import Policy
from handlers.manifest import SCOPES
from handlers.outbound.calls import error_code
from handlers.outbound.client import SlackRefused, identify_bot, slack_client
from handlers.outbound.people import standing_of

Check = tuple[str, bool, str]

_NOT_SLACK = ("Slack", False, "what answers there is not Slack; check SLACK_API_URL")


async def check_slack(token: str, api_url: str, app_token: str | None) -> list[Check]:
    """One row a check: its name, whether it is fine, and what is so or what to mend.

    ``token`` is the bot's, ``app_token`` is for Socket Mode and may be missing.
    """
    async with ClientSession(trust_env=True) as session:
        client = slack_client(token, api_url, session)
        try:
            answer = await client.auth_test()
        except SlackApiError as error:
            return [_refused(error)]
        except (ClientError, TimeoutError) as error:
            return [("Slack", False, f"cannot be reached ({type(error).__name__}); check SLACK_API_URL")]
        except (AttributeError, ValueError):  # what the SDK makes of a page where an answer should be
            return [_NOT_SLACK]
        checks = [("Slack token", True, f"{answer.get('user')} in {answer.get('team')}")]
        granted = (answer.headers or {}).get("x-oauth-scopes", "")
        if granted:
            missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
            outcome = f"missing: {', '.join(missing)}; reinstall the app" if missing else "all granted"
            checks.append(("Slack scopes", not missing, outcome))
        if app_token:
            checks.append(await _socket(client, app_token))
        return checks


async def check_names(
    token: str, api_url: str, policy: Policy, channels: Mapping[str, str | None]
) -> list[Check]:
    """Whether Slack knows a policy's approvers as people who may act, and each channel, by its setting."""
    async with ClientSession(trust_env=True) as session:
        client = slack_client(token, api_url, session)
        try:
            installation = (await identify_bot(client)).installation
        except SlackRefused:
            return []  # the check of the token says so
        checks = [await _channel(client, setting, name) for setting, name in channels.items() if name]
        if policy.anyone_decides or not policy.approvers:
            return checks
        doubts = [
            doubt for name in policy.approvers if (doubt := await _doubt(client, name, policy, installation))
        ]
        fine = f"Slack knows all {len(policy.approvers)} that the policy names"
        return [*checks, ("approvers", not doubts, "; ".join(doubts) or fine)]


async def _channel(client: AsyncWebClient, setting: str, name: str) -> Check:
    try:
        told = (await client.conversations_info(channel=name))["channel"]
    except (SlackApiError, ClientError, TimeoutError) as error:
        why = error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
        return (setting, False, f"{name}: {why}; mend the id, or invite the bot there")
    if not told.get("is_member"):
        return (setting, False, f"#{told.get('name')}: the bot is not in it; invite it there")
    return (setting, True, f"#{told.get('name')}, and the bot is in it")


async def _doubt(client: AsyncWebClient, name: str, policy: Policy, installation: Installation) -> str:
    """Why an approver decides nothing; empty where they may."""
    try:
        if name.startswith("S"):
            people = (await client.usergroups_users_list(usergroup=name)).get("users")
            return "" if people else f"nobody is in the group {name}"
        standing = standing_of((await client.users_info(user=name))["user"], installation)
    except (SlackApiError, ClientError, TimeoutError) as error:
        return f"{name}: {error_code(error) if isinstance(error, SlackApiError) else type(error).__name__}"
    may_act = Person(name, standing).is_admitted(policy.people.admitted)
    return "" if may_act else f"{name} may not act here: {standing.value}"


def _refused(error: SlackApiError) -> Check:
    answer = error.response.data
    if not isinstance(answer, dict) or "error" not in answer:
        return _NOT_SLACK
    return ("Slack token", False, f"{answer['error']}: check SLACK_BOT_TOKEN")


async def _socket(client: AsyncWebClient, app_token: str) -> Check:
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        return ("Socket Mode", False, f"{error.response.get('error')}: check SLACK_APP_TOKEN")
    return ("Socket Mode", True, "a connection is granted")
