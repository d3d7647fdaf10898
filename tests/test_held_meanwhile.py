"""What somebody puts on hold while others look at it: nobody approves it who has not seen that it is."""

from bot.domain.conversation import DecisionKind
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from tests.handlers.listeners.test_desk import (
    BEN,
    CHI,
    opened,
    says,
    submit,
    submitted,
    top,
    use,
)
from tests.office import TEAM, Json, Office, cards, shows


async def payment(office: Office, card: Json, ref: int) -> ReviewedTransaction:
    review = str(card["metadata"]["event_payload"]["review"])
    (found,) = await office.bot.use_cases.look.transactions(TEAM, review, (ref,))
    return found


async def test_a_heap_leaves_what_was_held_since_it_was_shown(office: Office) -> None:
    card = await submitted(office, medium=4)
    view = await use(office, await opened(office, BEN, card), "desk_select_found")
    page = await use(office, view, "desk_approve")
    await office.reply(CHI, "hold 2: the vendor says that this is fraud", card)
    await office.said("On hold: #2")
    await submit(office, page)
    state = await office.review_state(card)
    assert (state.approved, state.held, state.undecided) == (3, 1, 0)
    assert (await payment(office, card, 2)).held
    assert says(await top(office, BEN), "You approved 3 payments", "1 payment has changed since you looked")


async def test_a_heap_takes_what_stood_in_it_as_held(office: Office) -> None:
    card = await submitted(office, medium=4)
    await office.reply(CHI, "hold 2: waiting for the invoice", card)
    await office.said("On hold: #2")
    view = await use(office, await opened(office, BEN, card), "desk_select_found")
    await submit(office, await use(office, view, "desk_approve"))
    assert (await office.review_state(card)).approved == 4


async def test_a_proposal_is_gone_once_one_of_its_payments_is_held(office: Office) -> None:
    card = await submitted(office, medium=12)
    await office.reply(BEN, "approve all", card)
    proposal = await office.said("Approve 12 payments")
    await office.reply(CHI, "hold 2: the vendor says that this is fraud", card)
    await office.said("On hold: #2")
    assert (await office.review_state(card)).proposal is None
    await office.do(
        "actions",
        user=BEN,
        channel=proposal["channel"],
        message_ts=proposal["ts"],
        action_id="confirm",
        block_id="proposal",
        value=next(
            button["value"]
            for block in proposal["blocks"]
            for button in block.get("elements", ())
            if button.get("action_id") == "confirm"
        ),
        force=True,
    )
    assert (await office.review_state(card)).approved == 0


async def test_a_form_left_open_approves_nothing_that_was_held_since(office: Office) -> None:
    card = await submitted(office, high=2, medium=0)
    answer = await office.do(
        "actions",
        user=BEN,
        channel=card["channel"],
        message_ts=card["ts"],
        action_id="reject",
        block_id="transaction 2",
    )
    assert answer["status"] == 200
    form = await top(office, BEN)
    await office.reply(CHI, "hold 2: I am asking the vendor", card)
    await office.said("On hold: #2")
    await submit(office, form, reason={"reason": "no order"})
    held = await payment(office, card, 2)
    assert held.decision is not None
    assert (held.decision.kind, held.decision.by) == (DecisionKind.HELD, CHI)
    await office.until(lambda state: shows(cards(state)[-1], "I am asking the vendor"))
    card = await office.card()
    await office.click(BEN, card, "reject", 2)
    await submit(office, await top(office, BEN), reason={"reason": "no order"})
    assert (await office.review_state(card)).rejected == 1
