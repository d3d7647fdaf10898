"""Closing a review that has something open, and opening it again, as people meet it."""

import asyncio

import pytest

from bot.application.check import check_review
from bot.domain.review.state import ReviewState, ReviewStatus
from tests.office import FINANCE, PATIENCE, SEED, TEAM, Json, Office, shows

BEN, CHI, ANA, DOV = "U_REVIEWER", "U_SECOND", "U_REQUESTER", "U_OUTSIDER"
TWO_OPEN = SEED.replace("$4000", "$14000")


async def submitted(office: Office) -> Json:
    await office.command(ANA, TWO_OPEN)
    return await office.card("2 of 3")


async def asked(office: Office, card: Json, user: str = BEN) -> Json:
    """The form that *Close review* opens."""
    await office.click(user, card, "exit")
    (form,) = await office.views(user)
    return form


async def submit(office: Office, form: Json, user: str = BEN) -> Json:
    return await office.do(f"views/{form['id']}/submit", user=user, values={})


async def stands(office: Office, card: Json) -> ReviewState:
    """The state of the review, all of which fits together once it is shown."""
    review = (await office.review_state(card)).id
    async with asyncio.timeout(PATIENCE):
        while problems := await check_review(office.bot.stores, TEAM, review):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.1)
    assert problems == []
    return await office.review_state(card)


async def test_closing_by_button_shows_what_is_open_and_leaves_it_not_approved(office: Office) -> None:
    card = await submitted(office)
    await office.reply(BEN, "hold 2: waiting for the receipt", card)
    card = await office.card("1 of 3")
    form = await asked(office, card)
    shown = str(form["view"]["blocks"])
    assert "1 payment needs a decision: USD 14,000.00." in shown
    assert "1 payment is on hold: USD 12,000.00." in shown
    assert "They will not be approved." in shown
    assert (await office.review_state(card)).status is ReviewStatus.WAITING
    assert (await submit(office, form))["ok"]
    card = await office.card("is closed")
    await office.said("is closed.", "1 approved automatically, 0 approved, 0 rejected, 2 not approved.")
    state = await stands(office, card)
    assert (state.undecided, state.held, state.approved) == (1, 1, 0)
    trail = await office.bot.stores.reviews.audit(TEAM, state.id)
    assert [entry.event for entry in trail if entry.event == "decided"] == ["decided"]
    assert (trail[-1].event, trail[-1].actor, trail[-1].detail) == ("closed", BEN, {"not_approved": 2})


async def test_what_was_open_when_the_form_was_shown_must_be_so_when_it_is_confirmed(office: Office) -> None:
    card = await submitted(office)
    form = await asked(office, card)
    await office.reply(CHI, "hold 3", card)
    await office.said("On hold: #3")
    answer = await submit(office, form)
    assert "This card shows an older state of the review" in str(answer["response"])
    assert (await office.review_state(card)).status is ReviewStatus.WAITING


async def test_payments_that_changed_places_under_equal_sums_were_not_seen(office: Office) -> None:
    await office.command(ANA, "\n".join(f"$12000 to {vendor}. Memo: one" for vendor in ("Acme", "Globex")))
    card = await office.card("2 of 2")
    await office.reply(BEN, "approve 1", card)
    await office.reply(BEN, "hold 2: waiting for the receipt", card)
    await office.said("On hold: #2")
    form = await asked(office, card)
    assert "1 payment is on hold: USD 12,000.00." in str(form["view"]["blocks"])
    await office.reply(BEN, "approve 2", card)
    await office.reply(BEN, "change 1 to hold", card)
    state = await office.review_state(card)
    assert (state.approved, state.held, state.undecided) == (1, 1, 0)
    answer = await submit(office, form)
    assert "This card shows an older state of the review" in str(answer["response"])
    assert (await office.review_state(card)).status is ReviewStatus.WAITING
    await submit(office, await asked(office, card))
    await office.card("is closed")


async def test_a_note_meanwhile_does_not_keep_a_review_from_being_closed(office: Office) -> None:
    card = await submitted(office)
    form = await asked(office, card)
    await office.reply(CHI, "note 2: the invoice is on its way", card)
    await office.until(
        lambda state: any(shows(one, "the invoice is on its way") for one in state["messages"])
    )
    await submit(office, form)
    await office.card("is closed")


