"""Looking at everything about one payment."""

from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.details import PaymentDetails
from bot.application.use_cases import UseCases
from bot.domain.review.outcome import Outcome, RequestResult
from handlers.inbound.payloads import card_click, trigger_of
from handlers.outbound.permalinks import Permalinks, links_to_cards
from handlers.views.details import details_view
from handlers.views.forms import message_form
from handlers.views.sentences import private_sentence


@dataclass(frozen=True, slots=True)
class DetailListeners:
    """Takes in the entry of a payment's menu."""

    use_cases: UseCases
    permalinks: Permalinks = field(default_factory=Permalinks)

    async def show(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the modal, on top of the one that the menu stands in, if any."""
        click = card_click(body)
        found = await self.use_cases.details.details(
            click.user, click.team, click.button.review, click.button.ref
        )
        if isinstance(found, Outcome):
            result = RequestResult(found, refs=(click.button.ref,))
            view = message_form("Details", private_sentence(result)[0])
        else:
            view = details_view(found, await self._links(client, click.user, found))
        show = client.views_push if body.get("view") else client.views_open
        await show(trigger_id=trigger_of(body), view=view)
        await ack()

    async def _links(self, client: AsyncWebClient, user: str, found: PaymentDetails) -> dict[str, str]:
        """The addresses of those cards that this person can open, as far as Slack tells them in time."""
        states = {found.state.id: found.state, **found.elsewhere} if found.others else found.elsewhere
        return await links_to_cards(
            self.use_cases.access,
            self.permalinks,
            client,
            user,
            [(state, found.cards.get(name, "")) for name, state in states.items()],
        )
