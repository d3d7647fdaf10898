"""A file says when its payments are due: the card says so where that is near, lists have it first."""

import json
from datetime import timedelta

from tests.office import Office, shows
from tests.worker.test_timers import monday_morning

BEN, ANA = "U_REVIEWER", "U_REQUESTER"


async def test_what_is_due_soon_is_said_and_comes_first_and_people_are_reminded_in_time(
    office: Office,
) -> None:
    await monday_morning(office)
    today = office.bot.use_cases.now().date()
    due, until = today + timedelta(days=2), today + timedelta(days=1)
    await office.command(ANA, "31000 USD to Globex Ltd for steel, invoice 77-B")
    await office.card("1 of 1")
    header = "Date,Vendor,Amount,Currency,Memo,Due date,Discount until,Discount %"
    rows = [
        f"{today},Acme Corp,12000.00,USD,Steel,{due},{until},2",
        f"{today},Hooli,13000.00,USD,Racks,{today + timedelta(days=60)},,",
    ]
    await office.drop(ANA, "due.csv", "\n".join([header, *rows]).encode())
    card = await office.card("2 of 2")
    words = f"2% off until {until.day} {until:%b}, due {due.day} {due:%b}"
    assert shows(card, words)
    assert json.dumps(card["blocks"]).count("due ") == 1  # what is not near is left alone
    await office.command(BEN, "waiting")
    listed = await office.told(BEN, "Waiting for you")
    blocks = json.dumps(listed["blocks"])
    assert f"discount until {until.day} {until:%b}" in blocks
    assert blocks.index("discount until") < blocks.index("31,000.00")
    state = await office.review_state(card)
    # Tomorrow a discount ends, so they are told today: an hour after it came, and not only after four.
    assert state.waits_since is not None
    assert state.timer_at == state.waits_since + timedelta(hours=1)
    assert (state.approved, state.undecided) == (0, 2)
