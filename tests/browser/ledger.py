"""A council's quarter, made up, with the quirks of real ones."""

import csv
import io
from datetime import date, timedelta
from random import Random

HEADER = [
    *("Body Name", "Organisational Unit", "Expenditure Category", "Expenditure Code", "Paid Date"),
    *("Trans No", "Amount", "Capital or Revenue", "Supplier ID", "Supplier Name"),
]


def ledger(rows: int = 2200, over: int = 170, twice: int = 84, lesser: int = 190, seed: int = 15) -> bytes:
    """A quarter of a council's ledger: padded names, plain amounts, no memo, no last line break.

    ``over`` payments are above the limit, ``twice`` of the others stand there twice, and ``lesser`` are round
    or just under the limit.
    """
    dice, out = Random(seed), io.StringIO()
    first = date(2015, 7, 1)
    written = csv.writer(out, lineterminator="\r\n")
    written.writerow(HEADER)
    names = [f"SUPPLIER {number:03} {dice.choice(['LTD', 'PLC', 'LIMITED'])}" for number in range(240)]

    def row(number: int, day: date, amount: str, name: str) -> None:
        category = dice.choice(["Grants", "Reactive Maintenance", "Agency Staff", "Property Rents/Income"])
        padded = name.ljust(34) if dice.random() < 0.3 else name
        trans = f"{46286000 + number}_1"
        written.writerow(
            ["Example City Council", "Services", category, f"D{dice.randint(1000, 9999)}",
             f"{day:%d/%m/%Y}", trans, amount, "Revenue", f"2000{number:05}", padded]
        )  # fmt: skip

    for number in range(rows):
        name = names[number % len(names)]
        day = first + timedelta(days=dice.randint(0, 91))
        usual = 520 + (number % len(names)) * 7
        amount = f"{usual + dice.randint(0, 90)}.{dice.randint(1, 99):02}"
        if number < over:
            amount = f"{10_001 + dice.randint(0, 90_000)}.{dice.randint(1, 99):02}"
            name = f"BUILDER {number:03} LIMITED"
        elif number < over + lesser:
            amount = f"{dice.randint(9_100, 9_990)}.17" if number % 2 else f"{5_000 + number % 4 * 1_000}.00"
            name = f"GALLERY {number:03} PLC"
        row(number, day, amount, name)
        if over <= number < over + twice:
            amount = f"{2_000 + number * 3}.{dice.randint(1, 99):02}"
            for _ in range(2):
                row(rows + number, day, amount, f"PRINTER {number:03} PLC")
    return out.getvalue().removesuffix("\r\n").encode()
