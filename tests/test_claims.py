"""Somebody is on it: seen by others, taken over, given back, and gone after an hour by the clock."""

import json

from tests.office import SEED, TEAM, Json, Office, cards, shows

BEN, CHI, ANA, DOV = "U_REVIEWER", "U_SECOND", "U_REQUESTER", "U_OUTSIDER"
TWO_OPEN = SEED.replace("$4000", "$14000")


async def press(office: Office, user: str, card: Json, choice: str, ref: int | None = None) -> Json:
    """Choose an entry of a payment's menu that begins so, or press a button about the review."""
    block = "review" if ref is None else f"transaction {ref}"
    elements = next(one["elements"] for one in card["blocks"] if one.get("block_id") == block)
    if ref is None:
        action = next(one["action_id"] for one in elements if one["action_id"].startswith(choice))
        return await office.click(user, card, action)
    values = [entry["value"] for one in elements for entry in one.get("options", [])]
    chosen = next(value for value in values if value.startswith(choice))
    return await office.do(
        "actions",
        user=user,
        channel=card["channel"],
        message_ts=card["ts"],
        action_id="payment_menu",
        block_id=block,
        selected=chosen,
    )


async def drawn(office: Office, *words: str, without: str = "\0") -> Json:
    """The card once it shows these words, and not those."""

    def found(state: Json) -> Json | None:
        return next((one for one in cards(state) if shows(one, *words) and not shows(one, without)), None)

    card: Json = await office.until(found)
    return card


async def test_others_see_who_is_on_it_and_take_it_over(office: Office) -> None:
    await office.command(ANA, TWO_OPEN)
    card = await office.card("2 of 3")
    await office.said("You can say")
    said = len([one for one in (await office.state())["messages"] if one["thread_ts"]])
    await press(office, CHI, card, "claim:", 2)
    card = await drawn(office, f"<@{CHI}> is on it since")
    await office.click(BEN, card, "open_desk")
    await office.until(lambda state: f"<@{CHI}> is on it" in json.dumps(state["views"]))
    # Who took that card for free learns who is on it; who has seen it takes over.
    await press(office, BEN, card, f"claimed-{CHI}", 2)
    card = await drawn(office, f"<@{BEN}> is on it since")
    await press(office, BEN, card, f"claimed-{BEN}", 2)
    card = await drawn(office, without="is on it since")
    assert len([one for one in (await office.state())["messages"] if one["thread_ts"]]) == said
    state = await office.review_state(card)
    trail = await office.bot.stores.reviews.audit(TEAM, state.id)
    events = [(entry.event, entry.actor) for entry in trail if "claim" in entry.event]
    assert events == [("claimed", CHI), ("claimed", BEN), ("claim_given_back", BEN)]


async def test_who_decides_nothing_here_is_on_nothing_either(office: Office) -> None:
    await office.command(ANA, TWO_OPEN)
    card = await office.card("2 of 3")
    await press(office, ANA, card, "claim")
    await office.told(ANA, "You brought these payments")
    await press(office, DOV, card, "claim:", 2)
    await office.told(DOV, "You are not an approver here")
    assert (await office.review_state(card)).claims == ()


async def test_a_claim_lapses_by_itself_and_a_reply_claims_and_a_decision_ends_it(office: Office) -> None:
    await office.command(ANA, TWO_OPEN)
    card = await office.card("2 of 3")
    await office.reply(BEN, "on it 3", card)
    await office.reply(CHI, "I'm on it", card)
    card = await drawn(office, f"<@{BEN}> is on it since", f"<@{CHI}> is on the whole review since")
    await office.click(CHI, card, "approve", 3)
    card = await drawn(office, f"<@{CHI}> is on the whole review", without=f"<@{BEN}> is on it")
    await office.advance(hours=2)
    await drawn(office, without="is on the whole review")
    state = await office.review_state(card)
    trail = await office.bot.stores.reviews.audit(TEAM, state.id)
    lapsed = [(entry.event, entry.detail.get("of")) for entry in trail if entry.event == "claim_lapsed"]
    assert lapsed == [("claim_lapsed", CHI)]
