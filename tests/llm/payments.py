"""Payments for the model's tests, after the seed's generator."""

import random
from decimal import Decimal

from bot.domain.transaction import Transaction

VENDORS = ["Staples", "Acme Corp", "CyberSins Ltd", "Initech", "Globex", "Unicorn LLC"]
MEMOS = [
    "Quarterly supplies",
    "Confidential",
    "NDA services",
    "Routine payment",
    "Urgent request",
    "Reimbursement",
]
AMOUNTS = [500, 1500, 9999, 12000, 23000, 4000]


def payment(ref: int, memo: str | None = "Quarterly supplies", vendor: str = "Staples") -> Transaction:
    return Transaction(ref=ref, amount=Decimal(500), currency="USD", vendor=vendor, memo=memo)


def sample(count: int, seed: int = 1) -> list[Transaction]:
    chance = random.Random(seed)
    return [
        Transaction(
            ref=ref,
            amount=Decimal(chance.choice(AMOUNTS)),
            currency="USD",
            vendor=chance.choice(VENDORS),
            memo=chance.choice(MEMOS),
        )
        for ref in range(1, count + 1)
    ]
