"""One invoice paid again: under an altered number, another name or currency, in lines, net and gross."""

import time

import pytest

from bot.domain.policy import PaymentStatus, default_policy, judge_by_policy
from bot.domain.transaction import Transaction
from tests.domain.payments import batch, before, findings, pay, words

# -- altered numbers


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("INV-70123", "INV-70123-1"),  # suffixes
        ("INV-100", "INV-100-R1"),
        ("INV-100", "INV-100.5"),
        ("4281", "4281-R"),
        ("INV-77", "INV-77A"),
        ("118", "118 COPY"),
        ("118 rev", "118 Kopie"),
        ("5531", "55310"),
        ("88123", "2026/88123"),  # prefixes and years
        ("88123", "GB-88123"),
        ("A-1001", "B-1001"),
        ("A-286918", "A-GB-286918"),
        ("SI/917310", "SI/X917310"),
        ("INV-2026-631361", "INV-2026-2025-631361"),
        ("202688123", "88123"),
        ("RE-2025-0815", "RE-2026-0815"),
        ("ML-2026-881", "ML-881"),
        ("INV-45871", "INV-45817"),  # slips
        ("INV-31007", "INV-37007"),
        ("7011 / 3", "7017/3"),
        ("77123", "7123"),
        ("801232", "081232"),
        ("INV-50528", "INV-5O52B"),  # letters for digits
        ("60123", "S0I23"),
        ("66123", "6S123"),
        ("565353", "SS5353"),
        ("RG 456726", "RG 4S672S"),
        ("50128", "S0l2B"),
        ("70-123", "70123"),
        ("INV 70 123", "\uff17\uff10\uff11\uff12\uff13"),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_an_altered_number_is_the_invoice_it_was_made_of(first: str, again: str, swapped: bool) -> None:
    first, again = (again, first) if swapped else (first, again)
    rows = [pay("3240.10", invoice=first, on=1), pay("3240.10", invoice=again, on=20)]
    assert set(findings(rows, "altered_invoice")) == {2}
    assert set(findings(rows[1:], "altered_invoice", before(rows[0]))) == {1}


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("A-1001", "A-1009"),
        ("SEQ-10021", "SEQ-10022"),
        ("999", "1000"),
        ("9", "10"),
        ("1", "10"),
        ("2026-11", "2026-12"),
        ("2025-12", "2026-12"),  # months, which a year begins anew
        ("2026", "2026-11"),
        ("INV-100-1", "INV-100-2"),
        ("46286478_1", "46286478_2"),
        ("JAN-2026", "FEB-2026"),
        ("JAN-4471", "FEB-4471"),
        ("20261101", "20261110"),
        ("C1001-1", "C1001-11"),
    ],
)
def test_a_number_that_counts_up_is_another_invoice(first: str, again: str) -> None:
    rows = [pay("3240.10", invoice=first, on=1), pay("3240.10", invoice=again, on=20)]
    assert not findings(rows, "altered_invoice")
    assert not findings(rows[1:], "altered_invoice", before(rows[0]))


def test_in_a_row_of_numbers_two_that_look_like_a_slip_are_none() -> None:
    numbers = range(10_010, 10_050)  # 10012 and 10021, 10011 and 10017, 10013 and 10031 ...
    rows = [pay(1800, invoice=f"SEQ-{number}", on=number % 28) for number in numbers]
    assert not findings(rows, "altered_invoice")
    # Without those between them they are.
    assert set(findings([rows[2], rows[11]], "altered_invoice")) == {2}


def test_the_finding_names_both_numbers_and_the_other_payment() -> None:
    rows = [pay(4000, invoice="4281", on=2), pay(4000, invoice="4281-R", on=20)]
    assert words(rows, "altered_invoice") == {
        2: "invoice “4281-R” is “4281” of #1 with an addition, the same vendor and amount, 18 days apart"
    }


def test_an_altered_number_of_another_amount_or_vendor_is_not_meant() -> None:
    first = pay("3240.10", invoice="INV-70123", on=1)
    assert not findings([first, pay("3240.11", invoice="INV-70123-1", on=2)], "altered_invoice")
    assert not findings([first, pay("3240.10", "Globex", invoice="INV-70123-1", on=2)], "altered_invoice")


