"""Told as people use it: whoever decides asks, whoever submitted answers with a receipt."""

import hashlib
from typing import Any

import aiohttp
import pytest

from bot.application import evidence as evidence_job
from bot.application.check import check_review
from bot.domain.conversation import DecisionKind, Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.remarks import EvidenceFile, Remark, RemarkKind
from bot.domain.review.transition import Actor
from tests.office import FINANCE, SEED, TEAM, Json, Office, shows

RECEIPT = b"%PDF-1.4 the receipt of Acme Corp"
TWO_FLAGGED = f"{SEED}\n4. Transaction: $20000 to Globex. Memo: Machines."


async def dropped(
    office: Office, user: str, channel: str, thread: str, comment: str, name: str = "receipt.pdf"
) -> Json:
    form = aiohttp.FormData(quote_fields=False)
    fields = {"user": user, "channel": channel, "comment": comment, "thread_ts": thread}
    for field, value in fields.items():
        form.add_field(field, value)
    form.add_field("file", RECEIPT, filename=name)
    async with office.session.post(f"{office.sandbox.url}/sandbox/files", data=form) as response:
        answer: Json = await response.json()
        return answer


async def remarks(office: Office, card: Json, ref: int = 2) -> tuple[Remark, ...]:
    review = await office.bot.stores.reviews.load(TEAM, (await office.review_state(card)).id, (ref,))
    assert review is not None
    return review.entries[ref].remarks


async def kinds(office: Office, card: Json, ref: int = 2) -> list[RemarkKind]:
    return [remark.kind for remark in await remarks(office, card, ref)]


async def asked(office: Office, question: str = "ask 2: which project is this?") -> tuple[Json, Json]:
    """The card, and the direct message of a question about the flagged payment."""
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await office.reply("U_REVIEWER", question, card)
    return card, await office.said("asks you about this payment")


async def test_a_question_is_answered_in_the_thread_of_its_direct_message_with_a_receipt(
    office: Office,
) -> None:
    card, message = await asked(office)
    assert message["channel"].startswith("D")
    assert shows(
        message, "<@U_REVIEWER>", "#2 USD 12,000.00 to Acme Corp", "which project is this?", "Answer"
    )
    await office.said("I sent the question in a direct message")

    answer = await dropped(
        office, "U_REQUESTER", message["channel"], message["ts"], "Project Skylark, see the receipt"
    )
    assert answer["status"] == 200
    told = await office.said("Project Skylark", "answered about #2")
    assert told["channel"] == FINANCE
    assert told["thread_ts"] == card["ts"]
    assert shows(told, "<@U_REVIEWER>, <@U_REQUESTER> answered")
    digest = hashlib.sha256(RECEIPT).hexdigest()
    kept = await office.said("receipt.pdf is kept as evidence for #2", digest)
    assert kept["thread_ts"] == card["ts"]
    assert shows(kept, "Open the file")

    question, said, evidence = await remarks(office, card)
    assert (question.text, question.by, question.to) == (
        "which project is this?",
        "U_REVIEWER",
        "U_REQUESTER",
    )
    assert (said.text, said.by, said.files) == (
        "Project Skylark, see the receipt",
        "U_REQUESTER",
        ("receipt.pdf",),
    )
    assert said.question == evidence.question == question.place
    assert evidence.file is not None
    assert (evidence.file.size, evidence.file.sha256) == (len(RECEIPT), digest)
    assert evidence.file.link.startswith("http")
    assert evidence.file.uploaded_by == "U_REQUESTER"
    await office.until(
        lambda state: next(
            (
                one
                for one in state["messages"]
                if one["ts"] == message["ts"] and shows(one, "Your answer:", "Project Skylark")
            ),
            None,
        )
    )
    state = await office.review_state(card)
    assert (state.open_questions, state.waiting_files) == ((), ())
    assert await check_review(office.bot.stores, TEAM, state.id) == []


async def test_the_form_of_the_direct_message_answers_once(office: Office) -> None:
    card, message = await asked(office)
    await office.do(
        "actions",
        user="U_REQUESTER",
        channel=message["channel"],
        message_ts=message["ts"],
        action_id="answer_question",
        block_id="question",
    )
    (form,) = await office.views("U_REQUESTER")
    assert shows({"text": "", "blocks": form["view"]["blocks"]}, "which project is this?", "Acme Corp")
    values = {"answer": {"answer": {"value": "Project Skylark"}}}
    for _ in range(2):
        await office.do(f"views/{form['id']}/submit", user="U_REQUESTER", values=values)
    await office.said("Project Skylark", "answered about #2")
    assert await kinds(office, card) == [RemarkKind.QUESTION, RemarkKind.ANSWER]


