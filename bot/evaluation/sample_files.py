"""Two made-up files to measure on where no real ones are given: a card statement and a ledger.

They are drawn from a seed and have what makes real files difficult: day before month, quoted thousands,
padded names, refunds, order codes inside names, everyday repeats, and no memos in the ledger.
"""

import csv
import datetime as dt
import io
from decimal import Decimal
from random import Random

CARD_VENDORS = (
    *("Trainline", "Corner Cafe", "Amazon Marketplace", "Premier Lodge Oxford", "Parkright"),
    *("Stationery Box", "Costco Wholesale", "National Express", "Paddock Hardware", "Hobbs Bakery"),
    *("Facebk Ads", "Adobe Systems", "Post Office Counter", "Rail Europe", "Kwikprint"),
    *("Wilko Retail", "Argos Ltd", "Iceland Foods", "Green Taxi", "Viking Direct", "Survey Software"),
    *("Zoom Conferencing", "Sports Direct", "Plumb Centre", "City Locksmiths", "The Flower Stall"),
    *("Screwfix Direct", "B & Q 1387", "Halfway Garage", "Dominoes", "Timber Yard", "Ferry Office"),
)
HIRED_ONCE = ("Marquee", "Conference Hotel", "Drone", "Piano", "Fencing", "Ice Rink", "Sculpture", "Boat")
LEDGER_VENDORS = (
    *("Thornbury Construction Ltd", "Severn Valley Water", "Northgate Vehicle Hire", "Ashdown Legal LLP"),
    *("Kestrel Security Services", "Halcyon Recruitment", "Brackley Waste Management", "Mobile Fresh Ltd."),
    *("Redacted personal data", "Ridgeway Housing Trust", "Pemberton Surveyors", "Oakfield Nurseries"),
    *("Cotswold Play Equipment", "Langley Fuel Oils", "Marlow IT Services", "St Clement's Charity"),
    *("Abbey Road Scaffolding", "Fairholme Care", "Wessex Street Lighting", "Torrington Fencing"),
    *("Harwell Instruments", "Bluebell Catering", "Penrose Architects", "Stockwell Flooring"),
    *("Dalby Tree Surgeons", "Ferrier Insurance Brokers", "Upton Print Works", "Wharf Street Garage"),
)
PURPOSES = ("Public transport", "Materials", "Software rental", "Food", "Tools", "Books", "Hire", "Post")
TEAMS = ("Parks", "Leisure", "Housing", "Museum", "Streets", "Health Development", "Elections")
DEPARTMENTS = ("Community Services", "Direct Services", "Housing", "Finance", "Planning")
START = dt.date(2026, 1, 5)


def card_statement(seed: int = 1, rows: int = 400) -> bytes:
    """A quarter of purchase card payments, as the bytes of a CSV file; equal seeds give equal files.

    Amounts are mostly below 200, refunds among them, and now and then something is hired.
    """
    random = Random(f"cards {seed}")
    lines = [["Date", "Reference", "Value", "Merchant", "Transaction description", "Card"]]
    for _ in range(rows):
        vendor = random.choice(CARD_VENDORS)
        vendor = f"{vendor} {random.randrange(16**6):06x}" if vendor == "Facebk Ads" else vendor
        amount = min(random.lognormvariate(3.6, 1.1), 900)
        amount = -amount if random.random() < 1 / 30 else amount
        if random.random() < 1 / 60:
            vendor, amount = (
                f"{random.choice(HIRED_ONCE)} Hire {random.choice(TEAMS)}",
                random.uniform(200, 2_900),
            )
        purpose = f"{random.choice(PURPOSES)} / {random.choice(TEAMS)}"
        card = f"************{random.randrange(4100, 4118)}"
        reference = str(random.randrange(10**8, 10**9))
        lines.append([_day(random), reference, f"{_money(amount):,}", vendor.lower(), purpose, card])
    return _csv_bytes(lines)


def ledger(seed: int = 1, rows: int = 360) -> bytes:
    """A quarter of ledger payments, as the bytes of a CSV file; equal seeds give equal files.

    Amounts are over 500, with a median near 1,500 and 90,000 at the most; there are no memos.
    """
    random = Random(f"ledger {seed}")
    lines = [["Body Name", "Unit", "Expenditure Category", "Paid Date", "Amount", "Supplier Name"]]
    for _ in range(rows):
        amount = 500 + random.lognormvariate(6.9, 1.4)
        vendor = random.choice(LEDGER_VENDORS).ljust(32)
        lines.append(
            [
                "Sample Council",
                random.choice(DEPARTMENTS),
                random.choice(PURPOSES),
                _day(random),
                str(_money(min(amount, 90_000))),
                vendor,
            ]
        )
    return _csv_bytes(lines)


# By file name, the function that makes the file.
SAMPLE_FILES = {"sample-cards.csv": card_statement, "sample-ledger.csv": ledger}


def _day(random: Random) -> str:
    """A working day of the quarter, and now and then a Saturday."""
    day = START + dt.timedelta(
        weeks=random.randrange(12), days=random.choice([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5])
    )
    return f"{day:%d/%m/%Y}"


def _money(amount: float) -> Decimal:
    return Decimal(round(amount * 100)).scaleb(-2)


def _csv_bytes(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().rstrip("\r\n").encode()
