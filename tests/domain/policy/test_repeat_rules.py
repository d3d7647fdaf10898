"""One sum in parts, and one payment made twice."""

import pytest

from bot.domain.policy import History, PaymentStatus
from bot.domain.policy.invoices import invoice_key
from bot.domain.transaction import Transaction
from tests.domain.payments import before, findings, pay, words

NAMES = "with #2 and #3: GBP 14,850.00 to this vendor in 3 days, each below the limit"


def test_parts_of_one_sum_name_each_other() -> None:
    rows = [pay(4950, "Initech", on=1), pay(4950, "INITECH", on=2), pay(4950, "Initech", on=3)]
    found = words(rows, "split_payment")
    assert set(found) == {1, 2, 3}
    assert found[3] == NAMES.replace("#2 and #3", "#1 and #2")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(5000.01, on=1), pay(5000, on=8)], {1, 2}),  # seven days apart is within seven days
        ([pay(5000.01, on=1), pay(5000, on=9)], {1, 2}),  # submitted together, whatever their dates say
        ([pay(5000, on=1), pay(5000, on=2)], set()),  # together no more than the limit
        ([pay(3300, on=1), pay(3300, on=2), pay(3400.01, on=3)], {1, 2, 3}),
        ([pay(3299, on=1), pay(3299, on=2), pay(3299, on=3), pay(3299, on=4)], set()),  # small orders add up
        ([pay(6000, on=1), pay(12_000, on=2)], set()),  # the large one is over the limit by itself
        ([pay(6000, on=1), pay(6000, "Globex", on=2)], set()),
        ([pay(6000, on=1), pay(6000, on=2, currency="EUR")], set()),
        ([pay(6000, on=1, card="*1"), pay(6000, "Globex", on=2, card="*1")], {1, 2}),
        ([pay(6000, date=None), pay(6001, date=None)], {1, 2}),
        ([pay(6000, on=1), pay(6001, on=5), pay(6002, on=11)], {1, 2, 3}),  # each of them with a neighbour
    ],
)
def test_a_split_is_parts_from_a_third_up_that_pass_the_limit_within_a_week(
    rows: list[Transaction], found: set[int]
) -> None:
    assert set(findings(rows, "split_payment")) == found


def test_a_part_in_another_batch_is_a_part() -> None:
    earlier = before(pay(6000, on=1), status=PaymentStatus.WAITING)
    assert words([pay(6000, on=3)], "split_payment", earlier) == {
        1: "with #1 of R-AAAAA (waiting): GBP 12,000.00 to this vendor in 3 days, each below the limit"
    }
    assert not words(
        [pay(6000, on=3)], "split_payment", before(pay(6000, on=1), status=PaymentStatus.REJECTED)
    )


def test_many_parts_are_counted_and_not_all_named() -> None:
    found = words([pay(4000 + number) for number in range(12)], "split_payment")
    assert len(found) == 12
    assert found[12].startswith("with #1, #2, #3, #4, #5 and 6 more: GBP 48,066.00")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INV-001", "inv 1"),
        ("INV-001", "1"),
        ("Invoice No. 0042", "42"),
        ("2026/A-12", "2026 a 012"),
        ("Rechnung Nr. 7", "RE-7"),
        ("ＩＮＶ－７", "inv7"),
    ],
)
def test_an_invoice_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert invoice_key(one) == invoice_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("INV-001", "INV-010"), ("CN-7", "INV-7"), ("1-23", "12-3"), ("7", "70")]
)
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert invoice_key(one) != invoice_key(other)


@pytest.mark.parametrize("written", ["", "n/a", "none", "see attached", None])
def test_a_number_without_a_digit_is_none(written: str | None) -> None:
    assert invoice_key(written) == ""


def test_the_same_invoice_is_a_duplicate_whatever_the_amount_and_the_later_one_is_flagged() -> None:
    rows = [pay(20, invoice="INV-001", on=1), pay(20, invoice="inv 1", on=28), pay(20, invoice="INV-2")]
    assert words(rows, "duplicate_payment") == {2: "the same invoice as #1, GBP 20.00"}


def test_lines_of_one_invoice_are_no_duplicates_but_in_another_batch_they_are() -> None:
    rows = [pay(20, invoice="INV-001"), pay(35, invoice="INV-001")]
    assert not words(rows, "duplicate_payment")
    assert words(rows[1:], "duplicate_payment", before(rows[0])) == {
        1: "the same invoice as #1 of R-AAAAA (approved), GBP 20.00"
    }


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(1500, on=1), pay(1500, on=8)], {2}),
        ([pay(1500, on=1), pay(1500, on=9)], set()),
        ([pay("1499.99", on=1), pay("1499.99", on=1)], set()),  # everyday repeats
        ([pay(1500, on=8), pay(1500, on=1)], {1}),  # the later one, not the lower one
        ([pay(1500, invoice="1"), pay(1500, invoice="2")], set()),
        ([pay(1500, invoice="1"), pay(1500)], {2}),  # one without a number may be the same
        ([pay(1500), pay(1500, "Globex")], set()),
        ([pay(-1500), pay(-1500)], set()),
        ([pay(1500, on=1), pay(1500, on=2), pay(1500, on=3)], {2, 3}),
    ],
)
def test_the_same_amount_to_the_same_vendor_within_a_week_is_a_duplicate(
    rows: list[Transaction], found: set[int]
) -> None:
    assert set(findings(rows, "duplicate_payment")) == found


def test_of_many_earlier_ones_the_nearest_counts() -> None:
    history = before(pay(1500, on=1), pay(1500, on=-40), pay(1500, on=-90))
    assert words([pay(1500, on=3)], "duplicate_payment", history) == {
        1: "the same vendor and amount as #1 of R-AAAAA (approved), 2 days apart"
    }