async def test_a_message_that_is_delivered_again_is_one_answer(office: Office) -> None:
    card, message = await asked(office)
    await office.fault(redeliver=2)
    await office.do(
        "messages",
        user="U_REQUESTER",
        channel=message["channel"],
        text="Project Skylark",
        thread_ts=message["ts"],
    )
    await office.said("Project Skylark", "answered about #2")
    assert await kinds(office, card) == [RemarkKind.QUESTION, RemarkKind.ANSWER]


async def test_nothing_in_an_answer_decides(office: Office) -> None:
    card, message = await asked(office)
    for words in ("approve 2", "yes, approve all", "exit"):
        await office.do(
            "messages",
            user="U_REQUESTER",
            channel=message["channel"],
            text=words,
            thread_ts=message["ts"],
        )
        await office.said(words, "answered about #2")
    state = await office.review_state(card)
    assert (state.undecided, state.approved, state.status.value) == (1, 0, "waiting")


async def test_only_who_may_decide_asks_and_notes(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await office.reply("U_OUTSIDER", "ask 2: which project is this?", card)
    await office.told("U_OUTSIDER", "You are not an approver here")
    await office.reply("U_REQUESTER", "note 2: it is fine", card)
    await office.told("U_REQUESTER", "somebody else has to decide")
    assert await kinds(office, card) == []


async def test_a_note_stands_on_the_payment_and_decides_nothing(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await office.reply("U_REVIEWER", "note 2: called them", card)
    await office.said("Noted.")
    (note,) = await remarks(office, card)
    assert (note.kind, note.text, note.by) == (RemarkKind.NOTE, "called them", "U_REVIEWER")
    await office.reply("U_REVIEWER", "note 1: a routine one, for the record", card)
    await office.until(lambda state: sum(shows(one, "Noted.") for one in state["messages"]) == 2)
    assert [remark.text for remark in await remarks(office, card, 1)] == ["a routine one, for the record"]
    assert (await office.review_state(card)).undecided == 1


async def test_what_is_decided_or_closed_is_not_asked_about(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("need")
    await office.reply("U_REVIEWER", "ask 1: what is this?", card)
    await office.said("#1 was approved automatically")
    await office.click("U_REVIEWER", card, "approve", 2)
    await office.until(lambda _: True)
    await office.reply("U_REVIEWER", "ask 2: what is this?", card)
    await office.said("#2 was already approved")
    await office.close("U_REVIEWER", card)
    await office.card("closed")
    await office.reply("U_REVIEWER", "ask 4: what is this?", card)
    await office.told("U_REVIEWER", "This review is closed")
    assert await kinds(office, card, 4) == []


async def test_whoever_asked_hears_that_the_submitter_has_left(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await office.do("people", member="U_REQUESTER", deleted=True)
    await office.reply("U_REVIEWER", "ask 2: which project is this?", card)
    told = await office.said("was not delivered", "Their account is deactivated")
    assert shows(told, "For <@U_REVIEWER>")
    assert told["thread_ts"] == card["ts"]
    assert (await office.review_state(card)).open_questions == ()


async def test_nobody_answers_but_whoever_was_asked(office: Office) -> None:
    card, message = await asked(office)
    state = await office.review_state(card)
    use_cases = office.bot.use_cases
    for user in ("U_OUTSIDER", "U_REVIEWER"):
        by = Actor(user, Medium.DIRECT_MESSAGE, "I say so", use_cases.now())
        result = await use_cases.remarks.answer(
            TEAM, state.id, state.open_questions[0], "I say so", (), by, idempotency_key=f"x {user}"
        )
        assert result.outcome.value == "not_asked"
    assert await kinds(office, card) == [RemarkKind.QUESTION]
    assert message


@pytest.mark.parametrize(
    ("user", "comment"), [("U_REQUESTER", "receipt for 2"), ("U_REVIEWER", ""), ("U_REQUESTER", "here")]
)
async def test_a_file_in_the_thread_is_evidence_of_the_payment_that_waits(
    office: Office, user: str, comment: str
) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await dropped(office, user, FINANCE, card["ts"], comment)
    await office.said("receipt.pdf is kept as evidence for #2")
    (evidence,) = await remarks(office, card)
    assert evidence.by == user
    assert evidence.file is not None
    assert evidence.file.sha256 == hashlib.sha256(RECEIPT).hexdigest()
    assert len(await office.bot.stores.reviews.open_reviews(TEAM, newest=9)) == 1  # it is no submission


async def test_of_several_payments_whoever_shared_a_file_chooses_one(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("need")
    await dropped(office, "U_REQUESTER", FINANCE, card["ts"], "the receipt")
    question = await office.told("U_REQUESTER", "Which payment is this for?")
    await office.said("kept as evidence for the review as a whole")
    review = (await office.review_state(card)).id
    (whole,) = await office.bot.stores.reviews.remarks_on_whole(TEAM, review)
    assert whole.file is not None
    menu: dict[str, Any] = question["blocks"][1]
    answer = await office.do(
        "actions",
        user="U_REQUESTER",
        channel=FINANCE,
        message_ts=question["ts"],
        action_id="place_files",
        block_id=menu["block_id"],
        selected=menu["elements"][0]["options"][1]["value"],
    )
    assert answer["status"] == 200, answer
    assert [remark.file for remark in await remarks(office, card, 4)] == [whole.file]
    assert await office.bot.stores.reviews.remarks_on_whole(TEAM, review) == ()


async def test_a_file_of_somebody_who_has_no_part_is_not_kept(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await dropped(office, "U_OUTSIDER", FINANCE, card["ts"], "receipt for 2")
    await office.told("U_OUTSIDER", "Nothing was kept")
    assert await kinds(office, card) == []


async def test_a_command_beside_a_file_is_done_and_the_file_kept(office: Office) -> None:
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("need")
    await dropped(office, "U_REVIEWER", FINANCE, card["ts"], "reject 2: see the file")
    await office.said("Rejected: #2")
    await office.said("kept as evidence")
    review = await office.bot.stores.reviews.load(TEAM, (await office.review_state(card)).id, (2,))
    assert review is not None
    assert review.entries[2].decision is not None
    assert review.entries[2].decision.kind is DecisionKind.REJECTED


async def test_a_file_that_cannot_be_read_is_kept_by_what_is_known_of_it(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await office.fault(method="files.info", error="file_not_found", times=1)
    await dropped(office, "U_REQUESTER", FINANCE, card["ts"], "receipt for 2")
    await office.said("receipt.pdf was shown for #2", "I cannot see receipt.pdf")
    (evidence,) = await remarks(office, card)
    assert evidence.file is not None
    assert evidence.file.sha256 == ""
    assert "cannot see" in evidence.file.problem


async def test_a_file_that_is_too_large_is_kept_by_what_is_known_of_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_job, "MOST_BYTES", 10)
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await dropped(office, "U_REQUESTER", FINANCE, card["ts"], "receipt for 2")
    await office.said("receipt.pdf was shown for #2", "is larger than")
    (evidence,) = await remarks(office, card)
    assert evidence.file is not None
    assert (evidence.file.sha256, evidence.file.size) == ("", len(RECEIPT))
    assert evidence.file.link.startswith("http")


async def test_a_file_of_which_slack_tells_twice_is_one_piece_of_evidence(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await office.fault(method="events", redeliver=2)
    await dropped(office, "U_REQUESTER", FINANCE, card["ts"], "receipt for 2")
    await office.said("receipt.pdf is kept as evidence")
    await office.reply("U_REVIEWER", "why 2?", card)
    await office.said("was flagged")
    assert await kinds(office, card) == [RemarkKind.EVIDENCE]


async def test_a_question_about_a_closed_review_is_not_answered_any_more(office: Office) -> None:
    card, message = await asked(office)
    await office.reply("U_REVIEWER", "reject 2: no answer", card)
    await office.said("Rejected: #2")
    await office.reply("U_REVIEWER", "exit", card)
    await office.card("closed")
    await office.do(
        "messages", user="U_REQUESTER", channel=message["channel"], text="Skylark", thread_ts=message["ts"]
    )
    await office.told("U_REQUESTER", "This review is closed")
    assert await kinds(office, card) == [RemarkKind.QUESTION]


async def test_whoever_shared_files_of_the_review_may_say_so_once(office: Office) -> None:
    """Somebody else's choice, or another payment, changes nothing."""
    await office.command("U_REQUESTER", TWO_FLAGGED)
    card = await office.card("need")
    await dropped(office, "U_REQUESTER", FINANCE, card["ts"], "the receipt")
    await office.told("U_REQUESTER", "Which payment is this for?")
    await office.said("kept as evidence for the review as a whole")
    use_cases, review = office.bot.use_cases, (await office.review_state(card)).id
    (whole,) = await office.bot.stores.reviews.remarks_on_whole(TEAM, review)
    assert whole.file is not None
    for user, outcome in (("U_REVIEWER", Outcome.NOTHING_TO_DECIDE), ("U_REQUESTER", Outcome.RECORDED)):
        by = Actor(user, Medium.BUTTON, "", use_cases.now())
        result = await use_cases.remarks.place(TEAM, review, (whole.file.id,), 2, by)
        assert result.outcome is outcome
    assert await kinds(office, card, 2) == [RemarkKind.EVIDENCE]
    assert not [found for found in await check_review(office.bot.stores, TEAM, review) if "remark" in found]


HOSTILE = "receipt<!channel>\u202efdp.exe"


async def opened(office: Office, user: str, link: str) -> bytes | None:
    """What this person sees behind the address of a file; nothing where they may not open it."""
    file_id = link.rpartition("/")[2]
    url = f"{office.sandbox.url}/sandbox/files/{file_id}"
    async with office.session.get(url, params={"user": user}) as response:
        return await response.read() if response.status == 200 else None


async def copies(office: Office, card: Json) -> list[Json]:
    """The messages of the card's thread that have a file of the bot's own."""
    messages = (await office.state())["messages"]
    return [
        one
        for one in messages
        if one["user"] == "U_BOT" and one.get("files") and one["thread_ts"] == card["ts"]
    ]


async def evidence_of(office: Office, card: Json) -> EvidenceFile:
    (found,) = [one for one in await remarks(office, card) if one.kind is RemarkKind.EVIDENCE]
    assert found.file is not None
    return found.file


async def test_whoever_decides_opens_what_was_sent_in_a_direct_message(office: Office) -> None:
    card, message = await asked(office)
    await dropped(office, "U_REQUESTER", message["channel"], message["ts"], "see", HOSTILE)
    kept = await office.said("is kept as evidence for #2")
    file = await evidence_of(office, card)
    assert await opened(office, "U_REVIEWER", file.link) == RECEIPT
    assert shows(kept, file.link)
    (copy,) = await copies(office, card)
    assert (copy["channel"], copy["files"][0]["permalink"]) == (FINANCE, file.link)
    assert copy["files"][0]["name"] == copy["files"][0]["title"] == "receipt__channel__fdp.exe"
    assert not file.is_direct
    assert "<!" not in copy["text"]


async def test_a_file_that_slack_takes_no_copy_of_stays_in_the_direct_message(office: Office) -> None:
    card, message = await asked(office)
    await office.fault(method="files.completeUploadExternal", error="not_in_channel", times=1)
    await dropped(office, "U_REQUESTER", message["channel"], message["ts"], "see the receipt")
    told = await office.said("is kept as evidence for #2", "It stays in the direct message")
    file = await evidence_of(office, card)
    assert (file.is_direct, file.sha256) == (True, hashlib.sha256(RECEIPT).hexdigest())
    assert await opened(office, "U_REVIEWER", file.link) is None
    assert not shows(told, "Open the file")
    assert await copies(office, card) == []


async def test_a_job_that_comes_again_puts_no_second_copy_into_the_thread(office: Office) -> None:
    """What it has copied is noted before anything else is asked of Slack."""
    card, message = await asked(office)
    await office.fault(method="files.info", delay_ms=1, times=1)
    await office.fault(method="files.info", status=503, times=1)
    await dropped(office, "U_REQUESTER", message["channel"], message["ts"], "see the receipt")
    await office.said("is kept as evidence for #2")
    assert len(await copies(office, card)) == 1


async def test_a_file_that_was_shared_in_the_thread_is_not_copied(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await dropped(office, "U_REQUESTER", FINANCE, card["ts"], "receipt for 2")
    await office.said("receipt.pdf is kept as evidence for #2")
    file = await evidence_of(office, card)
    assert await opened(office, "U_REVIEWER", file.link) == RECEIPT
    assert await copies(office, card) == []


CSV = b"amount,currency,vendor,memo\n12000,USD,Acme Corp,Services\n"


async def handed_on(office: Office) -> Json:
    """The card of a file that chi uploaded and that ana handed in."""
    file = (await office.drop("U_SECOND", "invoices.csv", CSV, comment=""))["response"]["files"][0]
    await office.do("messages", user="U_REQUESTER", channel=FINANCE, text="<@U_BOT>", files=[file])
    return await office.card("need")


async def test_whoever_uploaded_the_payments_is_asked_and_not_who_handed_them_in(office: Office) -> None:
    card = await handed_on(office)
    assert (await office.review_state(card)).submitter == "U_REQUESTER"
    assert "Ask chi" in str(card["blocks"])
    await office.reply("U_REVIEWER", "ask 1: which project is this?", card)
    message = await office.said("asks you about this payment")
    members = {channel["id"]: channel for channel in (await office.state())["channels"]}
    assert "U_SECOND" in str(members[message["channel"]])
    (question,) = await remarks(office, card, 1)
    assert question.to == "U_SECOND"


async def test_where_the_uploader_may_not_act_here_the_submitter_is_asked(office: Office) -> None:
    card = await handed_on(office)
    await office.do("people", member="U_SECOND", deleted=True)
    await office.click("U_REVIEWER", card, "hold", 1)  # which has the card shown anew
    await office.reply("U_REVIEWER", "ask 1: which project is this?", card)
    await office.said("asks you about this payment")
    (question,) = await remarks(office, card, 1)
    assert question.to == "U_REQUESTER"
