"""Replies under a card that nobody noted: it is told by what it carries, if our own bot wrote it there."""

from typing import Any

from handlers.outbound.review_messages import EVENT
from tests.handlers.listeners.test_installations import decided, submitted
from tests.office import FINANCE, TEAM, Office


async def reply_under(office: Office, review: str, channel: str, **differing: Any) -> None:
    """Approve in the thread of a message that carries the metadata of a card and that nobody noted."""
    workspace = office.sandbox.installation.workspace
    carried = {"event_type": EVENT, "event_payload": {"review": review, "part": "card"}}
    message = workspace.post(channel, "U_BOT", "Card", metadata=carried | differing.pop("metadata", {}))
    workspace.change(message, **differing)
    answer = await office.reply("U_REVIEWER", "approve all", message)
    assert answer["status"] == 200


async def test_a_reply_under_a_card_that_is_not_noted_yet_finds_its_review(office: Office) -> None:
    card = await submitted(office)
    await reply_under(office, card["metadata"]["event_payload"]["review"], FINANCE)
    assert await decided(office, TEAM) == 1


async def test_a_reply_under_what_is_not_our_card_is_not_taken_for_a_decision(office: Office) -> None:
    card = await submitted(office)
    review = card["metadata"]["event_payload"]["review"]
    await reply_under(office, review, FINANCE, bot_id="B_OTHER", app_id="A_OTHER")
    await reply_under(office, review, FINANCE, bot_id=None)
    await reply_under(office, review, FINANCE, metadata={"event_type": "of_another_app"})
    await reply_under(
        office, review, FINANCE, metadata={"event_payload": {"review": review, "part": "turns"}}
    )
    await reply_under(office, review, FINANCE, metadata={"event_payload": {"part": "card"}})
    await reply_under(office, review, "C_GENERAL")  # which is not where the review is
    assert await decided(office, TEAM) == 0
