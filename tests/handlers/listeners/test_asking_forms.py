"""The forms that ask and note: each does its work once, and says under its field or in its place why not."""

from typing import Any

import pytest

from bot.domain.review.remarks import RemarkKind
from handlers.listeners.asking import AskingListeners
from handlers.views.button_value import ButtonValue, MalformedPayload
from handlers.views.questions import files_of_block, question_place
from tests.office import SEED, TEAM, Json, Office, shows
from tests.test_asking import kinds, remarks


class Ack:
    """What a form is answered."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []

    async def __call__(self, **answer: Any) -> None:
        self.answers.append(answer)


async def flagged(office: Office) -> tuple[Json, str]:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    return card, (await office.review_state(card)).id


def form(review: str, user: str, field: str, typed: str, name: str = "V1") -> dict[str, Any]:
    value = ButtonValue(review=review, item="2", content_token="seen").encode()
    values = {field: {field: {"type": "plain_text_input", "value": typed}}}
    view = {"id": name, "private_metadata": value, "state": {"values": values}}
    return {"team": {"id": TEAM}, "user": {"id": user}, "view": view}


async def test_the_form_that_asks_does_so_once_and_the_thread_says_whom(office: Office) -> None:
    card, review = await flagged(office)
    listeners = AskingListeners(office.bot.use_cases)
    for _ in range(2):
        ack = Ack()
        await listeners.ask(ack, form(review, "U_REVIEWER", "question", "which project is this?"))  # type: ignore[arg-type] # what Bolt hands over is called like it
        assert ack.answers == [{}]
    told = await office.said("asked <@U_REQUESTER> in a direct message")
    assert shows(told, "<@U_REVIEWER>", "ask 2: which project is this?")
    await office.said("asks you about this payment")
    assert await kinds(office, card) == [RemarkKind.QUESTION]


async def test_the_form_for_a_note_keeps_it_once(office: Office) -> None:
    card, review = await flagged(office)
    listeners = AskingListeners(office.bot.use_cases)
    for _ in range(2):
        await listeners.note(Ack(), form(review, "U_REVIEWER", "note", "called them " + "x" * 900))  # type: ignore[arg-type] # as above
    (note,) = await remarks(office, card)
    assert (note.kind, len(note.text)) == (RemarkKind.NOTE, 500)


async def test_who_may_not_hears_so_in_the_place_of_the_form(office: Office) -> None:
    card, review = await flagged(office)
    listeners = AskingListeners(office.bot.use_cases)
    for user, words in (("U_OUTSIDER", "not an approver"), ("U_REQUESTER", "somebody else has to decide")):
        for does, field in ((listeners.ask, "question"), (listeners.note, "note")):
            ack = Ack()
            await does(ack, form(review, user, field, "hm"))  # type: ignore[arg-type] # as above
            (answer,) = ack.answers
            assert answer["response_action"] == "update"
            assert words in str(answer["view"]["blocks"])
    assert await kinds(office, card) == []


@pytest.mark.parametrize("block", ["", "transaction 2", "place_files"])
def test_a_menu_that_is_none_of_ours_is_refused(block: str) -> None:
    with pytest.raises(MalformedPayload):
        files_of_block(block)


@pytest.mark.parametrize("item", ["", "x", "-1", "1" * 10, "٣"])
def test_a_button_of_no_question_is_refused(item: str) -> None:
    with pytest.raises(MalformedPayload):
        question_place(ButtonValue(review="R-7K3F2", item=item))
