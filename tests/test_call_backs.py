"""A payment to a changed account: frozen until somebody has called the vendor and another approves."""

from typing import Any

from tests.office import TEAM, Json, Office, cards, shows

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


async def test_a_number_that_the_submitter_wrote_in_the_thread_is_none_to_call(office: Office) -> None:
    card = await submitted(office)
    await office.reply(ANA, "about #2: they moved, their new number is O20 7946 ००18", card)
    form = await form_of(office, BEN, card)
    answer = await fill_in(office, BEN, form)
    assert "Whoever brought the payment wrote this number" in answer["response"]["errors"]["number"]
    await fill_in(office, BEN, form, number="+44 20 7946 0999")
    await card_that_shows(office, CONFIRMED)


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
    await fill_in(office, BEN, await form_of(office, BEN, await card_that_shows(office, FAILED)))
    await card_that_shows(office, CONFIRMED)
    for old in (first, second):  # confirmed again, after a call that chi has not heard of
        await office.click(CHI, old, "approve", 2, force=True, value=value_of(old, 2))
        await office.told(CHI, "This card shows an older state")
        assert not [form for form in await office.views(CHI) if "reason" in form["view"]["callback_id"]]
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


async def prepared(office: Office, user: str, card: Json) -> Json:
    """The page that *Approve all* opens."""
    await office.click(user, card, "approve_all")
    return (await office.views(user))[-1]


async def submitted_with_others(office: Office) -> Json:
    """A batch in which two payments are not frozen."""
    rows = f"{FILE}Globex,12000,USD,,Server racks\nInitech,13000,USD,,Licences\n"
    await office.drop(ANA, "run.csv", rows.encode())
    return await office.card("5 of 5 payments need")


def options(block: Json) -> list[int]:
    return [int(option["value"]) for option in block["elements"][0]["options"]]


async def submit_page(office: Office, user: str, page: Json, *ticked: int) -> None:
    """Submit a page about many with these check marks, whether it offers them or not."""
    bulk_id = page["view"]["private_metadata"]
    await office.bot.use_cases.bulk.tick(TEAM, bulk_id, user, ticked)
    offered = [one for one in page["view"]["blocks"] if str(one.get("block_id")).startswith("risk ")]
    boxes = {
        one["block_id"]: {"bulk_tick": [str(ref) for ref in ticked if ref in options(one)]} for one in offered
    }
    await office.do(f"views/{page['id']}/submit", user=user, values={**boxes, "reason": "checked"})


async def test_a_page_about_many_shows_what_is_frozen_and_approves_the_rest(office: Office) -> None:
    card = await submitted_with_others(office)
    page = await prepared(office, BEN, card)
    frozen = "#2 USD 500.00 to Acme Corp: frozen, bank account changed: somebody has to call the vendor"
    assert shows(shown(page), "Not approved here", "3 payments, in no count or sum above", frozen)
    assert shows(shown(page), "2 payments, 0 ticked")
    await submit_page(office, BEN, page, 4, 5, 2)
    state = await office.review_state(card)
    assert (state.approved, state.undecided) == (2, 3)
    await office.click(BEN, await card_that_shows(office, "3 of 5 payments need"), "approve_all")
    await office.told(BEN, "#1, #2 and #3 are frozen until somebody has called the vendor")


async def test_approve_all_by_words_leaves_frozen_ones_out_and_says_so(office: Office) -> None:
    card = await submitted_with_others(office)
    await office.reply(BEN, "approve all", card)
    await office.said("Approved: #4 and #5. Together 2 payments, USD 25,000.00.", "#1, #2 and #3 are frozen")
    assert (await office.review_state(card)).approved == 2
    await office.reply(BEN, "approve everything to Acme", card)
    await office.said(
        "had before, and has noted the call. Nothing was changed.",
        "#1, #2 and #3 are frozen until somebody has called the vendor",
    )
    await office.reply(BEN, "approve 2", card)
    await office.told(BEN, "#2 is frozen until somebody has called the vendor")
    await office.reply(BEN, "reject 1", card)
    await office.said("Rejected: #1")
    await office.reply(BEN, "change 1 to approve", card)
    await office.told(BEN, "#1 is frozen")


async def test_a_proposal_and_a_page_from_before_a_call_approve_nothing(office: Office) -> None:
    card = await submitted(office)
    await fill_in(office, BEN, await form_of(office, BEN, card), also=["3:1"])
    card = await card_that_shows(office, CONFIRMED)
    page = await prepared(office, CHI, card)
    await office.reply(CHI, "approve 2", card)
    await office.said("I understood:", "#2: Somebody called on")
    await office.click(BEN, card, "payment_menu", 2, selected=f"call:{value_of(card, 2)}")
    await fill_in(office, BEN, (await office.views(BEN))[-1], result="not confirmed")
    await card_that_shows(office, FAILED)
    assert (await office.review_state(card)).proposal is None
    await fill_in(office, BEN, await form_of(office, BEN, await card_that_shows(office, FAILED)))
    await card_that_shows(office, CONFIRMED)
    await submit_page(office, CHI, page, 2, 3)
    review = card["metadata"]["event_payload"]["review"]
    payments = await office.bot.use_cases.look.transactions(TEAM, review, (2, 3))
    assert [payment.decided for payment in payments] == [False, True]


async def test_a_reply_about_a_call_opens_the_form_and_notes_nothing(office: Office) -> None:
    card = await submitted(office)
    await office.reply(BEN, "called 2: spoke to Maria on the number in our records, all confirmed", card)
    offer = await office.told(BEN, "Please note the call about #2 in a form. Nothing was noted yet.")
    where = {"channel": offer["channel"], "message_ts": offer["ts"], "block_id": "call back"}
    await office.do("actions", user=BEN, action_id="call_back", **where)
    await fill_in(office, BEN, (await office.views(BEN))[-1])
    await card_that_shows(office, CONFIRMED)
