"""Made-up payments to try the bot with."""

import random
from decimal import Decimal

from bot.domain.transaction import Transaction
from bot.intake.result import IntakeError

MOST = 300

# Lowest and highest amount in cents, and a weight: most are small, some are above the default limit of
# 10,000, so that a sample has payments to approve automatically and payments to decide.
AMOUNTS = ((2_000, 140_000, 14), (340_000, 880_000, 1), (1_010_000, 2_900_000, 5))
VENDORS = (
    "Harbour Stationers",
    "Northwind Couriers",
    "Brightleaf Catering",
    "Meridian Cloud Hosting",
    "Quill & Sons Printing",
    "Tallgrass Consulting GmbH",
    "Lumen Office Furniture",
    "Old Mill Logistics",
    "Kestrel Security",
    "Bluewater Cleaning",
    "Fernhill Training",
    "Copperfield Legal",
    "Sandpiper Travel",
    "Larchwood Recruitment",
    "Ironbridge Tools",
    "Saffron Street Café",
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
    """``count`` random payments in USD, equal for equal seeds; ``IntakeError`` where it is not 1 to 300."""
    if not 1 <= count <= MOST:
        raise IntakeError(f"A sample has 1 to {MOST} payments.")
    generator = random.Random(seed)
    return tuple(
        Transaction(
            ref=ref,
            row=ref,
            amount=_amount(generator),
            currency="USD",
            vendor=generator.choice(VENDORS),
            memo=generator.choice(MEMOS),
        )
        for ref in range(1, count + 1)
    )


def _amount(generator: random.Random) -> Decimal:
    (low, high, _), *_ = generator.choices(AMOUNTS, weights=[weight for _, _, weight in AMOUNTS])
    return Decimal(generator.randint(low, high)).scaleb(-2)
