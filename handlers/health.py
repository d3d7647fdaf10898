"""Whether the Slack workspace lets the bot work, for ``countersign doctor``."""

from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.manifest import SCOPES
from handlers.outbound.client import slack_client

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
