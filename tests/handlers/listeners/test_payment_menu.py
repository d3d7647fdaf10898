"""The menu of a payment on the card: put on hold with a reason, released, and looked at."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from handlers.listeners.mapping import MappingListeners
from handlers.listeners.views import FormListeners
from tests.handlers.listeners.test_my_payments import list_of, modal, press, send
from tests.office import SEED, TEAM, Json, Office, cards, shows

BEN = "U_REVIEWER"


async def choose(office: Office, user: str, card: Json, ref: int, choice: str) -> Json:
    """Choose an entry of the menu of a payment, as the card has it."""
    (row,) = [block for block in card["blocks"] if block.get("block_id") == f"transaction {ref}"]
    (value,) = [
        option["value"]
        for option in row["elements"][-1]["options"]
        if option["value"].startswith(f"{choice}:")
    ]
    place = {"channel": card["channel"], "message_ts": card["ts"], "block_id": row["block_id"]}
    return await office.do("actions", user=user, action_id="payment_menu", selected=value, **place)


async def form(office: Office, user: str) -> dict[str, Any]:
    return (await office.views(user))[-1]


async def test_a_payment_is_put_on_hold_with_a_reason_and_released(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3 payments")
    await choose(office, BEN, card, 2, "hold")
    opened = await form(office, BEN)
    await office.do(f"views/{opened['id']}/submit", user=BEN, values={"reason": {"reason": "until the PO"}})
    held = await office.card("on hold")
    assert shows(held, "*On hold* by <@U_REVIEWER>", "until the PO")
    assert (await office.review_state(held)).held == 1

    await choose(office, "U_OUTSIDER", held, 2, "release")
    await office.told("U_OUTSIDER", "You are not an approver here")
    await choose(office, "U_SECOND", held, 2, "release")
    state = await office.review_state(await office.card("1 of 3 payments needs a decision"))
    assert (state.undecided, state.held) == (1, 0)


async def copied(office: Office, card: Json, ref: int) -> Json:
    """The buttons of a payment as this card had them, in a message that nobody brings up to date."""
    (row,) = [block for block in card["blocks"] if block.get("block_id") == f"transaction {ref}"]
    client = AsyncWebClient(token=office.sandbox.bot_token, base_url=office.sandbox.api_url)
    posted = await client.chat_postMessage(channel=card["channel"], text="before", blocks=[row])
    return {"channel": card["channel"], "ts": posted["ts"], "blocks": [row]}


async def test_release_is_about_the_payment_of_its_own_menu_by_whoever_chose_it(office: Office) -> None:
    await office.command("U_REQUESTER", SEED.replace("$4000", "$14000"))
    card = await office.card("2 of 3 payments")
    await office.reply(BEN, "hold 2 and 3", card)
    held = await office.card("on hold")
    before = await copied(office, held, 3)
    await choose(office, "U_SECOND", held, 3, "release")
    card = await office.card("1 of 3 payments needs a decision")
    review = (await office.review_state(card)).id
    stored = await office.bot.stores.reviews.load_whole(TEAM, review)
    assert stored is not None
    assert (stored.entries[2].held, stored.entries[3].undecided) == (True, True)
    trail = await office.bot.stores.reviews.audit(TEAM, review)
    released = [(one.actor, one.detail["ref"]) for one in trail if one.event == "released"]
    assert released == [("U_SECOND", 3)]
    turns = await office.bot.stores.reviews.turns(TEAM, review)
    assert [turn.text for turn in turns if turn.actor == "U_SECOND"] == ["release 3"]
    await choose(office, BEN, before, 3, "release")
    await office.told(BEN, "This card shows an older state of the review.")


async def test_release_on_a_card_from_before_a_decision_was_taken_back_releases_nothing(
    office: Office,
) -> None:
    await office.command("U_REQUESTER", SEED.replace("$4000", "$14000"))
    card = await office.card("2 of 3 payments")
    await office.reply(BEN, "hold 2", card)
    held = await office.card("1 of 3 payments needs a decision")
    before = await copied(office, held, 2)
    await office.reply(BEN, "approve 3", held)
    await office.reply(BEN, "undo 3", held)
    await office.said("Taken back: #3")
    await choose(office, BEN, before, 2, "release")
    await office.told(BEN, "This card shows an older state of the review.")
    assert (await office.review_state(held)).held == 1


async def test_details_show_fields_findings_with_their_policy_and_the_past(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3 payments")
    assert not shows(card, "limits.USD"), "keys of the policy stand in the details alone"
    await choose(office, BEN, card, 2, "details")
    shown = str((await form(office, BEN))["view"]["blocks"])
    for words in (
        "Memo: Reimbursement",
        "USD 12,000.00 is above the limit of USD 10,000.00.",
        "the limit for USD is 10000 (limits.USD = 10000)",
        "was not paid before",
    ):
        assert words in shown
    await choose(office, "U_OUTSIDER", card, 2, "details")
    assert (await office.views("U_OUTSIDER"))[-1]["view"]["title"]["text"]


async def test_details_show_earlier_versions_and_link_to_payments_elsewhere(office: Office) -> None:
    await office.command("U_REQUESTER", "$12000 to Acme Corp. Memo: Workshop. Invoice INV-77")
    first = await office.card("1 of 1")
    elsewhere = (await office.review_state(first)).id
    await office.command("U_REQUESTER", "$12000 to Acme Corp. Memo: Paper. Invoice INV-77")
    card = await office.until(
        lambda state: next((each for each in cards(state) if shows(each, "1 of 1", "Paper")), None)
    )
    review = (await office.review_state(card)).id
    assert review != elsewhere
    listed = await list_of(office, "U_REQUESTER", review)
    await press(office, "U_REQUESTER", listed, "correct_payment", 1)
    correction = await modal(office, "U_REQUESTER", "Correct payment")
    await send(office, "U_REQUESTER", correction, amount="11000", memo="Paper, corrected")
    card = await office.until(
        lambda state: next(
            (
                each
                for each in cards(state)
                if shows(each, "Corrected") and "'transaction 1'" in str(each["blocks"])
            ),
            None,
        )
    )
    await choose(office, BEN, card, 1, "details")
    blocks = (await form(office, BEN))["view"]["blocks"]
    shown = str(blocks)
    assert "Version 1: " in shown
    assert "the amount from USD 12,000.00 to USD 11,000.00" in shown
    assert "*Corrected* by <@U_REQUESTER>" in shown
    (link,) = [part for part in shown.split("<") if f"|Card of {elsewhere}>" in part]
    assert first["ts"].replace(".", "") in link


async def test_what_is_about_all_payments_of_a_long_card_stands_in_its_menu(office: Office) -> None:
    lines = [f"${12000 + number} to Shop {number} Ltd. Memo: Delivery {number}." for number in range(1, 12)]
    await office.command("U_REQUESTER", "\n".join(lines))
    card = await office.card("11 of 11 payments")
    buttons = [element["action_id"] for element in card["blocks"][-1]["elements"]]
    assert buttons == ["open_desk", "review_menu"]
    for choice, title in (
        ("approve_all", "Approve payments"),
        ("download", "Download"),
        ("exit", "Close review"),
    ):
        await office.click(BEN, card, choice)
        assert (await form(office, BEN))["view"]["title"]["text"] == title
    state = await office.review_state(card)
    assert (state.undecided, state.closed_at) == (11, None), "each of them asks first"
    await office.do(f"views/{(await form(office, BEN))['id']}/submit", user=BEN, values={})
    assert (await office.review_state(await office.card("is closed"))).closed_at is not None


async def test_a_payment_is_rejected_and_held_with_a_reason_alone(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3 payments")
    await office.click(BEN, card, "reject", 2)
    rejecting = await form(office, BEN)
    await choose(office, BEN, card, 2, "hold")
    use_cases, answers = office.bot.use_cases, []
    forms = FormListeners(use_cases, lambda: None, MappingListeners(use_cases))

    async def ack(**answer: Any) -> None:
        answers.append(answer)

    for opened, listen in ((rejecting, forms.reject), (await form(office, BEN), forms.hold)):
        (field,) = [block for block in opened["view"]["blocks"] if block["type"] == "input"]
        assert not field["optional"], "the form asks for what its sending needs"
        typed = {"values": {"reason": {"reason": {"value": "   "}}}}
        view = opened["view"] | {"id": opened["id"], "state": typed}
        await listen(ack, {"user": {"id": BEN}, "team": {"id": TEAM}, "view": view})  # type: ignore[arg-type]
    assert ["Please say" in answer["errors"]["reason"] for answer in answers] == [True, True]
    assert (await office.review_state(card)).undecided == 1
    await office.click(BEN, card, "reject", 2)
    sent = {"user": BEN, "values": {"reason": {"reason": "no order"}}}
    await office.do(f"views/{(await form(office, BEN))['id']}/submit", **sent)
    assert shows(await office.card("decided"), "1 rejected")
