"""The menu of a payment on the card: put on hold with a reason, released, and looked at."""

from typing import Any

from tests.office import SEED, Json, Office, shows

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
