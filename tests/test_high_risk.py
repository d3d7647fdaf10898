"""One approval of high risk by button asks for a reason first, over what was found."""

from tests.office import SEED, TEAM, Json, Office


def review_of(card: Json) -> str:
    return str(card["metadata"]["event_payload"]["review"])


async def test_a_payment_of_high_risk_is_approved_with_a_reason_in_a_form(office: Office) -> None:
    await office.command("U_REQUESTER", SEED.replace("$12000", "$900000").replace("$4000", "$14000"))
    card = await office.card("2 of 3")
    await office.click("U_REVIEWER", card, "approve", 2)
    (form,) = await office.views("U_REVIEWER")
    shown = str(form["view"]["blocks"])
    assert "#2 USD 900,000.00 to Acme Corp" in shown
    assert "above the limit of USD 10,000.00" in shown
    assert (await office.review_state(card)).approved == 0
    given = {"user": "U_REVIEWER", "values": {"reason": {"reason": "checked the contract"}}}
    assert (await office.do(f"views/{form['id']}/submit", **given))["ok"]
    card = await office.card("1 of 3")
    (payment,) = await office.bot.use_cases.look.transactions(TEAM, review_of(card), (2,))
    assert payment.decision is not None
    assert (payment.decision.by, payment.decision.reason) == ("U_REVIEWER", "checked the contract")
    await office.click("U_REVIEWER", card, "approve", 3)  # near its limit: at once
    assert (await office.review_state(await office.card("everything is decided"))).approved == 2


async def test_an_approval_that_would_be_refused_opens_no_form(office: Office) -> None:
    await office.command("U_REQUESTER", SEED.replace("$12000", "$900000"))
    card = await office.card("1 of 3")
    await office.click("U_REQUESTER", card, "approve", 2)
    await office.told("U_REQUESTER", "You brought these payments")
    assert await office.views("U_REQUESTER") == []