def test_an_altered_number_is_looked_for_in_a_year_and_dates_cannot_leave_it() -> None:
    first, again = pay(4000, invoice="4281", on=-500), pay(4000, invoice="4281-R", on=2)
    assert not findings([again], "altered_invoice", before(first))
    assert set(findings([first, again], "altered_invoice")) == {2}  # handed in together
    (past,) = before(first).payments
    handed_in = before().model_copy(update={"payments": (past.model_copy(update={"submitted": again.date}),)})
    assert set(findings([again], "altered_invoice", handed_in)) == {1}


@pytest.mark.parametrize(("amount", "found"), [(1500, {2}), (1499, set())])
def test_a_number_may_be_missing_in_one_of_the_two(amount: int, found: set[int]) -> None:
    rows = [pay(amount, invoice="70123", on=1), pay(amount, on=25)]
    assert set(findings(rows, "altered_invoice")) == found
    assert set(findings([pay(amount, on=1), pay(amount, invoice="70123", on=25)], "altered_invoice")) == found


def test_a_rent_whose_invoices_have_numbers_from_now_on_is_none() -> None:
    rents = [pay(4500, "Hollow Estates", on=3 - 30 * back) for back in (3, 2, 1)]
    now = pay(4500, "Hollow Estates", on=3, invoice="2026-06")
    assert not findings([now], "altered_invoice", before(*rents))
    assert findings([now], "altered_invoice", before(rents[-1]))


def test_what_is_shown_of_a_number_is_plain_and_short() -> None:
    rows = [pay(900, invoice="7" * 400, on=1), pay(900, invoice="7" * 400 + "\u200b-1\n", on=2)]
    (evidence,) = words(rows, "altered_invoice").values()
    assert len(evidence) < 240
    assert "\n" not in evidence


# -- other names and currencies


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay("8740.55", "Moss Legal LLP", invoice="ML-2026-00881"),
          pay("8740.55", "M. Legal Services", invoice="ML-2026-00881")], {1, 2}),
        ([pay("431.20", "Globex", invoice="INV-7012"), pay("431.20", "Initech", invoice="inv 7012")], {1, 2}),
        ([pay(600, "Globex", invoice="4470123"), pay(600, "Initech", invoice="447O123")], {1, 2}),
        ([pay(600, "Globex", invoice="118"), pay(600, "Initech", invoice="118")], set()),  # chance
        ([pay("431.20", "Globex", invoice="2026-11"), pay("431.20", "Initech", invoice="2026-11")], set()),
        ([pay("431.20", "Globex", invoice="202611"), pay("431.20", "Initech", invoice="202611")], set()),
        ([pay("431.20", "Globex", invoice="70123"), pay("431.21", "Initech", invoice="70123")], set()),
        ([pay("431.20", "Globex"), pay("431.20", "Initech")], set()),
        ([pay(12, "Globex", invoice="70123"), pay(12, "Initech", invoice="70123")], set()),  # below the floor
    ],
)  # fmt: skip
def test_one_invoice_and_amount_under_two_names(rows: list[Transaction], found: set[int]) -> None:
    assert set(findings(rows, "invoice_other_vendor")) == found
    assert set(findings(rows[1:], "invoice_other_vendor", before(rows[0]))) == ({1} if found else set())


def test_the_other_vendor_is_named_by_its_payment() -> None:
    rows = [pay("431.20", "Initech", invoice="70123")]
    assert words(rows, "invoice_other_vendor", before(pay("431.20", "Globex", invoice="70123"))) == {
        1: "invoice “70123” over GBP 431.20 is also that of #1 of R-AAAAA (approved), to another vendor"
    }


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(8900, invoice="INV-100"), pay(8900, invoice="INV-100", currency="EUR")], {1, 2}),
        ([pay(8900, invoice="INV-100"), pay(10_234, invoice="100", currency="USD")], {1, 2}),
        ([pay(8900, invoice="INV-1OO"), pay(20, invoice="INV-100", currency="USD", on=-90)], {1, 2}),
        ([pay(8900, invoice="INV-100"), pay(20, invoice="INV-100", currency="USD", on=-340)], {1, 2}),
        ([pay(8900, invoice="INV-100"), pay(8900, invoice="INV-101", currency="EUR")], set()),
        ([pay(8900, invoice="INV-100"), pay(8900, "Globex", invoice="INV-100", currency="EUR")], set()),
        ([pay(8900, invoice="7"), pay(812, invoice="7", currency="EUR")], set()),  # counters begin somewhere
        ([pay(8900), pay(8900, currency="EUR")], set()),
    ],
)
def test_one_invoice_in_two_currencies(rows: list[Transaction], found: set[int]) -> None:
    assert set(findings(rows, "invoice_other_currency")) == found
    assert set(findings(rows[1:], "invoice_other_currency", before(rows[0]))) == ({1} if found else set())


