"""Links to cards, as Slack makes them; each is asked for once by a process."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.access import Access
from bot.domain.review.state import ReviewState
from handlers.outbound.calls import SLACK_FAULTS

KEPT = 2_000  # links
LINK_SECONDS = 1.0  # for which links are waited for; Slack waits 3 s for an answer

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


async def links_to_cards(
    access: Access,
    permalinks: Permalinks,
    client: AsyncWebClient,
    user: str,
    cards: Sequence[tuple[ReviewState, str]],
) -> dict[str, str]:
    """The addresses, by review, of those cards that ``user`` can open, as far as Slack tells them in time.

    ``cards`` are reviews with the Slack ``ts`` of the card, empty where there is none.
    """
    links: dict[str, str] = {}

    async def add(state: ReviewState, ts: str) -> None:
        if await access.is_in_channel(state.team, user, state.channel):
            links[state.id] = await permalinks.link(client, state.team, state.channel, ts)

    adding = [asyncio.create_task(add(state, ts)) for state, ts in cards]
    if adding:
        _, late = await asyncio.wait(adding, timeout=LINK_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*adding, return_exceptions=True)
    return links
