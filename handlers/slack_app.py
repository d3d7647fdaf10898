"""The Slack app: Bolt with our middleware and every listener."""

import logging
from collections.abc import Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import ChosenChannel, OurBot
from bot.application.use_cases import UseCases
from handlers.inbound.admission import Admission
from handlers.inbound.signature import SignatureCheck
from handlers.inbound.tracing import MeasuredApp, NameRequest
from handlers.listeners import register_listeners
from handlers.outbound.client import authorized


def slack_app(
    client: AsyncWebClient,
    our_bot: OurBot,
    signing_secret: str | None,
    use_cases: UseCases,
    default_channel: ChosenChannel,
    gate: Callable[[SignatureCheck], AsyncMiddleware] | None = None,
) -> AsyncApp:
    """Bolt with every listener.

    A listener runs to its end before Slack gets its answer (law 4 in ARCHITECTURE.md).
    ``client`` is never used for a person's request, which has a client of its own; ``our_bot`` is the bot's
    user and workspace, ``signing_secret`` is for HTTP, ``default_channel`` says where cards go. Where many
    workspaces are served, ``gate`` makes of the check of signatures the gate that they all come in by.
    """
    signature = SignatureCheck(signing_secret or "", use_cases.now)

    async def authorize(**_: object) -> AuthorizeResult:
        return authorized(our_bot())

    app = MeasuredApp(
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
        # Our own check stands where Bolt's would, since that one goes by the machine's clock alone.
        request_verification_enabled=False,
        before_authorize=gate(signature) if gate else signature,
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
    )
    app.middleware(NameRequest())
    app.middleware(Admission(use_cases))
    register_listeners(app, use_cases, default_channel)
    return app
