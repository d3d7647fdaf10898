"""The Slack app: its client and its listeners."""

import logging

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from handlers.inbound import errors as boundary
from handlers.inbound import tracing
from handlers.listeners import actions, commands, events, home, shortcuts, views
from handlers.outbound.calls import CALL_SECONDS


def slack_client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """One client on one shared session, which never tries again by itself.

    After a lost answer or a 5xx the message may stand there already, so the job that posts looks for it
    first (law 6); after "too many" the job makes room for others.
    """
    return AsyncWebClient(
        token=token,
        base_url=api_url if api_url.endswith("/") else f"{api_url}/",
        session=session,
        timeout=CALL_SECONDS,
        retry_handlers=[],
    )


class SlackRefused(Exception):
    """Slack does not take the token, or cannot be reached; the message is one sentence."""


async def who_we_are(client: AsyncWebClient) -> AuthorizeResult:
    """The bot's own user and workspace, asked once before anything is listened to.

    Bolt would ask at the first request, and answer that request with 200 if Slack failed to say: a
    decision acknowledged and never stored.
    """
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise SlackRefused(f"Slack refuses SLACK_BOT_TOKEN ({error.response.get('error')}).") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        why = type(error).__name__
        raise SlackRefused(f"Slack cannot be reached at {client.base_url} ({why}).") from None
    if not answer.get("bot_id"):
        raise SlackRefused("SLACK_BOT_TOKEN is not the token of a bot, which begins with xoxb-.")
    return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=client.token)


def slack_app(
    client: AsyncWebClient,
    us: AuthorizeResult,
    signing_secret: str | None,
    use_cases: UseCases,
    channel: str | None,
) -> AsyncApp:
    """Bolt with every listener; a listener runs to its end before Slack gets its answer (law 4)."""

    async def authorize(**_: object) -> AuthorizeResult:
        return us

    app = AsyncApp(
        # Bolt takes either a token or an answer to who we are; requests get the token with the latter.
        client=AsyncWebClient(
            # No waiting for Slack's limits while Slack waits for our answer.
            base_url=client.base_url,
            session=client.session,
            retry_handlers=[],
        ),
        authorize=authorize,
        # Socket Mode carries no signature; over HTTP the command line refuses to start without a secret.
        signing_secret=signing_secret or "",
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
    )
    tracing.register(app)
    boundary.register(app)
    # First, because Bolt asks one listener after the other, and clicks are what comes most.
    actions.register_decisions(app, use_cases)
    commands.register(app, use_cases, channel)
    views.register(app, use_cases)
    shortcuts.register(app, use_cases, channel)
    home.register(app, use_cases)
    # Last, because each of the two answers for everything of its kind that nobody else takes.
    events.register(app, use_cases, channel)
    actions.register(app, use_cases)
    return app
