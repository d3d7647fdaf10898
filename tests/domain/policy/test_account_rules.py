"""One account under several names, and accounts that cannot exist."""

import pytest

from bot.domain.policy import PaymentStatus, account_key
from bot.domain.policy.accounts import LENGTHS, fault_of_account
from bot.domain.transaction import Transaction
from tests.domain.payments import before, findings, pay, words

# The example accounts that the banks of these countries publish.
GB, OTHER_GB, DE = "GB33BUKB20201555555555", "GB94BARC10201530093459", "DE89370400440532013000"


def test_one_account_under_several_names_is_flagged_under_each_with_the_others_and_the_sum() -> None:
    rows = [pay(1840, "Kestrel", account=GB), pay("1720.50", "Orchard", account=GB), pay(9, "Marlow")]
    assert words(rows, "shared_account") == {
        1: "the account ending in 5555 is also that of “Orchard” (#2); together GBP 3,560.50",
        2: "the account ending in 5555 is also that of “Kestrel” (#1); together GBP 3,560.50",
    }
    many = [pay(1, f"Vendor {letter}", account=DE) for letter in "ABCDEFG"]
    assert words(many, "shared_account")[1].endswith(
        "“Vendor B” (#2), “Vendor C” (#3), “Vendor D” (#4) and 3 more; together GBP 7.00"
    )


@pytest.mark.parametrize(
    "written",
    [
        "gb33bukb20201555555555",
        "GB33 BUKB 2020 1555 5555 55",
        "GB33-BUKB-2020-1555-5555-55",
        "GB33BUK\u041220201555555555",
        " GB33BUKB2020\u200b1555555555",
    ],
)
def test_another_spelling_of_an_account_is_that_account(written: str) -> None:
    assert account_key(written) == account_key(GB)
    assert set(findings([pay(1, account=GB), pay(1, "Globex", account=written)], "shared_account")) == {1, 2}


@pytest.mark.parametrize("status", [PaymentStatus.APPROVED, PaymentStatus.WAITING, PaymentStatus.HELD])
def test_a_new_vendor_with_a_known_account_is_flagged_however_small(status: PaymentStatus) -> None:
    earlier = before(pay(100, "Globex", account=GB), status=status)
    found = words([pay("0.01", "Initech", account="gb33 bukb 2020 1555 5555 55")], "shared_account", earlier)
    whose = f"“Globex” (#1 of R-AAAAA ({status.value}))"
    assert found == {1: f"the account ending in 5555 is also that of {whose}; together GBP 100.01"}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(1, "Globex", account=GB)], set()),
        (
            [pay(1, "GLOBEX Ltd", account=GB), pay(2, "Globex", account=GB)],
            set(),
        ),  # one vendor in two spellings
        ([pay(1, "Globex", account=GB), pay(1, "Initech", account=GB)], {2}),  # Globex was paid there before
        ([pay(1, "Hooli", account=OTHER_GB), pay(1, "Initech", account=DE)], set()),
        ([pay(1, "Hooli", account="n/a"), pay(1, "Initech", account="n/a")], set()),
        ([pay(1, "Hooli", account="00000000"), pay(1, "Initech", account="00000000")], set()),
        ([pay(1, "Hooli", account="****5555"), pay(1, "Initech", account="****5555")], set()),
        ([pay(1, "Hooli", account="20-20-15 12345678"), pay(1, "Initech", account="20201512345678")], {1, 2}),
        ([pay(1, "Hooli"), pay(1, "Initech")], set()),
    ],
)
def test_whoever_was_paid_there_before_is_no_news_and_what_is_no_account_tells_nobody_apart(
    rows: list[Transaction], found: set[int]
) -> None:
    assert set(findings(rows, "shared_account", before(pay(500, "Globex", account=GB)))) == found


def test_a_rejected_payment_tells_nothing_of_an_account() -> None:
    rejected = before(pay(100, "Globex", account=GB), status=PaymentStatus.REJECTED)
    assert not findings([pay(1, "Initech", account=GB)], "shared_account", rejected)


@pytest.mark.parametrize(
    ("account", "why"),
    [
        ("GB33BUKB20201555555556", "its check digits do not fit"),
        ("GB33 BUKB 2020 1555 5555 65", "its check digits do not fit"),
        ("de98370400440532013000", "its check digits do not fit"),
        ("DE8937040044053201300", "it has 21 characters, and an IBAN of DE has 22"),
        ("FR1420041010050500013M026060", "it has 28 characters, and an IBAN of FR has 27"),
    ],
)
def test_an_account_that_cannot_exist_is_flagged(account: str, why: str) -> None:
    found = words([pay(1, account=account)], "invalid_account")
    assert found == {1: f"the account ending in {account_key(account)[-4:].upper()} cannot exist: {why}"}


@pytest.mark.parametrize(
    "account",
    [
        None,
        "",
        GB,
        OTHER_GB,
        "DE89 3704 0044 0532 0130 00",
        "fr14 2004 1010 0505 0001 3m02 606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "12345678",  # no IBAN
        "US12 3456",  # no country of IBANs
        "GB33****5555555555",  # masked
        "INV20201",
    ],
)
def test_an_account_that_can_exist_or_is_of_another_system_is_not(account: str | None) -> None:
    assert fault_of_account(account) is None
    assert not findings([pay(1, account=account)], "invalid_account")


def test_every_single_slip_in_an_iban_is_found() -> None:
    for place in range(4, len(DE)):
        for digit in set("0123456789") - {DE[place]}:
            assert fault_of_account(DE[:place] + digit + DE[place + 1 :])
    assert all(15 <= length <= 34 for length in LENGTHS.values())


@pytest.mark.long
def test_thousands_of_vendors_on_one_account_are_compared_in_good_time() -> None:
    rows = [pay(1, f"Vendor {number}", account=GB) for number in range(10_000)]
    assert len(findings(rows, "shared_account")) == 10_000
