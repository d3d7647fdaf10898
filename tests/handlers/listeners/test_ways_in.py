"""Text and files mean one thing, by whichever way they are handed in."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.application.first_state import NOTE_CHARACTERS
from bot.application.submit import payments_and_note
from tests.office import FINANCE, TEAM, Json, Office, cards, open_office

ROWS = b"amount,vendor,memo\n15000,Globex,Racks\n"
PAYMENT = "Transaction: $12000 to Acme Corp. Memo: Reimbursement."
NOTE = "Please check row 1 against the order of 2026"
BAD_ROW = "Transaction: 7 or 8 dollars to Initech. Memo: Staplers."
NOWHERE = "Nobody else can see a card in this direct message"
MESSAGE = "messages"


async def upload(office: Office, text: str, channel: str, **more: str) -> Json:
    """One file with rows, dropped into a channel with a comment, or given to a form."""
    form = aiohttp.FormData(quote_fields=False)
    for name, value in {"user": "U_REQUESTER", "channel": channel, "comment": text, **more}.items():
        form.add_field(name, value)
    form.add_field("file", ROWS, filename="p.csv")
    async with office.session.post(f"{office.sandbox.url}/sandbox/files", data=form) as response:
        answer: Json = await response.json()
        assert answer["ok"], answer
        return answer


async def fill_in(office: Office, text: str, files: list[str], opened_in: str = FINANCE) -> Json:
    """Submit the form as it was opened: the channel that it shows, where it shows one, is left as it is."""
    await office.command("U_REQUESTER", "", opened_in)
    (form,) = await office.views("U_REQUESTER")
    values: Json = {"text": {"text": text}, "files": {"files": files}}
    return await office.do(f"views/{form['id']}/submit", user="U_REQUESTER", values=values, force=True)


async def point_at(office: Office, channel: str, posted: Json) -> Json:
    """Use the shortcut on a message that was posted."""
    where = {"channel": channel, "message_ts": posted["response"]["ts"], "callback_id": "review_message"}
    return await office.do("shortcuts", user="U_REQUESTER", **where)


async def file_with_a_mention(office: Office, text: str) -> None:
    await upload(office, f"<@U_BOT> {text}", FINANCE)


async def file_in_a_direct_message(office: Office, text: str) -> None:
    await upload(office, text, "U_BOT")


async def file_in_the_form(office: Office, text: str) -> None:
    stored = await upload(office, "", FINANCE, purpose="view")
    await fill_in(office, text, stored["response"]["files"])


async def file_by_the_shortcut(office: Office, text: str) -> None:
    await point_at(office, FINANCE, await upload(office, text, FINANCE))


async def file_with_a_mention_that_leaves_it_out(office: Office, text: str) -> None:
    """Some workspaces send no ``message``, and an ``app_mention`` that does not name the file."""
    posted = await upload(office, text, FINANCE)
    event = {
        "type": "app_mention",
        "user": "U_REQUESTER",
        "channel": FINANCE,
        "ts": posted["response"]["ts"],
        "text": f"<@U_BOT> {text}",
    }
    body = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
    answer = await office.bot.slack.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert answer.status == 200


async def text_by_the_command(office: Office, text: str) -> Json:
    return await office.command("U_REQUESTER", text)


async def text_in_the_form(office: Office, text: str) -> Json:
    return await fill_in(office, text, [])


async def text_with_a_mention(office: Office, text: str) -> Json:
    return await office.do(MESSAGE, user="U_REQUESTER", channel=FINANCE, text=f"<@U_BOT> {text}")


async def text_in_a_direct_message(office: Office, text: str) -> Json:
    return await office.do(MESSAGE, user="U_REQUESTER", channel="U_BOT", text=text)


async def text_by_the_shortcut(office: Office, text: str) -> Json:
    posted = await office.do(MESSAGE, user="U_REVIEWER", channel=FINANCE, text=text)
    return await point_at(office, FINANCE, posted)


Way = Callable[[Office, str], Awaitable[object]]

with_file = pytest.mark.parametrize(
    "way",
    [
        file_with_a_mention,
        file_in_a_direct_message,
        file_in_the_form,
        file_by_the_shortcut,
        file_with_a_mention_that_leaves_it_out,
    ],
)
text_alone = pytest.mark.parametrize(
    "way",
    [
        text_by_the_command,
        text_in_the_form,
        text_with_a_mention,
        text_in_a_direct_message,
        text_by_the_shortcut,
    ],
)


@with_file
async def test_text_beside_a_file_that_reads_as_payments_is_submitted_with_its_rows(
    office: Office, way: Way
) -> None:
    await way(office, PAYMENT)
    state = await office.review_state(await office.card("2 of 2 payments"))
    assert (state.total, state.note) == (2, "")
    vendors = [
        payment.transaction.vendor
        for payment in await office.bot.use_cases.look.transactions(TEAM, state.id, (1, 2))
    ]
    assert sorted(vendors) == ["Acme Corp", "Globex"]
    await office.told("U_REQUESTER", "the text: read as 1 payment", "from p.csv")
    assert len(cards(await office.state())) == 1


@with_file
async def test_any_other_text_beside_a_file_is_the_note(office: Office, way: Way) -> None:
    await way(office, NOTE)
    state = await office.review_state(await office.card("1 of 1 payment"))
    assert (state.total, state.note) == (1, NOTE)
    await office.told("U_REQUESTER", f"with the note: {NOTE}")


@with_file
async def test_of_payments_beside_a_file_that_are_read_in_part_none_is_lost(office: Office, way: Way) -> None:
    await way(office, f"{PAYMENT}\n{BAD_ROW}")
    draft = await office.told("U_REQUESTER", "could not be read", "The text, row 2", "2 good rows")
    assert cards(await office.state()) == []
    at = {"user": "U_REQUESTER", "channel": draft["channel"], "message_ts": draft["ts"]}
    await office.do("actions", action_id="submit_good", block_id="draft", **at)
    assert (await office.review_state(await office.card("2 of 2 payments"))).total == 2


async def test_payments_typed_with_a_mention_do_not_wait_for_the_history_of_the_channel(
    office: Office,
) -> None:
    await office.fault(method="conversations.history", error="ratelimited", times=1)
    await text_with_a_mention(office, PAYMENT)
    await office.card("1 of 1 payment")


@text_alone
async def test_text_alone_is_payments(office: Office, way: Way) -> None:
    await way(office, PAYMENT)
    state = await office.review_state(await office.card("1 of 1 payment"))
    assert (state.total, state.note) == (1, "")
    await office.told("U_REQUESTER", "1 payment, USD 12,000.00")


@text_alone
async def test_text_alone_in_which_no_payment_can_be_read_is_refused_in_words(
    office: Office, way: Way
) -> None:
    await way(office, BAD_ROW)
    if way is text_in_the_form:
        assert "Nothing was submitted yet" in str(await office.views("U_REQUESTER"))
    else:
        await office.told("U_REQUESTER", "could not be read")
    assert cards(await office.state()) == []


async def test_the_forms_own_note_stands_before_what_was_typed_beside_its_file(office: Office) -> None:
    stored = await upload(office, "", FINANCE, purpose="view")
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    values = {
        "text": {"text": NOTE},
        "note": {"note": "Urgent"},
        "files": {"files": stored["response"]["files"]},
    }
    await office.do(f"views/{form['id']}/submit", user="U_REQUESTER", values=values)
    assert (await office.review_state(await office.card("1 of 1"))).note == f"Urgent · {NOTE}"


@pytest.mark.parametrize("text", [PAYMENT, "sample 3"])
async def test_no_command_puts_a_card_into_a_direct_message(tmp_path: Path, text: str) -> None:
    async with open_office(tmp_path, channel=None) as office:
        answer = await office.command("U_REQUESTER", text, "U_BOT")
        assert NOWHERE in str(answer["response"])
        assert cards(await office.state()) == []


async def test_no_form_puts_a_card_into_a_direct_message(tmp_path: Path) -> None:
    async with open_office(tmp_path, channel=None) as office:
        answer = await fill_in(office, PAYMENT, [], "U_BOT")
        assert answer["response"]["response_action"] == "errors"
        assert NOWHERE in answer["response"]["errors"]["channel"]
        assert cards(await office.state()) == []


@pytest.mark.parametrize("way", [text_in_a_direct_message, file_in_a_direct_message])
async def test_no_direct_message_gets_a_card(tmp_path: Path, way: Way) -> None:
    async with open_office(tmp_path, channel=None) as office:
        await way(office, PAYMENT)
        await office.told("U_REQUESTER", NOWHERE)
        assert cards(await office.state()) == []


async def test_no_shortcut_puts_a_card_into_a_direct_message(tmp_path: Path) -> None:
    async with open_office(tmp_path, channel=None) as office:
        posted = await text_in_a_direct_message(office, "hello")
        await point_at(office, posted["response"]["channel"], posted)
        await office.told("U_REQUESTER", NOWHERE)
        assert cards(await office.state()) == []


async def test_whoever_hands_in_too_much_is_told_when_there_is_room_again(office: Office) -> None:
    for number in range(20):
        await office.command("U_REQUESTER", f"${12_001 + number} to Acme Corp")
    again = "Please send it again in "
    await office.command("U_REQUESTER", "$21 to Acme Corp")
    refused = await office.told("U_REQUESTER", "You have submitted 20 times within a minute", again)
    assert "help" not in str(refused["blocks"])
    answer = await fill_in(office, "$22 to Acme Corp", [])
    assert again in answer["response"]["errors"]["text"]
    await office.command("U_REQUESTER", "sample 2")
    await office.until(lambda state: str(state["messages"]).count("You have submitted 20 times") >= 2)
    await office.command("U_REVIEWER", "$23 to Acme Corp")
    await office.told("U_REVIEWER", "USD 23.00")
    assert len(await office.bot.stores.reviews.open_reviews(TEAM, 100)) == 21


@pytest.mark.parametrize(
    ("text", "payments", "note"),
    [
        (PAYMENT, PAYMENT, ""),
        (f"Here they are:\n{PAYMENT}", f"Here they are:\n{PAYMENT}", ""),
        (f"{PAYMENT}\n{BAD_ROW}", f"{PAYMENT}\n{BAD_ROW}", ""),
        (BAD_ROW, "", BAD_ROW),
        ("Thanks, 500, see above", "", "Thanks, 500, see above"),
        ("Acme Corp, 500 EUR, lunch", "Acme Corp, 500 EUR, lunch", ""),
        ("vendor,amount,memo\nAcme,500,lunch", "vendor,amount,memo\nAcme,500,lunch", ""),
        (" for March 2026 ", "", "for March 2026"),
        ("", "", ""),
        ("n" * 600, "", f"{'n' * (NOTE_CHARACTERS - 1)}…"),
    ],
)
def test_what_text_beside_a_file_is(text: str, payments: str, note: str) -> None:
    assert payments_and_note(text, "USD") == (payments, note)
