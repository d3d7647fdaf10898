"""The client of jobs that serve many workspaces: each call goes out with the token of the one at work."""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.application.ports import OurBot, TryLater
from handlers.outbound.calls import error_code

WITH_NEXT_TOKEN = 1.0  # seconds until a job begins anew, and with the token that it finds then


class WorkspaceClient(AsyncWebClient):
    """A client without a token of its own; where nobody is at work for a workspace, it makes no call."""

    def __init__(self, our_bot: OurBot, **options: Any) -> None:
        super().__init__(**options)
        self.our_bot = our_bot

    async def api_call(
        self, api_method: str, *, headers: dict[str, Any] | None = None, **request: Any
    ) -> AsyncSlackResponse:
        """Call a method of Slack's; raises ``NoWorkspace``, and what the client it is made of raises.

        Where the token has lapsed since the job began, that passes: ``TryLater``.
        """
        authorization = {"Authorization": f"Bearer {self.our_bot().token}"}
        try:
            return await super().api_call(api_method, headers={**(headers or {}), **authorization}, **request)
        except SlackApiError as error:
            if error_code(error) == "token_expired":
                raise TryLater(WITH_NEXT_TOKEN) from None
            raise


def token_of(client: AsyncWebClient) -> str:
    """The token that a client calls with now, for an address of Slack's that is none of its methods."""
    return client.our_bot().token if isinstance(client, WorkspaceClient) else str(client.token)
