"""The list of what can still be changed, and the form that corrects a payment, within Slack's limits."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.application.amend import OwnPayments
from bot.domain.conversation import Medium
from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.review.amendment import Amendment
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.transaction import Transaction
from bot.sandbox.blocks.validation import problems_of_view
from handlers.views.button_value import ButtonValue
from handlers.views.my_payments import FINAL, NONE_LEFT, OWN_PAGE, correction_form, my_payments_view
from handlers.views.payment_rows import payment_rows
from tests.domain.review.test_review import review

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def payment(ref: int = 1, **changes: Any) -> ReviewedTransaction:
    found = Finding(source=Source.RULE, code="amount_over_limit", evidence="over the limit")
    transaction = Transaction(ref=ref, amount=Decimal(12000), currency="USD", vendor="Acme", memo="Trip")
    return ReviewedTransaction(
        transaction=transaction, judgement=Judgement(ref=ref, findings=(found,)), **changes
    )


def corrected(**changes: Any) -> ReviewedTransaction:
    before = payment().transaction
    after = before.model_copy(update={"amount": Decimal(9000), "vendor": "Acme GmbH"})
    made = Amendment(ref=1, by="U_ANA", at=NOW, how=Medium.BUTTON, payment=after)
    return payment(earlier=(before,), amended=made, **changes).model_copy(update={"transaction": after})


def own(*entries: ReviewedTransaction, number: int = 0, pages: int = 1) -> dict[str, Any]:
    shown = {entry.transaction.ref: entry for entry in entries}
    return my_payments_view(OwnPayments(Review(review().state, shown), number, pages, len(shown)))


def buttons(view: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (button["action_id"], button["value"])
        for block in view["blocks"]
        if block["type"] == "actions"
        for button in block["elements"]
    ]


def test_each_open_payment_can_be_corrected_and_withdrawn_in_the_version_that_is_shown() -> None:
    view = own(corrected(), payment(2))
    assert problems_of_view(view, "modal") == []
    assert buttons(view) == [
        ("correct_payment", "R-7K3F2:1::2"),
        ("withdraw_payment", "R-7K3F2:1::2"),
        ("correct_payment", "R-7K3F2:2:"),
        ("withdraw_payment", "R-7K3F2:2:"),
    ]
    assert "was USD 12,000.00 to Acme" in str(view)
    assert FINAL in str(view)


def test_a_withdrawal_asks_first() -> None:
    withdraw = own(payment())["blocks"][-1]["elements"][1]
    assert "withdrawn for good" in withdraw["confirm"]["text"]["text"]


def test_a_full_page_is_within_the_limits_and_pages_can_be_turned() -> None:
    view = own(*(payment(ref) for ref in range(1, OWN_PAGE + 1)), number=1, pages=3)
    assert problems_of_view(view, "modal") == []
    assert buttons(view)[-2:] == [
        ("my_payments_previous", "R-7K3F2:0:"),
        ("my_payments_next", "R-7K3F2:2:"),
    ]


def test_with_nothing_open_the_list_says_so() -> None:
    view = own()
    assert problems_of_view(view, "modal") == []
    assert NONE_LEFT in str(view)


def test_the_form_holds_what_the_payment_says_and_never_more_than_a_field_takes() -> None:
    view = correction_form(ButtonValue("R-7K3F2", "1", version=2), corrected())
    assert problems_of_view(view, "modal") == []
    shown = {
        block["block_id"]: block["element"].get("initial_value")
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert shown == {
        "amount": "9000.00",
        "currency": "USD",
        "vendor": "Acme GmbH",
        "memo": "Trip",
        "invoice": None,
        "account": None,
        "date": None,
        "category": None,
    }
    assert view["private_metadata"] == "R-7K3F2:1::2"
    old = payment().transaction.model_copy(update={"invoice": "x" * 4000})
    view = correction_form(ButtonValue("R-7K3F2", "1"), payment().model_copy(update={"transaction": old}))
    assert problems_of_view(view, "modal") == []


def test_the_card_shows_both_versions_by_whom_and_no_buttons_until_it_is_judged() -> None:
    state = review().state
    shown = str(payment_rows(state, corrected(), 160))
    assert "*Corrected* by <@U_ANA>" in shown
    assert "was USD 12,000.00 to Acme" in shown
    assert "R-7K3F2:1:dddddddddddd:2" in shown
    waits = str(payment_rows(state, corrected(rejudging=True), 160))
    assert "It is being judged again" in waits
    assert "'action_id': 'approve'" not in waits


def test_the_card_shows_who_withdrew_a_payment_and_no_buttons() -> None:
    gone = Amendment(ref=1, by="U_ANA", at=NOW, how=Medium.BUTTON)
    shown = str(payment_rows(review().state, payment(withdrawal=gone), 160))
    assert "*Withdrawn* by <@U_ANA>" in shown
    assert "'action_id': 'approve'" not in shown