def test_the_other_currency_is_told() -> None:
    rows = [pay(8900, invoice="INV-100"), pay(9100, invoice="INV-100", currency="EUR")]
    assert words(rows, "invoice_other_currency")[1] == (
        "the same invoice in another currency as #2, EUR 9,100.00"
    )


# -- lines


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(amount, invoice="70123") for amount in ("3240.10", 2980, "2715.55", "3105.20")], {1, 2, 3, 4}),
        ([pay(9000, invoice="70123", on=1), pay(1001, invoice="INV-70123", on=-60)], {1, 2}),
        ([pay(6000, invoice="7O123"), pay(6000, invoice="70123"), pay(-3000, invoice="70123")], {1, 2}),
        ([pay(300 + place, invoice="70123") for place in range(40)], set(range(1, 41))),
        ([pay(6000, invoice="70123"), pay(4000, invoice="70123")], set()),  # no more than the limit
        ([pay(6000, invoice="70123"), pay(6000, invoice="70124")], set()),
        ([pay(6000, invoice="70123"), pay(6000, "Globex", invoice="70123")], set()),
        ([pay(6000), pay(6000)], set()),
        ([pay(6000, invoice="000"), pay(6000, invoice="0")], set()),  # no number at all
    ],
)
def test_the_lines_of_an_invoice_are_held_against_the_limit_together(
    rows: list[Transaction], found: set[int]
) -> None:
    assert set(findings(rows, "invoice_over_limit")) == found


def test_lines_of_another_batch_count_but_for_rejected_ones_and_another_year() -> None:
    earlier, now = pay(6000, invoice="70123", on=-20), [pay(4500, invoice="70123")]
    assert words(now, "invoice_over_limit", before(earlier)) == {
        1: "with #1 of R-AAAAA (approved) invoice “70123” comes to GBP 10,500.00, above the limit of "
        "GBP 10,000.00"
    }
    assert findings(now, "invoice_over_limit", before(earlier, status=PaymentStatus.WAITING))
    assert not findings(now, "invoice_over_limit", before(earlier, status=PaymentStatus.REJECTED))
    last_year = pay(6000, invoice="17", on=-340)
    assert not findings([pay(4500, invoice="17")], "invoice_over_limit", before(last_year))


def test_a_lower_limit_of_a_vendor_holds_for_its_invoice() -> None:
    low = "[vendor_limits.Globex]\nGBP = 500\n"
    rows = [pay(300, "Globex", invoice="70123"), pay(201, "Globex", invoice="70123")]
    found = words(rows, "invoice_over_limit", policy=low)
    assert set(found) == {1, 2}
    assert found[1].endswith("above the limit of GBP 500.00 for Globex")


def test_small_equal_lines_of_an_invoice_are_no_duplicates() -> None:
    rows = [pay("12.50", invoice="6890617"), pay("12.50", invoice="6890617"), pay(5, invoice="6890617"),
            pay(5, invoice="6890617")]  # fmt: skip
    assert not findings(rows, "duplicate_payment")
    assert set(findings([pay(100, invoice="1"), pay(100, invoice="1")], "duplicate_payment")) == {2}
    # Another spelling, another day or another batch is no second line.
    assert findings([rows[0], pay("12.50", invoice="Inv. 6890617")], "duplicate_payment")
    assert findings([rows[0], pay("12.50", invoice="6890617", on=16)], "duplicate_payment")
    assert findings(rows[:1], "duplicate_payment", before(rows[1]))


@pytest.mark.parametrize(
    ("number", "amount", "on", "found"),
    [
        ("17", "955.20", 15, set()),
        ("INV-0017", "955.20", 15, set()),
        ("17", "310.00", 15, {1}),  # the same amount is the same invoice
        ("17", "318.50", 15, {1}),  # or nearly the same
        ("17", "955.20", -120, {1}),  # and so it is in the same year
        ("70123", "955.20", 15, {1}),  # such a counter runs on
        ("2025-17", "955.20", 15, {1}),  # and one with a year never comes again
    ],
)
def test_a_counter_that_begins_anew_each_year_is_no_repeat(
    number: str, amount: str, on: int, found: set[int]
) -> None:
    last_year = before(pay("310.00", invoice=number, on=-352))
    assert set(findings([pay(amount, invoice=number, on=on)], "duplicate_payment", last_year)) == found


