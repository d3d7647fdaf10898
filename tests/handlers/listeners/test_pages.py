"""A card of many payments stays as it is: each person turns the further pages alone and decides in them."""

import asyncio
import json
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.transition import Actor
from handlers.outbound.open_pages import OpenPages, Render, RenderedPage
from handlers.views.forms import message_form
from tests.office import FINANCE, TEAM, Json, Office, cards, shows

BEN, CHI, ANA, DOV = "U_REVIEWER", "U_SECOND", "U_REQUESTER", "U_OUTSIDER"


async def submitted(office: Office, count: int = 20) -> Json:
    """A card of so many payments of which each is flagged: ``#1 USD 11,001.00``, ``#2 USD 11,002.00``."""
    rows = "\n".join(f"{11000 + number},Vendor {number},Chairs" for number in range(1, count + 1))
    await office.command(ANA, f"amount,vendor,memo\n{rows}")
    card = await office.card(f"{count} of {count}")
    await office.said("You can say")
    return card


async def opened(office: Office, user: str, card: Json) -> Json:
    """The modal that the card's button opens."""
    await office.click(user, card, "page_next")
    return await top(office, user)


async def top(office: Office, user: str) -> Json:
    """The modal that somebody has before them."""
    view: Json = (await office.views(user))[-1]
    return view


async def press(office: Office, view: Json, action: str, ref: int | None = None, **more: Any) -> Json:
    """Press a button in a modal as it was seen; the modal that is before its person then."""
    block = "pages" if ref is None else f"transaction {ref}"
    answer = await office.do(
        "actions", user=view["user"], view_id=view["id"], action_id=action, block_id=block, **more
    )
    assert answer.get("status") == 200, answer
    return await top(office, view["user"])


def says(view: Json, *words: str) -> bool:
    shown = json.dumps(view["view"]["blocks"], ensure_ascii=False)
    return all(word in shown for word in words)


def refs(view: Json) -> list[int]:
    """The payments that can be decided in a modal."""
    blocks = (str(block["block_id"]) for block in view["view"]["blocks"] if block["type"] == "actions")
    return [int(block.split()[1]) for block in blocks if block.startswith("transaction")]


async def test_pages_are_turned_by_each_alone_and_the_card_stays_as_it_is(office: Office) -> None:
    card = await submitted(office)
    assert shows(card, "#1 ", "#8 ", "More payments: page 2 of 3, 12 undecided")
    before = await office.state()
    view = await opened(office, BEN, card)
    assert refs(view) == list(range(9, 17))
    assert says(view, "Page 2 of 3 · 12 undecided on other pages", "USD 11,009.00", "Vendor 16", "Chairs")
    view = await press(office, view, "page_next")
    assert refs(view) == [17, 18, 19, 20]
    assert not says(view, "Next page")
    theirs = await opened(office, CHI, card)
    assert refs(theirs) == list(range(9, 17))
    view = await press(office, view, "page_previous")
    view = await press(office, view, "page_previous")
    assert refs(view) == list(range(1, 9))
    assert not says(view, "Previous page")
    assert refs(await top(office, CHI)) == list(range(9, 17)), "they turned nothing"
    state = await office.review_state(card)
    assert (await office.state())["messages"] == before["messages"]
    await office.click(CHI, card, "approve", 1)
    await office.card("19 of 20")
    assert (await office.review_state(card)).version == state.version + 1, "no page was ever stored"


async def test_a_payment_is_decided_in_the_modal_as_on_the_card(office: Office) -> None:
    card = await submitted(office)
    view = await press(office, await opened(office, BEN, card), "approve", 10)
    assert refs(view) == [9, 11, 12, 13, 14, 15, 16]
    assert says(view, "*Approved* by <@U_REVIEWER>")
    view = await press(office, view, "hold", 11)
    assert says(view, "*Held* by <@U_REVIEWER>", "18 of 20 payments need a decision")
    assert shows(await office.card("18 of 20"), "More payments: page 2 of 3, 10 undecided")
    state = await office.review_state(card)
    assert (state.approved, state.held, state.undecided) == (1, 1, 18)


async def test_a_rejection_asks_for_the_reason_above_the_page_which_then_shows_it(office: Office) -> None:
    card = await submitted(office)
    page = await opened(office, BEN, card)
    form = await press(office, page, "reject", 12)
    assert [one["view"]["callback_id"] for one in await office.views(BEN)] == ["flagged_page", "reason"]
    await office.do(f"views/{form['id']}/submit", user=BEN, values={"reason": {"reason": "duplicate"}})
    view = await top(office, BEN)
    assert view["id"] == page["id"]
    assert says(view, "*Rejected* by <@U_REVIEWER>", "duplicate")
    assert 12 not in refs(view)
    assert (await office.review_state(card)).rejected == 1


