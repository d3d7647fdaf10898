"""Violations by who is paid, and where to."""

import datetime as dt
from decimal import Decimal

from bot.domain.names import folded_name
from bot.domain.policy import Policy, read_sanctions
from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator

CYRILLIC_LOOKALIKES = dict(zip("aceopx", "асеорх", strict=True))  # by the Latin letter that each looks like
INVISIBLE_CHARACTERS = "\u200b\u00ad\u2060\u200d\ufeff"
LOOKALIKE_DIGITS = {"o": "0", "l": "1", "e": "3", "s": "5"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"

# In the form of OFAC's SDN.CSV; nobody of this name is known to us.
SANCTIONS_CSV = """1,"VANTERPOOL, Osric Belisario","individual","SDGT",-0-
2,"KRAZNOVITCH, Yevdokim Pavlo","individual","CYBER2",-0-
3,"TORRALBA MENDIZURI, Ximeno","individual","SDNTK",-0-
4,"BLACK HERON SHIPPING COMPANY LTD",-0-,"IRAN",-0-
5,"ORIENTAL QUARTZ PETROCHEMICALS FZE",-0-,"IRAN",-0-
6,"ZHEMCHUZHNY MORSKOY BANK",-0-,"RUSSIA-EO14024",-0-
7,"GOLDEN SCARAB TRADING GROUP",-0-,"SYRIA",-0-
8,"MV SALTWIND PROSPERITY","vessel","DPRK3",-0-
"""
DENIED_NAMES = ("Initrode Holdings", "Vandelay Imports", "Blue Sun Brokerage", "Gringott Vault Services")


def plant_lookalike_vendor(generator: PaymentGenerator) -> Violation:
    """A known name with a foreign letter, an invisible character, or a digit for a letter."""
    vendor = generator.known_vendor(
        lambda name: _plain(name) and bool(set(name.lower()) & set(LOOKALIKE_DIGITS))
    )
    way = generator.random.choice(["foreign letter", "invisible character", "digit for a letter"])
    if way == "invisible character":
        at = generator.random.randrange(1, len(vendor))
        return Violation.of_row(
            generator.payment(
                generator.everyday_amount(),
                vendor[:at] + generator.random.choice(INVISIBLE_CHARACTERS) + vendor[at:],
            ),
            way=way,
        )
    return Violation.of_row(
        generator.payment(generator.everyday_amount(), _with_lookalike_letter(generator, vendor, way)),
        way=way,
    )


def _with_lookalike_letter(generator: PaymentGenerator, name: str, way: str) -> str:
    """The name with one letter replaced by one that looks like it, upper case for upper case."""
    letters = (
        CYRILLIC_LOOKALIKES
        if way == "foreign letter" and set(name.lower()) & set(CYRILLIC_LOOKALIKES)
        else LOOKALIKE_DIGITS
    )
    at = generator.random.choice([at for at, char in enumerate(name) if char.lower() in letters])
    put = letters[name[at].lower()]
    return name[:at] + (put.upper() if name[at].isupper() else put) + name[at + 1 :]


def _plain(name: str) -> bool:
    return name.isascii() and sum(map(str.isalpha, name)) >= 5 and not any(map(str.isdigit, name))


def plant_near_miss_vendor(generator: PaymentGenerator) -> Violation:
    """A known name with one letter left out, doubled, changed, or swapped with its neighbour."""
    paid = {folded_name(row.vendor) for row in (*generator.past, *generator.rows)}
    while True:
        vendor = generator.known_vendor(lambda name: _plain(name) and len(folded_name(name)) >= 10)
        way = generator.random.choice(["left out", "doubled", "changed", "swapped"])
        posing = _slip(generator, vendor, way)
        if folded_name(posing) not in paid:
            return Violation.of_row(generator.payment(generator.everyday_amount(), posing), way=way)


def _slip(generator: PaymentGenerator, name: str, way: str) -> str:
    at = generator.random.choice([at for at in range(1, len(name) - 1) if name[at : at + 2].isalpha()])
    if way == "swapped":
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    put = {"left out": "", "doubled": name[at] * 2, "changed": generator.random.choice(LETTERS)}[way]
    return name[:at] + put + name[at + 1 :]


def plant_changed_bank_details(generator: PaymentGenerator) -> Violation:
    """Another account than the vendor was paid on, or one digit of it, before or in one batch."""
    vendor, known = generator.known_vendor(), f"GB29NWBK{generator.random.randint(10**13, 10**14 - 1)}"
    far = generator.random.random() < 0.5
    new = f"GB82WEST{generator.random.randint(10**13, 10**14 - 1)}" if far else _next_digit(generator, known)
    way = "another account" if far else "one digit"
    row = generator.payment(generator.everyday_amount(), vendor, account=new, date=generator.last_day)
    if generator.random.random() < 0.7:
        early = generator.first_day - dt.timedelta(days=generator.random.randint(1, 60))
        return Violation(
            (row,),
            before=(generator.payment(generator.everyday_amount(), vendor, account=known, date=early),),
            way=way,
        )
    return Violation(
        (row,),
        beside=(generator.payment(generator.everyday_amount(), vendor, account=known),),
        way=f"{way}, in one batch",
    )


def _next_digit(generator: PaymentGenerator, account: str) -> str:
    at = generator.random.randrange(8, len(account))
    return f"{account[:at]}{(int(account[at]) + 1) % 10}{account[at + 1 :]}"


SANCTIONS_LIST = read_sanctions(SANCTIONS_CSV, dt.date(2026, 1, 1))
SANCTIONED_NAMES = [line.split('"')[1] for line in SANCTIONS_CSV.splitlines()]


def plant_sanctioned_name(generator: PaymentGenerator) -> Violation:
    """A name of a sanctions list as listed, with its words in another order or case, or with a slip."""
    name = generator.random.choice(SANCTIONED_NAMES)
    way = generator.random.choice(["as listed", "other order", "other case", "a slip"])
    if way == "other order":
        words = name.replace(",", "").split()
        generator.random.shuffle(words)
        name = " ".join(words).title()
    elif way == "other case":
        name = name.lower()
    elif way == "a slip":
        at = generator.random.randrange(2, len(name) - 2)
        name = name[:at] + name[at + 1 :] if name[at].isalpha() else name.title()
    return Violation.of_row(generator.payment(generator.everyday_amount(), name), way=way)


def plant_denied_vendor(generator: PaymentGenerator) -> Violation:
    """A name of the list of denied vendors, as listed or disguised."""
    name = generator.random.choice(DENIED_NAMES)
    way = generator.random.choice(
        ["as listed", "other case", "punctuation", "foreign letter", "digit for a letter"]
    )
    if way == "other case":
        name = name.upper()
    elif way == "punctuation":
        name = f"  {name.replace(' ', '-')}. "
    elif way in ("foreign letter", "digit for a letter"):
        name = _with_lookalike_letter(generator, name, way)
    return Violation.of_row(generator.payment(generator.everyday_amount(), name), way=way)


def _with_denied(policy: Policy) -> Policy:
    return policy.model_copy(update={"denied_vendors": (*policy.denied_vendors, *DENIED_NAMES)})


def plant_unknown_vendor(generator: PaymentGenerator) -> Violation:
    """A payment to a vendor never seen, of some size: larger where little is known of the past."""
    days = [row.date for row in generator.past if row.date]
    little = len(days) < 250 or (max(days) - min(days)).days < 75
    least = generator.limit * Decimal("0.5" if little else "0.2")
    return Violation.of_row(
        generator.payment(
            generator.amount_between(least, max(least, generator.limit * Decimal("0.85"))),
            generator.new_vendor(),
        )
    )


KINDS = (
    ViolationKind(
        "look-alike",
        "a known name with a foreign letter, an invisible one, or a digit",
        frozenset({"lookalike_vendor"}),
        plant_lookalike_vendor,
        by_vendor=True,
    ),
    ViolationKind(
        "near miss",
        "one letter away from a known vendor",
        frozenset({"lookalike_vendor"}),
        plant_near_miss_vendor,
        by_vendor=True,
    ),
    ViolationKind(
        "changed bank details",
        "another account than before",
        frozenset({"changed_bank_details"}),
        plant_changed_bank_details,
        by_vendor=True,
    ),
    ViolationKind(
        "sanctioned name",
        "like a name on a sanctions list",
        frozenset({"sanctioned_name"}),
        plant_sanctioned_name,
        sanctions=SANCTIONS_LIST,
        by_vendor=True,
    ),
    ViolationKind(
        "denied vendor",
        "on the policy's denied list",
        frozenset({"denied_vendor"}),
        plant_denied_vendor,
        policy=_with_denied,
        by_vendor=True,
    ),
    ViolationKind(
        "unknown vendor",
        "first seen, from an amount up",
        frozenset({"unknown_vendor"}),
        plant_unknown_vendor,
        by_vendor=True,
    ),
)
