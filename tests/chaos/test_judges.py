"""The judges of ``make chaos`` find what was spoiled, and nothing where nothing was."""

from dataclasses import replace

import pytest

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind
from bot.domain.judgement import Judgement
from bot.domain.review.approvals import GIVEN
from bot.domain.review.audit_entries import decided
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.state import ReviewState
from bot.llm.quoting import quoted_rows
from tests.chaos import scene
from tests.chaos.evidence import Evidence, Request, Wrong
from tests.chaos.judge_decisions import judge_decisions
from tests.chaos.judge_display import judge_display
from tests.chaos.judge_told import judge_told
from tests.chaos.judge_trail import judge_trail
from tests.chaos.model import Call
from tests.chaos.plan import Scale, planned
from tests.chaos.records import Death, Recorder, Records, Told, steps_of
from tests.chaos.scene import APPROVED, ID, delivered, evidence, message, posted, shown, stored
from tests.chaos.wishes import BY_REPLY, Aim, Wish, meant


def wrongs(given: Evidence) -> set[Wrong]:
    found = [*judge_decisions(given), *judge_display(given), *judge_trail(given, [], [])]
    return {one.wrong for one in found}


def with_head(**changes: object) -> Evidence:
    review = stored().review
    review_state: ReviewState = review.state.model_copy(update=changes)
    return evidence(stored(review=replace(review, state=review_state)))


def test_what_is_as_it_should_be_is_left_alone() -> None:
    assert wrongs(evidence()) == set()


def test_a_decision_that_was_acknowledged_and_is_not_stored_is_lost() -> None:
    given = evidence()
    hold = replace(APPROVED, aim=Aim.HOLD, name="click 2", words="hold 2", refs=(2,))
    given.records.delivered.append(delivered(hold, 7, 7.1))
    given.records.told.append(Told(scene.START.timestamp() + 7.05, hold.user, scene.CHANNEL))
    assert wrongs(given) == {Wrong.LOST}


def test_a_decision_made_after_another_was_acknowledged_has_overwritten_it() -> None:
    given = evidence()
    first = replace(APPROVED, user="U_P02", name="click 0")
    given.records.delivered.append(delivered(first, 3, 4))
    assert Wrong.LOST in wrongs(given)


def test_an_unanswered_click_may_or_may_not_have_decided() -> None:
    given = evidence()
    given.records.delivered[1] = delivered(APPROVED, 5, 5.01, acked=False)
    hold = replace(APPROVED, aim=Aim.HOLD, name="click 2", words="hold 2", refs=(2,))
    given.records.delivered.append(delivered(hold, 7, 7.1, acked=False))
    assert wrongs(given) == set()


def test_what_nobody_asked_for_is_found() -> None:
    given = evidence()
    del given.records.delivered[1]
    assert wrongs(given) == {Wrong.UNASKED}


@pytest.mark.parametrize("approvers", [("U_P02",), ()])
def test_a_decision_of_somebody_who_may_not_is_found(approvers: tuple[str, ...]) -> None:
    found = judge_decisions(replace(evidence(), approvers=approvers))
    assert {one.wrong for one in found} == {Wrong.UNASKED}


def test_a_decision_that_is_audited_twice_is_doubled() -> None:
    trail = stored().audit
    assert wrongs(evidence(stored(audit=(*trail, trail[-1])))) == {Wrong.DOUBLED}


def test_an_audit_trail_that_tells_another_decision_is_broken() -> None:
    other = decided(scene.decision(kind=DecisionKind.REJECTED))
    spoiled = evidence(stored(audit=(*stored().audit[:-1], other)))
    assert wrongs(spoiled) == {Wrong.BROKEN_CHAIN, Wrong.UNASKED}


def test_a_reply_whose_turn_is_missing_is_lost() -> None:
    given = evidence()
    said = Wish("U_P05", Aim.TALK, BY_REPLY, "message 1", "lunch 1", thread=(scene.CHANNEL, scene.CARD))
    given.records.delivered.append(delivered(said, 7, 7.1))
    assert wrongs(given) == {Wrong.LOST}


def test_a_click_that_decided_nothing_must_be_answered() -> None:
    given = evidence()
    late = replace(APPROVED, user="U_P02", name="click 2")
    given.records.delivered.append(delivered(late, 8, 8.1))
    assert wrongs(given) == {Wrong.UNTOLD}
    given.records.told.append(Told(scene.START.timestamp() + 8.05, late.user, scene.CHANNEL))
    assert wrongs(given) == set()


def test_an_answer_on_top_of_a_modal_or_in_a_direct_message_tells_its_person() -> None:
    records = Records()
    recorder = Recorder(records)
    section = {"type": "section", "block_id": "notice"}
    recorder.tell("view", id="V1", user="U_P02", view={"blocks": [section]})
    recorder.tell("view", id="V1", user="U_P03", view={"blocks": [{**section, "block_id": "pages"}]})
    recorder.tell(
        "message", message=message("103.000000", {}, "No.") | {"channel": "D_U_P04", "ephemeral_to": None}
    )
    assert [told.user for told in records.told] == ["U_P02", "U_P04"]