async def test_a_rejection_that_came_too_late_says_so_and_the_page_shows_who_was_faster(
    office: Office,
) -> None:
    card = await submitted(office)
    form = await press(office, await opened(office, BEN, card), "reject", 12)
    await press(office, await opened(office, CHI, card), "approve", 12)
    await office.do(f"views/{form['id']}/submit", user=BEN, values={"reason": {"reason": "duplicate"}})
    page, told = await office.views(BEN)
    assert says(told, "already")
    assert says(page, "*Approved* by <@U_SECOND>")
    assert 12 not in refs(page)


async def test_a_refused_click_says_why_on_top_of_the_page(office: Office) -> None:
    card = await submitted(office)
    view = await press(office, await opened(office, DOV, card), "approve", 9)
    assert view["view"]["blocks"][0]["block_id"] == "notice"
    assert "You are not an approver here" in view["view"]["blocks"][0]["text"]["text"]
    assert refs(view) == list(range(9, 17))
    view = await press(office, view, "reject", 9)
    assert says(view, "You are not an approver here")
    view = await press(office, await opened(office, ANA, card), "hold", 9)
    assert says(view, "You brought these payments")
    assert (await office.review_state(card)).undecided == 20


async def test_of_two_who_decide_in_their_modals_the_second_reads_who_was_first(office: Office) -> None:
    card = await submitted(office)
    bens, chis = await opened(office, BEN, card), await opened(office, CHI, card)
    await press(office, bens, "approve", 9)
    view = await press(office, chis, "hold", 9)
    assert says(view, "already", "#9 approved by <@U_REVIEWER>", "*Approved* by <@U_REVIEWER>")
    view = await press(office, view, "hold", 10)
    assert view["view"]["blocks"][0]["block_id"] != "notice", "what was said before is gone"
    state = await office.review_state(card)
    assert (state.approved, state.held) == (1, 1)


async def test_a_page_of_another_content_is_stale_and_made_anew(office: Office) -> None:
    card = await submitted(office)
    review = (await office.review_state(card)).id
    view = await press(
        office, await opened(office, BEN, card), "approve", 9, value=f"{review}:9:000000000000"
    )
    assert says(view, "This page showed an older state of the review. Nothing was changed")
    assert (await office.review_state(card)).undecided == 20
    await press(office, view, "approve", 9)
    assert (await office.review_state(card)).undecided == 19


async def test_whoever_closed_the_page_is_told_directly(office: Office) -> None:
    card = await submitted(office)
    view = await opened(office, DOV, card)
    await office.fault(method="views.update", error="not_found", times=1)
    await press(office, view, "approve", 9)
    told = await office.said("You are not an approver here")
    assert told["channel"] != FINANCE


async def test_a_decision_stands_and_nobody_is_told_otherwise_where_its_page_cannot_be_shown(
    office: Office,
) -> None:
    card = await submitted(office)
    view = await opened(office, BEN, card)
    await office.fault(method="views.update", error="internal_error", times=1)
    await press(office, view, "approve", 9)
    assert (await office.review_state(card)).approved == 1
    await office.card("19 of 20")
    assert not [one for one in (await office.state())["messages"] if shows(one, "went wrong")]


async def test_decisions_in_quick_succession_are_all_shown(office: Office) -> None:
    card = await submitted(office)
    view = await opened(office, BEN, card)
    await asyncio.gather(*(press(office, view, "approve", ref) for ref in (9, 10, 11, 12)))
    assert refs(await top(office, BEN)) == [13, 14, 15, 16]
    assert (await office.review_state(card)).approved == 4


async def test_whoever_turns_the_page_before_a_decision_is_answered_is_not_turned_back(
    office: Office,
) -> None:
    card = await submitted(office)
    view = await opened(office, BEN, card)
    await office.fault(method="views.update", delay_ms=300, times=1)
    await asyncio.gather(press(office, view, "approve", 9), press(office, view, "page_next"))
    assert refs(await top(office, BEN)) == [17, 18, 19, 20]
    assert (await office.review_state(card)).approved == 1


