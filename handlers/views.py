"""Forms that were submitted: a batch, the reason of a rejection."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Ask, DecisionKind, How
from bot.domain.review import Actor, Outcome
from bot.domain.submission import Origin, Parcel
from bot.intake import IntakeError, read_text
from bot.service import Service
from handlers.batches import file_refs, names, taken
from handlers.forms import REASON, SUBMIT, message_form
from handlers.payloads import ButtonValue, Place, place_of_action
from handlers.private import tell_if_possible
from handlers.sentences import private_sentence
from handlers.thread import decision_words

UNKNOWN = "This form is not one of mine any more. Nothing was changed."


def register(app: AsyncApp, service: Service) -> None:
    """Listen for our two forms."""

    @app.view(SUBMIT)
    async def submit(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view, place = body["view"], place_of_action(body)
        values = view["state"]["values"]
        text = str(values["text"]["text"].get("value") or "").strip()
        files = file_refs(values["files"]["files"].get("files"))
        origin = _origin(place, view, values)
        if files:
            request = origin.model_copy(update={"source": names(files)})
            await service.receive(Parcel(id=view["id"], origin=request, files=files, text=text))
            await ack()
            return
        if not text:
            await ack(response_action="errors", errors={"text": "Type at least one payment, or add a file."})
            return
        try:
            intake = read_text(text, currency=service.policy.currency)
        except IntakeError as error:
            await ack(response_action="errors", errors={"text": str(error)[:200]})
            return
        if intake.errors:
            # The form stays open with what was typed.
            first = "; ".join(str(one) for one in intake.errors[:3])
            await ack(response_action="errors", errors={"text": first[:300]})
            return
        told = taken(await service.offer(origin, intake), intake)
        await ack()
        await tell_if_possible(client, origin.told_in, origin.submitter, told)

    def _origin(place: Place, view: dict[str, Any], values: dict[str, Any]) -> Origin:
        chosen = values["channel"]["channel"].get("selected_conversation") or view["private_metadata"]
        return Origin(
            team=place.team,
            submitter=place.user,
            request=f"form {view['id']}",
            channel=chosen,
            told_in=chosen,
            source="the form",
            note=str(values["note"]["note"].get("value") or "")[:500],
        )

    @app.view(REASON)
    async def reject(ack: AsyncAck, body: dict[str, Any]) -> None:
        view, place = body["view"], place_of_action(body)
        pressed = ButtonValue.decode(view["private_metadata"])
        reason = str(view["state"]["values"]["reason"]["reason"].get("value") or "").strip()[:300]
        words = decision_words(DecisionKind.REJECTED, pressed.ref, reason)
        who = Actor(user=place.user, how=How.BUTTON, text=words, now=service.now())
        asks = (Ask(kind=DecisionKind.REJECTED, refs=(pressed.ref,), reason=reason),)
        once = f"form {view['id']}"
        answer = await service.decide(place.team, pressed.review, asks, who, seen=pressed.seen, once=once)
        if answer.outcome in {Outcome.RECORDED, Outcome.REPEATED}:
            await ack()
        else:
            text, _ = private_sentence(answer)
            await ack(response_action="update", view=message_form("Reject payment", text))

    @app.view(re.compile(".*"))
    async def unknown(ack: AsyncAck) -> None:
        await ack(response_action="update", view=message_form("Countersign", UNKNOWN))