@pytest.mark.parametrize(
    ("amount", "other", "how"),
    [
        ("1845.60", "1845.61", "the smallest unit away from #2"),
        ("1845.60", "1845.59", "the smallest unit away from #2"),
        ("1845.60", "1854.60", "two swapped digits away from #2"),
        ("1845.60", "8145.60", "two swapped digits away from #2"),
        ("1845.60", "1845.06", "two swapped digits away from #2"),
    ],
)
def test_a_slip_of_the_hand_flags_both(amount: str, other: str, how: str) -> None:
    found = words([pay(amount, on=1), pay(other, on=3)], "near_duplicate")
    assert set(found) == {1, 2}
    assert found[1].startswith(how)


@pytest.mark.parametrize("other", ["1846.60", "1845.62", "1485.06", "1845.60"])
def test_more_than_a_slip_does_not(other: str) -> None:
    assert not words([pay("1845.60"), pay(other)], "near_duplicate")


def test_whoever_swaps_two_equal_digits_or_a_leading_nought_is_not_meant() -> None:
    assert not words([pay("2050.00"), pay("250.00")], "near_duplicate")


@pytest.mark.long
def test_thousands_of_payments_to_one_vendor_are_judged_in_good_time() -> None:
    rows = [pay(4000, on=number % 28, invoice=str(number)) for number in range(5_000)]
    assert len(findings(rows, "split_payment")) == 5_000
    rows = [pay(1500 + number % 3, on=number % 28) for number in range(5_000)]
    assert len(findings(rows, "duplicate_payment")) == 4_997
    rows = [pay(9500, on=number % 28, card="*1") for number in range(5_000)]
    assert len(findings(rows, "cluster_under_limit")) == 5_000
    rows = [pay(-900, on=number % 28) for number in range(5_000)]
    assert len(findings(rows, "refund_without_original")) == 5_000


def test_a_decoy_line_hides_no_doubled_one() -> None:
    rows = [pay(1, invoice="INV-1"), pay("5001.37", invoice="INV-1"), pay("5001.37", invoice="INV-1", on=-40)]
    assert len(findings(rows, "duplicate_payment")) == 1


@pytest.mark.parametrize("other", ["INV-1A", "1-a", "\u0406NV-1", "IN\u200bV-1", "INV-l", "CN-1"])
def test_whoever_adds_a_letter_has_not_sent_another_invoice(other: str) -> None:
    rows = [pay("3100.17", invoice="INV-1", on=1), pay("3100.17", invoice=other, on=2)]
    assert set(findings(rows, "duplicate_payment")) == {2}


def test_a_number_with_letters_for_digits_is_that_number() -> None:
    assert invoice_key("A-1OO") == invoice_key("A-100")
    assert invoice_key("inv7") == "7"


def test_a_lower_limit_of_a_vendor_is_the_one_that_parts_pass() -> None:
    low = "[vendor_limits.Globex]\nGBP = 1000\n"
    rows = [pay(810, "Globex", on=day) for day in (1, 2)]
    assert set(findings(rows, "split_payment", policy=low)) == {1, 2}
    assert not findings(rows, "split_payment")


@pytest.mark.parametrize(
    ("paid", "now"),
    [
        (pay(12.5, memo="Stamps"), pay(12.5, memo="stamps.")),
        (pay(0.4, "Globex Ltd"), pay(0.4, "GLOBEX")),  # neither has a memo: date, payee and amount are all
        (pay(12.5, invoice="INV-0042", memo="Toner"), pay(12.5, invoice="inv 42", memo="Ink")),
        (pay(12.5, invoice="INV-0042", memo="Toner"), pay(12.5, memo="Toner")),  # the number was left out
        (pay(-80, memo="Money back"), pay(-80, memo="Money back")),
        (pay(31, memo="Müller, Büro"), pay(31, memo="müller büro")),
    ],
)
@pytest.mark.parametrize("status", list(PaymentStatus))
def test_a_row_of_an_earlier_batch_is_never_routine_whatever_its_amount(
    paid: Transaction, now: Transaction, status: PaymentStatus
) -> None:
    evidence = f"submitted before, as #1 of R-AAAAA ({status.value})"
    assert words([now], "submitted_before", before(paid, status=status)) == {1: evidence}


@pytest.mark.parametrize(
    "now",
    [
        pay(12.5, memo="Stamps", on=16),
        pay(12.51, memo="Stamps"),
        pay(12.5, memo="Envelopes"),
        pay(12.5),
        pay(12.5, "Globex", memo="Stamps"),
        pay(12.5, memo="Stamps", currency="EUR"),
        pay(12.5, memo="Stamps", invoice="43"),
    ],
)
def test_what_differs_from_an_earlier_row_is_another_payment(now: Transaction) -> None:
    earlier = before(pay(12.5, memo="Stamps", invoice="42" if now.invoice else None))
    assert not findings([now], "submitted_before", earlier)


def test_equal_rows_of_one_batch_were_not_submitted_before() -> None:
    assert not findings([pay(3, memo="Tram"), pay(3, memo="Tram")], "submitted_before")


def test_what_is_known_to_have_been_submitted_is_told_without_its_payment() -> None:
    known = History(submitted_before={2: "#7 of R-AAAAA"})
    assert words([pay(3), pay(4)], "submitted_before", known) == {2: "submitted before, as #7 of R-AAAAA"}


def test_a_past_payment_whose_memo_nobody_noted_is_known_by_its_invoice_alone() -> None:
    (old,) = before(pay(12.5, memo="", invoice="7")).payments
    earlier = History(payments=(old.model_copy(update={"memo_key": None}),))
    assert findings([pay(12.5, invoice="INV 7")], "submitted_before", earlier)
    assert not findings([pay(12.5)], "submitted_before", earlier)
