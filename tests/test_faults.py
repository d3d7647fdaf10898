"""What goes wrong around the bot, and what people see and the records hold then."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.config.settings import SettingsError
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.transition import Actor
from bot.store import connect
from bot.store.keys import ReviewKeys, thread
from tests.office import FINANCE, PATIENCE, SEED, TEAM, Json, Office, cards, open_office, shows
from tests.wired import keys_that_expire

BAD_ROW = "amount,vendor,memo\n12000,Acme Corp,Chairs\n1.2.3,Globex,Desks\n"


async def submitted(office: Office, text: str = SEED) -> Json:
    await office.command("U_REQUESTER", text)
    card = await office.card("need a decision")
    await office.said("You can say")
    return card


async def test_a_deleted_card_gets_a_successor_and_the_thread_goes_on(office: Office) -> None:
    card = await submitted(office)
    await office.fault(method="chat.update", error="message_not_found")
    await office.reply("U_REVIEWER", "approve 2", card)
    await office.said("All payments have been processed.")
    successor = await office.card("everything is decided")
    assert successor["ts"] != card["ts"]
    await office.reply("U_REVIEWER", "exit", successor)
    await office.card("is closed")


async def test_jobs_that_fail_again_and_again_do_not_end_the_worker(office: Office) -> None:
    await office.fault(method="chat.postMessage", error="internal_error", times=6)
    await office.command("U_REQUESTER", SEED)
    await office.card("1 of 3")


async def test_a_submitter_hears_once_that_the_card_has_no_place(office: Office) -> None:
    await office.fault(method="chat.postMessage", error="not_in_channel", times=1)
    await office.command("U_REQUESTER", SEED)
    await office.said("I cannot show review", "nothing is lost", "invite me")
    (review,) = await office.bot.stores.reviews.open_reviews(TEAM, newest=1)
    reviewer = Actor(user="U_REVIEWER", how=Medium.API, text="approve", now=office.bot.use_cases.now())
    approval = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(2,)),)
    async with asyncio.timeout(PATIENCE):  # the card may be refused before the payments are judged
        while True:
            result = await office.bot.use_cases.decide.decide(TEAM, review, approval, reviewer)
            if result.recorded:
                break
            await asyncio.sleep(0.02)
    await office.card("everything is decided")  # what is stored next brings the card, once I am there


async def test_slack_refusing_to_say_who_we_are_stops_the_start_not_a_decision(
    office: Office, tmp_path: Path
) -> None:
    card = await submitted(office)
    await office.fault(method="auth.test", error="internal_error", times=3)
    await office.click("U_REVIEWER", card, "approve", 2)
    assert (await office.review_state(card)).approved == 1
    await office.fault(clear=True)
    await office.fault(method="auth.test", error="invalid_auth", times=1)
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN \(invalid_auth\)"):
        await _assemble_again(office, tmp_path)


async def _assemble_again(office: Office, folder: Path) -> None:
    from bot.app import assembled

    settings = office.bot.settings.model_copy(update={"data": folder / "other"})
    async with assembled(settings):
        raise AssertionError("assembled without knowing who we are")


async def test_a_reply_that_outruns_the_note_of_its_thread_is_not_lost(office: Office) -> None:
    card = await submitted(office)
    redis = connect(office.bot.redis_url)
    assert await redis.delete(thread(TEAM, card["channel"], card["ts"])) == 1
    await redis.aclose()
    await office.reply("U_REVIEWER", "reject 2: duplicate", card)
    await office.said("Rejected: #2 (duplicate).")


async def test_a_redelivered_batch_with_bad_rows_is_still_one_review(office: Office) -> None:
    await office.fault(method="commands", redeliver=1)
    await office.command("U_REQUESTER", BAD_ROW)
    state = await office.state()
    drafts = [one for one in state["messages"] if shows(one, "could not be read")]
    for draft in drafts:
        await office.do(
            "actions",
            user="U_REQUESTER",
            channel=FINANCE,
            message_ts=draft["ts"],
            action_id="submit_good",
            block_id="draft",
        )
    await office.card("1 of 1 payment")
    assert len(cards(await office.state())) == 1


async def test_somebody_elses_draft_cannot_be_submitted(office: Office) -> None:
    await office.command("U_REQUESTER", BAD_ROW)
    draft = await office.told("U_REQUESTER", "could not be read")
    value = draft["blocks"][-1]["elements"][0]["value"]
    assert await office.bot.use_cases.submit.submit_draft(TEAM, value, "U_OUTSIDER") is None
    assert cards(await office.state()) == []


async def test_a_deleted_review_answers_with_a_sentence_and_changes_nothing(office: Office) -> None:
    card = await submitted(office)
    keys = ReviewKeys(TEAM, (await office.review_state(card)).id)
    redis = connect(office.bot.redis_url)
    await redis.delete(*keys_that_expire(keys))
    for act in ("approve", "hold"):
        await office.click("U_REVIEWER", card, act, 2)
        await office.told("U_REVIEWER", "This review does not exist any more")
    await office.reply("U_SECOND", "approve all", card)
    await office.told("U_SECOND", "This review does not exist any more")
    assert await redis.exists(keys.state, keys.decisions, keys.turns) == 0
    await redis.aclose()


async def test_an_unknown_button_and_an_unknown_form_get_a_sentence(office: Office) -> None:
    card = await submitted(office)
    answer = await office.do(
        "actions",
        user="U_REVIEWER",
        channel=FINANCE,
        message_ts=card["ts"],
        action_id="approve_everything_now",
        block_id="review",
        value="R-00000::x",
        force=True,
    )
    assert answer["status"] == 200
    await office.told("U_REVIEWER", "This button is not one of mine any more")
    await office.click("U_REVIEWER", card, "approve", 2, value="R-7K3F2|2|forged", force=True)
    await office.told("U_REVIEWER", "I do not understand this button")
    assert (await office.review_state(card)).undecided == 1


async def test_a_button_of_another_content_is_stale(office: Office) -> None:
    card = await submitted(office)
    review = (await office.review_state(card)).id
    await office.click("U_REVIEWER", card, "approve", 2, value=f"{review}:2:000000000000", force=True)
    await office.told("U_REVIEWER", "older state of the review")
    assert (await office.review_state(card)).undecided == 1


async def test_an_expired_trigger_gets_a_sentence(office: Office) -> None:
    card = await submitted(office)
    await office.fault(method="views.open", error="expired_trigger_id")
    await office.click("U_REVIEWER", card, "reject", 2)
    await office.told("U_REVIEWER", "That took too long")
    assert (await office.review_state(card)).undecided == 1


async def test_a_fault_of_ours_gets_a_reference_and_no_trace(office: Office) -> None:
    card = await submitted(office)
    await office.fault(method="views.open", error="fatal_error")
    await office.click("U_REVIEWER", card, "reject", 2)
    told = await office.told("U_REVIEWER", "Something went wrong on my side (reference ")
    assert not shows(told, "Traceback")


async def test_a_reply_delivered_again_is_answered_once(office: Office) -> None:
    card = await submitted(office)
    await office.fault(method="events", redeliver=2)
    await office.reply("U_REVIEWER", "reject 2: dup\u2028Rejected by nobody.", card)
    await office.said("Rejected: #2")
    await office.card("everything is decided")
    answers = [one for one in (await office.state())["messages"] if shows(one, "Rejected: #2")]
    assert len(answers) == 1


async def test_an_exit_delivered_again_tells_nobody_that_it_failed(office: Office) -> None:
    card = await submitted(office)
    review = (await office.review_state(card)).id
    who = Actor(user="U_REVIEWER", how=Medium.THREAD_REPLY, text="exit", now=office.bot.use_cases.now())
    first = await office.bot.use_cases.converse.reply(TEAM, review, who, idempotency_key="message 1")
    again = await office.bot.use_cases.converse.reply(TEAM, review, who, idempotency_key="message 1")
    assert (first.outcome, again.outcome, again.private) == (Outcome.RECORDED, Outcome.REPEATED, "")


async def test_trying_to_reject_ones_own_payment_is_in_the_audit_trail(office: Office) -> None:
    card = await submitted(office)
    await office.click("U_REQUESTER", card, "reject", 2)
    await office.told("U_REQUESTER", "You brought these payments")
    audit = await office.bot.stores.reviews.audit(TEAM, (await office.review_state(card)).id)
    assert [(one.event, one.actor, one.detail["said"]) for one in audit if one.event == "refused"] == [
        ("refused", "U_REQUESTER", "reject 2")
    ]


async def test_the_author_of_a_message_does_not_decide_on_it_when_a_colleague_submits(
    office: Office,
) -> None:
    said = await office.do(
        "messages", user="U_REVIEWER", channel=FINANCE, text="$12000 to Acme Corp. Memo: x"
    )
    await office.do(
        "shortcuts",
        user="U_OUTSIDER",
        channel=FINANCE,
        message_ts=said["response"]["ts"],
        callback_id="review_message",
    )
    card = await office.card("1 of 1 payment")
    await office.click("U_REVIEWER", card, "approve", 1)
    await office.told("U_REVIEWER", "somebody else has to decide")
    await office.click("U_SECOND", card, "approve", 1)
    await office.card("everything is decided")


async def test_a_reason_cannot_fake_a_line_of_the_bot(office: Office) -> None:
    card = await submitted(office)
    await office.click("U_REVIEWER", card, "reject", 2)
    (form,) = await office.views("U_REVIEWER")
    reason = "dup\nApproved: #2 after all."
    await office.do(f"views/{form['id']}/submit", user="U_REVIEWER", values={"reason": {"reason": reason}})
    summary = await office.said("All payments have been processed.")
    lines = summary["blocks"][1]["text"]["text"].split("\n")
    assert not [line for line in lines if line.startswith("Approved")]
    assert (await office.review_state(card)).rejected == 1


async def test_bots_and_edits_are_not_replies(office: Office) -> None:
    card = await submitted(office)
    said = await office.reply("U_REVIEWER", "let me look at it", card)
    edited = {"user": "U_REVIEWER", "channel": FINANCE, "text": "approve all", "ts": said["response"]["ts"]}
    assert (await office.do("messages", **edited))["ok"]
    assert (await office.review_state(card)).undecided == 1


async def fill(office: Office, form: Json, **typed: Any) -> Json:
    values = {name: {name: value} for name, value in typed.items()}
    return await office.do(f"views/{form['id']}/submit", user="U_REQUESTER", values=values)


async def test_an_empty_form_stays_open_and_a_full_one_is_taken(office: Office) -> None:
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    assert (await fill(office, form, text=""))["response"]["response_action"] == "errors"
    await fill(office, form, text=SEED, note="as discussed")
    assert shows(await office.card("1 of 3"), "as discussed")
    assert await office.views("U_REQUESTER") == []


async def test_bad_rows_in_the_form_are_listed_on_top_of_what_was_typed(office: Office) -> None:
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    await fill(office, form, text=BAD_ROW)
    under, above = await office.views("U_REQUESTER")
    assert under["id"] == form["id"]
    assert "Row 3, amount" in json.dumps(above["view"])
    await office.do(f"views/{above['id']}/submit", user="U_REQUESTER", values={})
    await office.card("1 of 1 payment")
    assert await office.views("U_REQUESTER") == []


async def test_files_and_text_in_the_form_become_one_batch(office: Office) -> None:
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    data = aiohttp.FormData()
    data.add_field("user", "U_REQUESTER")
    data.add_field("purpose", "view")
    data.add_field("file", b"amount,vendor,memo\n15000,Globex,Racks\n", filename="p.csv")
    async with office.session.post(f"{office.sandbox.url}/sandbox/files", data=data) as response:
        files = (await response.json())["response"]["files"]
    await fill(office, form, text="$12000 to Acme Corp. Memo: chairs", files=files)
    card = await office.card("2 of 2 payment")
    assert shows(card, "Globex", "Acme Corp", "p.csv")


async def test_hundreds_of_bad_rows_can_all_be_looked_at(office: Office) -> None:
    rows = "\n".join(f"1.2.{number},Vendor {number}" for number in range(100))
    await office.command("U_REQUESTER", f"amount,vendor\n{rows}\n5.00,Harrow Ltd")
    draft = await office.told("U_REQUESTER", "100 rows of text could not be read", "Show all bad rows")
    at = {"user": "U_REQUESTER", "channel": FINANCE, "message_ts": draft["ts"], "block_id": "draft"}
    await office.do("actions", action_id="bad_rows", **at)
    (view,) = await office.views("U_REQUESTER")
    assert "Row 2," in json.dumps(view)
    await office.do(
        "actions", user="U_REQUESTER", view_id=view["id"], action_id="bad_rows_next", block_id="pages"
    )
    (view,) = await office.views("U_REQUESTER")
    assert "Row 101," in json.dumps(view)


async def test_a_submission_that_cannot_be_confirmed_privately_is_taken_all_the_same(office: Office) -> None:
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    await office.fault(method="chat.postEphemeral", error="user_not_in_channel", times=1)
    answer = await office.do(
        f"views/{form['id']}/submit",
        user="U_REQUESTER",
        values={"text": {"text": SEED}},
    )
    assert answer["status"] == 200
    await office.card("1 of 3")
    await office.said("3 payments, USD 17,500.00")


async def test_a_long_card_counts_what_waits_and_leads_to_the_desk(office: Office) -> None:
    rows = "\n".join(f"{11000 + number},Vendor {number},Chairs" for number in range(1, 21))
    card = await submitted(office, f"amount,vendor,memo\n{rows}")
    assert shows(card, "Open my desk", "By vendor", "above the limit: 20 payments, USD 220,210.00")
    assert not [block for block in card["blocks"] if "transaction" in block["block_id"]]
    await office.click("U_REVIEWER", card, "open_desk")
    await office.reply("U_SECOND", "reject 8", card)
    after = await office.card("19 of 20")
    assert shows(after, "above the limit: 19 payments, USD 209,202.00")
    await office.click("U_REVIEWER", card, "everything")
    view = (await office.views("U_REVIEWER"))[-1]
    assert "#20 USD 11,020.00" in json.dumps(view)


async def test_files_in_a_reviews_thread_are_evidence_and_no_submission(office: Office) -> None:
    card = await submitted(office)
    form = aiohttp.FormData()
    fields = {"user": "U_REVIEWER", "channel": FINANCE, "comment": "see this", "thread_ts": card["ts"]}
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("file", b"a,b", filename="more.csv")
    async with office.session.post(f"{office.sandbox.url}/sandbox/files", data=form) as response:
        assert response.status == 200
    await office.said("more.csv is kept as evidence")
    assert len(cards(await office.state())) == 1


async def test_a_file_is_taken_once_however_slack_tells_of_it(office: Office) -> None:
    """As a message, as a mention, as both, and again: one review, one receipt."""
    await office.fault(method="events", redeliver=1)
    await office.drop("U_REQUESTER", "p.csv", b"amount,vendor,memo\n15000,Globex,Racks\n")
    await office.card("1 of 1 payment")
    await office.said("You can say")
    state = await office.state()
    assert len(cards(state)) == 1
    assert sum(shows(one, "1 payment, USD 15,000.00. It is") for one in state["messages"]) == 1


@pytest.mark.parametrize("kind", ["message", "app_mention"])
async def test_a_mention_that_slack_tells_of_in_one_way_only_is_enough(office: Office, kind: str) -> None:
    """Some workspaces send no ``app_mention`` for files, some send one that leaves the files out."""
    dropped = await office.drop("U_REQUESTER", "p.csv", b"amount,vendor,memo\n15000,Globex,Racks\n", "note")
    event: Json = {
        "type": kind,
        "user": "U_REQUESTER",
        "channel": FINANCE,
        "ts": dropped["response"]["ts"],
        "text": "<@U_BOT> please check",
    }
    if kind == "message":
        named = [{"id": one, "name": "p.csv"} for one in dropped["response"]["files"]]
        event |= {"subtype": "file_share", "files": named, "channel_type": "channel"}
    body = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
    answer = await office.bot.slack.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert answer.status == 200
    await office.card("1 of 1 payment")


@pytest.mark.parametrize("address", ["used up", ""])
async def test_a_refused_click_is_answered_though_the_address_that_came_with_it_is_not_good(
    office: Office, address: str
) -> None:
    """Slack takes five answers within half an hour there; a click can be delivered later than that."""
    card = await submitted(office)
    url = f"{office.sandbox.url}/response/{TEAM}/none" if address else ""
    (row,) = (block for block in card["blocks"] if block.get("block_id") == "transaction 2")
    value = row["elements"][0]["value"]
    pressed = {"type": "button", "action_id": "approve", "block_id": "transaction 2", "value": value}
    body = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U_OUTSIDER", "team_id": TEAM},
        "channel": {"id": FINANCE},
        "container": {"type": "message", "channel_id": FINANCE, "message_ts": card["ts"]},
        "actions": [pressed],
        "response_url": url,
        "trigger_id": "1",
    }
    answer = await office.bot.slack.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert answer.status == 200
    await office.told("U_OUTSIDER", "You are not an approver here")


async def test_files_handed_in_again_by_the_shortcut_are_never_met_with_silence(office: Office) -> None:
    """The sentence about a file that could not be read says to hand it in again."""
    dropped = await office.drop("U_REQUESTER", "p.csv", b"amount,vendor,memo\n15000,Globex,Racks\n", "note")
    where = {"channel": FINANCE, "message_ts": dropped["response"]["ts"], "callback_id": "review_message"}
    await office.fault(method="files.info", error="file_not_found", times=1)
    await office.do("shortcuts", user="U_REQUESTER", **where)
    await office.told("U_REQUESTER", "I cannot see p.csv", "hand it in again")
    await office.do("shortcuts", user="U_REQUESTER", **where)
    await office.card("1 of 1 payment")
    await office.do("shortcuts", user="U_REQUESTER", **where)
    await office.told("U_REQUESTER", "It is submitted before")
    assert len(cards(await office.state())) == 1


async def test_a_direct_message_is_taken_where_the_card_has_a_channel(office: Office) -> None:
    await office.do("messages", user="U_REQUESTER", channel="U_BOT", text="$12000 to Acme Corp. Memo: chairs")
    card = await office.card("1 of 1 payment")
    assert card["channel"] == FINANCE


async def test_without_a_channel_a_direct_message_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with open_office(tmp_path, channel=None) as office:
        await office.do("messages", user="U_REQUESTER", channel="U_BOT", text="$12000 to Acme Corp. Memo: x")
        await office.told("U_REQUESTER", "Nobody else can see a card in this direct message")
        assert cards(await office.state()) == []


async def test_one_persons_bad_rows_are_not_taken_over_by_another(office: Office) -> None:
    said = await office.do("messages", user="U_REQUESTER", channel=FINANCE, text=f"<@U_BOT>\n{BAD_ROW}")
    draft = await office.told("U_REQUESTER", "could not be read")
    where = {"channel": FINANCE, "message_ts": said["response"]["ts"]}
    await office.do("shortcuts", user="U_OUTSIDER", callback_id="review_message", **where)
    await office.told("U_OUTSIDER", "could not be read")
    at = {"user": "U_REQUESTER", "channel": FINANCE, "message_ts": draft["ts"]}
    await office.do("actions", action_id="submit_good", block_id="draft", **at)
    assert (await office.review_state(await office.card("1 of 1 payment"))).submitter == "U_REQUESTER"


async def test_blocks_that_slack_refuses_hold_nothing_up(office: Office) -> None:
    card = await submitted(office)
    await office.said("My payments")  # the submitter's own message, which Slack takes
    await office.fault(method="chat.postMessage", error="invalid_blocks", times=1)
    await office.fault(method="chat.update", error="msg_blocks_too_long", times=1)
    await office.reply("U_REVIEWER", "approve 2", card)
    await office.said("All payments have been processed.")
    instead = [
        one for one in (await office.state())["messages"] if "Countersign answered" in str(one["blocks"])
    ]
    assert len(instead) == 1
    await office.reply("U_REVIEWER", "exit", card)
    await office.card("is closed")
