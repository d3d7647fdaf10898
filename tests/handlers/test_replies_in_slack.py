"""What people meet in a review's thread: proposals to edit, long answers, replies that they change."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.office import FINANCE, SEED, TEAM, Json, Office, shows

LATELY = datetime.now(UTC).date() - timedelta(days=3)
TWO_FLAGGED = SEED.replace("$4000", "$14000")
STANDS = "Nothing is done before <@U_REVIEWER> confirms it."


def flagged_payments(count: int) -> bytes:
    """Payments above the limit, each to a vendor of its own: ``#1 USD 10,001.00``, ``#2 USD 10,002.00``."""
    rows = [
        f"{LATELY},{name} Ltd,{10_000 + ref}.00,USD,Invoice for {name}"
        for ref, name in enumerate(names(count), start=1)
    ]
    return "\n".join(["date,vendor,amount,currency,memo", *rows]).encode()


def names(count: int) -> list[str]:
    """Names that are no numerals and unlike each other."""
    first = (
        "Alder",
        "Birch",
        "Cedar",
        "Elm",
        "Hazel",
        "Juniper",
        "Larch",
        "Maple",
        "Rowan",
        "Spruce",
        "Walnut",
    )
    last = ("Bridge", "Chapel", "Forge", "Harbour", "Kiln", "Mill", "Orchard", "Quarry", "Tower", "Wharf")
    return [f"{one}{other}" for one in first for other in last][:count]


async def press(office: Office, user: str, message: Json, action: str) -> Json:
    """Press a button in a message of the thread."""
    answer = await office.do(
        "actions", user=user, channel=message["channel"], message_ts=message["ts"], action_id=action
    )
    assert "error" not in answer, answer
    return answer


async def fill_in(office: Office, user: str, **values: Any) -> Json:
    """Submit the form that is open; block ids are written with ``_`` for the space. Its acknowledgement."""
    (form,) = await office.views(user)
    named = {name.replace("_", " "): value for name, value in values.items()}
    answer = await office.do(f"views/{form['id']}/submit", user=user, values=named)
    response: Json = answer["response"]
    return response


async def replied(office: Office, user: str, text: str, card: Json) -> Json:
    """A reply in the thread, where it stands."""
    answer = await office.reply(user, text, card)
    where: Json = answer["response"]
    return where


async def private(office: Office, user: str) -> list[Json]:
    return [one for one in (await office.state())["messages"] if one["ephemeral_to"] == user]


async def in_channel(office: Office) -> list[Json]:
    """What stands in the review's channel: a submitter's own message comes when it comes."""
    return [one for one in (await office.state())["messages"] if one["channel"] == FINANCE]


