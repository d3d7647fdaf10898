"""Files of payments, opened again by other programs than the one that wrote them."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from bot.domain.conversation import DecisionKind, Medium
from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.policy import HumanInputMode
from bot.domain.review.decision import Decision
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.transaction import Transaction
from bot.export import ExportedState, FileFormat, export_file
from bot.export.payments import COLUMNS
from tests.words.sample import CALLED, FROZEN, NOT_CONFIRMED

AT = datetime(2026, 11, 22, 12, 4, 5, tzinfo=UTC)
FOUND = (Finding(source=Source.RULE, code="amount_over_limit", evidence="over the limit"),)
REVIEW = ReviewState(
    team="T1",
    id="R-7K3F2",
    request="one",
    channel="C1",
    submitter="U_ANA",
    created_at=AT,
    source="text",
    mode=HumanInputMode.ALWAYS,
    policy_version="p1",
    model="policy-only",
    digest="d" * 64,
    status=ReviewStatus.WAITING,
    total=6,
    totals={},
)
KINDS = {"A": DecisionKind.APPROVED, "R": DecisionKind.REJECTED, "H": DecisionKind.HELD}


def entry(ref: int, amount: str, how: str = "", **fields: Any) -> ReviewedTransaction:
    """A payment; ``how`` is ``""`` for automatic, ``?`` for flagged, or the letter of a decision."""
    given = {"vendor": f"Vendor {ref}", "currency": "GBP", "row": ref + 1} | fields
    decision = None
    if how in KINDS:
        decision = Decision(
            ref=ref, kind=KINDS[how], by="U_BEN", at=AT, how=Medium.BUTTON, reason="=1+1", content_hash="x"
        )
    return ReviewedTransaction(
        transaction=Transaction(ref=ref, amount=Decimal(amount), **given),
        judgement=Judgement(ref=ref, findings=FOUND if how else ()),
        decision=decision,
    )


ENTRIES = [
    entry(1, "10.10", date=date(2026, 3, 1), memo="Chairs"),
    entry(2, "20.25", "A", vendor="=HYPERLINK(1)", invoice="INV-7", account="GB33BUKB20201555555555"),
    entry(3, "-5.00", "A", currency="JPY"),
    entry(4, "1000000000000.123456", "R"),
    entry(5, "7", "H"),
    entry(6, "8", "?"),
]


def rows_of(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("which", "refs"),
    [("approved", [1, 2, 3]), ("rejected", [4]), ("held", [5]), ("all", [1, 2, 3, 4, 5, 6])],
)
def test_only_what_was_asked_for_is_in_the_file_with_its_sums_beside_it(which: str, refs: list[int]) -> None:
    wanted = ExportedState(which)
    file = export_file(REVIEW, ENTRIES, wanted, FileFormat.CSV, {})
    rows = rows_of(file.content)
    assert [int(row["Payment"]) for row in rows] == refs
    assert file.count == len(refs)
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["Currency"]] = sums.get(row["Currency"], Decimal(0)) + Decimal(row["Amount"])
    assert file.sums == sums


def test_a_csv_file_holds_text_that_no_program_takes_for_a_formula() -> None:
    file = export_file(REVIEW, ENTRIES, ExportedState.ALL, FileFormat.CSV, {"U_BEN": "ben"})
    rows = rows_of(file.content)
    assert rows[1]["Vendor"] == "'=HYPERLINK(1)"
    assert rows[1]["Reason"] == "'=1+1"
    assert rows[1]["Decided by"] == "ben (U_BEN)"
    assert rows[1]["Decided at (UTC)"] == "2026-11-22 12:04:05"
    assert (rows[2]["Amount"], rows[3]["Amount"]) == ("-5.00", "1000000000000.123456")
    states = ["approved automatically", "approved", "approved", "rejected", "on hold", "needs a decision"]
    assert [row["State"] for row in rows] == states
    assert file.name == f"{REVIEW.id}-all.csv"


def test_of_what_needs_a_call_the_newest_one_is_told() -> None:
    confirmed, denied = CALLED.model_copy(update={"decision": None}), NOT_CONFIRMED
    rows = rows_of(
        export_file(
            REVIEW, [FROZEN, confirmed, denied], ExportedState.ALL, FileFormat.CSV, {"U_CHI": "chi"}
        ).content
    )
    at = "at 2026-11-22 12:04 UTC"
    assert [row["Call to the vendor"] for row in rows] == [
        "none",
        f"confirmed {at}, by U_BEN",
        f"not confirmed {at}, by chi (U_CHI)",
    ]
    frozen = "frozen, needs a call-back"
    assert [row["State"] for row in rows] == [frozen, "needs a decision", frozen]


def test_what_was_left_open_in_a_closed_review_was_not_approved() -> None:
    closed = REVIEW.but(status=ReviewStatus.CLOSED)
    rows = rows_of(export_file(closed, ENTRIES[4:], ExportedState.ALL, FileFormat.CSV, {}).content)
    assert [row["State"] for row in rows] == ["not approved", "not approved"]


def test_a_workbook_opens_with_numbers_dates_and_no_formula() -> None:
    file = export_file(REVIEW, ENTRIES, ExportedState.ALL, FileFormat.XLSX, {})
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    table = [[cell for cell in row] for row in sheet.iter_rows()]
    assert tuple(cell.value for cell in table[0]) == COLUMNS
    by_name = [dict(zip(COLUMNS, row, strict=True)) for row in table[1:]]
    assert [row["Amount"].value for row in by_name] == [10.1, 20.25, -5, "1000000000000.123456", 7, 8]
    assert str(by_name[0]["Date"].value) == "2026-03-01 00:00:00"
    assert str(by_name[1]["Decided at (UTC)"].value) == "2026-11-22 12:04:05"
    assert by_name[1]["Account"].value == "GB33BUKB20201555555555"
    assert not [cell for row in table for cell in row if cell.data_type == "f" or cell.hyperlink]
    assert by_name[1]["Vendor"].value == "'=HYPERLINK(1)"


def test_a_file_of_no_payments_has_its_titles_alone() -> None:
    for file_format in FileFormat:
        file = export_file(REVIEW, [], ExportedState.HELD, file_format, {})
        assert (file.count, file.sums) == (0, {})
        assert file.content
