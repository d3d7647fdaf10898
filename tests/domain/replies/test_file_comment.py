"""Which payments a comment beside files names."""

import pytest

from bot.domain.replies.file_comment import payments_named


@pytest.mark.parametrize(
    ("comment", "refs"),
    [
        ("receipt for 3", (3,)),
        ("Receipt for #3.", (3,)),
        ("#3", (3,)),
        ("3", (3,)),
        ("3: the receipt", (3,)),
        ("receipts for 2 and 3", (2, 3)),
        ("receipts for #2, #3 & 5", (2, 3, 5)),
        ("see #2 and also #5", (2, 5)),
        ("Beleg für 4", (4,)),
        ("payment 4, as asked", (4,)),
        ("invoice for 3 from the vendor", (3,)),
    ],
)
def test_a_payment_is_named_by_its_number(comment: str, refs: tuple[int, ...]) -> None:
    assert payments_named(comment, 8) == refs


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "here it is",
        "receipt 2026-11-05",
        "receipt of 5 May",
        "for 5 May",
        "for 3.50",
        "for 4 EUR",
        "for 7,200.00",
        "receipt for 99",
        "receipts for 3 and 99",
        "for 3rd time",
        "two receipts, page 3",
    ],
)
def test_anything_else_names_none(comment: str) -> None:
    assert payments_named(comment, 8) == ()
