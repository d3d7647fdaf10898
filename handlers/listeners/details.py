"""Looking at everything about one payment."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.review.outcome import Outcome, RequestResult
from handlers.inbound.payloads import card_click, trigger_of
from handlers.views.details import details_view
from handlers.views.forms import message_form
from handlers.views.sentences import private_sentence


@dataclass(frozen=True, slots=True)
class DetailListeners:
    """Takes in the entry of a payment's menu."""

    use_cases: UseCases

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
            view = details_view(found)
        show = client.views_push if body.get("view") else client.views_open
        await show(trigger_id=trigger_of(body), view=view)
        await ack()