async def test_a_reply_that_closes_becomes_a_proposal_where_something_is_open(office: Office) -> None:
    card = await submitted(office)
    await office.reply(BEN, "exit", card)
    proposal = await office.said(
        "I understood: close this review.", "2 payments need a decision: USD 26,000.00.", "not be approved"
    )
    assert (await office.review_state(card)).status is ReviewStatus.WAITING
    where = {"channel": FINANCE, "message_ts": proposal["ts"], "block_id": "proposal"}
    await office.do("actions", user=BEN, action_id="confirm", **where)
    state = await stands(office, await office.card("is closed"))
    assert (state.undecided, state.approved) == (2, 0)


@pytest.mark.parametrize("way", ["button", "reply"])
async def test_with_nothing_open_a_review_is_closed_at_once(office: Office, way: str) -> None:
    card = await submitted(office)
    await office.reply(BEN, "reject 2 and 3: duplicate", card)
    card = await office.card("everything is decided")
    await (office.click(BEN, card, "exit") if way == "button" else office.reply(BEN, "exit", card))
    assert (await stands(office, await office.card("is closed"))).closed_at is not None


async def test_a_closed_review_is_opened_again_by_whoever_may_decide_and_decided_on(office: Office) -> None:
    card = await submitted(office)
    await office.reply(BEN, "hold 2: waiting for the receipt", card)
    form = await asked(office, await office.card("1 of 3"))
    await submit(office, form)
    closed = await office.card("is closed")
    assert shows(closed, "Reopen", "not approved")
    assert await office.bot.stores.reviews.open_reviews(TEAM, newest=5) == []
    await office.click(ANA, closed, "reopen")
    await office.told(ANA, "You brought these payments")
    await asyncio.gather(*(office.click(user, closed, "reopen") for user in (BEN, CHI)))
    await office.until(
        lambda state: any(
            one["ephemeral_to"] and shows(one, "This review is open.") for one in state["messages"]
        )
    )
    card = await office.card("1 of 3 payments need")
    await office.said("is open again. 1 payment needs a decision: USD 14,000.00. 1 payment is on hold")
    state = await stands(office, card)
    assert (state.status, state.undecided, state.held) == (ReviewStatus.WAITING, 1, 1)
    assert await office.bot.stores.reviews.open_reviews(TEAM, newest=5) == [state.id]
    await office.reply(CHI, "approve 2", card)
    await office.reply(CHI, "reject 3: duplicate", card)
    await office.said("All payments have been processed.")
    await office.reply(BEN, "exit", card)
    card = await office.card("is closed")
    state = await stands(office, card)
    assert (state.approved, state.rejected, state.waiting) == (1, 1, 0)
    trail = await office.bot.stores.reviews.audit(TEAM, state.id)
    events = [entry.event for entry in trail if entry.event in ("closed", "reopened")]
    assert events == ["closed", "reopened", "closed"]
    # The first closing is long over, whatever an old message still shows.
    buttons = [button for block in closed["blocks"] for button in block.get("elements", ())]
    old = next(button for button in buttons if button.get("action_id") == "reopen")
    await office.click(BEN, card, "reopen", value=old["value"], force=True)
    await office.told(BEN, "This card shows an older state of the review.")
    assert (await office.review_state(card)).status is ReviewStatus.CLOSED


async def test_replies_release_what_is_on_hold_and_open_a_closed_review_again(office: Office) -> None:
    card = await submitted(office)
    await office.reply(BEN, "hold 2: waiting for the receipt", card)
    await office.said("On hold: #2")
    await office.reply(CHI, "release 3", card)
    await office.said("#3 is not on hold. Nothing was changed.")
    await office.reply(CHI, "release 2", card)
    await office.said("#2 is no longer on hold. 2 payments still need a decision.")
    await office.reply(CHI, "reopen", card)
    await office.told(CHI, "This review is open.")
    await office.reply(CHI, "reject 2 and 3: duplicate", card)
    await office.said("All payments have been processed.")
    await office.reply(CHI, "exit", card)
    await office.card("is closed")
    await office.reply(DOV, "reopen", card)
    await office.told(DOV, "You are not an approver here")
    await office.reply(CHI, "reopen", card)
    await office.said("is open again.")
    state = await stands(office, await office.card("everything is decided"))
    assert (state.rejected, state.concluded) == (2, True)
    trail = await office.bot.stores.reviews.audit(TEAM, state.id)
    released = next(entry for entry in trail if entry.event == "released")
    assert (released.actor, trail[released.detail["replaces"] - 1].detail["kind"]) == (CHI, "held")
