"""The judge of questions names each thing that can be wrong with them, and is silent where nothing is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.audit.entry import AuditEntry
from bot.domain.review.remarks import answered, asked, noted
from bot.domain.review.review import Review
from tests.chaos.evidence import Evidence, Wrong
from tests.chaos.judge_asking import judge_asking
from tests.chaos.records import EVENT, Delivered, Records
from tests.chaos.stored import Stored
from tests.chaos.wishes import BY_REPLY, Aim, Wish
from tests.domain.review.test_review import review as a_review

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
SECOND = NOW.timestamp()
CARD: dict[str, Any] = {"channel": "C1", "ts": "1.0", "thread_ts": None, "blocks": []}
QUESTION = asked((2,), "why 1?", "U_ANA", "U_BEN", NOW)
ANSWER = answered((2,), 1, "that is 2", (), "U_ANA", NOW)


def part(message: dict[str, Any], **what: Any) -> dict[str, Any]:
    payload = {"review": "R-7K3F2", **what}
    return message | {"metadata": {"event_type": EVENT, "event_payload": payload}}


def question(ts: str = "2.0", *, offers: bool = False) -> dict[str, Any]:
    button = {"type": "button", "action_id": "answer_question", "value": "R-7K3F2:1:"}
    blocks = [{"type": "actions", "block_id": "question", "elements": [button]}] if offers else []
    where = {"channel": "D_U_ANA", "ts": ts, "thread_ts": None, "blocks": blocks}
    return part(where, part="question", place=1)


def said(user: str, words: str, thread: tuple[str, str], aim: Aim = Aim.TALK) -> Delivered:
    wish = Wish(user, aim, BY_REPLY, f"message {words}", words, (), thread=thread)
    return Delivered(wish, SECOND - 1, SECOND + 1, True, None)


ASKED_BY_BEN = said("U_BEN", "ask 2: why 1?", ("C1", "1.0"), Aim.ASK)
ANSWERED_BY_ANA = said("U_ANA", "that is 2", ("D_U_ANA", "2.0"))


def evidence(
    audit: Sequence[AuditEntry] = (QUESTION, ANSWER),
    messages: Sequence[dict[str, Any]] = (question(),),
    delivered: Sequence[Delivered] = (ASKED_BY_BEN, ANSWERED_BY_ANA),
    open_questions: tuple[int, ...] = (),
) -> Evidence:
    loaded = a_review()
    kept = Review(loaded.state.but(open_questions=open_questions), loaded.entries)
    stored = Stored(kept, (), tuple(audit), (), (), ())
    records = Records(delivered=list(delivered))
    return Evidence(("U_BEN",), {"R-7K3F2": stored}, [part(CARD, part="card"), *messages], records, [])


def test_what_fits_is_left_alone() -> None:
    assert list(judge_asking(evidence())) == []
    open_ = evidence((QUESTION,), (question(offers=True),), (ASKED_BY_BEN,), (1,))
    assert list(judge_asking(open_)) == []


CASES: dict[str, tuple[Wrong, Callable[[], Evidence]]] = {
    "a question that nobody asked": (Wrong.UNASKED, lambda: evidence(delivered=(ANSWERED_BY_ANA,))),
    "a note of somebody who may not": (
        Wrong.UNASKED,
        lambda: evidence(
            (QUESTION, ANSWER, noted((2,), "hm 3", "U_DOV", NOW)),
            delivered=(
                ASKED_BY_BEN,
                ANSWERED_BY_ANA,
                said("U_DOV", "note 2: hm 3", ("C1", "1.0"), Aim.NOTE),
            ),
        ),
    ),
    "an answer that is kept twice": (Wrong.DOUBLED, lambda: evidence((QUESTION, ANSWER, ANSWER))),
    "an answer that is lost": (
        Wrong.LOST,
        lambda: evidence((QUESTION,), (question(offers=True),), open_questions=(1,)),
    ),
    "an answer that nobody gave": (Wrong.UNASKED, lambda: evidence(delivered=(ASKED_BY_BEN,))),
    "an answer of somebody else": (
        Wrong.UNASKED,
        lambda: evidence((QUESTION, ANSWER.model_copy(update={"actor": "U_DOV"}))),
    ),
    "a question in two messages": (
        Wrong.POSTED_TWICE,
        lambda: evidence(messages=(question(), question("3.0"))),
    ),
    "a question in no message": (Wrong.UNSHOWN, lambda: evidence(messages=(), delivered=(ASKED_BY_BEN,))),
    "a message that still asks": (Wrong.STALE_CARD, lambda: evidence(messages=(question(offers=True),))),
}


@pytest.mark.parametrize("what", CASES)
def test_each_thing_that_is_wrong_is_named(what: str) -> None:
    wrong, made = CASES[what]
    assert wrong in {finding.wrong for finding in judge_asking(made())}


def test_an_answer_after_the_end_may_be_refused() -> None:
    closed = AuditEntry(event="closed", actor="U_BEN", at=NOW)
    kept = evidence((QUESTION, closed), (question(offers=True),), open_questions=(1,))
    assert list(judge_asking(kept)) == []
    assert list(judge_asking(replace(kept, messages=()))) != []
