"""Links to cards, as Slack makes them; each is asked for once by a process."""

from collections import OrderedDict

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from handlers.outbound.calls import SLACK_FAULTS

KEPT = 2_000  # links

log = structlog.get_logger()


class Permalinks:
    """Asks Slack for the addresses of messages, which never change."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    async def link(self, client: AsyncWebClient, team: str, channel: str, ts: str) -> str:
        """The address of a message; empty where there is none, or Slack does not say."""
        if not ts:
            return ""
        message = (team, channel, ts)
        if message not in self._known:
            try:
                answer = await client.chat_getPermalink(channel=channel, message_ts=ts)
            except SLACK_FAULTS as error:
                log.warning("no link to a card", error=type(error).__name__)
                return ""
            self._known[message] = str(answer["permalink"])
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return self._known[message]
