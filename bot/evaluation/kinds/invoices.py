"""Violations by the number of an invoice: altered, of another vendor or currency, in lines, net and gross.

They are made as people make them and not by what the rules look for: amounts are parts of the limit, and what
is done to a number stands in the functions here.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from random import Random

from bot.domain.transaction import Transaction
from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator

LONGEST_GAP = 390  # days between an invoice and the same one again
READ_AS = {"0": "O", "1": "I", "5": "S", "8": "B", "6": "S"}
WRITTEN = ("INV-{}", "{}", "RG {}", "A-{}", "SI/{}", "INV-2026-{}")
# By currency, tax on top of a net amount, in percent.
TAXES = {"GBP": (20, 5), "EUR": (19, 7, 20, 21, 22), "CHF": (Decimal("8.1"),), "USD": (Decimal("8.25"), 20)}


def _suffix(number: str, random: Random) -> str:
    return number + random.choice(["-1", "/2", ".3", " 4", "-R", "A", " COPY", "-R1", "-07", "b"])


def _prefix(number: str, random: Random) -> str:
    return random.choice(["2026/", "2025-", "GB-", "X", "K-2026-"]) + number


def _swapped(number: str, random: Random) -> str:
    places = [place for place in range(len(number) - 1) if number[place] != number[place + 1]]
    place = random.choice(places)
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _misread(number: str, random: Random) -> str:
    places = [place for place, digit in enumerate(number) if digit in READ_AS or digit == "7"]
    for place in random.sample(places, min(len(places), 2)):
        digit = number[place]
        number = number[:place] + READ_AS.get(digit, "1") + number[place + 1 :]
        if digit == "7":
            break
    return number


ALTERED: dict[str, Callable[[str, Random], str]] = {
    "suffix": _suffix,
    "prefix": _prefix,
    "swapped digits": _swapped,
    "misread": _misread,
}


def plant_altered_invoice(generator: PaymentGenerator) -> Violation:
    """An invoice paid again under its number with something added, swapped or misread, or without one."""
    random = generator.random
    number = _number(generator)
    way = random.choice([*ALTERED, "missing"])
    written = random.choice(WRITTEN)
    again = None if way == "missing" else written.format(ALTERED[way](number, random))
    # Equal payments of which one has no number are everyday where they are small.
    least = Decimal("0.16") if way == "missing" else Decimal("0.012")
    amount = generator.amount_between(generator.limit * least, generator.limit)
    first = generator.payment(amount, generator.known_vendor(), invoice=written.format(number))
    return _paid_again(generator, first, first.model_copy(update={"invoice": again}), way)


def _number(generator: PaymentGenerator) -> str:
    """A number of four to six digits, of which two neighbours differ and one can be misread."""
    while True:
        number = str(generator.random.randint(1_000, 999_999))
        if len(set(number)) > 2 and set(number) & {*READ_AS, "7"}:
            return number


def _paid_again(generator: PaymentGenerator, first: Transaction, again: Transaction, way: str) -> Violation:
    """The second payment beside the first one in a batch, or up to a year after it."""
    if generator.random.random() < 0.5:
        gap = generator.random.randint(1, LONGEST_GAP - generator.days)
        early = generator.first_day - dt.timedelta(days=max(gap, 1))
        return Violation(
            (again,), before=(first.model_copy(update={"date": early}),), way=f"{way}, paid before"
        )
    late = again.model_copy(update={"date": generator.last_day})
    return Violation((late,), beside=(first,), way=f"{way}, in one batch")


def plant_invoice_other_vendor(generator: PaymentGenerator) -> Violation:
    """One invoice and amount, paid to a vendor and then to another one."""
    amount = generator.amount_between(generator.limit * Decimal("0.02"), generator.limit)
    number = (
        f"{generator.random.choice(['INV-', 'ML-2026-', ''])}{generator.random.randint(10_000, 9_999_999)}"
    )
    first = generator.payment(amount, generator.known_vendor(), invoice=number)
    other = generator.known_vendor() if generator.random.random() < 0.5 else generator.new_vendor()
    again = first.model_copy(update={"vendor": other, "card": generator.new_card()})
    return _paid_again(generator, first, again, "another vendor")


def plant_invoice_other_currency(generator: PaymentGenerator) -> Violation:
    """One invoice of one vendor in another currency, with the same amount or a converted one."""
    others = [code for code in ("USD", "EUR", "GBP", "CHF", "CAD", "AUD") if code != generator.currency]
    amount = generator.amount_between(generator.limit * Decimal("0.01"), generator.limit * Decimal("0.8"))
    first = generator.payment(amount, generator.known_vendor(), invoice=f"INV-{_number(generator)}")
    factor = generator.random.choice([Decimal(1), Decimal("1.17"), Decimal("0.86")])
    changed = {"currency": generator.random.choice(others), "amount": generator.rounded(amount * factor)}
    way = "the same amount" if factor == 1 else "converted"
    return _paid_again(generator, first, first.model_copy(update=changed), way)


def plant_invoice_in_lines(generator: PaymentGenerator) -> Violation:
    """An invoice above the limit in three to twenty lines; now and then the first was paid before."""
    count = generator.random.randint(3, 20)
    total = generator.limit * Decimal(generator.random.uniform(1.05, 2.5))
    shares = [Decimal(generator.random.uniform(0.6, 1.4)) for _ in range(count)]
    vendor, number = generator.known_vendor(), f"INV-{_number(generator)}"
    lines = [
        generator.payment(
            min(generator.rounded(total * share / sum(shares)) + generator.smallest_unit, generator.limit),
            vendor,
            invoice=number,
        )
        for share in shares
    ]
    if generator.random.random() < 0.3:
        early = generator.first_day - dt.timedelta(days=generator.random.randint(1, 60))
        return Violation(
            tuple(lines[1:]), before=(lines[0].model_copy(update={"date": early}),), way="partly paid before"
        )
    return Violation(tuple(lines), way="in one batch")


def plant_gross_after_net(generator: PaymentGenerator) -> Violation:
    """An invoice paid net, and then gross with a tax of the country, or the other way round."""
    rate = Decimal(generator.random.choice(TAXES.get(generator.currency, (20,)))) / 100
    net = generator.amount_between(generator.limit * Decimal("0.06"), generator.limit * Decimal("0.75"))
    first = generator.payment(net, generator.known_vendor(), invoice=f"INV-{_number(generator)}")
    second = first.model_copy(update={"amount": generator.rounded(net * (1 + rate))})
    if generator.random.random() < 0.3:
        first, second = second, first
    return _paid_again(generator, first, second, f"{rate * 100:f} %")


def _kind(name: str, means: str, codes: str, plant: Callable[[PaymentGenerator], Violation]) -> ViolationKind:
    return ViolationKind(name, means, frozenset(codes.split()), plant, by_vendor=True)


KINDS = (
    _kind(
        "altered invoice",
        "the same invoice under a number that was altered, misread or left out",
        "altered_invoice duplicate_payment",
        plant_altered_invoice,
    ),
    _kind(
        "invoice of another vendor",
        "one invoice and amount for two vendors",
        "invoice_other_vendor",
        plant_invoice_other_vendor,
    ),
    _kind(
        "invoice in another currency",
        "one invoice number in two currencies",
        "invoice_other_currency",
        plant_invoice_other_currency,
    ),
    _kind(
        "invoice in lines",
        "an invoice above the limit in lines below it",
        "invoice_over_limit",
        plant_invoice_in_lines,
    ),
    _kind(
        "gross after net",
        "one invoice without tax and with it",
        "gross_after_net",
        plant_gross_after_net,
    ),
)
