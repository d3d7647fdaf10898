"""The desk: each person's own view of the payments that wait, and decisions about many of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.policy import Policy
from tests.conftest import every_key_has_its_lifetime
from tests.office import FINANCE, TEAM, Json, Office, cards, open_office, sandbox_policy, shows

BEN, CHI, ANA, DOV = "U_REVIEWER", "U_SECOND", "U_REQUESTER", "U_OUTSIDER"


@pytest.fixture
async def desk_office(tmp_path: Path) -> AsyncIterator[Office]:
    """A policy by which 2,000 and more from 5,000 on is high risk, and a vague memo medium."""
    policy = Policy.from_toml(f"{POLICY}")
    async with open_office(
        tmp_path, policy=sandbox_policy(limits=policy.limits, reasons=policy.reasons)
    ) as one:
        yield one
        await every_key_has_its_lifetime(one.bot.redis_url)


POLICY = """
[limits]
USD = 10_000
[reasons]
hold = ["waiting for the invoice"]
"""


async def submitted(office: Office, high: int = 0, medium: int = 25) -> Json:
    """A card of so many payments of high and of medium risk: these are 2,001 and up, those 11,001 and up."""
    rows = [f"{11000 + number},Vendor {number},Chairs" for number in range(1, high + 1)]
    rows += [f"{2000 + number},Shop {number},misc" for number in range(1, medium + 1)]
    await office.command(ANA, "amount,vendor,memo\n" + "\n".join(rows))
    total = high + medium
    card = await office.card(f"{total} of {total}")
    await office.said("You can say")
    return card


async def opened(office: Office, user: str, card: Json, action: str = "open_desk") -> Json:
    await office.click(user, card, action)
    return await top(office, user)


async def top(office: Office, user: str) -> Json:
    """The modal that somebody has before them."""
    view: Json = (await office.views(user))[-1]
    return view


async def use(office: Office, view: Json, action: str, block: str | None = None, **more: Any) -> Json:
    """Use an element of a modal as it was seen; the modal that is before its person then."""
    where = {"block_id": block} if block else {}
    answer = await office.do(
        "actions", user=view["user"], view_id=view["id"], action_id=action, **where, **more
    )
    assert answer.get("status") == 200, answer
    return await top(office, view["user"])


async def tick(office: Office, view: Json, ref: int, on: bool = True) -> Json:
    block = next(
        one["block_id"] for one in view["view"]["blocks"] if one["block_id"].startswith(f"payment {ref} ")
    )
    return await use(office, view, "desk_tick", block, selected=[str(ref)] if on else [])


async def submit(office: Office, view: Json, **values: Any) -> Json:
    answer = await office.do(f"views/{view['id']}/submit", user=view["user"], values=values)
    assert answer.get("status") == 200, answer
    return answer


def says(view: Json, *words: str) -> bool:
    shown = json.dumps(view["view"], ensure_ascii=False)
    return all(word in shown for word in words)


def shown_refs(view: Json) -> list[int]:
    """The payments with a check mark, as they stand."""
    elements = (element for one in view["view"]["blocks"] for element in one.get("elements") or ())
    return [int(box["options"][0]["value"]) for box in elements if box.get("type") == "checkboxes"]


def ticked_refs(view: Json) -> list[int]:
    found = [
        int(option["value"])
        for values in view["view"]["state"]["values"].values()
        for element in values.values()
        if element["type"] == "checkboxes"
        for option in element["selected_options"] or []
    ]
    return sorted(found)


async def in_channel(office: Office) -> list[Json]:
    """The messages of the channel; whoever submitted is told how it goes in a direct message."""
    return [one for one in (await office.state())["messages"] if one["channel"] == FINANCE]


# -- looking


async def test_each_turns_their_own_pages_and_nobody_elses_view_or_the_card_moves(office: Office) -> None:
    card = await submitted(office)
    before = await in_channel(office)
    bens, chis = await opened(office, BEN, card), await opened(office, CHI, card)
    assert shown_refs(bens) == shown_refs(chis)
    assert len(shown_refs(bens)) == 20
    assert says(bens, "Found: 25 payments, USD 50,325.00.", "Page 1 of 2", "Select all 25 found")
    bens = await use(office, bens, "desk_page_next")
    assert len(shown_refs(bens)) == 5
    assert shown_refs(await top(office, CHI)) == shown_refs(chis)
    assert await in_channel(office) == before


async def test_what_is_filtered_ordered_and_ticked_is_there_again_when_the_desk_is_reopened(
    office: Office,
) -> None:
    card = await submitted(office, high=3)
    view = await opened(office, BEN, card)
    view = await use(office, view, "desk_risk", selected="not high")
    view = await use(office, view, "desk_order", selected="amount")
    assert shown_refs(view)[:2] == [28, 27], "the largest first"
    view = await tick(office, view, 27)
    assert says(view, "*Selected: 1 payment, USD 2,024.00*")
    view = await use(office, view, "desk_page_next")
    view = await tick(office, view, 4)
    assert says(view, "*Selected: 2 payments, USD 4,025.00*")
    await office.do(f"views/{view['id']}/close", user=BEN)
    again = await opened(office, BEN, card)
    assert says(again, "*Selected: 2 payments, USD 4,025.00*", "Page 2 of 2")
    assert ticked_refs(again) == [4]
    assert says(await opened(office, CHI, card), "Nothing is selected", "Riskiest first")


async def test_payments_are_found_by_finding_vendor_amount_and_words(office: Office) -> None:
    card = await submitted(office, high=3, medium=4)
    view = await opened(office, BEN, card)
    view = await use(office, view, "desk_finding", selected="amount_over_limit")
    assert sorted(shown_refs(view)) == [1, 2, 3]
    view = await use(office, view, "desk_vendor", selected="vendor 2")
    assert shown_refs(view) == [2]
    view = await use(office, view, "desk_reset")
    assert len(shown_refs(view)) == 7
    assert not says(view, "Show all again")
    form = await use(office, view, "desk_filter")
    answer = await submit(office, form, words="", least="2,x", most="10")
    assert "digits" in answer["response"]["errors"]["least"]
    await submit(office, form, words="shop", least="2,002", most="2003.00")
    view = await top(office, BEN)
    assert sorted(shown_refs(view)) == [5, 6]
    assert says(view, "Only from 2,002, up to 2,003.00, with “shop”")


async def test_the_desk_calls_a_finding_what_the_card_calls_it(office: Office) -> None:
    card = await submitted(office)
    assert shows(card, "memo explains nothing: 25 payments")
    desk = await opened(office, BEN, card)
    assert says(desk, "Memo explains nothing (25)")
    page = await use(office, desk, "desk_approve")
    assert says(page, "Memo explains nothing: 25")


async def test_who_may_not_look_sees_nothing(office: Office) -> None:
    card = await submitted(office)
    view = await opened(office, DOV, card)
    await office.do("members", user=BEN, channel=FINANCE, member=DOV, leave=True)
    view = await use(office, view, "desk_page_next")
    assert says(view, "This review is for its submitter, its approvers and the people in its channel.")
    assert not says(view, "Shop")


async def test_quick_check_marks_all_count(office: Office) -> None:
    card = await submitted(office)
    view = await opened(office, BEN, card)
    refs = shown_refs(view)[:8]
    await asyncio.gather(*(tick(office, view, ref) for ref in refs))
    view = await top(office, BEN)
    assert says(view, "Selected: 8 payments")
    assert ticked_refs(view) == sorted(refs)


async def test_the_buttons_of_a_card_from_before_open_the_desk(office: Office) -> None:
    card = await submitted(office)
    review = await office.review_state(card)
    value = f"{review.id}:2:{review.content_token}"
    await office.click(BEN, card, "page_next", value=value, force=True)
    assert len(shown_refs(await top(office, BEN))) == 20


async def test_a_question_about_what_is_selected_goes_to_whoever_submitted(office: Office) -> None:
    card = await submitted(office, medium=4)
    view = await opened(office, BEN, card)
    view = await tick(office, view, 2)
    view = await tick(office, view, 3)
    form = await use(office, view, "desk_ask")
    assert says(form, "#2 USD 2,002.00 to Shop 2", "#3 USD 2,003.00 to Shop 3", "<@U_REQUESTER>")
    await submit(office, form, question="Which project are these?")
    await office.said("asks you about these payments", "Which project are these?")
    assert says(await top(office, BEN), "Your question is on its way", "Selected: 2 payments")
    assert (await office.review_state(card)).undecided == 4
    view = await use(office, await top(office, BEN), "desk_select_found")
    await office.click(CHI, card, "approve", 2)
    await office.card("3 of 4")
    form = await use(office, view, "desk_ask")
    assert not says(form, "#2 USD"), "what was decided meanwhile is asked about no more"


# -- deciding about many


async def test_all_of_a_filter_is_approved_in_one_step_and_told_in_one_line(office: Office) -> None:
    card = await submitted(office, high=3)
    view = await opened(office, BEN, card)
    view = await use(office, view, "desk_risk", selected="not high")
    view = await use(office, view, "desk_select_found")
    assert says(view, "*Selected: 25 payments, USD 50,325.00*")
    version = (await office.review_state(card)).version
    page = await use(office, view, "desk_approve")
    assert says(page, "This approves 25 payments, USD 50,325.00.", "The largest:", "Shop 25", "Approve 25")
    assert not says(page, "High risk")
    assert (await office.review_state(card)).version == version, "nothing is done before it is submitted"
    await submit(office, page, reason="monthly suppliers")
    state = await office.review_state(card)
    assert (state.approved, state.undecided, state.version) == (25, 3, version + 1)
    desk = await top(office, BEN)
    assert says(desk, "You approved 25 payments, USD 50,325.00: monthly suppliers.", "Nothing is selected")
    told = await office.said("approved 25 payments, USD 50,325.00: monthly suppliers")
    assert shows(told, "<@U_REVIEWER>")
    turns = await office.bot.stores.reviews.turns(TEAM, state.id)
    assert len([turn for turn in turns if turn.actor == BEN]) == 1


async def test_high_risk_is_approved_by_name_alone_and_with_a_reason(office: Office) -> None:
    card = await submitted(office, high=12, medium=3)
    page = await opened(office, BEN, card, "approve_all")
    assert ticked_refs(page) == []
    assert says(page, "This approves 3 payments, USD 6,006.00.", "12 payments of high risk are not ticked")
    block = next(one["block_id"] for one in page["view"]["blocks"] if one["block_id"].startswith("risk 0 0"))
    first = (
        [option["value"] for option in page["view"]["blocks"][-9]["elements"][0]["options"]] if 0 else None
    )
    assert first is None
    page = await use(office, page, "bulk_tick", block, selected=["1"])
    assert says(page, "This approves 4 payments, USD 17,007.00.", "11 payments of high risk are not ticked")
    answer = await submit(office, page)
    assert "reason" in answer["response"]["errors"]["reason"]
    assert (await office.review_state(card)).approved == 0
    await submit(office, page, reason="the annual order")
    state = await office.review_state(card)
    assert (state.approved, state.undecided) == (4, 11)


async def test_ten_at_most_are_ticked_together_after_they_stood_there_by_name(office: Office) -> None:
    card = await submitted(office, high=12, medium=0)
    page = await opened(office, BEN, card, "approve_all")
    assert says(page, "Nothing is selected yet: tick payments below")
    page = await use(office, page, "bulk_tick_ten", "ten 0 0")
    assert len(ticked_refs(page)) == 10
    assert says(page, "Approve 10", "Untick these 10")
    refused = await office.do(
        "actions",
        user=BEN,
        view_id=page["id"],
        action_id="bulk_tick_ten",
        force=True,
        block_id="forged",
        value=",".join(map(str, range(1, 13))),
    )
    assert len(ticked_refs(await top(office, BEN))) == 10, refused
    await submit(office, page, reason="seen")
    assert (await office.review_state(card)).approved == 10


async def test_check_marks_that_are_on_their_way_count_when_the_page_is_submitted(office: Office) -> None:
    card = await submitted(office, high=2, medium=0)
    page = await opened(office, BEN, card, "approve_all")
    block = next(one["block_id"] for one in page["view"]["blocks"] if one["block_id"].startswith("risk "))
    await submit(office, page, **{block: {"bulk_tick": ["2"]}, "reason": "seen"})
    state = await office.review_state(card)
    assert (state.approved, state.undecided) == (1, 1)


async def test_rejecting_takes_all_but_what_is_unticked_and_needs_a_reason(office: Office) -> None:
    card = await submitted(office, high=2, medium=2)
    page = await opened(office, BEN, card, "reject_all")
    assert says(page, "This rejects 4 payments, USD 26,006.00.", "2 ticked")
    answer = await office.do(f"views/{page['id']}/submit", user=BEN, values={}, force=True)
    assert answer["response"]["errors"]["reason"] == "Please give a reason."
    block = next(one["block_id"] for one in page["view"]["blocks"] if one["block_id"].startswith("risk "))
    page = await use(office, page, "bulk_tick", block, selected=["1"])
    await submit(office, page, reason="sent twice")
    state = await office.review_state(card)
    assert (state.rejected, state.undecided) == (3, 1)


async def test_a_reason_that_the_policy_offers_can_be_chosen(desk_office: Office) -> None:
    office = desk_office
    card = await submitted(office, medium=3)
    view = await opened(office, BEN, card)
    view = await use(office, view, "desk_select_found")
    page = await use(office, view, "desk_hold")
    await submit(office, page, suggested="0")
    assert shows(await office.said("put 3 payments"), "on hold: waiting for the invoice")
    assert (await office.review_state(card)).held == 3
    assert says(await top(office, BEN), "Nothing is selected")


async def test_what_somebody_else_decided_meanwhile_is_left_as_it_is_and_said(office: Office) -> None:
    card = await submitted(office, medium=4)
    view = await opened(office, BEN, card)
    view = await use(office, view, "desk_select_found")
    page = await use(office, view, "desk_approve")
    await office.click(CHI, card, "hold", 1) if 0 else None
    await office.reply(CHI, "reject 2: no order", card)
    await office.card("3 of 4")
    await submit(office, page)
    state = await office.review_state(card)
    assert (state.approved, state.rejected, state.undecided) == (3, 1, 0)
    assert says(
        await top(office, BEN),
        "You approved 3 payments",
        "1 payment was decided by somebody else meanwhile, and that stands.",
        "#2 rejected by <@U_SECOND>",
    )


async def test_a_page_that_is_submitted_twice_decides_once(office: Office) -> None:
    card = await submitted(office, medium=4)
    page = await opened(office, BEN, card, "approve_all")
    await office.fault(redeliver=True, times=1)
    await submit(office, page)
    await office.card("everything is decided")
    await office.said("approved 4 payments")
    told = [one for one in (await office.state())["messages"] if shows(one, "approved 4 payments")]
    assert len(told) == 1


async def test_a_page_that_is_sent_again_with_other_marks_says_that_these_were_not_done(
    office: Office,
) -> None:
    card = await submitted(office, high=2, medium=3)
    page = await opened(office, BEN, card, "approve_all")
    block = next(one["block_id"] for one in page["view"]["blocks"] if one["block_id"].startswith("risk "))
    first = {block: {"bulk_tick": ["2"]}, "reason": "seen"}
    await submit(office, page, **first)
    await office.card("1 of 5 payments")
    again = await resubmit(office, page, **first)
    assert "view" not in again, "the same form is done once, and closes"
    for other in ({block: {"bulk_tick": ["1", "2"]}, "reason": "seen"}, first | {"reason": "seen by chi"}):
        told = (await resubmit(office, page, **other))["view"]
        assert says({"view": told}, "You sent this form before", "approved 4 payments", "was not done"), told
    state = await office.review_state(card)
    assert (state.approved, state.undecided) == (4, 1)
    turns = await office.bot.stores.reviews.turns(TEAM, state.id)
    assert len([turn for turn in turns if turn.actor == BEN]) == 1


async def resubmit(office: Office, page: Json, **values: Any) -> Json:
    """Send a form that was sent before, as a browser does that did not hear of it; what it is answered."""
    record = office.sandbox.installation.workspace.views.open(page["user"], page["view"])
    answer = await submit(office, record, **values)
    response: Json = answer["response"] or {}
    return response


async def test_a_decision_that_was_taken_back_since_makes_the_page_old(office: Office) -> None:
    card = await submitted(office, medium=4)
    await office.reply(BEN, "approve 1", card)
    await office.card("3 of 4")
    page = await opened(office, CHI, card, "approve_all")
    await office.reply(BEN, "undo 1", card)
    await office.card("4 of 4")
    await submit(office, page)
    view = await top(office, CHI)
    assert says(view, "took a decision back since"), view["view"]["blocks"]
    assert (await office.review_state(card)).approved == 0


@pytest.mark.parametrize(("user", "why"), [(DOV, "not an approver"), (ANA, "You brought these payments")])
async def test_who_may_not_decide_prepares_nothing(office: Office, user: str, why: str) -> None:
    card = await submitted(office, medium=3)
    await office.click(user, card, "approve_all")
    await office.told(user, why)
    assert await office.views(user) == []
    view = await opened(office, user, card)
    view = await use(office, view, "desk_select_found")
    view = await use(office, view, "desk_approve")
    assert says(view, why)
    assert (await office.review_state(card)).undecided == 3


async def test_who_lost_the_right_meanwhile_decides_nothing(office: Office) -> None:
    card = await submitted(office, medium=3)
    page = await opened(office, BEN, card, "approve_all")
    await office.do("people", member=BEN, kind="guest")
    await submit(office, page)
    assert (await office.review_state(card)).undecided == 3


async def test_nobody_submits_the_page_of_somebody_else(office: Office) -> None:
    card = await submitted(office, medium=3)
    bens = await opened(office, BEN, card, "approve_all")
    chis = await opened(office, CHI, card, "reject_all")
    done = await office.bot.use_cases.bulk.shown(TEAM, chis["view"]["private_metadata"], BEN)
    assert done == "no_proposal"
    assert await office.bot.use_cases.bulk.shown(TEAM, bens["view"]["private_metadata"], BEN) != "no_proposal"


async def test_a_proposals_show_all_shows_its_author_what_it_would_do(office: Office) -> None:
    card = await submitted(office, high=2, medium=12)
    await office.reply(BEN, "approve everything under 5000", card)
    proposal = await office.said("I understood")
    await office.do(
        "actions",
        user=BEN,
        channel=FINANCE,
        message_ts=proposal["ts"],
        action_id="show_all",
        block_id="proposal",
    )
    page = await top(office, BEN)
    assert says(page, "This approves 12 payments, USD 24,078.00.")
    await submit(office, page)
    state = await office.review_state(card)
    assert (state.approved, state.undecided, state.proposal) == (12, 2, None)
    # Everybody else looks at the payments, and decides nothing by it.
    await office.do(
        "actions",
        user=CHI,
        channel=FINANCE,
        message_ts=proposal["ts"],
        action_id="show_all",
        block_id="answer",
        force=True,
        value=f"{state.id}:3",
    )
    assert len(cards(await office.state())) == 1
