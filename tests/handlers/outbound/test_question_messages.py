"""A question is one direct message, whatever Slack or a crash does in between (law 6)."""

import asyncio

from bot.domain.review.remarks import RemarkKind
from bot.store import PostedQuestion, QuestionIntent, connect, keys
from handlers.outbound.review_messages import EVENT
from tests.office import PATIENCE, SEED, TEAM, Json, Office, shows
from tests.test_asking import asked, kinds


def direct_messages(state: Json) -> list[Json]:
    return [one for one in state["messages"] if shows(one, "asks you about this payment")]


async def noted(office: Office, card: Json) -> tuple[str, int, PostedQuestion]:
    """The review, and the place and record of its one question, once it is noted that it was sent."""
    review = (await office.review_state(card)).id
    async with asyncio.timeout(PATIENCE):
        while True:
            for place, record in (await office.bot.stores.questions.of_review(TEAM, review)).items():
                if isinstance(record, PostedQuestion):
                    return review, place, record
            await asyncio.sleep(0.01)


async def deliver(office: Office, review: str) -> None:
    await office.bot.jobs.ask(TEAM, review)


async def test_a_lost_answer_of_slack_leaves_one_question(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    await office.said("You can say")
    await office.fault(method="chat.postMessage", drop=True, times=2)
    await office.reply("U_REVIEWER", "ask 2: which project is this?", card)
    await office.said("I sent the question in a direct message")
    message = await office.said("asks you about this payment")
    await office.do(
        "messages", user="U_REQUESTER", channel=message["channel"], text="Skylark", thread_ts=message["ts"]
    )
    await office.said("Skylark", "answered about #2")
    assert len(direct_messages(await office.state())) == 1


async def test_a_question_that_was_sent_and_never_noted_is_found_by_what_it_carries(office: Office) -> None:
    card, message = await asked(office)
    review, place, record = await noted(office, card)
    records = office.bot.stores.questions
    # As if the process had died after sending it and before noting it.
    intent = QuestionIntent(message["channel"])
    assert await records.replace(TEAM, review, place, record, intent)
    await deliver(office, review)
    assert len(direct_messages(await office.state())) == 1
    found = (await records.of_review(TEAM, review))[place]
    assert found == PostedQuestion(message["channel"], message["ts"])


async def test_a_question_that_was_answered_before_it_was_noted_shows_its_answer(office: Office) -> None:
    card, message = await asked(office)
    review, place, record = await noted(office, card)
    intent = QuestionIntent(message["channel"])
    assert await office.bot.stores.questions.replace(TEAM, review, place, record, intent)
    await office.do(
        "messages", user="U_REQUESTER", channel=message["channel"], text="Skylark", thread_ts=message["ts"]
    )
    await office.until(
        lambda state: [one for one in direct_messages(state) if shows(one, "Your answer:", "Skylark")]
    )
    assert len(direct_messages(await office.state())) == 1


async def test_what_another_app_sent_is_not_taken_for_the_question(office: Office) -> None:
    card, message = await asked(office)
    review, place, record = await noted(office, card)
    records, workspace = office.bot.stores.questions, office.sandbox.installation.workspace
    stands = workspace.message(message["channel"], message["ts"])
    assert stands is not None
    workspace.change(stands, bot_id="B_OTHER")
    assert await records.replace(TEAM, review, place, record, QuestionIntent(message["channel"]))
    await deliver(office, review)
    assert len(direct_messages(await office.state())) == 2


async def test_an_answer_is_heard_before_the_thread_of_its_question_is_noted(office: Office) -> None:
    card, message = await asked(office)
    await noted(office, card)
    redis = connect(office.bot.redis_url)
    try:
        await redis.delete(keys.question_thread(TEAM, message["channel"], message["ts"]))
    finally:
        await redis.aclose()
    await office.do(
        "messages", user="U_REQUESTER", channel=message["channel"], text="Skylark", thread_ts=message["ts"]
    )
    await office.said("Skylark", "answered about #2")
    assert await kinds(office, card) == [RemarkKind.QUESTION, RemarkKind.ANSWER]


async def test_metadata_of_another_question_answers_nothing(office: Office) -> None:
    card, message = await asked(office)
    workspace = office.sandbox.installation.workspace
    review = (await office.review_state(card)).id
    for differing in ({"place": 1}, {"place": "2"}, {"part": "card"}):
        payload = {"review": review, "part": "question", "place": 2, **differing}
        carried = {"event_type": EVENT, "event_payload": payload}
        forged = workspace.post(message["channel"], "U_BOT", "A question", metadata=carried)
        await office.do(
            "messages",
            user="U_REQUESTER",
            channel=message["channel"],
            text="Skylark",
            thread_ts=forged["ts"],
        )
    assert await kinds(office, card) == [RemarkKind.QUESTION]


async def test_whoever_asked_hears_that_slack_does_not_deliver(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("need")
    # The submitter's own message of the review opens the same conversation, and comes first.
    await office.until(lambda state: [one for one in state["messages"] if one["channel"].startswith("D")])
    await office.fault(method="conversations.open", error="user_disabled", times=1)
    await office.reply("U_REVIEWER", "ask 2: which project is this?", card)
    told = await office.said("was not delivered")
    assert shows(told, "For <@U_REVIEWER>")
    assert direct_messages(await office.state()) == []


async def test_the_worker_may_come_late_and_run_twice(office: Office) -> None:
    card, _ = await asked(office)
    review = (await office.review_state(card)).id
    for _ in range(2):
        await deliver(office, review)
    assert len(direct_messages(await office.state())) == 1