async def test_an_edited_proposal_is_shown_whole_and_still_has_to_be_confirmed(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("2 of 3")
    await office.reply("U_REVIEWER", "approve the Acme Corp one", card)
    proposal = await office.said("#2 USD 12,000.00 to Acme Corp", STANDS)

    await press(office, "U_SECOND", proposal, "edit")
    await office.told("U_SECOND", "Only the person who wrote")
    assert await office.views("U_SECOND") == []

    await press(office, "U_REVIEWER", proposal, "edit")
    (form,) = await office.views("U_REVIEWER")
    menu = form["view"]["blocks"][1]["element"]
    assert [option["text"]["text"] for option in menu["options"]] == [
        "#2 USD 12,000.00 to Acme Corp",
        "#3 USD 14,000.00 to CyberSins Ltd",
    ]
    assert [option["value"] for option in menu["initial_options"]] == ["2"]
    answer = await fill_in(office, "U_REVIEWER", approved_1=["3"], approved_1_reason="as agreed with ana")
    assert answer == {}
    assert await office.views("U_REVIEWER") == []

    again = await office.said("#3 USD 14,000.00 to CyberSins Ltd", STANDS)
    assert (await office.review_state(card)).undecided == 2
    await press(office, "U_REVIEWER", again, "confirm")
    card = await office.card("1 of 3")
    assert shows(card, "1 approved, USD 14,000.00")
    state = await office.review_state(card)
    assert (state.approved, state.undecided) == (1, 1)


async def test_a_form_that_names_nothing_says_so_at_its_field(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("2 of 3")
    await office.reply("U_REVIEWER", "approve the Acme Corp one", card)
    await press(office, "U_REVIEWER", await office.said(STANDS), "edit")
    answer = await fill_in(office, "U_REVIEWER", approved_1=[])
    assert answer["response_action"] == "errors"
    assert "Name at least one payment" in answer["errors"]["approved 1"]
    assert (await office.review_state(card)).undecided == 2


async def test_a_proposal_that_was_answered_meanwhile_is_not_edited(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("2 of 3")
    await office.reply("U_REVIEWER", "approve the Acme Corp one", card)
    proposal = await office.said(STANDS)
    await press(office, "U_REVIEWER", proposal, "edit")
    await press(office, "U_REVIEWER", proposal, "cancel")
    await office.said("Nothing was done.")
    answer = await fill_in(office, "U_REVIEWER", approved_1=["3"])
    assert answer["response_action"] == "update"
    assert "already answered or replaced" in str(answer["view"])
    state = await office.review_state(card)
    assert (state.undecided, state.proposal) == (2, None)


async def test_among_many_payments_references_are_typed_and_checked(office: Office) -> None:
    await office.drop("U_REQUESTER", "many.csv", flagged_payments(105))
    card = await office.card("105 of 105")
    await office.reply("U_REVIEWER", "reject everything over 10,050: no order", card)
    proposal = await office.said(STANDS)
    await press(office, "U_REVIEWER", proposal, "edit")
    (form,) = await office.views("U_REVIEWER")
    assert form["view"]["blocks"][1]["element"]["initial_value"] == "51-105"

    answer = await fill_in(office, "U_REVIEWER", rejected_1="2, 999")
    assert answer["errors"] == {"rejected 1": "No payment waits for a decision under 999."}
    answer = await fill_in(office, "U_REVIEWER", rejected_1="2, 4-6")
    assert answer == {}
    again = await office.said("#2 USD 10,002.00", "#6 USD 10,006.00", STANDS)
    await press(office, "U_REVIEWER", again, "confirm")
    state = await office.review_state(await office.card("101 of 105"))
    assert state.rejected == 4


async def test_anybody_looks_at_all_payments_of_a_proposal_a_page_at_a_time(office: Office) -> None:
    await office.drop("U_REQUESTER", "many.csv", flagged_payments(60))
    card = await office.card("60 of 60")
    await office.reply("U_REVIEWER", "reject everything over 10,010: no order", card)
    await press(office, "U_OUTSIDER", await office.said(STANDS), "show_all")
    (form,) = await office.views("U_OUTSIDER")
    assert "50 payments" in str(form)
    assert "#11 USD 10,011.00" in str(form)
    await office.do("actions", user="U_OUTSIDER", view_id=form["id"], action_id="show_all_next")
    (form,) = await office.views("U_OUTSIDER")
    assert "Page 2 of 2" in str(form)
    assert "#60 USD 10,060.00" in str(form)
    assert "needs a decision" in str(form)


async def test_a_long_list_has_all_of_it_behind_a_button(office: Office) -> None:
    await office.drop("U_REQUESTER", "many.csv", flagged_payments(60))
    card = await office.card("60 of 60")
    await office.reply("U_REVIEWER", "list", card)
    answer = await office.said("show_all")
    await press(office, "U_SECOND", answer, "show_all")
    (form,) = await office.views("U_SECOND")
    assert "60 payments" in str(form)


async def test_an_edited_reply_changes_nothing_and_its_author_learns_what_does(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("2 of 3")
    reply = await replied(office, "U_REVIEWER", "approve 2", card)
    await office.card("1 of 3")
    await office.do("messages", user="U_REVIEWER", **reply, text="reject 2: wrong vendor")
    told = await office.told("U_REVIEWER", "change 2 to reject: wrong vendor")
    assert told["thread_ts"] == card["ts"]
    state = await office.review_state(card)
    assert (state.approved, state.rejected) == (1, 0)


async def test_the_author_of_a_deleted_reply_learns_that_the_decision_stands(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("2 of 3")
    reply = await replied(office, "U_REVIEWER", "approve 2", card)
    await office.card("1 of 3")
    await office.do("messages", user="U_REVIEWER", **reply, delete=True)
    await office.told("U_REVIEWER", "undo 2")
    assert (await office.review_state(card)).approved == 1


async def test_an_edit_that_changes_no_word_and_one_of_talk_stay_unanswered(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("2 of 3")
    decided = await replied(office, "U_REVIEWER", "reject 2: see acme.com", card)
    talk = await replied(office, "U_OUTSIDER", "lunch at noon", card)
    elsewhere = (await office.do("messages", user="U_REVIEWER", channel=FINANCE, text="hello"))["response"]
    # A preview that Slack adds comes as an edit with the same text.
    await office.do("messages", user="U_REVIEWER", **decided, text="reject 2: see acme.com")
    await office.do("messages", user="U_OUTSIDER", **talk, text="lunch at one")
    await office.do("messages", user="U_REVIEWER", **elsewhere, text="hello all")
    await office.do("messages", user="U_REVIEWER", **elsewhere, delete=True)
    # Each of these is acknowledged only when it was answered, so nothing is under way any more.
    assert await private(office, "U_REVIEWER") == await private(office, "U_OUTSIDER") == []
    trail = await office.bot.stores.reviews.audit(TEAM, (await office.review_state(card)).id)
    assert [one.detail["reason"] for one in trail if one.event == "decided"] == ["see acme.com"]


async def test_a_link_in_a_reply_is_read_as_it_was_typed(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED.replace("Acme Corp", "booking.com"))
    card = await office.card("2 of 3")
    await office.reply("U_REVIEWER", "approve the booking.com one", card)
    await office.said("to booking.com", STANDS)
    await office.reply("U_REVIEWER", "reject 3: ask ana@acme.com & <@U_SECOND>", card)
    card = await office.card("1 of 3")
    decided = await office.bot.stores.reviews.load(TEAM, (await office.review_state(card)).id, [3])
    assert decided is not None
    decision = decided.entries[3].decision
    assert decision is not None
    assert decision.reason == "ask ana@acme.com & @U_SECOND"


async def test_talk_among_people_is_left_alone_and_the_bot_answers_when_it_is_named(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("2 of 3")
    await office.said("3 payments assessed")
    before = len(await in_channel(office))
    await office.reply("U_REVIEWER", "@ana can you attach the invoice?", card)
    await office.reply("U_REVIEWER", "<@U_BOT> why 2?", card)
    await office.said("#2 USD 12,000.00 to Acme Corp was flagged")
    assert len(await in_channel(office)) == before + 3
