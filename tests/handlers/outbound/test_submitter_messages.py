"""Whoever submitted payments has one direct message that is kept up to date, and one when all is decided."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.posted import DirectIntent, PostedDirect, SubmitterMessages
from tests.office import FINANCE, TEAM, Json, Office, open_office, shows

TWO_FLAGGED = "$12000 to Acme Corp. Memo: Desks\n$15000 to Globex. Memo: Racks\n$20 to Hooli. Memo: Tea"


def sent(state: Json, part: str = "submitter") -> list[Json]:
    """The direct messages about reviews, of this part, oldest first."""
    return [
        message
        for message in state["messages"]
        if ((message.get("metadata") or {}).get("event_payload") or {}).get("part") == part
    ]


async def message(office: Office, *words: str, part: str = "submitter") -> Json:
    """The one such message, once it says this."""

    def wanted(state: Json) -> Json | None:
        return next((each for each in sent(state, part) if shows(each, *words)), None)

    found: Json = await office.until(wanted)
    assert len(sent(await office.state(), part)) == 1
    return found


def buttons(shown: Json) -> dict[str, Json]:
    return {
        element["action_id"]: element
        for block in shown["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }


@pytest.fixture
async def card(office: Office) -> Json:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    return await office.card("2 of 3")


async def test_it_says_what_was_received_and_how_each_payment_stands(office: Office, card: Json) -> None:
    told = await message(office, "2 need a decision")
    assert told["channel"].startswith("D")
    assert shows(told, "3 payments, USD 27,020.00", "1 approved automatically", "USD 12,000.00 to Acme Corp")
    assert buttons(told).keys() == {"my_payments", "open_card", "nudge"}
    assert card["ts"].replace(".", "") in buttons(told)["open_card"]["url"]


async def test_it_is_kept_up_to_date_and_only_the_end_is_a_new_message(office: Office, card: Json) -> None:
    await message(office, "2 need a decision")
    await office.reply("U_REVIEWER", "hold 1: waiting for <!channel>", card)
    held = await message(office, "1 on hold", "waiting for @channel")
    spoken = [block for block in held["blocks"] if "channel" in json.dumps(block)]
    assert all(block["text"]["type"] == "plain_text" for block in spoken), "what people write is plain text"
    await office.reply("U_REVIEWER", "reject 1: duplicate of #2", card)
    rejected = await message(office, "1 rejected", "duplicate of #2")
    assert shows(rejected, "<@U_REVIEWER>")
    assert not sent(await office.state(), "submitter end")
    await office.reply("U_REVIEWER", "approve 2", card)
    end = await message(office, "is decided: 2 approved", "1 rejected (USD 12,000.00)", part="submitter end")
    assert shows(end, "duplicate of #2")
    await message(office, "1 approved automatically, 1 approved, 1 rejected")


async def test_a_question_stands_at_its_payment_until_it_is_answered(office: Office, card: Json) -> None:
    await office.reply("U_REVIEWER", "ask 1: which project is this?", card)
    await message(office, "USD 12,000.00 to Acme Corp · you are asked: which project is this?")
    await office.reply("U_REVIEWER", "note 1: sounds odd", card)
    assert not shows(await message(office, "you are asked"), "sounds odd"), "a note is for who decides"


async def test_what_all_was_approved_automatically_is_said_once_and_shortly(office: Office) -> None:
    await office.command("U_REQUESTER", "$20 to Hooli. Memo: Tea")
    told = await message(office, "All were approved automatically.")
    assert len(told["blocks"]) <= 5
    card = await office.card()
    await office.reply("U_REVIEWER", "exit", card)
    await office.card("closed")
    assert not sent(await office.state(), "submitter end")


async def test_rows_that_were_left_out_are_mentioned(office: Office) -> None:
    await office.drop("U_REQUESTER", "p.csv", b"amount,vendor,memo\n15000,Globex,Racks\nsoon,Acme,Desks\n")
    asked = await office.told("U_REQUESTER", "could not be read")
    await office.do(
        "actions",
        user="U_REQUESTER",
        channel=FINANCE,
        message_ts=asked["ts"],
        action_id="submit_good",
        block_id="draft",
    )
    await message(office, "1 payment, USD 15,000.00; 1 row was left out")


async def test_a_message_that_was_sent_and_never_noted_is_found_and_adopted(
    office: Office, card: Json
) -> None:
    told = await message(office, "2 need a decision")
    review = (await office.review_state(card)).id
    messages = office.bot.stores.messages
    posted = await messages.posted(TEAM, review)
    assert isinstance(posted.submitter.standing, PostedDirect)
    unnoted = replace(posted, submitter=replace(posted.submitter, standing=DirectIntent()))
    assert await messages.replace(TEAM, review, posted, unnoted)
    await office.reply("U_REVIEWER", "approve 2", card)
    assert (await message(office, "1 approved automatically, 1 approved, 1 needs"))["ts"] == told["ts"]


async def test_a_lost_answer_sends_nothing_twice(tmp_path: Path) -> None:
    async with open_office(tmp_path, with_worker=False) as office:
        await office.command("U_REQUESTER", TWO_FLAGGED)
        (review,) = await office.bot.stores.reviews.open_reviews(TEAM, newest=1)
        await office.bot.publisher.publish(TEAM, review)
        assert not sent(await office.state()), "the receipt has said what is still assessed"
        await office.bot.jobs.assess(TEAM, review)
        await office.fault(method="conversations.open", error="internal_error", times=1)
        with pytest.raises(Exception, match="internal_error"):
            await office.bot.publisher.publish(TEAM, review)
        await office.bot.publisher.publish(TEAM, review)
        assert len(sent(await office.state())) == 1


@pytest.mark.parametrize("error", ["user_disabled", "channel_not_found", "cannot_dm_bot"])
async def test_a_closed_conversation_ends_it_for_good_and_the_card_goes_on(
    tmp_path: Path, error: str
) -> None:
    async with open_office(tmp_path) as office:
        await office.fault(method="conversations.open", error=error, times=1)
        await office.command("U_REQUESTER", TWO_FLAGGED)
        card = await office.card("2 of 3")
        await office.reply("U_REVIEWER", "approve 2", card)
        await office.card("1 of 3")
        review = (await office.review_state(card)).id

        async def given_up() -> bool:
            return (await office.bot.stores.messages.posted(TEAM, review)).submitter.is_over

        assert await given_up()
        assert not sent(await office.state())


async def test_a_missing_scope_holds_up_no_card_and_is_tried_again(office: Office) -> None:
    await office.fault(method="conversations.open", error="missing_scope", times=1)
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("2 of 3")
    await office.reply("U_REVIEWER", "approve 2", card)
    await message(office, "1 approved automatically, 1 approved")


async def test_who_is_not_in_the_channel_gets_no_link_to_the_card(tmp_path: Path) -> None:
    async with open_office(tmp_path, channel="C_SHARED") as office:
        await office.command("U_OUTSIDER", TWO_FLAGGED, channel="C_GENERAL")
        told = await message(office, "2 need a decision")
        assert buttons(told).keys() == {"my_payments", "nudge"}


async def test_what_is_noted_of_the_messages_is_read_as_it_was_written(office: Office, card: Json) -> None:
    await message(office, "2 need a decision")
    review, messages = (await office.review_state(card)).id, office.bot.stores.messages
    posted = await messages.posted(TEAM, review)
    for noted in (
        SubmitterMessages("D1", PostedDirect("1.2", "ab"), DirectIntent(office.bot.use_cases.now())),
        SubmitterMessages("D1", DirectIntent(), None, is_over=True),
        SubmitterMessages(),
    ):
        assert await messages.replace(TEAM, review, posted, replace(posted, submitter=noted))
        posted = await messages.posted(TEAM, review)
        assert posted.submitter == noted
