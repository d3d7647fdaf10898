"""Downloading the payments of a review."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain.review.outcome import Outcome, RequestResult
from bot.export import ExportedState, FileFormat
from handlers.inbound.payloads import card_click, form_of, place_of_action, trigger_of, values_of, within
from handlers.views.button_value import ButtonValue, MalformedPayload
from handlers.views.download_form import SENT, download_form
from handlers.views.forms import message_form
from handlers.views.sentences import private_sentence


@dataclass(frozen=True, slots=True)
class DownloadListeners:
    """Takes in the button that opens the form, and the form."""

    use_cases: UseCases

    async def open_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form, on top of the modal that the button stands in, if any."""
        click = card_click(body)
        view = download_form(click.button)
        opened = client.views_push if body.get("view") else client.views_open
        await opened(trigger_id=trigger_of(body), view=view)
        await ack()

    async def order(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Queue the file that was chosen, for whoever sent the form."""
        place, button = place_of_action(body), ButtonValue.decode(form_of(body))
        which, file_format = _chosen(body)
        request = str(within(body, "view").get("id") or "")
        outcome = await self.use_cases.download.ask(
            place.team, button.review, place.user, which, file_format, request
        )
        told = SENT if outcome is Outcome.RECORDED else private_sentence(RequestResult(outcome))[0]
        await ack(response_action="update", view=message_form("Download", told))


def _chosen(body: dict[str, Any]) -> tuple[ExportedState, FileFormat]:
    values = values_of(body)
    which = str(within(values, "which", "which", "selected_option").get("value"))
    file_format = str(within(values, "format", "format", "selected_option").get("value"))
    try:
        return ExportedState(which), FileFormat(file_format)
    except ValueError:
        raise MalformedPayload("no such download") from None