async def test_a_page_is_shown_anew_only_where_the_modal_still_shows_it(office: Office) -> None:
    """Also where another process turned it, which this one does not know of."""
    client = AsyncWebClient(office.sandbox.bot_token, base_url=office.sandbox.api_url)
    here, elsewhere = OpenPages(), OpenPages()

    def rendering(page: int, says: str) -> Render:
        async def render() -> RenderedPage:
            return RenderedPage(message_form("Review", says), page)

        return render

    trigger = office.sandbox.installation.trigger_ids.issue(BEN)
    await here.open(client, trigger, rendering(1, "second"))
    first = await top(office, BEN)
    seen = first["view"]["hash"]
    assert await here.refresh(client, first["id"], seen, 1, rendering(1, "second, decided"))
    assert await elsewhere.turn(client, (await top(office, BEN))["view"], rendering(2, "third"))
    assert not await here.refresh(client, first["id"], seen, 1, rendering(1, "turned back"))
    assert not await here.refresh(client, first["id"], None, 1, rendering(1, "turned back"))
    assert not await elsewhere.refresh(client, first["id"], None, 1, rendering(1, "turned back"))
    assert says(await top(office, BEN), "third")
    unknown = OpenPages()
    assert await unknown.refresh(client, first["id"], None, 2, rendering(2, "third, decided"))
    assert says(await top(office, BEN), "third, decided")


async def test_a_button_leads_to_the_next_page_on_which_something_is_undecided(office: Office) -> None:
    card = await submitted(office, 34)
    review = (await office.review_state(card)).id
    request = DecisionRequest(kind=DecisionKind.APPROVED, refs=(*range(1, 8), *range(9, 33)))
    ben = Actor(user=BEN, how=Medium.BUTTON, text="approve", now=office.bot.use_cases.now())
    await office.bot.use_cases.decide.decide(TEAM, review, (request,), ben)
    card = await office.card("3 of 34")
    assert shows(card, "More payments: page 2 of 5, 2 undecided")
    view = await opened(office, BEN, card)
    assert refs(view) == []
    assert says(view, "3 undecided on other pages", "Next undecided: page 5")
    view = await press(office, view, "page_undecided")
    assert refs(view) == [33, 34]
    assert says(view, "Next undecided: page 1")
    view = await press(office, view, "page_undecided")
    assert refs(view) == [8]


async def test_who_may_not_look_any_more_reads_so_in_the_page(office: Office) -> None:
    card = await submitted(office)
    view = await opened(office, DOV, card)
    await office.do("members", user=BEN, channel=FINANCE, member=DOV, leave=True)
    view = await press(office, view, "page_next")
    assert says(view, "This review is for its submitter, its approvers and the people in its channel.")
    assert not says(view, "Vendor")


async def test_who_may_not_look_opens_nothing_from_elsewhere(office: Office) -> None:
    card = await submitted(office)
    review = await office.review_state(card)
    await office.do("members", user=BEN, channel=FINANCE, member=DOV, leave=True)
    await office.command(DOV, "amount,vendor\n1.2.3,Globex", "C_GENERAL")
    draft = await office.told(DOV, "could not be read")
    value = f"{review.id}:1:{review.content_token}"
    await office.click(DOV, draft, "page_next", value=value, force=True)
    view = await top(office, DOV)
    assert says(view, "This review is for its submitter, its approvers and the people in its channel.")
    assert not says(view, "Vendor")


async def test_who_became_a_guest_reads_so_in_place_of_the_page(office: Office) -> None:
    card = await submitted(office)
    view = await opened(office, BEN, card)
    await office.do("people", member=BEN, kind="guest")
    view = await press(office, view, "approve", 9)
    assert says(view, "You are a guest in this workspace")
    assert not says(view, "Vendor")
    assert (await office.review_state(card)).undecided == 20


async def test_the_buttons_of_a_card_from_before_lead_to_their_page(office: Office) -> None:
    """Cards that stand in Slack are updated with the next step only; until then they turn pages."""
    card = await submitted(office)
    review = await office.review_state(card)
    value = f"{review.id}:2:{review.content_token}"
    await office.click(BEN, card, "page_previous", value=value, force=True)
    assert refs(await top(office, BEN)) == [17, 18, 19, 20]
    await office.click(BEN, card, "page_next", value=value.replace(":2:", ":7:"), force=True)
    assert refs(await top(office, BEN)) == [17, 18, 19, 20], "there is none behind the last"
    assert len(cards(await office.state())) == 1
    assert (await office.bot.stores.reviews.state(TEAM, review.id)) == review
