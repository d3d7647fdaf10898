"""The menus of a payment and of a review: each entry goes to whoever owns what it opens."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from handlers.inbound.payloads import card_click
from handlers.listeners.actions import DecisionListeners
from handlers.listeners.asking import AskingListeners
from handlers.listeners.bulk import BulkListeners
from handlers.listeners.call_backs import CallBackListeners
from handlers.listeners.claims import ClaimListeners
from handlers.listeners.closing import ClosingListeners
from handlers.listeners.details import DetailListeners
from handlers.listeners.downloads import DownloadListeners
from handlers.views.button_value import MalformedPayload
from handlers.views.claims import shown_claimer


@dataclass(frozen=True, slots=True)
class MenuListeners:
    """Takes in the choice, which is read as the press of a button of that name."""

    decisions: DecisionListeners
    asking: AskingListeners
    details: DetailListeners
    claims: ClaimListeners
    calls: CallBackListeners

    async def choose(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Hand the choice on; raises ``MalformedPayload`` for one that no menu of ours has."""
        click = card_click(body)
        match click.action_id:
            case "hold":
                await self.decisions.ask_reason(ack, body, client)
            case "release":
                await self.decisions.release(ack, body, client)
            case "ask":
                await self.asking.open_ask_form(ack, body, client)
            case "call":
                await self.calls.open_form(ack, body, client)
            case "note":
                await self.asking.open_note_form(ack, body, client)
            case "details":
                await self.details.show(ack, body, client)
            case choice if shown_claimer(choice) is not None:
                await self.claims.press(ack, body, client)
            case _:
                raise MalformedPayload("no such entry of a menu")


@dataclass(frozen=True, slots=True)
class ReviewMenuListeners:
    """Takes in the choice about a whole review, which is read as the press of a button of that name."""

    bulk: BulkListeners
    closing: ClosingListeners
    downloads: DownloadListeners
    claims: ClaimListeners

    async def choose(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Hand the choice on; raises ``MalformedPayload`` for one that no menu of ours has."""
        match card_click(body).action_id:
            case choice if shown_claimer(choice) is not None:
                await self.claims.press(ack, body, client)
            case "approve_all":
                await self.bulk.all(ack, body, client)
            case "exit":
                await self.closing.exit_review(ack, body, client)
            case "download":
                await self.downloads.open_form(ack, body, client)
            case _:
                raise MalformedPayload("no such entry of a menu")
