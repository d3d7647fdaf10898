"""chi decides for ben, who is away: every place that tells of it says so, and for whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.listeners.test_payment_menu import form
from tests.office import Json, Office, cards, open_office, shows
from tests.processes import answered
from tests.test_people_of_routes import ANA, BEN, CHI, routed_policy

ROUTE = {"name": "all", "stages": [{"from": "controllers"}]}
FOR_BEN = f"<@{CHI}> for <@{BEN}>"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    policy = routed_policy(groups={"controllers": [BEN]}, stand_ins={BEN: CHI}, routes=[ROUTE])
    async with open_office(tmp_path, policy=policy) as opened:
        yield opened


async def standing_in(office: Office, payments: str) -> Json:
    """The card of payments that chi is to decide for ben."""
    await office.command(ANA, payments)
    await office.said("waiting for Controllers")
    await office.command(BEN, "away today")
    await office.said(f"<@{CHI}> stands in for <@{BEN}>")
    return await office.card()


TWO = "12000 USD to Acme Corp. Memo: Reimbursement\n13000 USD to Globex. Memo: Racks"


async def test_card_thread_details_and_messages_say_for_whom_somebody_decided(office: Office) -> None:
    card = await standing_in(office, TWO)
    await office.reply(CHI, "hold 1: no receipt", card)
    await office.said(f"*On hold* by {FOR_BEN}")  # the card
    await office.said("On hold: #1", FOR_BEN)  # the answer in the thread
    card = await office.card()
    opened = await details_of(office, card, 1)
    assert f"{FOR_BEN} put it on hold" in opened
    assert f"*On hold* by {FOR_BEN}" in opened
    await office.reply(CHI, "reject 1: no receipt", card)
    await office.reply(CHI, "change 1 to reject: no receipt at all", card)
    await office.until(lambda state: shows(cards(state)[-1], "1 of 2 payments"))
    review = await office.bot.stores.reviews.load("T_SANDBOX", (await office.review_state(card)).id, (1,))
    assert review is not None
    decision = review.entries[1].decision
    assert decision is not None
    assert (decision.corrects, decision.whose) == (True, BEN)
    await office.reply(CHI, "reject 2: not ours", card)
    await office.said("Decided by", f"{FOR_BEN} (2 payments)")  # the summary
    told = await office.said("Your payments", "*Rejected*")  # the submitter's
    assert shows(told, f"by {FOR_BEN}")
    found = (await office.command(ANA, "find acme"))["response"]
    assert f"by {FOR_BEN}" in str(found)
    await office.command(BEN, "back")
    row = next(block for block in card["blocks"] if block.get("block_id") == "transaction 1")
    await office.click(BEN, card, "approve", 1, force=True, value=row["elements"][0]["value"])
    await office.told(BEN, f"#1 rejected by {FOR_BEN}")


async def details_of(office: Office, card: Json, ref: int) -> str:
    (row,) = [block for block in card["blocks"] if block.get("block_id") == f"transaction {ref}"]
    entries = row["elements"][-1]["options"]
    value = next(entry["value"] for entry in entries if entry["value"].startswith("details:"))
    place = {"channel": card["channel"], "message_ts": card["ts"], "block_id": row["block_id"]}
    await office.do("actions", user=CHI, action_id="payment_menu", selected=value, **place)
    return str((await form(office, CHI))["view"]["blocks"])


async def test_show_export_and_the_audit_export_say_for_whom_somebody_decided(
    office: Office, tmp_path: Path
) -> None:
    card = await standing_in(office, TWO)
    await office.click(CHI, card, "approve", 1)
    state = await office.review_state(card)
    assert state.approved == 1
    env = {"REDIS_URL": office.bot.redis_url}
    shown = await answered(tmp_path, "show", state.id, **env)
    assert "approved, by chi for ben" in shown.out
    exported = await answered(tmp_path, "export", state.id, "--state", "approved", **env)
    assert f"chi ({CHI}) for ben ({BEN})" in exported.out
    audit = await answered(tmp_path, "audit", "export", state.id, "--format", "csv", **env)
    assert f"whose: {BEN}" in audit.out
