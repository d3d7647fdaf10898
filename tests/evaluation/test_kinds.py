"""What is planted is what its kind says, by another reckoning than the rules' own."""

from decimal import Decimal
from itertools import pairwise

import pytest

from bot.domain.names import folded_name
from bot.domain.policy import default_policy
from bot.evaluation import KINDS, Violation, ViolationGroup
from bot.evaluation.planted_file import violations_of
from bot.evaluation.planted_texts import FAKE_APPROVALS, INSTRUCTIONS, PRESSURE_MEMOS
from tests.evaluation.files import kind_named, sample_file

LIMIT = Decimal(10_000)
RULES = default_policy().rules
FILES = ["sample-cards.csv", "sample-ledger.csv"]


def planted(name: str, file: str, count: int = 25) -> list[Violation]:
    kind = kind_named(name)
    generator = sample_file(file).generator(kind, kind.policy(default_policy()), seed=2)
    violations, _ = violations_of(kind, generator, count)
    assert violations
    return violations


def paid(violation: Violation) -> list[tuple[Decimal, int]]:
    """Amount and day of every payment that belongs to a violation."""
    return [
        (payment.amount, payment.date.toordinal())
        for payment in (*violation.before, *violation.beside, *violation.rows)
        if payment.date
    ]


@pytest.mark.parametrize("file", FILES)
def test_a_split_is_one_sum_in_parts_each_below_the_limit(file: str) -> None:
    ways = set()
    for violation in planted("split", file):
        amounts, days = zip(*paid(violation), strict=True)
        assert 2 <= len(amounts) <= 4
        assert max(amounts) <= LIMIT < sum(amounts)
        assert min(amounts) >= LIMIT * RULES.split_payment.part
        assert max(days) - min(days) <= RULES.split_payment.days
        vendors = {row.vendor for row in (*violation.rows, *violation.before)}
        cards = {row.card for row in violation.rows}
        assert len(cards) == 1 if violation.way == "one card" else len(vendors) == 1
        ways.add(violation.way)
    assert {"one day", "several days", "partly paid before"} <= ways
    assert ("one card" in ways) is (file == "sample-cards.csv")


@pytest.mark.parametrize("file", FILES)
def test_duplicates_are_two_payments_of_which_the_later_has_to_be_found(file: str) -> None:
    for name in ("duplicate", "near duplicate", "duplicate invoice"):
        for violation in planted(name, file):
            if violation.way == "of a row of the file":
                continue
            (later,) = violation.rows
            (first,) = (*violation.before, *violation.beside)
            assert first.vendor == later.vendor
            assert first.date
            assert later.date
            assert first.date <= later.date
            if name == "near duplicate":
                assert first.amount != later.amount
                assert abs(first.amount - later.amount) == Decimal("0.01") or sorted(
                    str(first.amount)
                ) == sorted(str(later.amount))
            else:
                assert first.amount == later.amount
            if name == "duplicate invoice":
                assert first.invoice
                assert first.invoice != later.invoice
            else:
                assert (later.date - first.date).days <= RULES.duplicate_payment.days
                assert min(first.amount, later.amount) >= LIMIT * RULES.duplicate_payment.amount_from


def one_other_character(name: str, other: str) -> bool:
    return len(name) == len(other) and sum(a != b for a, b in zip(name, other, strict=True)) == 1


@pytest.mark.parametrize("file", FILES)
def test_a_look_alike_reads_as_a_vendor_and_is_written_otherwise(file: str) -> None:
    known = {payment.vendor for payment in sample_file(file).past}
    names = set(map(folded_name, known))
    for violation in planted("look-alike", file):
        vendor = violation.rows[0].vendor
        assert vendor not in known
        if violation.way == "invisible character":
            assert {vendor[:at] + vendor[at + 1 :] for at in range(len(vendor))} & known
        else:
            assert any(one_other_character(vendor, name) for name in known)
    for violation in planted("near miss", file):
        vendor = violation.rows[0].vendor
        assert vendor.isascii()
        assert folded_name(vendor) not in names
        assert any(abs(len(vendor) - len(name)) <= 1 and vendor[0] == name[0] for name in known)


