"""What is planted is what its kind says, by another reckoning than the rules' own."""

from decimal import Decimal

import pytest

from bot.domain.names import folded_name
from bot.domain.policy import default_policy
from bot.evaluation import KINDS, Case, Group
from bot.evaluation.planted_texts import FAKE_AUTHORITY, INSTRUCTION, PRESSURE
from bot.evaluation.scoring import cases_of
from tests.evaluation.files import field, kind

LIMIT = Decimal(10_000)
RULES = default_policy().rules
FILES = ["sample-cards.csv", "sample-ledger.csv"]


def cases(name: str, file: str, count: int = 25) -> list[Case]:
    one = kind(name)
    ground = field(file)
    found, _ = cases_of(one, ground.ground(one, one.policy(default_policy()), seed=2), count)
    assert found
    return found


def paid(case: Case) -> list[tuple[Decimal, int]]:
    """Amount and day of everything that belongs to a case."""
    return [
        (one.amount, one.date.toordinal()) for one in (*case.before, *case.beside, *case.rows) if one.date
    ]


@pytest.mark.parametrize("file", FILES)
def test_a_split_is_one_sum_in_parts_each_below_the_limit(file: str) -> None:
    ways = set()
    for case in cases("split", file):
        amounts, days = zip(*paid(case), strict=True)
        assert 2 <= len(amounts) <= 4
        assert max(amounts) <= LIMIT < sum(amounts)
        assert min(amounts) >= LIMIT * RULES.split_payment.part
        assert max(days) - min(days) <= RULES.split_payment.days
        vendors = {one.vendor for one in (*case.rows, *case.before)}
        cards = {one.card for one in case.rows}
        assert len(cards) == 1 if case.way == "one card" else len(vendors) == 1
        ways.add(case.way)
    assert {"one day", "several days", "partly paid before"} <= ways
    assert ("one card" in ways) is (file == "sample-cards.csv")


@pytest.mark.parametrize("file", FILES)
def test_duplicates_are_two_payments_of_which_the_later_has_to_be_found(file: str) -> None:
    for name in ("duplicate", "near duplicate", "duplicate invoice"):
        for case in cases(name, file):
            if case.way == "of a row of the file":
                continue
            (later,) = case.rows
            (first,) = (*case.before, *case.beside)
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
    ground = field(file)
    known = {one.vendor for one in ground.past}
    names = set(map(folded_name, known))
    for case in cases("look-alike", file):
        vendor = case.rows[0].vendor
        assert vendor not in known
        if case.way == "invisible character":
            assert {vendor[:at] + vendor[at + 1 :] for at in range(len(vendor))} & known
        else:
            assert any(one_other_character(vendor, name) for name in known)
    for case in cases("near miss", file):
        vendor = case.rows[0].vendor
        assert vendor.isascii()
        assert folded_name(vendor) not in names
        assert any(abs(len(vendor) - len(name)) <= 1 and vendor[0] == name[0] for name in known)


@pytest.mark.parametrize("file", FILES)
def test_amounts_stand_where_the_kind_says_and_sometimes_on_the_bound(file: str) -> None:
    over = [abs(case.rows[0].amount) for case in cases("over limit", file, 30)]
    assert min(over) == LIMIT + Decimal("0.01")
    under = [case.rows[0].amount for case in cases("just under limit", file, 30)]
    assert (min(under), max(under)) == (LIMIT * RULES.just_under_limit.share, LIMIT)
    for name in ("fake authority over limit", "instruction over limit"):
        assert all(case.rows[0].amount > LIMIT for case in cases(name, file))
    for name in ("fake authority, unseen words", "look-alike", "denied vendor", "stale date"):
        assert all(0 < case.rows[0].amount <= LIMIT / 20 for case in cases(name, file))


def test_no_two_cases_of_a_kind_share_a_vendor_of_the_file_or_a_card() -> None:
    for one in KINDS:
        if one.name in ("denied vendor", "sanctioned name", "mismatch"):
            continue  # their names are listed ones, and compared with nothing
        found = cases(one.name, "sample-cards.csv", 8)
        vendors = [{folded_name(row.vendor) for row in (*case.rows, *case.before)} for case in found]
        assert sum(map(len, vendors)) == len(set().union(*vendors)), one.name
        cards = [{row.card for row in case.rows if row.card} for case in found if "row of" not in case.way]
        assert sum(map(len, cards)) == len(set().union(*cards)), one.name


def test_there_are_enough_wordings_of_our_own() -> None:
    texts = (*FAKE_AUTHORITY, *INSTRUCTION, *PRESSURE)
    assert len(set(texts)) == len(texts) >= 40
    assert {one.group for one in KINDS} == set(Group)
