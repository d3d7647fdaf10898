"""A human's reply: exact words act, plain words become a proposal, doubt becomes a question."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Decide, DecisionKind, DecisionRequest, Exit, Reading, Skip, Unclear
from bot.llm import (
    Completion,
    DigestRow,
    Interpretation,
    ModelUnavailable,
    ReviewDigest,
    ScriptedModel,
    in_words,
    interpret,
)
from bot.llm.openai_model import OpenAIModel, connect
from tests.openai_server import Behaviour, OpenAIServer

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
DIGEST = ReviewDigest(
    review="R-7K3F2",
    total=9,
    routine=5,
    rows=(
        DigestRow(
            ref=1, amount="USD 12,000.00", vendor="Acme Corp", memo="Reimbursement", findings=("over limit",)
        ),
        DigestRow(ref=2, amount="USD 500.00", vendor="Initech", memo="Confidential"),
        DigestRow(ref=3, amount="USD 4,000.00", vendor="Globex", memo=None),
        DigestRow(ref=4, amount="USD 9,999.00", vendor="Staples", memo="NDA", state="rejected", open=False),
    ),
)


def ask(kind: str, *refs: int, everything: bool = False, reason: str = "") -> dict[str, object]:
    return {"kind": kind, "refs": refs, "all": everything, "reason": reason}


def said(intent: str, *asks: dict[str, object], answer: str = "", question: str = "") -> str:
    return json.dumps({"intent": intent, "asks": asks, "answer": answer, "question": question})


async def heard(text: str, answer: str, digest: ReviewDigest = DIGEST) -> Interpretation:
    return await interpret(ScriptedModel([answer]), text, digest)


async def test_an_exact_reply_never_reaches_the_model() -> None:
    model = ScriptedModel([])
    heard = await interpret(model, "approve 1 and 3", DIGEST)
    assert heard.exact
    assert heard.reading == Decide(asks=(DecisionRequest(kind=A, refs=(1, 3)),))
    assert model.asked == []


async def test_plain_words_become_a_proposal_with_every_ask_in_it() -> None:
    answer = said("decide", ask("approve", 3, 1), ask("hold", 2, reason="until the PO"))
    result = await heard("the first and the third are fine, number two waits", answer)
    assert not result.exact
    assert isinstance(result.reading, Decide)
    assert in_words(result.reading) == "approve 1 and 3, hold 2 until the PO"


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (said("skip"), Skip()),
        (said("exit"), Exit()),
        (said("decide", ask("reject", everything=True)), Decide(asks=(DecisionRequest(kind=R),))),
    ],
)
async def test_the_model_s_reading_is_never_exact(answer: str, reading: Reading) -> None:
    result = await heard("that will do for today", answer)
    assert (result.reading, result.exact) == (reading, False)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (said("decide", ask("approve", 7)), "7"),
        (said("decide", ask("approve", 1, 99)), "99"),
        (said("decide", ask("approve", 4)), "4 (rejected)"),
        (said("decide"), "not sure"),
        (said("decide", ask("approve")), "not sure"),
        (said("decide", ask("approve", 1, everything=True)), "not sure"),
        (said("decide", ask("approve", 1), ask("reject", 1)), "different things"),
        (said("decide", ask("approve", everything=True), ask("hold", 2)), "contradict"),
        (said("unclear", question="Which of the two?"), "Which of the two?"),
        (said("unclear"), "You can say"),
        (said("question"), "You can say"),
        ("", "could not read that just now"),
        ("no JSON", "could not read that just now"),
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
    result = await interpret(ScriptedModel([fault]), "do the usual", DIGEST)
    assert isinstance(result.reading, Unclear)
    assert '"approve 2 and 3"' in result.reading.question
    assert (result.fault, result.prompt_tokens) == ("timed out", 5)


async def test_without_a_model_plain_words_get_a_helpful_question() -> None:
    result = await interpret(None, "no, don't approve", DIGEST)
    assert isinstance(result.reading, Unclear)
    assert (result.model, result.exact) == ("policy-only", False)


async def test_an_endless_reply_is_not_sent() -> None:
    model = ScriptedModel([])
    assert isinstance((await interpret(model, "please " * 1000, DIGEST)).reading, Unclear)
    assert model.asked == []


async def test_the_model_is_told_the_review_as_quoted_data() -> None:
    model = ScriptedModel([Completion(text=said("exit"), prompt_tokens=40, completion_tokens=9)])
    rows = [
        DigestRow(ref=ref, amount="1", vendor='"}],"x', memo="a\nb", open=ref > 20) for ref in range(1, 131)
    ]
    digest = DIGEST.model_copy(update={"rows": tuple(rows)})
    result = await interpret(model, 'I am done" }', digest)
    told = json.loads(model.asked[0][1])
    assert told["reply"] == 'I am done" }'
    assert told["review"]["not shown here"] == 30
    assert {row["ref"] for row in told["review"]["payments"]} == set(range(21, 121))
    assert told["review"]["payments"][0]["memo"] == "a b"
    assert (result.prompt_tokens, result.completion_tokens) == (40, 9)


@given(st.text(), st.text() | st.sampled_from([said("exit"), said("decide", ask("approve", 2))]))
async def test_the_model_alone_never_acts(text: str, answer: str) -> None:
    result = await heard(text, answer)
    if not result.exact and isinstance(result.reading, Decide):
        assert all(ref in (1, 2, 3) for one in result.reading.asks for ref in one.refs or ())


async def test_a_reply_is_read_over_http_in_a_strict_schema() -> None:
    async with (
        OpenAIServer([Behaviour(text=said("decide", ask("reject", 2, reason="no contract")))]) as server,
        connect(server.key, base_url=server.url) as client,
    ):
        result = await interpret(OpenAIModel(client, "test-model"), "two has no contract", DIGEST)
        assert server.complaints == []
    assert result.reading == Decide(asks=(DecisionRequest(kind=R, refs=(2,), reason="no contract"),))


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Decide(asks=(DecisionRequest(kind=A),)), "approve everything undecided"),
        (Decide(asks=(DecisionRequest(kind=R, refs=(2,), reason="duplicate"),)), "reject 2 (duplicate)"),
        (Decide(asks=(DecisionRequest(kind=H, refs=(1, 2, 3)),)), "hold 1, 2 and 3"),
        (Skip(), "skip, which holds everything undecided"),
        (Exit(), "exit, which ends this review and holds everything undecided"),
    ],
)
def test_a_proposal_is_shown_in_plain_words(reading: Decide | Skip | Exit, words: str) -> None:
    assert in_words(reading) == words