def test_counters_that_say_something_else_are_found() -> None:
    assert Wrong.MISCOUNTED in wrongs(with_head(approved=2))


def test_a_batch_that_became_two_reviews_or_none_is_found() -> None:
    given = evidence()
    given.stored["R-OTHER"] = given.stored[ID]
    assert Wrong.DOUBLED in wrongs(given)
    del given.stored["R-OTHER"], given.stored[ID]
    assert Wrong.LOST in wrongs(given)


def test_a_message_that_stands_there_twice_is_found() -> None:
    seen = posted(stored())
    again = {**seen[2], "ts": "103.000000"}
    assert wrongs(evidence(messages=[*seen, again])) == {Wrong.POSTED_TWICE}


def test_a_turn_that_is_shown_in_two_different_messages_is_found() -> None:
    seen = posted(stored())
    seen[2] = message("102.000000", {"part": "turns", "last": 2}, "Two payments.", "approve 1")
    assert wrongs(evidence(messages=seen)) == {Wrong.POSTED_TWICE}


def test_a_turn_that_is_not_shown_and_one_out_of_order_are_found() -> None:
    seen = posted(stored())
    assert wrongs(evidence(messages=seen[:2])) == {Wrong.UNSHOWN}
    seen[1]["ts"] = "109.000000"
    assert wrongs(evidence(messages=seen)) == {Wrong.OUT_OF_ORDER}


def test_a_card_of_an_older_state_is_stale_and_a_missing_one_unshown() -> None:
    older = with_head(undecided=2, approved=0).messages
    assert wrongs(evidence(messages=list(older))) == {Wrong.STALE_CARD}
    assert Wrong.UNSHOWN in wrongs(evidence(messages=[]))


def test_a_card_that_went_back_and_forth_is_found() -> None:
    given = evidence()
    given.records.cards.append(shown(f"{ID}: 2 of 2 payments need a decision", 7))
    assert wrongs(given) == {Wrong.WENT_BACK}


def test_a_chunk_is_paid_once_unless_somebody_died() -> None:
    rows = {ref: scene.entry(ref).model_copy(update={"judgement": Judgement(ref=ref)}) for ref in (1, 2)}
    review = replace(stored().review, entries=rows)
    content, start = quoted_rows([one.transaction for one in rows.values()]).text, scene.START.timestamp()
    given = replace(evidence(stored(review=review)), calls=[Call(start + 0.2, content)] * 2)
    assert [one.wrong for one in judge_trail(given, [], [])] == [Wrong.PAID_TWICE]
    given.records.deaths.append(Death(start + 0.1, "worker", "worker 1"))
    assert not list(judge_trail(given, [], []))
    given = replace(given, calls=[*given.calls, Call(start + 30, content)])
    assert Wrong.PAID_TWICE in {one.wrong for one in judge_trail(given, [], [])}


def test_what_is_left_in_the_queues_is_found() -> None:
    left = {one.wrong for one in judge_trail(evidence(), [f"publish:T:{ID}:3"], ["publish:T:R-1:2"])}
    assert left == {Wrong.OUTBOX, Wrong.DEAD_LETTER}


def test_the_same_seed_makes_the_same_plan() -> None:
    assert planned(Scale(7)) == planned(Scale(7))
    assert planned(Scale(7)) != planned(Scale(8))


def test_a_card_tells_how_far_it_is() -> None:
    headers = [
        "R-12345 is being assessed (0 of 31)",
        "R-12345 is being assessed (25 of 31)",
        "R-12345: 1,204 of 4,000 payments need a decision",
        "R-12345: 1 of 4,000 payments need a decision",
        "R-12345: everything is decided",
        "R-12345 is closed",
    ]
    steps = [steps_of(header) for header in headers]
    assert steps == sorted(steps)
    assert len(set(steps)) == len(steps)


def test_replies_are_read_as_these_people_mean_them() -> None:
    assert meant("approve 2 and 30") == (Aim.APPROVE, (2, 30))
    assert meant("reject 4: wrong amount") == (Aim.REJECT, (4,))
    assert meant("skip") == (Aim.HOLD, None)
    assert meant("why 3?")[0] is Aim.LOOK
    assert meant("lunch at noon 4")[0] is Aim.TALK


HOLD = scene.decision(kind=DecisionKind.HELD)
HELD = replace(APPROVED, aim=Aim.HOLD, words="hold 1")


