"""What may mean one payment or another is asked about, in reviews that the tables of phrases do not have."""

import time

import pytest

from bot.domain.payment_facts import PaymentFacts
from tests.domain.replies.scene import PAYMENTS, answer_of, approved, payment, read

TWO_CURRENCIES = (
    payment(1, "Acme Corp", "1500", "amount_over_limit"),
    payment(2, "Initech", "1500", "duplicate_payment", currency="EUR"),
    payment(4, "Globex", "90", "unknown_vendor"),
)
ONE_SIZE = tuple(payment(ref, f"Vendor{ref}", "1500", "round_amount") for ref in (2, 4, 5))
SMALL_AND_LARGE = (
    payment(1, "Acme Corp", "1", "round_amount"),
    payment(2, "Initech", "1200", "round_amount"),
)
ONE_LEFT = tuple(each for each in PAYMENTS if each.ref in (2, 4, 6))


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("approve everything under 5k", TWO_CURRENCIES),
        ("approve the 1500 one", TWO_CURRENCIES),
        ("approve the biggest", TWO_CURRENCIES),
        ("approve the two biggest", TWO_CURRENCIES),
        ("approve the biggest", ONE_SIZE),
        ("approve the two smallest", ONE_SIZE),
        ("genehmige alles unter 1,500", SMALL_AND_LARGE),
        ("approve the second one", ONE_SIZE),
        ("approve the fifth one", ONE_SIZE),
        ("approve the first four", ONE_SIZE),
        ("approve: Globex", ONE_LEFT),
        ("ok, looking", ONE_LEFT),
        ("approve, the Globex one", ONE_LEFT),
    ],
)
def test_nothing_is_approved(text: str, among: tuple[PaymentFacts, ...]) -> None:
    reply = read(text, among)
    assert answer_of(reply, among) in ("ask", "silent")
    assert not approved(reply.reading)


def test_a_list_with_a_number_that_is_no_reference_approves_nothing_of_that_amount() -> None:
    assert approved(read("approve 4000").reading) == {3}
    assert not approved(read("approve 2 and 4000").reading)


@pytest.mark.parametrize("word", ["to", "as", "no", "and", "hi"])
def test_a_long_reason_of_words_with_several_meanings_is_read_at_once(word: str) -> None:
    begun = time.process_time()
    read(f"reject 2: {f'{word} ' * 130}zebra")
    assert time.process_time() - begun < 1


def test_a_reason_has_a_length() -> None:
    assert answer_of(read(f"reject 2: {'late ' * 99}")) == "act"
    assert answer_of(read(f"reject 2: {'late ' * 101}")) == "ask"
