"""The slash command ``/transactions``."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import ChosenChannel
from bot.application.use_cases import UseCases
from bot.domain.submission import SAMPLE, TEXT, Origin
from bot.intake import IntakeError
from handlers.inbound.command_words import Asked, Word, meant_word, read_words
from handlers.inbound.payloads import Place, place_of_command, trigger_of
from handlers.listeners.overview import OverviewListeners
from handlers.listeners.submitting import (
    card_channel,
    hand_in,
    may_be_payments,
    no_channel_for_card,
    private_answer,
)
from handlers.views import receipts
from handlers.views.forms import submit_form
from handlers.views.help import misspelt
from handlers.views.receipts import PrivateMessage

SAMPLE_MOST = 300  # payments


@dataclass(frozen=True, slots=True)
class CommandListeners:
    """Takes in what is typed behind the command; ``default_channel`` is where cards go."""

    use_cases: UseCases
    default_channel: ChosenChannel
    overviews: OverviewListeners

    async def transactions(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Open the form, answer a word of ours, make a sample, or submit what was typed."""
        place, text = place_of_command(body), str(body.get("text") or "").strip()
        if not text:
            channel = self.default_channel()
            form = submit_form(card_channel(place, channel), picker=channel is None)
            await client.views_open(trigger_id=trigger_of(body), view=form)
            await ack()
            return
        match read_words(text):
            case Asked(Word.SAMPLE, rest):
                answer = await self._submit_sample(place, rest, trigger_of(body))
            case Asked() as asked:
                answer = await self.overviews.answer(client, place, asked)
            case None if (meant := meant_word(text)) and not await may_be_payments(
                self.use_cases, place, text
            ):
                answer = receipts.sentence(misspelt(text, meant))
            case None:
                origin = self._origin(place, trigger_of(body), TEXT)
                answer = private_answer(await hand_in(self.use_cases, origin, text))
        await _ack_with(ack, answer)

    async def _submit_sample(self, place: Place, count_typed: str, trigger: str) -> PrivateMessage | None:
        count = int(count_typed[:6] or "3")
        if not 1 <= count <= SAMPLE_MOST:
            return f"A sample has 1 to {SAMPLE_MOST} payments.", []
        origin = self._origin(place, trigger, SAMPLE)
        if refused := no_channel_for_card(origin):
            return private_answer(refused)
        try:
            return receipts.receipt(await self.use_cases.submit.submit_sample(origin, count))
        except IntakeError as error:
            return receipts.sentence(str(error))

    def _origin(self, place: Place, trigger: str, source: str) -> Origin:
        return Origin(
            team=place.team,
            submitter=place.user,
            request=f"command {trigger}",
            channel=card_channel(place, self.default_channel()),
            told_in=place.channel,
            source=source,
        )


async def _ack_with(ack: AsyncAck, answer: PrivateMessage | None) -> None:
    """Acknowledge with a message that only whoever typed the command sees."""
    if answer is None:
        await ack()
        return
    text, blocks = answer
    await ack(text=text, blocks=blocks)
