"""The Slack app: its client and its listeners."""

import logging

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.service import Service
from handlers import actions, boundary, commands, events, home, shortcuts, views


def slack_client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """One client on one shared session, which waits and tries again where Slack says so.

    It does not try again after a lost answer or a 5xx: the message may stand there already, so the job
    that posts looks for it first (law 6).
    """
    return AsyncWebClient(
        token=token,
        base_url=api_url if api_url.endswith("/") else f"{api_url}/",
        session=session,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
    )


def slack_app(
    client: AsyncWebClient, signing_secret: str | None, service: Service, channel: str | None
) -> AsyncApp:
    """Bolt with every listener; a listener runs to its end before Slack gets its answer (law 4)."""
    app = AsyncApp(
        client=client,
        # Socket Mode carries no signature; over HTTP the command line refuses to start without a secret.
        signing_secret=signing_secret or "",
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
    )
    boundary.register(app)
    commands.register(app, service, channel)
    views.register(app, service)
    shortcuts.register(app, service, channel)
    events.register(app, service, channel)
    home.register(app, service)
    # Last, because it answers for every button that is not one of ours.
    actions.register(app, service)
    return app
