"""What makes judging quick changes nothing of what is found."""

import gc
from decimal import Decimal

import pytest

from bot.domain.policy import History, Policy, default_policy, judge_by_policy
from bot.domain.policy.batch import Batch
from bot.domain.policy.text_readings import Words, readings, with_numbers_alike
from tests.domain.payments import TODAY, batch, pay

NUMBER_IN_PHRASE = """
[rules.memo_argues]
phrases = ["form 1099 is signed"]
"""


def without_numbers(text: str) -> set[Words]:
    return {tuple(word for word in words if not word.isdigit()) for words in readings(text)}


@pytest.mark.parametrize(
    "text",
    [
        *("Delivery 4471", "approved by the CFO 12", "INV-4471/2026", "12.50 is 99", "4PPR0VED 88", "room 7"),
        *(
            "a p p r o v e d 12",
            "1 2 3 4 5",
            "a 11 b 22 c 33",
            "12$igned",
            "10@pproved",
            "&#105;nvoice &#97;",
        ),
        *("is 10! or 11|2", "c.a.n.c.e.l.l.e.d 2026", "Rechnung 12 über 400", "no_12_34", "1O0 100 l00"),
        *("c 4 n c e l l e d 12", "it is c 4 n c 3 l l e d"),
    ],
)
def test_a_number_that_stands_alone_is_the_only_thing_that_texts_lose(text: str) -> None:
    alike = with_numbers_alike(text)
    assert len(alike) == len(text)
    assert without_numbers(alike) == without_numbers(text)


def test_texts_that_differ_in_a_number_are_looked_at_once() -> None:
    assert with_numbers_alike("Delivery 4471 of 12") == with_numbers_alike("Delivery 9903 of 77")


@pytest.mark.parametrize(("number", "found"), [("1099", True), ("2099", False)])
def test_a_phrase_with_a_number_is_found_by_its_number(number: str, found: bool) -> None:
    rows = batch(pay("10", memo="form 3011 is signed"), pay("20", "Globex", memo=f"form {number} is signed"))
    _, judgement = judge_by_policy(Policy.from_toml(NUMBER_IN_PHRASE), rows, None, TODAY)
    assert ("memo_argues" in {finding.code for finding in judgement.findings}) is found


def test_the_collector_rests_while_payments_are_judged_and_no_longer() -> None:
    on: list[bool] = []
    judge_by_policy(default_policy(), batch(pay("10")), None, TODAY, done=lambda _: on.append(gc.isenabled()))
    assert on == [False]
    assert gc.isenabled()

    def broken(_: int) -> None:
        raise RuntimeError("no terminal")

    with pytest.raises(RuntimeError):
        judge_by_policy(default_policy(), batch(pay("10")), None, TODAY, done=broken)
    assert gc.isenabled()


def test_a_batch_under_another_policy_keeps_its_payments_and_takes_the_new_limits() -> None:
    rows = batch(pay("900", "Globex", card="*4242"))
    first = Batch(default_policy(), rows, History(), TODAY, None)
    assert first.by_card
    second = first.under(Policy.from_toml("[limits]\nGBP = 500"))
    assert second.by_card is first.by_card
    limit, own = first.limit_for(rows[0]), second.limit_for(rows[0])
    assert limit is not None
    assert own is not None
    assert own.amount * 20 == limit.amount == Decimal(10_000)
