"""A past review is judged again with what was known when it was handed in, and with no more."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from bot.domain.audit.chain import text_of
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, Medium
from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.policy import default_policy
from bot.domain.review import audit_entries as audit
from bot.domain.review.decision import Decision
from bot.domain.transaction import Transaction
from bot.evaluation.replay import Flip, PastReview, replay

MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
MODEL = Finding(source=Source.MODEL, code="model_mismatch", evidence="it does not fit")
RULE = Finding(source=Source.RULE, code="round_amount", evidence="round")


def payment(ref: int, amount: str = "3123.45", vendor: str = "Acme Corp") -> Transaction:
    return Transaction(
        ref=ref, date=MONDAY.date(), amount=Decimal(amount), currency="USD", vendor=vendor, memo="Racks"
    )


def review(
    name: str, day: int, rows: list[Transaction], found: dict[int, Finding] | None = None, team: str = "T1"
) -> PastReview:
    """A review as its trail tells it, all of it judged."""
    made = PastReview(team, name, MONDAY + dt.timedelta(days=day))
    findings = found or {}
    judged = [
        Judgement(ref=row.ref, findings=(findings[row.ref],) if row.ref in findings else ()) for row in rows
    ]
    tell(made, audit.rows(rows, "U_ANA", made.at))
    tell(made, audit.judged(judged, made.at))
    return made


def tell(made: PastReview, entries: Iterable[AuditEntry]) -> None:
    for entry in entries:
        made.add_entry(AuditEntry.model_validate_json(text_of(entry)))


def decide(made: PastReview, ref: int, kind: DecisionKind, hours: int = 1, replaces: int = 0) -> None:
    at = made.at + dt.timedelta(hours=hours)
    fields = {"by": "U_BEN", "at": at, "how": Medium.BUTTON, "content_hash": "0" * 64, "replaces": replaces}
    tell(made, [audit.decided(Decision.model_validate({"ref": ref, "kind": kind, **fields}))])


def test_only_the_later_of_two_equal_payments_is_a_repeat_whatever_order_they_come_in() -> None:
    first, second = review("R-11111", 0, [payment(1)]), review("R-22222", 1, [payment(1)])
    for report in (replay(each, default_policy()) for each in ([first, second], [second, first])):
        assert [(change.review, change.flip, change.now) for change in report.changed] == [
            ("R-22222", Flip.NEWLY_FLAGGED, ("submitted_before", "duplicate_payment"))
        ]
    assert "R-11111" in report.changed[0].evidence[0]


def test_another_workspace_is_no_past() -> None:
    report = replay(
        [review("R-11111", 0, [payment(1)]), review("R-22222", 1, [payment(1)], team="T2")], default_policy()
    )
    assert report.changed == ()


def test_what_the_model_found_stays_found() -> None:
    report = replay([review("R-11111", 0, [payment(1)], {1: MODEL})], default_policy())
    assert (report.flagged_then, report.flagged_now, report.changed) == (1, 1, ())


def test_a_decision_counts_as_corrected_and_not_as_undone() -> None:
    made = review("R-11111", 0, [payment(1), payment(2, "812.10"), payment(3, "95.00")], {1: RULE, 2: RULE})
    decide(made, 1, DecisionKind.APPROVED)
    decide(made, 1, DecisionKind.REJECTED, hours=2, replaces=4)
    decide(made, 2, DecisionKind.APPROVED)
    tell(made, [audit.undone(2, 6, "U_BEN", Medium.BUTTON, made.at + dt.timedelta(hours=2))])
    report = replay([made], default_policy())
    assert [(change.payment.ref, change.flip) for change in report.changed] == [
        (1, Flip.REJECTED_PASSES),
        (2, Flip.OPEN_PASSES),
    ]
    assert all(change.unread for change in report.changed)


def test_what_was_decided_later_was_not_known_then() -> None:
    first = review("R-11111", 0, [payment(1)], {1: RULE})
    decide(first, 1, DecisionKind.APPROVED, hours=48)
    second = review("R-22222", 1, [payment(1, "77.10", "Globex")])
    third = review("R-33333", 3, [payment(1, "78.10", "Globex")])
    assert first.status_at(1, second.at).value == "waiting"
    assert first.status_at(1, third.at).value == "approved"
    assert second.status_at(1, third.at).value == "approved"


def test_payments_that_nobody_had_judged_are_left_out() -> None:
    made = PastReview("T1", "R-11111", MONDAY)
    tell(made, audit.rows([payment(1, "90000")], "U_ANA", MONDAY))
    report = replay([made], default_policy())
    assert (report.reviews, report.payments, report.changed) == (1, 0, ())


def test_an_invoice_of_an_earlier_review_is_known_under_another_name() -> None:
    bill = payment(1).model_copy(update={"invoice": "ML-2026-00881"})
    again = bill.model_copy(update={"vendor": "Moss Legal LLP"})
    report = replay([review("R-11111", 0, [bill]), review("R-22222", 30, [again])], default_policy())
    assert [(change.review, change.now) for change in report.changed] == [
        ("R-22222", ("invoice_other_vendor",))
    ]
