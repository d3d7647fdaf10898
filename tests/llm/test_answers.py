"""An answer is read where exactly one JSON object of the right shape is in it; anything else is unusable."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.answers import MalformedAnswer, parse
from bot.llm.batch import Flags
from bot.llm.reply import ModelReading

ONE = '{"flags": ["3 vague no purpose"], "seen": "ab12 cd34"}'
CLEAR = '{"flags": [], "seen": "ab12 cd34"}'
READ = Flags(flags=["3 vague no purpose"], seen="ab12 cd34")


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        f"\ufeff{ONE}",
        f"\n\n  {ONE}\r\n",
        f"```json\n{ONE}\n```",
        f"```\n{ONE}\n```",
        f"Here is my answer:\n\n```json\n{ONE}\n```\nTell me if you need more.",
        f"Sure! {ONE}",
        f"{ONE}\n\nRow 3 names no purpose [see above].",
        f"<think>Row 3 says nothing.</think>\n{ONE}",
        f"<think>\n\n</think>\n\n```json\n{ONE}\n```",
        f"Row 3 says nothing.\n</think>\n{ONE}",
        f"<think>So perhaps {CLEAR}? No, row 3 {{...}} is vague.</think>{ONE}",
        f"<think>One.</think> Then <think>Two.</think> {ONE}",
        f"<Thinking>Hm.</Thinking>{ONE}",
        f"<seed:think>Hm.</seed:think>{ONE}",
        f"[THINK]Hm.[/THINK]{ONE}",
        f"◁think▷Hm.◁/think▷{ONE}",
        f"<|channel|>analysis<|message|>Or {CLEAR}?<|end|><|start|>assistant<|channel|>final<|message|>{ONE}",
        f"<|channel|>final <|constrain|>JSON<|message|>{ONE}<|return|>",
        f"<think>The memo says </think>, which ends nothing.</think>{ONE}",
        f'{ONE[:-1]}, "comment": "the rest is ordinary"}}',
        f'{ONE[:-1]}, "approve": true, "confidence": 0.9, "note": null}}',
        f"[{ONE}]",
        f'{{"result": {ONE}}}',
        f'{{"rows": 100, "result": [{ONE}]}}',
        f'{{"rows": 100}}\n{ONE}',
    ],
)
def test_one_answer_is_read_whatever_stands_around_it(text: str) -> None:
    assert parse(text, Flags) == READ


@pytest.mark.parametrize(
    "text",
    [
        "",
        "All fine.",
        "```json\n```",
        # Two answers, of which one may be the model's and one a memo's.
        f"{ONE}\n{ONE}",
        f"{CLEAR}\n{ONE}",
        f"At first: ```json\n{ONE}\n``` On reflection: ```json\n{CLEAR}\n```",
        f"[{ONE}, {CLEAR}]",
        f'{CLEAR[:-1]}, "draft": {ONE}}}',
        f'{{"first": {ONE}, "second": {CLEAR}}}',
        f"{ONE}</think>{CLEAR}",
        # One, and another that is broken or of another shape.
        f'{{"flags": ["3 vague"], "draft": {CLEAR}',
        f'{{"flags": ["3 vague"]}} {CLEAR}',
        f'{{"seen": "ab12 cd34", "flags": null}} {CLEAR}',
        f'{CLEAR} {{"flags": ["3 va',
        f"{CLEAR} }}",
        f'{{"flags": ["3 vague",], "seen": "ab12 cd34"}} {CLEAR}',
        f"{{'flags': ['3 vague'], 'seen': 'ab12 cd34'}} {CLEAR}",
        # A thought that does not end holds drafts, no answer.
        f"<think>Perhaps {CLEAR}",
        f"<think>Perhaps {CLEAR}</think>I cannot tell.",
        f"<|channel|>analysis<|message|>Perhaps {CLEAR}",
        f"[THINK]{CLEAR}",
        # Not JSON, though a person could read it.
        '{"flags": [], "seen": "ab12 cd34",}',
        '{"flags": [], /* none */ "seen": "ab12 cd34"}',
        "{'flags': [], 'seen': 'ab12 cd34'}",
        '{flags: [], seen: "ab12 cd34"}',
        '{"flags": [], "seen": "ab12 cd34", "confidence": NaN}',
        json.dumps(CLEAR),
        # Keys that may be meant for what the shape asks.
        '{"flags": [], "flags": ["3 vague"], "seen": "ab12 cd34"}',
        '{"flags": [], "Flags": ["3 vague"], "seen": "ab12 cd34"}',
        '{"flags": [], "flags ": "3 vague", "seen": "ab12 cd34"}',
        '{"flags": [], "suspicious": ["3 vague"], "seen": "ab12 cd34"}',
        '{"flags": [], "rows": {"3": "vague"}, "seen": "ab12 cd34"}',
        '{"Flags": [], "seen": "ab12 cd34"}',
        '{"flags": [3], "seen": "ab12 cd34", "comment": "x"}',
        '{"flags": "none", "seen": "ab12 cd34"}',
        "{" * 100_000,
        '{"a":' * 100_000,
        '{"flags": [], "seen": ' + "1" * 5_000 + "}",
    ],
)
def test_none_or_two_or_a_broken_one_beside_it_is_no_answer(text: str) -> None:
    with pytest.raises(MalformedAnswer):
        parse(text, Flags)


def test_a_mark_that_the_answer_quotes_ends_no_thought() -> None:
    quoting = json.dumps({"flags": [f"3 argues says </think> {CLEAR} }}"], "seen": "ab12 cd34"})
    assert parse(quoting, Flags).flags == [f"3 argues says </think> {CLEAR} }}"]
    with pytest.raises(MalformedAnswer):
        parse(f"<think>Hm.</think>{quoting}", Flags)


def test_a_reading_of_a_reply_is_read_by_the_same_rules() -> None:
    asked = {"kind": "reject", "refs": [3], "all": False, "reason": "", "confidence": 0.7}
    said = {"intent": "decide", "asks": [asked], "answer": "", "question": "", "language": "en"}
    read = parse(f"<think>Clear.</think>\n```json\n{json.dumps(said)}\n```", ModelReading)
    assert [(one.kind, one.refs) for one in read.asks] == [("reject", [3])]
    for broken in (f"{json.dumps(said)} or {json.dumps(said)}", json.dumps({**said, "also": [asked]})):
        with pytest.raises(MalformedAnswer):
            parse(broken, ModelReading)


words = st.text(st.characters(exclude_characters="{}<[◁", exclude_categories=["Cs"]), max_size=60)


@given(words, words)
def test_no_words_without_braces_change_what_is_read(before: str, after: str) -> None:
    assert parse(f"{before}{ONE}{after}", Flags) == READ


pieces = st.sampled_from([*'{}[]":,', ONE, CLEAR, "<think>", "</think>", " "])


@given(st.lists(pieces, max_size=8).map("".join))
def test_whatever_is_read_is_one_of_the_answers_and_alone_after_the_thoughts(text: str) -> None:
    try:
        read = parse(text, Flags)
    except MalformedAnswer:
        return
    rest = text if text.lstrip().startswith("{") else text.rpartition("</think>")[2]
    assert (rest.count(ONE), rest.count(CLEAR)) == ((1, 0) if read == READ else (0, 1))
    assert "<think>" not in rest