def test_a_typed_date_makes_no_new_year() -> None:
    (past,) = before(pay("310.00", invoice="17", on=-352)).payments
    lately = before().model_copy(update={"payments": (past.model_copy(update={"submitted": pay(1).date}),)})
    assert findings([pay("955.20", invoice="17")], "duplicate_payment", lately)


# -- net and gross


@pytest.mark.parametrize(
    ("net", "gross", "currency", "found"),
    [
        ("3000.00", "3600.00", "GBP", True),
        ("731.49", "877.79", "GBP", True),  # 20 %, rounded
        ("731.49", "877.80", "GBP", True),  # rounded by line
        ("3000.00", "3150.00", "GBP", True),
        ("3000.00", "3570.00", "EUR", True),
        ("3000.00", "3243.00", "CHF", True),
        ("3000.00", "3449.25", "CAD", True),  # 14.975 % in Quebec
        ("300000", "330000", "JPY", True),
        ("3000.00", "3570.00", "GBP", False),  # no rate of that country
        ("3000.00", "3600.05", "GBP", False),
        ("300.00", "360.00", "GBP", False),  # below the floor
    ],
)
def test_a_gross_amount_after_the_net_one_of_an_invoice(
    net: str, gross: str, currency: str, found: bool
) -> None:
    rows = [pay(amount, invoice="70123", currency=currency) for amount in (net, gross)]
    assert set(findings(rows, "gross_after_net")) == ({1, 2} if found else set())
    assert set(findings(rows[1:], "gross_after_net", before(rows[0]))) == ({1} if found else set())
    assert set(findings(rows[:1], "gross_after_net", before(rows[1]))) == ({1} if found else set())


def test_net_and_gross_name_each_other_and_the_rate() -> None:
    rows = [pay(3000, invoice="70123", on=1), pay(3600, invoice="inv 70123", on=9)]
    assert words(rows, "gross_after_net") == {
        1: "the same invoice as #2, GBP 3,600.00, which is this with 20 % tax",
        2: "the same invoice as #1, GBP 3,000.00, with 20 % tax on it",
    }
    assert not findings([rows[0], pay(3600, invoice="70124")], "gross_after_net")
    assert not findings([rows[0], pay(3600, "Globex", invoice="70123")], "gross_after_net")


def seconds_for(count: int) -> float:
    """Processor time that payments of one vendor and amount take whose numbers are all different."""
    rows = [pay(4000, on=number % 28, invoice=f"{1_000_000 + 37 * number}") for number in range(count)]
    began = time.process_time()
    judge_by_policy(default_policy(), batch(*rows))
    return time.process_time() - began


@pytest.mark.long
def test_twice_as_many_numbers_take_about_twice_as_long() -> None:
    assert seconds_for(16_000) < 24 * seconds_for(2_000)  # 8 times as many; each with each would be 64


@pytest.mark.long
def test_thousands_of_payments_of_one_vendor_amount_or_invoice_are_judged_in_good_time() -> None:
    many = range(5_000)
    # Each number is followed by one with a suffix.
    rows = [
        pay(4000, on=number % 28, invoice=f"{10_000 + number // 2}{'-1' * (number % 2)}") for number in many
    ]
    assert len(findings(rows, "altered_invoice")) == 2_500
    rows = [pay(4000, on=number % 28, invoice=f"{10_000 + number}") for number in many]
    assert not findings(rows, "altered_invoice")
    rows = [pay(400 + number, on=number % 28, invoice="70123") for number in many]
    assert len(findings(rows, "invoice_over_limit")) == 5_000
    rows = [pay("400.12", f"Vendor {number}", on=number % 28, invoice="70123") for number in many]
    assert len(findings(rows, "invoice_other_vendor")) == 5_000
    rows = [pay(2400 if number % 2 else -2400, on=number % 28) for number in many]
    assert len(findings(rows, "refund_twice")) == 2_499
    rows = [pay(2400, on=-number * 9) for number in many]
    assert len(findings(rows, "repeated_together")) == 4_999