def test_a_hold_that_another_approves_is_as_it_should_be_and_one_that_nobody_asked_for_is_found() -> None:
    over = scene.decision(by="U_P02", at=scene.at(8.05), replaces=3)
    review = stored().review
    entries = {**review.entries, 1: scene.entry(1, over)}
    turns = tuple(
        turn.model_copy(update={"text": "hold 1"}) if turn.actor else turn for turn in stored().turns
    )
    later = turns[1].model_copy(update={"text": "approve 1", "actor": over.by, "at": over.at, "seq": 3})
    changed = replace(review, entries=entries, state=review.state.model_copy(update={"turns": 3}))
    audit = (*stored().audit[:-1], decided(HOLD), decided(over))
    given = evidence(stored(review=changed, turns=(*turns, later), audit=audit))
    given.records.delivered[1] = delivered(HELD, 5, 5.2)
    given.records.delivered.append(delivered(replace(APPROVED, user="U_P02", name="click 2"), 8, 8.1))
    assert not list(judge_decisions(given))
    del given.records.delivered[1]
    assert {one.wrong for one in judge_decisions(given)} == {Wrong.UNASKED}


@pytest.mark.parametrize("event", ["closed", "reopened", "released"])
def test_what_nobody_asked_to_close_reopen_or_release_is_found(event: str) -> None:
    entry = AuditEntry(event=event, actor="U_P02", at=scene.at(9), detail={"ref": 2, "replaces": 0})
    given = evidence(stored(audit=(*stored().audit, entry)))
    assert Wrong.UNASKED in {one.wrong for one in judge_decisions(given)}


def test_a_review_that_is_closed_twice_in_a_row_is_broken() -> None:
    closed = AuditEntry(event="closed", actor=FINANCE_BOT, at=scene.at(9))
    given = evidence(stored(audit=(*stored().audit, closed, closed)))
    assert Wrong.BROKEN_CHAIN in {one.wrong for one in judge_trail(given, [], [])}


def test_a_button_that_does_not_show_ones_own_hold_yet_may_be_refused() -> None:
    review = stored().review
    entries = {**review.entries, 1: scene.entry(1, HOLD)}
    state = review.state.model_copy(update={"approved": 0, "held": 1})
    turns = tuple(
        turn.model_copy(update={"text": "hold 1"}) if turn.actor else turn for turn in stored().turns
    )
    changed = replace(review, entries=entries, state=state)
    given = evidence(stored(review=changed, turns=turns, audit=(*stored().audit[:-1], decided(HOLD))))
    given.records.delivered[1] = delivered(HELD, 5, 5.2)
    given.records.delivered.append(delivered(replace(APPROVED, name="click 2"), 8, 8.1))
    assert {one.wrong for one in judge_decisions(given)} == {Wrong.UNTOLD}
    given.records.told.append(Told(scene.START.timestamp() + 8.05, APPROVED.user, scene.CHANNEL))
    assert not list(judge_decisions(given))


@pytest.mark.parametrize("note", ["seen", "another"])
def test_a_page_about_many_is_told_by_the_approvals_that_it_gave(note: str) -> None:
    """Others have to approve too, so the thread counts what was given, without the reason."""
    gave = stored().turns[1].model_copy(update={"text": "gave an answer", "at": scene.at(8.05), "seq": 3})
    detail = {"refs": [2], "stage": 0, "how": "button", "note": note}
    given_then = AuditEntry(event=GIVEN, actor=gave.actor, at=gave.at, detail=detail)
    page = replace(APPROVED, name="form 1", words="approve many: seen", refs=None, review=ID)
    given = evidence(stored(turns=(*stored().turns, gave), audit=(*stored().audit, given_then)))
    request = Request(page, (delivered(page, 8, 8.1),))
    untold = [one.wrong for one in judge_told(given, given.stored[ID], [request])]
    assert untold == ([] if note == "seen" else [Wrong.UNTOLD])


def test_a_card_may_be_cut_further_than_it_had_to_be_and_show_nothing_else() -> None:
    """The names on it change by themselves, and with them how much room is left."""
    review = stored()
    blocks = [block for block in posted(review)[0]["blocks"] if block["type"] != "divider"]
    close = [message(scene.CARD, {"part": "card"}, blocks=blocks), *posted(review)[1:]]
    assert not list(judge_display(evidence(messages=close)))
    without = [block for block in blocks if block.get("block_id") != "transaction 2"]
    spoiled = [message(scene.CARD, {"part": "card"}, blocks=without), *posted(review)[1:]]
    assert {one.wrong for one in judge_display(evidence(messages=spoiled))} == {Wrong.STALE_CARD}


@pytest.mark.parametrize(("decided_at", "refs"), [(4.5, (2,)), (20, ())])
def test_a_page_about_many_is_not_asked_for_what_a_later_one_decides(
    decided_at: float, refs: tuple[int, ...]
) -> None:
    """Both by one person, in one review, and for the same reason."""
    made = scene.decision(2, reason="seen", at=scene.at(decided_at))
    review = stored().review
    changed = replace(review, entries={**review.entries, 2: scene.entry(2, made)})
    given = evidence(stored(review=changed))
    page = replace(APPROVED, name="form 1", words="approve many: seen", refs=())
    given.records.delivered.append(delivered(page, 4, 4.8))
    (asked,) = [request.wish for request in given.requests()[ID] if request.wish.name == "form 1"]
    assert asked.refs == refs
