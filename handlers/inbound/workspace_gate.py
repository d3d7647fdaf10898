"""The gate of a process that serves many workspaces: a signed request of one that installed the bot goes on.

What the request is for is read once, here: its token, its policy and all its keys go by the same id.
"""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware

from bot.application.at_work import set_to_work
from bot.application.workspaces import Workspaces
from handlers.inbound.payloads import team_of, within
from handlers.inbound.signature import SignatureCheck
from handlers.outbound.private import answer_at_address
from handlers.views import receipts
from handlers.views.forms import message_form
from handlers.views.sentences import not_installed

log = structlog.get_logger()

OF_NO_WORKSPACE = {"url_verification", "ssl_check"}  # Slack asks whether somebody is there
ENDED = frozenset({"app_uninstalled", "tokens_revoked"})  # events of an installation that may be gone already

Next = Callable[[], Awaitable[BoltResponse]]


class WorkspaceGate(AsyncMiddleware):
    """Checks a request's signature, then sets its task to work for the workspace that it is of.

    Where the bot is not installed there, nothing is done; who clicked or typed reads so.
    """

    def __init__(self, signature: SignatureCheck, workspaces: Workspaces, install_url: str) -> None:
        """``install_url`` is where the bot can be installed."""
        self._signature = signature
        self._workspaces = workspaces
        self._install_url = install_url

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next
    ) -> BoltResponse | None:
        """Go on, or answer who cannot be served.

        Raises what ``Workspaces.begin`` raises, and ``MalformedPayload`` where no workspace is named.
        """
        set_to_work(None)
        on = partial(self._let_on, req, next)
        return await self._signature.async_process(req=req, resp=resp, next=on)

    async def _let_on(self, request: AsyncBoltRequest, go_on: Next) -> BoltResponse:
        body = request.body
        if body.get("type") in OF_NO_WORKSPACE or body.get("ssl_check") or is_of_an_end(body):
            return await go_on()
        home = team_of(body)
        if await self._workspaces.begin(home):
            return await go_on()
        log.warning("not installed", installation=home)
        return await self._refused(body)

    async def _refused(self, body: dict[str, Any]) -> BoltResponse:
        """Say so where the request brought a way to; without a token there is no other."""
        sentence = not_installed(self._install_url)
        if body.get("command"):
            return _json({"response_type": "ephemeral", "text": sentence})
        if body.get("type") == "view_submission":
            return _json({"response_action": "update", "view": message_form("Countersign", sentence)})
        if body.get("response_url"):
            await answer_at_address(body, receipts.sentence(sentence))
        return BoltResponse(status=200, body="")


def is_of_an_end(body: dict[str, Any]) -> bool:
    """Whether a request tells that an installation has ended."""
    return within(body, "event").get("type") in ENDED


def _json(body: dict[str, Any]) -> BoltResponse:
    headers = {"content-type": "application/json;charset=utf-8"}
    return BoltResponse(status=200, body=json.dumps(body), headers=dict(headers))
