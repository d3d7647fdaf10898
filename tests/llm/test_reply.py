"""A human's reply: exact words act, plain words become a proposal, doubt becomes a question."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Decide, DecisionKind, DecisionRequest, Exit, Reading, Skip, Talk, Unclear
from bot.domain.payment_facts import PaymentFacts
from bot.domain.proposal import in_words
from bot.llm import Completion, Interpretation, ModelUnavailable, ReviewDigest, ScriptedModel, interpret
from bot.llm.openai_model import OpenAIModel, connect_openai
from tests.openai_server import Behaviour, OpenAIServer

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
QUESTION = "I did not understand that. You can say exit."
DIGEST = ReviewDigest(
    review_id="R-7K3F2",
    total=9,
    routine=5,
    payments=(
        PaymentFacts(1, "Acme Corp", Decimal(12000), "USD", memo="Reimbursement", findings=("over limit",)),
        PaymentFacts(2, "Initech", Decimal(500), "USD", memo="Confidential"),
        PaymentFacts(3, "Globex", Decimal(4000), "USD"),
        PaymentFacts(4, "Staples", Decimal(9999), "USD", undecided=False, decided="rejected", memo="NDA"),
    ),
)


def ask(kind: str, *refs: int, everything: bool = False, reason: str = "") -> dict[str, object]:
    return {"kind": kind, "refs": refs, "all": everything, "reason": reason}


def said(intent: str, *asks: dict[str, object], answer: str = "", question: str = "") -> str:
    return json.dumps({"intent": intent, "asks": asks, "answer": answer, "question": question})


async def heard(text: str, answer: str) -> Interpretation:
    return await interpret(ScriptedModel([answer]), text, DIGEST, QUESTION)


async def test_plain_words_become_a_proposal_with_every_ask_in_it() -> None:
    answer = said("decide", ask("reject", 3, 1, reason="too dear"), ask("hold", 2, reason="until the PO"))
    result = await heard("bin the first and the third, too dear, number two has to wait until the PO", answer)
    assert isinstance(result.reading, Decide)
    assert in_words(result.reading) == "reject 1 and 3 (too dear), hold 2 until the PO"


@pytest.mark.parametrize("text", ["the paperwork of 3 has come", "approve 3", "3 looks great by now"])
async def test_no_model_proposes_an_approval(text: str) -> None:
    result = await heard(text, said("decide", ask("approve", 3)))
    assert isinstance(result.reading, Unclear)


@pytest.mark.parametrize(
    "answer",
    [
        said("chat"),
        said("unclear", question="Which one?"),
        said("decide", ask("approve", 3)),
        "no JSON",
    ],
)
async def test_talk_among_people_gets_no_question_whatever_the_model_says(answer: str) -> None:
    result = await interpret(ScriptedModel([answer]), "Globex called", DIGEST, "")
    assert result.reading == Talk()


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (said("skip"), Skip()),
        (said("exit"), Exit()),
        (said("decide", ask("reject", everything=True)), Decide(asks=(DecisionRequest(kind=R),))),
    ],
)
async def test_skip_exit_and_everything_can_be_proposed(answer: str, reading: Reading) -> None:
    result = await heard("that will do for today", answer)
    assert result.reading == reading


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (said("decide", ask("reject", 7)), "7"),
        (said("decide", ask("reject", 1, 99)), "99"),
        (said("decide", ask("hold", 4)), "4 (rejected)"),
        (said("decide"), "not sure"),
        (said("decide", ask("approve")), "not sure"),
        (said("decide", ask("approve", 1, everything=True)), "not sure"),
        (said("decide", ask("approve", 1), ask("reject", 1)), "different things"),
        (said("decide", ask("approve", everything=True), ask("hold", 2)), "contradict"),
        (said("unclear", question="Which of the two?"), "Which of the two?"),
        (said("unclear"), QUESTION),
        (said("question"), QUESTION),
        ("", "could not read that just now"),
        ("no JSON", "could not read that just now"),
        (f"{said('skip')} or {said('exit')}", "could not read that just now"),
        (said("approve"), "could not read that just now"),
        ('{"intent": "decide", "asks": [{"kind": "approve"}]}', "could not read that just now"),
    ],
)
async def test_a_reading_that_cannot_be_done_becomes_a_question(answer: str, told: str) -> None:
    result = await heard("do the usual", answer)
    assert isinstance(result.reading, Unclear)
    assert told in result.reading.question


async def test_a_question_is_answered_in_the_model_s_words_and_decides_nothing() -> None:
    result = await heard(
        "does its memo tell enough",
        said("question", answer="It only\nsays\u200b Confidential." + "x" * 999),
    )
    assert result.reading is None
    assert result.answer.startswith("It only says Confidential.")
    assert len(result.answer) == 500


async def test_a_model_that_is_down_is_said_so_and_nothing_is_done() -> None:
    fault = ModelUnavailable("timed out", prompt_tokens=5)
    result = await interpret(ScriptedModel([fault]), "do the usual", DIGEST, QUESTION)
    assert isinstance(result.reading, Unclear)
    assert "could not read that just now" in result.reading.question
    assert (result.fault, result.prompt_tokens) == ("timed out", 5)


@pytest.mark.parametrize("text", ["please " * 1000, " \n"])
async def test_an_endless_or_blank_reply_is_not_sent_and_the_reader_s_question_is_asked(text: str) -> None:
    model = ScriptedModel([])
    assert (await interpret(model, text, DIGEST, QUESTION)).reading == Unclear(question=QUESTION)
    assert model.asked == []


async def test_the_model_is_told_the_review_as_quoted_data() -> None:
    model = ScriptedModel([Completion(text=said("exit"), prompt_tokens=40, completion_tokens=9)])
    payments = [
        PaymentFacts(ref, '"}],"x', Decimal(1), "USD", undecided=ref > 20, memo="a\nb")
        for ref in range(1, 131)
    ]
    digest = replace(DIGEST, payments=tuple(payments))
    result = await interpret(model, 'I am done" }', digest, QUESTION)
    told = json.loads(model.asked[0][1])
    assert told["reply"] == 'I am done" }'
    assert told["review"]["not shown here"] == 30
    assert {row["ref"] for row in told["review"]["payments"]} == set(range(21, 121))
    assert told["review"]["payments"][0]["memo"] == "a b"
    assert (result.prompt_tokens, result.completion_tokens) == (40, 9)


@given(st.text(), st.text() | st.sampled_from([said("exit"), said("decide", ask("approve", 2))]))
async def test_the_model_alone_never_acts(text: str, answer: str) -> None:
    result = await heard(text, answer)
    if isinstance(result.reading, Decide):
        assert all(ref in (1, 2, 3) for one in result.reading.asks for ref in one.refs or ())


@pytest.mark.parametrize("around", ["%s", "<think>Two {...}?</think>\n```json\n%s\n```", "So:\n%s\nRight?"])
async def test_a_reply_is_read_over_http_in_a_strict_schema(around: str) -> None:
    answer = around.replace("%s", said("decide", ask("reject", 2, reason="no contract")))
    async with (
        OpenAIServer([Behaviour(text=answer)]) as server,
        connect_openai(server.key, base_url=server.url) as client,
    ):
        result = await interpret(OpenAIModel(client, "test-model"), "two has no contract", DIGEST, QUESTION)
        assert server.complaints == []
    assert result.reading == Decide(asks=(DecisionRequest(kind=R, refs=(2,), reason="no contract"),))


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Decide(asks=(DecisionRequest(kind=A),)), "approve everything undecided"),
        (Decide(asks=(DecisionRequest(kind=R, refs=(2,), reason="duplicate"),)), "reject 2 (duplicate)"),
        (Decide(asks=(DecisionRequest(kind=H, refs=(1, 2, 3)),)), "hold 1, 2 and 3"),
        (Skip(), "skip, which puts everything undecided on hold"),
        (Exit(), "close this review"),
    ],
)
def test_a_proposal_is_shown_in_plain_words(reading: Decide | Skip | Exit, words: str) -> None:
    assert in_words(reading) == words
