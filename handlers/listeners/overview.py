"""Home, and what people ask of many reviews: what waits, what is theirs, what was closed, what they seek."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.overview import Found, ListedReview, Overview
from bot.application.use_cases import UseCases
from bot.domain import text as wording
from bot.domain.text import absences
from bot.domain.text import overview as words
from handlers.inbound.command_words import Asked, Word
from handlers.inbound.payloads import Place, place_of_action, team_of, typed_value
from handlers.outbound.permalinks import Permalinks, links_to_cards
from handlers.views.blocks import context, mrkdwn, person
from handlers.views.help import help_message
from handlers.views.home import home_view
from handlers.views.overview import (
    Links,
    found_blocks,
    message_of,
    mine_blocks,
    review_blocks,
    waiting_blocks,
)
from handlers.views.receipts import PrivateMessage, naming, sentence


@dataclass(frozen=True, slots=True)
class OverviewListeners:
    """Shows reviews to one person; every list has only what they may see."""

    use_cases: UseCases
    permalinks: Permalinks = field(default_factory=Permalinks)

    async def show_home(self, body: dict[str, Any], event: dict[str, Any], client: AsyncWebClient) -> None:
        """Somebody opened the tab."""
        if event.get("tab", "home") == "home":
            await self.use_cases.overview.note_home(team_of(body), event["user"])
            await self.publish_home(client, team_of(body), event["user"])
            await self.use_cases.ask_away(team_of(body), event["user"])

    async def find_on_home(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Somebody pressed Enter in the field that searches."""
        place = place_of_action(body)
        text = typed_value(body)
        found = await self.use_cases.overview.find(place.team, place.user, text) if text else None
        await self.publish_home(client, place.team, place.user, found)
        await ack()

    async def open_card(self, ack: AsyncAck) -> None:
        """Somebody followed the link to a card, which Slack tells us of too."""
        await ack()

    async def update_home(self, client: AsyncWebClient, team: str, user: str) -> None:
        """Bring somebody's Home up to date, if they have opened it of late."""
        if await self.use_cases.overview.has_home(team, user):
            await self.publish_home(client, team, user)

    async def publish_home(
        self, client: AsyncWebClient, team: str, user: str, found: Found | None = None
    ) -> None:
        """Bring somebody's Home up to date, with what they looked for above it."""
        overview = await self.use_cases.overview.overview(team, user)
        links = await self._links(client, user, _listed_in(overview, found))
        away = await self.use_cases.absences.own(team, user)
        others = absences.others(await self.use_cases.absences.others(team, user), person)
        await client.views_publish(user_id=user, view=home_view(overview, links, found, (away, others)))

    async def answer(self, client: AsyncWebClient, place: Place, asked: Asked) -> PrivateMessage:
        """The answer to a word of ours, for this person alone."""
        match asked.word:
            case Word.WAITING:
                return await self.waiting(client, place)
            case Word.MINE:
                return await self.mine(client, place)
            case Word.CLOSED:
                return await self.closed(client, place)
            case Word.STATUS:
                return await self.status(place)
            case Word.AWAY if asked.rest:
                return naming(await self.use_cases.absences.say_away(place.team, place.user, asked.rest))
            case Word.AWAY:
                return naming(await self.own_absence(place))
            case Word.BACK:
                return naming(await self.use_cases.absences.back(place.team, place.user))
            case Word.FIND if asked.rest:
                return await self.find(client, place, asked.rest)
            case Word.FIND:
                return sentence(words.FIND_WHAT)
            case _:
                return help_message()

    async def status(self, place: Place) -> PrivateMessage:
        """How far the open reviews are that this person may see."""
        reviews = await self.use_cases.look.open_reviews(place.team, place.user)
        text = "\n".join(wording.status(state) for state in reviews) or words.NOTHING_OPEN
        return text, []

    async def waiting(self, client: AsyncWebClient, place: Place) -> PrivateMessage:
        """What waits for this person."""
        reviews = await self.use_cases.overview.waiting(place.team, place.user)
        links = await self._links(client, place.user, reviews)
        blocks = waiting_blocks(reviews, links, self.use_cases.now())
        title, blocks = message_of("Waiting for you", blocks, words.NOTHING_WAITS)
        away = absences.others(await self.use_cases.absences.others(place.team, place.user), person)
        return title, [*blocks, *([context(mrkdwn(away))] if away else [])]

    async def own_absence(self, place: Place) -> str:
        """What stands of this person's absence, and who else is away."""
        own = await self.use_cases.absences.own(place.team, place.user) or absences.NOT_AWAY
        others = absences.others(await self.use_cases.absences.others(place.team, place.user), person)
        return f"{own}\n{others}".strip()

    async def mine(self, client: AsyncWebClient, place: Place) -> PrivateMessage:
        """What this person brought."""
        reviews = await self.use_cases.overview.mine(place.team, place.user)
        links = await self._links(client, place.user, reviews)
        return message_of("Your payments", mine_blocks(reviews, links), words.NOTHING_MINE)

    async def closed(self, client: AsyncWebClient, place: Place) -> PrivateMessage:
        """What was closed lately, as far as this person may see it."""
        reviews = await self.use_cases.overview.closed(place.team, place.user)
        links = await self._links(client, place.user, reviews)
        return message_of("Recently closed", review_blocks(reviews, links), words.NOTHING_CLOSED)

    async def find(self, client: AsyncWebClient, place: Place, text: str) -> PrivateMessage:
        """What this person looks for."""
        found = await self.use_cases.overview.find(place.team, place.user, text)
        links = await self._links(client, place.user, _listed_in(None, found))
        return "What was found", found_blocks(found, links)

    async def _links(self, client: AsyncWebClient, user: str, reviews: Iterable[ListedReview]) -> Links:
        """The addresses of those cards that this person can open, as far as Slack tells them in time."""
        listed = {one.state.id: (one.state, one.card_ts) for one in reviews}
        return await links_to_cards(
            self.use_cases.access, self.permalinks, client, user, list(listed.values())
        )


def _listed_in(overview: Overview | None, found: Found | None) -> list[ListedReview]:
    """Every review that stands on Home."""
    listed = [*overview.waiting, *overview.mine, *overview.closed] if overview else []
    if found is not None:
        listed += [payment.review for payment in found.payments]
        listed += [found.review] if found.review else []
    return listed
