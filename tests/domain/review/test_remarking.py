"""What asking, answering, noting and showing files make of a review: pure, and none of it decides."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversation import Medium, TurnKind
from bot.domain.people import Approvers
from bot.domain.review import remarking
from bot.domain.review.amendment import Amendment
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remark_checks import remark_problems
from bot.domain.review.remarking import AskedQuestion
from bot.domain.review.remarks import (
    MOST_REMARKS,
    MOST_WAITING,
    EvidenceFile,
    Remark,
    RemarkKind,
    WaitingFile,
    answered,
    asked,
    noted,
    remark_in,
)
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Actor, Transition
from tests.domain.approvers import approvers
from tests.domain.review.test_review import review as flagged_review

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
FILE = WaitingFile(id="F1", name="receipt.pdf", size=12, by="U_ANA", refs=(2,))


def actor(user: str = "U_BEN", text: str = "ask 2: why?") -> Actor:
    return Actor(user, Medium.BUTTON, text, NOW)


def step_of(result: RequestResult) -> Transition:
    assert result.outcome is Outcome.RECORDED
    assert result.transition is not None
    return result.transition


def question(review: Review) -> AskedQuestion:
    entry = asked((2,), "why?", review.state.submitter, "U_BEN", NOW)
    return AskedQuestion((2,), remark_in(2, 7, entry))


def test_a_question_stands_where_the_trail_will_have_it_and_is_sent_by_a_job() -> None:
    review = flagged_review()
    step = step_of(remarking.ask(review, (2,), "why?", actor(), approvers("U_BEN")))
    assert step.state.open_questions == (review.state.audited + 1,)
    assert step.jobs == ("publish", "ask")
    assert (step.audit[0].event, step.audit[0].detail["to"]) == ("asked", review.state.submitter)
    assert (step.turns[0].form, step.turns[0].to) == (TurnKind.QUESTION, review.state.submitter)
    assert step.decisions == ()


@pytest.mark.parametrize(
    ("user", "people", "outcome"),
    [
        ("U_DOV", ("U_BEN",), Outcome.NOT_AN_APPROVER),
        ("U_ANA", ("U_ANA", "U_BEN"), Outcome.OWN_BATCH),
        ("U_BEN", (), Outcome.NO_APPROVERS),
    ],
)
def test_who_may_not_decide_neither_asks_nor_notes(
    user: str, people: tuple[str, ...], outcome: Outcome
) -> None:
    review = flagged_review()
    by: Approvers = approvers(*people)
    assert remarking.ask(review, (2,), "why?", actor(user), by).outcome is outcome
    assert remarking.note(review, (2,), "hm", actor(user), by).outcome is outcome


def test_what_is_routine_unknown_or_closed_is_not_asked_about() -> None:
    review, may = flagged_review(), approvers("U_BEN")
    assert remarking.ask(review, (3,), "why?", actor(), may).outcome is Outcome.NOT_FLAGGED
    assert remarking.ask(review, (9,), "why?", actor(), may).outcome is Outcome.UNKNOWN_TRANSACTION
    assert remarking.ask(review, (), "why?", actor(), may).outcome is Outcome.UNKNOWN_TRANSACTION
    withdrawal = Amendment(ref=2, by="U_ANA", at=NOW, how=Medium.BUTTON)
    gone = {**review.entries, 2: review.entries[2].model_copy(update={"withdrawal": withdrawal})}
    assert remarking.ask(Review(review.state, gone), (2,), "why?", actor(), may).outcome is Outcome.WITHDRAWN
    closed = Review(review.state.but(status=ReviewStatus.CLOSED), review.entries)
    for does in (remarking.ask, remarking.note):
        assert does(closed, (2,), "why?", actor(), may).outcome is Outcome.CLOSED


def test_a_payment_holds_a_bounded_number_of_remarks() -> None:
    review = flagged_review()
    entry = noted((2,), "hm", "U_BEN", NOW)
    many = tuple(remark_in(2, place, entry) for place in range(1, MOST_REMARKS + 1))
    full = Review(review.state, {**review.entries, 2: review.entries[2].model_copy(update={"remarks": many})})
    result = remarking.note(full, (2,), "one more", actor(), approvers("U_BEN"))
    assert (result.outcome, result.refs) == (Outcome.TOO_MANY_REMARKS, (2,))
    assert remarking.answer(full, question(full), "because", (), actor("U_ANA")).outcome is (
        Outcome.TOO_MANY_REMARKS
    )
    waiting = review.state.but(waiting_files=(FILE,) * MOST_WAITING)
    brought = remarking.bring(Review(waiting, review.entries), (FILE,), actor("U_ANA"), approvers("U_BEN"))
    assert brought.outcome is Outcome.TOO_MANY_REMARKS


def test_an_answer_ends_its_question_and_its_files_wait_for_a_job() -> None:
    review = flagged_review()
    before = Review(review.state.but(open_questions=(7, 9)), review.entries)
    step = step_of(remarking.answer(before, question(before), "because", (FILE,), actor("U_ANA", "because")))
    assert step.state.open_questions == (9,)
    assert step.state.waiting_files == (FILE,)
    assert step.jobs == ("publish", "ask", "evidence")
    assert (step.turns[0].to, step.turns[0].actor) == ("U_BEN", "U_ANA")
    assert step.audit[0].detail == {
        "refs": [2],
        "question": 7,
        "text": "because",
        "files": ["receipt.pdf"],
    }


def test_nobody_answers_but_whoever_was_asked() -> None:
    review = flagged_review()
    for user in ("U_BEN", "U_DOV"):
        refused = remarking.answer(review, question(review), "because", (), actor(user))
        assert (refused.outcome, refused.transition) == (Outcome.NOT_ASKED, None)


def test_a_file_is_kept_once_however_often_the_job_runs() -> None:
    review = flagged_review()
    waits = Review(review.state.but(waiting_files=(FILE,)), review.entries)
    file = EvidenceFile(id="F1", name="receipt.pdf", size=12, sha256="ab" * 32)
    step = step_of(remarking.keep(waits, FILE, file, "kept", NOW))
    assert step.state.waiting_files == ()
    after = Review(step.state, review.entries)
    assert remarking.keep(after, FILE, file, "kept", NOW).outcome is Outcome.OVERTAKEN


def test_a_file_whose_payment_was_named_meanwhile_is_not_kept_for_the_review() -> None:
    review = flagged_review()
    unplaced = FILE.model_copy(update={"refs": ()})
    waits = Review(review.state.but(waiting_files=(unplaced,)), review.entries)
    step = step_of(remarking.place(waits, (), ("F1",), 2, actor("U_ANA", "")))
    assert step.state.waiting_files == (FILE,)
    file = EvidenceFile(id="F1", name="receipt.pdf")
    after = Review(step.state, review.entries)
    assert remarking.keep(after, unplaced, file, "kept", NOW).outcome is Outcome.OVERTAKEN
    assert step_of(remarking.keep(after, FILE, file, "kept", NOW)).audit[0].detail["refs"] == [2]


def test_only_whoever_shared_a_file_says_what_it_is_for() -> None:
    review = flagged_review()
    waits = Review(review.state.but(waiting_files=(FILE.model_copy(update={"refs": ()}),)), review.entries)
    kept = Remark(
        kind=RemarkKind.EVIDENCE, ref=0, by="U_ANA", at=NOW, file=EvidenceFile(id="F2", name="x"), place=5
    )
    assert (
        remarking.place(waits, (kept,), ("F1", "F2"), 2, actor("U_DOV", "")).outcome
        is Outcome.NOTHING_TO_DECIDE
    )


def test_the_check_names_what_does_not_fit() -> None:
    review = flagged_review()
    state, entries = review.state, review.entries
    ask = asked((2,), "why?", "U_ANA", "U_BEN", NOW)
    trail = [ask, answered((2,), 1, "because", (), "U_ANA", NOW + timedelta(minutes=1))]
    remarks = tuple(remark_in(2, place, entry) for place, entry in enumerate(trail, start=1))
    whole = {**entries, 2: entries[2].model_copy(update={"remarks": remarks})}
    assert list(remark_problems(state, whole, (), trail)) == []
    assert list(remark_problems(state, entries, (), trail)) == [
        "the remarks on #2 are not those in the audit trail"
    ]
    assert list(remark_problems(state.but(open_questions=(1,)), whole, (), trail)) == [
        "the state has 1 open questions, and the audit trail 0"
    ]
    by_other = [ask, answered((2,), 1, "because", (), "U_DOV", NOW)]
    found = tuple(remark_in(2, place, entry) for place, entry in enumerate(by_other, start=1))
    forged = {**entries, 2: entries[2].model_copy(update={"remarks": found})}
    assert list(remark_problems(state, forged, (), by_other)) == [
        "entry 2 answers what somebody else was asked"
    ]
