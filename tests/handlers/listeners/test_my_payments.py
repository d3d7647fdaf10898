"""Ana corrects and withdraws payments in Slack; nobody else does, and a bad value loses nothing."""

import asyncio
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.judge_again import JudgeAgain
from handlers.views.blocks import actions, button
from handlers.views.button_value import ButtonValue
from handlers.views.my_payments import MY_PAYMENTS
from tests.office import FINANCE, Json, Office

ROWS = "$12000 to Acme Corp. Memo: Workshop\n$15000 to Globex. Memo: Server racks"
ANA, BEN, DOV = "U_REQUESTER", "U_REVIEWER", "U_OUTSIDER"


async def waiting(office: Office) -> Json:
    """The card of a review of two payments, both of which wait."""
    await office.command(ANA, ROWS)
    return await office.card("2 of 2")


async def list_of(office: Office, user: str, review: str) -> Json:
    """The list of what this person can change, opened by a button as the submitter's message has one."""
    value = ButtonValue(review=review).encode()
    client = AsyncWebClient(token=office.sandbox.bot_token, base_url=office.sandbox.api_url)
    posted = await client.chat_postMessage(
        channel=FINANCE, text="mine", blocks=[actions("mine", button("My payments", MY_PAYMENTS, value))]
    )
    at = {"channel": FINANCE, "message_ts": posted["ts"], "block_id": "mine"}
    answer = await office.do("actions", user=user, action_id=MY_PAYMENTS, **at)
    assert answer["ok"], answer
    return await modal(office, user)


async def modal(office: Office, user: str, *words: str) -> Json:
    """The topmost modal of a person, once it shows these words."""
    found: Json = await office.until(
        lambda state: next(
            (
                view
                for view in state["views"][::-1]
                if view["user"] == user and all(word in str(view["view"]) for word in words)
            ),
            None,
        )
    )
    return found


async def press(office: Office, user: str, view: Json, action: str, ref: int) -> Json:
    return await office.do("actions", user=user, view_id=view["id"], block_id=f"own {ref}", action_id=action)


async def send(office: Office, user: str, form: Json, **changed: str) -> Json:
    """Submit the form with what it holds, but for what was changed."""
    fields = {
        block["block_id"]: block["element"].get("initial_value", "")
        for block in form["view"]["blocks"]
        if block["type"] == "input"
    }
    values = {name: {name: text} for name, text in {**fields, **changed}.items()}
    return await office.do(f"views/{form['id']}/submit", user=user, values=values)


async def test_ana_corrects_a_payment_and_ben_decides_about_the_new_version(office: Office) -> None:
    card = await waiting(office)
    review = card["metadata"]["event_payload"]["review"]
    listed = await list_of(office, ANA, review)
    await press(office, ANA, listed, "correct_payment", 1)
    form = await modal(office, ANA, "Correct payment #1")

    answer = await send(office, ANA, form, amount="about nine", date="soon")
    assert set(answer["response"]["errors"]) == {"amount", "date"}
    assert (await office.review_state(card)).corrections == 0

    await send(office, ANA, form, amount="9,000.00")
    await office.said("#1 was corrected: the amount from USD 12,000.00 to USD 9,000.00")
    await office.said("#1 USD 9,000.00 to Acme Corp was judged again and needs a decision")
    await modal(office, ANA, "My payments", "USD 9,000.00 to Acme Corp", "was USD 12,000.00")
    shown = await office.until(lambda state: _card(state, "USD 9,000.00", "was USD 12,000.00"))

    await office.click(BEN, card, "approve", 1)  # the door presses what the card shows now
    assert (await office.review_state(shown)).approved == 1
    assert "Corrected" in str(shown["blocks"])


async def test_the_list_says_by_itself_that_what_was_corrected_was_judged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await waiting(office)
    review = card["metadata"]["event_payload"]["review"]
    may_judge, judge = asyncio.Event(), JudgeAgain.judge

    async def judge_when_told(self: JudgeAgain, *about: Any) -> Any:
        await may_judge.wait()
        return await judge(self, *about)

    monkeypatch.setattr(JudgeAgain, "judge", judge_when_told)
    listed = await list_of(office, ANA, review)
    await press(office, ANA, listed, "correct_payment", 1)
    await send(office, ANA, await modal(office, ANA, "Correct payment #1"), amount="9,000.00")
    await modal(office, ANA, "My payments", "being judged again")
    may_judge.set()
    shown = await office.until(
        lambda state: [one for one in state["views"] if "being judged again" not in str(one["view"])]
    )
    assert [one["id"] for one in shown] == [listed["id"]]
    assert "USD 9,000.00 to Acme Corp" in str(shown[0]["view"])


async def test_a_click_on_the_card_as_it_was_before_the_correction_is_stale(office: Office) -> None:
    card = await waiting(office)
    review = card["metadata"]["event_payload"]["review"]
    old = _value_of(card, "approve", 1)
    other = _value_of(card, "approve", 2)
    await press(office, ANA, await list_of(office, ANA, review), "correct_payment", 1)
    await send(office, ANA, await modal(office, ANA, "Correct payment #1"), memo="Workshop in May")
    await office.said("was judged again")
    await office.click(BEN, card, "approve", 1, value=old, force=True)
    await office.told(BEN, "This card shows an older state of the review.")
    await office.click(BEN, card, "approve", 2, value=other, force=True)
    state = await office.review_state(card)
    assert (state.approved, state.undecided) == (1, 1)


