"""The slash command ``/transactions``."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.use_cases import UseCases
from bot.domain import text as wording
from bot.domain.submission import Origin
from bot.intake import sample
from handlers.inbound.payloads import Place, place_of_command, trigger_of
from handlers.listeners.submitting import NOWHERE, card_channel, hand_in
from handlers.views import receipts
from handlers.views.forms import submit_form

COMMAND = "/transactions"
HELP = (
    "`/transactions` opens the form. `/transactions $12000 to Acme Corp. Memo: Reimbursement.` submits it. "
    "`/transactions sample 3` submits three made-up payments, `/transactions status` lists open reviews. "
    "You can also drop a CSV or spreadsheet in a channel and mention me.\n"
    "In a review's thread: `approve 2`, `approve all`, `approve 2-5 except 4`, `reject 2: reason`, `hold 3`, "
    "`change 3 to reject`, `undo 3`, `why 2?`, `what is 2?`, `list`, `skip`, `exit`."
)
SAMPLE_MOST = 300


def register(app: AsyncApp, use_cases: UseCases, channel: str | None) -> None:
    """Listen for the command; ``channel`` is where cards go by default."""

    @app.command(COMMAND)
    async def transactions(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        place, text = place_of_command(body), str(body.get("text") or "").strip()
        word, _, rest = text.partition(" ")
        match word.lower():
            case "":
                await client.views_open(
                    trigger_id=trigger_of(body), view=submit_form(card_channel(place, channel))
                )
                await ack()
            case "help":
                await ack(HELP)
            case "status" if not rest:
                heads = await use_cases.look.open_reviews(place.team)
                await ack("\n".join(wording.status(state) for state in heads) or "No review is open.")
            case "sample" if not rest or rest.strip().isdecimal():
                await ack(**await _sample(place, rest, trigger_of(body)))
            case _:
                await ack(**await _text(place, text, trigger_of(body)))

    async def _sample(place: Place, rest: str, request: str) -> dict[str, Any]:
        count = int(rest.strip()[:6] or "3")
        if not 1 <= count <= SAMPLE_MOST:
            return {"text": f"A sample has 1 to {SAMPLE_MOST} payments."}
        origin = _origin(place, request, "sample payments")
        if origin.channel.startswith("D"):
            return _shown(receipts.sentence(NOWHERE))
        state = await use_cases.submit.submit(origin, sample(count))
        return _shown(receipts.receipt(state))

    async def _text(place: Place, text: str, request: str) -> dict[str, Any]:
        told = await hand_in(use_cases, _origin(place, request, "text"), (), text)
        return _shown(told) if told else {}

    def _origin(place: Place, request: str, source: str) -> Origin:
        return Origin(
            team=place.team,
            submitter=place.user,
            request=f"command {request}",
            channel=card_channel(place, channel),
            told_in=place.channel,
            source=source,
        )


def _shown(told: receipts.Told) -> dict[str, Any]:
    text, blocks = told
    return {"text": text, "blocks": blocks}
