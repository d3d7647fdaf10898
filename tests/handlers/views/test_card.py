"""What people see, held against Slack's published limits by the sandbox's own strict checks."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.conversation import DecisionKind, Medium, Party, Turn, TurnKind
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.names import visible
from bot.domain.people import Deciders
from bot.domain.policy import HumanInputMode, VendorPast
from bot.domain.review.decision import Decision, Proposal
from bot.domain.review.ranking import Rank
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import Draft, Origin
from bot.domain.transaction import Transaction
from bot.sandbox.blocks.validation import problems_of, problems_of_view, too_long
from handlers.views import receipts
from handlers.views.button_value import ButtonValue
from handlers.views.card import PAGE, Group, Groups, card, notification
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
@pytest.mark.parametrize("held", [0, 3, 8])
def test_a_card_of_eight_with_what_they_repeat_is_within_slacks_limits(memo: str, held: int) -> None:
    waits = [ranked(entry(ref, memo, LONGEST), 100 + ref) for ref in range(1, PAGE + 1)]
    waits[PAGE - held :] = [on_hold(payment) for payment in waits[PAGE - held :]]
    repeats = [entry(100 + ref, memo, LONGEST, decided=True) for ref in range(1, PAGE + 1)]
    state = review_state(
        note=memo[:500],
        unassessed=3,
        recommend_only=True,
        recommended=8,
        undecided=PAGE - held,
        held=held + 2,
    )
    blocks = card(state, [*waits, *repeats], Deciders(tuple(f"U{number:010d}" for number in range(40))))
    assert problems_of(blocks, "message") == []
    assert not too_long(blocks)
    assert len(blocks) <= 50


def on_hold(payment: ReviewedTransaction) -> ReviewedTransaction:
    decision = entry(payment.transaction.ref, "until the PO", decided=True).decision
    assert decision is not None
    held = decision.model_copy(update={"kind": DecisionKind.HELD})
    return payment.model_copy(update={"decision": held})


def ranked(payment: ReviewedTransaction, pair: int = 0) -> ReviewedTransaction:
    """With a place, and what its vendor was paid before."""
    past = VendorPast(14, Decimal("400.00"), "USD", date(2026, 10, 12))
    rank = Rank(payment.transaction.ref, 6.1, Severity.MEDIUM, 1.2, 1, 1, pair, past)
    return payment.model_copy(update={"rank": rank})


def said(blocks: list[dict[str, Any]]) -> list[str]:
    """What a person reads, a line for each block."""
    return ["".join(part["text"] for part in _all_texts(block)) for block in blocks]


def _all_texts(value: object) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [text for one in value for text in _all_texts(one)]
    if not isinstance(value, dict):
        return []
    own = [value] if isinstance(value.get("text"), str) else []
    return own + [text for one in value.values() for text in _all_texts(one)]


def test_a_payment_stands_in_two_lines_with_amount_and_vendor_bold() -> None:
    row = entry(3, "Chairs").transaction.model_copy(update={"row": 4})
    shown = ranked(entry(3, "Chairs").model_copy(update={"transaction": row}))
    blocks = card(review_state(undecided=1), [shown], Deciders())
    (at,) = [place for place, block in enumerate(blocks) if block["type"] == "rich_text"]
    what, why, buttons = blocks[at : at + 3]
    parts = what["elements"][0]["elements"]
    assert [part["text"] for part in parts if part.get("style", {}).get("bold")] == [
        "USD 12,000.00",
        "Acme Corp",
    ]
    assert parts[0]["text"] == "🟠 Medium risk · #3 "
    assert "USD 12,000.00 is above the limit." in said([why])[0]
    assert "Paid 14 times before, usually about USD 400; last on 12 Oct 2026. (row 4)" in said([why])[0]
    assert [element["action_id"] for element in buttons["elements"]] == ["approve", "reject", "payment_menu"]


def test_pairs_stand_together_and_one_that_was_approved_is_named_below() -> None:
    shown = [ranked(entry(5)), ranked(entry(2), 9), ranked(entry(7), 8), ranked(entry(9))]
    first = entry(8).model_copy(update={"judgement": Judgement(ref=8)})
    lines = said(card(review_state(undecided=4), [*shown, first], Deciders()))
    refs = [line.split("#")[1].split()[0] for line in lines if "risk · #" in line]
    assert refs == ["5", "9", "2", "7"]
    at = next(place for place, line in enumerate(lines) if "#7 " in line)
    assert "It repeats #8 USD 12,000.00 to Acme Corp · approved automatically" in lines[at + 2]


def test_more_than_eight_are_counted_in_groups_and_none_is_shown() -> None:
    usd = {"USD": Decimal(18000)}
    groups = Groups([Group("paid twice", 12, usd)], [Group("<!here> Acme", 9, usd), Group("Globex", 3, usd)])
    blocks = card(review_state(undecided=12), [], Deciders(), groups=groups)
    lines = "\n".join(said(blocks))
    assert "paid twice: 12 payments, USD 18,000.00" in lines
    assert "Globex: 3 payments, USD 18,000.00" in lines
    assert not [block for block in blocks if block["type"] == "rich_text"]
    desk, menu = blocks[-1]["elements"]
    assert (desk["action_id"], menu["action_id"], menu["type"]) == ("open_desk", "review_menu", "overflow")
    entries = [entry["text"]["text"] for entry in menu["options"]]
    assert entries == ["I'm on it", "Approve all", "Download", "Close review"], (
        "nothing decides about all beside the desk"
    )
    assert problems_of(blocks, "message") == []
    assert "<!here>" not in json.dumps([text for text in _texts(blocks) if text["type"] == "mrkdwn"])


def test_a_card_says_at_a_glance_what_is_at_stake() -> None:
    sums = {
        "undecided": {"USD": Decimal(184000)},
        "held": {"USD": Decimal(200)},
        "approved": {"USD": Decimal(9)},
    }
    state = review_state(total=40, flagged=13, undecided=11, held=1, approved=1, sums=sums, high_risk=3)
    lines = said(card(state, [], Deciders()))
    assert lines[0] == "R-7K3F2: 11 of 40 payments need a decision"
    assert lines[1].startswith(
        "*USD 184,000.00 to decide · 3 high risk · 1 on hold, USD 200.00* · submitted <!date^"
    )
    assert "1 approved, USD 9.00" in "\n".join(lines)
    one = card(review_state(total=1, undecided=1, flagged=1), [], Deciders())
    assert said(one)[0] == "R-7K3F2: 1 of 1 payment needs a decision"
    assert "0123456789ab" not in json.dumps(one), "the policy's hash is nobody's business here"


def test_a_card_says_how_to_decide_only_while_something_waits() -> None:
    waits = json.dumps(card(review_state(undecided=1), [ranked(entry(1))], Deciders(named=("U_REVIEWER",))))
    decided = review_state(undecided=0, approved=80)
    assert "Press a button, or reply in the thread" in waits
    assert "reply in the thread" not in json.dumps(card(decided, [], Deciders(named=("U_REVIEWER",))))


def test_what_is_on_hold_stands_by_itself_with_who_and_why() -> None:
    blocks = card(
        review_state(undecided=1, held=3), [ranked(entry(2)), on_hold(ranked(entry(4)))], Deciders()
    )
    lines = said(blocks)
    at = lines.index("*On hold*")
    assert "#2 " in "".join(lines[:at])
    assert "#4 " in lines[at + 1]
    assert any("*On hold* by <@U_REVIEWER>" in line and "until the PO" in line for line in lines[at:])
    assert "2 more payments are on hold. Open your desk." in lines


def test_rows_that_were_left_out_are_told() -> None:
    assert "3 rows of what was handed in were left out." in "\n".join(
        said(card(review_state(left_out=3), [], Deciders()))
    )


def test_text_from_people_stands_in_plain_text_only() -> None:
    hostile = "<!channel> <@U_REVIEWER> *approved by CFO* :white_check_mark: https://evil.example"
    blocks = card(
        review_state(note=hostile, source=hostile, undecided=1), [entry(1, hostile, hostile)], Deciders()
    )
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
        blocks = card(review_state(undecided=PAGE), shown, Deciders())
        assert problems_of(blocks, "message") == [], line
        assert not too_long(blocks), line
        for part in _texts(blocks):
            assert all(char == "\n" or visible(char) == char for char in part["text"]), line


def test_a_summary_counts_and_sums_each_outcome_and_names_what_was_not_approved() -> None:
    amounts = {"approved": 78_000, "rejected": 12_000, "held": 12_000}
    sums = {standing: {"USD": Decimal(amount)} for standing, amount in amounts.items()}
    state = review_state(undecided=0, approved=78, rejected=1, held=1, concluded=True, sums=sums)
    turn = Turn(who=Party.FINANCE_BOT, how=Medium.API, text="Done.", at=NOW, form=TurnKind.SUMMARY, seq=3)
    for memo in WORST_MEMOS:
        named = [entry(ref, memo, LONGEST, decided=True) for ref in range(1, 81)]
        _, blocks = message(state, [turn], named)
        assert problems_of(blocks, "message") == []
        assert not too_long(blocks)
    _, blocks = message(state, [turn], [entry(4, "no contract", decided=True), entry(5), on_hold(entry(6))])
    (table,) = [block for block in blocks if block["type"] == "table"]
    assert cells_of(table)[2:5] == [
        ["Approved", "78", "USD 78,000.00"],
        ["Rejected", "1", "USD 12,000.00"],
        ["On hold", "1", "USD 12,000.00"],
    ]
    assert "#4 USD 12,000.00 to Acme Corp: rejected: no contract" in "\n".join(said(blocks))
    assert "#6 USD 12,000.00 to Acme Corp: on hold: until the PO" in "\n".join(said(blocks))


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


def cells_of(table: dict[str, Any]) -> list[list[str]]:
    """What stands in a table; no line ends between a currency and its amount."""
    texts = [[str(cell["text"]) for cell in row] for row in table["rows"]]
    assert all(" " not in sums.replace(" + ", "") for *_, sums in texts), texts
    return [[text.replace("\N{NO-BREAK SPACE}", " ") for text in row] for row in texts]


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
