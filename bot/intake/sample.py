"""Made-up payments to try the bot with, after the seed's generator."""

import random
from decimal import Decimal

from bot.domain.transaction import Transaction
from bot.intake.result import IntakeError

MOST = 300

# Some above the default limit of 10,000 and some just at or under it, so that a batch shows both ways.
AMOUNTS = tuple(
    map(Decimal, ("84.50", "420.00", "1850.00", "3999.99", "9750.00", "10000.00", "12400.00", "26300.00"))
)
VENDORS = (
    "Harbour Stationers",
    "Northwind Couriers",
    "Brightleaf Catering",
    "Meridian Cloud Hosting",
    "Quill & Sons Printing",
    "Tallgrass Consulting GmbH",
    "Lumen Office Furniture",
    "Old Mill Logistics",
)
MEMOS = (
    "Printer paper and toner, April",
    "Hosting for the quarter",
    "Team lunch, spring planning day",
    "Standing desks for the new floor",
    "Courier runs, week 17",
    "Travel costs paid back",
    "Confidential",
    "As discussed",
    "Urgent payment",
)


def sample(count: int = 3, seed: int | None = None) -> tuple[Transaction, ...]:
    """``count`` (1 to 300) random payments in USD; the same ``seed`` gives the same ones."""
    if not 1 <= count <= MOST:
        raise IntakeError(f"A sample has 1 to {MOST} transactions.")
    dice = random.Random(seed)
    return tuple(
        Transaction(
            ref=ref,
            row=ref,
            amount=dice.choice(AMOUNTS),
            currency="USD",
            vendor=dice.choice(VENDORS),
            memo=dice.choice(MEMOS),
        )
        for ref in range(1, count + 1)
    )