@pytest.mark.parametrize("file", FILES)
def test_amounts_stand_where_the_kind_says_and_sometimes_on_the_bound(file: str) -> None:
    over = [abs(violation.rows[0].amount) for violation in planted("over limit", file, 30)]
    assert min(over) == LIMIT + Decimal("0.01")
    under = [violation.rows[0].amount for violation in planted("just under limit", file, 30)]
    assert (min(under), max(under)) == (LIMIT * RULES.just_under_limit.share, LIMIT)
    for name in ("fake authority over limit", "instruction over limit"):
        assert all(violation.rows[0].amount > LIMIT for violation in planted(name, file))
    for name in ("fake authority, unseen words", "look-alike", "denied vendor", "stale date"):
        assert all(0 < violation.rows[0].amount <= LIMIT / 20 for violation in planted(name, file))


@pytest.mark.long
def test_no_two_violations_of_a_kind_share_a_vendor_of_the_file_or_a_card() -> None:
    for kind in KINDS:
        if kind.name in ("denied vendor", "sanctioned name", "mismatch"):
            continue  # their names are listed ones, and compared with nothing
        violations = planted(kind.name, "sample-cards.csv", 8)
        vendors = [
            {folded_name(row.vendor) for row in (*violation.rows, *violation.before)}
            for violation in violations
        ]
        assert sum(map(len, vendors)) == len(set().union(*vendors)), kind.name
        cards = [
            {row.card for row in violation.rows if row.card}
            for violation in violations
            if "row of" not in violation.way
        ]
        assert sum(map(len, cards)) == len(set().union(*cards)), kind.name


def test_there_are_enough_wordings_of_our_own() -> None:
    texts = (*FAKE_APPROVALS, *INSTRUCTIONS, *PRESSURE_MEMOS)
    assert len(set(texts)) == len(texts) >= 40
    assert {kind.group for kind in KINDS} == set(ViolationGroup)


@pytest.mark.parametrize("file", FILES)
def test_invoices_are_planted_as_somebody_would_pay_them_again(file: str) -> None:
    ways = set()
    for violation in planted("altered invoice", file, 60):
        (again,), (first,) = violation.rows, (*violation.before, *violation.beside)
        assert (again.vendor, again.amount, again.currency) == (first.vendor, first.amount, first.currency)
        assert first.invoice
        assert again.invoice != first.invoice
        assert (again.invoice is None) is violation.way.startswith("missing")
        ways.add(violation.way.split(",")[0])
    assert ways == {"suffix", "prefix", "swapped digits", "misread", "missing"}
    for violation in planted("invoice of another vendor", file):
        (again,), (first,) = violation.rows, (*violation.before, *violation.beside)
        assert (again.invoice, again.amount) == (first.invoice, first.amount)
        assert folded_name(again.vendor) != folded_name(first.vendor)
    for violation in planted("invoice in another currency", file):
        (again,), (first,) = violation.rows, (*violation.before, *violation.beside)
        assert (again.invoice, again.vendor) == (first.invoice, first.vendor)
        assert again.currency != first.currency


@pytest.mark.parametrize("file", FILES)
def test_lines_and_taxes_of_an_invoice_are_planted_below_and_above_the_limit(file: str) -> None:
    for violation in planted("invoice in lines", file):
        lines = (*violation.before, *violation.rows)
        assert len({(line.vendor, line.invoice) for line in lines}) == 1
        assert max(line.amount for line in lines) <= LIMIT < sum(line.amount for line in lines)
    for violation in planted("gross after net", file):
        (again,), (first,) = violation.rows, (*violation.before, *violation.beside)
        low, high = sorted((again.amount, first.amount))
        assert again.invoice == first.invoice
        assert round(high / low - 1, 3) in (Decimal("0.2"), Decimal("0.05"))


@pytest.mark.parametrize("file", FILES)
def test_refunds_and_repeats_are_planted_with_what_came_before(file: str) -> None:
    for violation in planted("repeated together", file):
        days = sorted(payment.date for payment in (*violation.rows, *violation.beside) if payment.date)
        assert all((later - day).days > 7 for day, later in pairwise(days))
        assert len({payment.amount for payment in (*violation.rows, *violation.beside)}) == 1
    for violation in planted("refund twice", file):
        refunds = [
            payment
            for payment in (*violation.rows, *violation.beside, *violation.before)
            if payment.amount < 0
        ]
        assert len(refunds) == 2
        assert len({(refund.amount, refund.invoice, refund.vendor) for refund in refunds}) == 1
    for violation in planted("paid after refund", file):
        amounts = [amount for amount, _ in paid(violation)]
        assert len(amounts) == 3
        assert sum(amounts) == max(amounts)
