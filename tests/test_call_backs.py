"""A payment to a changed account: frozen until somebody has called the vendor and another approves."""

from typing import Any

from tests.office import Json, Office, cards, shows

ANA, BEN, CHI = "U_REQUESTER", "U_REVIEWER", "U_SECOND"
KNOWN, CHANGED = "GB29NWBK60161331926819", "DE02120300000000202051"
FILE = f"""vendor,amount,currency,iban,memo
Acme Corp,400,USD,{KNOWN},Order 4411
Acme Corp,500,USD,{CHANGED},Order 4412
Acme Corp,700,USD,{CHANGED},Order 4413
"""
NOBODY = "*Frozen:* bank account changed. Nobody has called the vendor yet."
FAILED = "and the account was not confirmed"
CONFIRMED = "Another person approves."


async def submitted(office: Office) -> Json:
    await office.drop(ANA, "run.csv", FILE.encode())
    return await office.card("3 of 3 payments need")


async def card_that_shows(office: Office, *words: str) -> Json:
    def found(state: Json) -> Json | None:
        return next((card for card in cards(state) if shows(card, *words)), None)

    card: Json = await office.until(found)
    return card


async def form_of(office: Office, user: str, card: Json, ref: int = 2) -> Json:
    """The form that the card's button opens for a payment."""
    await office.click(user, card, "call_back", ref)
    return (await office.views(user))[-1]


def now_of(form: Json) -> int:
    elements = [block["element"] for block in form["view"]["blocks"] if "element" in block]
    return int(next(one["initial_date_time"] for one in elements if one["type"] == "datetimepicker"))


async def fill_in(office: Office, user: str, form: Json, **said: Any) -> Json:
    """Submit the form of a call; ``said`` replaces what is usual."""
    usual: dict[str, Any] = {
        "spoke_to": "Maria Novak, accounts receivable",
        "called_at": now_of(form),
        "number": "+44 20 7946 0018",
        "source": "records",
        "result": "confirmed",
    }
    values = {name: {name: value} for name, value in (usual | said).items()}
    return await office.do(f"views/{form['id']}/submit", user=user, values=values)


async def approve_with_reason(office: Office, user: str, card: Json, ref: int) -> None:
    await office.click(user, card, "approve", ref)
    form = (await office.views(user))[-1]
    await office.do(f"views/{form['id']}/submit", user=user, values={"reason": {"reason": "they confirmed"}})


def shown(form: Json) -> Json:
    return {"text": "", "blocks": form["view"]["blocks"]}


async def test_a_changed_account_is_called_about_and_another_person_approves(office: Office) -> None:
    card = await submitted(office)
    assert shows(card, NOBODY, "Note the call-back")
    assert not shows(card, '"Approve"')
    form = await form_of(office, BEN, card)
    assert shows(shown(form), "Call a number that you had before", "#3 ")
    answer = await fill_in(office, BEN, form, source="payment")
    assert "their own number" in answer["response"]["errors"]["source"]
    answer = await fill_in(office, BEN, form, called_at=now_of(form) + 7200)
    assert "in the future" in answer["response"]["errors"]["called_at"]
    await fill_in(office, BEN, form, result="not confirmed")
    card = await card_that_shows(office, FAILED)
    await office.said("called about #2", "the account is not confirmed")
    await fill_in(office, BEN, await form_of(office, BEN, card), also=["3:1"])
    card = await card_that_shows(office, CONFIRMED, "Spoke to Maria Novak")
    await office.click(BEN, card, "approve", 2)
    await office.told(BEN, "You noted the call-back on #2, so another person has to approve.")
    await approve_with_reason(office, CHI, card, 2)
    assert (await office.review_state(card)).approved == 1
    await approve_with_reason(office, CHI, card, 3)
    assert (await office.review_state(card)).approved == 2


async def test_who_brought_the_payment_notes_no_call(office: Office) -> None:
    card = await submitted(office)
    await office.click(ANA, card, "call_back", 2)
    await office.told(ANA, "You brought these payments")
    assert not await office.views(ANA)


async def test_a_card_and_a_form_from_before_a_call_approve_nothing(office: Office) -> None:
    first = await submitted(office)
    await fill_in(office, BEN, await form_of(office, BEN, first))
    second = await card_that_shows(office, CONFIRMED)
    await office.click(CHI, second, "approve", 2)
    left_open = (await office.views(CHI))[-1]
    await office.click(BEN, second, "call_back", 2, force=True, value=value_of(second, 2))
    await fill_in(office, BEN, (await office.views(BEN))[-1], result="not confirmed")
    await card_that_shows(office, FAILED)
    reason = {"reason": {"reason": "they confirmed"}}
    answer = await office.do(f"views/{left_open['id']}/submit", user=CHI, values=reason)
    assert "older state" in str(answer["response"])
    for old in (first, second):
        await office.click(CHI, old, "approve", 2, force=True, value=value_of(old, 2))
    assert (await office.review_state(first)).approved == 0


def value_of(card: Json, ref: int) -> str:
    """What the first button of a payment carries."""
    rows = [block for block in card["blocks"] if block.get("block_id") == f"transaction {ref}"]
    return str(rows[0]["elements"][0]["value"])


async def test_details_show_all_that_was_noted_and_the_menu_opens_the_form(office: Office) -> None:
    card = await submitted(office)
    await fill_in(office, BEN, await form_of(office, BEN, card))
    card = await card_that_shows(office, CONFIRMED)
    await office.click(CHI, card, "payment_menu", 2, selected=f"details:{value_of(card, 2)}")
    details = (await office.views(CHI))[-1]
    assert shows(shown(details), "Call to the vendor", "on +44 20 7946 0018", "our vendor records")
    await office.do("actions", user=CHI, view_id=details["id"], action_id="call_back", block_id="call back")
    assert len(await office.views(CHI)) == 2
    assert shows(shown((await office.views(CHI))[-1]), "Whom did you speak to?")


async def test_the_menu_opens_the_form_too(office: Office) -> None:
    card = await submitted(office)
    await office.click(CHI, card, "payment_menu", 2, selected=f"call:{value_of(card, 2)}")
    assert shows(shown((await office.views(CHI))[-1]), "Whom did you speak to?")
