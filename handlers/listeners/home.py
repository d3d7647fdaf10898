"""The Home tab."""

from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from handlers.inbound.payloads import team_of
from handlers.views.home import home_view


@dataclass(frozen=True, slots=True)
class HomeListeners:
    """Shows the open reviews."""

    use_cases: UseCases

    async def show_home(self, body: dict[str, Any], event: dict[str, Any], client: AsyncWebClient) -> None:
        """Somebody opened the tab."""
        if event.get("tab", "home") != "home":
            return
        reviews = await self.use_cases.look.open_reviews(team_of(body), event["user"])
        await client.views_publish(user_id=event["user"], view=home_view(reviews))
