"""The Slack app: Bolt with our middleware, every listener, and the answer to what listeners do not catch."""

import logging

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from handlers.inbound import tracing
from handlers.listeners import actions, commands, errors, events, home, shortcuts, views


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
    errors.register(app)
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
