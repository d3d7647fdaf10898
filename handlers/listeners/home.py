"""The Home tab: the open reviews."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain import text as wording
from bot.domain.review.state import ReviewState
from handlers.inbound.payloads import team_of
from handlers.views.blocks import Block, context, header, ours, section


def register(app: AsyncApp, use_cases: UseCases) -> None:
    """Listen for the tab being opened."""

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any], event: dict[str, Any], client: AsyncWebClient) -> None:
        if event.get("tab", "home") != "home":
            return
        heads = await use_cases.look.open_reviews(team_of(body))
        await client.views_publish(user_id=event["user"], view=home_view(heads))


def home_view(heads: list[ReviewState]) -> Block:
    """Open reviews, newest first: pure."""
    blocks: list[Block] = [header("Open reviews")]
    for state in heads:
        blocks.append(section(ours(f"{wording.status(state)} Card in <#{state.channel}>.")))
    if not heads:
        blocks.append(section(ours("Nothing waits for a human.")))
    blocks.append(context(ours("Submit payments with `/transactions`.")))
    return {"type": "home", "blocks": blocks}
