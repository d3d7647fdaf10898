"""Told as people use it: who submits, who decides, what stands there in the end."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.application.check import check_review
from bot.domain.conversation import Party
from bot.domain.policy import HumanInputMode
from tests.handlers.views.test_card import cells_of
from tests.office import SEED, TEAM, Json, Office, cards, open_office, sandbox_policy, shows


async def test_the_seeds_conversation_word_for_word_in_its_decisions(office: Office) -> None:
    """Three transactions: two approved automatically, one approved by the human, a summary, exit."""
    answer = await office.command("U_REQUESTER", SEED)
    assert "3 payments, USD 17,500.00" in answer["response"]["text"]

    card = await office.card("1 of 3 payments needs a decision")
    assert shows(card, "#2 ", "USD 12,000.00", "Acme Corp", "above the limit of USD 10,000.00")
    assert not shows(card, "Unicorn LLC")
    assert not shows(card, "CyberSins Ltd")
    assert shows(card, "2 approved automatically")

    await office.reply("U_REVIEWER", "approve", card)
    await office.said("Approved: #2.")
    summary = await office.said("All payments have been processed.")
    assert shows(summary, "3 payments: 2 approved automatically, 1 approved, 0 rejected.", "type exit")
    assert cells_of(summary["blocks"][2]) == [
        ["Outcome", "Payments", "Sum"],
        ["Automatic", "2", "USD 5,500.00"],
        ["Approved", "1", "USD 12,000.00"],
        ["Submitted", "3", "USD 17,500.00"],
    ]

    await office.reply("U_REVIEWER", "Exit", card)
    await office.said("is closed. 3 payments")
    card = await office.card("is closed")
    turns = await office.bot.stores.reviews.turns(TEAM, (await office.review_state(card)).id)
    assert [(turn.who, turn.text.splitlines()[0]) for turn in turns] == [
        (Party.FINANCE_BOT, "3 payments assessed: 2 approved automatically, 1 needs a decision."),
        (Party.HUMAN, "approve"),
        (Party.FINANCE_BOT, "Approved: #2."),
        (Party.FINANCE_BOT, "All payments have been processed."),
        (Party.HUMAN, "Exit"),
        (
            Party.FINANCE_BOT,
            f"Review {(await office.review_state(card)).id} is closed. "
            "3 payments: 2 approved automatically, 1 approved, 0 rejected.",
        ),
    ]


LATELY = datetime.now(UTC).date() - timedelta(days=3)
BATCH = f"""date,vendor,amount,currency,memo
{LATELY},Globex,12500.00,USD,Server racks
{LATELY},Initech,18000.00,USD,Consulting
{LATELY},Umbrella,21000.00,USD,Lab equipment
{LATELY},Hooli,15000.00,USD,Licences
{LATELY},Staples,120.50,USD,Paper
"""


async def test_a_file_dropped_with_a_mention_is_decided_in_every_way(office: Office) -> None:
    await office.drop("U_REQUESTER", "payments.csv", BATCH.encode(), "<@U_BOT> please check")
    await office.told("U_REQUESTER", "5 payments, USD 66,620.50")
    card = await office.card("4 of 5 payments need a decision")

    await office.click("U_REVIEWER", card, "approve", 1)
    await office.card("3 of 5")
    await office.reply("U_SECOND", "reject 2: duplicate", card)
    await office.said("Rejected: #2 (duplicate). 2 payments still need a decision.")
    await office.click("U_REVIEWER", card, "hold", 3)
    await office.card("1 of 5")
    await office.reply("U_REVIEWER", "approve all", card)
    await office.said("1 payment is on hold.")
    card = await office.card("1 of 5 payments is on hold")
    assert shows(card, "2 approved", "1 rejected", "*On hold* by")
    await office.close("U_REVIEWER", card)
    review_state = await office.review_state(await office.card("is closed"))
    assert (review_state.routine, review_state.approved, review_state.rejected, review_state.held) == (
        1,
        2,
        1,
        1,
    )
    assert (
        review_state.routine + review_state.approved + review_state.rejected + review_state.held
        == review_state.total
        == 5
    )


async def test_rejecting_by_button_asks_for_the_reason_in_a_form(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.click("U_REVIEWER", card, "reject", 2)
    (form,) = await office.views("U_REVIEWER")
    assert (await office.review_state(card)).rejected == 0
    await office.do(f"views/{form['id']}/submit", user="U_REVIEWER", values={"reason": {"reason": "no PO"}})
    card = await office.card("everything is decided")
    assert shows(card, "1 rejected, USD 12,000.00")
    assert (await office.review_state(card)).rejected == 1


async def test_submitter_and_outsider_are_told_privately_and_change_nothing(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.click("U_REQUESTER", card, "approve", 2)
    await office.told("U_REQUESTER", "You brought these payments")
    await office.click("U_OUTSIDER", card, "approve_all")
    await office.told("U_OUTSIDER", "not an approver")
    await office.reply("U_OUTSIDER", "approve all", card)
    await office.until(
        lambda state: sum(1 for one in state["messages"] if one["ephemeral_to"] == "U_OUTSIDER") == 2
    )
    review_state = await office.review_state(card)
    assert (review_state.approved, review_state.undecided) == (0, 1)
    audit = await office.bot.stores.reviews.audit(TEAM, review_state.id)
    assert [(one.event, one.actor) for one in audit if one.event == "refused"] == [
        ("refused", "U_REQUESTER"),
        ("refused", "U_OUTSIDER"),  # whose second attempt within the hour is counted
    ]


async def test_the_second_of_two_approvers_learns_who_decided(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await asyncio.gather(
        *(
            office.click(user, card, action, 2)
            for user in ("U_REVIEWER", "U_SECOND")
            for action in ("approve", "hold")
        )
    )
    await office.until(
        lambda state: sum(one["ephemeral_to"] in ("U_REVIEWER", "U_SECOND") for one in state["messages"]) == 3
    )  # each click but the first one is answered
    review_state = await office.review_state(card)
    audit = await office.bot.stores.reviews.audit(TEAM, review_state.id)
    [made] = [one for one in audit if one.event == "decided"]
    decided = made.detail["kind"]
    # Where the hold came first, none of the clicks had seen it, so that no approval goes over it.
    assert (review_state.approved, review_state.held) == ((1, 0) if decided == "approved" else (0, 1))
    await office.card("everything is decided" if decided == "approved" else "is on hold")
    other = "U_SECOND" if made.actor == "U_REVIEWER" else "U_REVIEWER"
    await office.told(other, "already", f"by <@{made.actor}>")


async def test_what_one_put_on_hold_another_approves_by_reply_and_it_is_summed_up_then(
    office: Office,
) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.reply("U_REVIEWER", "hold 2: waiting for the receipt", card)
    await office.said("On hold: #2 (waiting for the receipt). 1 payment is on hold.")
    card = await office.card("1 of 3 payments is on hold")
    await office.reply("U_SECOND", "hold 2: ask Ana", card)
    await office.said("#2 is already on hold.")
    assert not (await office.review_state(card)).concluded
    await office.reply("U_SECOND", "approve 2", card)
    await office.said("Approved: #2.")
    await office.said("All payments have been processed.")
    card = await office.card("everything is decided")
    assert shows(card, "1 approved, USD ")
    trail = await office.bot.stores.reviews.audit(TEAM, (await office.review_state(card)).id)
    hold, approval = [entry for entry in trail if entry.event == "decided"]
    assert (hold.actor, hold.detail["kind"]) == ("U_REVIEWER", "held")
    assert trail[approval.detail["replaces"] - 1] == hold


async def test_a_batch_of_which_all_is_routine_is_closed_with_one_message(office: Office) -> None:
    await office.command("U_REQUESTER", "1. $1500 to Unicorn LLC. Memo: Quarterly supplies")
    card = await office.card("is closed")
    await office.said("The payment was approved automatically: USD 1,500.00. This review is closed.")
    state = await office.review_state(card)
    assert (state.turns, state.routine, state.concluded) == (1, 1, True)
    trail = await office.bot.stores.reviews.audit(TEAM, state.id)
    assert [(entry.event, entry.actor) for entry in trail][-1] == ("closed", "finance_bot")


async def test_skip_holds_what_is_undecided_and_approves_nothing(office: Office) -> None:
    await office.drop("U_REQUESTER", "payments.csv", BATCH.encode())
    card = await office.card("4 of 5")
    await office.reply("U_REVIEWER", "skip", card)
    review_state = await office.review_state(await office.card("4 of 5 payments are on hold"))
    assert (review_state.held, review_state.approved) == (4, 0)


async def test_exit_leaves_undecided_payments_not_approved(office: Office) -> None:
    await office.drop("U_REQUESTER", "payments.csv", BATCH.encode())
    card = await office.card("4 of 5")
    await office.reply("U_REVIEWER", "EXIT", card)
    proposal = await office.said("I understood: close this review.", "4 payments need a decision")
    where = {"channel": proposal["channel"], "message_ts": proposal["ts"], "block_id": "proposal"}
    await office.do("actions", user="U_REVIEWER", action_id="confirm", **where)
    await office.said("0 rejected, 4 not approved.")
    review_state = await office.review_state(await office.card("is closed"))
    assert (review_state.held, review_state.approved, review_state.undecided) == (0, 0, 4)
    await office.reply("U_REVIEWER", "approve all", card)
    await office.told("U_REVIEWER", "This review is closed")
    assert (await office.review_state(card)).approved == 0


async def test_words_the_bot_is_not_sure_of_become_a_question(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    for words in ("no, don't approve", "<@U_SECOND> approve 2", "approve 2?", "👍"):
        before = len((await office.state())["messages"])
        await office.reply("U_REVIEWER", words, card)
        await office.until(partial(_as_many_messages_as, before + 2))
    assert (await office.review_state(card)).undecided == 1


async def test_why_is_answered_from_the_findings(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.reply("U_REVIEWER", "why 2?", card)
    await office.said("#2 USD 12,000.00 to Acme Corp was flagged: USD 12,000.00 is above the limit")


async def test_questions_about_a_review_are_answered_from_its_state(office: Office) -> None:
    await office.command("U_REQUESTER", SEED.replace("$4000", "$14000"))
    card = await office.card("2 of 3")
    for asked, told in (
        ("what is 2?", "#2 USD 12,000.00 to Acme Corp: needs a decision."),
        ("how much is open?", "2 undecided payments, USD 26,000.00."),
        ("who submitted this?", "by the person whom the card names"),
        ("was ist 99?", "#99 is not in this review"),
    ):
        await office.reply("U_REVIEWER", asked, card)
        await office.said(told)


async def test_all_except_some_is_decided_in_one_step_in_any_language(office: Office) -> None:
    await office.command("U_REQUESTER", SEED.replace("$4000", "$14000"))
    card = await office.card("2 of 3")
    await office.reply("U_REVIEWER", "alle außer 2 freigeben", card)
    await office.said("Approved: #3. 1 payment still needs a decision.")
    await office.reply("U_REVIEWER", "no apruebes 2", card)
    await office.said("There is a no in that")
    assert (await office.review_state(card)).undecided == 1


async def test_a_description_is_confirmed_with_one_click_without_any_model(office: Office) -> None:
    await office.command("U_REQUESTER", SEED.replace("$4000", "$14000"))
    card = await office.card("2 of 3")
    await office.reply("U_REVIEWER", "approve everything under 13k", card)
    proposal = await office.said("I understood:", "Approve #2 USD 12,000.00 to Acme Corp (high risk: ")
    assert (await office.review_state(card)).undecided == 2
    where = {"channel": proposal["channel"], "message_ts": proposal["ts"], "block_id": "proposal"}
    await office.do("actions", user="U_REVIEWER", action_id="confirm", **where)
    await office.said("Approved: #2. 1 payment still needs a decision.")
    await office.reply("U_REVIEWER", "approve the Hooli one", card)
    await office.said("I did not understand that as an instruction")
    review_state = await office.review_state(card)
    assert (review_state.approved, review_state.undecided) == (1, 1)
    trail = await office.bot.stores.reviews.audit(review_state.team, review_state.id)
    assert [one.actor for one in trail if one.event == "read"] == ["finance_bot"] * 2


async def test_a_slip_is_corrected_by_whoever_made_it_and_summed_up_again(office: Office) -> None:
    await office.command("U_REQUESTER", SEED.replace("$4000", "$14000"))
    card = await office.card("2 of 3")
    await office.reply("U_REVIEWER", "approve all", card)
    await office.said("3 payments: 1 approved automatically, 2 approved, 0 rejected.")
    await office.reply("U_SECOND", "change 3 to reject: wrong vendor", card)
    told = await office.told("U_SECOND", "#3 was already approved. That stands: only whoever decided")
    assert shows(told, "<@U_REVIEWER>")
    await office.reply("U_REVIEWER", "sorry, I meant reject 3: wrong vendor", card)
    proposal = await office.said("Change to reject: #3 USD 14,000.00", "Reason: wrong vendor")
    where = {"channel": proposal["channel"], "message_ts": proposal["ts"], "block_id": "proposal"}
    await office.do("actions", user="U_REVIEWER", action_id="confirm", **where)
    await office.said("Corrected, now rejected: #3 (wrong vendor).")
    summary = await office.said("1 approved automatically, 1 approved, 1 rejected.")
    assert shows(await office.card("everything is decided"), "1 rejected, USD 14,000.00")
    assert "wrong vendor" in str(summary["blocks"])
    await office.reply("U_REVIEWER", "undo 2", card)
    await office.said("Taken back: #2, which needs a decision again. 1 payment still needs a decision.")
    await office.card("1 of 3 payments needs a decision")
    await office.reply("U_SECOND", "approve 2", card)
    await office.reply("U_REVIEWER", "exit", card)
    review_state = await office.review_state(await office.card("is closed"))
    assert (review_state.approved, review_state.rejected, review_state.undecided) == (1, 1, 0)
    trail = await office.bot.stores.reviews.audit(TEAM, review_state.id)
    assert [one.event for one in trail if "ref" in one.detail] == [
        *("decided", "decided", "corrected", "undone", "decided")
    ]
    wrong = await check_review(office.bot.stores, TEAM, review_state.id)
    # The last message may not be noted as posted yet.
    assert [one for one in wrong if "#" in one or "counts" in one or "entry" in one or "trail" in one] == []


async def test_bad_rows_are_named_and_nothing_is_half_taken(office: Office) -> None:
    bad = BATCH + f"{LATELY},Soylent,1.2.3,USD,Food\n{LATELY},,10.00,USD,Nobody\n"
    await office.drop("U_REQUESTER", "payments.csv", bad.encode())
    draft = await office.told("U_REQUESTER", "2 rows of payments.csv could not be read", "Row 7", "Row 8")
    assert not cards(await office.state())
    await office.do(
        "actions",
        user="U_REQUESTER",
        channel="C_FINANCE",
        message_ts=draft["ts"],
        action_id="submit_good",
        block_id="draft",
    )
    assert (await office.review_state(await office.card("4 of 5"))).total == 5


async def test_the_home_tab_lists_what_is_open(office: Office) -> None:
    await office.do("home", user="U_REVIEWER")
    assert "Nothing waits for you" in str((await office.state())["homes"]["U_REVIEWER"])
    await office.command("U_REQUESTER", SEED)
    review = (await office.review_state(await office.card("1 of 3"))).id
    await office.do("home", user="U_REVIEWER")
    home = str((await office.state())["homes"]["U_REVIEWER"])
    assert review in home
    assert "1 of 3 payments waits" in home


async def test_status_help_and_samples_answer_at_once(office: Office) -> None:
    status = await office.command("U_REQUESTER", "status")
    assert status["response"]["text"] == "No review that you can see is open."
    assert "opens the form" in (await office.command("U_REQUESTER", "HELP"))["response"]["text"]
    assert "3 payments" in (await office.command("U_REQUESTER", "sample"))["response"]["text"]
    assert "1 to 300" in (await office.command("U_REQUESTER", "sample 301"))["response"]["text"]
    await office.command("U_REQUESTER", "sample 5")
    status = (await office.command("U_REQUESTER", "status"))["response"]["text"]
    assert len(status.splitlines()) == 2


async def test_with_no_human_flagged_payments_are_not_approved_and_the_review_ends(tmp_path: Path) -> None:
    policy = sandbox_policy(human_input_mode=HumanInputMode.NEVER)
    async with open_office(tmp_path, policy=policy) as office:
        await office.command("U_REQUESTER", SEED)
        review_state = await office.review_state(await office.card("is closed"))
        assert (review_state.routine, review_state.held, review_state.approved, review_state.undecided) == (
            2,
            0,
            0,
            1,
        )
        await office.said("2 approved automatically, 0 approved, 0 rejected, 1 not approved.")
        await office.said("All payments have been processed.")


async def test_terminate_ends_by_itself_when_all_is_decided(tmp_path: Path) -> None:
    policy = sandbox_policy(human_input_mode=HumanInputMode.TERMINATE)
    async with open_office(tmp_path, policy=policy) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3")
        await office.reply("U_REVIEWER", "approve 2", card)
        await office.card("is closed")
        summary = await office.said("All payments have been processed.")
        assert not shows(summary, "type exit")


async def test_another_process_continues_the_conversation(tmp_path: Path) -> None:
    """The bot that posted the card is gone; the next one takes the reply from Redis alone."""
    workspace = tmp_path / "workspace"
    async with open_office(tmp_path, data=workspace, port=0) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3")
    async with open_office(tmp_path, data=workspace) as office:
        await office.reply("U_REVIEWER", "approve 2", card)
        await office.said("All payments have been processed.")
        assert (await office.review_state(card)).approved == 1
        assert len(cards(await office.state())) == 1


def _as_many_messages_as(count: int, state: Json) -> bool:
    return len(state["messages"]) >= count
