"""Saying on Home that one is away, or back: buttons and a form."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.note_absences import NotNoted
from bot.application.use_cases import UseCases
from bot.domain.replies.away import SaidAway
from handlers.inbound.payloads import place_of_action, pressed_value, trigger_of, values_of, within
from handlers.outbound.private import answer_click, send_if_possible
from handlers.views.absence_form import absence_form
from handlers.views.forms import ERROR_CHARACTERS
from handlers.views.receipts import naming, sentence
from handlers.views.status_question import NOT_AGAIN, asked_about

NO_DAY = "Choose a day."
WEEK = dt.timedelta(days=6)


@dataclass(frozen=True, slots=True)
class AbsenceListeners:
    """Takes in what people say of themselves alone: stored first, then acknowledged."""

    use_cases: UseCases

    async def open_form(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form with this day and the six after it, in the person's own time zone."""
        place = place_of_action(body)
        today = await self.use_cases.absences.today(place.team, place.user)
        stand_in = await self.use_cases.absences.by_policy(place.team, place.user)
        await client.views_open(trigger_id=trigger_of(body), view=absence_form(today, today + WEEK, stand_in))
        await ack()

    async def yes(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """A status that was asked about is an absence: the form has its last day and the stand-in."""
        place = place_of_action(body)
        last, stand_in = asked_about(pressed_value(body))
        today = await self.use_cases.absences.today(place.team, place.user)
        view = absence_form(today, max(last or today + WEEK, today), stand_in)
        await client.views_open(trigger_id=trigger_of(body), view=view)
        await ack()

    async def no(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """It is none; nobody asks about this status again."""
        asked_about(pressed_value(body))
        await ack()
        await answer_click(client, body, sentence(NOT_AGAIN), replace=True)

    async def note(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The form was sent; what cannot be noted is said under its field."""
        place, values = place_of_action(body), values_of(body)
        first, last = (_day_of(values, name) for name in ("first", "last"))
        if first is None or last is None:
            await ack(response_action="errors", errors={"first" if first is None else "last": NO_DAY})
            return
        chosen = str(within(values, "stand_in", "stand_in").get("selected_user") or "")
        said = SaidAway(first, last, f"<@{chosen}>" if chosen else "")
        try:
            noted = await self.use_cases.absences.note(place.team, place.user, said)
        except NotNoted as refused:
            field = refused.about if refused.about in values else "last"
            await ack(response_action="errors", errors={field: str(refused)[:ERROR_CHARACTERS]})
            return
        await ack()
        await send_if_possible(client, place.user, naming(noted))

    async def back(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Somebody is back, or takes back an absence to come."""
        place = place_of_action(body)
        said = await self.use_cases.absences.back(place.team, place.user)
        await ack()
        await send_if_possible(client, place.user, naming(said))


def _day_of(values: dict[str, Any], name: str) -> dt.date | None:
    chosen = within(values, name, name).get("selected_date")
    try:
        return dt.date.fromisoformat(str(chosen))
    except ValueError:
        return None