async def test_ana_withdraws_a_payment_and_then_the_other(office: Office) -> None:
    card = await waiting(office)
    review = card["metadata"]["event_payload"]["review"]
    listed = await list_of(office, ANA, review)
    await press(office, ANA, listed, "withdraw_payment", 2)
    await modal(office, ANA, "#2 was withdrawn.")
    await office.said("#2 was withdrawn by whoever brought it.")
    await office.reply(ANA, "withdraw 1", card)
    await office.said("2 withdrawn")
    assert (await office.review_state(card)).concluded


async def test_nobody_else_sees_the_list_or_withdraws(office: Office) -> None:
    card = await waiting(office)
    review = card["metadata"]["event_payload"]["review"]
    for user in (BEN, DOV):
        listed = await list_of(office, user, review)
        assert "Only whoever brought a payment" in str(listed["view"])
    await office.reply(BEN, "withdraw 1", card)
    await office.told(BEN, "Only whoever brought a payment can correct or withdraw it.")
    assert (await office.review_state(card)).withdrawn == 0


async def test_what_was_decided_meanwhile_is_not_corrected_and_a_sentence_says_what_to_do(
    office: Office,
) -> None:
    card = await waiting(office)
    review = card["metadata"]["event_payload"]["review"]
    listed = await list_of(office, ANA, review)
    await press(office, ANA, listed, "correct_payment", 1)
    form = await modal(office, ANA, "Correct payment #1")
    await office.click(BEN, card, "approve", 1)
    answer = await send(office, ANA, form, amount="9000")
    assert "submit the payment again" in str(answer["response"])
    await press(office, ANA, listed, "correct_payment", 1)
    await modal(office, ANA, "submit the payment again")
    state = await office.review_state(card)
    assert (state.corrections, state.approved) == (0, 1)


def _card(state: Json, *words: str) -> Json | None:
    found = [
        message
        for message in state["messages"]
        if ((message.get("metadata") or {}).get("event_payload") or {}).get("part") == "card"
        and all(word in str(message["blocks"]) for word in words)
    ]
    return found[-1] if found else None


def _value_of(card: Json, action: str, ref: int) -> str:
    """What a button of the card carried when it was read."""
    return next(
        str(element["value"])
        for block in card["blocks"]
        if block.get("block_id") == f"transaction {ref}"
        for element in block["elements"]
        if element["action_id"] == action
    )


async def direct(office: Office, text: str, below: Json | None) -> None:
    """Ana writes to the bot, below one of its messages or by itself."""
    there = below or (await standing(office))
    thread = {"thread_ts": there["ts"]} if below else {}
    await office.do("messages", user=ANA, channel=there["channel"], text=text, **thread)


async def standing(office: Office) -> Json:
    """The newest direct message about a review, as it is kept up to date."""

    def newest(state: Json) -> Json | None:
        parts = [
            one
            for one in state["messages"]
            if ((one.get("metadata") or {}).get("event_payload") or {}).get("part") == "submitter"
        ]
        return parts[-1] if parts else None

    found: Json = await office.until(newest)
    return found


async def test_ana_withdraws_and_corrects_below_the_direct_message_about_her_review(office: Office) -> None:
    card = await waiting(office)
    message = await standing(office)
    await direct(office, "withdraw 1", message)
    await office.told(ANA, "#1 was withdrawn.")
    await office.said("#1 was withdrawn by whoever brought it.")
    assert (await office.review_state(card)).withdrawn == 1
    await direct(office, "withdraw 1", message)
    await office.told(ANA, "was withdrawn by whoever brought the payments. Nothing was changed.")

    await direct(office, "correct #2", message)
    offer = await office.told(ANA, "Press the button to correct #2", "Globex")
    at = {"channel": offer["channel"], "message_ts": offer["ts"], "block_id": "own 2"}
    await office.do("actions", user=ANA, action_id="correct_payment", **at)
    await send(office, ANA, await modal(office, ANA, "Correct payment #2"), amount="9,500.00")
    await office.said("#2 was corrected: the amount from USD 15,000.00 to USD 9,500.00")
    await office.until(lambda state: _card(state, "USD 9,500.00"))


async def test_what_is_not_plain_in_a_direct_message_changes_nothing(office: Office) -> None:
    card = await waiting(office)
    message = await standing(office)
    await direct(office, "withdraw it all", message)
    await office.told(ANA, "I did not understand which payment you mean, so nothing was changed.")
    await direct(office, "withdraw 3", message)
    await office.told(ANA, "#3 is not in this review. Nothing was changed.")
    await direct(office, "withdraw 1", None)
    await office.told(ANA, "I cannot tell which review you mean, so nothing was changed.")
    state = await office.review_state(card)
    assert (state.withdrawn, state.corrections, state.undecided) == (0, 0, 2)
    await direct(office, "Correct Ltd $12500. Memo: Signs", None)
    await office.card("1 of 1")
