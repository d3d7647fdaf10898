"""What people see, held against Slack's published limits by the sandbox's own strict checks."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.domain.conversation import DecisionKind, Medium, Party, Turn, TurnKind
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.names import visible
from bot.domain.people import Deciders
from bot.domain.policy import HumanInputMode
from bot.domain.review.decision import Decision, Proposal
from bot.domain.review.ranking import Rank
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import Draft, Origin
from bot.domain.transaction import Transaction
from bot.sandbox.blocks.validation import problems_of, problems_of_view, too_long
from handlers.views import receipts
from handlers.views.button_value import ButtonValue
from handlers.views.card import PAGE, card, notification, pages
from handlers.views.forms import EVERYTHING_PAGE, everything_view, reason_form, submit_form
from handlers.views.thread import groups, message
from tests.real_data import real_file

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
LONGEST = "W" * 200
WORST_MEMOS = ["😀" * 500, "<!channel> *bold* `code` :tada:", "\u202e" * 500, "\n\r\n" * 166, '"' * 500, ""]


def review_state(**changes: object) -> ReviewState:
    values: dict[str, object] = {
        "team": "T1",
        "id": "R-7K3F2",
        "request": "test",
        "channel": "C_FINANCE",
        "submitter": "U_REQUESTER",
        "created_at": NOW,
        "source": "payments.csv",
        "mode": HumanInputMode.ALWAYS,
        "policy_version": "0123456789ab",
        "model": "policy-only",
        "digest": "d" * 64,
        "status": ReviewStatus.WAITING,
        "total": 300,
        "totals": {"USD": Decimal("17500.00")},
        "judged": 300,
        "flagged": 80,
        "undecided": 80,
    }
    return ReviewState.model_validate(values | changes)


def entry(
    ref: int, memo: str = "Office chairs", vendor: str = "Acme Corp", decided: bool = False
) -> ReviewedTransaction:
    found = Finding(source=Source.RULE, code="amount_over_limit", evidence="USD 12,000.00 is above the limit")
    decision = Decision(
        ref=ref,
        kind=DecisionKind.REJECTED,
        by="U_REVIEWER",
        at=NOW,
        how=Medium.BUTTON,
        reason=memo[:300] or "no",
        content_hash="c" * 64,
    )
    return ReviewedTransaction(
        transaction=Transaction(
            ref=ref, amount=Decimal("12000.00"), currency="USD", vendor=vendor, memo=memo, category=LONGEST
        ),
        judgement=Judgement(ref=ref, findings=(found,) * 4),
        decision=decision if decided else None,
    )


@pytest.mark.parametrize("memo", WORST_MEMOS)
@pytest.mark.parametrize("decided", [False, True])
def test_a_card_of_80_flagged_is_within_slacks_limits(memo: str, decided: bool) -> None:
    shown = [ranked(entry(ref, memo, LONGEST, decided)) for ref in range(1, PAGE + 1)]
    state = review_state(note=memo[:500], unassessed=3, recommend_only=True, recommended=80)
    blocks = card(state, shown, Deciders(tuple(f"U{number:010d}" for number in range(40))))
    assert problems_of(blocks, "message") == []
    assert not too_long(blocks)
    assert pages(state) == 10


def ranked(payment: ReviewedTransaction) -> ReviewedTransaction:
    """With the longest reason for its place."""
    return payment.model_copy(
        update={"rank": Rank(payment.transaction.ref, 6.1, Severity.MEDIUM, 1_234_567.8, 12_345, 12_345)}
    )


def test_a_card_says_why_its_payments_stand_in_this_order_where_there_are_several() -> None:
    shown = [ranked(entry(ref)) for ref in (2, 1)]
    kind = "one of 12,345 of its kind here, all to this vendor"
    words = f"Ranked by: medium risk; 1,234,567.8 times the limit; {kind}"
    said = [text["text"] for text in _texts(card(review_state(flagged=2), shown, Deciders()))]
    assert said.count(words) == 2
    assert [text.split()[0] for text in said if text.startswith("#")] == ["#2", "#1"]
    alone = card(review_state(flagged=1), shown[:1], Deciders())
    assert not [text for text in _texts(alone) if "Ranked by" in text["text"]]


def test_a_card_leads_to_the_desk_and_decides_about_many_only_after_they_were_shown() -> None:
    blocks = card(review_state(), [entry(ref) for ref in range(1, PAGE + 1)], Deciders())
    buttons = {element["action_id"]: element for element in blocks[-1]["elements"]}
    assert {"open_desk", "approve_all", "reject_all"} <= buttons.keys()
    assert "confirm" not in buttons["approve_all"], "the page that it opens asks, with sums"


def test_text_from_people_stands_in_plain_text_only() -> None:
    hostile = "<!channel> <@U_REVIEWER> *approved by CFO* :white_check_mark: https://evil.example"
    blocks = card(review_state(note=hostile, source=hostile), [entry(1, hostile, hostile)], Deciders())
    for text in _texts(blocks):
        if text["type"] == "mrkdwn":
            assert "CFO" not in text["text"]
            assert "evil" not in text["text"]
        else:
            assert not text.get("emoji")
    assert "CFO" not in notification(review_state(note=hostile, source=hostile))


def _texts(value: object) -> list[dict[str, str]]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") in {"mrkdwn", "plain_text"} else []
    return own + [text for one in value.values() for text in _texts(one)]


def test_what_cannot_be_seen_is_shown_by_its_code_and_no_text_fakes_a_line() -> None:
    assert visible("Acme\u200b Corp") == "Acme[U+200B] Corp"
    assert visible("evil\u202egnp.exe") == "evil[U+202E]gnp.exe"
    assert visible("ok\nApproved by ben") == "ok Approved by ben"
    assert visible("Café Zürich 株式会社") == "Café Zürich 株式会社"


def test_all_hostile_texts_fit_a_card_and_nothing_invisible_stays_invisible() -> None:
    lines = real_file("hostile-text.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        text = json.loads(line)["text"]
        shown = [entry(ref, text[:500], text[:200].strip() or "-") for ref in range(1, PAGE + 1)]
        blocks = card(review_state(), shown, Deciders())
        assert problems_of(blocks, "message") == [], line
        assert not too_long(blocks), line
        for part in _texts(blocks):
            assert all(char == "\n" or visible(char) == char for char in part["text"]), line


def test_a_summary_of_many_is_within_limits_and_counts_first() -> None:
    state = review_state(undecided=0, approved=78, rejected=1, held=1, concluded=True)
    words = "All transactions have been processed.\n300 transactions: ...\n… and 60 more"
    turn = Turn(who=Party.FINANCE_BOT, how=Medium.API, text=words, at=NOW, form=TurnKind.SUMMARY, seq=3)
    for memo in WORST_MEMOS:
        named = [entry(ref, memo, LONGEST, decided=True) for ref in range(1, 81)]
        text, blocks = message(state, [turn], named)
        assert problems_of(blocks, "message") == []
        assert not too_long(blocks)
        counts = [row[1]["text"] for row in blocks[2]["rows"][1:6]]
        assert counts == ["220", "78", "1", "1", "300"]
        assert text.startswith("300 payments")


def test_the_note_of_an_approval_is_shown_as_the_reason_of_a_rejection_is() -> None:
    noted = entry(2, "agreed with <!here> ana", decided=True)
    assert noted.decision is not None
    approval = noted.decision.model_copy(update={"kind": DecisionKind.APPROVED})
    noted = noted.model_copy(update={"decision": approval})
    blocks = card(review_state(approved=1), [noted], Deciders())
    (decided,) = [block for block in blocks if "*Approved* by <@U_REVIEWER>" in json.dumps(block)]
    assert decided["elements"][1] == {
        "type": "plain_text",
        "text": "agreed with <!here> ana",
        "emoji": False,
    }
    turn = Turn(who=Party.FINANCE_BOT, how=Medium.API, text="Done.", at=NOW, form=TurnKind.SUMMARY, seq=3)
    _, summary = message(review_state(approved=1, concluded=True), [turn], [noted])
    assert summary[2]["rows"][-1][0]["text"] == "approved: agreed with <!here> ana"


def test_turns_and_proposals_are_within_limits() -> None:
    proposal = Proposal(id="P-7", by="U_REVIEWER", words="hold 2 (" + "x" * 200 + ")", reading=())
    long = [
        Turn(
            who=Party.FINANCE_BOT,
            how=Medium.API,
            text=f"I understood: {proposal.words}.",
            at=NOW,
            form=TurnKind.PROPOSAL,
        ),
        Turn(who=Party.FINANCE_BOT, how=Medium.API, text="y" * 9000, at=NOW),
        Turn(who=Party.FINANCE_BOT, how=Medium.API, text="<!here> hi", at=NOW, form=TurnKind.MODEL),
        Turn(who=Party.HUMAN, how=Medium.BUTTON, text="reject 2: " + "z" * 3500, at=NOW, actor="U_REVIEWER"),
    ]
    for turn in long:
        _, blocks = message(review_state(proposal=proposal, model="gpt<!here>"), [turn], [])
        assert problems_of(blocks, "message") == []
        assert "<!here>" not in json.dumps([text for text in _texts(blocks) if text["type"] == "mrkdwn"])


def test_clicks_and_replies_are_not_posted_and_what_is_told_of_many_is() -> None:
    def turn(seq: int, how: Medium, form: TurnKind = TurnKind.PLAIN) -> Turn:
        return Turn(who=Party.HUMAN, how=how, text="approve", at=NOW, actor="U1", seq=seq, form=form)

    turns = [
        turn(1, Medium.BUTTON),
        turn(2, Medium.THREAD_REPLY),
        turn(3, Medium.BUTTON, TurnKind.TOLD),
        turn(4, Medium.COMMAND),
        Turn(who=Party.FINANCE_BOT, how=Medium.API, text="Done.", at=NOW, seq=5),
    ]
    assert [[turn.seq for turn in group] for group in groups(turns)] == [[3], [4], [5]]


def test_forms_and_home_are_within_limits() -> None:
    state = review_state(total=5000, judged=5000)
    shown = [entry(ref, "😀" * 500, LONGEST, decided=True) for ref in range(1, EVERYTHING_PAGE + 1)]
    for page in (0, 60, 124):
        assert problems_of_view(everything_view(state, shown, page), "modal") == []
    value = ButtonValue(review="R-7K3F2", item="2", content_token=state.content_token)
    assert problems_of_view(reason_form(value, shown[0]), "modal") == []
    assert problems_of_view(submit_form("C_FINANCE", "x" * 9000), "modal") == []


def test_a_draft_with_hundreds_of_bad_rows_is_within_limits() -> None:
    origin = Origin(
        team="T1", submitter="U1", request="r", channel="C1", told_in="C1", source="<!channel>" * 15
    )
    draft = Draft(
        id="d1",
        origin=origin,
        transactions=tuple(entry(ref).transaction for ref in range(1, 300)),
        problems=tuple(f"Row {row}, Amount: “<!here>{'x' * 300}” is not an amount." for row in range(900)),
    )
    text, blocks = receipts.draft(draft)
    assert problems_of(blocks, "message") == []
    assert not too_long(blocks)
    assert "<!" not in text


@pytest.mark.parametrize("text", ["", "R-7K3F2", "R-7K3F2:2", "x:2:3", "R-7K3F2:2:3:4:5", "R-<b>:1:2"])
def test_a_button_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a button"):
        ButtonValue.decode(text)
    value = ButtonValue(review="R-7K3F2", item="17", content_token="abc")
    assert ButtonValue.decode(value.encode()) == value
